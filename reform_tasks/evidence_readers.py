"""Who else may open a file for their work: a registry, since scorecards live above reform_tasks.

An app registers in ``AppConfig.ready`` a function (user, evidence) -> bool, asked only when the person may not see the
file anyway. It opens the file alone, not the page that tells where else the file is used.
"""

from collections.abc import Callable

from reform_tasks.models import Evidence
from units.models import User

type Reader = Callable[[User, Evidence], bool]

_readers: list[Reader] = []


def register(reader: Reader) -> Reader:
    """Add a reader; registering the same function twice is harmless."""
    if reader not in _readers:
        _readers.append(reader)
    return reader


def reads_for_work(user: User, evidence: Evidence) -> bool:
    """Tell whether some app lets the person open the file."""
    return any(reader(user, evidence) for reader in _readers)
