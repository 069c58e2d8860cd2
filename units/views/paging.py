"""Keyset paging of lists that grow without end."""

from django.http import HttpRequest


def key_of(request: HttpRequest) -> int | None:
    """Return the key after which a page begins (?truoc=123); None for the first page and for anything not a key."""
    text = request.GET.get("truoc", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
