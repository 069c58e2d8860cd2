"""A unit named as the appraiser of a criterion: asks for explanations, appraises a second time, is waited for."""

import pytest
from django.urls import reverse

from emulation.models import Criterion, Round, ScorecardRow
from emulation.queries.appraisal import queue_of, rows_in_reach
from emulation.services import (
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    save_appraisal_row,
)
from emulation.services.appraisal import accept_rows
from emulation.services.explanations import ask_explanation, close_explanation, flag_row
from emulation.services.rows import NOT_YOURS, RowEntry, keep_first_appraisal, save_final_row
from emulation.services.second_appraisal import complete_second_appraisal
from emulation.todo import scoring_items
from ninhgiang.errors import DomainError, Refused
from tests.emulation.cycle_kit import days, form_of
from tests.emulation.year import best_value, card_of, fill, opened, row_of, submitted_all, worst_value


@pytest.fixture
def round_(commune):
    """Two units in appraisal; Phòng Kinh tế appraises 2.1 of the other."""
    found = opened(
        commune, ("KT", "HCC"), self_score_until=days(1), appraise_until=days(3), explain_until=days(5),
        reappraise_until=days(9),
    )  # fmt: skip
    Criterion.objects.filter(criteria_set=found.criteria_set, code="2.1").update(appraiser=commune.units["KT"])
    submitted_all(commune, found)
    return close_self_scoring(actor=commune.people["vhxh"], round_id=found.pk, reason="Thử")


@pytest.fixture
def again(commune, round_):
    """2.1 and 2.2 of HCC were lowered and flagged, nobody explained; the round is in appraisal 2."""
    people, card = commune.people, card_of(round_, commune, "HCC")
    for code, who in (("2.1", "cv.kt"), ("2.2", "vhxh")):
        row = row_of(card, code)
        entry = RowEntry(row.pk, row.version, worst_value(row), "Chưa thấy văn bản")
        save_appraisal_row(actor=people[who], scorecard_id=card.pk, entry=entry)
        flag_row(actor=people[who], scorecard_id=card.pk, row_id=row.pk, question="Văn bản nào?")
    for one in (card, card_of(round_, commune, "KT")):
        accept_unchanged(actor=people["vhxh"], scorecard_id=one.pk)
        complete_appraisal(actor=people["vhxh"], scorecard_id=one.pk)
    ask_explanation(actor=people["vhxh"], round_id=round_.pk)
    close_explanation(actor=people["vhxh"], round_id=round_.pk, reason="Hết ý kiến")
    return card_of(round_, commune, "HCC")


def final(commune, card, code, who, value=None, note="Đã bổ sung"):
    row = row_of(card, code)
    entry = RowEntry(row.pk, row.version, value or best_value(row), note)
    return save_final_row(actor=commune.people[who], scorecard_id=card.pk, entry=entry)


def test_it_asks_about_its_rows_and_no_others(commune, round_):
    card, own = card_of(round_, commune, "HCC"), card_of(round_, commune, "KT")
    named, other = row_of(card, "2.1"), row_of(card, "2.2")
    flag_row(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=named.pk, question="Vì sao?")
    with pytest.raises(Refused, match=NOT_YOURS):
        flag_row(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=other.pk, question="Vì sao?")
    with pytest.raises(Refused):
        flag_row(actor=commune.people["cv.kt"], scorecard_id=own.pk, row_id=row_of(own, "2.1").pk, question="Vì sao?")

    assert [row.criterion.code for row in ScorecardRow.objects.filter(flagged=True)] == ["2.1"]


def test_it_asks_on_a_page_reached_from_its_queue(commune, round_, sign_in):
    client, row = sign_in("cv.kt"), row_of(card_of(round_, commune, "HCC"), "2.1")
    queue = reverse("emulation:appraisal-queue", args=[round_.pk])
    address = reverse("emulation:row-question", args=[row.scorecard_id, row.pk])
    assert address in client.get(queue).text

    page = client.get(address)
    answer = client.post(address, form_of(page.text, has="question") | {"question": "Văn bản nào, ngày nào?"})

    assert (page.status_code, answer.status_code, answer["Location"]) == (200, 302, f"{queue}#row-{row.pk}")
    assert reverse("emulation:scorecard-detail", args=[row.scorecard_id]) not in page.text
    assert row_of(row.scorecard, "2.1").question == "Văn bản nào, ngày nào?"
    other = row_of(row.scorecard, "2.2")
    assert client.get(reverse("emulation:row-question", args=[row.scorecard_id, other.pk])).status_code == 404


