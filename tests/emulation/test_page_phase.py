"""A page says for which phase it was made: whoever scores and appraises the same scorecard never writes the other's."""

import pytest
from django.urls import reverse

from emulation.locks import APPRAISAL, SELF
from emulation.services import close_self_scoring, withdraw_scorecard
from emulation.services.clock import close_due_rounds
from emulation.services.explanations import ask_explanation, close_explanation, flag_row
from emulation.services.gate import NO_PHASE, require_part_in
from ninhgiang.errors import Refused
from tests.emulation.cycle_kit import days, finish_first, form_of, fresh, two_in_appraisal, two_open, unlock
from tests.emulation.round_walk import file_of
from tests.emulation.test_ended_session import posted_late, signed_in
from tests.emulation.test_ended_session import sign_in as sign_in_again
from tests.emulation.year import card_of, fill, opened, row_of, submitted_all
from units.enums import RoleKind
from units.models import Role

TYPED = "Thiếu ba văn bản"


@pytest.fixture
def card(clock, commune):
    """The scorecard of Phòng VHXH, whose appraiser is an officer of the unit too; self-scoring ends on the next day."""
    unit = commune.units["VHXH"]
    Role.objects.create(user=commune.people["vhxh"], unit=unit, kind=RoleKind.UNIT_STAFF)
    round_ = opened(commune, ("VHXH", "KT"), self_score_until=days(1), appraise_until=days(20))
    submitted_all(commune, round_)
    return card_of(round_, commune, "VHXH")


def area_of(card):
    return reverse("emulation:scorecard-area", args=[card.pk, "II"])


def page_of(client, card):
    """Open the area and type into 2.1; returns what the page sends then."""
    row = row_of(card, "2.1")
    name = f"r{row.pk}"
    sent = form_of(client.get(area_of(card)).text, has=f"{name}-version")
    return sent | {f"{name}-numerator": "3", f"{name}-denominator": "10", f"{name}-note": TYPED}


def columns(card):
    row = row_of(card, "2.1")
    return (row.self_note, row.appraised_points, row.version)


def reopened(commune, card):
    withdraw_scorecard(actor=commune.people["tt.vhxh"], scorecard_id=card.pk)
    return fresh(card)


@pytest.mark.parametrize("by_script", [False, True], ids=["page", "script"])
def test_what_was_typed_while_scoring_is_no_appraisal_after_the_clock_closed(commune, clock, card, sign_in, by_script):
    card = reopened(commune, card)
    sent = page_of(sign_in("vhxh"), card)
    clock.move_to("2026-11-04T00:05:00+07:00")
    close_due_rounds()
    before, client, row = columns(card), sign_in("vhxh"), row_of(card, "2.1")

    if by_script:
        answer = client.post(reverse("emulation:row-save", args=[card.pk, row.pk]), sent | {"seq": "1"})
        said = answer.json()["message"]
    else:
        answer = client.post(area_of(card), sent)
        said = answer.text

    assert (sent["phase"], answer.status_code, columns(card)) == (SELF, 403, before)
    assert "Giai đoạn tự chấm đã đóng" in said
    if not by_script:
        again = form_of(answer.text, has=f"r{row.pk}-version")
        assert (again["phase"], again[f"r{row.pk}-note"]) == (SELF, TYPED)
        assert client.post(area_of(card), again).status_code == 403
        assert columns(card) == before


def test_an_appraisal_typed_before_an_unlock_stays_an_appraisal(commune, clock, card, sign_in):
    clock.move_to("2026-11-04T00:05:00+07:00")
    close_due_rounds()
    client = sign_in("vhxh")
    sent, before = page_of(client, card), columns(card)
    unlock(commune, card)

    answer = client.post(area_of(card), sent)

    assert (sent["phase"], answer.status_code) == (APPRAISAL, 302)
    row = row_of(card, "2.1")
    assert (row.self_note, row.appraisal_reason, row.handed_in) == (before[0], TYPED, None)


@pytest.mark.parametrize("phase", [None, "", "explanation", "khong-co"])
def test_a_page_that_does_not_say_its_phase_saves_nothing_and_keeps_the_text(clock, commune, card, sign_in, phase):
    card = reopened(commune, card)
    client = sign_in("vhxh")
    sent, before, row = page_of(client, card), columns(card), row_of(card, "2.1")
    del sent["phase"]
    sent |= {} if phase is None else {"phase": phase}

    page = client.post(area_of(card), sent)
    alone = client.post(reverse("emulation:row-save", args=[card.pk, row.pk]), sent)

    assert (page.status_code, alone.status_code, columns(card)) == (403, 403, before)
    assert (alone.json()["message"], NO_PHASE in page.text) == (NO_PHASE, True)
    again = form_of(page.text, has=f"r{row.pk}-version")
    assert (again["phase"], again[f"r{row.pk}-note"]) == ("", TYPED)


