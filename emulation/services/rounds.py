"""The life of a scoring round: created, its dates moved, opened for self-scoring. Closing: closing.py."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from emulation.enums import ROUND_MOVES, NodeKind, RoundKind, RoundState, SetState, ValueSource
from emulation.locks import deadline_passed
from emulation.models import CriteriaSet, Round, Scorecard, ScorecardRow
from emulation.queries.criteria import criteria_of, criteria_with_places, scored_criteria
from emulation.round_dates import DATE_LABELS, RoundDates, check_moves, movable_dates
from ninhgiang.calendar import day_text, today, weekday_day_text
from ninhgiang.errors import DomainError, Stale
from ninhgiang.states import transition
from units.enums import UNIT_ROLES, NoticeKind, RoleKind
from units.models import User
from units.queries import units_of
from units.rules import require
from units.services import notify, record_audit

from .computed import applies_to, facts_by_unit, fill_computed, in_skipped_area

ROW_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPlan:
    """What a round in preparation is: its set, name and kind, what is left out, how many rows are checked twice."""

    criteria_set: CriteriaSet
    name: str
    kind: str = RoundKind.QUARTERLY
    practice: bool = False
    skipped_areas: Sequence[str] = ()
    sample_percent: int = 0

    def check(self, dates: RoundDates) -> None:
        """Raise DomainError, with the field, for what no round can be."""
        dates.check()
        if dates.self_score_until < today():
            raise DomainError("Hạn tự chấm đã qua. Hãy chọn ngày từ hôm nay trở đi.", field="self_score_until")
        if self.criteria_set.state == SetState.DRAFT:
            raise DomainError("Bộ tiêu chí còn là dự thảo, chưa dùng được.", field="criteria_set")
        _check_skipped(self.criteria_set, self.skipped_areas)
        if not 0 <= self.sample_percent <= 100:
            raise DomainError("Tỷ lệ thẩm định lần hai phải từ 0 đến 100 %.", field="sample_percent")

    def write(self, round_: Round, dates: RoundDates) -> None:
        """Set the round's own fields, in memory."""
        for one in fields(self):
            setattr(round_, one.name, getattr(self, one.name))
        round_.skipped_areas = sorted(self.skipped_areas)
        for name, day in asdict(dates).items():
            setattr(round_, name, day)


def plan_data(round_: Round) -> dict[str, Any]:
    """Return what a round in preparation is, as the audit log keeps it."""
    return {
        "criteria_set": round_.criteria_set.code,
        "name": round_.name,
        "kind": str(round_.kind),
        "practice": round_.practice,
        "skipped_areas": list(round_.skipped_areas),
        "sample_percent": round_.sample_percent,
        **dates_data(round_),
    }


@transaction.atomic
def create_round(
    *,
    actor: User,
    criteria_set: CriteriaSet,
    name: str,
    kind: str = RoundKind.QUARTERLY,
    practice: bool = False,
    skipped_areas: Sequence[str] = (),
    sample_percent: int = 0,
    **dates: date | None,
) -> Round:
    """Create a round in preparation for the issuer of the criteria set; `dates` are those of RoundDates.

    Raises Refused for others than the reviewer, DomainError (with the field) for dates out of order, a draft set, an
    area the set does not have, every area skipped, a share outside 0-100 or a name in use.
    """
    issuer = criteria_set.issuer
    require(actor, RoleKind.REVIEWER, issuer, doing="tạo đợt chấm điểm")
    plan = RoundPlan(
        criteria_set=criteria_set,
        name=name,
        kind=kind,
        practice=practice,
        skipped_areas=skipped_areas,
        sample_percent=sample_percent,
    )
    given = RoundDates(**dates)  # type: ignore[arg-type]
    plan.check(given)
    round_ = Round(issuer=issuer, created_by=actor)
    plan.write(round_, given)
    save_named(round_)
    record_audit(
        actor=actor,
        action="create_round",
        summary=f"Tạo đợt chấm điểm “{name}”{' (chấm thử)' if practice else ''}",
        target=round_,
        issuer=issuer,
        after=plan_data(round_),
    )
    return round_


