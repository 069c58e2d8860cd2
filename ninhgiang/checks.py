"""What `manage.py check --deploy` asks of a real installation (docs/operations/deploy.md)."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError


@register(Tags.security, deploy=True)
def demo_is_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse demo mode (ninhgiang.E001) and active demo accounts (ninhgiang.E002) on a real installation."""
    found: list[CheckMessage] = []
    if settings.DEMO:
        found.append(
            Error(
                "Demo mode is on: anybody can sign in with the published password.",
                hint="Set NINHGIANG_DEMO=false and SECRET_KEY.",
                id="ninhgiang.E001",
            )
        )
    if names := _active_demo_accounts():
        found.append(
            Error(
                f"Demo accounts are active: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}.",
                hint="A real commune starts from an empty database (bin/serve --empty).",
                id="ninhgiang.E002",
            )
        )
    return found


def _active_demo_accounts() -> list[str]:
    """Return the user names of active demo accounts; none when the tables are not there yet."""
    users = apps.get_model("units", "User").objects.filter(is_demo=True, is_active=True)
    try:
        return list(users.order_by("username").values_list("username", flat=True))
    except DatabaseError:
        return []


@register(Tags.compatibility, deploy=True)
def services_of_a_real_installation(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn about the embedded database (ninhgiang.W001) and the embedded job queue (ninhgiang.W002)."""
    found: list[CheckMessage] = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(
            Warning("The data is in SQLite.", hint="Set DATABASE_URL to PostgreSQL 15 or newer.", id="ninhgiang.W001")
        )
    if not settings.REDIS_URL:
        found.append(Warning("Jobs pass through files.", hint="Set REDIS_URL.", id="ninhgiang.W002"))
    return found
