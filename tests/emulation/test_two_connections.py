"""Two people at once, each on a connection of their own: one is saved, the other is told; nothing is lost silently."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from emulation.enums import RoundState, ScorecardState
from emulation.models import PublishedVersion, Round, Scorecard, ScorecardRow
from emulation.services import RowEntry, close_self_scoring, publish_ranking, save_self_row, submit_scorecard
from emulation.services.clock import close_due_rounds
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Stale
from tests.emulation.year import card_of, fill, opened, ranked, row_of

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at the same moment, each on its own connection; return what each gave or the DomainError raised."""
    start = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        start.wait()
        try:
            results[place] = acts[place]()
        except DomainError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def save(commune, row, who, numerator):
    entry = RowEntry(row.pk, row.version, {"numerator": numerator, "denominator": 10})
    return lambda: save_self_row(actor=commune.people[who], scorecard_id=row.scorecard_id, entry=entry)


@pytest.mark.parametrize("saved_before", [False, True], ids=["first save", "later save"])
def test_of_two_saves_of_one_row_one_wins_and_the_other_sees_both_values(commune, saved_before):
    row = row_of(card_of(opened(commune, ("KT",)), commune, "KT"), "2.1")
    if saved_before:
        row = save(commune, row, "cv.kt", 3)()

    results = together(save(commune, row, "cv.kt", 5), save(commune, row, "tt.kt", 9))

    (won,) = [one for one in results if isinstance(one, ScorecardRow)]
    (lost,) = [one for one in results if isinstance(one, Stale)]
    stored = ScorecardRow.objects.get(pk=row.pk)
    assert (stored.self_value, stored.version) == (won.self_value, row.version + 1)
    numbers = {won.self_value["numerator"]: "Số liệu"}
    assert (str(*numbers) in lost.theirs["Số liệu"], lost.mine["Số liệu"] != lost.theirs["Số liệu"]) == (True, True)


def test_a_scorecard_handed_in_twice_at_once_is_handed_in_once(commune):
    card = card_of(opened(commune, ("KT",)), commune, "KT")
    fill(card, commune.people["tt.kt"])

    results = together(
        *(lambda: submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk) for _ in range(2))
    )

    assert [isinstance(one, Scorecard) for one in results].count(True) == 1
    assert Scorecard.objects.get(pk=card.pk).state == ScorecardState.SUBMITTED


def test_a_save_and_the_closing_of_the_round_never_both_hold(commune):
    round_ = opened(commune, ("KT",))
    row = row_of(card_of(round_, commune, "KT"), "2.1")

    saved, closed = together(
        save(commune, row, "cv.kt", 5),
        lambda: close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Thử"),
    )

    stored = ScorecardRow.objects.get(pk=row.pk)
    assert Round.objects.get(pk=round_.pk).state == RoundState.APPRAISAL
    assert isinstance(closed, Round)
    assert stored.self_points == (2 if isinstance(saved, ScorecardRow) else 0)


def test_the_clock_and_a_person_close_a_round_once(commune):
    round_ = opened(commune, ("KT",))
    Round.objects.filter(pk=round_.pk).update(self_score_until=today() - timedelta(days=1))

    results = together(close_due_rounds, lambda: close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk))

    moved = [one == [round_.pk] or isinstance(one, Round) for one in results]
    assert (moved.count(True), Round.objects.get(pk=round_.pk).version) == (1, round_.version + 1)


def test_publishing_twice_at_once_makes_one_version(commune):
    round_ = ranked(commune, ("KT",))
    publish = {"round_id": round_.pk, "decision_number": "25/QĐ-UBND", "decision_on": today()}

    results = together(*(lambda: publish_ranking(actor=commune.people["pct"], **publish) for _ in range(2)))

    assert [isinstance(one, DomainError) for one in results].count(True) == 1
    assert PublishedVersion.objects.filter(round=round_).count() == 1
