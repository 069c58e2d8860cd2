"""The form of the part common to all rows of a draft set: name, ranking, caps, handing in late, appeals."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from emulation.enums import LatePolicy, RankStyle
from emulation.ranking import APPRAISED, LOST, ON_TIME
from emulation.ranking.ties import tie_key
from emulation.set_spec import SetSpec
from ninhgiang.fields import ScoreField
from ninhgiang.vietnamese import capital_first, clean, clean_lines

from .shared import held, text_field

_TIE = "tie_"
_POINTS = ("bonus_max", "penalty_max", "late_points", "late_points_max")
_PLAIN = ("name", "year", "rank_style", "late_policy", "appeal_working_days", *_POINTS)
_LEAST_TIES = 3


def whole_field(label: str, low: int, high: int, span: str, missing: str) -> forms.IntegerField:
    """Return a field for a whole number from `low` to `high`; `span` says so."""
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        error_messages={"required": missing, "invalid": "Phải là số nguyên.", "min_value": span, "max_value": span},
    )


def year_field() -> forms.IntegerField:
    """Return the field for the year of a set."""
    return whole_field("Năm", 2000, 2100, "Năm từ 2000 đến 2100.", "Chưa nhập năm.")


class SetHeadingForm(forms.Form):
    """Everything of a set but its rows, grades and vetoes."""

    name = text_field("Tên bộ tiêu chí", 300, required=True, rows=2, missing="Chưa nhập tên.")
    year = year_field()
    legal_basis = text_field("Căn cứ", 2000, rows=3)
    index_decimals = forms.ChoiceField(label="Số lẻ của chỉ số", choices=[("2", "2"), ("3", "3"), ("4", "4")])
    rank_style = forms.ChoiceField(label="Cách đếm hạng", choices=RankStyle)
    bonus_max = ScoreField(label="Điểm cộng nhiều nhất")
    penalty_max = ScoreField(label="Điểm trừ nhiều nhất")
    late_policy = forms.ChoiceField(label="Phiếu không nộp đúng hạn", choices=LatePolicy)
    late_points = ScoreField(label="Điểm trừ mỗi ngày nộp chậm")
    late_points_max = ScoreField(label="Điểm trừ nộp chậm nhiều nhất")
    appeal_working_days = whole_field("Số ngày làm việc để kiến nghị", 1, 30, "Từ 1 đến 30 ngày.", "Chưa nhập số ngày.")

    def __init__(self, *args: Any, spec: SetSpec, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = [(area.code, f"Điểm lĩnh vực {area.code}. {area.name}") for area in spec.areas]
        others = [(code, capital_first(tie_key(code).label)) for code in (APPRAISED, ON_TIME, LOST)]
        number = min(max(_LEAST_TIES, len(spec.tie_order) + 1), len(areas) + len(others))
        for place in range(1, number + 1):
            self.fields[f"{_TIE}{place}"] = forms.ChoiceField(
                label=f"So tiếp lần {place}",
                choices=[("", "– Không so –"), *areas, *others],
                required=False,
                error_messages={"invalid_choice": "Lĩnh vực này không còn; hãy chọn lại."},
            )

    @property
    def ties(self) -> list[forms.BoundField]:
        """The fields of the tie order, for the template."""
        return [self[name] for name in self.fields if name.startswith(_TIE)]

    def clean_name(self) -> str:
        """Tidy the name."""
        return clean(self.cleaned_data["name"])

    def clean_bonus_max(self) -> Decimal:
        """A cap that the column can hold."""
        return held(self.cleaned_data["bonus_max"])

    def clean_penalty_max(self) -> Decimal:
        """A cap that the column can hold."""
        return held(self.cleaned_data["penalty_max"])

    def clean_late_points(self) -> Decimal:
        """Points that the column can hold."""
        return held(self.cleaned_data["late_points"])

    def clean_late_points_max(self) -> Decimal:
        """At least what one day late costs."""
        most, daily = self.cleaned_data["late_points_max"], self.cleaned_data.get("late_points")
        if daily is not None and most < daily:
            raise forms.ValidationError("Mức trừ nhiều nhất không được nhỏ hơn mức trừ một ngày.")
        return held(most)

    def clean(self) -> dict[str, Any]:
        """Refuse the same comparison twice, at the second place."""
        data: dict[str, Any] = super().clean() or {}
        seen: set[str] = set()
        for name in [one for one in self.fields if one.startswith(_TIE)]:
            code = data.get(name, "")
            if code and code in seen:
                self.add_error(name, "Đã so theo mục này ở trên.")
            seen.add(code)
        return data

    def spec_over(self, spec: SetSpec) -> SetSpec:
        """Return the set with this heading."""
        data = self.cleaned_data
        given: dict[str, Any] = {name: data[name] for name in _PLAIN}
        return replace(
            spec,
            **given,
            legal_basis=clean_lines(data["legal_basis"]),
            index_decimals=int(data["index_decimals"]),
            tie_order=tuple(data[name] for name in self.fields if name.startswith(_TIE) and data[name]),
        )


def heading_of(spec: SetSpec) -> dict[str, Any]:
    """Return what the heading's form shows."""
    shown = {name: getattr(spec, name) for name in (*_PLAIN, "legal_basis")}
    ties = {f"{_TIE}{place}": code for place, code in enumerate(spec.tie_order, start=1)}
    return shown | {"index_decimals": str(spec.index_decimals)} | ties
