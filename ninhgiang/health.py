"""Answers for load balancers, Docker and bin/serve: is the process up, and is it ready for people.

/healthz touches nothing but the process. /readyz answers 503 and names what is wrong, in English for the person
on call, without any secret. Both are open to everybody and say nothing about the commune's data.
"""

import os
from datetime import timedelta
from functools import cache

import redis
from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

# The worker touches its row each minute; three missed beats mean that it is down.
WORKER_LATE_AFTER = timedelta(minutes=3)


class NotReady(Exception):
    """One thing the program cannot work without; the text says which."""


@login_not_required
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process answers at all."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when people can work, 503 otherwise, with one entry per thing looked at.

    A late worker does not make the web server unready (pages still work), so it is told, not failed. With
    `?worker_since=<seconds since 1970>` the answer is 503 until a worker has shown itself after that moment: who has
    just started one (bin/serve) can so wait for it.
    """
    checks: dict[str, str] = {}
    for name, look in (("database", check_database), ("migrations", check_migrations), ("broker", check_broker)):
        try:
            look()
            checks[name] = "ok"
        except NotReady as error:
            checks[name] = str(error)
    ok = all(answer == "ok" for answer in checks.values())
    if checks["database"] == "ok" and checks["migrations"] == "ok":
        checks["worker"] = worker_state()
        ok = ok and _worker_since(request.GET.get("worker_since", ""))
    return JsonResponse({"status": "ok" if ok else "unavailable", "checks": checks}, status=200 if ok else 503)


def check_database() -> None:
    """Raise NotReady when the database does not answer a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        raise NotReady(f"unreachable: {type(error).__name__}") from error


def check_migrations() -> None:
    """Raise NotReady when a migration waits; a database once found complete is not asked again by this process."""
    try:
        _all_migrated()
    except DatabaseError as error:
        raise NotReady(f"unknown: {type(error).__name__}") from error


@cache
def _all_migrated() -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        raise NotReady(f"{len(plan)} pending, run: bin/manage migrate")


def check_broker() -> None:
    """Raise NotReady when jobs cannot be handed over: Redis does not answer, or the folder cannot be written."""
    if not settings.REDIS_URL:
        folder = settings.BROKER_DIR / "messages"
        if not os.access(folder, os.W_OK | os.X_OK):
            raise NotReady(f"folder not writable: {folder}")
        return
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as broker:
            broker.set("ninhgiang:readyz", "1", ex=60)  # a full or read-only Redis answers PING all the same
    except redis.RedisError as error:
        raise NotReady(f"unreachable or not writable: {type(error).__name__}") from error


def _worker_since(moment: str) -> bool:
    """Tell whether the worker has been heard of since a moment; true when none, or no number, was asked for."""
    if not moment.isascii() or not moment.isdigit():
        return True
    beat = apps.get_model("units", "WorkerHeartbeat").objects.order_by("-at").first()
    return beat is not None and beat.at.timestamp() >= int(moment)


def worker_state() -> str:
    """Return "ok", or since when the job worker has not been heard of."""
    row = apps.get_model("units", "WorkerHeartbeat").objects.order_by("-at").first()
    if row is None:
        return "not heard of yet"
    if timezone.now() - row.at > WORKER_LATE_AFTER:
        return f"not heard of since {row.at.isoformat(timespec='seconds')}"
    return "ok"
