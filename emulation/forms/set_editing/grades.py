"""Grades of units and of their heads, with the vetoes: small rows of one page, so that they can change together.

Codes of grades are made from their names and never typed; a grade that is renamed keeps its code, so that the heads'
grades and the vetoes which name it follow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms

from emulation.scoring.numbers import plain
from emulation.set_check import Band, Stretch, sorted_bands, stretches_of
from emulation.set_spec import SetSpec
from ninhgiang.vietnamese import clean, fold

from .shared import PercentField, text_field
from .vetoes import VetoForm, rows_to_name, veto_texts

MOST_BANDS, MOST_VETOES = 12, 30
BANDS, HEADS, VETOES = "muc", "dau", "kc"
FROM, ABOVE = "tu", "tren"
HEADS_BY = (
    ("", "Bộ này không xếp loại người đứng đầu"),
    ("grade", "Theo mức xếp loại của đơn vị: mỗi mức một mức của người đứng đầu"),
    ("index", "Theo chỉ số của đơn vị, có thang riêng"),
)
_CODE, _NAME = 30, 60


class BandForm(forms.Form):
    """One grade: its name and lower end; in the units' own grades also what the head of such a unit gets."""

    use_required_attribute = False
    code = forms.CharField(required=False, max_length=_CODE, widget=forms.HiddenInput())
    name = text_field("Tên mức", _NAME)
    edge = forms.ChoiceField(label="Cận dưới", choices=((FROM, "từ"), (ABOVE, "trên")), required=False)
    lower = PercentField(label="Chỉ số (%)", required=False)

    def __init__(self, *args: Any, with_head: bool, must_name_head: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.must_name_head = must_name_head
        if with_head:
            self.fields["head"] = text_field("Người đứng đầu", _NAME)

    @property
    def used(self) -> bool:
        """Whether anything is typed in this row; an emptied row is left out."""
        return any(str(self[name].value() or "").strip() for name in ("name", "lower"))

    def clean_name(self) -> str:
        """Tidy the name."""
        return clean(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        """Ask for all parts of a row that is used."""
        data: dict[str, Any] = super().clean() or {}
        if not self.used:
            return data
        if "name" not in self.errors and not data.get("name"):
            self.add_error("name", "Chưa nhập tên mức. Muốn bỏ mức này thì xóa cả ô chỉ số.")
        if "lower" not in self.errors and data.get("lower") is None:
            self.add_error("lower", "Chưa nhập chỉ số. Muốn bỏ mức này thì xóa cả ô tên.")
        if self.must_name_head and "head" not in self.errors and not clean(data.get("head", "")):
            self.add_error("head", "Chưa nhập mức của người đứng đầu.")
        return data

    @property
    def band(self) -> Band | None:
        """The band as far as it can be read; None for an empty or unreadable row."""
        data = self.cleaned_data if self.is_bound and self.errors is not None else {}
        if data.get("lower") is None:
            return None
        return Band(data.get("name") or "chưa có tên", data["lower"], data.get("edge") != ABOVE)


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade typed, with the code it has or gets."""

    band: Band
    code: str
    form: BandForm

    @property
    def stored(self) -> dict[str, Any]:
        """The grade as it is stored."""
        return {
            "code": self.code,
            "name": self.band.name,
            "lower": plain(self.band.lower),
            "closed": self.band.closed,
        }


class GradesForm:
    """The forms of all rows of the page, over the texts posted or those of the stored set; always checked.

    `more` names a list (BANDS, HEADS, VETOES) that gets further empty rows.
    """

    def __init__(self, spec: SetSpec, posted: Mapping[str, Any] | None = None, more: str = "") -> None:
        self.spec, self.more = spec, more
        self.data = posted if posted is not None else texts_of(spec)
        chosen = str(self.data.get("heads_by") or "")
        self.heads_by = chosen if chosen in dict(HEADS_BY) else ""
        self.bands = self._band_forms(BANDS)
        self.heads = self._band_forms(HEADS)
        self.grades = _grades(self.bands, {str(one["code"]) for one in spec.bands})
        self.head_grades = _grades(self.heads, {str(one["code"]) for one in _head_bands(spec)})
        names = [(one.code, one.band.name) for one in self.grades]
        rows = rows_to_name(spec)
        self.vetoes = [
            VetoForm(self.data, prefix=f"{VETOES}-{place}", rows=rows, grades=names)
            for place in range(self._count(VETOES, max(MOST_VETOES, len(spec.veto_conditions) + 1)))
        ]
        self.problems = _fit(self.grades) if self.grades else ["Chưa có mức xếp loại nào."]
        self.head_problems: list[str] = []
        if self.heads_by == "index":
            self.head_problems = _fit(self.head_grades) if self.head_grades else ["Chưa có mức nào."]

    def _count(self, name: str, most: int) -> int:
        """Return how many rows a list has: as many as posted, more when asked for, one empty one at least."""
        text = str(self.data.get(f"{name}-so") or "")
        count = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) + 1 else 1
        return max(1, min(count + (2 if self.more == name else 0), most))

    def _band_forms(self, name: str) -> list[BandForm]:
        own = name == BANDS
        return [
            BandForm(
                self.data,
                prefix=f"{name}-{place}",
                with_head=own,
                must_name_head=own and self.heads_by == "grade",
            )
            for place in range(self._count(name, max(MOST_BANDS, len(self.spec.bands) + 1)))
        ]

    @property
    def heads_choices(self) -> list[tuple[str, str, bool]]:
        """The ways to grade heads as (code, label, whether chosen), for the template."""
        return [(code, label, code == self.heads_by) for code, label in HEADS_BY]

    @property
    def forms(self) -> list[BandForm | VetoForm]:
        """The forms that count."""
        return [*self.bands, *(self.heads if self.heads_by == "index" else ()), *self.vetoes]

    def is_valid(self) -> bool:
        """Tell whether everything on the page can be stored."""
        valid = [one.is_valid() for one in self.forms]
        return all(valid) and not self.problems and not self.head_problems

    @property
    def stretches(self) -> list[Stretch]:
        """The parts of 0-100 of the units' grades."""
        return stretches_of([one.band for one in self.grades])[0]

    @property
    def head_stretches(self) -> list[Stretch]:
        """The parts of 0-100 of the heads' own grades."""
        return stretches_of([one.band for one in self.head_grades])[0] if self.heads_by == "index" else []

    def spec_over(self) -> SetSpec:
        """Return the set with these grades and vetoes; what means the same as before is kept as it was written."""
        old = {str(veto_texts(one)): one for one in self.spec.veto_conditions}
        typed = [one.condition for one in self.vetoes if one.used]
        return replace(
            self.spec,
            bands=_kept(self.spec.bands, [one.stored for one in self.grades]),
            head_mapping=self._mapping(),
            veto_conditions=tuple(old.get(str(veto_texts(one)), one) for one in typed),
        )

    def _mapping(self) -> Mapping[str, Any]:
        before = self.spec.head_mapping
        if self.heads_by == "index":
            bands = _kept(_head_bands(self.spec), [one.stored for one in self.head_grades])
            return (
                {**before, "bands": list(bands)}
                if before.get("by") == "index"
                else {"by": "index", "bands": list(bands)}
            )
        if self.heads_by != "grade":
            return {}
        known = {str(one["name"]): str(one["code"]) for one in before.get("levels", ())}
        levels = []
        for one in self.grades:
            name = clean(one.form.cleaned_data["head"])
            known.setdefault(name, new_code(name, known.values()))
            levels.append({"grade": one.code, "code": known[name], "name": name})
        same = sorted(before.get("levels", ()), key=str) == sorted(levels, key=str)
        return before if same else {"by": "grade", "levels": levels}


def _fit(grades: list[Grade]) -> list[str]:
    """Put each gap, overlap and name used twice beside its field; returns what is wrong, in one list."""
    _, wrong = stretches_of([one.band for one in grades])
    for one in wrong:
        grades[one.place].form.add_error("lower", one.message)
    seen: set[str] = set()
    twice = []
    for grade in grades:
        name = fold(grade.band.name)
        if name in seen:
            twice.append(f"Hai mức cùng tên “{grade.band.name}”.")
            grade.form.add_error("name", twice[-1])
        seen.add(name)
    return [*(one.message for one in wrong), *twice]


def _grades(rows: Iterable[BandForm], known: set[str]) -> list[Grade]:
    """Return the readable grades from high to low; a new one gets a code no other grade has."""
    used = [one for one in rows if one.used and one.band is not None]
    codes: dict[int, str] = {}
    for place, one in enumerate(used):
        code = str(one.cleaned_data.get("code") or "")
        if code in known and code not in codes.values():
            codes[place] = code
    for place, one in enumerate(used):
        if place not in codes:
            codes[place] = new_code(str(one.cleaned_data.get("name") or ""), {*known, *codes.values()})
    found = [Grade(band, codes[place], one) for place, one in enumerate(used) if (band := one.band)]
    order = {band: place for place, band in reversed(list(enumerate(sorted_bands(one.band for one in found))))}
    return sorted(found, key=lambda one: order[one.band])


def new_code(name: str, taken: Iterable[str]) -> str:
    """Return a code made of a name ("Xuất sắc" -> "xuat_sac"), numbered when it is taken."""
    letters = fold(name).encode("ascii", "ignore").decode().replace(" ", "_").strip("_")
    short = letters if len(letters) <= _CODE - 3 else letters[: _CODE - 3].rpartition("_")[0] or letters[: _CODE - 3]
    stem, others = short or "muc", set(taken)
    return next(code for code in (stem, *(f"{stem}_{number}" for number in range(2, 99))) if code not in others)


def _kept(before: Iterable[Mapping[str, Any]], typed: list[dict[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    old = tuple(before)
    plain_old = [_band_texts(one) | {"code": str(one["code"])} for one in old]
    return old if plain_old == [_band_texts(one) | {"code": one["code"]} for one in typed] else tuple(typed)


def _head_bands(spec: SetSpec) -> tuple[Mapping[str, Any], ...]:
    return tuple(spec.head_mapping.get("bands", ())) if spec.head_mapping.get("by") == "index" else ()


# a stored set as the texts of the page


def texts_of(spec: SetSpec) -> dict[str, str]:
    """Return what the page of a stored set would post back unchanged."""
    found = {"heads_by": str(spec.head_mapping.get("by") or "")}
    levels = {str(one["grade"]): str(one["name"]) for one in spec.head_mapping.get("levels", ())}
    bands = [_band_texts(one) | {"head": levels.get(str(one["code"]), "")} for one in spec.bands]
    lists = ((BANDS, bands), (HEADS, [_band_texts(one) for one in _head_bands(spec)]))
    for name, items in (*lists, (VETOES, [veto_texts(one) for one in spec.veto_conditions])):
        found[f"{name}-so"] = str(len(items) + 1)
        found |= {f"{name}-{place}-{key}": text for place, one in enumerate(items) for key, text in one.items()}
    return found


def _band_texts(band: Mapping[str, Any]) -> dict[str, str]:
    lower = str(band.get("lower", "")).replace(".", ",")
    edge = ABOVE if band.get("closed") is False else FROM
    return {"code": str(band["code"]), "name": str(band["name"]), "edge": edge, "lower": lower}
