"""Signing in first, with what was posted too late kept; and the page where people choose their own password."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from .kept_posts import keep_post, kept_for, page_of, restore

type GetResponse = Callable[[HttpRequest], HttpResponse]


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Sends who is not signed in to the sign-in page; a post comes back to the page it was sent from."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """Keep what was posted after the session had ended, and come back to the page it was posted from."""
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        keep_post(request)
        name = self.get_redirect_field_name(view_func)
        return redirect_to_login(page_of(request), resolve_url(self.get_login_url(view_func)), name)


class KeptPostMiddleware:
    """Fills a page with what its reader had posted after the session ended, once, when it is opened again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = request.method == "GET" and response.headers.get("Content-Type", "").startswith("text/html")
        if not is_page or response.streaming or not request.user.is_authenticated:
            return response
        kept = kept_for(request)
        if kept is not None and response.content and request.get_full_path() == kept["page"]:
            restore(request, response, kept)
        return response


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
