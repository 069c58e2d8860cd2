"""Forms of the import: upload, what each column holds, what a name means, and the correction of one row."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from ninhgiang.errors import DomainError
from ninhgiang.fields import VietnameseDateField
from ninhgiang.vietnamese import clean, clean_lines
from reform_tasks.deadlines import MANUAL_PERIODS, describe
from reform_tasks.enums import DeadlineKind
from reform_tasks.queries.previews import NameQuestion, Preview, corrections_of, rule_of_choice
from reform_tasks.services import plan_number
from reform_tasks.unit_names import LATER, NOBODY
from reform_tasks.workbook import COLUMN_NAMES, Appendix, Column, Draft, RowKind
from units.models import Unit

KINDS = [(kind.value, kind.label) for kind in DeadlineKind if kind != DeadlineKind.UNKNOWN]
ROW_KINDS = [
    (RowKind.TASK.value, "Nhiệm vụ"),
    (RowKind.AREA.value, "Lĩnh vực"),
    (RowKind.JOIN.value, "Nối vào nhiệm vụ ngay trên"),
    (RowKind.NOTE.value, "Ghi chú, không phải nhiệm vụ"),
    (RowKind.SKIP.value, "Bỏ qua dòng này"),
]
FROM_FILE = "file"


class ImportForm(forms.Form):
    """Tệp phụ lục, số và ngày của kế hoạch."""

    file = forms.FileField(
        label="Tệp phụ lục (Excel .xlsx hoặc Word .docx)",
        allow_empty_file=True,  # the reader says it in its own words
        widget=forms.FileInput(attrs={"accept": ".xlsx,.docx"}),
        error_messages={"required": "Chưa chọn tệp phụ lục."},
    )
    number = forms.CharField(
        label="Số, ký hiệu kế hoạch",
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "14/KH-UBND", "autocomplete": "off"}),
        error_messages={"required": "Chưa nhập số, ký hiệu của kế hoạch, ví dụ 14/KH-UBND."},
    )
    issued_on = VietnameseDateField(label="Ngày ban hành")
    year = forms.IntegerField(
        label="Năm của kế hoạch",
        required=False,
        min_value=2000,
        max_value=2199,
        help_text="Bỏ trống nếu là năm của ngày ban hành.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Năm gồm bốn chữ số, ví dụ 2026."},
    )

    def clean_number(self) -> str:
        """Return the number in its one form."""
        try:
            return plan_number(self.cleaned_data["number"])
        except DomainError as error:
            raise forms.ValidationError(error.message) from error


class LayoutForm(forms.Form):
    """Bảng nào, dòng tiêu đề ở đâu, cột nào là gì."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, appendix: Appendix, data: QueryDict | None = None, *, version: int = 0) -> None:
        super().__init__(data, prefix="bang", initial={"version": version})
        self.appendix = appendix
        tables = [(table.name, f"{table.name} ({table.rows} dòng)") for table in appendix.tables]
        self.fields["table"] = forms.ChoiceField(
            label="Trang, bảng được đọc", choices=tables, initial=appendix.layout.table
        )
        self.fields["first_row"] = forms.IntegerField(
            label="Dữ liệu bắt đầu từ dòng",
            initial=appendix.layout.first_row,
            min_value=1,
            max_value=20_000,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={"required": "Chưa nhập số dòng.", "invalid": "Hãy nhập một số dòng, ví dụ 6."},
        )
        choices = [("", "Không nhập cột này"), *((column.value, name) for column, name in COLUMN_NAMES.items())]
        for column in appendix.columns:
            self.fields[f"c{column.index}"] = forms.ChoiceField(
                label=f"{column.letter}: {column.heading or 'không có tiêu đề'}",
                choices=choices,
                initial=column.holds,
                required=False,
                help_text=f"Ví dụ: {column.sample}" if column.sample else "",
            )

    def clean(self) -> dict[str, Any]:
        """Refuse one meaning for two columns."""
        data = super().clean() or self.cleaned_data
        seen: dict[str, int] = {}
        for column in self.appendix.columns:
            holds = data.get(f"c{column.index}")
            if holds and holds in seen:
                name = COLUMN_NAMES[Column(holds)]
                self.add_error(f"c{column.index}", f"Cột khác đã là “{name}”; hãy chọn một trong hai.")
            elif holds:
                seen[holds] = column.index
        return data

    @property
    def columns(self) -> dict[str, int]:
        """What the person chose: Column -> place."""
        data = self.cleaned_data
        return {holds: c.index for c in self.appendix.columns if (holds := data[f"c{c.index}"])}


