"""Writes of results published elsewhere: imported whole, replaced under the same code, removed with a reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from emulation.models import CriteriaSet, PastResult, PastRound
from emulation.past_results import Recomputed, Way, recompute
from emulation.ranking import SCOPES
from emulation.results_table import ResultTable
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Stale
from ninhgiang.vietnamese import capital_first, clean, fold, paper_number
from reform_tasks.queries.previews import unit_names
from reform_tasks.unit_names import Directory
from units.enums import RoleKind
from units.models import Unit, User
from units.queries import units_of
from units.rules import require
from units.services import record_audit

IMPORTERS = (RoleKind.REVIEWER, RoleKind.OFFICE)
DOING = "nhập kết quả từ nơi khác"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastHeading:
    """What is said of a publication besides its table.

    `bands_of` is the set whose bands it is computed by; None keeps those of the publication stored under the code.
    """

    code: str
    name: str
    year: int
    bands_of: CriteriaSet | None = None
    publisher: str = ""
    decision_number: str = ""
    decision_on: date | None = None
    rank_scope: str = "block"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: "created", "replaced" or "unchanged"; names no unit of ours goes by."""

    past_round: PastRound
    what: str
    unmatched: list[str]
    lines: list[Recomputed]


def matched_units(issuer: Unit, names: list[str]) -> list[int | None]:
    """Return for each published name the id of our unit (or of the commune itself), None for others. Two queries."""
    units = [issuer, *units_of(issuer)]
    directory = Directory(unit_names(units, issuer))
    return [directory.find(name) for name in names]


def way_of(heading: PastHeading, stored: PastRound | None = None) -> Way:
    """Return how a publication is computed again; DomainError when neither a set nor a stored one says it."""
    rules = heading.bands_of or stored
    if rules is None:
        raise DomainError("Hãy chọn bộ tiêu chí để tính lại.", field="bands_of")
    return Way(
        bands=rules.bands,
        rank_style=rules.rank_style,
        index_decimals=rules.index_decimals,
        scope=heading.rank_scope,
    )


def read_decision_number(text: str) -> str:
    """Return số, ký hiệu in its one form, "" for none; DomainError for anything else."""
    if clean(text) and not paper_number(text):
        raise DomainError("Ghi số và ký hiệu, ví dụ: 15/QĐ-UBND.", field="decision_number")
    return paper_number(text)


def check_decision_on(day: date | None) -> None:
    """Raise DomainError for a day to come."""
    if day and day > today():
        raise DomainError("Ngày quyết định chưa tới.", field="decision_on")


def _check_heading(issuer: Unit, heading: PastHeading) -> None:
    """Refuse what the columns cannot hold and what a publication cannot say, whoever sends it."""
    if not re.fullmatch(r"[-a-zA-Z0-9_]{1,40}", heading.code):
        raise DomainError("Mã chỉ gồm chữ không dấu, số và gạch nối, không quá 40 ký tự.", field="code")
    if not heading.name.strip() or len(heading.name) > 300:
        raise DomainError("Phải có tên, không quá 300 ký tự.", field="name")
    if len(heading.publisher) > 200:
        raise DomainError("Tên cơ quan không quá 200 ký tự.", field="publisher")
    if not 2000 <= heading.year <= 2100:
        raise DomainError("Năm từ 2000 đến 2100.", field="year")
    if heading.rank_scope not in SCOPES:
        raise DomainError("Hạng công bố là hạng trong khối (block) hoặc chung (overall).", field="rank_scope")
    read_decision_number(heading.decision_number)
    check_decision_on(heading.decision_on)
    if heading.bands_of is not None and heading.bands_of.issuer_id != issuer.pk:
        raise DomainError("Bộ tiêu chí này của đơn vị khác.", field="bands_of")


def mark_of(stored: PastRound | None) -> str:
    """Return a mark of what is stored under a code, "" for nothing: a preview keeps it, the import compares it."""
    return f"{stored.pk} {stored.imported_at.isoformat()}" if stored else ""


