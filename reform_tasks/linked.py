"""What the apps above add to pages of tasks: a registry they fill, since reform_tasks may not import them.

Each registers its providers in ``AppConfig.ready``::

    from reform_tasks import linked
    linked.register_stakes(points_at_stake)     # (occurrences) -> {occurrence id: list[Stake]}
    linked.register_panel(scorecards_panel)     # (user, unit) -> Panel | None

A provider answers with a constant number of queries.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from reform_tasks.models import Occurrence
from units.models import Unit, User


@dataclass(frozen=True, slots=True)
class Stake:
    """A criterion that a duty feeds: what lapses when it is late, at the present count, in one Vietnamese sentence.

    `points` is what lapses, 0 when nothing does; `basis` says which round or set it was worked out with.
    """

    code: str
    name: str
    points: Decimal
    sentence: str
    url: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One line of a panel; tone is that of the badges."""

    title: str
    url: str
    detail: str = ""
    badge: str = ""
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel on the page of a unit; `empty` is shown when there are no lines."""

    title: str
    lines: list[PanelLine] = field(default_factory=list)
    empty: str = ""


StakesProvider = Callable[[Iterable[Occurrence]], dict[int, list[Stake]]]
PanelProvider = Callable[[User, Unit], Panel | None]

_stakes: list[StakesProvider] = []
_panels: list[PanelProvider] = []


def register_stakes(provider: StakesProvider) -> StakesProvider:
    """Add a provider of stakes; registering the same function twice is harmless."""
    if provider not in _stakes:
        _stakes.append(provider)
    return provider


def register_panel(provider: PanelProvider) -> PanelProvider:
    """Add a provider of a unit's panel; registering the same function twice is harmless."""
    if provider not in _panels:
        _panels.append(provider)
    return provider


def stakes_of(occurrences: Iterable[Occurrence]) -> dict[int, list[Stake]]:
    """Return the stakes of each occurrence (loaded with unit, task and plan); those without any are left out."""
    occurrences = list(occurrences)
    found: dict[int, list[Stake]] = defaultdict(list)
    if occurrences:
        for provider in _stakes:
            for pk, stakes in provider(occurrences).items():
                found[pk].extend(stakes)
    return dict(found)


def panels_of(user: User, unit: Unit) -> list[Panel]:
    """Return what the apps above show on the page of a unit to this person."""
    return [panel for provider in _panels if (panel := provider(user, unit)) is not None]
