"""Parameters of rules as people type them: one field for each, lists as lines with "|", all with Vietnamese names.

Pure. `show_params` turns stored parameters into texts, `read_params` back; what a rule demands of them is checked by
emulation.scoring afterwards.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulation.scoring import FACTS
from emulation.scoring.params import RuleError
from ninhgiang.vietnamese import clean

NUMBER, WHOLE, TEXT, CHOICE, LINES = "number", "whole", "text", "choice", "lines"
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,6})?")
_LIMIT = re.compile(r"(từ|trên|>=|≥|>)\s*([0-9]{1,3}(?:[.,][0-9]{1,6})?)\s*%?", re.IGNORECASE)
_REST = "còn lại"


@dataclass(frozen=True, slots=True)
class Column:
    """One part of a line: a text, a number (minus allowed), a whole number, a lower end, or a last rank."""

    name: str
    label: str
    kind: str = TEXT
    required: bool = True


@dataclass(frozen=True, slots=True)
class ParamField:
    """One parameter of a rule kind. `choices` are (code, label); `columns` describe a line of a list."""

    name: str
    label: str
    kind: str = TEXT
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    hint: str = ""

    @property
    def help(self) -> str:
        """What to type, in one sentence."""
        if not self.columns:
            return self.hint
        form = " | ".join(column.label for column in self.columns)
        return f"Mỗi dòng: {form}. {self.hint}".strip()


RULE_NAMES: dict[str, str] = {
    "yes_no": "Có hoặc không",
    "choice": "Chọn một trong nhiều mức",
    "quality": "Theo mức chất lượng (% điểm tối đa)",
    "tiers": "Theo khoảng tỷ lệ",
    "proportional": "Tỷ lệ nhân điểm tối đa",
    "proportional_floor": "Tỷ lệ nhân điểm tối đa, dưới sàn 0 điểm",
    "linear": "Tuyến tính giữa hai mức tỷ lệ",
    "against_target": "So với chỉ tiêu và đơn vị dẫn đầu",
    "count_capped": "Đếm số lần, có mức tối đa",
    "deduct": "Trừ điểm theo số lỗi",
    "deduct_late": "Trừ điểm theo ngày hoặc báo cáo chậm",
    "imported_ratio": "Giá trị trên thang của hệ thống khác",
    "survey": "Điều tra hài lòng",
    "converted": "Quy đổi từ chỉ số, thứ hạng khác",
    "formula": "Công thức",
    "free": "Chấm trực tiếp theo bước điểm",
}
NO_CASE = (
    ("", "Không có trường hợp “không phát sinh”"),
    ("full", "Không phát sinh: tính điểm tối đa"),
    ("zero", "Không phát sinh: 0 điểm"),
    ("not_applicable", "Không phát sinh: không đánh giá, bỏ khỏi mẫu số"),
)

_CODE, _LABEL, _POINTS = Column("code", "mã"), Column("label", "nhãn"), Column("points", "điểm", NUMBER)
_SCORED = (_CODE, _LABEL, _POINTS)
_NOUN = ParamField("noun", "Đơn vị đếm", hint="Ví dụ: văn bản đúng hạn.")
_BELOW = ParamField("below_zero", "Trừ thêm dưới 0 đến", NUMBER, hint="Để trống: không dưới 0.")
_DECIMALS = ParamField("decimals", "Số lẻ được nhập", WHOLE, hint="0 đến 3; để trống: số nguyên.")
_RATE = (
    ParamField("input", "Nhập tỷ lệ bằng", CHOICE, (("ratio", "Tử số và mẫu số"), ("percent", "Phần trăm"))),
    _NOUN,
    ParamField("numerator_label", "Tên tử số"),
    ParamField("denominator_label", "Tên mẫu số"),
    _DECIMALS,
)
FIELDS: dict[str, tuple[ParamField, ...]] = {
    "yes_no": (ParamField("yes_label", "Nhãn của “có”"), ParamField("no_label", "Nhãn của “không”"), _BELOW),
    "choice": (
        ParamField("options", "Các mức", LINES, columns=_SCORED, hint="Ví dụ: dung_han | Đúng hạn | 1"),
        _BELOW,
    ),
    "quality": (
        ParamField(
            "levels",
            "Các mức chất lượng",
            LINES,
            columns=(_CODE, _LABEL, Column("percent", "% điểm tối đa", NUMBER)),
            hint="Ví dụ: tot | Tốt | 75",
        ),
    ),
    "tiers": (
        ParamField(
            "tiers",
            "Các khoảng tỷ lệ",
            LINES,
            columns=(Column("lower", "từ hoặc trên %", "limit"), _POINTS),
            hint="Từ cao xuống thấp, ví dụ: trên 90 | 2. Dòng cuối từ 0.",
        ),
        *_RATE,
    ),
    "proportional": _RATE,
    "proportional_floor": (ParamField("floor", "Sàn (%)", NUMBER), *_RATE),
    "linear": (
        ParamField("floor", "Mức 0 điểm (%)", NUMBER),
        ParamField("ceiling", "Mức điểm tối đa (%)", NUMBER),
        *_RATE,
    ),
    "against_target": (
        ParamField("target", "Chỉ tiêu", CHOICE, (("unit", "Mỗi đơn vị một chỉ tiêu"), ("none", "Không có chỉ tiêu"))),
        ParamField("at_target", "Đạt chỉ tiêu được (% điểm tối đa)", NUMBER, hint="Để trống: 50."),
        _NOUN,
        _DECIMALS,
    ),
    "count_capped": (
        ParamField("per", "Điểm mỗi lần", NUMBER),
        ParamField("noun", "Đơn vị đếm"),
        ParamField("count_label", "Tên ô nhập"),
    ),
    "deduct": (
        ParamField("step", "Điểm trừ mỗi lỗi", NUMBER, hint="Khi chỉ có một loại lỗi."),
        ParamField("noun", "Tên lỗi", hint="Khi chỉ có một loại lỗi."),
        ParamField("steps", "Nhiều loại lỗi", LINES, columns=_SCORED, hint="Khi đó bỏ trống hai ô trên."),
        ParamField("count_label", "Tên ô nhập"),
        _BELOW,
    ),
    "deduct_late": (
        ParamField("step", "Điểm trừ mỗi đơn vị chậm", NUMBER),
        ParamField(
            "unit",
            "Đếm theo",
            CHOICE,
            (("day", "Ngày"), ("working_day", "Ngày làm việc"), ("report", "Báo cáo chậm hoặc thiếu")),
        ),
        ParamField("grace", "Số không bị trừ", WHOLE, hint="Để trống: 0."),
        ParamField("late_label", "Tên ô nhập"),
    ),
    "imported_ratio": (
        ParamField("of_max", "Thang của hệ thống nguồn", NUMBER),
        ParamField("noun", "Đo cái gì"),
        ParamField("value_label", "Tên ô nhập"),
    ),
    "survey": (
        ParamField("input", "Nhập", CHOICE, (("two", "Phiếu hài lòng, tổng phiếu"), ("five", "Phiếu của năm mức"))),
        ParamField("min_answers", "Số phiếu ít nhất", WHOLE, hint="Để trống: 1."),
        _NOUN,
    ),
    "converted": (
        ParamField("by", "Quy đổi theo", CHOICE, (("index", "Chỉ số"), ("rank", "Thứ hạng"))),
        ParamField("name", "Tên chỉ số"),
        ParamField("of_max", "Thang của chỉ số", NUMBER, hint="Khi theo chỉ số; để trống: 100."),
        ParamField(
            "ranks",
            "Các nhóm hạng",
            LINES,
            columns=(Column("to", "đến hạng", "to"), _POINTS),
            hint=f"Khi theo thứ hạng; dòng cuối: {_REST} | 0",
        ),
    ),
    "formula": (
        ParamField(
            "variables",
            "Các biến",
            LINES,
            columns=(
                _CODE,
                _LABEL,
                Column("decimals", "số lẻ", WHOLE, required=False),
                Column("most", "nhiều nhất", NUMBER, required=False),
                Column("part_of", "không quá biến", required=False),
            ),
            hint="Ví dụ: dung | Số hồ sơ đúng hạn | 0 | | tong",
        ),
        ParamField(
            "branches",
            "Công thức",
            LINES,
            columns=(_CODE, _LABEL, Column("formula", "công thức")),
            hint="Ví dụ: chung | Cách tính chung | toi_da * dung / tong",
        ),
    ),
    "free": (ParamField("step", "Bước điểm", NUMBER, hint="Để trống: 0,25."),),
}
BAND_COLUMNS = (Column("code", "mã"), Column("name", "tên"), Column("lower", "từ hoặc trên %", "limit"))


class LineProblem(ValueError):
    """One line or field cannot be read; the text is the Vietnamese reason."""


def fact_choices(kind: str) -> list[tuple[str, str]]:
    """Return what a rule of this kind can count from tasks: ("", "Đơn vị tự khai") and the facts that fit."""
    fitting = [(code, label) for code, (label, kinds) in FACTS.items() if kind in kinds]
    return [("", "Đơn vị tự khai"), *((code, f"Tính từ nhiệm vụ: {label.lower()}") for code, label in fitting)]


def show_params(kind: str, params: Mapping[str, Any]) -> dict[str, str]:
    """Return stored parameters as texts by field name, "no_case" and "fact" included."""
    texts = {one.name: _shown(one, params.get(one.name)) for one in FIELDS.get(kind, ())}
    old = {None: "", True: "full", False: "zero"}[params.get("no_case_full")]
    return texts | {"no_case": str(params.get("no_case") or old), "fact": str(params.get("fact") or "")}


def _shown(field: ParamField, value: Any) -> str:
    if value is None:
        return ""
    if field.kind == LINES:
        return show_lines(value, field.columns) if isinstance(value, list) else ""
    return str(value).replace(".", ",") if field.kind == NUMBER else str(value)


def show_lines(items: list[Mapping[str, Any]], columns: tuple[Column, ...]) -> str:
    """Return a list of objects as lines."""
    return "\n".join(" | ".join(_cell(item, column) for column in columns).rstrip(" |") for item in items)


def _cell(item: Mapping[str, Any], column: Column) -> str:
    value = item.get(column.name)
    if column.kind == "limit":
        return f"{'trên' if item.get('closed') is False else 'từ'} {str(value).replace('.', ',')}"
    if column.kind == "to":
        return _REST if value is None else str(value)
    if value is None:
        return ""
    return str(value).replace(".", ",") if column.kind == NUMBER else str(value)


def read_params(kind: str, texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return (parameters, {field: what cannot be read}); empty fields are left to the rule's defaults.

    Texts are tidied (ninhgiang.vietnamese.clean), so that what is stored comes back from a workbook unchanged.
    """
    params: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for one in FIELDS.get(kind, ()):
        typed = str(texts.get(one.name) or "")
        if not clean(typed):
            continue
        try:
            params[one.name] = read_lines(typed, one.columns) if one.kind == LINES else _read(one.kind, clean(typed))
        except LineProblem as problem:
            problems[one.name] = str(problem)
    for name in ("no_case", "fact"):
        if texts.get(name):
            params[name] = texts[name]
    return params, problems


