"""Dates and points as typed in Vietnam; anything ambiguous is refused with a sentence."""

from datetime import date, time
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from ninhgiang.fields import ScoreField, TimeOfDayField, VietnameseDateField


def refusal(field: forms.Field, value: object) -> str:
    """Return the one message a field refuses a value with."""
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    (message,) = caught.value.messages
    return message


@pytest.mark.parametrize(
    "typed", ["5/11/2026", "05/11/2026", "05-11-2026", "5-11-2026", "2026-11-05", " 05/11/2026 ", date(2026, 11, 5)]
)
def test_a_day_may_be_typed_in_these_ways(typed: object) -> None:
    assert VietnameseDateField().clean(typed) == date(2026, 11, 5)


@pytest.mark.parametrize("typed", ["", "   ", None])
def test_an_empty_day_is_none_or_required(typed: object) -> None:
    assert VietnameseDateField(required=False).clean(typed) is None
    assert refusal(VietnameseDateField(), typed) == "Chưa nhập ngày. Hãy nhập ngày/tháng/năm, ví dụ 05/11/2026."


@pytest.mark.parametrize(
    "typed", ["5/11/26", "5.11.2026", "11-2026", "hôm nay", "5/11-2026", "2026/11/05", "05112026", "\uff15/11/2026"]
)
def test_other_ways_to_write_a_day_are_refused(typed: str) -> None:
    assert refusal(VietnameseDateField(), typed) == (
        f"Không đọc được “{typed}” là một ngày. Hãy nhập ngày/tháng/năm, ví dụ 05/11/2026."
    )


@pytest.mark.parametrize("typed", ["31/02/2026", "11/13/2026", "0/1/2026", "2026-02-30"])
def test_days_that_do_not_exist_are_named(typed: str) -> None:
    assert refusal(VietnameseDateField(), typed) == (
        f"Không có ngày {typed} trong lịch. Hãy nhập ngày/tháng/năm, ví dụ 05/11/2026."
    )


def test_a_strange_year_is_refused() -> None:
    assert refusal(VietnameseDateField(), "05/11/0026") == (
        "Năm 26 không hợp lệ. Hãy nhập ngày/tháng/năm, ví dụ 05/11/2026."
    )


class _DayForm(forms.Form):
    day = VietnameseDateField()


def test_a_day_is_shown_day_first_in_a_text_box() -> None:
    assert str(_DayForm(initial={"day": date(2026, 11, 5)})["day"]) == (
        '<input type="text" name="day" value="05/11/2026" placeholder="ngày/tháng/năm" inputmode="numeric"'
        ' autocomplete="off" maxlength="10" required id="id_day">'
    )


def test_what_was_typed_wrongly_stays_in_the_box() -> None:
    form = _DayForm({"day": "31/02/2026"})
    assert form.is_valid() is False
    assert form["day"].value() == "31/02/2026"


def test_an_unchanged_day_is_unchanged() -> None:
    assert VietnameseDateField().has_changed(date(2026, 11, 5), "5/11/2026") is False


@pytest.mark.parametrize(
    ("typed", "points"),
    [("8,5", "8.5"), ("8.5", "8.5"), ("8", "8"), ("0", "0"), ("10,00", "10.00"), (" 2,25 ", "2.25"), ("08,5", "8.5")],
)
def test_points_may_be_typed_with_comma_or_dot(typed: str, points: str) -> None:
    result = ScoreField(max_points=10).clean(typed)
    assert (type(result), result) == (Decimal, Decimal(points))


@pytest.mark.parametrize("typed", ["", "  ", None])
def test_empty_points_are_not_yet_scored_and_not_zero(typed: str | None) -> None:
    assert ScoreField(required=False).clean(typed) is None
    assert refusal(ScoreField(), typed) == "Chưa nhập điểm."


@pytest.mark.parametrize(
    "typed", ["1.234,5", "1,2,3", "1 000", "8,", ",5", "1e3", "NaN", "+5", "tám", "8,5đ", "\u0668", "12345678"]
)
def test_ambiguous_points_are_refused(typed: str) -> None:
    assert refusal(ScoreField(max_points=10), typed) == (
        f"Không đọc được “{typed}” là một số điểm. Hãy nhập một số, ví dụ 8,5."
    )


@pytest.mark.parametrize("typed", ["-1", "−0,5", "–2"])
def test_negative_points_are_refused(typed: str) -> None:
    assert refusal(ScoreField(), typed) == "Điểm không được là số âm."


