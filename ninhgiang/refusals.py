"""What a view does with a service's refusal of a posted form."""

from django import forms

from .errors import DomainError, Refused, Stale


def show_refusal(form: forms.Form, error: DomainError, *, beside: str | None = None) -> None:
    """Put a refusal beside the field it names, else beside `beside`, else above the form.

    Refused and Stale have pages of their own (403, 409) and are raised again.
    """
    if isinstance(error, Refused | Stale):
        raise error
    form.add_error(error.field if error.field in form.fields else beside, error.message)


def with_typed(error: DomainError, form: forms.Form) -> DomainError:
    """Return a refusal to raise; a Stale one shows what was typed, so that nothing of it is lost."""
    if not isinstance(error, Stale) or error.mine:
        return error
    mine = {str(field.label): _typed(field.value()) for field in form.visible_fields()}
    return Stale(error.message, theirs=error.theirs, mine=mine)


def _typed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
