"""Acts on a whole scorecard count for what stood on the page: handing in, accepting the rest, completing."""

import pytest
from django.urls import reverse

from emulation.locks import SELF
from emulation.models import Criterion, Scorecard
from emulation.services import close_self_scoring, save_appraisal_row, set_row_evidence, submit_scorecard
from emulation.services.explanations import ask_explanation, close_explanation, flag_row
from emulation.services.rows import RowEntry, accept_unchanged, keep_first_appraisal, save_final_row
from ninhgiang.errors import Stale
from reform_tasks.models import Evidence
from tests.emulation.cycle_kit import finish_first, form_of, two_in_appraisal, type_in, unlock
from tests.emulation.year import best_value, card_of, fill, opened, row_of, submitted_all, worst_value


@pytest.fixture
def card(commune):
    """A scorecard of an open round, filled in."""
    card = card_of(opened(commune, ("KT", "HCC")), commune, "KT")
    fill(card, commune.people["cv.kt"])
    return card


@pytest.fixture
def appraising(commune, card):
    """The same in appraisal, 2.1 handed in as 0."""
    type_in(commune, card, "2.1", worst_value(row_of(card, "2.1")))
    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)
    close_self_scoring(actor=commune.people["vhxh"], round_id=card.round_id, reason="Thử")
    return Scorecard.objects.get(pk=card.pk)


def pressed(client, card, step):
    """Open the scorecard, and return a function that presses one of its buttons later."""
    action = reverse(f"emulation:{step if '-' in step else f'scorecard-{step}'}", args=[card.pk])
    data = form_of(client.get(reverse("emulation:scorecard-detail", args=[card.pk])).text, action=action)
    return lambda: client.post(action, data)


def state(card):
    return Scorecard.objects.get(pk=card.pk).state


def change_again(commune, card):
    """The unit is unlocked, raises 2.1 and hands it in."""
    unlock(commune, card)
    type_in(commune, card, "2.1", best_value(row_of(card, "2.1")))
    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)


def test_the_head_hands_in_what_was_on_the_page(commune, card, sign_in):
    press = pressed(sign_in("tt.kt"), card, "submit")
    type_in(commune, card, "2.1", worst_value(row_of(card, "2.1")))

    answer = press()

    assert (answer.status_code, state(card)) == (409, "open")
    assert "1 tiêu chí vừa có người sửa từ khi bạn mở trang (2.1) nên chưa nộp phiếu." in answer.text
    assert (pressed(sign_in("tt.kt"), card, "submit")().status_code, state(card)) == (302, "submitted")


def test_a_file_taken_away_is_a_change_too(commune, card, sign_in):
    file = Evidence.objects.create(
        unit=commune.units["KT"], uploaded_by=commune.people["cv.kt"], original_name="a.pdf", size=1, sha256="0" * 64,
        content_type="application/pdf",
    )  # fmt: skip
    row = row_of(card, "1.1")
    press = pressed(sign_in("tt.kt"), card, "submit")
    set_row_evidence(actor=commune.people["cv.kt"], scorecard_id=card.pk, row_id=row.pk, phase=SELF, evidence=[file])

    assert press().status_code == 409


def test_accepting_the_whole_card_takes_what_was_on_the_page(commune, appraising, sign_in):
    press = pressed(sign_in("vhxh"), appraising, "accept")
    change_again(commune, appraising)

    answer = press()

    assert (answer.status_code, row_of(appraising, "2.1").appraised_points) == (409, None)
    assert "(2.1) nên chưa chấp nhận dòng nào" in answer.text
    assert pressed(sign_in("vhxh"), appraising, "accept")().status_code == 302
    assert row_of(appraising, "2.1").appraised_points == 4


def test_accepting_the_rest_of_an_area_takes_what_was_on_the_page_and_saves_what_was_typed(
    commune, appraising, sign_in
):
    client, address = sign_in("vhxh"), reverse("emulation:scorecard-area", args=[appraising.pk, "II"])
    other = row_of(appraising, "2.2")
    data = form_of(client.get(address).text, has="-version")
    data |= {f"r{other.pk}-count": "1", f"r{other.pk}-note": "Một văn bản bị trả lại", "accept": "1"}
    change_again(commune, appraising)

    answer = client.post(address, data)

    assert answer.status_code == 409
    assert "Đã lưu 1 tiêu chí, chưa chấp nhận các dòng còn lại" in answer.text
    assert (row_of(appraising, "2.1").appraised_points, row_of(appraising, "2.2").appraised_points) == (None, 3)


