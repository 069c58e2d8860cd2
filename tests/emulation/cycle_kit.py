"""Steps many tests of the cycle take: days from now, unlocking, finishing appraisal 1."""

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from django.utils import timezone

from emulation.forms.scorecards import seen_text
from emulation.locks import SELF
from emulation.models import Round, Scorecard, ScorecardRow, Unlock
from emulation.services import accept_unchanged, complete_appraisal, save_self_row
from emulation.services.rows import RowEntry
from emulation.services.unlocks import unlock_scorecard
from ninhgiang.calendar import today
from tests.emulation.year import row_of

NOW = "2026-11-02T09:00:00+07:00"  # a Monday


def days(count: int) -> Any:
    """Return the day so many days from today."""
    return today() + timedelta(days=count)


def unlock(
    commune: Any,
    card: Scorecard,
    *,
    until: Any = None,
    who: str = "pct",
    phase: str = SELF,
    reason: str = "Đơn vị mất mạng",
    row: ScorecardRow | None = None,
) -> Unlock:
    """Unlock a scorecard, or one row, for four hours."""
    return unlock_scorecard(
        actor=commune.people[who],
        scorecard_id=card.pk,
        phase=phase,
        reason=reason,
        until=until or timezone.now() + timedelta(hours=4),
        row_id=row.pk if row else None,
    )


def type_in(commune: Any, card: Scorecard, code: str, value: Any, *, who: str = "cv.kt", note: str = "Sửa") -> Any:
    """Save one self-scored row as it stands now."""
    row = row_of(card, code)
    return save_self_row(
        actor=commune.people[who], scorecard_id=card.pk, entry=RowEntry(row.pk, row.version, value, note)
    )


def finish_first(round_: Round, commune: Any) -> None:
    """Accept and complete every scorecard of a round."""
    for card in Scorecard.objects.filter(round=round_):
        accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
        complete_appraisal(actor=commune.people["vhxh"], scorecard_id=card.pk)


def seen(card: Scorecard) -> dict[str, Any]:
    """Return what the page of a scorecard sends with a step: its version and those of its rows, as they stand now."""
    fresh = Scorecard.objects.get(pk=card.pk)
    return {"version": fresh.version, "seen": seen_text(fresh.rows.filter(applicable=True))}


class _Forms(HTMLParser):
    """Collects the forms of a page: their action, and what a browser would send of their fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a form or one of its fields."""
        given = dict(attrs)
        name, kind = given.get("name") or "", given.get("type", "text")
        if tag == "form":
            self.found.append((given.get("action") or "", {}))
        elif not self.found:
            return
        elif tag == "textarea":
            self.area = name
            self.found[-1][1][name] = ""
        elif tag == "input" and name and (kind in ("text", "hidden", "number") or "checked" in given):
            self.found[-1][1][name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        """Close a text area."""
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        """Take what stands in a text area."""
        if self.area:
            self.found[-1][1][self.area] += data


def form_of(page: str, *, action: str = "", has: str = "") -> dict[str, str]:
    """Return what the form with that action, or with a field whose name ends so, would send."""
    forms = _Forms()
    forms.feed(page)
    return next(
        data
        for where, data in forms.found
        if (action and where == action) or (has and any(name.endswith(has) for name in data))
    )
