"""Filling a form of a rendered page with what was posted from it earlier. Pure: text in, text out.

Works on our own markup whatever view made it, so that no form has to know how to be restored. Only values are put into
controls that are there now; nothing is sent, and file and password fields are never touched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
_BUTTONS = frozenset({"submit", "button", "image", "reset"})
_NEVER = frozenset({"file", "password"})
_TICKS = frozenset({"checkbox", "radio"})

type Attrs = list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Refilled:
    """The page with the form filled; `found` whether the form is on it, `changed` whether anything typed was put in.

    `left` are the values for which the page has no control.
    """

    html: str
    found: bool
    changed: bool
    left: list[str]


def refill(html: str, *, page: str, posted_to: str, fields: Mapping[str, Sequence[str]]) -> Refilled:
    """Fill the form of `html` (the page at the address `page`) that posts to the path `posted_to`.

    Of several such forms the one with most of the posted names is meant.
    """
    reader = _Reader(html, page)
    fitting = [form for form in reader.forms if form.method == "post" and posted_to in form.places]
    wanted = {name: list(values) for name, values in fields.items() if name != TOKEN}
    if not fitting:
        return Refilled(html, found=False, changed=False, left=[one for values in wanted.values() for one in values])
    form = max(fitting, key=lambda one: len(one.names & wanted.keys()))
    writer = _Writer(html, form, wanted)
    left = [value for name, values in writer.rest.items() if name not in form.buttons for value in values]
    return Refilled(writer.done(), found=True, changed=writer.changed, left=left)


@dataclass(eq=False, slots=True)
class _Form:
    """One form of the page: its place among the forms, its method, the paths it may post to, its controls' names."""

    number: int
    key: str
    method: str
    places: set[str]
    names: set[str] = field(default_factory=set)
    buttons: set[str] = field(default_factory=set)


class _Walker(HTMLParser):
    """Goes through a page telling each control with the form it belongs to: the enclosing one, or the one it names."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.number = 0
        self.open = 0
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    def walk(self) -> None:
        """Read the whole page."""
        self.feed(self.html)
        self.close()

    def place(self) -> int:
        """Return where the tag being read begins."""
        line, offset = self.getpos()
        return self._lines[line - 1] + offset

    def owner(self, attrs: Mapping[str, str | None]) -> int | str:
        """Return the number of the enclosing form, or the id of the form a control names."""
        return attrs.get("form") or self.open

    def handle_starttag(self, tag: str, attrs: Attrs) -> None:
        given = dict(attrs)
        if tag == "form":
            self.number += 1
            self.open = self.number
            self.form(given)
        elif tag in ("input", "textarea", "select", "button", "option"):
            self.control(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = 0

    def form(self, attrs: dict[str, str | None]) -> None:
        """A form begins."""

    def control(self, tag: str, attrs: dict[str, str | None]) -> None:
        """A control, or an option of one."""


class _Reader(_Walker):
    """Finds the forms of a page."""

    def __init__(self, html: str, page: str) -> None:
        super().__init__(html)
        self.page = page
        self.forms: list[_Form] = []
        self.walk()

    def _path(self, action: str | None) -> str:
        return urlsplit(urljoin(self.page, action or self.page)).path

    def form(self, attrs: dict[str, str | None]) -> None:
        method = (attrs.get("method") or "get").lower()
        self.forms.append(_Form(self.number, attrs.get("id") or "", method, {self._path(attrs.get("action"))}))

    def control(self, tag: str, attrs: dict[str, str | None]) -> None:
        owner, name = self.owner(attrs), attrs.get("name")
        form = next((one for one in self.forms if owner in (one.number, one.key)), None)
        if form is None or tag == "option":
            return
        if attrs.get("formaction"):
            form.places.add(self._path(attrs["formaction"]))
        if name:
            form.names.add(name)
            if tag == "button" or attrs.get("type") in _BUTTONS:
                form.buttons.add(name)


class _Writer(_Walker):
    """Writes the page anew with the values in one of its forms."""

    def __init__(self, html: str, form: _Form, values: dict[str, list[str]]) -> None:
        super().__init__(html)
        self.target = form
        self.rest = values
        self.changed = False
        self._given = {name: tuple(texts) for name, texts in values.items()}
        self._parts: list[str] = []
        self._copied = 0
        self._select: str | None = None
        self._text: str | None = None
        self.walk()

    def done(self) -> str:
        """Return the page."""
        return "".join(self._parts) + self.html[self._copied :]

    def form(self, attrs: dict[str, str | None]) -> None:
        if self.number == self.target.number:
            self._tag("form", attrs | {"data-refilled": None})

    def control(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag == "option":
            self._option(attrs)
            return
        name, kind = attrs.get("name"), (attrs.get("type") or "text").lower()
        mine = self.owner(attrs) in (self.target.number, self.target.key or self.target.number)
        if not name or not mine or name == TOKEN or tag == "button":
            return
        if tag == "select":
            self._select = name
            self.rest.pop(name, None)
        elif tag == "textarea":
            self._textarea(name)
        elif kind in _TICKS:
            self._tick(attrs, name)
        elif kind in _NEVER:
            self.rest.pop(name, None)
        elif kind not in _BUTTONS:
            self._value(attrs, name, kind)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea" and self._text is not None:
            self._put(self._text, self.place())
            self._text = None
        super().handle_endtag(tag)

    def _next(self, name: str) -> str | None:
        values = self.rest.get(name)
        return values.pop(0) if values else None

    def _textarea(self, name: str) -> None:
        value = self._next(name)
        if value is not None:
            start = self.place() + len(self.get_starttag_text() or "")
            self._copy(start)
            self._text = "\n" + escape(value, quote=False)  # a browser drops the first line break
            self.changed = self.changed or bool(value)

    def _tick(self, attrs: dict[str, str | None], name: str) -> None:
        ticked = (attrs.get("value") or "on") in self._given.get(name, ())
        self.changed = self.changed or ticked != ("checked" in attrs)
        self.rest.pop(name, None)
        attrs.pop("checked", None)
        self._tag("input", attrs | ({"checked": None} if ticked else {}))

    def _option(self, attrs: dict[str, str | None]) -> None:
        if self._select is None or "value" not in attrs:
            return
        chosen = (attrs["value"] or "") in self._given.get(self._select, ())
        self.changed = self.changed or (chosen and "selected" not in attrs)
        attrs.pop("selected", None)
        self._tag("option", attrs | ({"selected": None} if chosen else {}))

    def _value(self, attrs: dict[str, str | None], name: str, kind: str) -> None:
        value = self._next(name)
        if value is not None:
            self.changed = self.changed or (kind != "hidden" and value != (attrs.get("value") or ""))
            self._tag("input", attrs | {"value": value})

    def _tag(self, tag: str, attrs: Mapping[str, str | None]) -> None:
        """Write the tag being read with other attributes."""
        start = self.place()
        text = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs.items())
        self._copy(start)
        self._put(f"<{tag}{text}>", start + len(self.get_starttag_text() or ""))

    def _copy(self, end: int) -> None:
        self._parts.append(self.html[self._copied : end])
        self._copied = end

    def _put(self, text: str, until: int) -> None:
        """Write a text in place of what stands there up to `until`."""
        self._parts.append(text)
        self._copied = until
