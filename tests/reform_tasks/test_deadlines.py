"""What each deadline phrase means, and which phrases are refused."""

import json
import unicodedata
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninhgiang.vietnamese import plain
from reform_tasks.deadlines import (
    MANUAL_PERIODS,
    DeadlineRule,
    Due,
    InvalidDeadline,
    NotUnderstood,
    assumptions,
    describe,
    manual_rule,
    occurrences,
    read_deadline,
    rule_from_json,
    rule_to_json,
)
from reform_tasks.deadlines.rule import DueMonth
from reform_tasks.enums import DeadlineKind

APPENDIX = Path(__file__).parents[1] / "data" / "phu-luc-ke-hoach-14-2026.xlsx"
ISSUED = date(2026, 1, 14)

CONTINUOUS = DeadlineRule(DeadlineKind.CONTINUOUS)


def fixed(*dues: tuple[str, str]) -> DeadlineRule:
    """Return a FIXED rule from (label, ISO day) pairs."""
    return DeadlineRule(DeadlineKind.FIXED, dues=tuple(Due(label, date.fromisoformat(day)) for label, day in dues))


def every(months: int, **more: object) -> DeadlineRule:
    """Return a RECURRING rule; 0 months is a week."""
    return DeadlineRule(DeadlineKind.RECURRING, months=months, **more)  # type: ignore[arg-type]


def waits(trigger: str, **more: object) -> DeadlineRule:
    """Return an ON_INSTRUCTION rule."""
    return DeadlineRule(DeadlineKind.ON_INSTRUCTION, trigger=trigger, **more)  # type: ignore[arg-type]


# Every phrase of the appendix of plan 14/KH-UBND (2026).
PHRASES = {
    "Trước ngày 15/01/2026": fixed(("Hạn 15/01/2026", "2026-01-15")),
    "Trước ngày 15/02/2026": fixed(("Hạn 15/02/2026", "2026-02-15")),
    "Tháng 01/2026": fixed(("Tháng 01/2026", "2026-01-31")),
    "Hằng quý": every(3),
    "Thường xuyên": CONTINUOUS,
    "Quý I, 6 tháng, Quý III, năm 2026": fixed(
        ("Quý I/2026", "2026-03-31"),
        ("6 tháng đầu năm 2026", "2026-06-30"),
        ("Quý III/2026", "2026-09-30"),
        ("Năm 2026", "2026-12-31"),
    ),
    "Quý II - Quý IV/2026": fixed(("Quý II - Quý IV/2026", "2026-12-31")),
    "30 ngày kể từ ngày có kết luận": waits("kết luận", days_after=30),
    "Hằng tháng": every(1),
    "Trước ngày 30/10/2026": fixed(("Hạn 30/10/2026", "2026-10-30")),
    "Tháng 12/2026": fixed(("Tháng 12/2026", "2026-12-31")),
    "Trước ngày 20/12/2026": fixed(("Hạn 20/12/2026", "2026-12-20")),
    "6 tháng một lần": every(6),
    "31/12/2026": fixed(("Hạn 31/12/2026", "2026-12-31")),
    "Tháng 02 và tháng 11/2026": fixed(("Tháng 02/2026", "2026-02-28"), ("Tháng 11/2026", "2026-11-30")),
    "Cả năm": CONTINUOUS,
    "Theo kết luận": waits("Theo kết luận"),
    "Quý I/2026; phương án trước 30/9/2026": fixed(
        ("Quý I/2026", "2026-03-31"), ("Phương án, hạn 30/09/2026", "2026-09-30")
    ),
    "Khi phát sinh": waits("Khi phát sinh"),
    "Quý II/2026": fixed(("Quý II/2026", "2026-06-30")),
    "Quý I/2026": fixed(("Quý I/2026", "2026-03-31")),
    "31/3/2026": fixed(("Hạn 31/03/2026", "2026-03-31")),
    "Theo chỉ đạo của thành phố": waits("Theo chỉ đạo"),
    "Theo hướng dẫn": waits("Theo hướng dẫn"),
    "Quý I và tháng 12/2026": fixed(("Quý I/2026", "2026-03-31"), ("Tháng 12/2026", "2026-12-31")),
    "Mỗi quý 01 lần": every(3),
    "Trước 15/12/2026": fixed(("Hạn 15/12/2026", "2026-12-15")),
    "Hằng tháng; kết thúc 31/01/2027": every(1, last=date(2027, 1, 31)),
    "Năm 2026": fixed(("Năm 2026", "2026-12-31")),
    "Hằng tuần": every(0),
    "Quý III/2026": fixed(("Quý III/2026", "2026-09-30")),
}

