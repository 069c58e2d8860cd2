"""The preview of an import: upload, another table or other columns, a person's corrections. No plan changes here."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from ninhgiang.calendar import day_text
from ninhgiang.errors import DomainError, Stale
from ninhgiang.vietnamese import clean, fold
from reform_tasks.deadlines import InvalidDeadline, rule_from_json, rule_to_json
from reform_tasks.enums import DeadlineKind
from reform_tasks.models import PlanImport
from reform_tasks.queries.previews import Preview, PreviewRow, corrections_of, resolve_preview, rule_of_choice
from reform_tasks.rules import require_plan_manager
from reform_tasks.unit_names import LATER, NOBODY
from reform_tasks.workbook import Appendix, Column, Layout, RowKind, read_appendix
from units.models import Unit, UnitAlias, User
from units.services import record_audit

from .plans import CHANGED_MEANWHILE, plan_number

MAX_NOTES = 60
SOURCE_KEPT_FOR = timedelta(days=30)  # a preview not confirmed by then is read again from the file


@dataclass(frozen=True, slots=True)
class Changes:
    """What a person corrected on the page of a preview; None or empty means: as it was.

    `rows`: by row of the table the whole correction of that row (see workbook.correcting), {} takes it back.
    `names`: by fold(name) {"text", "means": a unit's code, "later", "nobody" or "", "remember"}. `noted` are the keys
    of problems said yes to, `unnoted` those taken back.
    """

    rows: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    noted: Sequence[str] = ()
    unnoted: Sequence[str] = ()
    areas: Sequence[Mapping[str, Any]] | None = None
    by_area: bool | None = None
    notes: Sequence[str] | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was corrected."""
        lists = (self.rows, self.names, self.noted, self.unnoted)
        return not any(lists) and self.areas is None and self.by_area is None and self.notes is None


@transaction.atomic
def preview_import(
    *,
    actor: User | None,
    issuer: Unit,
    file: IO[bytes],
    file_name: str,
    number: str,
    issued_on: date,
    year: int | None = None,
    table: str = "",
) -> PlanImport:
    """Read an appendix (.xlsx or .docx) and keep it for a person to check; no plan changes.

    `actor` is None from the command line; `year` is the plan's, that of `issued_on` unless given (a plan may be
    issued in December before); `table` is the sheet or table to read. A file sent before brings its corrections
    along, a file we exported what it says of its tasks. Raises Refused, WorkbookError when the file is no appendix,
    and DomainError (field "number").
    """
    if actor is not None:
        require_plan_manager(actor, issuer, doing="nhập kế hoạch")
    number = plan_number(number)
    year = year or issued_on.year
    data = file.read(settings.WORKBOOK_MAX_BYTES + 1)
    appendix = read_appendix(data, table=table, max_bytes=settings.WORKBOOK_MAX_BYTES)
    sha256 = hashlib.sha256(data).hexdigest()
    earlier = PlanImport.objects.filter(issuer=issuer, sha256=sha256).exclude(decisions={}).first()
    decisions = earlier.decisions if earlier else {}
    if not table and (chosen := decisions.get("layout")):
        appendix = read_appendix(data, layout=Layout(**chosen), max_bytes=settings.WORKBOOK_MAX_BYTES)
    plan_import = PlanImport(
        issuer=issuer,
        uploaded_by=actor,
        file_name=clean(PurePath(file_name.replace("\\", "/")).name)[-200:],
        sha256=sha256,
        number=number,
        issued_on=issued_on,
        parsed={"year": year, "appendix": appendix.to_json()},
        decisions=decisions,
    )
    if not decisions and appendix.known:
        plan_import.decisions = _decisions_in_file(plan_import, appendix)
    plan_import.source.save("phu-luc", ContentFile(data), save=False)
    try:
        with transaction.atomic():
            plan_import.save(force_insert=True)
    except Exception:
        plan_import.source.delete(save=False)
        raise
    record_audit(
        actor=actor,
        action="preview_import",
        summary=f"Đọc tệp phụ lục “{plan_import.file_name}” của Kế hoạch {number}",
        target=plan_import,
        issuer=issuer,
        after={"sha256": sha256, "tasks": len(appendix.tasks), "problems": len(appendix.problems)},
    )
    return plan_import


def _decisions_in_file(plan_import: PlanImport, appendix: Appendix) -> dict[str, Any]:
    """Return as corrections what our own export says of its tasks, where reading their words gives something else."""
    said = {line["number"]: line for line in appendix.known}
    preview = resolve_preview(plan_import)
    codes = {unit.code for unit in preview.units}
    rows = {}
    for row in preview.rows:
        line = said.get(row.number)
        if line and line["texts"] == {
            "lead": row.lead_text,
            "coordinating": row.coordinating_text,
            "deadline": row.deadline_text,
        }:
            change = _difference(row, line, codes)
            if change:
                rows[str(row.row)] = change
    return {"tables": {appendix.sheet: {"rows": rows}}} if rows else {}


def _difference(row: PreviewRow, line: dict[str, Any], codes: set[str]) -> dict[str, Any]:
    change: dict[str, Any] = {}
    try:
        rule = rule_to_json(rule_from_json(line["rule"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        rule = None
    if rule and rule["kind"] != DeadlineKind.UNKNOWN and (row.rule is None or rule_to_json(row.rule) != rule):
        change["deadline"] = {"rule": rule}
    parts = (("lead", row.lead.units, row.lead), ("coordinating", row.coordinating_units, row.coordinating))
    for name, units, found in parts:
        wanted = [code for code in line[name]["units"] if code in codes]
        same = sorted(unit.code for unit in units) == sorted(wanted) and found.later == line[name]["later"]
        if not same or found.unknown:
            change[name] = {"units": wanted, "later": line[name]["later"]}
    return change


def _lock(actor: User, plan_import: PlanImport, version: int) -> PlanImport:
    """Return the import for changing it; raises Refused, Stale, and DomainError when it is confirmed."""
    require_plan_manager(actor, plan_import.issuer, doing="sửa bản xem trước của kế hoạch")
    locked = PlanImport.objects.select_for_update().select_related("issuer").get(pk=plan_import.pk)
    if locked.confirmed_at:
        raise DomainError("Bản xem trước này đã được xác nhận nhập; không sửa được nữa.")
    if locked.version != version:
        raise Stale(CHANGED_MEANWHILE)
    return locked


@transaction.atomic
def choose_layout(
    *,
    actor: User,
    plan_import: PlanImport,
    version: int,
    table: str,
    first_row: int = 0,
    columns: Mapping[str, int] | None = None,
) -> Preview:
    """Read the stored file again: another table by its own heading, or the same one by the columns a person chose.

    `columns`: Column -> place (0 = A); `first_row`: the row after the heading. Corrections of each table stay with
    it. Raises Refused, Stale, DomainError.
    """
    locked = _lock(actor, plan_import, version)
    if not locked.source:
        raise DomainError("Tệp gốc không còn. Hãy tải tệp phụ lục lên lần nữa.")
    before = locked.parsed["appendix"]["layout"]
    layout = Layout(table, first_row, dict(columns)) if columns is not None and table == before["table"] else None
    with locked.source.open("rb") as file:
        appendix = read_appendix(file, layout=layout, table=table, max_bytes=settings.WORKBOOK_MAX_BYTES)
    locked.parsed = locked.parsed | {"appendix": appendix.to_json()}
    after = locked.parsed["appendix"]["layout"]
    locked.decisions = locked.decisions | {"layout": after}
    locked.version += 1
    locked.save(update_fields=["parsed", "decisions", "version"])
    record_audit(
        actor=actor,
        action="choose_layout",
        summary=f"Chọn bảng và cột của tệp phụ lục Kế hoạch {locked.number}",
        target=locked,
        issuer=locked.issuer,
        before=before,
        after=after,
    )
    return resolve_preview(locked)


@transaction.atomic
def correct_import(*, actor: User, plan_import: PlanImport, version: int, changes: Changes) -> Preview:
    """Keep a person's corrections and return the preview with them; remembered names become aliases of their unit.

    Raises Refused, Stale, and DomainError (field "row-7" or "name-…") for one that is impossible; nothing is kept
    then.
    """
    locked = _lock(actor, plan_import, version)
    preview = resolve_preview(locked)
    codes = {unit.code: unit for unit in preview.units}
    corrections = dict(corrections_of(locked))
    rows = dict(corrections.get("rows", {}))
    known_rows = {str(row.number) for row in preview.appendix.rows}
    for number, change in changes.rows.items():
        if str(number) not in known_rows:
            raise DomainError(f"Bảng không có dòng {number}.", field=f"row-{number}")
        rows[str(number)] = _checked(number, change, set(codes), locked.issued_on)
    corrections["rows"] = {number: change for number, change in rows.items() if change}
    noted = (set(corrections.get("noted", [])) | set(changes.noted)) - set(changes.unnoted)
    corrections["noted"] = sorted(noted & {problem.key for problem in preview.problems})
    if changes.areas is not None:
        corrections["areas"] = [_area(area) for area in changes.areas]
    if changes.by_area is not None:
        corrections["by_area"] = changes.by_area
    if changes.notes is not None:
        corrections["notes"] = [clean(note)[:1000] for note in changes.notes if clean(note)][:MAX_NOTES]
    names = _names(locked, changes.names, codes)
    tables = locked.decisions.get("tables", {}) | {preview.appendix.sheet: corrections}
    before = locked.decisions
    locked.decisions = locked.decisions | {"tables": tables, "names": names}
    locked.version += 1
    locked.save(update_fields=["decisions", "version"])
    record_audit(
        actor=actor,
        action="correct_import",
        summary=f"Sửa bản xem trước Kế hoạch {locked.number}: {len(changes.rows)} dòng, {len(changes.names)} tên",
        target=locked,
        issuer=locked.issuer,
        before=before,
        after=locked.decisions,
    )
    return resolve_preview(locked)


def _checked(row: int, change: Mapping[str, Any], codes: set[str], issued_on: date) -> dict[str, Any]:
    """Return a row's correction in its stored form; raises DomainError (field "row-7")."""
    stored: dict[str, Any] = {}
    if change.get("kind"):
        stored["kind"] = RowKind(change["kind"]).value
    texts = {Column(name).value: str(text) for name, text in change.get("texts", {}).items()}
    if texts:
        stored["texts"] = texts
    if change.get("area"):
        stored["area"] = str(change["area"])
    if change.get("deadline"):
        stored["deadline"] = _checked_deadline(row, change["deadline"], issued_on)
    for part in ("lead", "coordinating"):
        if chosen := change.get(part):
            units = [code for code in chosen["units"] if code in codes]
            if not units and not chosen["later"]:
                raise DomainError("Hãy chọn ít nhất một đơn vị, hoặc chọn giao sau.", field=f"row-{row}")
            stored[part] = {"units": units, "later": bool(chosen["later"])}
    return stored


def _checked_deadline(row: int, choice: Mapping[str, Any], issued_on: date) -> dict[str, Any]:
    stored = (
        {"rule": choice["rule"]}
        if "rule" in choice
        else {name: str(choice.get(name) or "") for name in ("kind", "date", "period")}
    )
    try:
        rule = rule_of_choice(stored)
    except InvalidDeadline as error:
        raise DomainError(error.message, field=f"row-{row}") from None
    except (ValueError, KeyError, TypeError):
        raise DomainError("Hãy chọn một kiểu thời hạn.", field=f"row-{row}") from None
    days = [due.due_on for due in rule.dues if due.due_on] + ([rule.last] if rule.last else [])
    if "rule" not in stored and any(day < issued_on for day in days):
        too_early = f"Hạn không được trước ngày ban hành kế hoạch ({day_text(issued_on)})."
        raise DomainError(too_early, field=f"row-{row}")
    return stored


def _area(area: Mapping[str, Any]) -> dict[str, Any]:
    numeral, name = clean(str(area["numeral"])).upper(), clean(str(area["name"]))
    if not numeral or not name or len(numeral) > 8 or len(name) > 300:
        raise DomainError("Lĩnh vực cần có số (như VIII) và tên.", field="area")
    return {"numeral": numeral, "name": name, "before": int(area["before"])}


def _names(
    plan_import: PlanImport, said: Mapping[str, Mapping[str, Any]], codes: Mapping[str, Unit]
) -> dict[str, dict[str, Any]]:
    """Return what is said of names with the new answers, and keep, move or forget the aliases they teach."""
    names: dict[str, dict[str, Any]] = dict(plan_import.decisions.get("names", {}))
    for key, answer in said.items():
        text, means = clean(str(answer["text"]))[:200], str(answer["means"])
        if fold(text) != key or (means and means not in codes and means not in (LATER, NOBODY)):
            raise DomainError("Hãy chọn một đơn vị trong danh sách.", field=f"name-{key}")
        before = names.pop(key, None)
        remember = bool(answer["remember"]) and means in codes
        if means:
            names[key] = {"text": text, "means": means, "remember": remember}
        if remember:
            UnitAlias.objects.update_or_create(
                issuer=plan_import.issuer, folded=key, defaults={"unit": codes[means], "text": text}
            )
        elif before and before["remember"]:
            UnitAlias.objects.filter(issuer=plan_import.issuer, folded=key).delete()
    return names


def clear_import_sources() -> int:
    """Drop the stored files of imports older than SOURCE_KEPT_FOR; what was read of them stays. Returns how many.

    Run by beat each hour. A preview whose file is gone still confirms; reading another table asks for the file again.
    """
    old = PlanImport.objects.filter(created_at__lt=timezone.now() - SOURCE_KEPT_FOR).exclude(source="")
    count = 0
    for plan_import in old.exclude(source=None).iterator():
        plan_import.source.delete(save=False)
        PlanImport.objects.filter(pk=plan_import.pk).update(source=None)
        count += 1
    return count
