"""Forms of the editor: one row of a draft set with its rule in Vietnamese, and the part common to all rows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from emulation import scoring
from emulation.enums import LatePolicy, RankStyle
from emulation.ranking import validate_bands
from emulation.rule_fields import (
    BAND_COLUMNS,
    CHOICE,
    FIELDS,
    LINES,
    NO_CASE,
    RULE_NAMES,
    LineProblem,
    ParamField,
    fact_choices,
    read_lines,
    read_params,
    show_lines,
    show_params,
)
from emulation.scoring import RuleError
from emulation.set_spec import MAX_CODE, AreaSpec, RowSpec, SetSpec, check_rule, code_problem
from ninhgiang.fields import ScoreField
from ninhgiang.vietnamese import clean, clean_lines
from units.enums import UnitTrait

_PREFIX = "p_"
TIE_HINT = (
    "Mã lĩnh vực, cách nhau bằng dấu chấm phẩy. Dùng được cả @appraised (điểm không kể cộng, trừ), @on_time (tỷ lệ "
    "nhiệm vụ đúng hạn), @lost (số tiêu chí mất điểm)."
)


def _text(label: str, most: int, *, required: bool = False, rows: int = 0, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(),
        error_messages={"required": "Chưa nhập mục này.", "max_length": f"Không quá {most} ký tự."},
    )


class SetRowForm(forms.Form):
    """One row. `kind` is area, criterion, bonus or penalty; a `group` has children and so no rule of its own.

    `places` are (blocks, units) of the issuer as (code, name).
    """

    def __init__(
        self,
        *args: Any,
        kind: str,
        rule_kind: str,
        places: tuple[list[tuple[str, str]], list[tuple[str, str]]],
        group: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.chosen_rule = kind, rule_kind
        self.scored = kind != "area" and not group
        self.fields["code"] = _text("Mã", MAX_CODE, required=True)
        self.fields["name"] = _text("Tên", 500, required=True, rows=2)
        self.fields["max_points"] = ScoreField(label="Điểm tối đa")
        if self.scored:
            self._add_rule_fields()
        blocks, units = places
        self.fields["requires_trait"] = forms.ChoiceField(
            label="Chỉ áp dụng cho đơn vị", required=False, choices=[("", "Mọi đơn vị"), *UnitTrait.choices]
        )
        for name, label, choices in (("blocks", "Chỉ áp dụng cho khối", blocks), ("units", "Chỉ cho đơn vị", units)):
            self.fields[name] = forms.MultipleChoiceField(
                label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
            )
        if self.scored:
            self.fields["appraiser"] = forms.ChoiceField(
                label="Đơn vị thẩm định", required=False, choices=[("", "Phòng Văn hóa - Xã hội"), *units]
            )
        self.fields["legal_basis"] = _text("Căn cứ", 300)
        self.fields["guidance"] = _text("Hướng dẫn", 2000, rows=3)

    def _add_rule_fields(self) -> None:
        self.fields["rule_kind"] = forms.ChoiceField(
            label="Cách chấm", choices=[("", "– Chọn cách chấm –"), *RULE_NAMES.items()], required=False
        )
        for one in FIELDS.get(self.chosen_rule, ()):
            self.fields[_PREFIX + one.name] = _param_field(one)
        if self.chosen_rule:
            self.fields["p_no_case"] = forms.ChoiceField(label="Không phát sinh", choices=NO_CASE, required=False)
            self.fields["p_fact"] = forms.ChoiceField(
                label="Nguồn số liệu", choices=fact_choices(self.chosen_rule), required=False
            )
        for name, label in (
            ("evidence_required", "Cần minh chứng"),
            ("explanation_required", "Cần ghi rõ cách tính"),
            ("added", "Tiêu chí bổ sung ngoài khung điểm"),
        ):
            self.fields[name] = forms.BooleanField(label=label, required=False)

    @property
    def rule_rows(self) -> list[forms.BoundField]:
        """The parameters of the chosen rule, for the template."""
        return [self[name] for name in self.fields if name.startswith(_PREFIX)]

    def clean_code(self) -> str:
        """Tidy the code, and refuse one that cannot stand in addresses and lists."""
        code = clean(self.cleaned_data["code"])
        if why := code_problem(code):
            raise forms.ValidationError(why)
        return code

    def clean_name(self) -> str:
        """Tidy the name."""
        return clean(self.cleaned_data["name"])

    def clean_max_points(self) -> Decimal:
        """Points above 0 that the column can hold."""
        points: Decimal = self.cleaned_data["max_points"]
        if not 0 < points < 100_000:
            raise forms.ValidationError("Điểm tối đa phải lớn hơn 0.")
        return points

    def clean(self) -> dict[str, Any]:
        """Read the rule's parameters and check them with the maximum; each problem beside its field."""
        data: dict[str, Any] = super().clean() or {}
        if not self.scored or "max_points" not in data:
            return data
        if data.get("rule_kind", "") != self.chosen_rule or not self.chosen_rule:
            self.add_error("rule_kind", "Chưa chọn cách chấm." if not self.chosen_rule else "Hãy bấm “Đổi cách chấm”.")
            return data
        texts = {name.removeprefix(_PREFIX): value for name, value in data.items() if name.startswith(_PREFIX)}
        params, problems = read_params(self.chosen_rule, texts)
        for name, why in problems.items():
            self.add_error(_PREFIX + name, why)
        data["rule_params"] = params
        if not problems:
            self._check(data)
        return data

    def _check(self, data: dict[str, Any]) -> None:
        row = RowSpec(
            code="x",
            name="x",
            max_points=data["max_points"],
            rule_kind=self.chosen_rule,
            rule_params=data["rule_params"],
            source=_source(data["rule_params"]),
        )
        try:
            check_rule(row, self.kind)
        except RuleError as error:
            place = {"formula": "p_branches", "no_case_full": "p_no_case"}.get(error.field, _PREFIX + error.field)
            self.add_error(place if place in self.fields else "rule_kind", error.message)

    def row_over(self, before: AreaSpec | RowSpec | None) -> AreaSpec | RowSpec:
        """Return the row typed; parameters that mean the same as before are kept as they were written."""
        data = self.cleaned_data
        own = ("code", "name", "max_points", "requires_trait", "legal_basis")
        shared: dict[str, Any] = {name: data[name] for name in own}
        shared |= {"blocks": tuple(sorted(data["blocks"])), "units": tuple(sorted(data["units"]))}
        shared["guidance"] = clean_lines(data["guidance"])
        if self.kind == "area":
            return AreaSpec(criteria=(), **shared)
        if not self.scored:
            kept = before if isinstance(before, RowSpec) else RowSpec(code="", name="", max_points=Decimal(1))
            return replace(kept, children=(), **shared)
        return RowSpec(
            **shared,
            rule_kind=self.chosen_rule,
            rule_params=_kept_params(before, self.chosen_rule, data["rule_params"], data["max_points"]),
            source=_source(data["rule_params"]),
            appraiser=data["appraiser"],
            **{name: data[name] for name in ("evidence_required", "explanation_required", "added")},
        )