VARIANTS = {
    # dates
    "30/6": fixed(("Hạn 30/06/2026", "2026-06-30")),
    "Trước ngày 15/12": fixed(("Hạn 15/12/2026", "2026-12-15")),
    "Quý I": fixed(("Quý I/2026", "2026-03-31")),
    "trước 30/6": fixed(("Hạn 30/06/2026", "2026-06-30")),
    "Ngày 15 tháng 3 năm 2026": fixed(("Hạn 15/03/2026", "2026-03-15")),
    "15.12.2026": fixed(("Hạn 15/12/2026", "2026-12-15")),
    "15-12-2026": fixed(("Hạn 15/12/2026", "2026-12-15")),
    "Chậm nhất ngày 05/6/2026.": fixed(("Hạn 05/06/2026", "2026-06-05")),
    "Hoàn thành trước ngày 30/6/2026": fixed(("Hạn 30/06/2026", "2026-06-30")),
    "Báo cáo trước 30/6 và 15/12/2026": fixed(
        ("Báo cáo, hạn 30/06/2026", "2026-06-30"), ("Hạn 15/12/2026", "2026-12-15")
    ),
    "01/3 - 30/6/2026": fixed(("01/03/2026 - 30/06/2026", "2026-06-30")),
    "Từ 01/3/2026 đến 30/6/2026": fixed(("01/03/2026 - 30/06/2026", "2026-06-30")),
    # months
    "03/2026": fixed(("Tháng 03/2026", "2026-03-31")),
    "Trong tháng 3 năm 2026": fixed(("Tháng 03/2026", "2026-03-31")),
    "Cuối tháng 6": fixed(("Tháng 06/2026", "2026-06-30")),
    "Tháng 2, 5 và 8/2026": fixed(
        ("Tháng 02/2026", "2026-02-28"), ("Tháng 05/2026", "2026-05-31"), ("Tháng 08/2026", "2026-08-31")
    ),
    "Tháng 3 - 6/2026": fixed(("Tháng 03 - Tháng 06/2026", "2026-06-30")),
    # quarters
    "Q2/2026": fixed(("Quý II/2026", "2026-06-30")),
    "quí 3": fixed(("Quý III/2026", "2026-09-30")),
    "QUÝ IV NĂM 2026": fixed(("Quý IV/2026", "2026-12-31")),
    "Quý I, II, III/2026": fixed(
        ("Quý I/2026", "2026-03-31"), ("Quý II/2026", "2026-06-30"), ("Quý III/2026", "2026-09-30")
    ),
    "Quý II-IV/2026": fixed(("Quý II - Quý IV/2026", "2026-12-31")),
    "Từ quý II đến quý IV/2026": fixed(("Quý II - Quý IV/2026", "2026-12-31")),
    "Quý 1 - 2/2026": fixed(("Quý I - Quý II/2026", "2026-06-30")),
    "Quý IV/2026 - Quý I/2027": fixed(("Quý IV/2026 - Quý I/2027", "2027-03-31")),
    # longer spans
    "6 tháng đầu năm": fixed(("6 tháng đầu năm 2026", "2026-06-30")),
    "6 tháng cuối năm 2026": fixed(("6 tháng cuối năm 2026", "2026-12-31")),
    "9 tháng đầu năm 2026": fixed(("9 tháng đầu năm 2026", "2026-09-30")),
    "Trong năm 2026": fixed(("Năm 2026", "2026-12-31")),
    "Quý I, 6 tháng, 9 tháng và cả năm": fixed(
        ("Quý I/2026", "2026-03-31"),
        ("6 tháng đầu năm 2026", "2026-06-30"),
        ("9 tháng đầu năm 2026", "2026-09-30"),
        ("Năm 2026", "2026-12-31"),
    ),
    # repeated
    "Hàng tháng": every(1),
    "Định kỳ hằng quý": every(3),
    "Báo cáo hằng quý": every(3),
    "Hằng quý năm 2026": every(3),
    "Hằng năm": every(12),
    "1 lần/quý": every(3),
    "Ít nhất 01 lần/quý": every(3),
    "2 lần/năm": every(6),
    "4 lần/năm": every(3),
    "3 lần/năm": every(4),
    "1 lần/6 tháng": every(6),
    "06 tháng/lần": every(6),
    "03 tháng một lần": every(3),
    "2 quý một lần": every(6),
    "Định kỳ 6 tháng": every(6),
    "2 lần/tháng": every(1, times=2),
    "Mỗi tháng 2 lần": every(1, times=2),
    "hằng tháng, trước ngày 05": every(1, day=5),
    "Trước ngày 25 hàng tháng": every(1, day=25),
    "Hằng tháng, trước ngày 05 tháng sau": every(1, day=5, due_month=DueMonth.NEXT),
    "trước ngày 10 tháng cuối quý": every(3, day=10),
    "Hằng quý, trước ngày 15 của tháng đầu quý": every(3, day=15, due_month=DueMonth.FIRST),
    "Thứ Năm hằng tuần": every(0, weekday=3),
    "Thường xuyên, hằng tháng": every(1),
    "Hằng tháng đến 30/6/2026": every(1, last=date(2026, 6, 30)),
    # all the time
    "Thường xuyên trong năm 2026": CONTINUOUS,
    "Thường xuyên, liên tục": CONTINUOUS,
    "Hằng ngày": CONTINUOUS,
    # later
    "Khi có yêu cầu": waits("Khi có yêu cầu"),
    "Theo chỉ đạo của thành phố và hướng dẫn của Sở Nội vụ": waits("Theo chỉ đạo"),
    "Theo quy định": waits("Theo quy định"),
    "15 ngày làm việc sau khi có kết luận kiểm tra": waits("kết luận", days_after=15, working_days=True),
}


