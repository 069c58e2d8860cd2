"""Forms of scorecards: the version a button was pressed on, a reason, the evidence of a row."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from emulation.models import Scorecard, ScorecardRow
from reform_tasks.models import Evidence
from reform_tasks.queries import library_of


class VersionForm(forms.Form):
    """The version of the scorecard as the person saw it; a broken one is never current."""

    version = forms.IntegerField(min_value=0)

    def seen(self) -> int:
        """Return the version, 0 when it is missing or broken."""
        return self.cleaned_data["version"] if self.is_valid() else 0


class EvidenceChoice(forms.ModelMultipleChoiceField):
    """Chooses files of the unit's library."""

    def label_from_instance(self, obj: Evidence) -> str:  # type: ignore[override]
        """Show the file's own name."""
        return obj.original_name


class ManyFilesInput(forms.FileInput):
    """A file box that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several uploads; kind and size are checked by reform_tasks when they are stored."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Sequence[UploadedFile]:
        """Return the uploads, none when nothing was chosen."""
        return [super(ManyFilesField, self).clean(one, initial) for one in data or [] if one]


class RowEvidenceForm(forms.Form):
    """Which files prove a row: ticks in the library, and new files."""

    evidence = EvidenceChoice(
        label="Chọn từ tài liệu đã tải lên của đơn vị",
        queryset=Evidence.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "Có tài liệu không thuộc đơn vị.",
            "invalid_pk_value": "Tài liệu không hợp lệ.",
        },
    )
    uploads = ManyFilesField(label="Hoặc tải tệp mới", required=False)

    def __init__(self, *args: Any, card: Scorecard, row: ScorecardRow, **kwargs: Any) -> None:
        kwargs["initial"] = {"evidence": [one.pk for one in row.evidence.all()]}
        super().__init__(*args, **kwargs)
        self.fields["evidence"].queryset = library_of(card.unit)  # type: ignore[attr-defined]
