"""Sends people whose password was given to them to the page where they choose their own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

type GetResponse = Callable[[HttpRequest], HttpResponse]


class PasswordChangeMiddleware:
    """Until the password is changed only that page, signing out and the health checks answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not getattr(request.user, "must_change_password", False) or request.path in self._open_paths():
            return self.get_response(request)
        page = reverse("units:password-change")
        if request.headers.get("HX-Request"):  # htmx would put the page into the middle of another
            return HttpResponse(status=204, headers={"HX-Redirect": page})
        return redirect(page)

    @staticmethod
    def _open_paths() -> set[str]:
        return {reverse(name) for name in ("units:password-change", "units:sign-out", "healthz", "readyz")}