def test_the_table_holds_every_phrase_of_the_appendix() -> None:
    sheet = openpyxl.load_workbook(APPENDIX).active
    assert sheet is not None
    written = {text for (text,) in sheet.iter_rows(min_row=7, min_col=6, max_col=6, values_only=True) if text}
    assert written == set(PHRASES)


@pytest.mark.parametrize(("phrase", "rule"), (PHRASES | VARIANTS).items())
def test_phrases_are_understood(phrase: str, rule: DeadlineRule) -> None:
    assert read_deadline(phrase, 2026, ISSUED) == rule


@given(
    st.sampled_from([*PHRASES, *VARIANTS]),
    st.sampled_from([str, str.upper, str.lower, str.title, str.swapcase]),
    st.sampled_from(["-", "–", "—", " - ", " – ", "-  "]),
    st.sampled_from([" ", "  ", "\u00a0", "\t", " \u200b"]),
    st.sampled_from([" / ", "/", "/ "]),
    st.sampled_from(["", " ", ".", " ;"]),
    st.sampled_from(["typed", "NFD", "without marks"]),
)
def test_case_spaces_dashes_and_diacritics_do_not_matter(
    phrase: str, case: object, dash: str, space: str, slash: str, end: str, marks: str
) -> None:
    text = case(phrase)  # type: ignore[operator]
    if marks == "NFD":
        text = unicodedata.normalize("NFD", text)
    elif marks == "without marks":
        text = plain(text)
    text = text.replace(" - ", "-").replace("-", dash).replace("/", slash).replace(" ", space)
    assert read_deadline(f" {text}{end}", 2026, ISSUED) == (PHRASES | VARIANTS)[phrase]


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("", "Ô thời hạn để trống."),
        (" ; ", "Ô thời hạn để trống."),
        ("Sớm nhất có thể", "Chưa hiểu thời hạn “Sớm nhất có thể”."),
        ("Sau 15/3/2026", "Chưa hiểu thời hạn “Sau 15/3/2026”."),
        ("Không trước 15/3/2026", "Chưa hiểu thời hạn “Không trước 15/3/2026”."),
        ("Từ tháng 3/2026", "Chưa hiểu thời hạn “Từ tháng 3/2026”."),
        ("Đầu quý II", "Chưa hiểu thời hạn “Đầu quý II”."),
        ("2026", "Chưa hiểu thời hạn “2026”."),
        ("15/3/2026 nếu kịp", "Chưa hiểu thời hạn “15/3/2026 nếu kịp”."),
        ("Theo kế hoạch hằng năm", "Chưa hiểu thời hạn “Theo kế hoạch hằng năm”."),
        ("Thường xuyên; trước 30/6", "Chưa hiểu thời hạn “Thường xuyên; trước 30/6”."),
        ("15/01/26", "Ngày “15/01/26” không ghi đủ bốn chữ số của năm."),
        ("Năm", "“năm” chưa rõ là hạn nào."),
        ("6 tháng", "“6 tháng” chưa rõ là hạn nào."),
        ("Trước tháng 6/2026", "“Trước tháng 06/2026” chưa rõ là trước khi bắt đầu hay trước khi kết thúc."),
        ("Quý I/2026, trước 15/3", "Chưa rõ 15/03/2026 là hạn của “Quý I/2026” hay một lần khác."),
        ("Quý I, 2/2026", "Chưa rõ “2/2026” là quý hay tháng."),
        ("Tháng 11 và tháng 01/2027", "Chưa rõ năm của từng mốc: hãy ghi đủ năm cho mỗi mốc."),
        ("Trước ngày 05", "Thời hạn nêu ngày nhưng không nêu tháng hoặc kỳ lặp lại."),
        ("Hằng quý trước ngày 10", "Chưa rõ ngày 10 thuộc tháng nào của kỳ."),
        ("Hằng quý, năm 2026", "Kỳ lặp lại đi cùng một phần chưa đọc được."),
        ("Hằng tháng, hằng quý", "Thời hạn nêu hai cách lặp lại khác nhau."),
        ("9 tháng một lần", "Kỳ lặp lại này không chia đều được một năm."),
        ("0 tháng một lần", "Số lần hoặc độ dài của kỳ lặp lại là 0."),
        ("1 lần/2 tuần", "Chưa đọc được kỳ dài nhiều tuần."),
        ("2 lần/tuần", "Chỉ đọc được kỳ hằng tuần với một lần mỗi tuần."),
        ("20 lần/tháng", "20 lần trong 1 tháng là quá dày để theo dõi từng lần."),
        ("2 lần/tháng, trước ngày 10", "Thời hạn nêu nhiều lần trong kỳ nhưng chỉ một ngày."),
        ("Hằng quý năm 2025", "Thời hạn ghi năm 2025, khác năm 2026 của kế hoạch."),
        ("Cả năm 2025", "Thời hạn ghi năm 2025, khác năm 2026 của kế hoạch."),
        ("a" * 301, "Thời hạn dài quá 300 ký tự."),
    ],
)
def test_what_is_not_wholly_understood_is_refused(phrase: str, reason: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read_deadline(phrase, 2026, ISSUED)
    assert (type(refused.value), refused.value.message) == (NotUnderstood, reason)


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("31/02/2026", "Không có ngày 31/02/2026 trong lịch."),
        ("Trước ngày 30/02", "Không có ngày 30/02/2026 trong lịch."),
        ("29/02/2026", "Không có ngày 29/02/2026 trong lịch."),
        ("Tháng 13/2026", "Không có tháng 13."),
        ("Quý V/2026", "Không có quý V: một năm có bốn quý."),
        ("Quý 0", "Không có quý 0: một năm có bốn quý."),
        ("Trước ngày 32 hằng tháng", "Không có ngày 32 trong tháng."),
        ("Quý IV - Quý II/2026", "Khoảng thời gian kết thúc (30/06/2026) trước khi bắt đầu."),
        ("6 tháng đầu năm - Quý I/2026", "Khoảng thời gian kết thúc (31/03/2026) trước khi bắt đầu."),
        ("Trước ngày 10/01/2026", "Hạn 10/01/2026 sớm hơn ngày ban hành kế hoạch 14/01/2026."),
        ("10/01/2026; Quý II", "Hạn 10/01/2026 sớm hơn ngày ban hành kế hoạch 14/01/2026."),
        ("Năm 2025", "Hạn 31/12/2025 nằm ngoài các năm của kế hoạch năm 2026."),
        ("15/01/2062", "Hạn 15/01/2062 nằm ngoài các năm của kế hoạch năm 2026."),
    ],
)
def test_impossible_and_past_dates_are_named(phrase: str, reason: str) -> None:
    with pytest.raises(InvalidDeadline) as refused:
        read_deadline(phrase, 2026, ISSUED)
    assert refused.value.message == reason