def test_completing_means_the_points_on_the_page(commune, appraising, sign_in):
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=appraising.pk)
    press = pressed(sign_in("vhxh"), appraising, "complete")
    row = row_of(appraising, "2.2")
    entry = RowEntry(row.pk, row.version, {"count": 1}, "Một văn bản bị trả lại")
    save_appraisal_row(actor=commune.people["vhxh"], scorecard_id=appraising.pk, entry=entry)

    answer = press()

    assert (answer.status_code, state(appraising)) == (409, "submitted")
    assert "(2.2) nên chưa hoàn thành thẩm định" in answer.text
    assert (pressed(sign_in("vhxh"), appraising, "complete")().status_code, state(appraising)) == (302, "appraised")


@pytest.mark.parametrize("seen", ["", "abc", "1:2;drop", "9" * 30 + ":1"])
def test_a_step_without_what_was_seen_is_stale(card, sign_in, seen):
    answer = sign_in("tt.kt").post(
        reverse("emulation:scorecard-submit", args=[card.pk]), {"version": card.version, "seen": seen}
    )
    assert (answer.status_code, state(card)) == (409, "open")


# criteria another unit appraises


@pytest.fixture
def named(commune):
    """A round in appraisal in which Phòng Kinh tế appraises 2.1 of the others."""
    round_ = opened(commune, ("KT", "HCC"))
    Criterion.objects.filter(criteria_set=round_.criteria_set, code="2.1").update(appraiser=commune.units["KT"])
    submitted_all(commune, round_)
    return close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Thử")


def test_accepting_a_card_leaves_the_rows_of_the_named_unit_to_it(commune, named, sign_in):
    card, own = card_of(named, commune, "HCC"), card_of(named, commune, "KT")
    for one in (card, own):
        accept_unchanged(actor=commune.people["vhxh"], scorecard_id=one.pk)

    left = {
        one.pk: [row.criterion.code for row in one.rows.filter(applicable=True, appraised_points=None)]
        for one in (card, own)
    }
    assert left == {card.pk: ["2.1"], own.pk: []}  # nobody appraises the named unit's own scorecard but the reviewer
    page = sign_in("vhxh").get(reverse("emulation:scorecard-detail", args=[card.pk])).text
    assert f"1 tiêu chí do {commune.units['KT'].short_name} thẩm định: 2.1." in page
    assert reverse("emulation:scorecard-accept", args=[card.pk]) not in page


def test_a_stale_row_of_the_named_unit_is_no_matter_of_the_reviewer(commune, named):
    card = card_of(named, commune, "HCC")
    rows = {row.pk: row.version for row in card.rows.filter(applicable=True)}
    row = row_of(card, "2.1")

    assert accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk, seen=rows | {row.pk: 99}) > 0
    other = row_of(card, "2.2")
    card.rows.update(appraised_points=None)
    with pytest.raises(Stale, match=r"\(2\.2\)"):
        accept_unchanged(
            actor=commune.people["vhxh"],
            scorecard_id=card.pk,
            seen={one.pk: one.version for one in card.rows.all()} | {other.pk: 0},
        )


def test_completing_appraisal_two_means_the_points_on_the_page(clock, commune, sign_in):
    reviewer, round_ = commune.people["vhxh"], two_in_appraisal(commune)
    card = card_of(round_, commune, "KT")
    flag_row(actor=reviewer, scorecard_id=card.pk, row_id=row_of(card, "2.1").pk, question="Vì sao?")
    finish_first(round_, commune)
    ask_explanation(actor=reviewer, round_id=round_.pk)
    close_explanation(actor=reviewer, round_id=round_.pk, reason="Đủ")
    keep_first_appraisal(actor=reviewer, scorecard_id=card.pk)
    press = pressed(sign_in("vhxh"), card, "second-complete")
    row = row_of(card, "2.1")
    save_final_row(
        actor=reviewer, scorecard_id=card.pk, entry=RowEntry(row.pk, row.version, worst_value(row), "Không có văn bản")
    )

    answer = press()

    assert (answer.status_code, state(card)) == (409, "explained")
    assert "(2.1) nên chưa hoàn thành thẩm định lần 2" in answer.text
    assert (pressed(sign_in("vhxh"), card, "second-complete")().status_code, state(card)) == (302, "final")
