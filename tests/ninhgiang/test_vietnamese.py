"""One normal form, one folded form, numbers in words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninhgiang.vietnamese import (
    MAX_MONEY,
    capital_first,
    clean,
    clean_lines,
    fold,
    is_broken,
    money_in_words,
    nfc,
    plain,
    show_money,
    upper,
)

VOWELS = {
    "a": "aàảãáạăằẳẵắặâầẩẫấậ",
    "e": "eèẻẽéẹêềểễếệ",
    "i": "iìỉĩíị",
    "o": "oòỏõóọôồổỗốộơờởỡớợ",
    "u": "uùủũúụưừửữứự",
    "y": "yỳỷỹýỵ",
    "d": "dđ",
}
NINES = "chín trăm chín mươi chín"
LETTERS = [(letter, base) for base, letters in VOWELS.items() for letter in letters + letters.upper()]


def test_the_table_holds_every_vietnamese_letter_with_a_mark() -> None:
    assert len([letter for letter, base in LETTERS if letter.lower() != base]) == 134


@pytest.mark.parametrize(("letter", "base"), LETTERS)
def test_fold_strips_every_letter_in_both_unicode_forms(letter: str, base: str) -> None:
    assert (fold(letter), fold(unicodedata.normalize("NFD", letter))) == (base, base)
    assert (plain(letter), plain(unicodedata.normalize("NFD", letter))) == (base, base)


@pytest.mark.parametrize(("letter", "base"), LETTERS)
def test_upper_and_nfc_keep_every_letter(letter: str, base: str) -> None:
    decomposed = unicodedata.normalize("NFD", letter)
    assert nfc(decomposed) == letter
    assert upper(decomposed) == unicodedata.normalize("NFC", letter.upper())
    assert len(upper(letter)) == 1


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("P. VH-XH", "p vh xh"),
        ("p.vh – xh", "p vh xh"),
        ("Phòng Văn hóa - Xã hội", "phong van hoa xa hoi"),
        ("Phòng  Văn hoá — Xã hội", "phong van hoa xa hoi"),
        ("Văn phòng HĐND & UBND", "van phong hdnd va ubnd"),
        ("HĐND&UBND", "hdnd va ubnd"),
        ("Đảng ủy,\u00a0ĐOÀN\nthể", "dang uy doan the"),
        ("", ""),
        (" -–. ", ""),
    ],
)
def test_fold_makes_equal_what_people_write_differently(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_plain_keeps_punctuation_and_unifies_dashes() -> None:
    assert plain("Quý II – Quý IV/2026; “Đạt”") == "quy ii - quy iv/2026; “dat”"


@given(st.text())
def test_fold_and_clean_change_nothing_the_second_time(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert clean(clean(text)) == clean(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)


@given(st.text(alphabet="aăâđơưêộỹỆĐỴ bc-–.,&"))
def test_fold_does_not_see_case_or_unicode_form(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(unicodedata.normalize("NFD", text)) == fold(text)


def test_clean_makes_one_tidy_line() -> None:
    assert clean("\ufeff Kế\u200b hoạch\x00 \t số\u00a014\r\n năm ") == "Kế hoạch số 14 năm"
    assert clean(unicodedata.normalize("NFD", "Kế hoạch")) == "Kế hoạch"
    assert clean("a\ud800b\u202eb") == "abb"


def test_characters_no_workbook_holds_are_dropped_and_new_letters_kept() -> None:
    assert clean("a\ufffeb\uffffc\ufdd0d\U0010ffffe") == clean_lines("ab\uffffcde") == "abcde"
    assert [letter for letter in "\x00\n\ud800\ufffe\ufdef\U0001ffff" if not is_broken(letter)] == []
    assert [letter for letter in "aệ \u200b\ufffd\ufdf0\ufdcf\u0378\U0001f600" if is_broken(letter)] == []


def test_clean_lines_keeps_line_breaks_only() -> None:
    assert clean_lines(" Phòng  Kinh tế;\r\n\r\n\tCông an xã \n") == "Phòng Kinh tế;\nCông an xã"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (1, "Một đồng"),
        (4, "Bốn đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (11, "Mười một đồng"),
        (14, "Mười bốn đồng"),
        (15, "Mười lăm đồng"),
        (20, "Hai mươi đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (25, "Hai mươi lăm đồng"),
        (91, "Chín mươi mốt đồng"),
        (100, "Một trăm đồng"),
        (101, "Một trăm linh một đồng"),
        (104, "Một trăm linh bốn đồng"),
        (105, "Một trăm linh năm đồng"),
        (110, "Một trăm mười đồng"),
        (111, "Một trăm mười một đồng"),
        (115, "Một trăm mười lăm đồng"),
        (555, "Năm trăm năm mươi lăm đồng"),
        (1_000, "Một nghìn đồng"),
        (1_001, "Một nghìn không trăm linh một đồng"),
        (1_010, "Một nghìn không trăm mười đồng"),
        (21_000, "Hai mươi mốt nghìn đồng"),
        (710_000, "Bảy trăm mười nghìn đồng"),
        (760_000, "Bảy trăm sáu mươi nghìn đồng"),
        (1_000_005, "Một triệu không trăm linh năm đồng"),
        (1_005_000, "Một triệu không trăm linh năm nghìn đồng"),
        (1_520_000, "Một triệu năm trăm hai mươi nghìn đồng"),
        (2_034_015, "Hai triệu không trăm ba mươi tư nghìn không trăm mười lăm đồng"),
        (1_000_000_000, "Một tỷ đồng"),
        (1_200_000_000, "Một tỷ hai trăm triệu đồng"),
        (
            999_999_999_999,
            f"Chín trăm chín mươi chín tỷ {NINES} triệu {NINES} nghìn {NINES} đồng",
        ),
        (MAX_MONEY, "Một nghìn tỷ đồng"),
    ],
)
def test_money_in_words(amount: int, words: str) -> None:
    assert money_in_words(amount) == words


@pytest.mark.parametrize("amount", [-1, MAX_MONEY + 1])
def test_money_in_words_refuses_what_it_cannot_say(amount: int) -> None:
    with pytest.raises(ValueError, match="money_in_words reads"):
        money_in_words(amount)


@given(st.integers(0, MAX_MONEY), st.integers(0, MAX_MONEY))
def test_two_amounts_never_share_their_words(one: int, other: int) -> None:
    assert (money_in_words(one) == money_in_words(other)) == (one == other)


@pytest.mark.parametrize(
    ("amount", "shown"), [(0, "0"), (999, "999"), (1_000, "1.000"), (1_520_000, "1.520.000"), (-5_000, "-5.000")]
)
def test_show_money_groups_by_dots(amount: int, shown: str) -> None:
    assert show_money(amount) == shown


def test_capitals_for_titles() -> None:
    assert upper("Ủy ban nhân dân xã Ninh Giang") == "ỦY BAN NHÂN DÂN XÃ NINH GIANG"
    assert capital_first("đề án của Phòng") == "Đề án của Phòng"
    assert capital_first("") == ""