class NameForm(forms.Form):
    """Một tên chưa biết là đơn vị nào."""

    def __init__(self, question: NameQuestion, units: Sequence[Unit], data: QueryDict | None, place: int) -> None:
        initial = {"means": question.means, "remember": question.remember}
        super().__init__(data, prefix=f"ten{place}", initial=initial)
        self.question = question
        first = {unit.pk for unit in question.suggestions}
        ordered = sorted(units, key=lambda unit: (unit.pk not in first, unit.position))
        self.fields["text"] = forms.CharField(widget=forms.HiddenInput, initial=question.text, max_length=500)
        self.fields["means"] = forms.ChoiceField(
            label=f"“{question.text}” là",
            required=False,
            choices=[
                ("", "– Chưa chọn –"),
                *((unit.code, f"{unit.name} (gần giống)" if unit.pk in first else unit.name) for unit in ordered),
                (LATER, "Chưa xác định, giao sau"),
                (NOBODY, "Không thuộc xã, không giao việc"),
            ],
        )
        self.fields["remember"] = forms.BooleanField(label="Nhớ tên gọi này cho những lần nhập sau", required=False)

    def answer(self) -> dict[str, Any] | None:
        """Return what is new about the name, None when nothing is."""
        data = self.cleaned_data
        new = {"text": self.question.text, "means": data["means"], "remember": data["remember"]}
        unchanged = data["means"] == self.question.means and (
            not data["means"] or data["remember"] == self.question.remember
        )
        return None if unchanged else new


class RowForm(forms.Form):
    """Sửa một dòng của bảng; what is left as it was stays as read."""

    kind = forms.ChoiceField(label="Dòng này là", choices=ROW_KINDS)
    number = forms.CharField(label="TT", required=False, max_length=10)
    title = forms.CharField(label="Nhiệm vụ", required=False, max_length=1000, widget=forms.Textarea({"rows": 2}))
    product = forms.CharField(label="Sản phẩm, kết quả", required=False, max_length=500)
    area = forms.ChoiceField(label="Lĩnh vực", required=False)
    lead = forms.CharField(label="Chủ trì", required=False, max_length=500, widget=forms.Textarea({"rows": 2}))
    lead_units = forms.MultipleChoiceField(
        label="Chọn đơn vị chủ trì thay cho lời ghi", required=False, widget=forms.CheckboxSelectMultiple
    )
    lead_later = forms.BooleanField(label="Chưa xác định, giao chủ trì sau", required=False)
    coordinating = forms.CharField(label="Phối hợp", required=False, max_length=500, widget=forms.Textarea({"rows": 2}))
    coordinating_units = forms.MultipleChoiceField(
        label="Chọn đơn vị phối hợp thay cho lời ghi", required=False, widget=forms.CheckboxSelectMultiple
    )
    coordinating_later = forms.BooleanField(label="Không giao phối hợp", required=False)
    deadline = forms.CharField(label="Thời hạn", required=False, max_length=300, widget=forms.Textarea({"rows": 2}))
    due_kind = forms.ChoiceField(label="Kiểu thời hạn", required=False)
    due_date = VietnameseDateField(label="Ngày đến hạn, hoặc ngày kết thúc", required=False)
    due_period = forms.ChoiceField(
        label="Kỳ lặp lại", choices=[("", "– Chỉ với định kỳ –"), *MANUAL_PERIODS], required=False
    )

    def __init__(self, draft: Draft, preview: Preview, data: QueryDict | None = None) -> None:
        self.draft = draft
        self.change: dict[str, Any] = corrections_of(preview.plan_import).get("rows", {}).get(str(draft.row), {})
        super().__init__(data, prefix=f"r{draft.row}", initial=self._initial())
        self.problems = [problem for problem in preview.problems if problem.row == draft.row and problem.open]
        unknown = {row.row for row in preview.rows if row.lead.unknown}  # asked once for all rows, by name
        self.asks_lead = draft.row not in unknown and any(
            problem.column == Column.LEAD and problem.choice for problem in self.problems
        )
        units = [(unit.code, unit.name) for unit in preview.units]
        self._choices("lead_units", units)
        self._choices("coordinating_units", units)
        areas = [(area.numeral, f"{area.numeral}. {area.name}") for area in preview.areas if area.row]
        self._choices("area", [("", "Theo vị trí trong bảng"), *areas])
        kinds = [("", "Theo lời ghi"), *KINDS]
        if "rule" in self.change.get("deadline", {}):
            kinds.insert(1, (FROM_FILE, f"Theo tệp xuất: {describe(rule_of_choice(self.change['deadline']))}"))
        self._choices("due_kind", kinds)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _initial(self) -> dict[str, Any]:
        """Return the row as it is now; an ISO date is shown day first by its field."""
        change, texts = self.change, {column.value: text for column, text in self.draft.texts.items()}
        deadline = change.get("deadline", {})
        return texts | {
            "kind": self.draft.kind.value,
            "area": change.get("area", ""),
            "lead_units": change.get("lead", {}).get("units", []),
            "lead_later": change.get("lead", {}).get("later", False),
            "coordinating_units": change.get("coordinating", {}).get("units", []),
            "coordinating_later": change.get("coordinating", {}).get("later", False),
            "due_kind": FROM_FILE if "rule" in deadline else deadline.get("kind", ""),
            "due_date": VietnameseDateField().to_python(deadline.get("date", "")),
            "due_period": deadline.get("period", ""),
        }

    @property
    def opens_deadline(self) -> bool:
        """Whether choosing a deadline by hand is likely wanted."""
        asked = any(problem.column == Column.DEADLINE for problem in self.problems)
        return asked or "deadline" in self.change or bool(self.errors)

    @property
    def opens_units(self) -> bool:
        """Whether choosing units by hand is likely wanted."""
        return self.asks_lead or "lead" in self.change or "coordinating" in self.change

    def correction(self) -> dict[str, Any]:
        """Return the whole correction of the row for the service; {} when it stays as read."""
        data, read, draft = self.cleaned_data, self.draft.read, self.draft
        own = read.texts if read else {}
        texts: dict[str, str] = {}
        for column, shown in draft.texts.items():
            name = column.value
            many = column in (Column.LEAD, Column.COORDINATING, Column.DEADLINE)
            typed = clean_lines(data[name]) if many else clean(data[name])
            if typed == (clean_lines(shown) if many else clean(shown)):
                texts |= {name: before} if (before := self.change.get("texts", {}).get(name)) is not None else {}
            elif typed != own.get(name, ""):
                texts[name] = typed
        change: dict[str, Any] = {"texts": texts} if texts else {}
        if data["kind"] != (read.kind if read else RowKind.AREA):
            change["kind"] = data["kind"]
        if data["area"]:
            change["area"] = data["area"]
        if data["due_kind"] == FROM_FILE:
            change["deadline"] = self.change["deadline"]
        elif data["due_kind"]:
            day = data["due_date"].isoformat() if data["due_date"] else ""
            change["deadline"] = {"kind": data["due_kind"], "date": day, "period": data["due_period"]}
        for part in ("lead", "coordinating"):
            if data[f"{part}_units"] or data[f"{part}_later"]:
                change[part] = {"units": data[f"{part}_units"], "later": data[f"{part}_later"]}
        return change

    def clean(self) -> dict[str, Any]:
        """Refuse a day or period without a kind, which would be lost."""
        data = super().clean() or self.cleaned_data
        if not data.get("due_kind") and (data.get("due_date") or data.get("due_period")):
            self.add_error("due_kind", "Hãy chọn kiểu thời hạn, hoặc bỏ trống ngày và kỳ.")
        return data


