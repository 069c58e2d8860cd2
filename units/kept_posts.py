"""What a person posted after their session had ended: kept until they sign in again, then filled into its page.

Kept only for who was signed in here and did not sign out (a signed cookie says who), shown only to the same account,
never sent by itself. Never files, never passwords, nothing a script sent, at most MAX_CHARS. A post without Django's
CSRF token does not come this far.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from ninhgiang.refill import TOKEN, refill
from ninhgiang.typed import SECRET_FIELDS, readable

from .models import User

ACCOUNT_COOKIE = "tai_khoan"
KEY = "kept_post"
MARK = "<div data-kept hidden></div>"  # where templates/base.html shows the note
MAX_CHARS = 200_000
MAX_ADDRESS = 2000
KEEP_SECONDS = 7 * 24 * 3600


def remember_account(response: HttpResponse, user: User) -> None:
    """Let the browser say, until it is closed or the person signs out, who was signed in here."""
    response.set_signed_cookie(
        ACCOUNT_COOKIE, str(user.pk), salt=KEY, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )


def forget_account(response: HttpResponse) -> None:
    """Forget it: what is posted from here on is nobody's."""
    response.delete_cookie(ACCOUNT_COOKIE, samesite="Lax")


def page_of(request: HttpRequest) -> str:
    """Return the address of the page a post came from: its referring page of ours, else the posted address itself."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    if not page.startswith("http") or not ours or len(page) > MAX_ADDRESS:
        return request.get_full_path()
    return page.removeprefix(f"{request.scheme}://{request.get_host()}") or "/"


def keep_post(request: HttpRequest) -> None:
    """Keep what was posted in the new session, if it is a person's and may be kept."""
    account = request.get_signed_cookie(ACCOUNT_COOKIE, default="", salt=KEY, max_age=KEEP_SECONDS)
    fields = {name: values for name, values in request.POST.lists() if name != TOKEN}
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if not account or not _by_hand(request) or SECRET_FIELDS & fields.keys() or size > MAX_CHARS:
        return
    request.session[KEY] = {
        "account": account,
        "page": page_of(request),
        "posted_to": request.path,
        "fields": fields,
        "files": bool(request.FILES),
        "at": timezone.now().isoformat(),
    }


def _by_hand(request: HttpRequest) -> bool:
    """Tell whether a browser went to a page by this request; scripts keep what they send themselves."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and "HX-Request" not in request.headers


def kept_for(request: HttpRequest) -> dict[str, Any] | None:
    """Return what is kept for the person signed in; what was another account's is dropped."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if kept is not None and kept["account"] != str(request.user.pk):
        del request.session[KEY]
        return None
    return kept


def restore(request: HttpRequest, response: HttpResponse, kept: dict[str, Any]) -> None:
    """Fill the page with what is kept and say so on it; from then on it is kept on the page alone."""
    html = response.content.decode(response.charset)
    filled = refill(html, page=kept["page"], posted_to=kept["posted_to"], fields=kept["fields"])
    note = {"kept": kept, "filled": filled, "left": readable(filled.left)}
    response.content = filled.html.replace(MARK, render_to_string("units/_kept_post.html", note, request), 1)
    del request.session[KEY]