def _read(kind: str, text: str) -> Any:
    if kind not in (NUMBER, WHOLE):
        return text
    if not _NUMBER.fullmatch(text):
        raise LineProblem(f"“{text[:30]}” không phải số.")
    if kind == WHOLE:
        if not text.isdecimal():
            raise LineProblem(f"“{text[:30]}” không phải số nguyên từ 0.")
        return int(text)
    return text.replace(",", ".")


def read_lines(text: str, columns: tuple[Column, ...]) -> list[dict[str, Any]]:
    """Return the objects typed as lines, or raise LineProblem with the number of the line."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not clean(line):
            continue
        parts = [clean(part) for part in line.split("|")]
        least = sum(column.required for column in columns)
        if not least <= len(parts) <= len(columns):
            form = " | ".join(column.label for column in columns)
            raise LineProblem(f"Dòng {number}: cần ghi đủ {form}.")
        try:
            found.append(_object(parts, columns))
        except LineProblem as problem:
            raise LineProblem(f"Dòng {number}: {problem}") from None
    return found


def _object(parts: list[str], columns: tuple[Column, ...]) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for column, part in zip(columns, parts, strict=False):
        if column.kind == "limit":
            match = _LIMIT.fullmatch(part)
            if match is None:
                raise LineProblem(f"“{part[:30]}” phải viết như “từ 90” hoặc “trên 90”.")
            item |= {"lower": match[2].replace(",", "."), "closed": match[1].casefold() in ("từ", ">=", "≥")}
        elif column.kind == "to":
            if part.casefold() != _REST:
                item["to"] = _read(WHOLE, part)
        elif part:
            item[column.name] = _read(column.kind, part)
        elif column.required:
            raise LineProblem(f"thiếu {column.label}.")
    return item


# what a rule refuses, said with the names of the fields

_SHARED_LABELS = {
    "no_case": "Không phát sinh",
    "no_case_full": "Không phát sinh",
    "fact": "Nguồn số liệu",
    "max_points": "Điểm tối đa",
}
_QUOTED = re.compile(r"(?:(Tham số|Danh sách|Cách chấm|cách chấm) )?“(\w+)”")
_ASIDE = re.compile(r" \((?:no_case_full|fact)\)")


def told_problem(kind: str, error: RuleError, texts: Mapping[str, str]) -> tuple[str, str]:
    """Return (field, message) of a refused rule in the words of the editor; `texts` as `read_params` takes them.

    The field is that of the list when a column of it is wrong, "rule_kind" for what belongs to none. A field left
    empty that the rule needs is called missing.
    """
    fields = FIELDS.get(kind, ())
    owners = {column.name: one.name for one in reversed(fields) for column in one.columns}
    owners |= {one.name: one.name for one in fields} | {"no_case_full": "no_case", "no_case": "no_case", "fact": "fact"}
    place = "max_points" if error.field == "max_points" else owners.get(error.field, "rule_kind")
    field = next((one for one in fields if one.name == error.field), None)
    if field is not None and not str(texts.get(place) or "").strip() and f"“{field.name}” phải" in error.message:
        return place, f"Chưa nhập “{field.label}”."
    return place, plain_message(kind, error.message)


def plain_message(kind: str, message: str) -> str:
    """Return a rule's refusal with the labels of the editor instead of the names of parameters and kinds."""
    labels = {column.name: column.label for one in FIELDS.get(kind, ()) for column in one.columns}
    labels |= {code: label for one in FIELDS.get(kind, ()) for code, label in one.choices}
    labels |= {one.name: one.label for one in FIELDS.get(kind, ())} | _SHARED_LABELS

    def named(found: re.Match[str]) -> str:
        what, name = found[1] or "", found[2]
        if what.casefold() == "cách chấm":
            return f"{what} “{RULE_NAMES.get(name, name)}”"
        return f"“{labels[name]}”" if name in labels else found[0]

    return _ASIDE.sub("", _QUOTED.sub(named, message)).replace(" tham số “", " mục “")
