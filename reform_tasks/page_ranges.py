"""Page references: "trang 3-5, 9". Pure."""

import re

from ninhgiang.errors import DomainError
from ninhgiang.vietnamese import plain

MAX_RANGES = 12
MAX_PAGE = 9999
_WORDS = re.compile(r"\b(trang|tr|pages?|pp?)\b\.?")
_TO = re.compile(r"\s*(?:\bden\b|\btoi\b|-)\s*")
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")
EXAMPLE = "Ghi như: 3-5, 9"


def read_pages(text: str, *, page_count: int | None = None) -> str:
    """Return a page reference in one writing: "Trang 3 đến 5; 9" -> "3-5, 9"; "" for none.

    Ranges keep their order, repeated ones are dropped. Raises DomainError in Vietnamese for what is not a page, a range
    that runs backwards, or a page beyond `page_count` (None: not known yet).
    """
    bare = _TO.sub("-", _WORDS.sub(" ", plain(text)).replace(" va ", ","))
    found: list[str] = []
    for part in re.split(r"[,;]", bare):
        words = part.strip()
        if not words:
            continue
        range_ = _range_of(words, text, page_count)
        if range_ not in found:
            found.append(range_)
    if len(found) > MAX_RANGES:
        raise DomainError(f"Chỉ ghi tối đa {MAX_RANGES} đoạn trang cho một tệp.")
    return ", ".join(found)


def _range_of(words: str, text: str, page_count: int | None) -> str:
    match = _RANGE.fullmatch(words)
    if match is None:
        raise DomainError(f"Không hiểu số trang '{' '.join(text.split())[:60]}'. {EXAMPLE}.")
    start, end = int(match[1]), int(match[2] or match[1])
    if start == 0:
        raise DomainError("Trang đầu tiên của tệp là trang 1.")
    if end < start:
        raise DomainError(f"Đoạn trang {start}-{end} bị ngược: số sau nhỏ hơn số trước.")
    if page_count is not None and end > page_count:
        raise DomainError(f"Tệp chỉ có {page_count} trang, không có trang {end}.")
    return str(start) if start == end else f"{start}-{end}"


def first_page(pages: str) -> int | None:
    """Return the page a stored reference begins with, None for the whole file."""
    match = re.match(r"\d+", pages)
    return int(match[0]) if match else None


def last_page(pages: str) -> int:
    """Return the highest page a stored reference names, 0 for the whole file."""
    return max((int(number) for number in re.findall(r"\d+", pages)), default=0)
