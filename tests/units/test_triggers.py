"""The audit log can only grow, whatever SQL is sent."""

import pytest
from django.db import DatabaseError, connection, transaction

from units import checks, triggers
from units.models import AuditEntry
from units.services import record_audit


@pytest.fixture
def entry(commune):
    person = commune.people["quantri"]
    return record_audit(actor=person, action="x", summary="Thử", target=person, issuer=commune.issuer)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE units_auditentry SET summary = 'khác'", "DELETE FROM units_auditentry", "TRUNCATE units_auditentry"],
)
def test_changing_is_refused(entry, statement):
    if statement.startswith("TRUNCATE") and connection.vendor == "sqlite":
        statement = "DELETE FROM units_auditentry WHERE 1 = 1"  # SQLite has no TRUNCATE
    if connection.vendor == "postgresql":
        connection.check_constraints()  # foreign keys still to be checked would refuse TRUNCATE before the trigger
    count = AuditEntry.objects.count()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == count
    assert AuditEntry.objects.get(pk=entry.pk).summary == "Thử"


def test_the_orm_is_refused_too(entry):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(summary="khác")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()


def test_missing_triggers_are_noticed_and_put_back(db):
    assert checks.audit_log_is_guarded(None) == []
    triggers.remove(connection)
    assert [error.id for error in checks.audit_log_is_guarded(None)] == ["units.E002"]
    triggers.install(connection)
    assert triggers.installed(connection)


def test_the_flush_of_transactional_tests_leaves_the_triggers_in_place(transactional_db):
    with triggers.lifted(connection):
        assert not triggers.installed(connection)
    assert triggers.installed(connection)
