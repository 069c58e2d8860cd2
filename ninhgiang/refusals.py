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
