"""Fixtures shared by all tests: the demo commune, signed-in clients, the real plan, a real worker.

Marks: `browser` needs Chromium, `jobs` needs a worker process (on the second run over Redis). They are given here by
the fixtures a test asks for, so that `bin/test --fast` can leave those tests out. `one_database` marks what cannot
depend on the database: every test that opens none (given here), and browser tests of scripts and markup (given by
hand). `bin/test` runs these on SQLite and leaves them out of its second run.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client, TransactionTestCase
from hypothesis import settings

from tests.services import Worker
from tests.stored import begin_with

# How long an example takes is measured in benchmarks; on a busy machine any of them may be slow.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

PLAN_WORKBOOK = Path(__file__).parent / "data" / "phu-luc-ke-hoach-14-2026.xlsx"
BACKEND = "units.backends.OfficeBackend"
MARK_OF_FIXTURE = {"browser": "browser", "worker": "jobs", "worker_process": "jobs"}
DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_serialized_rollback", "live_server"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they need, and keep those sharing a worker, and those sharing a browser, in one process.

    Workers of two processes would take each other's jobs. A long browser test that needs none may name a group of its
    own, so that it runs beside the others.
    """
    for item in items:
        for name in getattr(item, "fixturenames", ()):
            if name in MARK_OF_FIXTURE:
                item.add_marker(getattr(pytest.mark, MARK_OF_FIXTURE[name]))
        if not item.get_closest_marker("django_db") and DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.one_database)
        grouped = item.get_closest_marker("xdist_group")
        if not grouped and item.get_closest_marker("jobs"):
            item.add_marker(pytest.mark.xdist_group("services"))
        elif not grouped and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_audit_triggers() -> Iterator[None]:
    """Let Django empty the tables after a transactional test; nothing else may touch the audit log.

    The rows a migration put there (award numbers) go with the flush and are put back, as every installation has them.
    """
    teardown = TransactionTestCase._fixture_teardown

    def lifted_teardown(self: TransactionTestCase) -> None:
        from units import triggers

        with triggers.lifted(connection):
            teardown(self)
        import_module("emulation.migrations.0002_award_numbers").add_numbers(apps, None)

    TransactionTestCase._fixture_teardown = lifted_teardown
    yield
    TransactionTestCase._fixture_teardown = teardown


@dataclass(frozen=True)
class Commune:
    """The demo commune as tests reach it: blocks and units by code, people by user name."""

    issuer: Any
    blocks: dict[str, Any]
    units: dict[str, Any]
    people: dict[str, Any]


@pytest.fixture
def commune(db: None) -> Commune:
    """The demo commune of bin/serve, loaded by the same code."""
    from units.demo import load_demo
    from units.models import Block, Unit, User

    def loaded() -> None:
        load_demo()
        for app in ("reform_tasks", "emulation", "reports"):
            if find_spec(f"{app}.demo"):
                import_module(f"{app}.demo").load(Unit.objects.get(is_issuer=True))

    begin_with("commune", loaded)
    issuer = Unit.objects.get(is_issuer=True)
    return Commune(
        issuer=issuer,
        blocks={block.code: block for block in Block.objects.filter(issuer=issuer)},
        units={unit.code: unit for unit in Unit.objects.filter(parent=issuer)},
        people={user.username: user for user in User.objects.select_related("unit")},
    )


@pytest.fixture
def sign_in(commune: Commune) -> Callable[[str], Client]:
    """Return a function giving a client signed in as that demo user."""

    def client_of(username: str) -> Client:
        client = Client()
        client.force_login(commune.people[username], backend="units.backends.OfficeBackend")
        return client

    return client_of


@pytest.fixture(scope="session")
def worker_process(django_db_setup: None, django_db_blocker: Any) -> Iterator[Worker]:
    """One Celery worker for all tests of this process; use `worker`."""
    with django_db_blocker.unblock():
        worker = Worker()
        worker.start()
        connection.close()
    yield worker
    worker.stop()


@pytest.fixture
def worker(transactional_db: None, worker_process: Worker) -> Worker:
    """A real worker on the test database. Tests may kill it; the next test finds it running again."""
    if not worker_process.alive():
        worker_process.start()
    return worker_process


@pytest.fixture
def plan(commune: Commune) -> Any:
    """The real plan 14/KH-UBND of 2026, imported from its workbook by the reviewer."""
    from reform_tasks.models import Plan
    from reform_tasks.services import confirm_import, preview_import

    def imported() -> None:
        reviewer = commune.people["vhxh"]
        with PLAN_WORKBOOK.open("rb") as file:
            plan_import = preview_import(
                actor=reviewer,
                issuer=commune.issuer,
                file=file,
                file_name=PLAN_WORKBOOK.name,
                number="14/KH-UBND",
                issued_on=date(2026, 1, 14),
            )
        confirm_import(actor=reviewer, plan_import=plan_import)

    begin_with("plan", imported)
    vars(commune.people["vhxh"]).pop("held_roles", None)  # read by the import, which does not run every time
    return Plan.objects.select_related("issuer").get()
