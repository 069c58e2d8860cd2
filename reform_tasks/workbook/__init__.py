"""The appendix of a plan as an Excel workbook: opened safely, read into areas and tasks, problems named by cell.

Pure Python on openpyxl: no database, no settings. `opening` guards against files that are not what they seem,
`headings` finds the table, `reading` reads its rows, `appendix` holds the result.
"""

from .appendix import Appendix, AreaRow, Problem, Severity, TaskRow, WorkbookError
from .reading import read_appendix

__all__ = ["Appendix", "AreaRow", "Problem", "Severity", "TaskRow", "WorkbookError", "read_appendix"]