@pytest.mark.parametrize(
    ("decimals", "typed", "message"),
    [
        (2, "1.234", "Chỉ nhập tối đa 2 chữ số sau dấu phẩy, không dùng dấu ngăn hàng nghìn; đã nhập 1.234."),
        (1, "0,25", "Chỉ nhập tối đa 1 chữ số sau dấu phẩy, không dùng dấu ngăn hàng nghìn; đã nhập 0,25."),
        (0, "1,5", "Ở đây chỉ nhập số nguyên; đã nhập 1,5."),
    ],
)
def test_too_many_decimals_are_refused_not_rounded(decimals: int, typed: str, message: str) -> None:
    assert refusal(ScoreField(max_points=10, decimals=decimals), typed) == message


@pytest.mark.parametrize(
    ("most", "typed", "message"),
    [
        (4, "5", "Điểm tối đa của tiêu chí này là 4; đã nhập 5."),
        (Decimal("1.50"), "1,51", "Điểm tối đa của tiêu chí này là 1,5; đã nhập 1,51."),
    ],
)
def test_more_than_the_most_is_refused_with_both_numbers(most: Decimal | int, typed: str, message: str) -> None:
    assert refusal(ScoreField(max_points=most), typed) == message
    assert ScoreField(max_points=most).clean(str(most)) == Decimal(most)


class _ScoreForm(forms.Form):
    points = ScoreField(max_points=10)


def test_points_are_shown_with_a_comma() -> None:
    assert str(_ScoreForm(initial={"points": Decimal("8.50")})["points"]) == (
        '<input type="text" name="points" value="8,5" inputmode="decimal" autocomplete="off" maxlength="12"'
        ' required id="id_points">'
    )
    assert _ScoreForm({"points": "8.50"})["points"].value() == "8.50"


@pytest.mark.parametrize(
    ("initial", "typed", "changed"),
    [
        (Decimal("8.50"), "8,5", False),
        (Decimal("8.50"), "8,6", True),
        (None, "", False),
        (None, "0", True),
        (Decimal(0), "", True),
        (Decimal(1), "abc", True),
    ],
)
def test_points_change_by_value(initial: Decimal | None, typed: str, changed: bool) -> None:
    assert ScoreField(required=False).has_changed(initial, typed) is changed


@given(st.decimals(min_value=0, max_value=999, places=2))
def test_what_is_shown_can_be_typed_again(points: Decimal) -> None:
    field = ScoreField()
    assert field.clean(field.prepare_value(points)) == points


@given(st.text(max_size=20))
def test_no_text_breaks_the_fields(text: str) -> None:
    for field, kind in ((ScoreField(required=False), Decimal), (VietnameseDateField(required=False), date)):
        try:
            result = field.clean(text)
        except ValidationError:
            continue
        assert result is None or isinstance(result, kind)


@override_settings(LANGUAGE_CODE="vi")
@pytest.mark.parametrize(
    ("typed", "read"),
    [("14:05", time(14, 5)), ("8h30", time(8, 30)), ("17h", time(17)), (" 0:00 ", time(0)), ("16G30", time(16, 30))],
)
def test_a_time_of_day_may_be_typed_in_these_ways(typed: str, read: time) -> None:
    assert TimeOfDayField().clean(typed) == read
    assert TimeOfDayField().prepare_value(read) == f"{read:%H:%M}"


@pytest.mark.parametrize("typed", ["25:00", "12:60", "12", "1200", "12.30", "trưa", "１２:00", "-1:00", "12:3"])
def test_other_times_are_refused(typed: str) -> None:
    assert refusal(TimeOfDayField(), typed) == f"Không đọc được “{typed}” là giờ. Hãy nhập như 14:05."


def test_an_empty_time_is_none_or_required() -> None:
    assert TimeOfDayField(required=False).clean("  ") is None
    field = TimeOfDayField(error_messages={"required": "Hãy ghi giờ."})
    assert refusal(field, " ") == "Hãy ghi giờ."


def test_djangos_own_localized_fields_read_points_and_days_our_way() -> None:
    assert forms.DecimalField(localize=True).clean("8,5") == Decimal("8.5")
    assert forms.DecimalField(localize=True).clean("8.125") == Decimal("8.125")
    assert forms.DateField().clean("05/11/2026") == date(2026, 11, 5)
