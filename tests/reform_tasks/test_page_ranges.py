"""Page references in the office's own writings."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninhgiang.errors import DomainError
from reform_tasks.page_ranges import first_page, last_page, read_pages


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        ("  ", ""),
        ("3", "3"),
        ("trang 3-5", "3-5"),
        ("Tr. 3 – 5", "3-5"),
        ("3 đến 5", "3-5"),
        ("3—5; 9, 9 và 12", "3-5, 9, 12"),
        ("p.7", "7"),
        ("5-5", "5"),
        ("TRANG 10 TỚI 12", "10-12"),
    ],
)
def test_pages_are_understood(typed, stored):
    assert read_pages(typed, page_count=12) == stored


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("ba", "Không hiểu số trang 'ba'. Ghi như: 3-5, 9."),
        ("3-", "Không hiểu số trang '3-'. Ghi như: 3-5, 9."),
        ("3-4-5", "Không hiểu số trang '3-4-5'. Ghi như: 3-5, 9."),
        ("0", "Trang đầu tiên của tệp là trang 1."),
        ("5-3", "Đoạn trang 5-3 bị ngược: số sau nhỏ hơn số trước."),
        ("11-13", "Tệp chỉ có 12 trang, không có trang 13."),
        (", ".join(map(str, range(1, 13))) + ", 1-2", "Chỉ ghi tối đa 12 đoạn trang cho một tệp."),
    ],
)
def test_what_is_no_page_is_refused(typed, message):
    with pytest.raises(DomainError) as refusal:
        read_pages(typed, page_count=12)
    assert refusal.value.message == message


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 9)), min_size=1, max_size=12, unique=True))
def test_reading_what_was_stored_changes_nothing(ranges):
    stored = read_pages(", ".join(f"{start}-{start + more}" for start, more in ranges))

    assert read_pages(stored) == stored
    assert first_page(stored) == ranges[0][0]
    assert last_page(stored) == max(start + more for start, more in ranges)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(DomainError):
        assert len(read_pages(text)) <= 12 * 11
