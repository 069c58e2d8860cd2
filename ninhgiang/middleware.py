"""Request id, and the pages shown for domain errors that no form caught."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .errors import DomainError

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
    """Shows a DomainError that escaped a view as a Vietnamese page with the error's own status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render errors/domain.html for our own errors; leave the rest to Django."""
        if not isinstance(exception, DomainError):
            return None
        return render(request, "errors/domain.html", {"error": exception}, status=exception.status)
