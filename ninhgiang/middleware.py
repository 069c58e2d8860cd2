"""Request id, and the pages shown for domain errors that no form caught."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .errors import DomainError
from .refill import TOKEN
from .typed import SECRET_FIELDS, readable

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

    What was typed into the posted form is on that page, so that no refusal loses it. An address that only takes posts,
    opened as a page, says so.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET":
            allowed, response = response["Allow"], render(request, "errors/405.html", status=405)
            response["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render errors/domain.html for our own errors; leave the rest to Django."""
        if not isinstance(exception, DomainError):
            return None
        context = {"error": exception, "typed": [] if exception.mine else typed_texts(request)}
        return render(request, "errors/domain.html", context, status=exception.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a post whose token is not this session's (CSRF_FAILURE_VIEW): one signed in again in another tab, mostly.

    Sent from a page of ours it leads back there and shows what was typed; from elsewhere it shows nothing.
    """
    here = f"{request.scheme}://{request.get_host()}"
    back = request.headers.get("Referer", "")
    if request.headers.get("Origin") != here or not back.startswith(f"{here}/"):
        back = ""
    context = {"back": back, "typed": typed_texts(request) if back else [], "reason": reason}
    return render(request, "403_csrf.html", context, status=403)


def typed_texts(request: HttpRequest) -> list[str]:
    """Return the texts a person posted, passwords left out; none for other requests."""
    fields = request.POST.lists() if request.method == "POST" else ()
    return readable(value for name, values in fields if name not in {*SECRET_FIELDS, TOKEN} for value in values)
