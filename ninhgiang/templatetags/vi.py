"""Built-in template filters: dates, points and money in Vietnamese writing. None and "" show nothing."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django import template

from ninhgiang import calendar, vietnamese
from ninhgiang import points as points_module

register = template.Library()

type Dated = date | datetime | str | None


def _as_date(value: Dated) -> date | None:
    """Return the Vietnamese date of a date, an aware datetime or their ISO text (snapshots hold texts)."""
    if not value:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return calendar.local_date(value) if isinstance(value, datetime) else value


@register.filter
def day(value: Dated) -> str:
    """Show a day: 05/11/2026."""
    found = _as_date(value)
    return calendar.day_text(found) if found else ""


@register.filter
def weekday_day(value: Dated) -> str:
    """Show a day with its weekday: "thứ Năm, 05/11/2026"."""
    found = _as_date(value)
    return calendar.weekday_day_text(found) if found else ""


@register.filter
def moment(value: datetime | str | None) -> str:
    """Show a moment in Vietnamese time: "14:03 05/11/2026"."""
    if not value:
        return ""
    return calendar.moment_text(datetime.fromisoformat(value) if isinstance(value, str) else value)


@register.filter
def points(value: Decimal | int | str | None) -> str:
    """Show points with a decimal comma and a true minus: Decimal("-8.50") -> "−8,5"; other text as it is."""
    if value is None or value == "":
        return ""
    try:
        return points_module.show(Decimal(str(value))).replace("-", "−")
    except InvalidOperation:
        return str(value)


@register.filter
def fixed(value: Decimal | int | str | None, decimals: int = 2) -> str:
    """Show a number with exactly so many decimals: "82,00"; a published index always has its set's places."""
    return "" if value is None or value == "" else points_module.show_fixed(Decimal(str(value)), decimals)


@register.filter
def money(value: int | str | None) -> str:
    """Show whole đồng grouped by dots: "1.520.000"."""
    return "" if value is None or value == "" else vietnamese.show_money(int(value))
