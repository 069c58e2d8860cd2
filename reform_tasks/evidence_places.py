"""Where files are used: a registry, since scorecards live above reform_tasks.

Each app registers in ``AppConfig.ready``: ``evidence_places.register(places_on_scorecards)``, a function
(evidence ids, hold, frozen) -> {evidence id: list[Place]} with a constant number of queries. With ``hold`` it locks
what makes a place official, so that nothing becomes official while the file is being deleted; with ``frozen`` it also
looks into snapshots, which outlive the links (for the page of one file and before deleting it).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Place:
    """One task or criterion that rests on a file. `official` says why the file must stay, "" when it may go."""

    kind: str
    title: str
    url: str
    detail: str = ""
    pages: str = ""
    official: str = ""


class Provider(Protocol):
    """Finds the places of one app."""

    def __call__(
        self, evidence_ids: Collection[UUID], *, hold: bool = False, frozen: bool = False
    ) -> dict[UUID, list[Place]]:
        """Return the places of these files."""


_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add a provider; registering the same function twice is harmless."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def places_of(evidence_ids: Collection[UUID], *, hold: bool = False, frozen: bool = False) -> dict[UUID, list[Place]]:
    """Return every place that rests on each of these files, tasks before criteria."""
    found: dict[UUID, list[Place]] = defaultdict(list)
    if evidence_ids:
        for provider in _providers:
            for pk, places in provider(evidence_ids, hold=hold, frozen=frozen).items():
                found[pk].extend(places)
    return dict(found)
