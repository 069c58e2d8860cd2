"""Database triggers: the SQL that differs by database, installed and removed in one way."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

type Statements = Mapping[str, tuple[str, ...]]  # by the connection's vendor: "sqlite", "postgresql"


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@dataclass(frozen=True, slots=True)
class Triggers:
    """The triggers of one table. A migration that rebuilds it on SQLite loses them and must install them again."""

    creating: Statements
    dropping: Statements

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Create the triggers for this connection's database (KeyError on a database we do not support)."""
        self.remove(connection)
        _run(connection, self.creating[connection.vendor])

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        """Drop the triggers; a database without them is left as it is."""
        _run(connection, self.dropping[connection.vendor])
