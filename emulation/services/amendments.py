"""A published round computed anew by an amended criteria set: every answer stays, its points follow the new rules."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from emulation import scoring
from emulation.amendments import shape_problems
from emulation.enums import SetState, ValueSource
from emulation.late import late_penalty
from emulation.models import CriteriaSet, Criterion, Round, Scorecard, ScorecardRow
from emulation.queries.criteria import criteria_with_places, place_names
from emulation.queries.stability import set_vetoes_of
from emulation.ranking import read_veto
from emulation.scoring import RuleError, ValueProblem
from emulation.set_differences import differences_of
from ninhgiang.errors import DomainError
from units.queries import special_days_of

from .computed import applies_to, in_skipped_area
from .criteria import spec_of
from .rounds import freeze

CHANGES_TOLD = 12
_NO_RULE = frozenset({"name", "year", "is_sample", "legal_basis"})
_COLUMNS = ("self", "appraised", "final")
_FIELDS = (
    *("criterion", "max_points", "applicable", "version"),
    *(f"{column}_{name}" for column in _COLUMNS for name in ("points", "explanation")),
)
_PROBLEMS_TOLD = 5


def amend(round_: Round, cards: list[Scorecard], amended: CriteriaSet) -> list[str]:
    """Put a published round and its locked scorecards under an amended set; returns what it changes, in Vietnamese.

    Part of publishing a new version. The set has to be issued by the same issuer and to have the same rows
    (emulation.amendments). Every value is scored anew in each column; nothing is written when one cannot be. Raises
    DomainError at `criteria_set`, naming criteria and units.
    """
    before, after = spec_of(round_.criteria_set), spec_of(amended)
    if amended.issuer_id != round_.issuer_id or amended.state == SetState.DRAFT:
        _refuse(["Chỉ chọn được bộ tiêu chí đã ban hành của xã."])
    _refuse(shape_problems(before, after))
    _refuse(_veto_problems(cards, amended))
    _refuse(_not_handed_in_problems(round_, cards, amended))
    rows, problems = _scored_anew(round_, cards, amended)
    _refuse(problems)
    freeze(amended)
    round_.criteria_set = amended
    round_.save(update_fields=("criteria_set",))
    ScorecardRow.objects.bulk_update(rows, _FIELDS, batch_size=200)
    special = special_days_of(round_.issuer_id)
    for card in cards:
        card.round = round_
        if card.submitted_late or card.submitted_at is None:
            card.late_penalty = late_penalty(card, special)
    Scorecard.objects.bulk_update(cards, ("late_penalty",))
    number = f" (Quyết định số {amended.decision_number})" if amended.decision_number else ""
    found = differences_of(before, after, place_names(round_.issuer))
    changes = [one.sentence for one in found if one.code or one.field not in _NO_RULE]
    more = [f"Còn {len(changes) - CHANGES_TOLD} thay đổi khác của bộ tiêu chí."] if len(changes) > CHANGES_TOLD else []
    return [f"Tính theo bộ tiêu chí sửa đổi “{amended.name}”{number}.", *changes[:CHANGES_TOLD], *more]


def _refuse(problems: list[str]) -> None:
    if problems:
        more = f" Còn {len(problems) - _PROBLEMS_TOLD} chỗ khác." if len(problems) > _PROBLEMS_TOLD else ""
        raise DomainError(f"{' '.join(problems[:_PROBLEMS_TOLD])}{more}", field="criteria_set")


def _veto_problems(cards: list[Scorecard], amended: CriteriaSet) -> list[str]:
    """Say which vetoes set by people name a grade the amended set does not have."""
    names = {card.pk: card.unit.name for card in cards}
    found = []
    for pk, vetoes in set_vetoes_of(cards).items():
        for veto in vetoes:
            try:
                read_veto(veto, amended.bands)
            except RuleError as error:
                found.append(f"Khống chế của {names[pk]}: {error.message}")
    return found


def _not_handed_in_problems(round_: Round, cards: list[Scorecard], amended: CriteriaSet) -> list[str]:
    """Say whose scorecard was closed without being handed in, where the amended set closes these in another way."""
    names = [card.unit.name for card in cards if card.submitted_at is None]
    if not names or amended.late_policy == round_.criteria_set.late_policy:
        return []
    told = ", ".join(names[:_PROBLEMS_TOLD])
    why = (
        f"Bộ sửa đổi xử lý phiếu không nộp theo cách khác, mà {told} không nộp phiếu và đã được thẩm định theo cách cũ."
    )
    return [f"{why} Hãy giữ cách cũ trong bộ sửa đổi, rồi đính chính từng tiêu chí nếu cần."]


def _scored_anew(
    round_: Round, cards: Iterable[Scorecard], amended: CriteriaSet
) -> tuple[list[ScorecardRow], list[str]]:
    """Return the rows under the amended set, in memory, and what cannot be scored."""
    old, new = ({node.pk: node for node in criteria_with_places(one)} for one in (round_.criteria_set, amended))
    by_code = {node.code: node for node in new.values()}
    units = {card.pk: card.unit for card in cards}
    rows, problems = [], []
    for row in ScorecardRow.objects.filter(scorecard__in=units).select_related("criterion").order_by("pk"):
        unit, before, after = units[row.scorecard_id], row.criterion, by_code[row.criterion.code]
        applies = applies_to(after, unit, new) and not in_skipped_area(after, new, round_.skipped_areas)
        again = applies and not row.applicable and not applies_to(before, unit, old)
        if again and row.appraised_value is None and row.final_value is None:
            problems.append(f"Tiêu chí {after.code} nay áp dụng cho {unit.name} nhưng chưa có số liệu.")
        row.criterion, row.max_points = after, after.max_points
        row.applicable = applies and (row.applicable or again)
        if not row.applicable:
            _unscored(row)
        elif problem := _rescored(row, before):
            problems.append(f"Tiêu chí {after.code} của {unit.name}: {problem}")
        row.version += 1
        rows.append(row)
    return rows, problems


def _unscored(row: ScorecardRow) -> None:
    """Take the points of a row that no longer applies, in memory; what was answered stays."""
    for column in _COLUMNS:
        setattr(row, f"{column}_points", None)
        setattr(row, f"{column}_explanation", "")


def _rescored(row: ScorecardRow, before: Criterion) -> str:
    """Score the stored values of each column by the row's new criterion, in memory; returns why one cannot be."""
    criterion = row.criterion
    if (before.source, before.rule_params.get("fact")) != (criterion.source, criterion.rule_params.get("fact")):
        word = "tính từ nhiệm vụ" if criterion.source == ValueSource.TASKS else "do đơn vị khai"
        return f"bộ sửa đổi lấy số liệu {word}, khác số liệu đã có."
    for column in _COLUMNS:
        value: Mapping[str, Any] | None = getattr(row, f"{column}_value")
        if value is None:
            continue
        try:
            scored = scoring.score(criterion.rule_kind, criterion.rule_params, value, row.max_points)
        except (ValueProblem, RuleError) as error:
            return error.message
        zeroed = column == "self" and row.self_zeroed
        setattr(row, f"{column}_points", Decimal(0) if zeroed else scored.points)
        if not zeroed:
            setattr(row, f"{column}_explanation", scored.explanation)
    return ""
