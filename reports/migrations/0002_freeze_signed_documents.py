"""Triggers that freeze signed documents (reports/triggers.py)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from reports import triggers


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the trigger."""
    triggers.install(schema_editor.connection)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the trigger."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Make signed documents immutable in the database itself."""

    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
