"""Writing rows: values, versions, locks, reasons, evidence."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from emulation.enums import ScorecardState, ValueSource
from emulation.locks import SELF
from emulation.models import Scorecard
from emulation.scoring import ValueProblem
from emulation.services import (
    RowEntry,
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    recount_scorecard,
    reopen_scorecard,
    save_appraisal_row,
    save_self_row,
    save_self_rows,
    submit_scorecard,
    withdraw_scorecard,
)
from emulation.services.evidence import set_row_evidence
from ninhgiang.calendar import VIETNAM, today
from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.models import Evidence
from tests.emulation.year import best_value, card_of, fill, opened, row_of, worst_value
from units.models import AuditEntry


@pytest.fixture
def card(commune):
    """The scorecard of Phòng Kinh tế in an open round."""
    return card_of(opened(commune, ("KT", "HCC", "MN1")), commune, "KT")


def save(commune, card, code, value, *, who="tt.kt", version=None, note=""):
    """Save one self-scored row of a scorecard."""
    row = row_of(card, code)
    entry = RowEntry(row.pk, row.version if version is None else version, value, note)
    return save_self_row(actor=commune.people[who], scorecard_id=card.pk, entry=entry)


def closed(commune, card):
    """Close self-scoring and return the scorecard in appraisal."""
    close_self_scoring(actor=commune.people["vhxh"], round_id=card.round_id, reason="Thử")
    return Scorecard.objects.get(pk=card.pk)


def test_head_and_officer_save_a_row_with_points_and_explanation(commune, card):
    row = save(commune, card, "2.1", {"numerator": 12, "denominator": 15}, who="cv.kt", note="Sổ theo dõi")
    row.refresh_from_db()
    assert (row.self_points, row.self_note, row.version) == (Decimal("3.20"), "Sổ theo dõi", 2)
    assert row.self_explanation == "12/15 văn bản đúng hạn = 80 % → 3,20/4,00 điểm"
    entry = AuditEntry.objects.filter(action="save_self_rows").get()
    assert (entry.before["2.1"]["points"], entry.after["2.1"]["points"]) == (None, "3.20")


@pytest.mark.parametrize("who", ["tt.hcc", "cv.hcc", "vhxh", "pct", "vanphong", "quantri", "hoidong1"])
def test_strangers_cannot_self_score(commune, card, who):
    with pytest.raises(Refused):
        save(commune, card, "2.1", {"numerator": 1, "denominator": 1}, who=who)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"numerator": 16, "denominator": 15}, "numerator"),
        ({"numerator": "-1", "denominator": 15}, "numerator"),
        ({"numerator": "abc", "denominator": 15}, "numerator"),
        ({"numerator": 1}, "denominator"),
        ({"numerator": 0, "denominator": 0}, "denominator"),
    ],
)
def test_a_bad_value_is_refused_beside_its_field_and_nothing_is_saved(commune, card, value, field):
    with pytest.raises(ValueProblem) as caught:
        save(commune, card, "2.1", value)
    assert caught.value.field == field
    assert row_of(card, "2.1").self_points is None


def test_the_valid_rows_of_an_area_are_saved_and_the_others_named(commune, card):
    good, bad = row_of(card, "2.1"), row_of(card, "2.2")
    saved = save_self_rows(
        actor=commune.people["tt.kt"],
        scorecard_id=card.pk,
        entries=[
            RowEntry(good.pk, good.version, {"numerator": 0, "denominator": 5}),
            RowEntry(bad.pk, bad.version, {"count": "-2"}),
        ],
    )
    assert [row.criterion.code for row in saved.changed] == ["2.1"]
    assert list(saved.errors) == [bad.pk]
    assert row_of(card, "2.1").self_points == Decimal(0)


def test_saving_the_same_again_changes_nothing(commune, card):
    value = {"numerator": 12, "denominator": 15}
    save(commune, card, "2.1", value)
    save(commune, card, "2.1", value)
    assert row_of(card, "2.1").version == 2
    assert AuditEntry.objects.filter(action="save_self_rows").count() == 1


def test_a_stale_row_shows_both_values_and_keeps_theirs(commune, card):
    save(commune, card, "2.1", {"numerator": 12, "denominator": 15}, who="cv.kt")
    with pytest.raises(Stale) as caught:
        save(commune, card, "2.1", {"numerator": 15, "denominator": 15}, version=1, note="Của tôi")
    assert caught.value.theirs == {
        "Số liệu": "Số văn bản đúng hạn: 12; Tổng số văn bản được giao soạn thảo: 15",
        "Điểm": "3,2",
        "Ghi chú": "",
    }
    assert caught.value.mine["Ghi chú"] == "Của tôi"
    assert row_of(card, "2.1").self_points == Decimal("3.20")


def test_a_row_can_be_cleared_again(commune, card):
    save(commune, card, "2.1", {"numerator": 12, "denominator": 15})
    save(commune, card, "2.1", None)
    row = row_of(card, "2.1")
    assert (row.self_value, row.self_points, row.self_explanation) == (None, None, "")


def test_computed_and_not_applicable_rows_are_not_typed(commune, card):
    computed = row_of(card, "1.2")
    assert computed.criterion.source == ValueSource.TASKS
    with pytest.raises(DomainError):
        save(commune, card, "1.2", {"numerator": 1, "denominator": 1})
    other = card_of(card.round, commune, "MN1")
    row = row_of(other, "3.1")
    with pytest.raises(DomainError):
        save_self_row(actor=commune.people["tt.mn1"], scorecard_id=other.pk, entry=RowEntry(row.pk, 1, best_value(row)))


def test_a_row_of_another_scorecard_is_refused(commune, card):
    foreign = row_of(card_of(card.round, commune, "HCC"), "2.1")
    with pytest.raises(DomainError):
        save_self_row(
            actor=commune.people["tt.kt"],
            scorecard_id=card.pk,
            entry=RowEntry(foreign.pk, 1, {"numerator": 1, "denominator": 1}),
        )
    foreign.refresh_from_db()
    assert foreign.self_points is None


def test_the_deadline_is_the_end_of_the_day_in_vietnam(commune, card):
    day = card.round.self_score_until
    last = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=VIETNAM)
    with time_machine.travel(last, tick=False):
        save(commune, card, "2.1", {"numerator": 12, "denominator": 15})
    with time_machine.travel(last + timedelta(seconds=1), tick=False), pytest.raises(Refused) as caught:
        save(commune, card, "2.2", {"count": 0})
    assert "Phòng Văn hóa - Xã hội" in caught.value.message


def test_submit_needs_every_row_answered_and_zero_is_an_answer(commune, card):
    head = commune.people["tt.kt"]
    fill(card, head, worst=lambda row: True)
    left = row_of(card, "2.1")
    save(commune, card, "2.1", None)
    with pytest.raises(DomainError) as caught:
        submit_scorecard(actor=head, scorecard_id=card.pk)
    assert caught.value.message == "Phiếu chưa đủ để nộp: còn 1 tiêu chí cần hoàn thiện (2.1)."
    save(commune, card, "2.1", worst_value(left))
    submitted = submit_scorecard(actor=head, scorecard_id=card.pk)
    assert submitted.state == ScorecardState.SUBMITTED
    people = [row.self_points for row in card.rows.filter(applicable=True, criterion__source=ValueSource.PERSON)]
    assert {points for points in people if points is not None} == {Decimal(0)}


def test_claimed_points_that_ask_for_evidence_need_a_file_or_a_note(commune, card):
    head = commune.people["tt.kt"]
    fill(card, head)
    row = row_of(card, "1.1")
    save(commune, card, "1.1", row.self_value, note="")
    with pytest.raises(DomainError) as caught:
        submit_scorecard(actor=head, scorecard_id=card.pk)
    assert "(1.1)" in caught.value.message
    file = Evidence.objects.create(
        unit=commune.units["KT"],
        uploaded_by=head,
        original_name="ke-hoach.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
    )
    set_row_evidence(actor=head, scorecard_id=card.pk, row_id=row.pk, phase=SELF, evidence=[file])
    assert submit_scorecard(actor=head, scorecard_id=card.pk).state == ScorecardState.SUBMITTED


def test_evidence_of_another_unit_is_refused(commune, card):
    file = Evidence.objects.create(
        unit=commune.units["HCC"],
        uploaded_by=commune.people["tt.hcc"],
        original_name="x.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
    )
    row = row_of(card, "1.1")
    with pytest.raises(DomainError):
        set_row_evidence(
            actor=commune.people["tt.kt"], scorecard_id=card.pk, row_id=row.pk, phase=SELF, evidence=[file]
        )


def test_only_the_head_submits_and_withdraws(commune, card):
    fill(card, commune.people["cv.kt"])
    with pytest.raises(Refused):
        submit_scorecard(actor=commune.people["cv.kt"], scorecard_id=card.pk)
    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)
    with pytest.raises(Refused):
        withdraw_scorecard(actor=commune.people["cv.kt"], scorecard_id=card.pk)


def test_a_submitted_scorecard_is_locked_until_withdrawn(commune, card):
    head = commune.people["tt.kt"]
    fill(card, head)
    submit_scorecard(actor=head, scorecard_id=card.pk)
    with pytest.raises(Refused) as caught:
        save(commune, card, "2.1", {"numerator": 1, "denominator": 2})
    assert "rút phiếu" in caught.value.message
    withdraw_scorecard(actor=head, scorecard_id=card.pk)
    save(commune, card, "2.1", {"numerator": 1, "denominator": 2})
    assert row_of(card, "2.1").self_points == Decimal(2)


def test_nothing_is_withdrawn_after_closing(commune, card):
    head = commune.people["tt.kt"]
    fill(card, head)
    submit_scorecard(actor=head, scorecard_id=card.pk)
    closed(commune, card)
    with pytest.raises(Refused):
        withdraw_scorecard(actor=head, scorecard_id=card.pk)
    with pytest.raises(Refused):
        save(commune, card, "2.1", None)


def appraise(commune, card, code, value, reason="", who="vhxh"):
    """Save one appraised row."""
    row = row_of(card, code)
    return save_appraisal_row(
        actor=commune.people[who], scorecard_id=card.pk, entry=RowEntry(row.pk, row.version, value, reason)
    )


def test_different_points_need_a_reason(commune, card):
    fill(card, commune.people["tt.kt"])
    card = closed(commune, card)
    with pytest.raises(ValueProblem) as caught:
        appraise(commune, card, "2.1", {"numerator": 5, "denominator": 10})
    assert caught.value.field == "note"
    row = appraise(commune, card, "2.1", {"numerator": 5, "denominator": 10}, "Năm văn bản nộp sau hạn")
    assert (row.self_points, row.appraised_points) == (Decimal(4), Decimal(2))
    same = appraise(commune, card, "2.2", row_of(card, "2.2").self_value)
    assert same.appraised_points == same.self_points


@pytest.mark.parametrize("who", ["tt.kt", "cv.kt", "vanphong", "pct", "hoidong1", "quantri"])
def test_only_the_reviewer_appraises(commune, card, who):
    fill(card, commune.people["tt.kt"])
    card = closed(commune, card)
    with pytest.raises(Refused):
        appraise(commune, card, "2.1", {"numerator": 5, "denominator": 10}, "Thử", who)
    with pytest.raises(Refused):
        accept_unchanged(actor=commune.people[who], scorecard_id=card.pk)


def test_appraisal_waits_for_the_end_of_self_scoring(commune, card):
    with pytest.raises(Refused):
        appraise(commune, card, "2.1", {"numerator": 5, "denominator": 10}, "Thử")


def test_accepting_leaves_rows_already_appraised_alone(commune, card):
    fill(card, commune.people["tt.kt"])
    card = closed(commune, card)
    appraise(commune, card, "2.1", {"numerator": 5, "denominator": 10}, "Chậm")
    waiting = card.rows.filter(applicable=True, appraised_points=None).count()
    of_area = accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk, area_code="II")
    assert 0 < of_area < waiting
    assert accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk) == waiting - of_area
    assert accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk) == 0
    assert row_of(card, "2.1").appraised_points == Decimal(2)


def test_completing_needs_every_row_and_freezes_a_snapshot(commune, card):
    fill(card, commune.people["tt.kt"])
    card = closed(commune, card)
    with pytest.raises(DomainError):
        complete_appraisal(actor=commune.people["vhxh"], scorecard_id=card.pk)
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
    done = complete_appraisal(actor=commune.people["vhxh"], scorecard_id=card.pk)
    assert (done.state, len(done.sha256)) == (ScorecardState.APPRAISED, 64)
    assert done.snapshot["totals"]["total"] == f"{done.appraised_total:.2f}"
    computed = next(row for row in done.snapshot["rows"] if row["code"] == "1.2")
    assert computed["facts"]["due"] == len(computed["facts"]["items"])
    with pytest.raises(Refused):
        appraise(commune, card, "2.1", {"numerator": 5, "denominator": 10}, "Thử")


def test_reopening_needs_a_reason_and_drops_the_result(commune, card):
    fill(card, commune.people["tt.kt"])
    card = closed(commune, card)
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
    complete_appraisal(actor=commune.people["vhxh"], scorecard_id=card.pk)
    with pytest.raises(DomainError):
        reopen_scorecard(actor=commune.people["vhxh"], scorecard_id=card.pk, reason="")
    again = reopen_scorecard(actor=commune.people["vhxh"], scorecard_id=card.pk, reason="Bổ sung minh chứng")
    assert (again.state, again.snapshot, again.index) == (ScorecardState.SUBMITTED, {}, None)
    assert row_of(card, "2.1").appraised_points == Decimal(4)


def test_appraising_ones_own_unit_is_allowed_and_marked(commune):
    card = card_of(opened(commune, ("VHXH", "KT")), commune, "VHXH")
    close_self_scoring(actor=commune.people["vhxh"], round_id=card.round_id, reason="Thử")
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
    assert AuditEntry.objects.get(action="accept_unchanged").summary.endswith("(tự thẩm định)")


def test_recounting_writes_both_columns_and_says_when(commune, card):
    fill(card, commune.people["tt.kt"])
    card = closed(commune, card)
    recount_scorecard(actor=commune.people["vhxh"], scorecard_id=card.pk)
    row = row_of(card, "1.2")
    assert row.appraised_points == row.self_points
    assert row.appraisal_reason == f"Tính lại từ nhiệm vụ đến {row.facts['counted_to']}."
    assert row.facts["counted_to"] == (today() - timedelta(days=1)).isoformat()
