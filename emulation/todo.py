"""What people have to do in scoring, and its figures, for the home page (units.todo)."""

from django.db.models import Case, Count, Exists, OuterRef, Q, When
from django.urls import reverse
from django.utils import timezone

from emulation.enums import AppealSource, AppealState, NodeKind, RoundState, ScorecardState
from emulation.locks import (
    EXPLANATION,
    deadline_passed,
    explanation_passed,
    may_be_unlocked,
    self_days_open,
    unlock_words,
)
from emulation.models import Appeal, RankingEntry, Round, Scorecard, ScorecardRow, Unlock
from emulation.queries.appraisal import named_rows, waiting_rows
from emulation.rules import own_units
from ninhgiang.calendar import VIETNAM, today
from ninhgiang.points import show_fixed
from units.enums import RoleKind
from units.models import Unit, User
from units.rules import units_where
from units.todo import Stat, TodoItem


def scoring_items(user: User) -> list[TodoItem]:
    """Return the person's things to do in scoring; at most nine queries."""
    own = (*_of_units(user), *_parts(user), *_to_confirm(user))
    return [*own, *_of_reviewer(user), *_of_leader(user), *_appeals(user)]


def _of_units(user: User) -> list[TodoItem]:
    units = own_units(user)
    if not units:
        return []
    required = Q(rows__applicable=True, rows__criterion__kind=NodeKind.CRITERION)
    cards = (
        Scorecard.objects.filter(unit__in=units, state=ScorecardState.OPEN, round__state=RoundState.SELF_SCORING)
        .select_related("round", "unit")
        .annotate(
            required=Count("rows", filter=required),
            filled=Count("rows", filter=required & Q(rows__self_points__isnull=False)),
        )
    )
    heads = {unit.pk for unit in units_where(user, RoleKind.UNIT_HEAD)}
    scoring = [_card_item(card, is_head=card.unit_id in heads) for card in cards if self_days_open(card.round)]
    return [*_explanations(units, heads), *scoring, *_unlocked(units)]


def _unlocked(units: list[Unit]) -> list[TodoItem]:
    """Return what the leader has unlocked for these units, a line for each scorecard and step. One query.

    Left out where the step is open to all anyway: it has a line of its own.
    """
    held = Unlock.objects.filter(scorecard__unit__in=units, until__gt=timezone.now(), closed_at=None)
    lines: dict[tuple[int, str], list[Unlock]] = {}
    for one in held.select_related("scorecard__round", "scorecard__unit", "row__criterion").order_by("-until", "pk"):
        if may_be_unlocked(one.scorecard, one.phase) and not _open_to_all(one.scorecard, one.phase):
            lines.setdefault((one.scorecard_id, one.phase), []).append(one)
    return [_unlocked_item(found[0].scorecard, phase, found) for (_, phase), found in lines.items()]


def _open_to_all(card: Scorecard, phase: str) -> bool:
    if phase == EXPLANATION:
        opened = card.round.state == RoundState.EXPLANATION and not explanation_passed(card.round)
        return opened and card.state == ScorecardState.EXPLAINING
    opened = card.round.state == RoundState.SELF_SCORING and self_days_open(card.round)
    return opened and card.state == ScorecardState.OPEN


def _unlocked_item(card: Scorecard, phase: str, unlocks: list[Unlock]) -> TodoItem:
    verb = "Giải trình phần được mở khóa" if phase == EXPLANATION else "Sửa phần được mở khóa"
    why = "; ".join(dict.fromkeys(one.reason for one in unlocks))
    place = "emulation:explanation" if phase == EXPLANATION else "emulation:scorecard-detail"
    return TodoItem(
        title=f"{verb}: {card.round.name}",
        detail=f"{card.unit.name}, mở khóa {unlock_words(unlocks)}. Lý do: {why}",
        url=reverse(place, args=[card.pk]),
        tone="warn",
        due_on=timezone.localdate(min(one.until for one in unlocks), VIETNAM),
    )


def _explanations(units: list[Unit], heads: set[int]) -> list[TodoItem]:
    """Return the scorecards that wait for explanations of these units. One query."""
    flagged = Q(rows__flagged=True, rows__applicable=True)
    cards = (
        Scorecard.objects.filter(unit__in=units, state=ScorecardState.EXPLAINING, round__state=RoundState.EXPLANATION)
        .select_related("round", "unit")
        .annotate(
            asked=Count("rows", filter=flagged), answered=Count("rows", filter=flagged & ~Q(rows__answer_draft=""))
        )
    )
    items = []
    for card in cards:
        asked, answered = card.asked, card.answered
        verb = "Gửi giải trình" if card.unit_id in heads and asked == answered else "Giải trình"
        detail = f"{card.unit.name}, đã trả lời {answered}/{asked} tiêu chí"
        url = reverse("emulation:explanation", args=[card.pk])
        items.append(TodoItem(f"{verb}: {card.round.name}", detail, url, "bad", card.round.explain_until))
    return items


