"""A list of due days as an iCalendar object (RFC 5545), for phones and mail programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vDuration

# A due day is a whole day; the alarm rings at 8:00 on the day before, not at midnight.
ALARM_BEFORE = timedelta(hours=-16)
REFRESH = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Entry:
    """One due day: `uid` lasts, `sequence` grows with every change, `path` is the page that says more."""

    uid: str
    day: date
    summary: str
    description: str
    path: str
    changed_at: datetime
    sequence: int
    alarm: bool


def calendar_bytes(entries: Iterable[Entry], *, name: str, site: str) -> bytes:
    """Return the calendar as UTF-8 with CRLF and folded lines; `site` ("https://host") precedes each path.

    Events are whole days without a time zone: a due day is that day wherever the phone thinks it is.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Ninh Giang//CCHC va Thi dua//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for entry in entries:
        calendar.add_component(_event(entry, site))
    return calendar.to_ical()


def _event(entry: Entry, site: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", entry.summary)
    event.add("description", f"{entry.description}\n{site}{entry.path}")
    event.add("url", f"{site}{entry.path}")
    event.add("transp", "TRANSPARENT")  # a due day does not make anybody busy
    if entry.alarm:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.summary)
        alarm.add("trigger", ALARM_BEFORE)
        event.add_component(alarm)
    return event
