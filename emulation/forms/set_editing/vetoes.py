"""One veto (khống chế) of a draft set: when it is met, and what follows."""

from collections.abc import Mapping
from typing import Any

from django import forms

from emulation.enums import VetoEffect
from emulation.scoring.numbers import plain
from emulation.set_editing import below
from emulation.set_spec import SetSpec
from ninhgiang.vietnamese import clean

from .shared import PercentField, text_field

MOST_STEPS = 12
WHEN = (
    ("", "– Chọn trường hợp –"),
    ("area_below", "Một lĩnh vực dưới tỷ lệ điểm tối đa"),
    ("criterion_below", "Một tiêu chí dưới tỷ lệ điểm tối đa"),
    ("not_submitted", "Không nộp phiếu tự chấm điểm"),
    ("manual", "Trường hợp khác, do người thẩm định ghi"),
)


class VetoForm(forms.Form):
    """One veto: when, and what follows. Which further fields count follows from these two."""

    use_required_attribute = False
    when = forms.ChoiceField(label="Khi nào", choices=WHEN, required=False)
    code = forms.ChoiceField(
        label="Lĩnh vực, tiêu chí",
        required=False,
        error_messages={"invalid_choice": "Dòng này không còn; hãy chọn dòng khác."},
    )
    percent = PercentField(label="Dưới (% điểm tối đa)", required=False)
    reason = text_field("Nêu rõ trường hợp", 300)
    effect = forms.ChoiceField(label="Hệ quả", choices=[("", "– Chọn hệ quả –"), *VetoEffect.choices], required=False)
    grade = forms.ChoiceField(
        label="Không quá mức",
        required=False,
        error_messages={"invalid_choice": "Mức này không còn; hãy chọn mức khác."},
    )
    steps = forms.IntegerField(
        label="Số bậc bị hạ",
        required=False,
        min_value=1,
        max_value=MOST_STEPS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Phải là số nguyên.", "min_value": "Từ 1 bậc.", "max_value": "Số bậc quá lớn."},
    )

    def __init__(
        self, *args: Any, rows: Mapping[str, list[tuple[str, str]]], grades: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.grades = rows, grades
        listed = [("Lĩnh vực", rows["area_below"]), ("Tiêu chí", rows["criterion_below"])]
        self.fields["code"].choices = [("", "– Chọn dòng –"), *listed]  # type: ignore[attr-defined]
        self.fields["grade"].choices = [("", "– Chọn mức –"), *grades]  # type: ignore[attr-defined]

    @property
    def used(self) -> bool:
        """Whether this veto is meant: one with neither case nor effect is left out."""
        return any(str(self[name].value() or "").strip() for name in ("when", "effect"))

    def clean(self) -> dict[str, Any]:
        """Ask for what the case and the effect need; what they do not need is not looked at."""
        data: dict[str, Any] = super().clean() or {}
        when, effect = str(data.get("when") or ""), str(data.get("effect") or "")
        needed = _NEEDED["used"] + _NEEDED.get(when, ()) + _NEEDED.get(effect, ()) if self.used else ()
        for name in set(self.errors) - {one for one, _ in needed}:
            del self.errors[name]
        for name, why in needed:
            if name not in self.errors and clean(str(data.get(name) or "")) == "":
                self.add_error(name, why)
        if self.used:
            self._check_fit(when, effect)
        return data

    def _check_fit(self, when: str, effect: str) -> None:
        data = self.cleaned_data
        if when in self.rows and (code := data.get("code")) and code not in dict(self.rows[when]):
            self.add_error("code", f"Hãy chọn một {'lĩnh vực' if when == 'area_below' else 'tiêu chí'}.")
        steps, most = data.get("steps"), len(self.grades) - 1
        if effect == "minus_grades" and steps and steps > most:
            self.add_error("steps", f"Có {most + 1} mức nên hạ nhiều nhất {most} bậc.")

    @property
    def condition(self) -> dict[str, Any]:
        """The veto as it is stored: only what its case and effect need."""
        data = self.cleaned_data
        needed = {name for name, _ in (*_NEEDED.get(data["when"], ()), *_NEEDED.get(data["effect"], ()))}
        found = {name: data[name] for name in sorted(needed)}
        if "percent" in found:
            found["percent"] = plain(found["percent"])
        if "reason" in found:
            found["reason"] = clean(found["reason"])
        return {"when": data["when"], "effect": data["effect"], **found}


_ROW_BELOW = (("code", "Chưa chọn dòng."), ("percent", "Chưa nhập tỷ lệ."))
_NEEDED: dict[str, tuple[tuple[str, str], ...]] = {
    "used": (("when", "Chưa chọn trường hợp. Muốn bỏ thì bỏ cả hệ quả."), ("effect", "Chưa chọn hệ quả.")),
    "area_below": _ROW_BELOW,
    "criterion_below": _ROW_BELOW,
    "manual": (("reason", "Chưa nêu rõ trường hợp."),),
    "max_grade": (("grade", "Chưa chọn mức."),),
    "minus_grades": (("steps", "Chưa nhập số bậc."),),
}


def rows_to_name(spec: SetSpec) -> dict[str, list[tuple[str, str]]]:
    """Return what a veto can name, by its case: the areas, and the scored criteria."""
    nodes = list(spec.nodes())
    shown = {placed.row.code: f"{placed.row.code}. {placed.row.name[:90]}" for placed in nodes}
    return {
        "area_below": [(area.code, shown[area.code]) for area in spec.areas],
        "criterion_below": [
            (placed.row.code, shown[placed.row.code])
            for placed in nodes
            if placed.kind == "criterion" and not below(placed.row)
        ],
    }


def veto_texts(condition: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a stored veto by field."""
    names = ("when", "code", "percent", "reason", "effect", "grade", "steps")
    needed = {
        name
        for case in ("used", str(condition.get("when")), str(condition.get("effect")))
        for name, _ in _NEEDED.get(case, ())
    }
    return {
        name: str(condition.get(name, "")).replace(".", ",") if name == "percent" else str(condition.get(name, ""))
        for name in names
        if name in needed
    }
