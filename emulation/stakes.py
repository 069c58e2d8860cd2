"""What one duty is worth in points: which computed criteria it feeds, and what lapses when it is late.

Worked out with the round that is open over the duty's due day, else with the newest issued criteria set over the year
of its plan, at the present count: the duties counted so far (decision 0005) and this one. The same rules score it
later, so the sentence says what the scorecard will show. Registered with reform_tasks.linked.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from emulation import scoring
from emulation.enums import RoundState, SetState, ValueSource
from emulation.models import CriteriaSet, Criterion, Round, Scorecard
from emulation.queries.scorecards import visible_scorecards
from emulation.rules import sees_all
from emulation.services.computed import applies_to, in_skipped_area
from ninhgiang.calendar import day_text, local_date, today
from ninhgiang.points import show, show_fixed
from reform_tasks.enums import FINAL_OUTCOMES, AssignmentPart, ReportState
from reform_tasks.linked import Panel, PanelLine, Stake
from reform_tasks.models import Occurrence
from reform_tasks.queries import TaskFacts, report_of, task_facts_for
from units.models import Unit, User

_OPEN = (RoundState.SELF_SCORING, RoundState.APPRAISAL, RoundState.DRAFT)
_CARDS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class _Basis:
    """With what the stakes of a duty are worked out: a set over a period, and how to name it.

    `skipped` are the areas the round leaves out for everyone.
    """

    criteria_set: CriteriaSet
    start: date
    end: date
    name: str
    skipped: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[int, date, date, tuple[str, ...]]:
        """What duties must share to be counted together."""
        return self.criteria_set.pk, self.start, self.end, self.skipped


def points_at_stake(occurrences: Iterable[Occurrence]) -> dict[int, list[Stake]]:
    """Return the stakes of led duties with a due day (loaded with unit, task and plan, and their report).

    Duties of a period whose ranking stands have none: their points are settled. Three queries, and one for each period
    the duties fall into.
    """
    duties = [one for one in occurrences if one.due_on and one.assignment.part == AssignmentPart.LEAD]
    if not duties:
        return {}
    bases = _bases(duties)
    criteria = _criteria({basis.criteria_set.pk for basis in bases.values()})
    together: dict[tuple[int, date, date, tuple[str, ...]], list[Occurrence]] = defaultdict(list)
    for duty in duties:
        if duty.pk in bases:
            together[bases[duty.pk].key].append(duty)
    found = {}
    for same in together.values():
        basis = bases[same[0].pk]
        facts = _facts(basis, [duty.assignment.unit for duty in same])
        nodes = criteria[basis.criteria_set.pk]
        for duty in same:
            found[duty.pk] = _stakes(duty, basis, nodes, facts[duty.assignment.unit_id])
    return found


def _bases(duties: list[Occurrence]) -> dict[int, _Basis]:
    """Return the basis of each duty by id; none for duties of settled periods or without any set. Two queries.

    A practice round decides nothing, so nothing is at stake in it.
    """
    issuers = {duty.assignment.task.plan.issuer_id for duty in duties}
    rounds = list(Round.objects.filter(issuer__in=issuers, practice=False).select_related("criteria_set"))
    sets = list(CriteriaSet.objects.filter(issuer__in=issuers).exclude(state=SetState.DRAFT).order_by("-year", "-pk"))
    found = {}
    for duty in duties:
        plan = duty.assignment.task.plan
        over = [one for one in rounds if one.issuer_id == plan.issuer_id and _covers(one, duty)]
        open_rounds = sorted(
            (one for one in over if one.state in _OPEN), key=lambda one: (_OPEN.index(RoundState(one.state)), one.pk)
        )
        if open_rounds:
            one = open_rounds[0]
            skipped = tuple(one.skipped_areas)
            found[duty.pk] = _Basis(one.criteria_set, one.period_start, one.period_end, one.name, skipped)
        elif not over:
            of_issuer = [one for one in sets if one.issuer_id == plan.issuer_id]
            newest = next((one for one in of_issuer if one.year == plan.year), of_issuer[0] if of_issuer else None)
            if newest:
                year = date(plan.year, 1, 1), date(plan.year, 12, 31)
                found[duty.pk] = _Basis(newest, *year, f"{newest.name}, tính cả năm {plan.year}")
    return found


def _covers(round_: Round, duty: Occurrence) -> bool:
    return duty.due_on is not None and round_.period_start <= duty.due_on <= round_.period_end


def _criteria(set_ids: set[int]) -> dict[int, list[Criterion]]:
    """Return every node of the sets, by set. One query."""
    found: dict[int, list[Criterion]] = defaultdict(list)
    for node in (
        Criterion.objects.filter(criteria_set__in=set_ids).prefetch_related("blocks", "units").order_by("position")
    ):
        found[node.criteria_set_id].append(node)
    return found


def _facts(basis: _Basis, units: list[Unit]) -> dict[int, TaskFacts]:
    """Return the present count of the units over a period, as a scorecard counts it. One query."""
    now = today()
    return task_facts_for(units, basis.start, min(now - timedelta(days=1), basis.end), min(now, basis.end))


def _stakes(duty: Occurrence, basis: _Basis, nodes: list[Criterion], facts: TaskFacts) -> list[Stake]:
    by_id = {node.pk: node for node in nodes}
    computed = [
        node
        for node in nodes
        if node.source == ValueSource.TASKS
        and node.rule_kind
        and not in_skipped_area(node, by_id, basis.skipped)
        and applies_to(node, duty.assignment.unit, by_id)
    ]
    case = _case(duty, basis, facts)
    return [stake for node in computed if (stake := _stake(node, basis, case)) is not None]


@dataclass(frozen=True, slots=True)
class _Case:
    """Where a duty stands and the three counts it can lead to. `late` equals `missing` where a late result of the
    last day falls out of the period."""

    kind: str  # coming, waiting, overdue, kept, late, paused
    in_time: TaskFacts
    late: TaskFacts
    missing: TaskFacts


def _case(duty: Occurrence, basis: _Basis, facts: TaskFacts) -> _Case:
    counted = next((item["verdict"] for item in facts.items if item["occurrence"] == duty.pk), "")
    others = replace(
        facts,
        due=facts.due - bool(counted),
        done=facts.done - (counted in ("on_time", "late")),
        on_time=facts.on_time - (counted == "on_time"),
        late=facts.late - (counted == "late"),
        missing=facts.missing - (counted == "missing"),
        items=[],
    )
    in_time = replace(others, due=others.due + 1, done=others.done + 1, on_time=others.on_time + 1)
    late = replace(others, due=others.due + 1, done=others.done + 1, late=others.late + 1)
    missing = replace(others, due=others.due + 1, missing=others.missing + 1)
    after_the_period = counted == "missing" and _is_done(duty)
    if after_the_period or (duty.due_on is not None and duty.due_on >= basis.end):
        late = missing
    return _Case(_kind(duty, counted), in_time, late, missing)


def _is_done(duty: Occurrence) -> bool:
    report = report_of(duty)
    return report is not None and report.state == ReportState.ACCEPTED and report.outcome in FINAL_OUTCOMES


def _kind(duty: Occurrence, counted: str) -> str:
    report = report_of(duty)
    if counted in ("on_time", "late"):
        return "kept" if counted == "on_time" else "late"
    if _is_done(duty):  # not counted yet because its due day is still to pass, or too late for the period
        return "late" if counted else "kept"
    if duty.paused_on is not None:
        return "paused"
    if report and report.state == ReportState.SUBMITTED and report.submitted_at and duty.due_on:
        return "waiting" if local_date(report.submitted_at) <= duty.due_on else "overdue"
    return "overdue" if duty.due_on and duty.due_on < today() else "coming"


def _stake(node: Criterion, basis: _Basis, case: _Case) -> Stake | None:
    """Return the stake of one criterion; None where the rule cannot be worked out from tasks."""
    full, late, missing = (_scored(node, facts) for facts in (case.in_time, case.late, case.missing))
    if full is None or late is None or missing is None:
        return None
    # A criterion on "done" loses nothing by lateness alone: there the stake is not doing it at all.
    only_missing = late[0] == full[0] and late[1] == full[1]
    worse = missing if only_missing else late
    lost = full[0] - worse[0]
    noun = str(node.rule_params.get("noun", "")).strip()
    change = " ".join(part for part in (f"{full[1]} → {worse[1]}", noun) if part)
    sentence = _sentence(case.kind, node.code, change, lost, worse[0], only_missing=only_missing)
    url = reverse("emulation:set-detail", args=[basis.criteria_set.code])
    return Stake(node.code, node.name, max(lost, Decimal(0)), sentence, url, _basis_words(basis))


def _basis_words(basis: _Basis) -> str:
    return f"{basis.name} ({day_text(basis.start)} – {day_text(basis.end)})"


def _scored(node: Criterion, facts: TaskFacts) -> tuple[Decimal, str] | None:
    """Return points and the count in words ("11/12" or "1") of one criterion."""
    try:
        value = scoring.task_value(node.rule_params, facts, node.rule_kind)
        points = scoring.score(node.rule_kind, node.rule_params, value, node.max_points).points
    except (scoring.RuleError, scoring.ValueProblem):
        return None
    return points, _count_words(value)


def _count_words(value: dict[str, Any]) -> str:
    if "numerator" in value:
        return f"{value['numerator']}/{value['denominator']}"
    return str(next(iter(value.values())))


def _sentence(kind: str, code: str, change: str, lost: Decimal, left: Decimal, *, only_missing: bool) -> str:
    """Say it in one sentence: "Nếu kỳ này trễ: 12/12 → 11/12 nhiệm vụ đúng hạn, mất 0,42 điểm tiêu chí 1.3."."""
    worse = "không hoàn thành" if only_missing else "trễ"
    if lost > 0:
        effect, doing = f"mất {show(lost)} điểm tiêu chí {code}", f"đang mất {show(lost)} điểm tiêu chí {code}"
    else:
        effect = doing = f"tiêu chí {code} vẫn được {show(left)} điểm"
    kept = f"giữ được {show(lost)} điểm tiêu chí {code}" if lost > 0 else effect
    if kind == "paused":
        return f"Đang tạm dừng do vướng mắc nên chưa tính; khi tính lại mà {worse}: {change}, {effect}."
    if kind == "kept":
        return f"Đã hoàn thành đúng hạn, {kept} (nếu {worse}: {change})."
    if kind == "waiting":
        return f"Đã gửi đúng hạn, chờ thẩm định: được chấp nhận thì {kept} (nếu {worse}: {change})."
    if kind == "late" and only_missing:
        return f"Đã hoàn thành sau hạn, {kept} (nếu không hoàn thành: {change})."
    if kind == "late":
        return f"Đã hoàn thành sau hạn: {change}, {effect}."
    if kind == "overdue":
        again = " Nộp muộn mà được chấp nhận thì lấy lại được." if only_missing and lost > 0 else ""
        return f"Kỳ này đã quá hạn: {change}, {doing}.{again}"
    return f"Nếu kỳ này {worse}: {change}, {effect}."


def scorecards_panel(user: User, unit: Unit) -> Panel:
    """Return the unit's scorecards the person may open, newest round first. One query."""
    cards = visible_scorecards(user).filter(unit=unit).order_by("-round__period_end", "-pk")[:_CARDS_SHOWN]
    lines = []
    for card in cards:
        detail = _index_words(user, card)
        if card.self_total is not None:
            detail = "; ".join(part for part in (f"Tự chấm {show(card.self_total)} điểm", detail) if part)
        url = reverse("emulation:scorecard-detail", args=[card.pk])
        tone = {"open": "neutral", "submitted": "wait", "appraised": "ok"}.get(card.state, "neutral")
        lines.append(PanelLine(card.round.name, url, detail, card.get_state_display(), tone))
    return Panel("Phiếu chấm điểm các đợt", lines, "Chưa có phiếu chấm điểm nào.")


def _index_words(user: User, card: Scorecard) -> str:
    """Return the index of a scorecard in words, "" while this reader may not know it."""
    if card.index is None or not (card.round.state == RoundState.PUBLISHED or sees_all(user, card.round.issuer)):
        return ""
    return f"Chỉ số {show_fixed(card.index, card.round.criteria_set.index_decimals)} %"