def _source(params: Mapping[str, Any]) -> str:
    return "tasks" if params.get("fact") else "person"


def _kept_params(
    before: AreaSpec | RowSpec | None, kind: str, params: Mapping[str, Any], max_points: Decimal
) -> Mapping[str, Any]:
    if not isinstance(before, RowSpec) or before.rule_kind != kind:
        return params
    if before.rule_params.get("fact") != params.get("fact"):
        return params
    try:
        old = scoring.read_rule(kind, before.rule_params, max_points).params()
    except RuleError:
        return params
    return before.rule_params if old == scoring.read_rule(kind, params, max_points).params() else params


def _param_field(one: ParamField) -> forms.Field:
    if one.kind == CHOICE:
        return forms.ChoiceField(label=one.label, choices=one.choices, required=False, help_text=one.help)
    rows = 5 if one.kind == LINES else 0
    return _text(one.label, 8000 if rows else 160, rows=rows, hint=one.help)


def initial_of(row: AreaSpec | RowSpec) -> dict[str, Any]:
    """Return what the form of a stored row shows."""
    names = ("code", "name", "max_points", "requires_trait", "legal_basis", "guidance")
    shown: dict[str, Any] = {name: getattr(row, name) for name in names}
    shown |= {"blocks": list(row.blocks), "units": list(row.units)}
    if isinstance(row, RowSpec):
        own = ("rule_kind", "appraiser", "evidence_required", "explanation_required", "added")
        shown |= {name: getattr(row, name) for name in own}
        texts = show_params(row.rule_kind, row.rule_params)
        shown |= {_PREFIX + name: text for name, text in texts.items()}
    return shown


