"""What the morning's digest of a person holds: a registry the apps above fill, and the composing.

``units`` may not import the apps above it, so each of them registers its provider in ``AppConfig.ready``::

    from units import digests
    digests.register(duty_lines, instead_of=(todo.unit_items,))

A provider takes (user, day) and answers, with a constant number of queries, the lines that concern the person on that
working day. Everything else on the person's list of things to do (units.todo) is added, but for the providers of that
list which a digest provider says the same thing better than (``instead_of``).
"""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from . import todo
from .enums import DigestGroup
from .models import Notification, User

# A digest is read on a phone: what goes beyond is counted and found behind the link of the section.
LINES_A_SECTION = 30
_SHOWN_TONES = {DigestGroup.RETURNED: "bad", DigestGroup.OVERDUE: "bad", DigestGroup.SOON: "warn"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the digest tells: `title` what, `detail` when and why, `url` where (a path of this program)."""

    group: DigestGroup
    title: str
    detail: str
    url: str


@dataclass(slots=True)
class Section:
    """The lines of one group; `more` counts those left out."""

    group: DigestGroup
    lines: list[Line] = field(default_factory=list)
    more: int = 0

    @property
    def count(self) -> int:
        """How many lines belong to the group, shown or not."""
        return len(self.lines) + self.more

    def as_data(self) -> dict[str, Any]:
        """Return the section as it is stored with the digest and handed to the templates."""
        lines = [{key: text for key, text in asdict(line).items() if key != "group"} for line in self.lines]
        heading = str(self.group.label)
        tone = _SHOWN_TONES.get(self.group, "neutral")
        return {"heading": heading, "tone": tone, "count": self.count, "more": self.more, "lines": lines}


type Provider = Callable[[User, date], list[Line]]

_providers: dict[Provider, tuple[todo.TodoProvider, ...]] = {}


def register(provider: Provider, *, instead_of: Collection[todo.TodoProvider] = ()) -> None:
    """Add a provider of lines; registering the same function twice is harmless."""
    _providers[provider] = tuple(instead_of)


def compose(user: User, day: date) -> list[Section]:
    """Return the sections of a person's digest for a day, in the order of DigestGroup; none when there is nothing."""
    lines = [line for provider in _providers for line in provider(user, day)]
    replaced = [provider for replaced in _providers.values() for provider in replaced]
    lines += [_line_of(item, day) for item in todo.items_for(user, without=replaced)]
    told = {line.url for line in lines}
    news = [notice for notice in waiting_notices(user) if notice.url not in told]
    lines += [Line(DigestGroup.NEWS, notice.text, "", notice.url) for notice in news]
    sections = []
    for group in DigestGroup:
        found = [line for line in lines if line.group == group]
        if found:
            sections.append(Section(group, found[:LINES_A_SECTION], max(0, len(found) - LINES_A_SECTION)))
    return sections


def waiting_notices(user: User) -> list[Notification]:
    """Return the quiet notices that no digest has told and the person has not read, oldest first."""
    found = Notification.objects.filter(user=user, instant=False, digest=None, read_at=None)
    return list(found.filter(created_at__lte=timezone.now()).order_by("pk"))


def title_of(sections: list[Section]) -> str:
    """Return the digest's title: "3 việc hôm nay", with the weekly summary or news named when they come along."""
    counts = {section.group: section.count for section in sections}
    weekly, news = counts.pop(DigestGroup.WEEKLY, 0), counts.pop(DigestGroup.NEWS, 0)
    work = sum(counts.values())
    parts = []
    if work:
        parts.append(f"{work} việc hôm nay")
    if weekly:
        parts.append(f"{weekly} đơn vị có việc quá hạn")
    if news and not parts:
        parts.append(f"{news} tin mới")
    return ", ".join(parts)


def _line_of(item: todo.TodoItem, day: date) -> Line:
    """Return a thing to do as a line; its group by how it stands on the day."""
    late = item.due_on is not None and item.due_on < day
    group = DigestGroup.OVERDUE if late else DigestGroup.WAITING
    detail = item.detail
    if item.due_on is not None:
        words = todo.due_words(item.due_on, day)[0]
        detail = f"{detail} · {words}" if detail else words
    return Line(DigestGroup.RETURNED if item.returned else group, item.title, detail, item.url)
