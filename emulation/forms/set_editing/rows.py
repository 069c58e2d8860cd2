"""The form of one row of a draft set, with its rule in Vietnamese."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django import forms

from emulation import scoring
from emulation.rule_fields import (
    CHOICE,
    FIELDS,
    LINES,
    NO_CASE,
    RULE_NAMES,
    ParamField,
    fact_choices,
    read_params,
    show_params,
    told_problem,
)
from emulation.scoring import RuleError
from emulation.set_spec import MAX_CODE, AreaSpec, RowSpec, check_rule, code_problem
from emulation.set_words import FIRST_APPRAISER
from ninhgiang.fields import ScoreField
from ninhgiang.vietnamese import clean, clean_lines
from units.enums import UnitTrait

from .shared import held, text_field

PREFIX = "p_"
_OWN = ("code", "name", "max_points", "requires_trait", "legal_basis")
_FLAGS = (
    ("evidence_required", "Cần minh chứng"),
    ("explanation_required", "Cần ghi rõ cách tính"),
    ("added", "Tiêu chí bổ sung ngoài khung điểm"),
)


@dataclass(frozen=True, slots=True)
class Places:
    """What a row can name, as (code, name): blocks, units, and for a criterion the rows it may stand below.

    `ruled` tells for each of these that is scored what rule it would lose.
    """

    blocks: list[tuple[str, str]] = field(default_factory=list)
    units: list[tuple[str, str]] = field(default_factory=list)
    parents: list[tuple[str, str]] = field(default_factory=list)
    ruled: Mapping[str, str] = field(default_factory=dict)


class SetRowForm(forms.Form):
    """One row. `kind` is area, criterion, bonus or penalty; a `group` has children and so no rule of its own."""

    def __init__(
        self, *args: Any, kind: str, rule_kind: str, places: Places, group: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.chosen_rule, self.places = kind, rule_kind, places
        self.scored = kind != "area" and not group
        self.fields["code"] = text_field("Mã", MAX_CODE, required=True)
        self.fields["max_points"] = ScoreField(label="Điểm tối đa")
        if kind == "criterion":
            self._add_parent()
        self.fields["name"] = text_field("Tên", 500, required=True, rows=2)
        if self.scored:
            self._add_rule_fields()
        self.fields["requires_trait"] = forms.ChoiceField(
            label="Chỉ áp dụng cho đơn vị", required=False, choices=[("", "Mọi đơn vị"), *UnitTrait.choices]
        )
        for name, label, choices in (
            ("blocks", "Chỉ áp dụng cho khối", places.blocks),
            ("units", "Chỉ cho đơn vị", places.units),
        ):
            self.fields[name] = forms.MultipleChoiceField(
                label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
            )
        if self.scored:
            self.fields["appraiser"] = forms.ChoiceField(
                label="Đơn vị thẩm định", required=False, choices=[("", FIRST_APPRAISER), *places.units]
            )
        self.fields["legal_basis"] = text_field("Căn cứ", 300)
        self.fields["guidance"] = text_field("Hướng dẫn", 2000, rows=3)

    def _add_parent(self) -> None:
        self.fields["parent"] = forms.ChoiceField(
            label="Thuộc dòng",
            choices=self.places.parents,
            error_messages={
                "required": "Chưa chọn dòng chứa dòng này.",
                "invalid_choice": "Dòng này không còn hoặc không chứa được dòng con; hãy chọn dòng khác.",
            },
        )
        if rule := self.places.ruled.get(str(self["parent"].value() or "")):
            self.fields["drop_rule"] = forms.BooleanField(
                label=f"Đồng ý bỏ cách chấm của dòng {self['parent'].value()}",
                help_text=f"Dòng này đang tự chấm: {rule} Thêm dòng con thì nó thành nhóm, điểm bằng tổng các dòng "
                "con; cách chấm và yêu cầu minh chứng, cách tính của nó bị bỏ.",
                error_messages={"required": "Hãy đánh dấu nếu đồng ý, hoặc chọn dòng khác."},
            )

    def _add_rule_fields(self) -> None:
        self.fields["rule_kind"] = forms.ChoiceField(
            label="Cách chấm", choices=[("", "– Chọn cách chấm –"), *RULE_NAMES.items()], required=False
        )
        for one in FIELDS.get(self.chosen_rule, ()):
            self.fields[PREFIX + one.name] = _param_field(one)
        if self.chosen_rule:
            self.fields["p_no_case"] = forms.ChoiceField(label="Không phát sinh", choices=NO_CASE, required=False)
            self.fields["p_fact"] = forms.ChoiceField(
                label="Nguồn số liệu", choices=fact_choices(self.chosen_rule), required=False
            )
        for name, label in _FLAGS:
            self.fields[name] = forms.BooleanField(label=label, required=False)

    @property
    def rule_rows(self) -> list[forms.BoundField]:
        """The parameters of the chosen rule, for the template."""
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What was typed for another rule: kept hidden, so that it is there when that rule is chosen again."""
        given = self.data if self.is_bound else self.initial
        return [
            (name, str(given[name]))
            for name in given
            if name.startswith(PREFIX) and name not in self.fields and given[name]
        ]

    def clean_code(self) -> str:
        """Tidy the code, and refuse one that cannot stand in addresses and lists."""
        code = clean(self.cleaned_data["code"])
        if why := code_problem(code):
            raise forms.ValidationError(why)
        return code

    def clean_name(self) -> str:
        """Tidy the name."""
        return clean(self.cleaned_data["name"])

    def clean_legal_basis(self) -> str:
        """Tidy the legal basis."""
        return clean(self.cleaned_data["legal_basis"])

    def clean_max_points(self) -> Decimal:
        """Points above 0 that the column can hold."""
        points: Decimal = self.cleaned_data["max_points"]
        if points <= 0:
            raise forms.ValidationError("Điểm tối đa phải lớn hơn 0.")
        return held(points)

    def clean(self) -> dict[str, Any]:
        """Read the rule's parameters and check them with the maximum; each problem beside its field."""
        data: dict[str, Any] = super().clean() or {}
        if not self.scored:
            return data
        if data.get("rule_kind", "") != self.chosen_rule or not self.chosen_rule:
            self.add_error("rule_kind", "Chưa chọn cách chấm." if not self.chosen_rule else "Hãy bấm “Đổi cách chấm”.")
            return data
        texts = {name.removeprefix(PREFIX): value for name, value in data.items() if name.startswith(PREFIX)}
        params, problems = read_params(self.chosen_rule, texts)
        for name, why in problems.items():
            self.add_error(PREFIX + name, why)
        data["rule_params"] = params
        if not problems and "max_points" in data:
            self._check(data, texts)
        return data

    def _check(self, data: dict[str, Any], texts: Mapping[str, str]) -> None:
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
            name, message = told_problem(self.chosen_rule, error, texts)
            place = name if name in self.fields else PREFIX + name
            self.add_error(place if place in self.fields else "rule_kind", message)

    def row_over(self, before: AreaSpec | RowSpec | None) -> AreaSpec | RowSpec:
        """Return the row typed; parameters that mean the same as before are kept as they were written."""
        data = self.cleaned_data
        shared: dict[str, Any] = {name: data[name] for name in _OWN}
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
            **{name: data[name] for name, _ in _FLAGS},
        )

    def row_so_far(self, before: AreaSpec | RowSpec) -> AreaSpec | RowSpec:
        """Return the row as far as it can be read: what is not right yet is as it was before; for the live check."""
        data, names = self.cleaned_data, {one for one in self.cleaned_data if one not in self.errors}
        given: dict[str, Any] = {name: data[name] for name in _OWN if name in names and data[name]}
        given |= {name: tuple(sorted(data[name])) for name in ("blocks", "units") if name in names}
        if isinstance(before, RowSpec) and self.scored and not self.rule_problems:
            params = data["rule_params"]
            given |= {"rule_kind": self.chosen_rule, "rule_params": params, "source": _source(params)}
            given["added"] = data["added"]
        return replace(before, **given)

    @property
    def rule_problems(self) -> list[str]:
        """What is wrong with the rule as typed."""
        places = ("rule_kind", "max_points", *(name for name in self.fields if name.startswith(PREFIX)))
        return [str(error) for name in places for error in self.errors.get(name, ())]


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
        rule = scoring.read_rule(kind, before.rule_params, max_points)
        rule.check_items(before.rule_params)  # a key nobody reads goes when the row is stored again
        old = rule.params()
    except RuleError:
        return params
    return before.rule_params if old == scoring.read_rule(kind, params, max_points).params() else params


def _param_field(one: ParamField) -> forms.Field:
    if one.kind == CHOICE:
        return forms.ChoiceField(label=one.label, choices=one.choices, required=False, help_text=one.help)
    rows = 5 if one.kind == LINES else 0
    return text_field(one.label, 8000 if rows else 160, rows=rows, hint=one.help)


def initial_of(row: AreaSpec | RowSpec) -> dict[str, Any]:
    """Return what the form of a stored row shows."""
    shown: dict[str, Any] = {name: getattr(row, name) for name in (*_OWN, "guidance")}
    shown |= {"blocks": list(row.blocks), "units": list(row.units)}
    if isinstance(row, RowSpec):
        own = ("rule_kind", "appraiser", *(name for name, _ in _FLAGS))
        shown |= {name: getattr(row, name) for name in own}
        texts = show_params(row.rule_kind, row.rule_params)
        shown |= {PREFIX + name: text for name, text in texts.items()}
    return shown