class SetHeadingForm(forms.Form):
    """Everything of a set but its rows, the heads' grades and the vetoes (these two: in the workbook)."""

    name = _text("Tên bộ tiêu chí", 300, required=True, rows=2)
    year = forms.IntegerField(
        label="Năm",
        min_value=2000,
        max_value=2100,
        error_messages={
            "required": "Chưa nhập năm.",
            "invalid": "Năm phải là số.",
            "min_value": "Năm từ 2000 đến 2100.",
            "max_value": "Năm từ 2000 đến 2100.",
        },
    )
    legal_basis = _text("Căn cứ", 2000, rows=3)
    bands = _text(
        "Mức xếp loại",
        4000,
        required=True,
        rows=6,
        hint="Mỗi dòng: mã | tên | từ hoặc trên %. Từ cao xuống thấp, dòng cuối từ 0. Ví dụ: tot | Tốt | từ 80",
    )
    rank_style = forms.ChoiceField(label="Cách đếm hạng", choices=RankStyle)
    tie_order = _text("Thứ tự phân định khi bằng chỉ số", 400, hint=TIE_HINT)
    index_decimals = forms.ChoiceField(label="Số lẻ của chỉ số", choices=[("2", "2"), ("3", "3"), ("4", "4")])
    bonus_max = ScoreField(label="Điểm cộng nhiều nhất")
    penalty_max = ScoreField(label="Điểm trừ nhiều nhất")
    late_policy = forms.ChoiceField(label="Phiếu không nộp đúng hạn", choices=LatePolicy)
    late_points = ScoreField(label="Điểm trừ mỗi ngày nộp chậm")
    late_points_max = ScoreField(label="Điểm trừ nộp chậm nhiều nhất")
    appeal_working_days = forms.IntegerField(
        label="Số ngày làm việc để kiến nghị",
        min_value=1,
        max_value=30,
        error_messages={
            "required": "Chưa nhập số ngày.",
            "invalid": "Phải là số nguyên.",
            "min_value": "Từ 1 đến 30 ngày.",
            "max_value": "Từ 1 đến 30 ngày.",
        },
    )

    def clean_name(self) -> str:
        """Tidy the name."""
        return clean(self.cleaned_data["name"])

    def clean_bands(self) -> list[dict[str, Any]]:
        """Read the bands and check that they cover 0-100 once each."""
        try:
            bands = read_lines(self.cleaned_data["bands"], BAND_COLUMNS)
            validate_bands(bands)
        except LineProblem as problem:
            raise forms.ValidationError(str(problem)) from None
        except RuleError as error:
            raise forms.ValidationError(error.message) from None
        return bands

    def spec_over(self, spec: SetSpec) -> SetSpec:
        """Return the set with this heading."""
        data = self.cleaned_data
        names = ("name", "year", "rank_style", "bonus_max", "penalty_max", "late_policy", "late_points")
        given: dict[str, Any] = {name: data[name] for name in (*names, "late_points_max", "appeal_working_days")}
        return replace(
            spec,
            **given,
            legal_basis=clean_lines(data["legal_basis"]),
            index_decimals=int(data["index_decimals"]),
            tie_order=tuple(one.strip() for one in data["tie_order"].split(";") if one.strip()),
            bands=_kept_bands(spec.bands, data["bands"]),
        )


def _kept_bands(before: Iterable[Mapping[str, Any]], bands: list[dict[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    old = tuple(before)
    return old if show_lines(list(old), BAND_COLUMNS) == show_lines(list(bands), BAND_COLUMNS) else tuple(bands)


def heading_of(spec: SetSpec) -> dict[str, Any]:
    """Return what the heading's form shows."""
    names = ("name", "year", "legal_basis", "rank_style", "bonus_max", "penalty_max", "late_policy", "late_points")
    shown = {name: getattr(spec, name) for name in (*names, "late_points_max", "appeal_working_days")}
    return shown | {
        "index_decimals": str(spec.index_decimals),
        "tie_order": "; ".join(spec.tie_order),
        "bands": show_lines(list(spec.bands), BAND_COLUMNS),
    }