def _check_skipped(criteria_set: CriteriaSet, skipped: Sequence[str]) -> None:
    """Raise DomainError unless the skipped codes are areas of the set and one is left (scoring.md R15)."""
    areas = {node.code for node in criteria_of(criteria_set) if node.kind == NodeKind.AREA}
    unknown = sorted(set(skipped) - areas)
    if unknown:
        raise DomainError(f"Bộ tiêu chí không có lĩnh vực “{unknown[0]}”.", field="skipped_areas")
    if areas and not areas - set(skipped):
        raise DomainError("Phải còn ít nhất một lĩnh vực được tính điểm.", field="skipped_areas")


def save_named(round_: Round) -> None:
    """Store a round; raises DomainError at the name when another round of the issuer has it."""
    try:
        with transaction.atomic():
            round_.save()
    except IntegrityError:
        raise DomainError("Đã có đợt chấm điểm mang tên này. Hãy đặt tên khác.", field="name") from None


def dates_data(round_: Round) -> dict[str, str | None]:
    """Return period and deadlines as the audit log keeps them."""
    found = {one.name: getattr(round_, one.name) for one in fields(RoundDates)}
    return {name: day.isoformat() if day else None for name, day in found.items()}


# What the units wait for in each step.
_TELLS = {
    RoundState.SELF_SCORING: ("self_score_from", "self_score_until"),
    RoundState.EXPLANATION: ("explain_until",),
}


@transaction.atomic
def change_round_dates(*, actor: User, round_id: int, version: int, reason: str, **dates: date | None) -> Round:
    """Move deadlines of a round that is not ranked yet (gia hạn); needs a reason and tells the units concerned.

    `dates` are those of RoundDates but the period; those not given, or None, stay. A phase that is over stays over and
    no date is moved into the past: who was late stays late; the leader unlocks single units. Raises Refused,
    DomainError (with the field: over, past or out of order, no reason, ranked already) or Stale.
    """
    round_ = Round.objects.select_related("issuer").get(pk=round_id)
    require(actor, RoleKind.REVIEWER, round_.issuer, doing="đổi hạn của đợt chấm điểm")
    if round_.state in (RoundState.RANKED, RoundState.PUBLISHED):
        raise DomainError("Đợt đã xếp hạng nên không đổi hạn được nữa.")
    kept = {one.name: getattr(round_, one.name) for one in fields(RoundDates)}
    changed = {name: day for name, day in dates.items() if day is not None and day != kept[name]}
    on = today()
    check_moves(changed, movable_dates(round_.state, round_.self_score_from, on), on)
    RoundDates(**(kept | changed)).check()
    if not reason:
        raise DomainError("Hãy ghi lý do đổi hạn.", field="reason")
    before = dates_data(round_)
    updated = Round.objects.filter(pk=round_id, version=version, state=round_.state).update(
        version=F("version") + 1, **changed
    )
    if updated != 1:
        raise Stale("Người khác vừa thay đổi đợt này. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")
    round_.refresh_from_db()
    record_audit(
        actor=actor,
        action="change_round_dates",
        summary="Đổi hạn: " + dates_words(round_),
        target=round_,
        issuer=round_.issuer,
        before=before,
        after=dates_data(round_),
        reason=reason,
    )
    for name in _TELLS.get(RoundState(round_.state), ()):
        if name in changed:
            day = weekday_day_text(getattr(round_, name))
            tell_units(round_, f"{DATE_LABELS[name]} “{round_.name}” đổi thành {day}.")
    return round_


def dates_words(round_: Round) -> str:
    """Return the dates of a round in words: "hạn tự chấm 05/11/2026; hạn thẩm định lần 1 12/11/2026"."""
    days = {name: getattr(round_, name) for name in DATE_LABELS}
    words = [f"{DATE_LABELS[name].lower()} {day_text(day)}" for name, day in days.items() if day is not None]
    return "; ".join(words)


