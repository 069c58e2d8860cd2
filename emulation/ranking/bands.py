"""Grades (xếp loại) by bands, as data: names and limits differ per place and year (scoring.md 4.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from emulation.scoring.params import RuleError, param_flag, param_percent, param_text
from ninhgiang.points import round_points, show

HUNDRED = Decimal(100)


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
    "upper" and "upper_closed"; both must fit the band above.
    """
    read_bands(bands)


def grade(index: Decimal, bands: object, decimals: int = 2) -> Grade:
    """Return the band of an index, compared as printed; raises RuleError when bands are not valid."""
    shown = round_points(index, decimals)
    if shown < 0:
        raise ValueError(f"index below 0: {index}")
    return next(band for band in read_bands(bands) if band.holds(shown))


def read_bands(bands: object) -> list[Grade]:
    """Return the bands, highest first, or raise RuleError naming what is wrong and where."""
    if not isinstance(bands, list) or not bands or not all(isinstance(band, Mapping) for band in bands):
        raise RuleError("Bộ tiêu chí chưa có mức xếp loại nào.", field="bands")
    read = [_read_band(band) for band in bands]
    if len({band.code for band in read}) != len(read) or len({band.name for band in read}) != len(read):
        raise RuleError("Mã hoặc tên mức xếp loại bị trùng.", field="bands")
    if any((above.lower, not above.closed) <= (below.lower, not below.closed) for above, below in pairwise(read)):
        raise RuleError("Các mức xếp loại phải xếp từ cao xuống thấp, cận dưới không trùng nhau.", field="bands")
    if read[-1].lower != 0 or not read[-1].closed:
        raise RuleError("Mức xếp loại cuối cùng phải bắt đầu từ 0 để phủ kín từ 0 đến 100.", field="bands")
    if read[0].lower == HUNDRED and not read[0].closed:
        raise RuleError("Không có chỉ số nào trên 100: mức xếp loại đầu phải gồm cả 100.", field="bands")
    _check_uppers(bands, read)
    return read


def _read_band(band: Mapping[str, Any]) -> Grade:
    closed = param_flag(band, "closed", default=True)
    return Grade(param_text(band, "code"), param_text(band, "name"), param_percent(band, "lower"), closed)


def _check_uppers(bands: list[Mapping[str, Any]], read: list[Grade]) -> None:
    ends = [(HUNDRED, True), *((band.lower, not band.closed) for band in read[:-1])]
    for band, (end, inside) in zip(bands, ends, strict=True):
        if band.get("upper") is not None and param_percent(band, "upper") != end:
            raise RuleError(f"Có khoảng hở hoặc chồng lấn giữa các mức xếp loại tại {show(end)}.", field="bands")
        if band.get("upper_closed") is not None and param_flag(band, "upper_closed", default=True) != inside:
            wrong = "không thuộc mức nào" if inside else "thuộc cả hai mức liền nhau"
            raise RuleError(f"Chỉ số đúng {show(end)} {wrong}; hãy ghi rõ cận nào đóng, cận nào mở.", field="bands")


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
