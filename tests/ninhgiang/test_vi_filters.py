"""The built-in template filters."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import engines

from ninhgiang.templatetags import vi


def render(expression: str, value: object) -> str:
    """Render one expression with Django's own engine, without loading any library."""
    return engines["django"].from_string("{{ " + expression + " }}").render({"value": value})


@pytest.mark.parametrize(
    ("expression", "value", "shown"),
    [
        ("value|day", date(2026, 11, 5), "05/11/2026"),
        ("value|day", datetime(2026, 11, 5, 17, 30, tzinfo=UTC), "06/11/2026"),
        ("value|day", "2026-11-05", "05/11/2026"),
        ("value|day", "2026-11-05T17:30:00+00:00", "06/11/2026"),
        ("value|weekday_day", date(2026, 11, 5), "thứ Năm, 05/11/2026"),
        ("value|weekday_day", date(2026, 11, 8), "Chủ nhật, 08/11/2026"),
        ("value|moment", datetime(2026, 11, 5, 7, 3, tzinfo=UTC), "14:03 05/11/2026"),
        ("value|moment", "2026-11-05T07:03:00+00:00", "14:03 05/11/2026"),
        ("value|points", Decimal("8.50"), "8,5"),
        ("value|points", Decimal("0.00"), "0"),
        ("value|points", Decimal("81.33"), "81,33"),
        ("value|points", "8.50", "8,5"),
        ("value|points", Decimal("-0.75"), "−0,75"),
        ("value|points", 100, "100"),
        ("value|points", "không đánh giá", "không đánh giá"),
        ("value|fixed", Decimal(82), "82,00"),
        ("value|fixed:3", Decimal("92.7080"), "92,708"),
        ("value|fixed:1", "84.35", "84,4"),
        ("value|fixed", Decimal("-0.5"), "−0,50"),
        ("value|fixed:0", Decimal("92.5"), "93"),
        ("value|money", 1520000, "1.520.000"),
        ("value|money", 0, "0"),
    ],
)
def test_filters_show_values_in_vietnamese_writing(expression: str, value: object, shown: str) -> None:
    assert render(expression, value) == shown


@pytest.mark.parametrize("name", ["day", "weekday_day", "moment", "points", "fixed", "money"])
@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_shows_nothing(name: str, nothing: str | None) -> None:
    assert getattr(vi, name)(nothing) == ""
