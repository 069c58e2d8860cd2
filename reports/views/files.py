"""Answering with bytes that passed a permission check."""

from urllib.parse import quote

from django.http import HttpResponse

from ninhgiang.vietnamese import plain


def file_answer(data: bytes, *, name: str, content_type: str, inline: bool = False) -> HttpResponse:
    """Return the bytes under a file name; no cache keeps them, no browser guesses another type."""
    way = "inline" if inline else "attachment"
    ascii_name = plain(name).encode("ascii", "ignore").decode().replace('"', "")
    answer = HttpResponse(data, content_type=content_type)
    answer["Content-Disposition"] = f"{way}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
