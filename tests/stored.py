"""Rows that many tests begin with, made once by the real services and put back by plain INSERTs and UPDATEs.

Importing the real plan takes a third of a second; putting its rows back takes a few hundredths. What a test finds is
the same: every row the services wrote, under the same keys.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

Row = tuple[Any, ...]
PARAMETERS = 30_000  # in one statement; SQLite takes 32 766


@dataclass(frozen=True)
class Written:
    """What making a state wrote into one table; `key` is the place of the primary key in a row."""

    model: type[Model]
    columns: tuple[str, ...]
    key: int
    added: list[Row]
    changed: list[Row]

    @property
    def table(self) -> str:
        """The table's name, quoted."""
        return connection.ops.quote_name(self.model._meta.db_table)


_stored: dict[str, list[Written]] = {}


def begin_with(name: str, make: Callable[[], object]) -> None:
    """Let `make` write its rows the first time; write the same rows every later time.

    `name` must stand for one state of the database before `make` and one way of making; nothing may be deleted.
    """
    if name in _stored:
        _put_back(_stored[name])
        return
    before = {model: _rows_of(model) for model in _models()}
    make()
    _stored[name] = [written for model in _models() if (written := _difference(model, before[model])) is not None]


def _models() -> Iterator[type[Model]]:
    """Yield every model with a table of its own, the hidden ones of many-to-many fields included."""
    return (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)


def _columns(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.column for field in model._meta.concrete_fields)


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(connection.ops.quote_name(column) for column in columns)


def _rows_of(model: type[Model]) -> dict[Any, Row]:
    """Return {primary key: raw row} of a model's table."""
    key = _columns(model).index(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_names(_columns(model))} FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608
        return {row[key]: row for row in cursor.fetchall()}


def _difference(model: type[Model], before: dict[Any, Row]) -> Written | None:
    """Return what is new or other than before in a model's table; None when nothing is."""
    columns = _columns(model)
    now = _rows_of(model)
    added = [row for key, row in now.items() if key not in before]
    changed = [row for key, row in now.items() if key in before and before[key] != row]
    return Written(model, columns, columns.index(model._meta.pk.column), added, changed) if added or changed else None


def _put_back(stored: list[Written]) -> None:
    """Write the rows and move the sequences past them. Foreign keys are checked at the end of the transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for written in stored:
            _insert(cursor, written)
            assignments = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in written.columns)
            key = connection.ops.quote_name(written.columns[written.key])
            for row in written.changed:
                update = f"UPDATE {written.table} SET {assignments} WHERE {key} = %s"  # noqa: S608
                cursor.execute(update, [*row, row[written.key]])
        for statement in connection.ops.sequence_reset_sql(no_style(), [written.model for written in stored]):
            cursor.execute(statement)


def _insert(cursor: Any, written: Written) -> None:
    into = f"INSERT INTO {written.table} ({_names(written.columns)}) VALUES "  # noqa: S608
    marks = f"({', '.join(['%s'] * len(written.columns))})"
    size = PARAMETERS // len(written.columns)
    for start in range(0, len(written.added), size):
        some = written.added[start : start + size]
        cursor.execute(into + ", ".join([marks] * len(some)), [value for row in some for value in row])
