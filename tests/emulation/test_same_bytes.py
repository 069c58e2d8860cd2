"""A published result is the same bytes on SQLite and PostgreSQL: both runs of bin/test must give this very hash."""

from typing import Any

import pytest
import time_machine

from emulation.models import PublishedVersion
from emulation.ranking_snapshots import differences
from emulation.services import publish_ranking
from ninhgiang.calendar import today
from ninhgiang.canonical import sha256_of
from tests.emulation.year import ranked

# Changes only when what a result says, or how it is written, changes on purpose; then old results must still recompute.
PUBLISHED = "5ecbcd07db5e12dae90a5ea1bd6095173b3a427a7b648d8980c1ddacc9d46412"
# Numbers the database gives, and hashes over them: not part of what the result says.
_GIVEN = frozenset({"id", "row_id", "scorecard_id", "scorecard_sha256"})


def without_ids(value: Any) -> Any:
    """Return a snapshot without the numbers a database gave."""
    if isinstance(value, dict):
        return {key: without_ids(one) for key, one in value.items() if key not in _GIVEN}
    return [without_ids(one) for one in value] if isinstance(value, list) else value


@pytest.fixture
def version(commune: Any) -> PublishedVersion:
    """A published round of three units on a fixed day; two lost points."""
    with time_machine.travel("2026-11-02T09:00:00+07:00", tick=False):
        round_ = ranked(
            commune,
            ("KT", "HCC", "MN1"),
            KT=lambda row: row.criterion.code in ("2.1", "1.5"),
            MN1=lambda row: row.criterion.code == "5.2",
        )
        publish_ranking(
            actor=commune.people["pct"], round_id=round_.pk, decision_number="25/QĐ-UBND", decision_on=today()
        )
    return PublishedVersion.objects.get(round=round_)


def test_a_published_result_is_the_same_on_every_database(version):
    scorecards = sorted(version.snapshot["scorecards"], key=lambda one: one["unit"]["position"])
    said = without_ids({"ranking": version.snapshot["ranking"], "scorecards": scorecards})

    assert differences(version.snapshot) == []
    assert sha256_of(said) == PUBLISHED