@transaction.atomic
def open_round(*, actor: User, round_id: int, version: int | None = None) -> Round:
    """Open a round: freeze its criteria set, give every active unit with a block its scorecard, count the tasks.

    Raises Refused for others than the reviewer, DomainError when the deadline is over, no unit has a block, or the
    round is open already. The number of queries does not depend on the number of units.
    """
    round_ = read_round(round_id, version)
    require(actor, RoleKind.REVIEWER, round_.issuer, doing="mở đợt chấm điểm")
    if deadline_passed(round_):
        raise DomainError("Hạn tự chấm đã qua. Hãy đổi hạn trước khi mở đợt.")
    transition(round_, "open", table=ROUND_MOVES)
    freeze(round_.criteria_set)
    units = [unit for unit in units_of(round_.issuer) if unit.block is not None]
    if not units:
        raise DomainError("Chưa có đơn vị nào được xếp vào khối nên chưa mở được đợt.")
    Scorecard.objects.bulk_create([Scorecard(round=round_, unit=unit, block=unit.block) for unit in units])
    cards = list(Scorecard.objects.filter(round=round_).select_related("unit"))
    rows = _new_rows(round_, cards)
    ScorecardRow.objects.bulk_create(rows, batch_size=ROW_BATCH)
    record_audit(
        actor=actor,
        action="open_round",
        summary=f"Mở đợt “{round_.name}” cho {len(cards)} đơn vị tự chấm",
        target=round_,
        issuer=round_.issuer,
        before={"state": RoundState.DRAFT},
        after={"state": round_.state, "units": [unit.code for unit in units]},
    )
    tell_units(
        round_,
        f"Đợt “{round_.name}” đã mở: tự chấm đến hết {weekday_day_text(round_.self_score_until)}.",
        kind=NoticeKind.TODO,
    )
    return round_


def read_round(round_id: int, version: int | None) -> Round:
    """Lock one round with its set; `version` is the one the person decided on (a later one fails as stale)."""
    round_ = Round.objects.select_for_update(of=("self",)).select_related("issuer", "criteria_set").get(pk=round_id)
    if version is not None:
        round_.version = version
    return round_


def freeze(criteria_set: CriteriaSet) -> None:
    """Freeze an issued set at its first use; Stale when it was changed meanwhile."""
    if criteria_set.state == SetState.FROZEN:
        return
    frozen = CriteriaSet.objects.filter(pk=criteria_set.pk, state=SetState.ISSUED, version=criteria_set.version)
    if frozen.update(state=SetState.FROZEN) != 1:
        raise Stale("Bộ tiêu chí vừa được thay đổi. Hãy xem lại bộ tiêu chí rồi mở đợt.")


def _new_rows(round_: Round, cards: Iterable[Scorecard]) -> list[ScorecardRow]:
    nodes = criteria_with_places(round_.criteria_set)
    parents = {node.pk: node for node in nodes}
    scored = scored_criteria(nodes)
    skipped = {one.pk for one in scored if in_skipped_area(one, parents, round_.skipped_areas)}
    facts = facts_by_unit(round_, [card.unit for card in cards])
    rows = []
    for card in cards:
        card.round = round_
        for criterion in scored:
            row = ScorecardRow(
                scorecard=card,
                criterion=criterion,
                max_points=criterion.max_points,
                applicable=criterion.pk not in skipped and applies_to(criterion, card.unit, parents),
            )
            if row.applicable and criterion.source == ValueSource.TASKS:
                fill_computed(row, criterion, card, facts[card.unit_id])
            rows.append(row)
    return rows


def tell_units(round_: Round, text: str, kind: str = NoticeKind.INFO) -> None:
    """Tell everybody of the scored units something about the round."""
    units = [card.unit_id for card in round_.scorecards.all()]
    people = User.objects.filter(roles__unit__in=units, roles__kind__in=UNIT_ROLES, is_active=True).distinct()
    notify(people=people, text=text, url=reverse("emulation:round-detail", args=[round_.pk]), kind=kind)