@transaction.atomic
def import_results(
    *, actor: User | None, issuer: Unit, heading: PastHeading, table: ResultTable, seen: str | None = None
) -> Imported:
    """Store a published table with what is computed from it; the same code replaces what was stored under it.

    Reading the same file with the same heading again changes nothing, unless our units have changed meanwhile. `actor`
    None is the command line. `seen` is the mark of what the preview saw (mark_of); None does not ask. Raises Refused
    for others than reviewer and office, Stale when something else is stored by now, DomainError (with the field) for a
    heading that cannot be, a set of another issuer or two lines that name one unit of ours in one block.
    """
    if actor is not None:
        require(actor, IMPORTERS, issuer, doing=DOING)
    _check_heading(issuer, heading)
    existing = PastRound.objects.select_for_update().filter(issuer=issuer, code=heading.code).first()
    way, before_mark = way_of(heading, existing), mark_of(existing)
    lines = recompute(table.lines, way)
    units = matched_units(issuer, [line.unit_name for line in table.lines])
    _refuse_same_unit(lines, units)
    unmatched = [one.line.unit_name for one, unit in zip(lines, units, strict=True) if unit is None]
    stored = existing or PastRound(issuer=issuer, code=heading.code)
    before = _stated(stored) if existing else {}
    _write_heading(stored, heading, way, table)
    results = [
        _result(stored, place, one, unit) for place, (one, unit) in enumerate(zip(lines, units, strict=True), start=1)
    ]
    if existing and before == _stated(stored) and _line_values(results) == _line_values(existing.results.all()):
        return Imported(existing, "unchanged", unmatched, lines)
    if seen is not None and seen != before_mark:
        raise Stale(_TAKEN.format(heading.code))
    stored.imported_by = actor
    try:
        with transaction.atomic():
            stored.save()
    except IntegrityError:
        raise Stale(_TAKEN.format(heading.code)) from None
    stored.results.all().delete()
    PastResult.objects.bulk_create(results, batch_size=500)
    record_audit(
        actor=actor,
        action="import_results",
        summary=f"{'Nhập lại' if existing else 'Nhập'} kết quả “{stored.name}” từ tệp {stored.source_name}",
        target=stored,
        issuer=issuer,
        before=before,
        after=_stated(stored) | {"lines": len(lines), "with_differences": sum(bool(one.differences) for one in lines)},
    )
    return Imported(stored, "replaced" if existing else "created", unmatched, lines)


_TAKEN = "Kết quả mang mã “{}” vừa được người khác nhập, thay hoặc bỏ sau khi xem trước. Hãy xem lại rồi nhập."


def _line_values(results: Sequence[PastResult] | QuerySet[PastResult]) -> list[dict[str, Any]]:
    """Return what is stored of each line, to see whether an import would change any."""
    names = [one.attname for one in PastResult._meta.concrete_fields if one.name not in ("id", "past_round")]
    return [{name: getattr(result, name) for name in names} for result in results]


def _refuse_same_unit(lines: list[Recomputed], units: list[int | None]) -> None:
    seen: dict[tuple[str, int], str] = {}
    for one, unit in zip(lines, units, strict=True):
        if unit is None:
            continue
        number = f"{one.line.row} " if one.line.row else ""
        named = f"dòng {number}“{one.line.unit_name}”"
        key = (fold(one.line.block_name), unit)
        if key in seen:
            told = f"{capital_first(seen[key])} và {named} là cùng một đơn vị"
            raise DomainError(f"{told}. Hãy bỏ bớt một dòng.", field="file")
        seen[key] = named


def _write_heading(stored: PastRound, heading: PastHeading, way: Way, table: ResultTable) -> None:
    stored.name, stored.year, stored.publisher = heading.name, heading.year, heading.publisher
    stored.decision_number, stored.decision_on = heading.decision_number, heading.decision_on
    stored.bands, stored.rank_style = [dict(band) for band in way.bands], way.rank_style
    stored.index_decimals, stored.rank_scope = way.index_decimals, way.scope
    stored.area_names, stored.source_name, stored.source_sha256 = (
        table.area_names,
        table.source_name[:200],
        table.sha256,
    )


def _stated(stored: PastRound) -> dict[str, object]:
    """Return what decides a stored publication, for the comparison with a new import and for the audit."""
    return {
        "name": stored.name,
        "year": stored.year,
        "publisher": stored.publisher,
        "decision_number": stored.decision_number,
        "decision_on": stored.decision_on.isoformat() if stored.decision_on else None,
        "bands": stored.bands,
        "rank_style": stored.rank_style,
        "rank_scope": stored.rank_scope,
        "index_decimals": stored.index_decimals,
        "sha256": stored.source_sha256,
    }


def _result(stored: PastRound, place: int, one: Recomputed, unit: int | None) -> PastResult:
    line = one.line
    return PastResult(
        past_round=stored,
        unit_id=unit,
        unit_name=line.unit_name,
        block_name=line.block_name,
        area_points={code: str(points) for code, points in line.areas.items()},
        bonus=line.bonus,
        penalty=line.penalty,
        total=line.points,
        applicable_max=line.applicable_max,
        published_index=line.index,
        published_rank=line.rank,
        published_grade=line.grade,
        index=one.index,
        rank=one.rank,
        shared=one.shared,
        grade_code=one.grade_code,
        grade_name=one.grade_name,
        differences=one.differences,
        position=place,
    )


@transaction.atomic
def remove_past_round(*, actor: User, past_round: PastRound, reason: str) -> None:
    """Remove an imported publication with its lines; the audit keeps what it was. Raises Refused or DomainError."""
    require(actor, IMPORTERS, past_round.issuer, doing="bỏ kết quả đã nhập")
    if not reason:
        raise DomainError("Hãy ghi lý do.", field="reason")
    record_audit(
        actor=actor,
        action="remove_past_round",
        summary=f"Bỏ kết quả đã nhập “{past_round.name}”",
        target=past_round,
        issuer=past_round.issuer,
        before=_stated(past_round) | {"lines": past_round.results.count()},
        reason=reason,
    )
    past_round.delete()