class ExtraForm(forms.Form):
    """Phần chung của bản xem trước: thêm lĩnh vực, ghi chú dưới bảng, đánh số theo lĩnh vực."""

    numeral = forms.CharField(label="Số", required=False, max_length=8)
    name = forms.CharField(label="Tên lĩnh vực", required=False, max_length=300)
    before = forms.ChoiceField(label="Đặt trước", required=False)
    by_area = forms.BooleanField(label="Đánh số theo lĩnh vực: I.1, I.2, II.1, …", required=False)
    notes = forms.CharField(
        label="Ghi chú dưới bảng, mỗi dòng một ý", required=False, max_length=20_000, widget=forms.Textarea({"rows": 4})
    )

    def __init__(self, preview: Preview, data: QueryDict | None = None) -> None:
        self.preview = preview
        self.corrections = corrections_of(preview.plan_import)
        notes = "\n".join(preview.notes)
        super().__init__(data, prefix="chung", initial={"notes": notes, "by_area": self.corrections.get("by_area")})
        rows = [draft for draft in preview.drafts if draft.read and draft.kind == RowKind.TASK]
        choices = [(str(draft.row), f"dòng {draft.row}: {draft.texts[Column.TITLE][:60]}") for draft in rows]
        self.fields["before"].choices = choices  # type: ignore[attr-defined]

    @property
    def inserted(self) -> list[dict[str, Any]]:
        """The areas put in by hand so far."""
        areas: list[dict[str, Any]] = self.corrections.get("areas", [])
        return areas

    def clean(self) -> dict[str, Any]:
        """Refuse half an area."""
        data = super().clean() or self.cleaned_data
        if bool(data.get("numeral")) != bool(data.get("name")):
            self.add_error("name", "Lĩnh vực thêm vào cần có cả số và tên.")
        return data

    def new_areas(self, dropped: Sequence[str]) -> list[dict[str, Any]] | None:
        """Return the inserted areas after adding and dropping (by place), None when they stay."""
        kept = [area for place, area in enumerate(self.inserted) if str(place) not in dropped]
        data = self.cleaned_data
        if data["numeral"]:
            kept.append({"numeral": data["numeral"], "name": data["name"], "before": int(data["before"])})
        return kept if kept != self.inserted else None

    def new_notes(self) -> list[str] | None:
        """Return the notes when they were changed."""
        if f"{self.prefix}-notes" not in self.data:
            return None
        typed = [line for note in self.cleaned_data["notes"].splitlines() if (line := clean(note))]
        return typed if typed != [clean(note) for note in self.preview.notes] else None

    def new_numbering(self) -> bool | None:
        """Return the numbering when it was changed."""
        if f"{self.prefix}-asked" not in self.data:
            return None
        wanted: bool = self.cleaned_data["by_area"]
        return wanted if wanted != bool(self.corrections.get("by_area")) else None
