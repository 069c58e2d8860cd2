"""Every scoring address as each role of the own commune, in each state of a round: who may read and write what.

House rule 12 as data. What a request writes is told by its SQL and undone; what is refused must leave no trace.
"""

import pytest
import time_machine
from django.test import override_settings
from django.urls import get_resolver

from tests.emulation.permissions import NEVER, READS, SUBSTATES, WRITES
from tests.emulation.round_walk import BLANK, PEOPLE, TAKE_PART, Walk, everything, readers, states, writers
from tests.test_access import walk

pytestmark = pytest.mark.one_database  # every role at every address in every state: decided in Python, minutes long

# Scoring addresses that need no walk here: they are about no round of this year, or only lead elsewhere.
ELSEWHERE = (
    "set-",
    "award-",
    "candidate-",
    "past-",
    "result",
    "ranking-list",
    "round-list",
    "round-create",
    "appeal-list",
)


def as_sets(found: dict[str, str]) -> dict[str, set[str]]:
    return {label: set(who.split()) for label, who in found.items()}


@pytest.fixture
def walk_(commune):
    with time_machine.travel("2026-11-02T09:00:00+07:00", tick=False):
        yield Walk(commune)


def test_who_writes_what_in_each_state(walk_):
    tried = set()
    for state in states(walk_):
        posts, before = walk_.posts(), everything()
        people = TAKE_PART if state in SUBSTATES else PEOPLE
        with override_settings(TEMPLATES=BLANK):
            found = writers(walk_, posts, people)
        assert as_sets(found) == as_sets(WRITES[state]), state
        assert everything() == before, state
        tried |= posts.keys()

    written = {label for labels in WRITES.values() for label in labels}
    assert tried - written == NEVER
    names = {
        address.name.partition(":")[2] for address in walk(get_resolver()) if address.name.startswith("emulation:")
    }
    known = {label.partition(":")[0] for label in tried} | {label for labels in READS.values() for label in labels}
    assert {name for name in names - known if not name.startswith(ELSEWHERE)} == set()


def test_who_reads_what_in_each_state(walk_):
    for state in states(walk_):
        if state not in SUBSTATES:
            with override_settings(TEMPLATES=BLANK):
                found = readers(walk_)
            assert as_sets(found) == as_sets(READS[state]), state
