"""Request id, and the pages shown for domain errors that no form caught."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .errors import DomainError
from .typed import readable

# Never shown again, wherever it was typed: units/forms.py (held by a test), and the token Django adds.
SECRET_FIELDS = frozenset({"password", "current", "new", "repeat", "csrfmiddlewaretoken"})

_request_id: ContextVar[str] = ContextVar("request_id", default="")
type GetResponse = Callable[[HttpRequest], HttpResponse]


def current_request_id() -> str:
    """Return the id of the request being answered, or "" in a job or a command."""
    return _request_id.get()


class RequestIdMiddleware:
    """Gives each request an id, answered as X-Request-Id and written into audit entries."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request_id.set(uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = _request_id.get()
        finally:
            _request_id.reset(token)
        return response


class DomainErrorMiddleware:
    """Shows a DomainError that escaped a view as a Vietnamese page with the error's own status.

    What was typed into the posted form is on that page, so that no refusal loses it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render errors/domain.html for our own errors; leave the rest to Django."""
        if not isinstance(exception, DomainError):
            return None
        context = {"error": exception, "typed": [] if exception.mine else typed_texts(request)}
        return render(request, "errors/domain.html", context, status=exception.status)


def typed_texts(request: HttpRequest) -> list[str]:
    """Return the texts a person posted, passwords left out; none for other requests."""
    fields = request.POST.lists() if request.method == "POST" else ()
    return readable(value for name, values in fields if name not in SECRET_FIELDS for value in values)
