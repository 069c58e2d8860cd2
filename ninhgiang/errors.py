"""Errors the domain raises. Their text is Vietnamese and meant for the person at the screen."""

import errno
from collections.abc import Mapping

_FILE_TROUBLES = {
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EISDIR: "đây là thư mục, không phải tệp",
    errno.ENOTDIR: "đường dẫn đi qua một tệp không phải thư mục",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.ENOSPC: "hết chỗ trên ổ đĩa",
    errno.ENAMETOOLONG: "tên tệp quá dài",
}


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


def file_trouble(error: OSError) -> str:
    """Return in Vietnamese why a file cannot be opened, to stand inside a sentence: "không có quyền"."""
    return _FILE_TROUBLES.get(error.errno or 0, f"lỗi hệ thống số {error.errno}")
