"""What a person typed into a form that could not be taken, for pages that know nothing of that form."""

import re
from collections.abc import Iterable

from .vietnamese import clean_lines

# Never shown again and never kept, wherever it was typed: passwords, by name (a test holds it to the program's forms).
SECRET_FIELDS = frozenset({"password", "current", "new", "repeat"})
# Codes, numbers of versions, ids, hashes: nothing anybody would write again by hand.
_CODE = re.compile(r"[a-z0-9_.:-]*")


def readable(values: Iterable[str]) -> list[str]:
    """Return the texts among posted values, each once, tidied, in order; codes and numbers are left out."""
    texts = (clean_lines(value) for value in values)
    return list(dict.fromkeys(text for text in texts if not _CODE.fullmatch(text)))