def _card_item(card: Scorecard, *, is_head: bool) -> TodoItem:
    filled, required = card.filled, card.required  # type: ignore[attr-defined]
    verb = "Nộp phiếu chấm điểm" if is_head and filled == required else "Tự chấm điểm"
    return TodoItem(
        title=f"{verb}: {card.round.name}",
        detail=f"{card.unit.name}, đã chấm {filled}/{required} tiêu chí",
        url=reverse("emulation:scorecard-detail", args=[card.pk]),
        tone="wait" if filled else "warn",
        due_on=card.round.self_score_until,
    )


def _parts(user: User) -> list[TodoItem]:
    """Return the rounds in which criteria of other units wait for this person's unit, as named. One query."""
    units = own_units(user)
    if not units:
        return []
    until = Case(
        When(scorecard__round__state=RoundState.REAPPRAISAL, then="scorecard__round__reappraise_until"),
        default="scorecard__round__appraise_until",
    )
    rows = named_rows(waiting_rows(), units).annotate(until=until)
    found = rows.order_by().values_list("scorecard__round", "scorecard__round__name", "until")
    return [
        TodoItem(
            title=f"Thẩm định tiêu chí được giao: {name}",
            detail=f"{count} dòng của các đơn vị khác",
            url=reverse("emulation:appraisal-queue", args=[pk]),
            tone="bad" if day and today() > day else "warn",
            due_on=day,
        )
        for pk, name, day, count in found.annotate(count=Count("pk"))
    ]


def _of_reviewer(user: User) -> list[TodoItem]:
    issuers = units_where(user, RoleKind.REVIEWER)
    if not issuers:
        return []
    states = (
        RoundState.DRAFT,
        RoundState.SELF_SCORING,
        RoundState.APPRAISAL,
        RoundState.EXPLANATION,
        RoundState.REAPPRAISAL,
    )
    rounds = Round.objects.filter(issuer__in=issuers, state__in=states).annotate(
        cards=Count("scorecards"),
        handed_in=Count("scorecards", filter=~Q(scorecards__state=ScorecardState.OPEN)),
        to_appraise=Count("scorecards", filter=Q(scorecards__state=ScorecardState.SUBMITTED)),
        to_explain=Count("scorecards", filter=Q(scorecards__state=ScorecardState.EXPLAINING)),
        explained=Count("scorecards", filter=Q(scorecards__state=ScorecardState.EXPLAINED)),
        asked=Exists(ScorecardRow.objects.filter(scorecard__round=OuterRef("pk"), flagged=True, applicable=True)),
    )
    return [item for round_ in rounds if (item := _round_item(round_)) is not None]


def _round_item(round_: Round) -> TodoItem | None:
    url = reverse("emulation:round-detail", args=[round_.pk])
    cards: int = round_.cards  # type: ignore[attr-defined]
    handed_in: int = round_.handed_in  # type: ignore[attr-defined]
    waiting: int = round_.to_appraise  # type: ignore[attr-defined]
    if round_.state == RoundState.DRAFT:
        return TodoItem(f"Mở đợt: {round_.name}", "Đợt đã tạo, đơn vị chưa tự chấm được", url, "wait")
    if round_.state == RoundState.SELF_SCORING:
        if not deadline_passed(round_) and handed_in < cards:
            return None
        detail = f"{handed_in}/{cards} đơn vị đã nộp"
        return TodoItem(f"Đóng tự chấm: {round_.name}", detail, url, "warn", round_.self_score_until)
    if round_.state in (RoundState.EXPLANATION, RoundState.REAPPRAISAL):
        return _window_item(round_, url)
    if waiting:
        tone = "bad" if today() > round_.appraise_until else "warn"
        detail = f"Còn {waiting}/{cards} phiếu chưa thẩm định xong"
        return TodoItem(f"Thẩm định: {round_.name}", detail, url, tone, round_.appraise_until, waiting)
    detail = f"{cards}/{cards} phiếu đã thẩm định"
    if round_.asked:  # type: ignore[attr-defined]
        detail = f"{detail}, còn yêu cầu giải trình chưa gửi đơn vị"
        return TodoItem(f"Gửi yêu cầu giải trình: {round_.name}", detail, url, "warn", round_.appraise_until)
    return TodoItem(f"Xếp hạng: {round_.name}", detail, url, "wait", round_.appraise_until)


