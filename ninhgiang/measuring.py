"""Measuring views for the bench commands: time and queries of the whole view with its page, without middleware."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from django.contrib.messages.storage.cookie import CookieStorage
from django.core.management.base import CommandError
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True, slots=True)
class Page:
    """One view to measure: what it is called, who asks, the query string, what is posted (None: GET), its arguments."""

    name: str
    view: Callable[..., HttpResponse]
    query: str = ""
    posted: Mapping[str, str] | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, queries (the session's two left out) and bytes of an answer."""

    seconds: float
    queries: int
    size: int


def measure(page: Page, user_of: Callable[[], Any]) -> Measured:
    """Return what one request costs; `user_of` reads the person anew, as the session does.

    Raises CommandError for any answer but 200 or a redirect.
    """
    factory = RequestFactory()
    path = f"/?{page.query}"
    request = factory.get(path) if page.posted is None else factory.post(path, page.posted)
    request.user = user_of()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]  # noqa: SLF001 - no middleware here
    with CaptureQueriesContext(connection) as queries:
        began = perf_counter()
        response = page.view(request, **page.arguments)
        seconds = perf_counter() - began
    if response.status_code not in (200, 302):
        raise CommandError(f"{page.name}: {response.status_code}")
    return Measured(seconds, len(queries), len(response.content))
