"""Errors the domain raises. Their text is Vietnamese and meant for the person at the screen."""

from collections.abc import Mapping


class DomainError(Exception):
    """Something the office's rules do not allow; `message` says what and what to do instead.

    `mine` maps labels to what the person had typed, where an error page is all they get to see of it.
    """

    status = 422

    def __init__(self, message: str, *, field: str = "", mine: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.mine = dict(mine or {})


class Refused(DomainError):
    """The person may see the object but not do this; `message` names the reason and who can help (403)."""

    status = 403


class Stale(DomainError):
    """Somebody else changed the row first (409); `theirs` maps a field's label to the text stored now."""

    status = 409

    def __init__(
        self, message: str, *, theirs: Mapping[str, str] | None = None, mine: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, mine=mine)
        self.theirs = dict(theirs or {})
