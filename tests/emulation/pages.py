"""Reads forms off pages, so that tests post what a browser would."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.test import Client


class _Forms(HTMLParser):
    """Collects each form's address and what it would send without a button being pressed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self.fields: dict[str, list[str]] | None = None
        self.select = self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.fields = {}
            self.forms.append((urlsplit(given.get("action") or self.page).path, self.fields))
        elif self.fields is None:
            return
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in given:
                    self.fields.setdefault(name, []).append(given.get("value", "on"))
            elif kind not in ("submit", "file"):
                self.fields.setdefault(name, []).append(given.get("value", ""))
        elif tag in ("textarea", "select") and name:
            self.fields[name] = [""]
            self.text, self.select = (name, "") if tag == "textarea" else ("", name)
        elif tag == "option" and self.select and "selected" in given:
            self.fields[self.select] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.fields = None
        elif tag == "textarea":
            self.text = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.text and self.fields is not None:
            self.fields[self.text][0] += data


def forms_of(client: Client, page: str) -> dict[str, dict[str, list[str]]]:
    """Return what each form of a page would send, by the address it posts to; nothing for a page that refuses."""
    answer = client.get(page)
    if answer.status_code != 200:
        return {}
    reader = _Forms(page)
    reader.feed(answer.text)
    return dict(reader.forms)
