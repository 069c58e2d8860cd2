"""Grades (xếp loại) by bands, as data: names and limits differ per place and year (scoring.md 4.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from emulation.scoring.params import RuleError, param_flag, param_percent, param_text
from ninhgiang.points import round_points, show

HUNDRED = Decimal(100)
MAX_CODE, MAX_NAME = 30, 60  # what a ranking stores
_KNOWN = frozenset({"code", "name", "lower", "closed", "upper", "upper_closed"})


@dataclass(frozen=True, slots=True)
class Grade:
    """One band: from `lower` up to the band above; `closed` tells whether `lower` itself belongs to it."""

    code: str
    name: str
    lower: Decimal
    closed: bool = True

    def holds(self, index: Decimal) -> bool:
        """Tell whether an index reaches the band's lower end."""
        return index >= self.lower if self.closed else index > self.lower


def validate_bands(bands: object) -> None:
    """Raise RuleError unless bands are [{"code", "name", "lower"}], highest first, covering 0-100 once each.

    A lower end belongs to its band (>= 80 is Tốt) unless "closed" is false (> 80). A band may repeat its upper end as
    "upper" and "upper_closed"; both must fit the band above. RuleError.position is the number of the band, from 1.
    """
    for place, (band, read) in enumerate(zip(_listed(bands), read_bands(bands), strict=True), start=1):
        validate_grade(band, read, _KNOWN, field="bands", place=place)


def validate_grade(data: Mapping[str, Any], read: Grade, known: Iterable[str], *, field: str, place: int) -> None:
    """Raise RuleError for a grade (of units or of heads) that says what nobody reads, or too long to be stored."""
    unknown = sorted(set(map(str, data)).difference(known))
    if unknown:
        raise RuleError(f"Mức xếp loại “{read.name}” có mục lạ “{unknown[0]}”.", field=field, position=place)
    for what, text, most in (("Mã", read.code, MAX_CODE), ("Tên", read.name, MAX_NAME)):
        if len(text) > most:
            raise RuleError(f"{what} mức xếp loại “{text}” dài quá {most} ký tự.", field=field, position=place)


def grade(index: Decimal, bands: object, decimals: int = 2) -> Grade:
    """Return the band of an index, compared as printed; raises RuleError when bands are not valid."""
    shown = round_points(index, decimals)
    if shown < 0:
        raise ValueError(f"index below 0: {index}")
    return next(band for band in read_bands(bands) if band.holds(shown))


def read_bands(bands: object) -> list[Grade]:
    """Return the bands, highest first, or raise RuleError naming what is wrong and where."""
    listed = _listed(bands)
    read = [_read_band(band, place) for place, band in enumerate(listed, start=1)]
    if len({band.code for band in read}) != len(read) or len({band.name for band in read}) != len(read):
        raise RuleError("Mã hoặc tên mức xếp loại bị trùng.", field="bands")
    for place, (above, below) in enumerate(pairwise(read), start=2):
        if (above.lower, not above.closed) <= (below.lower, not below.closed):
            why = "Các mức xếp loại phải xếp từ cao xuống thấp, cận dưới không trùng nhau."
            raise RuleError(why, field="bands", position=place)
    if read[-1].lower != 0 or not read[-1].closed:
        why = "Mức xếp loại cuối cùng phải bắt đầu từ 0 để phủ kín từ 0 đến 100."
        raise RuleError(why, field="bands", position=len(read))
    if read[0].lower == HUNDRED and not read[0].closed:
        why = "Không có chỉ số nào trên 100: mức xếp loại đầu phải gồm cả 100."
        raise RuleError(why, field="bands", position=1)
    _check_uppers(listed, read)
    return read


def _listed(bands: object) -> list[Mapping[str, Any]]:
    if not isinstance(bands, list) or not bands or not all(isinstance(band, Mapping) for band in bands):
        raise RuleError("Bộ tiêu chí chưa có mức xếp loại nào.", field="bands")
    return bands


def _read_band(band: Mapping[str, Any], place: int) -> Grade:
    try:
        closed = param_flag(band, "closed", default=True)
        return Grade(param_text(band, "code"), param_text(band, "name"), param_percent(band, "lower"), closed)
    except RuleError as error:
        raise RuleError(error.message, field=error.field, position=place) from None


def _check_uppers(bands: list[Mapping[str, Any]], read: list[Grade]) -> None:
    ends = [(HUNDRED, True), *((band.lower, not band.closed) for band in read[:-1])]
    for place, (band, (end, inside)) in enumerate(zip(bands, ends, strict=True), start=1):
        why = ""
        if band.get("upper") is not None and param_percent(band, "upper") != end:
            why = f"Có khoảng hở hoặc chồng lấn giữa các mức xếp loại tại {show(end)}."
        elif band.get("upper_closed") is not None and param_flag(band, "upper_closed", default=True) != inside:
            wrong = "không thuộc mức nào" if inside else "thuộc cả hai mức liền nhau"
            why = f"Chỉ số đúng {show(end)} {wrong}; hãy ghi rõ cận nào đóng, cận nào mở."
        if why:
            raise RuleError(why, field="bands", position=place)


def band_sentence(bands: object) -> str:
    """Return the bands in Vietnamese, to be printed: "Xuất sắc: từ 90; Tốt: từ 80 đến dưới 90; Yếu: dưới 50"."""
    read = read_bands(bands)
    parts = []
    for place, band in enumerate(read):
        low = f"{'từ' if band.closed else 'trên'} {show(band.lower)}"
        if place == 0:
            parts.append(f"{band.name}: {low}")
            continue
        above = read[place - 1]
        high = f"dưới {show(above.lower)}" if above.closed else f"đến {show(above.lower)}"
        if place == len(read) - 1:
            parts.append(f"{band.name}: {high}")
        else:
            parts.append(f"{band.name}: {low} {'đến ' if above.closed else ''}{high}")
    return f"{'; '.join(parts)}."