def test_a_day_may_be_the_day_of_the_plan_itself() -> None:
    assert read_deadline("Trước ngày 14/01/2026", 2026, ISSUED) == fixed(("Hạn 14/01/2026", "2026-01-14"))


def test_a_plan_issued_late_may_list_periods_already_past_but_not_only_those() -> None:
    rule = read_deadline("Quý I, 6 tháng, Quý III, năm 2026", 2026, date(2026, 5, 4))
    assert [due.label for due in occurrences(rule, 2026, date(2026, 5, 4))] == [
        "6 tháng đầu năm 2026",
        "Quý III/2026",
        "Năm 2026",
    ]
    with pytest.raises(InvalidDeadline, match="sớm hơn ngày ban hành"):
        read_deadline("Quý I/2026", 2026, date(2026, 5, 4))
    with pytest.raises(InvalidDeadline, match="sớm hơn ngày ban hành"):
        read_deadline("Hằng tháng; kết thúc 31/3/2026", 2026, date(2026, 5, 4))


@given(st.text(alphabet="0123456789/-., ;ivIVqQtháqunguyăệớcmlầềdđksoơrươ\n", max_size=40) | st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        rule = read_deadline(text, 2026, ISSUED)
    except NotUnderstood:
        return
    assert rule_from_json(rule_to_json(rule)) == rule


@given(
    st.lists(st.sampled_from([*PHRASES, *VARIANTS]), min_size=2, max_size=4), st.sampled_from(["; ", ", ", " và ", " "])
)
def test_phrases_put_together_are_understood_or_refused(phrases: list[str], glue: str) -> None:
    try:
        rule = read_deadline(glue.join(phrases), 2026, ISSUED)
    except NotUnderstood:
        return
    labels = [due.label for due in occurrences(rule, 2026, ISSUED)]
    assert sorted(set(labels)) == sorted(labels)


@pytest.mark.parametrize(
    ("phrase", "taken"),
    [
        ("30/6", ("Không ghi năm: hiểu là năm 2026 của kế hoạch.",)),
        (
            "Trước ngày 15/12",
            ("Không ghi năm: hiểu là năm 2026 của kế hoạch.", "“Trước ngày” tính cả chính ngày đó."),
        ),
        ("Trước ngày 15/12/2026", ("“Trước ngày” tính cả chính ngày đó.",)),
        ("Quý II/2026", ()),
        ("hằng tháng, trước ngày 05", ("Ngày 05 là của chính tháng phải làm, không phải tháng sau.",)),
        ("Hằng tháng, trước ngày 05 tháng sau", ()),
        ("2 lần/tháng", ("Các lần trong kỳ được chia đều.",)),
        ("Hằng tuần", ("Không ghi thứ mấy: hiểu là thứ Sáu.",)),
        ("Thứ Năm hằng tuần", ()),
        ("Thường xuyên", ()),
        ("30 ngày kể từ ngày có kết luận", ()),
    ],
)
def test_what_a_phrase_leaves_unsaid_is_told(phrase: str, taken: tuple[str, ...]) -> None:
    assert assumptions(phrase, read_deadline(phrase, 2026, ISSUED), 2026) == taken


DAY_FORMS = (
    "{d}/{m}",
    "{d:02d}/{m:02d}/{y}",
    "Trước ngày {d}/{m}/{y}",
    "ngày {d} tháng {m} năm {y}",
    "{d}-{m}-{y}",
)


@given(
    st.sampled_from(DAY_FORMS),
    st.integers(1, 31),
    st.integers(1, 12),
    st.sampled_from([2026, 2027, 2028]),
)
def test_a_named_day_is_that_day_or_named_as_impossible(form: str, day: int, month: int, year: int) -> None:
    stated = year if "{y}" in form else 2026
    text = form.format(d=day, m=month, y=year)
    try:
        wanted = date(stated, month, day)
    except ValueError:
        with pytest.raises(InvalidDeadline, match=f"Không có ngày {day:02d}/{month:02d}/{stated} trong lịch."):
            read_deadline(text, 2026)
        return
    assert [due.due_on for due in read_deadline(text, 2026).dues] == [wanted]


@pytest.mark.parametrize("rule", (PHRASES | VARIANTS).values())
def test_a_rule_goes_to_json_and_back(rule: DeadlineRule) -> None:
    assert rule_from_json(json.loads(json.dumps(rule_to_json(rule)))) == rule


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("Trước ngày 15/01/2026", "Một lần, hạn thứ Năm, 15/01/2026"),
        ("Quý II/2026", "Một lần: Quý II/2026, hạn thứ Ba, 30/06/2026"),
        ("Báo cáo trước 15/12/2026", "Một lần: Báo cáo, hạn 15/12/2026 (thứ Ba)"),
        ("Tháng 02 và tháng 11/2026", "2 lần: Tháng 02/2026 (28/02/2026); Tháng 11/2026 (30/11/2026)"),
        ("Quý I/2026; phương án trước 30/9", "2 lần: Quý I/2026 (31/03/2026); Phương án, hạn 30/09/2026"),
        ("Hằng tuần", "Mỗi tuần, hạn thứ Sáu"),
        ("Hằng tháng", "Mỗi tháng, hạn ngày cuối tháng"),
        ("Hằng tháng, trước ngày 05", "Mỗi tháng, hạn ngày 05 của tháng"),
        ("Hằng tháng, trước ngày 05 tháng sau", "Mỗi tháng, hạn ngày 05 của tháng sau"),
        ("Hằng tháng; kết thúc 31/01/2027", "Mỗi tháng, hạn ngày cuối tháng; kết thúc 31/01/2027"),
        ("2 lần/tháng", "Mỗi tháng 2 lần, chia đều, lần cuối hạn ngày cuối tháng"),
        ("Hằng quý", "Mỗi quý, hạn ngày cuối quý"),
        ("Trước ngày 10 tháng cuối quý", "Mỗi quý, hạn ngày 10 của tháng cuối quý"),
        ("6 tháng một lần", "Mỗi 6 tháng, hạn ngày cuối kỳ"),
        ("3 lần/năm", "Mỗi 4 tháng, hạn ngày cuối kỳ"),
        ("Hằng năm", "Mỗi năm, hạn ngày cuối năm"),
        ("Thường xuyên", "Thường xuyên; báo cáo mỗi quý, hạn ngày cuối quý"),
        ("Khi phát sinh", "Khi phát sinh; hạn được đặt khi có việc"),
        ("30 ngày kể từ ngày có kết luận", "30 ngày kể từ ngày có kết luận; hạn được đặt khi biết ngày đó"),
    ],
)
def test_what_was_understood_is_told(phrase: str, sentence: str) -> None:
    assert describe(read_deadline(phrase, 2026)) == sentence


def test_a_person_may_decide_by_hand() -> None:
    assert manual_rule("fixed", due_on=date(2026, 6, 30)) == fixed(("Hạn 30/06/2026", "2026-06-30"))
    assert manual_rule("recurring", period="quarter") == every(3)
    assert manual_rule("recurring", period="week", due_on=date(2026, 6, 30)) == every(0, last=date(2026, 6, 30))
    assert manual_rule("continuous") == CONTINUOUS
    assert manual_rule(DeadlineKind.ON_INSTRUCTION) == waits("Theo chỉ đạo")
    assert [value for value, _ in MANUAL_PERIODS] == ["week", "month", "quarter", "half_year", "year"]


@pytest.mark.parametrize(
    ("kind", "field", "message"),
    [
        ("fixed", "due_on", "Hãy nhập ngày đến hạn."),
        ("recurring", "period", "Hãy chọn kỳ lặp lại."),
        ("unknown", "kind", "Hãy chọn một kiểu thời hạn."),
    ],
)
def test_a_decision_by_hand_must_be_whole(kind: str, field: str, message: str) -> None:
    with pytest.raises(InvalidDeadline) as refused:
        manual_rule(kind)
    assert (refused.value.field, refused.value.message) == (field, message)
