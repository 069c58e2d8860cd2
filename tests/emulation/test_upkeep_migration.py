"""What the migration of the round's upkeep does to rows that exist; it undoes its columns, and keeps what it wrote."""

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection

from emulation.late import NOT_SUBMITTED
from emulation.models import Round, ScorecardRow
from tests.emulation.year import card_of, opened, row_of

MIGRATION = import_module("emulation.migrations.0007_round_upkeep")
EDITOR = SimpleNamespace(connection=connection)


def test_zeros_of_scorecards_not_handed_in_are_marked_and_lose_the_typed_value(commune):
    card = card_of(opened(commune, ("KT",)), commune, "KT")
    zero, other = row_of(card, "2.1"), row_of(card, "2.2")
    value = {"numerator": 1, "denominator": 1}
    for row, words in ((zero, NOT_SUBMITTED), (other, "1/1 văn bản đúng hạn")):
        ScorecardRow.objects.filter(pk=row.pk).update(
            self_value=value, self_explanation=words, appraised_value=value, appraised_explanation=words
        )

    MIGRATION.mark_zeroed(apps, EDITOR)

    found = {row.criterion.code: row for row in card.rows.select_related("criterion")}
    assert [
        (found[code].self_zeroed, found[code].self_value, found[code].appraised_value) for code in ("2.1", "2.2")
    ] == [
        (True, value, None),
        (False, value, value),
    ]
    assert MIGRATION.NOT_SUBMITTED == NOT_SUBMITTED


def test_rows_of_skipped_areas_leave_scorecards_nobody_has_appraised(commune):
    round_ = opened(commune, ("KT", "HCC"))
    Round.objects.update(skipped_areas=["II", "VII"])
    card, done = card_of(round_, commune, "KT"), card_of(round_, commune, "HCC")
    done.state = "appraised"
    done.save()

    MIGRATION.leave_out_skipped_areas(apps, EDITOR)

    assert {row.criterion.code[0] for row in card.rows.filter(applicable=True)} & {"2", "7"} == set()
    assert row_of(card, "1.1").applicable is True
    assert row_of(done, "2.1").applicable is True
