"""Number and date of an administrative document, from the text of its first page. Pure.

Where they stand and how they are written: Nghị định 30/2020/NĐ-CP, phụ lục I ("Số: 12/QĐ-UBND"; "Ninh Giang, ngày 16
tháng 3 năm 2026"). A date in a legal basis ("Căn cứ ... ngày 19 tháng 6 năm 2015") has no place name before it.
"""

import re
import unicodedata
from datetime import date

_NUMBER = re.compile(
    r"\bSố\s*[:.]?\s*(\d{1,5})\s*/\s*((?:\d{4}\s*/\s*)?[A-ZĐ0-9][A-ZĐƯƠÂÊÔ0-9&.\s-]{1,40})", re.IGNORECASE
)
_DATED = re.compile(
    r"^[^\n,;.]{2,60},\s*ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})\b", re.IGNORECASE | re.MULTILINE
)
_LEGAL_BASIS = re.compile(r"^\s*(căn cứ|theo|thực hiện|xét)\b", re.IGNORECASE)


def document_number(text: str) -> str:
    """Return the number and symbol ("12/QĐ-UBND"), "" when there is none or it is not filled in yet."""
    for line in _lines(text):
        if _LEGAL_BASIS.match(line):
            continue
        if match := _NUMBER.search(line):
            symbol = re.split(r"\s{2,}|\s(?=[^\W\d_]*[a-zà-ỹ])", match[2].strip())[0]
            return f"{match[1]}/{re.sub(r'\s+', '', symbol).rstrip('.-')}"
    return ""


def document_date(text: str) -> date | None:
    """Return the day the document bears beside its place name; None when it is missing or impossible."""
    for match in _DATED.finditer("\n".join(_lines(text))):
        if _LEGAL_BASIS.match(match[0]):
            continue
        try:
            return date(int(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            return None
    return None


def _lines(text: str) -> list[str]:
    return [" ".join(line.split(" ")).strip() for line in unicodedata.normalize("NFC", text).splitlines()]
