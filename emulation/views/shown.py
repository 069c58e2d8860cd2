"""What several screens of emulation show alike: steps of a round, tones of badges, bands, the rule for ties."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from emulation.enums import RoundState, ScorecardState
from emulation.models import Criterion, Round, Scorecard
from ninhgiang.calendar import day_text, weekday_day_text

_LATER = {
    ScorecardState.APPRAISED: ("Đã thẩm định", "ok"),
    ScorecardState.EXPLAINING: ("Chờ đơn vị giải trình", "warn"),
    ScorecardState.EXPLAINED: ("Đã giải trình, chờ thẩm định lần 2", "warn"),
    ScorecardState.FINAL: ("Đã thẩm định lần 2", "ok"),
}
ROUND_TONES = {
    RoundState.DRAFT: "neutral",
    RoundState.SELF_SCORING: "wait",
    RoundState.APPRAISAL: "wait",
    RoundState.EXPLANATION: "wait",
    RoundState.REAPPRAISAL: "wait",
    RoundState.RANKED: "warn",
    RoundState.PUBLISHED: "ok",
}
_ORDER = list(RoundState)
_WINDOW = (RoundState.EXPLANATION, RoundState.REAPPRAISAL)


def round_steps(round_: Round) -> list[dict[str, str]]:
    """Return the steps of a round for the steps component; a practice round ends with its ranking."""
    notes = {
        RoundState.DRAFT: f"Kỳ {day_text(round_.period_start)} – {day_text(round_.period_end)}",
        RoundState.SELF_SCORING: f"Đến hết {weekday_day_text(round_.self_score_until)}",
        RoundState.APPRAISAL: f"Đến hết {weekday_day_text(round_.appraise_until)}",
        RoundState.EXPLANATION: _until(round_.explain_until),
        RoundState.REAPPRAISAL: _until(round_.reappraise_until),
    }
    skipped = [] if round_.explain_until or round_.state in _WINDOW else list(_WINDOW)
    now = _ORDER.index(RoundState(round_.state))
    steps = []
    last = RoundState.RANKED if round_.practice else RoundState.PUBLISHED
    labels = {RoundState.RANKED: "Đã xếp hạng thử"} if round_.practice else {}
    for place, state in enumerate(_ORDER[: _ORDER.index(last) + 1]):
        if state in skipped:
            continue
        mark = "done" if place < now or round_.state == last else "now" if place == now else "todo"
        steps.append({"label": labels.get(state, str(state.label)), "note": notes.get(state, ""), "state": mark})
    return steps


def _until(day: date | None) -> str:
    return f"Đến hết {weekday_day_text(day)}, nếu có tiêu chí phải giải trình" if day else "Nếu có"


def card_status(card: Scorecard) -> tuple[str, str]:
    """Return (label, tone) of a scorecard's state; one closed without being submitted says so."""
    if card.state == ScorecardState.OPEN:
        return ("Đang tự chấm", "wait") if card.first_opened_at else ("Chưa mở phiếu", "neutral")
    if card.state in _LATER:
        return _LATER[ScorecardState(card.state)]
    if card.submitted_at is None:
        return "Không nộp, chờ thẩm định", "bad"
    return "Đã nộp, chờ thẩm định", "warn"


def grade_tone(code: str, bands: Sequence[Mapping[str, str]]) -> str:
    """Return the badge tone of a grade by its place in the bands, highest first."""
    codes = [band["code"] for band in bands]
    place = codes.index(code) if code in codes else len(codes)
    if place < max(1, len(codes) - 3):
        return "ok"
    return {1: "bad", 2: "warn"}.get(len(codes) - place, "wait")


def with_rules(
    criteria: Sequence[Criterion], describe: Callable[[str, Mapping[str, Any], Decimal], str]
) -> list[tuple[Criterion, str]]:
    """Return each criterion with its rule in words."""
    return [(one, describe(one.rule_kind, one.rule_params, one.max_points)) for one in criteria]
