"""Models of reports."""

from .compilations import Compilation, Export
from .documents import Document, SignOff

__all__ = ["Compilation", "Document", "Export", "SignOff"]
