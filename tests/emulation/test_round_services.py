"""Rounds through their year: opening, closing, ranking, publishing, and what stays frozen."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emulation.enums import RoundState, ScorecardState, SetState
from emulation.models import CriteriaSet, Ranking, RankingEntry, Round, Scorecard, ScorecardRow
from emulation.queries import round_summary
from emulation.services import (
    change_round_dates,
    close_self_scoring,
    open_round,
    publish_ranking,
    rank_round,
    reopen_appraisal,
    reopen_scorecard,
    save_self_rows,
    verify_snapshot,
)
from emulation.services.rows import RowEntry
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Refused, Stale
from tests.emulation.year import (
    appraised_all,
    best_value,
    card_of,
    fill,
    new_round,
    opened,
    ranked,
    row_of,
    submitted_all,
)
from units.models import AuditEntry, Notification


def test_create_round_is_for_the_reviewer(commune):
    round_ = new_round(commune)
    assert (round_.state, round_.issuer) == (RoundState.DRAFT, commune.issuer)
    for username in ("vanphong", "pct", "quantri", "tt.kt", "hoidong1"):
        with pytest.raises(Refused):
            new_round(_as(commune, username), name=f"Của {username}")


def _as(commune, username):
    """The commune seen as if this person were the reviewer, to try services as somebody else."""
    people = commune.people | {"vhxh": commune.people[username]}
    return type(commune)(commune.issuer, commune.blocks, commune.units, people)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"period_end": -1}, "period_end"),
        ({"self_score_until": -800}, "self_score_until"),
        ({"appraise_until": 1}, "appraise_until"),
    ],
)
def test_create_round_refuses_dates_out_of_order(commune, changes, field):
    given = {name: today() + timedelta(days=days) for name, days in changes.items()}
    if "period_end" in given:
        given["period_start"] = today()
    with pytest.raises(DomainError) as caught:
        new_round(commune, **given)
    assert caught.value.field == field


def test_two_rounds_cannot_have_one_name(commune):
    new_round(commune)
    with pytest.raises(DomainError) as caught:
        new_round(commune)
    assert caught.value.field == "name"


def test_open_round_gives_every_unit_a_scorecard_and_freezes_the_set(commune):
    round_ = opened(commune, tuple(commune.units))
    criteria_set = CriteriaSet.objects.get(pk=round_.criteria_set_id)
    cards = list(Scorecard.objects.filter(round=round_).select_related("unit"))
    assert criteria_set.state == SetState.FROZEN
    assert sorted(card.unit.code for card in cards) == sorted(commune.units)
    scored = criteria_set.criteria.exclude(kind="area").count()
    assert {card.rows.count() for card in cards} == {scored}
    assert AuditEntry.objects.filter(action="open_round").count() == 1
    told = Notification.objects.filter(text__contains="đã mở").values_list("user__username", flat=True)
    assert len(told) == 28  # a head and an officer in each of 14 units


def test_open_round_marks_rows_of_a_trait_the_unit_lacks_as_not_applicable(commune):
    round_ = opened(commune)
    has, lacks = card_of(round_, commune, "HCC"), card_of(round_, commune, "MN1")
    assert row_of(has, "3.1").applicable is True
    assert row_of(lacks, "3.1").applicable is False


def test_open_round_twice_is_refused(commune):
    round_ = opened(commune)
    with pytest.raises(DomainError):
        open_round(actor=commune.people["vhxh"], round_id=round_.pk)


def test_open_round_after_the_deadline_is_refused(commune):
    round_ = new_round(commune)
    with time_machine.travel(today() + timedelta(days=30)), pytest.raises(DomainError):
        open_round(actor=commune.people["vhxh"], round_id=round_.pk)


def test_open_round_asks_the_same_number_of_queries_for_any_number_of_units(commune):
    def count(name: str) -> int:
        round_ = new_round(commune, name=name)
        with CaptureQueriesContext(connection) as captured:
            open_round(actor=commune.people["vhxh"], round_id=round_.pk)
        return len([one for one in captured if "INSERT" not in one["sql"]])  # rows go in batches

    count("Đợt đầu, khóa bộ tiêu chí")
    everything = count("Đủ đơn vị")
    commune.issuer.children.exclude(code__in=("KT", "HCC")).update(active=False)
    assert count("Hai đơn vị") == everything


def test_close_before_the_deadline_needs_a_reason_while_somebody_has_not_submitted(commune):
    round_ = opened(commune)
    reviewer = commune.people["vhxh"]
    with pytest.raises(DomainError) as caught:
        close_self_scoring(actor=reviewer, round_id=round_.pk)
    assert caught.value.field == "reason"
    assert Round.objects.get(pk=round_.pk).state == RoundState.SELF_SCORING
    close_self_scoring(actor=reviewer, round_id=round_.pk, reason="Theo chỉ đạo")
    assert Round.objects.get(pk=round_.pk).state == RoundState.APPRAISAL


def test_closing_counts_unanswered_rows_as_zero_and_says_so(commune):
    round_ = opened(commune)
    card = card_of(round_, commune, "KT")
    row = row_of(card, "1.1")
    save_self_rows(
        actor=commune.people["tt.kt"],
        scorecard_id=card.pk,
        entries=[RowEntry(row.pk, row.version, best_value(row))],
    )
    with time_machine.travel(today() + timedelta(days=11)):
        close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk)
    card.refresh_from_db()
    assert (card.state, card.submitted_at) == (ScorecardState.SUBMITTED, None)
    assert row_of(card, "1.1").self_points == Decimal(1)
    left = row_of(card, "2.1")
    assert (left.self_value, left.self_points) == (None, Decimal(0))
    assert left.self_explanation == "Đơn vị không tự chấm: tính 0 điểm."
    assert left.appraised_points is None
    computed = row_of(card, "1.2")
    assert computed.appraised_points == computed.self_points


def test_rank_needs_every_scorecard_appraised(commune):
    round_ = opened(commune)
    close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Thử")
    with pytest.raises(DomainError) as caught:
        rank_round(actor=commune.people["vhxh"], round_id=round_.pk)
    assert "6 phiếu chưa hoàn thành thẩm định" in caught.value.message
    assert not Ranking.objects.exists()


def test_ranking_shares_a_rank_for_equal_points_and_the_next_counts_the_sharers(commune):
    # Two schools lose the same row, one loses more: the others are equal before them.
    lose_little = lambda row: row.criterion.code == "2.1"  # noqa: E731
    lose_more = lambda row: row.criterion.code.startswith("2.")  # noqa: E731
    codes = ("KT", "MN1", "MN2", "TH1", "TH2", "DVSNC")
    round_ = ranked(commune, codes, MN1=lose_little, MN2=lose_little, TH1=lose_more)
    block = next(block for block in round_summary(round_).blocks if block.code == commune.units["MN1"].block.code)
    places = {entry.unit_code: (entry.rank, entry.shared) for entry in block.entries}
    best = [code for code in places if code not in ("MN1", "MN2", "TH1")]
    assert {places[code] for code in best} == {(1, True)}
    assert places["MN1"] == places["MN2"] == (len(best) + 1, True)
    assert places["TH1"] == (len(best) + 3, False)


def test_a_ranking_recomputes_to_the_same_bytes(commune):
    round_ = ranked(commune, KT=lambda row: row.criterion.code == "2.1")
    ranking = Ranking.objects.get(round=round_)
    assert verify_snapshot(ranking) is True


@pytest.mark.parametrize("what", ["entry", "snapshot", "card"])
def test_a_ranking_that_was_tampered_with_does_not_verify(commune, what):
    round_ = ranked(commune)
    ranking = Ranking.objects.get(round=round_)
    if what == "entry":
        RankingEntry.objects.filter(ranking=ranking, unit=commune.units["KT"]).update(rank=9)
    elif what == "snapshot":
        ranking.snapshot["blocks"][0]["entries"][0]["total"] = "99.99"
        ranking.save()
    else:
        card = card_of(round_, commune, "KT")
        card.snapshot["rows"][0]["points"] = "0.50"
        card.save()
    ranking.refresh_from_db()
    assert verify_snapshot(ranking) is False


def test_publishing_is_for_the_leader_and_tells_everybody(commune):
    round_ = ranked(commune)
    given = {"round_id": round_.pk, "decision_number": "25/QĐ-UBND", "decision_on": today()}
    for username in ("vhxh", "vanphong", "tt.kt"):
        with pytest.raises(Refused):
            publish_ranking(actor=commune.people[username], **given)
    ranking = publish_ranking(actor=commune.people["pct"], **given)
    assert (ranking.decision_number, ranking.published_by) == ("25/QĐ-UBND", commune.people["pct"])
    assert Round.objects.get(pk=round_.pk).state == RoundState.PUBLISHED
    heads = Notification.objects.filter(text__contains="Đã công bố", user__username__startswith="tt.")
    assert heads.count() == 6


@pytest.mark.parametrize(
    ("number", "days", "field"), [("", 0, "decision_number"), ("1/QĐ", 1, "decision_on"), ("1/QĐ", -800, "decision_on")]
)
def test_publishing_refuses_a_bad_decision(commune, number, days, field):
    round_ = ranked(commune)
    with pytest.raises(DomainError) as caught:
        publish_ranking(
            actor=commune.people["pct"],
            round_id=round_.pk,
            decision_number=number,
            decision_on=today() + timedelta(days=days),
        )
    assert caught.value.field == field


def test_nothing_moves_after_publication(commune):
    round_ = ranked(commune)
    leader, reviewer, head = commune.people["pct"], commune.people["vhxh"], commune.people["tt.kt"]
    publish_ranking(actor=leader, round_id=round_.pk, decision_number="25/QĐ-UBND", decision_on=today())
    before = Ranking.objects.get(round=round_)
    card = card_of(round_, commune, "KT")
    row = row_of(card, "1.1")
    attempts = [
        lambda: rank_round(actor=reviewer, round_id=round_.pk),
        lambda: reopen_appraisal(actor=leader, round_id=round_.pk, reason="Thử"),
        lambda: reopen_scorecard(actor=reviewer, scorecard_id=card.pk, reason="Thử"),
        lambda: save_self_rows(actor=head, scorecard_id=card.pk, entries=[RowEntry(row.pk, row.version, None)]),
        lambda: publish_ranking(actor=leader, round_id=round_.pk, decision_number="2/QĐ", decision_on=today()),
        lambda: change_round_dates(
            actor=reviewer,
            round_id=round_.pk,
            version=round_.version,
            self_score_until=today(),
            appraise_until=today(),
            reason="Thử",
        ),
    ]
    for attempt in attempts:
        with pytest.raises(DomainError):
            attempt()
    after = Ranking.objects.get(round=round_)
    assert (after.snapshot, after.sha256, after.decision_number) == (before.snapshot, before.sha256, "25/QĐ-UBND")
    assert verify_snapshot(after) is True


def test_a_ranking_sent_back_is_made_again(commune):
    round_ = ranked(commune)
    reopen_appraisal(actor=commune.people["pct"], round_id=round_.pk, reason="Xem lại Phòng Kinh tế")
    first = Ranking.objects.get(round=round_)
    rank_round(actor=commune.people["vhxh"], round_id=round_.pk)
    assert Ranking.objects.get(round=round_).pk == first.pk
    assert RankingEntry.objects.filter(ranking=first).count() == 6
    assert verify_snapshot(Ranking.objects.get(round=round_)) is True


def test_sending_back_needs_a_reason(commune):
    round_ = ranked(commune)
    with pytest.raises(DomainError) as caught:
        reopen_appraisal(actor=commune.people["pct"], round_id=round_.pk, reason="")
    assert caught.value.field == "reason"


def test_a_step_taken_on_an_old_page_is_stale(commune):
    round_ = opened(commune)
    change_round_dates(
        actor=commune.people["vhxh"],
        round_id=round_.pk,
        version=round_.version,
        self_score_until=today() + timedelta(days=12),
        appraise_until=today() + timedelta(days=20),
        reason="Gia hạn",
    )
    with pytest.raises(Stale):
        close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Thử", version=round_.version)


def test_not_applicable_rows_leave_the_denominator(commune):
    round_ = ranked(commune)
    entries = {entry.unit_code: entry for entry in round_summary(round_).entries}
    hcc, school = entries["HCC"], entries["MN1"]
    assert school.area_points["III"] is None
    assert hcc.area_points["III"] is not None
    dropped = sum(
        (
            row.max_points
            for row in ScorecardRow.objects.filter(
                scorecard=card_of(round_, commune, "MN1"), applicable=False, criterion__kind="criterion"
            )
        ),
        start=Decimal(0),
    )
    assert school.applicable_max == Decimal(100) - dropped
    assert school.index == min(Decimal(100), (school.total * 100 / school.applicable_max).quantize(Decimal("0.01")))


def test_summary_is_read_from_the_snapshot_in_one_query(commune, django_assert_num_queries):
    round_ = ranked(commune)
    with django_assert_num_queries(1):
        summary = round_summary(round_)
        assert len(summary.entries) == 6
    assert [area.code for area in summary.areas] == ["I", "II", "III", "IV", "V", "VI", "VII"]
    assert sum(area.max_points for area in summary.areas) == Decimal(100)


def test_appraisal_can_follow_a_partial_submission(commune):
    round_ = opened(commune)
    fill(card_of(round_, commune, "KT"), commune.people["tt.kt"])
    appraised_all(commune, round_)
    card = card_of(round_, commune, "KT")
    assert (card.state, card.submitted_at) == (ScorecardState.APPRAISED, None)
    assert card.appraised_total > 0


def test_submitting_everything_lets_the_reviewer_close_without_a_reason(commune):
    round_ = opened(commune)
    submitted_all(commune, round_)
    close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk)
    assert Round.objects.get(pk=round_.pk).state == RoundState.APPRAISAL
