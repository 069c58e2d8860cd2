"""The appraisers' queue as posted and shown: its filter, the rows of one page, which of them are ticked."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from emulation.doubt import LABELS
from emulation.forms.rows import RowForm, bind_row, show_row
from emulation.queries.appraisal import Queued
from emulation.services.rows import Saved

PICKED = "ky"  # static/js/pick.js counts boxes of this name
ALL = "tat_ca"
SEEN = "da_thay"
PROPOSED, DOUBTFUL = "de-nghi", "can-xem"
MAX_SHOWN = 100


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the address asks for: codes of unit, area and criterion, and a kind of doubt; "" leaves a part open."""

    unit: str = ""
    area: str = ""
    criterion: str = ""
    doubt: str = ""

    @classmethod
    def read(cls, data: QueryDict) -> "QueueFilter":
        """Return the filter of an address; unknown values find nothing, they are no error."""
        return cls(*(data.get(name, "")[:60] for name in ("don_vi", "linh_vuc", "tieu_chi", "nghi")))

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for."""
        return self != QueueFilter()

    def picks(self, one: Queued) -> bool:
        """Tell whether a row passes."""
        row = one.row
        return (
            self.unit in ("", row.scorecard.unit.code)
            and self.area in ("", one.area)
            and self.criterion in ("", row.criterion.code)
            and self._picks_doubt(one)
        )

    def _picks_doubt(self, one: Queued) -> bool:
        if self.doubt == PROPOSED:
            return one.proposed
        if self.doubt == DOUBTFUL:
            return not one.proposed
        return not self.doubt or self.doubt in one.doubt.codes


def choices_of(queue: Sequence[Queued]) -> dict[str, list[Any]]:
    """Return what the filter offers: units, areas, criteria and kinds of doubt that wait, each once, in order."""
    units = {one.row.scorecard.unit.code: one.row.scorecard.unit for one in queue}
    criteria = {one.row.criterion.code: one.row.criterion for one in queue}
    found = {code for one in queue for code in one.doubt.codes}
    ordered = sorted(criteria.values(), key=lambda criterion: criterion.position)
    area_of = {one.row.criterion.code: one.area for one in queue}
    return {
        "units": sorted(units.values(), key=lambda unit: unit.position),
        "areas": list(dict.fromkeys(area_of[criterion.code] for criterion in ordered)),
        "criteria": ordered,
        "doubts": [(code, label) for code, label in LABELS.items() if code in found],
    }


def digest(queue: Iterable[Queued]) -> str:
    """Return what stands for rows and versions not on the page, so that "all of the filter" means what was seen."""
    parts = sorted(f"{one.row.pk}:{one.row.version}" for one in queue)
    return hashlib.sha256(";".join(parts).encode()).hexdigest()[:24]


@dataclass(slots=True)
class QueueRow:
    """One row on the page: its form, whether it is ticked, and what is known of it."""

    queued: Queued
    form: RowForm
    ticked: bool


def show_queue(rows: Iterable[Queued], phase: str) -> list[QueueRow]:
    """Return rows showing what is stored; those proposed, and nobody else's to appraise, are ticked."""
    return [QueueRow(one, show_row(one.row, phase), one.proposed and not one.others) for one in rows]


def posted_ids(data: Mapping[str, str]) -> list[int]:
    """Return the ids of the rows that were on the page, in their order, at most MAX_SHOWN."""
    names = [name[1:-8] for name in data if name.startswith("r") and name.endswith("-version")]
    return [int(name) for name in names if name.isascii() and name.isdigit() and len(name) < 12][:MAX_SHOWN]


def bind_queue(rows: Iterable[Queued], data: QueryDict, phase: str) -> list[QueueRow]:
    """Return the rows of the page bound to what was posted."""
    ticked = set(data.getlist(PICKED))
    return [QueueRow(one, bind_row(one.row, phase, data), str(one.row.pk) in ticked) for one in rows]


def chosen_of(rows: Iterable[QueueRow], data: QueryDict) -> dict[int, int]:
    """Return {row id: version as seen} of the ticked rows nobody typed in; a broken version counts as 0, so stale."""
    versions = {}
    for one in rows:
        if one.ticked and not one.form.touched:
            text = data.get(f"{one.form.prefix}-version", "")
            versions[one.form.row.pk] = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return versions


def take(rows: Iterable[QueueRow], saved: Saved) -> None:
    """Show what became of the rows of one scorecard: errors beside their cause, saved ones as saved."""
    changed = {row.pk: row for row in saved.changed}
    for one in rows:
        form = one.form
        if form.row.pk in saved.errors:
            form.put_error(saved.errors[form.row.pk])
            if form.stale:
                form.row.refresh_from_db(fields=["version"])
                form.version = form.row.version
        elif form.row.pk in changed:
            fresh = changed[form.row.pk]
            one.form = show_row(fresh, form.phase)
            one.ticked = False
