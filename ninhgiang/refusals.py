"""What a view does with a service's refusal of a posted form."""

from django import forms

from .errors import DomainError, Refused, Stale


def show_refusal(form: forms.Form, error: DomainError, *, beside: str | None = None) -> None:
    """Put a refusal beside the field it names, else beside `beside`, else above the form.

    Refused and Stale have pages of their own (403, 409), which show what was typed, and are raised again.
    """
    if isinstance(error, Refused | Stale):
        raise with_typed(error, form)
    form.add_error(error.field if error.field in form.fields else beside, error.message)


def with_typed(error: DomainError, form: forms.Form) -> DomainError:
    """Return a refusal to raise that carries what was typed into a posted form, so that nothing of it is lost."""
    if form.is_bound and not error.mine:
        error.mine = {str(field.label): _typed(field) for field in form.visible_fields() if _is_text(field)}
    return error


def _is_text(field: forms.BoundField) -> bool:
    return not isinstance(field.field.widget, forms.PasswordInput | forms.FileInput)


def _typed(field: forms.BoundField) -> str:
    """Return what stands in a field as people read it: the label of a choice, not its code."""
    value = field.value()
    values = value if isinstance(value, list) else [value]
    labels = {str(code): str(label) for code, label in getattr(field.field, "choices", ())} | {"True": "có"}
    return ", ".join(labels.get(str(one), str(one)) for one in values if one not in (None, "", False))
