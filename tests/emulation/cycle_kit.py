"""Steps many tests of the cycle take: days from now, unlocking, finishing appraisal 1."""

from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from emulation.enums import LatePolicy
from emulation.forms.scorecards import seen_text
from emulation.locks import SELF
from emulation.models import CriteriaSet, Round, RowEvidence, Scorecard, ScorecardRow, Unlock
from emulation.services import accept_unchanged, close_self_scoring, complete_appraisal, save_self_row
from emulation.services.clock import close_due_rounds
from emulation.services.rows import RowEntry
from emulation.services.unlocks import unlock_scorecard
from ninhgiang.calendar import today
from reform_tasks.models import Evidence
from tests.emulation.year import card_of, fill, opened, row_of, submitted_all

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


def fresh(thing: Any) -> Any:
    """Return a row as it is stored now."""
    return type(thing).objects.get(pk=thing.pk)


def points(card: Scorecard) -> dict[str, Any]:
    """Return {code: (self points, appraised points)} of what people answer."""
    rows = card.rows.filter(applicable=True, criterion__source="person").select_related("criterion")
    return {row.criterion.code: (row.self_points, row.appraised_points) for row in rows}


def attach(row: ScorecardRow, name: str = "so.xlsx", sha: str = "1") -> Evidence:
    """Attach a file of its unit to a row, as one handed in with it."""
    unit = row.scorecard.unit
    file = Evidence.objects.create(
        unit=unit,
        uploaded_by=row.scorecard.submitted_by,
        original_name=name,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        size=1,
        sha256=sha * 64,
        file=ContentFile(b"x", name),
    )
    RowEvidence.objects.create(row=row, evidence=file)
    return file


def never_handed_in(commune: Any, clock: Any) -> Scorecard:
    """Return a scorecard filled in and never handed in, in a set that gives 0 for that; closed by the clock."""
    CriteriaSet.objects.filter(issuer=commune.issuer).update(
        late_policy=LatePolicy.ZERO, late_points=Decimal("0.5"), late_points_max=Decimal(2)
    )
    found = opened(commune, ("KT",), self_score_until=days(1), appraise_until=days(20))
    fill(card_of(found, commune, "KT"), commune.people["cv.kt"])
    clock.move_to("2026-11-04T09:00:00+07:00")
    close_due_rounds()
    return card_of(found, commune, "KT")


def two_in_appraisal(commune: Any) -> Round:
    """Return a round of two units in appraisal 1, both handed in, with an explanation window."""
    found = two_open(commune)
    submitted_all(commune, found)
    return close_self_scoring(actor=commune.people["vhxh"], round_id=found.pk, reason="Cả hai đã nộp")


def two_open(commune: Any) -> Round:
    """Return a round of two units in self-scoring, with an explanation window."""
    return opened(
        commune, ("KT", "HCC"), self_score_until=days(3), appraise_until=days(10), explain_until=days(14),
        reappraise_until=days(20),
    )  # fmt: skip