def test_its_rows_are_not_ticked_for_the_reviewer(commune, round_, sign_in):
    reviewer = commune.people["vhxh"]
    ScorecardRow.objects.filter(pk=row_of(card_of(round_, commune, "HCC"), "2.1").pk).update(pre_accepted=True)
    address = reverse("emulation:appraisal-queue", args=[round_.pk])
    queued = {one.row.pk: one for one in queue_of(reviewer, round_)}
    row = row_of(card_of(round_, commune, "HCC"), "2.1")
    assert (queued[row.pk].proposed, queued[row.pk].others) == (True, True)

    client = sign_in("vhxh")
    context = client.get(f"{address}?tieu_chi=2.1&don_vi=HCC").context
    assert [(one.form.row.pk, one.ticked) for one in context["rows"]] == [(row.pk, False)]
    accept_all = {"phase": "appraisal", "accept": "1", "tat_ca": "1", "ky": []}
    accept_all |= {"da_thay": client.get(f"{address}?trang=9").context["seen"]}
    assert client.post(address, accept_all).status_code == 409  # what was seen is not what would be accepted
    assert accept_rows(actor=reviewer, round_id=round_.pk, chosen={row.pk: row.version}) == 1  # named one by one


def test_it_appraises_a_second_time_and_the_reviewer_waits_for_it(commune, again):
    people = commune.people
    assert keep_first_appraisal(actor=people["vhxh"], scorecard_id=again.pk) == 1
    with pytest.raises(DomainError, match=r"chưa thẩm định lần 2: 2\.1"):
        complete_second_appraisal(actor=people["vhxh"], scorecard_id=again.pk)
    with pytest.raises(DomainError, match=NOT_YOURS):
        final(commune, again, "2.2", "cv.kt")
    asked = [item.title for item in scoring_items(people["cv.kt"]) if item.title.startswith("Thẩm định")]
    assert asked == [f"Thẩm định tiêu chí được giao: {again.round.name}"]

    row = final(commune, again, "2.1", "cv.kt")

    assert (row.final_points, row.final_by) == (4, people["cv.kt"])
    assert queue_of(people["cv.kt"], Round.objects.get()) == []
    done = complete_second_appraisal(actor=people["vhxh"], scorecard_id=again.pk)
    assert done.final_total == done.appraised_total + 4


def test_the_reviewer_steps_in_row_by_row(commune, again):
    assert final(commune, again, "2.1", "vhxh").final_by == commune.people["vhxh"]


def test_the_second_appraisal_has_a_queue_of_its_own(commune, again, sign_in):
    address = reverse("emulation:appraisal-queue", args=[again.round_id])
    row = row_of(again, "2.1")
    ScorecardRow.objects.filter(pk=row.pk).update(answer="Văn bản số 12 ngày 05/01.")
    client = sign_in("cv.kt")
    page = client.get(address)
    assert [one.form.row.pk for one in page.context["rows"]] == [row.pk]
    assert "Văn bản số 12 ngày 05/01." in page.text
    assert 'name="accept"' not in page.text

    data = form_of(page.text, has="-version") | {"save": "1"}
    typed = {f"r{row.pk}-numerator": "5", f"r{row.pk}-denominator": "10"}
    assert client.post(address, data | typed).status_code == 422  # differs from appraisal 1: needs a reason
    answer = client.post(address, data | typed | {f"r{row.pk}-note": "Công nhận 5 văn bản"})

    assert answer.status_code == 302
    now = row_of(again, "2.1")
    assert (now.final_points, now.final_reason, now.appraised_points) == (2, "Công nhận 5 văn bản", 0)
    kept = row_of(again, "2.2")
    page = sign_in("vhxh").get(address)
    assert [one.form.row.pk for one in page.context["rows"]] == [kept.pk]
    data = form_of(page.text, has="-version") | {f"r{kept.pk}-agree": "1", "save": "1"}
    assert sign_in("vhxh").post(address, data).status_code == 302
    assert (row_of(again, "2.2").final_points, row_of(again, "2.2").final_value) == (0, kept.appraised_value)


def test_nothing_is_read_before_the_units_own_scoring_is_closed(commune, sign_in):
    """Asking the queue for rows by their ids shows nothing of them either."""
    round_ = opened(commune, ("KT", "HCC"), self_score_until=days(1), appraise_until=days(3))
    Criterion.objects.filter(criteria_set=round_.criteria_set, code="2.1").update(appraiser=commune.units["KT"])
    card = card_of(round_, commune, "HCC")
    fill(card, commune.people["tt.hcc"])
    row = row_of(card, "2.1")
    ScorecardRow.objects.filter(pk=row.pk).update(self_note="Chưa nộp cho ai")
    asked = {"phase": "appraisal", f"r{row.pk}-version": row.version, f"r{row.pk}-was": "", f"r{row.pk}-numerator": "x"}
    address = reverse("emulation:appraisal-queue", args=[round_.pk])

    answer = sign_in("cv.kt").post(address, asked)

    assert (answer.status_code, "Chưa nộp cho ai" in answer.text) == (403, False)
    assert list(rows_in_reach(commune.people["cv.kt"], round_)) == []
    close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Đủ")
    assert "Chưa nộp cho ai" in sign_in("cv.kt").post(address, asked).text
    assert [one.pk for one in rows_in_reach(commune.people["cv.kt"], round_)] == [row.pk]
