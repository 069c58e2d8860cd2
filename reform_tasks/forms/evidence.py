"""Choosing files of a library with the pages meant, and the small forms of the library itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile

from ninhgiang.errors import DomainError
from ninhgiang.fields import VietnameseDateField
from reform_tasks.evidence_flags import reading_of
from reform_tasks.file_kinds import ACCEPT, ALLOWED_TEXT, LABELS
from reform_tasks.models import Evidence, EvidenceUse
from reform_tasks.page_ranges import EXAMPLE, read_pages


class ManyFilesInput(forms.FileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Zero or more uploaded files; their content is checked by the service."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the uploads as a list."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files if file]


def files_field(label: str) -> ManyFilesField:
    """Return the field for new evidence files; what is accepted stands under it."""
    return ManyFilesField(
        label=label,
        required=False,
        allow_empty_file=True,  # the service says it in one voice with the other refusals
        widget=ManyFilesInput(attrs={"accept": ACCEPT}),
        help_text=f"{ALLOWED_TEXT}; tối đa 50 MB một tệp, chọn được nhiều tệp.",
    )


@dataclass(slots=True)
class FileLine:
    """One file of the library as a form shows it."""

    item: Evidence
    ticked: bool
    pages: str
    error: str = ""
    flags: list[object] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the input for its pages."""
        return pages_name(self.item.pk)

    @property
    def page_count(self) -> int | None:
        """How many pages the file has, None while not known."""
        reading = reading_of(self.item)
        return reading.page_count if reading else None


def pages_name(pk: UUID | str) -> str:
    """Return the name of the input that holds the pages of a file."""
    return f"pages-{pk}"


class EvidenceChoiceForm(forms.Form):
    """Ticks in a unit's library, each with its pages ("trang 3-5"). `used` are the uses stored so far."""

    evidence = forms.TypedMultipleChoiceField(
        label="Minh chứng đã có",
        coerce=UUID,
        required=False,
        error_messages={"invalid_choice": "Có tài liệu không thuộc kho của đơn vị hoặc vừa bị xóa."},
    )

    def __init__(
        self, *args: Any, library: Iterable[Evidence], used: Iterable[EvidenceUse] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.library = list(library)
        self.used = {str(use.evidence_id): use for use in used}  # type: ignore[attr-defined]
        self.fields["evidence"].choices = [(str(item.pk), item.original_name) for item in self.library]  # type: ignore[attr-defined]
        self.page_errors: dict[str, str] = {}

    def clean_evidence(self) -> list[UUID]:
        """Return the ticked ids, reading their pages on the way: each problem stands beside its own file."""
        chosen = self.cleaned_data["evidence"]
        self.cleaned_data["pages"] = {}
        for item in self.library:
            if item.pk not in chosen or not item.is_pdf:
                continue
            reading = reading_of(item)
            try:
                pages = read_pages(self._pages(item), page_count=reading.page_count if reading else None)
                self.cleaned_data["pages"][item.pk] = pages
            except DomainError as error:
                self.page_errors[str(item.pk)] = error.message
                self.add_error("evidence", f"{item.original_name}: {error.message}")
        return list(chosen)

    def _pages(self, item: Evidence) -> str:
        """Return the pages as typed, else as stored."""
        if self.is_bound and pages_name(item.pk) in self.data:
            return str(self.data[pages_name(item.pk)])[:200]
        use = self.used.get(str(item.pk))
        return use.pages if use and not self.is_bound else ""

    def _lines(self, *, ticked: bool) -> list[FileLine]:
        marked = {str(pk) for pk in self["evidence"].value() or ()}
        return [
            FileLine(
                item,
                ticked,
                self._pages(item),
                self.page_errors.get(str(item.pk), ""),
                getattr(self.used.get(str(item.pk)), "flags", []),
            )
            for item in self.library
            if (str(item.pk) in marked) is ticked
        ]

    def chosen(self) -> list[FileLine]:
        """Return the ticked files, for the template."""
        return self._lines(ticked=True)

    def others(self) -> list[FileLine]:
        """Return the unit's other files, for the template."""
        return self._lines(ticked=False)


class LibraryFilterForm(forms.Form):
    """Tìm trong kho: words of name or number, the kind of file."""

    tim = forms.CharField(
        label="Tìm",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Tên tệp, số ký hiệu"}),
    )
    loai = forms.ChoiceField(
        label="Loại tệp", required=False, choices=[("", "Tất cả"), *((kind, label) for kind, label in LABELS.items())]
    )


class AddFilesForm(forms.Form):
    """Tải tệp vào kho."""

    files = files_field("Tệp tài liệu")  # type: ignore[assignment]  # the form's own `files` is set per instance


class DescribeForm(forms.Form):
    """Số, ký hiệu và ngày của văn bản."""

    number = forms.CharField(
        label="Số, ký hiệu", required=False, max_length=100, widget=forms.TextInput(attrs={"placeholder": "12/QĐ-UBND"})
    )
    document_on = VietnameseDateField(label="Ngày văn bản", required=False)


class DeleteEvidenceForm(forms.Form):
    """Xóa tài liệu khỏi kho."""

    reason = forms.CharField(label="Lý do xóa", max_length=300, required=False)


class BeginUploadForm(forms.Form):
    """What the browser says of a file before sending it."""

    unit = forms.IntegerField(min_value=1)
    name = forms.CharField(max_length=1000)
    size = forms.IntegerField(min_value=0)
    sha256 = forms.CharField(max_length=64)


__all__ = [
    "EXAMPLE",
    "AddFilesForm",
    "BeginUploadForm",
    "DeleteEvidenceForm",
    "DescribeForm",
    "EvidenceChoiceForm",
    "FileLine",
    "LibraryFilterForm",
    "ManyFilesField",
    "ManyFilesInput",
    "files_field",
]
