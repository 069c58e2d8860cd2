"""Forms of scorecards: the version a button was pressed on, a reason, the evidence of a row."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms

from emulation.models import RowEvidence, ScorecardRow
from reform_tasks.forms.evidence import EvidenceChoiceForm, files_field
from reform_tasks.models import Evidence
from reform_tasks.queries import library_of
from units.models import Unit


class VersionForm(forms.Form):
    """The version of the scorecard as the person saw it; a broken one is never current."""

    version = forms.IntegerField(min_value=0)

    def seen(self) -> int:
        """Return the version, 0 when it is missing or broken."""
        return self.cleaned_data["version"] if self.is_valid() else 0


_SEEN = re.compile(r"([0-9]{1,10}):([0-9]{1,9})")


def seen_text(rows: Iterable[ScorecardRow]) -> str:
    """Return rows with their versions as a page sends them back with a step taken on all of them."""
    return "_".join(f"{row.pk}:{row.version}" for row in rows)


def read_seen(data: Mapping[str, str]) -> dict[int, int]:
    """Return {row id: version} as the person saw them; a page that does not say it saw nothing."""
    return {int(pk): int(version) for pk, version in _SEEN.findall(data.get("seen", "")[:20_000])}


class RowEvidenceForm(EvidenceChoiceForm):
    """Which files prove a row in one step: ticks in a unit's library with the pages meant, and new files.

    `others_used` are the row's files of the other steps, which stay. `was` are the files the page was made with.
    """

    uploads = files_field("Tải tệp mới")
    was = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, unit: Unit, row: ScorecardRow, phase: str, **kwargs: Any) -> None:
        uses = list(row.evidence_uses.all())
        used = [use for use in uses if use.phase == phase]
        self.others_used = [use for use in uses if use.phase != phase]
        taken = {use.evidence_id for use in self.others_used}
        kwargs["initial"] = {"evidence": [str(use.evidence_id) for use in used], "was": _files_text(used)}
        super().__init__(*args, library=library_of(unit).exclude(pk__in=taken), used=used, **kwargs)

    def chosen_files(self) -> list[Evidence]:
        """Return the ticked files of a valid form."""
        return [item for item in self.library if item.pk in self.cleaned_data["evidence"]]

    def seen(self) -> dict[UUID, str]:
        """Return {id: pages} of the files that stood on the page; a page that does not say it saw none of them."""
        found = _FILES.findall(self.cleaned_data["was"])
        return {UUID(pk): pages.replace(".", ", ") for pk, pages in found}

    def typed(self) -> dict[str, str]:
        """Return the files ticked in a posted form with their pages, for a page that refuses it; {} when not posted."""
        if not self.is_bound:
            return {}
        names = [f"{one.item.original_name}{f' (trang {one.pages})' if one.pages else ''}" for one in self.chosen()]
        return {str(self["evidence"].label): ", ".join(names)} if names else {}


# Written in letters of codes only, so that no page takes it for something a person typed (ninhgiang.typed).
_FILES = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([0-9.-]*)")


def _files_text(uses: Iterable[RowEvidence]) -> str:
    return "_".join(f"{use.evidence_id}:{use.pages.replace(', ', '.')}" for use in uses)
