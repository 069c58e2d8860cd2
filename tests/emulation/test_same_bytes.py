"""A published result is the same bytes on SQLite and PostgreSQL: both runs of bin/test must give this very hash."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine

from emulation.models import PublishedVersion
from emulation.ranking_snapshots import differences
from emulation.sample_set import SAMPLE_SET
from emulation.services import publish_ranking, rank_round
from emulation.services.criteria import load_set
from ninhgiang.calendar import today
from ninhgiang.canonical import sha256_of
from tests.emulation.year import appraised_all, opened, ranked, submitted_all

# Changes only when what a result says, or how it is written, changes on purpose; then old results must still recompute.
PUBLISHED = "5ecbcd07db5e12dae90a5ea1bd6095173b3a427a7b648d8980c1ddacc9d46412"
PUBLISHED_RICH = "187306cfba4b201fcbde590be20d5be93d4698930d4e05a3e148824a986d2bcd"
# Numbers the database gives, and hashes over them: not part of what the result says.
_GIVEN = frozenset({"id", "row_id", "scorecard_id", "scorecard_sha256"})


def without_ids(value: Any) -> Any:
    """Return a snapshot without the numbers a database gave."""
    if isinstance(value, dict):
        return {key: without_ids(one) for key, one in value.items() if key not in _GIVEN}
    return [without_ids(one) for one in value] if isinstance(value, list) else value


# A set that uses what the sample does not: a formula, four decimals, grades of heads, a veto by its own condition, a
# line for handing in late, a criterion that may leave the denominator.
FORMULA = {
    "variables": [
        {"code": "dung", "label": "Số văn bản đúng", "part_of": "tong"},
        {"code": "tong", "label": "Tổng số văn bản"},
    ],
    "branches": [{"code": "a", "label": "Tỷ lệ", "formula": "toi_da * dung / tong"}],
}
RICH = replace(
    SAMPLE_SET,
    code="giau-2026",
    areas=tuple(
        replace(
            area,
            criteria=tuple(
                replace(
                    row,
                    rule_kind="formula",
                    rule_params=FORMULA | {"no_case": "not_applicable"},
                    evidence_required=False,
                )
                if row.code == "2.2"
                else row
                for row in area.criteria
            ),
        )
        for area in SAMPLE_SET.areas
    ),
    index_decimals=4,
    late_points=Decimal("0.5"),
    late_points_max=Decimal(2),
    head_mapping={
        "by": "index",
        "bands": [
            {"code": "a", "name": "Hoàn thành tốt", "lower": "95"},
            {"code": "b", "name": "Hoàn thành", "lower": "0"},
        ],
    },
    veto_conditions=(
        {
            "when": "area_below",
            "code": "II",
            "percent": "60",
            "effect": "max_grade",
            "grade": "kha",
            "reason": "điểm liệt",
        },
    ),
)


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


def test_a_result_of_a_set_that_uses_everything_is_the_same_on_every_database(commune):
    with time_machine.travel("2026-11-02T09:00:00+07:00", tick=False):
        criteria_set = load_set(issuer=commune.issuer, spec=RICH)
        round_ = opened(commune, ("KT", "MN1"), criteria_set=criteria_set)
        submitted_all(
            commune, round_, KT=lambda row: row.criterion.code == "2.1", MN1=lambda row: row.criterion.code == "1.7"
        )
        appraised_all(commune, round_)
        rank_round(actor=commune.people["vhxh"], round_id=round_.pk)
        publish_ranking(
            actor=commune.people["pct"], round_id=round_.pk, decision_number="25/QĐ-UBND", decision_on=today()
        )
    snapshot = PublishedVersion.objects.get(round=round_).snapshot
    entries = {entry["unit"]["code"]: entry for block in snapshot["ranking"]["blocks"] for entry in block["entries"]}

    assert differences(snapshot) == []
    assert [entries["KT"][name] for name in ("index", "original_grade_name", "grade_name", "head_grade_name")] == [
        *("96.0000", "Xuất sắc", "Khá", "Hoàn thành tốt")
    ]
    assert (entries["MN1"]["index"], entries["MN1"]["grade_name"]) == ("98.2759", "Xuất sắc")
    scorecards = sorted(snapshot["scorecards"], key=lambda one: one["unit"]["position"])
    assert sha256_of(without_ids({"ranking": snapshot["ranking"], "scorecards": scorecards})) == PUBLISHED_RICH


def test_a_result_published_in_the_first_format_is_still_proved():
    published = json.loads((Path(__file__).parents[1] / "data" / "published-format-1.json").read_text(encoding="utf-8"))
    assert published["ranking"]["format"] == 1
    assert differences(published) == []
    assert sha256_of(published["ranking"]) == published["sha256"]