def _window_item(round_: Round, url: str) -> TodoItem | None:
    waiting: int = round_.to_explain  # type: ignore[attr-defined]
    explained: int = round_.explained  # type: ignore[attr-defined]
    if round_.state == RoundState.EXPLANATION:
        if waiting and not explanation_passed(round_):
            return None
        detail = f"{explained} đơn vị đã giải trình, {waiting} chưa"
        return TodoItem(f"Đóng giải trình: {round_.name}", detail, url, "warn", round_.explain_until)
    if explained:
        detail = f"Còn {explained} phiếu chờ thẩm định lần 2"
        return TodoItem(f"Thẩm định lần 2: {round_.name}", detail, url, "warn", round_.reappraise_until, explained)
    return TodoItem(f"Xếp hạng: {round_.name}", "Đã thẩm định xong lần 2", url, "wait", round_.reappraise_until)


def _appeals(user: User) -> list[TodoItem]:
    """Return the appeals and corrections that wait for the person's decision, one line each. At most one query."""
    leads, issuers = units_where(user, RoleKind.LEADER), units_where(user, RoleKind.REVIEWER, RoleKind.LEADER)
    if not issuers:
        return []
    waiting = Appeal.objects.filter(scorecard__round__issuer__in=issuers, state=AppealState.FILED)
    sources = list(waiting.order_by().values_list("source", flat=True))
    corrections = sources.count(AppealSource.CORRECTION)
    lines = [("Giải quyết kiến nghị", "kiến nghị chờ trả lời", len(sources) - corrections)]
    if leads:
        lines.append(("Quyết định đính chính", "đề nghị đính chính chờ quyết định", corrections))
    url = reverse("emulation:appeal-list")
    return [TodoItem(title, f"{count} {what}", url, "warn") for title, what, count in lines if count]


def _to_confirm(user: User) -> list[TodoItem]:
    """Return the appeals recorded by phone that the head has still to confirm. One query for heads."""
    units = units_where(user, RoleKind.UNIT_HEAD)
    if not units:
        return []
    recorded = Appeal.objects.filter(
        scorecard__unit__in=units, source=AppealSource.PHONE, state=AppealState.FILED, confirmed_at=None
    )
    return [
        TodoItem(
            title="Xác nhận kiến nghị đã ghi nhận qua điện thoại",
            detail=f"{one.scorecard.unit.name}, {one.scorecard.round.name}",
            url=reverse("emulation:appeal-detail", args=[one.pk]),
            tone="warn",
        )
        for one in recorded.select_related("scorecard__unit", "scorecard__round")
    ]


def _of_leader(user: User) -> list[TodoItem]:
    issuers = units_where(user, RoleKind.LEADER)
    if not issuers:
        return []
    return [
        TodoItem(
            title=f"Xem xét, công bố: {round_.name}",
            detail="Kết quả xếp hạng đã được trình",
            url=reverse("emulation:ranking", args=[round_.pk]),
            tone="warn",
        )
        for round_ in Round.objects.filter(issuer__in=issuers, state=RoundState.RANKED, practice=False)
    ]


def scoring_figures(user: User) -> list[Stat]:
    """Return the person's figures: a unit's last place, or how many scorecards are in; at most two queries."""
    return [*_last_places(user), *_open_round_figures(user)]


def _last_places(user: User) -> list[Stat]:
    units = own_units(user)
    if not units:
        return []
    entries = RankingEntry.objects.filter(unit__in=units, ranking__published_at__isnull=False)
    entry = entries.select_related("ranking__round__criteria_set").order_by("-ranking__published_at").first()
    if entry is None:
        return []
    url = reverse("emulation:ranking", args=[entry.ranking.round_id])
    decimals = entry.ranking.round.criteria_set.index_decimals
    return [
        Stat(
            f"Xếp hạng trong khối, chỉ số {show_fixed(entry.index, decimals)} %",
            f"Hạng {entry.rank}" if entry.rank else "Không xếp hạng",
            url,
        )
    ]


def _open_round_figures(user: User) -> list[Stat]:
    issuers = units_where(user, RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.LEADER)
    if not issuers:
        return []
    rounds = Round.objects.filter(
        issuer__in=issuers, state__in=(RoundState.SELF_SCORING, RoundState.APPRAISAL)
    ).annotate(
        cards=Count("scorecards"),
        handed_in=Count("scorecards", filter=Q(scorecards__submitted_at__isnull=False)),
        appraised=Count("scorecards", filter=Q(scorecards__state=ScorecardState.APPRAISED)),
    )
    stats = []
    for round_ in rounds[:2]:
        cards = round_.cards  # type: ignore[attr-defined]
        if round_.state == RoundState.SELF_SCORING:
            label, count = "phiếu đã nộp", round_.handed_in  # type: ignore[attr-defined]
        else:
            label, count = "phiếu đã thẩm định", round_.appraised  # type: ignore[attr-defined]
        url = reverse("emulation:round-detail", args=[round_.pk])
        stats.append(Stat(f"{label}: {round_.name}", f"{count}/{cards}", url))
    return stats
