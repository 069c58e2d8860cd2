"""Triggers that refuse to change or delete audit entries (units/triggers.py)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from units import triggers


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    triggers.install(schema_editor.connection)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Make the audit log append-only in the database itself."""

    dependencies = [("units", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
