"""/healthz and /readyz: open to everybody, 503 with the cause."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from ninhgiang import health
from units.services import beat_heart


@pytest.fixture(autouse=True)
def _ask_about_migrations_again():
    health._all_migrated.cache_clear()


@pytest.mark.parametrize("verb", ["get", "head"])
def test_healthz_touches_no_database(verb):
    answer = getattr(Client(), verb)("/healthz")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_ready(db):
    beat_heart()
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "checks": {"database": "ok", "migrations": "ok", "broker": "ok", "worker": "ok"}},
    )


def test_worker_never_heard_of_is_told_but_not_failed(db):
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["worker"]) == (200, "not heard of yet")


def test_worker_late(db, time_machine):
    time_machine.move_to("2026-11-05T10:00:00+07:00", tick=False)
    beat_heart()
    time_machine.shift(timedelta(minutes=3))
    assert health.worker_state() == "ok"
    time_machine.shift(timedelta(seconds=1))
    assert health.worker_state() == "not heard of since 2026-11-05T03:00:00+00:00"


def test_pending_migration(db):
    [(app, newest)] = MigrationLoader(connection).graph.leaf_nodes("units")
    MigrationRecorder(connection).record_unapplied(app, newest)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"].endswith("pending, run: bin/manage migrate")


def test_database_away(db, monkeypatch):
    def refuse(*args, **kwargs):
        raise DatabaseError("no")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {
            "status": "unavailable",
            "checks": {
                "database": "unreachable: DatabaseError",
                "migrations": "unknown: DatabaseError",
                "broker": "ok",
            },
        },
    )


def test_redis_away(db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == "unreachable or not writable: ConnectionError"


def test_queue_folder_gone(db, settings, tmp_path):
    settings.REDIS_URL = ""
    settings.BROKER_DIR = tmp_path / "gone"
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == f"folder not writable: {tmp_path / 'gone' / 'messages'}"


def test_who_starts_a_worker_can_wait_for_it(db, time_machine):
    time_machine.move_to("2026-11-05T10:00:00+07:00", tick=False)
    started = int(timezone.now().timestamp())
    beat_heart()
    answers = [
        Client().get("/readyz", {"worker_since": since}).status_code for since in (started, started + 1, "x", "²")
    ]
    assert answers == [200, 503, 200, 200]


def test_nobody_waits_for_a_worker_that_never_came(db):
    assert Client().get("/readyz?worker_since=0").status_code == 503
