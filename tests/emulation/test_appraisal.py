"""Appraisal made light: proposals, rows accepted in bulk, criteria appraised by another unit, the mark before."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from emulation.enums import RoundState
from emulation.models import Criterion, Round, RowEvidence, Scorecard, ScorecardRow
from emulation.queries.appraisal import previous_marks, queue_of
from emulation.services import close_self_scoring, complete_appraisal, save_self_row, submit_scorecard
from emulation.services.appraisal import NONE_CHOSEN, accept_rows
from emulation.services.rows import NOT_YOURS, RowEntry, accept_unchanged, save_appraisal_row, save_appraisal_rows
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.models import Evidence
from tests.emulation.year import appraised_all, card_of, fill, new_round, opened, row_of, submitted_all
from units.models import AuditEntry

CODES = ("KT", "HCC", "VHXH")


@pytest.fixture
def round_(commune):
    """A round in appraisal: three units have handed in, each with a note for every row and no file."""
    round_ = opened(commune, CODES)
    submitted_all(commune, round_)
    return close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Thử")


@pytest.fixture
def part(commune, round_):
    """Criterion 2.1, appraised by Phòng Kinh tế."""
    criterion = Criterion.objects.filter(criteria_set=round_.criteria_set, code="2.1").get()
    criterion.appraiser = commune.units["KT"]
    criterion.save()
    return criterion


def chosen(rows):
    return {row.pk: row.version for row in rows}


def waiting(commune, round_, who="vhxh"):
    return [one.row for one in queue_of(commune.people[who], round_)]


def attach(row, sha="1"):
    card = row.scorecard
    file = Evidence.objects.create(
        unit=card.unit,
        uploaded_by=card.submitted_by,
        original_name="so-lieu.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        size=1,
        sha256=sha * 64,
        file=ContentFile(b"x", "so-lieu.xlsx"),
        document_on=today(),
    )
    RowEvidence.objects.create(row=row, evidence=file)
    return file


# --- Proposals


def test_closing_proposes_what_is_computed_or_without_doubt(commune):
    round_ = opened(commune, CODES)
    submitted_all(commune, round_)
    card = card_of(round_, commune, "KT")
    proved, twice, bare = [
        row
        for row in card.rows.filter(applicable=True, criterion__evidence_required=True, criterion__kind="criterion")
        if row.criterion.rule_kind not in ("free", "quality") and row.criterion.source == "person"
    ][:3]
    attach(proved)
    attach(twice, "2")
    same = Evidence.objects.get(row_uses__row=twice)
    same.pk, same.unit = None, commune.units["HCC"]
    same.save(force_insert=True)
    close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Thử")
    marked = {row.pk: row.pre_accepted for row in (proved, twice, bare) if row.refresh_from_db() is None}
    assert marked == {proved.pk: True, twice.pk: False, bare.pk: False}
    assert (proved.appraised_points, proved.appraised_by) == (None, None)  # a proposal counts for nothing
    queued = {one.row.pk: one for one in queue_of(commune.people["vhxh"], round_refreshed(round_))}
    assert queued[proved.pk].proposed
    assert queued[twice.pk].doubt.codes == {"odd_file"}
    assert queued[bare.pk].doubt.codes == {"no_evidence"}
    computed = card.rows.filter(criterion__source="tasks", applicable=True)
    assert {row.pre_accepted for row in computed} == {True}


def round_refreshed(round_):
    return Round.objects.get(pk=round_.pk)


def test_a_proposal_is_withdrawn_when_something_doubtful_comes_since(commune, round_):
    row = next(one.row for one in queue_of(commune.people["vhxh"], round_) if one.proposed)
    attach(row)
    Evidence.objects.filter(row_uses__row=row).update(document_on=date(today().year - 1, 5, 1))
    one = next(one for one in queue_of(commune.people["vhxh"], round_) if one.row.pk == row.pk)
    assert one.row.pre_accepted
    assert not one.proposed
    assert one.doubt.codes == {"odd_file"}


def test_no_case_for_full_points_is_looked_at(commune):
    round_ = opened(commune, ("KT",))
    card = card_of(round_, commune, "KT")
    fill(card, commune.people["cv.kt"])
    row = row_of(card, "2.1")
    entry = RowEntry(row.pk, row.version, {"no_case": True}, "Không phát sinh")
    save_self_row(actor=commune.people["cv.kt"], scorecard_id=card.pk, entry=entry)
    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)
    close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk)
    one = next(one for one in queue_of(commune.people["vhxh"], round_refreshed(round_)) if one.row.pk == row.pk)
    assert (one.row.self_points, one.proposed, one.doubt.codes) == (4, False, {"claimed_none"})


def test_the_queue_shows_the_most_doubtful_first(commune, round_):
    scores = [one.doubt.score for one in queue_of(commune.people["vhxh"], round_)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1] == 0


@pytest.mark.parametrize("codes", [("KT",), CODES])
def test_the_queue_asks_a_constant_number_of_queries(commune, codes, django_assert_num_queries):
    round_ = opened(commune, codes)
    submitted_all(commune, round_)
    close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Thử")
    reviewer, again = commune.people["vhxh"], round_refreshed(round_)
    queue_of(reviewer, again)
    with django_assert_num_queries(4):  # rows, files, round before, criteria
        assert queue_of(reviewer, again)


# --- Bulk


def test_chosen_rows_of_several_units_are_accepted_in_one_act(commune, round_):
    rows = waiting(commune, round_)
    rows, exception = rows[1:], rows[0]
    before = AuditEntry.objects.count()
    assert accept_rows(actor=commune.people["vhxh"], round_id=round_.pk, chosen=chosen(rows)) == len(rows)
    assert AuditEntry.objects.count() == before + 1
    assert [row.pk for row in waiting(commune, round_)] == [exception.pk]
    for row in rows[:3]:
        row.refresh_from_db()
        assert (row.appraised_points, row.appraised_value) == (row.self_points, row.self_value)
        assert row.appraised_by == commune.people["vhxh"]


def test_one_stale_row_stops_all_and_is_named(commune, round_):
    first, *rest = waiting(commune, round_)
    entry = RowEntry(first.pk, first.version, first.self_value, "Đã xem")
    save_appraisal_row(actor=commune.people["vhxh"], scorecard_id=first.scorecard_id, entry=entry)
    with pytest.raises(Stale) as caught:
        accept_rows(actor=commune.people["vhxh"], round_id=round_.pk, chosen=chosen([first, *rest]))
    name = f"{first.scorecard.unit.short_name} {first.criterion.code}"
    assert caught.value.message.startswith(f"1 dòng vừa có người sửa hoặc thẩm định ({name})")
    assert len(waiting(commune, round_)) == len(rest)


def test_a_row_appraised_by_oneself_a_moment_ago_is_passed_over(commune, round_):
    first, second, *_ = waiting(commune, round_)
    entry = RowEntry(first.pk, first.version, first.self_value, "Đã xem")
    saved = save_appraisal_row(actor=commune.people["vhxh"], scorecard_id=first.scorecard_id, entry=entry)
    count = accept_rows(actor=commune.people["vhxh"], round_id=round_.pk, chosen=chosen([saved, second]))
    assert count == 1
    saved.refresh_from_db()
    assert saved.appraisal_reason == "Đã xem"


def test_nothing_chosen_strangers_and_closed_scorecards_are_refused(commune, round_):
    rows = waiting(commune, round_)[:2]
    with pytest.raises(DomainError, match=NONE_CHOSEN):
        accept_rows(actor=commune.people["vhxh"], round_id=round_.pk, chosen={})
    for who in ("pct", "vanphong", "cv.kt", "quantri"):
        with pytest.raises(Refused):
            accept_rows(actor=commune.people[who], round_id=round_.pk, chosen=chosen(rows))
    with pytest.raises(DomainError, match="không thuộc đợt"):
        accept_rows(actor=commune.people["vhxh"], round_id=round_.pk, chosen={**chosen(rows), 10**9: 1})
    Round.objects.filter(pk=round_.pk).update(state=RoundState.RANKED)
    with pytest.raises(Refused, match="đã khóa"):
        accept_rows(actor=commune.people["vhxh"], round_id=round_.pk, chosen=chosen(rows))
    assert not ScorecardRow.objects.filter(pk__in=chosen(rows), appraised_points__isnull=False).exists()


# --- Criteria another unit appraises


def test_the_named_unit_appraises_its_criterion_of_others_and_nothing_else(commune, round_, part):
    rows = waiting(commune, round_, "cv.kt")
    assert {row.criterion_id for row in rows} == {part.pk}
    assert {row.scorecard.unit.code for row in rows} == {"HCC", "VHXH"} & {
        card.unit.code for card in Scorecard.objects.filter(round=round_, rows__criterion=part, rows__applicable=True)
    }
    row = rows[0]
    card = row.scorecard
    saved = save_appraisal_row(
        actor=commune.people["cv.kt"], scorecard_id=card.pk, entry=RowEntry(row.pk, row.version, row.self_value)
    )
    assert saved.appraised_by == commune.people["cv.kt"]
    other = card.rows.filter(applicable=True, criterion__source="person").exclude(criterion=part).first()
    answer = save_appraisal_rows(
        actor=commune.people["cv.kt"],
        scorecard_id=card.pk,
        entries=[RowEntry(other.pk, other.version, other.self_value)],
    )
    assert answer.errors[other.pk].message == NOT_YOURS
    for service in (accept_unchanged, complete_appraisal):
        with pytest.raises(Refused):
            service(actor=commune.people["cv.kt"], scorecard_id=card.pk)


def test_the_named_unit_accepts_its_rows_in_bulk_but_not_those_of_others(commune, round_, part):
    mine = waiting(commune, round_, "tt.kt")
    assert accept_rows(actor=commune.people["tt.kt"], round_id=round_.pk, chosen=chosen(mine)) == len(mine)
    rest = waiting(commune, round_)
    with pytest.raises(Refused, match="mới được thẩm định tiêu chí"):
        accept_rows(actor=commune.people["tt.kt"], round_id=round_.pk, chosen=chosen(rest[:1]))


def test_no_unit_appraises_itself_by_being_named(commune, round_, part):
    row = row_of(card_of(round_, commune, "KT"), part.code)
    with pytest.raises(Refused):
        accept_rows(actor=commune.people["tt.kt"], round_id=round_.pk, chosen=chosen([row]))
    with pytest.raises(Refused):
        save_appraisal_row(
            actor=commune.people["tt.kt"],
            scorecard_id=row.scorecard_id,
            entry=RowEntry(row.pk, row.version, row.self_value),
        )


# --- The mark of the round before


def test_the_mark_before_is_that_of_the_published_round_before(commune):
    first = opened(commune, ("KT",), name="Kỳ trước", period_end=date(today().year, 6, 30))
    submitted_all(commune, first, KT=lambda row: row.criterion.code == "2.1")
    appraised_all(commune, first)
    row = row_of(card_of(first, commune, "KT"), "2.1")
    row.final_points = row.max_points  # decided since, not published yet
    row.save()
    now = new_round(commune, name="Kỳ này")
    unit = commune.units["KT"].pk
    assert previous_marks(now, [unit]) == {}
    Round.objects.filter(pk=first.pk).update(state=RoundState.PUBLISHED)
    mark = previous_marks(now, [unit])[unit, "2.1"]
    assert (mark.points, mark.max_points, mark.round_name) == (Decimal(0), row.max_points, "Kỳ trước")
    assert previous_marks(now, [commune.units["HCC"].pk]) == {}
    Round.objects.filter(pk=first.pk).update(practice=True)
    assert previous_marks(now, [unit]) == {}
    Round.objects.filter(pk=first.pk).update(practice=False, period_end=now.period_end + timedelta(days=1))
    assert previous_marks(now, [unit]) == {}