def test_nobody_reads_a_column_by_naming_its_phase(clock, commune, sign_in):
    round_ = two_in_appraisal(commune)
    row = row_of(card_of(round_, commune, "KT"), "2.1")
    finish_first(round_, commune)
    sent = {"phase": APPRAISAL, f"r{row.pk}-version": str(row.version)}

    answer = sign_in("cv.kt").post(reverse("emulation:row-save", args=[row.scorecard_id, row.pk]), sent)

    assert (answer.status_code, set(answer.json())) == (403, {"message", "fields", "seq"})
    assert "Chỉ Phòng Văn hóa - Xã hội" in answer.json()["message"]


def test_the_queue_of_appraisal_one_is_not_saved_as_appraisal_two(clock, commune, sign_in):
    round_ = two_in_appraisal(commune)
    card, client = card_of(round_, commune, "KT"), sign_in("vhxh")
    row, reviewer = row_of(card, "2.1"), commune.people["vhxh"]
    address = reverse("emulation:appraisal-queue", args=[round_.pk]) + "?don_vi=KT&tieu_chi=2.1"
    sent = form_of(client.get(address).text, has=f"r{row.pk}-version") | {f"r{row.pk}-note": TYPED, "save": "1"}
    sent |= {f"r{row.pk}-numerator": "3", f"r{row.pk}-denominator": "10"}
    flag_row(actor=reviewer, scorecard_id=card.pk, row_id=row.pk, question="Vì sao?")
    finish_first(round_, commune)
    ask_explanation(actor=reviewer, round_id=round_.pk)
    close_explanation(actor=reviewer, round_id=round_.pk, reason="Đủ")

    answer = client.post(address, sent)

    assert (answer.status_code, row_of(card, "2.1").final_points) == (403, None)
    assert "Thẩm định lần 1 đã xong" in answer.text
    assert form_of(answer.text, has=f"r{row.pk}-version")[f"r{row.pk}-note"] == TYPED
    del sent["phase"]
    assert (client.post(address, sent).status_code, row_of(card, "2.1").final_points) == (403, None)


def test_files_chosen_while_scoring_do_not_become_those_of_an_explanation(clock, commune, sign_in):
    round_ = two_open(commune)
    card, file = card_of(round_, commune, "KT"), file_of(commune, "1")
    row, reviewer = row_of(card, "2.1"), commune.people["vhxh"]
    client, address = sign_in("cv.kt"), reverse("emulation:row-evidence", args=[card.pk, row.pk])
    sent = form_of(client.get(address).text, has="was") | {"evidence": [str(file.pk)], f"pages-{file.pk}": "3-5"}
    submitted_all(commune, round_)
    close_self_scoring(actor=reviewer, round_id=round_.pk, reason="Đủ phiếu")
    flag_row(actor=reviewer, scorecard_id=card.pk, row_id=row.pk, question="Vì sao?")
    finish_first(round_, commune)
    ask_explanation(actor=reviewer, round_id=round_.pk)

    answer = client.post(address, sent)

    assert (sent["phase"], answer.status_code, row.evidence_uses.count()) == (SELF, 403, 0)
    assert ("Giai đoạn tự chấm đã đóng" in answer.text, "Sổ theo dõi.pdf (trang 3-5)" in answer.text) == (True, True)
    del sent["phase"]
    assert (client.post(address, sent).status_code, row.evidence_uses.count()) == (403, 0)


def test_a_page_filled_in_again_after_an_ended_session_keeps_its_phase(clock, commune):
    """More of it: tests/emulation/test_ended_session.py."""
    Role.objects.create(user=commune.people["vhxh"], unit=commune.units["VHXH"], kind=RoleKind.UNIT_STAFF)
    round_ = opened(commune, ("VHXH", "KT"), self_score_until=days(1), appraise_until=days(20))
    card = card_of(round_, commune, "VHXH")
    fill(card, commune.people["tt.vhxh"])
    client = signed_in("vhxh")
    sent, row = page_of(client, card), row_of(card, "2.1")
    clock.move_to("2026-11-04T00:05:00+07:00")
    close_due_rounds()
    place = posted_late(client, clock, area_of(card), sent)

    page = sign_in_again(client, "vhxh", place.removeprefix(reverse("units:sign-in")))
    again = form_of(page.text, has=f"r{row.pk}-version")

    assert (again["phase"], again[f"r{row.pk}-note"].strip()) == (SELF, TYPED)
    assert client.post(area_of(card), again).status_code == 403
    assert row_of(card, "2.1").appraised_points is None


def test_the_gate_refuses_a_phase_that_is_not_the_persons(clock, commune, card):
    for who, phase in (("tt.kt", SELF), ("cv.kt", APPRAISAL), ("vanphong", APPRAISAL), ("vhxh", "")):
        with pytest.raises(Refused):
            require_part_in(commune.people[who], card, phase)
    for phase in (SELF, APPRAISAL):
        require_part_in(commune.people["vhxh"], card, phase)
