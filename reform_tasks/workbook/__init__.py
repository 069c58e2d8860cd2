"""The appendix of a plan as an Excel or Word file: opened safely, read into areas and tasks, every cell by its address.

Pure Python: no database, no settings. `safety` guards against files that are not what they seem, `excel` and `word`
give their tables, `headings` finds the right one, `reading` reads its rows, `correcting` puts a person's corrections
over them and tells what is still wrong, `writing` makes the workbook that reads back unchanged, `appendix` holds the
result.
"""

from .appendix import (
    COLUMN_NAMES,
    Appendix,
    Column,
    Layout,
    MarkKind,
    Problem,
    ReadRow,
    RowKind,
    Severity,
    WorkbookError,
    place,
)
from .correcting import Draft, Finding, check, drafts_of, restarts_by_area
from .known import known_text
from .reading import read_appendix
from .writing import CONTENT_TYPE, WrittenArea, WrittenPlan, WrittenTask, write_appendix

__all__ = [
    "COLUMN_NAMES",
    "CONTENT_TYPE",
    "Appendix",
    "Column",
    "Draft",
    "Finding",
    "Layout",
    "MarkKind",
    "Problem",
    "ReadRow",
    "RowKind",
    "Severity",
    "WorkbookError",
    "WrittenArea",
    "WrittenPlan",
    "WrittenTask",
    "check",
    "drafts_of",
    "known_text",
    "place",
    "read_appendix",
    "restarts_by_area",
    "write_appendix",
]
