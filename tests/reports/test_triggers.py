"""The trigger that freezes signed documents is in the database after all migrations."""

import pytest
from django.db import connection

from reports.triggers import TABLE

COUNT = {
    "sqlite": "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name = %s",
    "postgresql": "SELECT COUNT(*) FROM pg_trigger WHERE tgname = %s",
}


@pytest.mark.django_db
def test_trigger_is_installed():
    with connection.cursor() as cursor:
        cursor.execute(COUNT[connection.vendor], [f"{TABLE}_frozen"])
        assert cursor.fetchone() == (1,)
