"""The explanation window: what counts is what the head sent, and nothing that was typed is lost."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from emulation.enums import ScorecardState
from emulation.locks import EXPLANATION
from emulation.models import Round, Scorecard, ScorecardRow, SecondCheck
from emulation.services import (
    RowEntry,
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    save_appraisal_row,
    save_self_row,
)
from emulation.services.clock import close_due_rounds
from emulation.services.computed import counted_now
from emulation.services.explanations import (
    ask_explanation,
    close_explanation,
    flag_row,
    save_answers,
    submit_explanation,
    withdraw_explanation,
)
from emulation.services.rows import save_final_row
from emulation.services.second_appraisal import complete_second_appraisal
from emulation.services.unlocks import unlock_scorecard
from emulation.snapshots import recompute_card
from emulation.todo import scoring_items
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError
from reform_tasks.models import Occurrence
from reform_tasks.services import Draft, accept_report, submit_report
from tests.emulation.cycle_kit import form_of
from tests.emulation.year import best_value, card_of, opened, row_of, submitted_all, worst_value

CODES = ("2.1", "2.2")


def appraising(commune):
    """Return a round of KT alone in appraisal 1, with an explanation window until 16/11."""
    round_ = opened(
        commune,
        ("KT",),
        self_score_until=today() + timedelta(days=3),
        appraise_until=today() + timedelta(days=10),
        explain_until=today() + timedelta(days=14),
        reappraise_until=today() + timedelta(days=20),
    )
    submitted_all(commune, round_)
    return close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Đã nộp")


@pytest.fixture
def card(clock, commune):
    """KT's scorecard, appraised, with two lowered rows it is asked to explain until 16/11."""
    reviewer, round_ = commune.people["vhxh"], appraising(commune)
    card = card_of(round_, commune, "KT")
    for code in CODES:
        row = row_of(card, code)
        entry = RowEntry(row.pk, row.version, worst_value(row), "Chưa thấy văn bản")
        save_appraisal_row(actor=reviewer, scorecard_id=card.pk, entry=entry)
        flag_row(actor=reviewer, scorecard_id=card.pk, row_id=row.pk, question="Văn bản nào?")
    accept_unchanged(actor=reviewer, scorecard_id=card.pk)
    complete_appraisal(actor=reviewer, scorecard_id=card.pk)
    ask_explanation(actor=reviewer, round_id=round_.pk)
    return card_of(round_, commune, "KT")


def write(commune, card, texts, who="cv.kt"):
    rows = {code: row_of(card, code) for code in texts}
    answers = {row.pk: (row.version, texts[code]) for code, row in rows.items()}
    return save_answers(actor=commune.people[who], scorecard_id=card.pk, answers=answers)


def send(commune, card):
    return submit_explanation(actor=commune.people["tt.kt"], scorecard_id=card.pk)


def send_with_texts(commune, card):
    write(commune, card, dict.fromkeys(CODES, "Đã có văn bản"))
    return send(commune, card)


def close(commune, card):
    close_explanation(actor=commune.people["vhxh"], round_id=card.round_id, reason="Đã đủ")


def unlock(commune, card, row=None):
    unlock_scorecard(
        actor=commune.people["pct"],
        scorecard_id=card.pk,
        phase=EXPLANATION,
        until=timezone.now() + timedelta(hours=2),
        reason="Bổ sung",
        row_id=row.pk if row else None,
    )


def appraise(commune, card, code, reason="Theo giải trình"):
    row = row_of(card, code)
    entry = RowEntry(row.pk, row.version, best_value(row), reason)
    return save_final_row(actor=commune.people["vhxh"], scorecard_id=card.pk, entry=entry)


def test_what_staff_typed_counts_once_the_head_sends_it(card, commune):
    write(commune, card, {"2.1": "Kế hoạch số 12", "2.2": "Báo cáo số 9"})
    assert [row_of(card, code).answer for code in CODES] == ["", ""]

    send(commune, card)
    assert [row_of(card, code).answer for code in CODES] == ["Kế hoạch số 12", "Báo cáo số 9"]

    withdraw_explanation(actor=commune.people["tt.kt"], scorecard_id=card.pk)
    row = row_of(card, "2.1")
    assert (row.answer, row.answer_draft) == ("", "Kế hoạch số 12")


def test_what_the_head_did_not_send_does_not_count_when_the_day_is_over(card, commune, clock, sign_in):
    write(commune, card, {"2.1": "Chưa ai gửi"})
    clock.move_to("2026-11-17T00:10:00+07:00")
    close_due_rounds()

    assert row_of(card, "2.1").answer == ""
    url = reverse("emulation:explanation", args=[card.pk])
    assert "Chưa ai gửi" not in sign_in("vhxh").get(url).text
    assert "Bản chưa gửi" in sign_in("cv.kt").get(url).text


def test_an_answer_changed_under_an_unlock_and_not_sent_changes_nothing(card, commune, clock):
    write(commune, card, dict.fromkeys(CODES, "Bản một"))
    send(commune, card)
    close(commune, card)
    for code in CODES:
        appraise(commune, card, code)
    unlock(commune, card)
    write(commune, card, {"2.1": "Bản hai, trái ngược"})
    clock.shift(timedelta(hours=3))

    done = complete_second_appraisal(actor=commune.people["vhxh"], scorecard_id=card.pk)

    assert done.state == ScorecardState.FINAL
    told = {row["code"]: row["answer"] for row in done.snapshot["rows"]}
    assert told["2.1"] == "Bản một"


def test_an_answer_sent_again_takes_its_second_appraisal_away(card, commune):
    write(commune, card, dict.fromkeys(CODES, "Bản một"))
    send(commune, card)
    close(commune, card)
    for code in CODES:
        appraise(commune, card, code)
    unlock(commune, card)
    write(commune, card, {"2.1": "Bản hai, trái ngược"})
    send(commune, card)

    row, other = row_of(card, "2.1"), row_of(card, "2.2")
    assert (row.answer, row.final_points, row.final_value, row.final_reason, row.final_by) == (
        "Bản hai, trái ngược",
        None,
        None,
        "",
        None,
    )
    assert (other.answer, other.final_points) == ("Bản một", other.max_points)
    with pytest.raises(DomainError, match=r"Còn 1 tiêu chí chưa thẩm định lần 2: 2\.1"):
        complete_second_appraisal(actor=commune.people["vhxh"], scorecard_id=card.pk)


def test_of_an_unlocked_row_only_that_row_is_asked_and_sent(card, commune):
    close(commune, card)
    unlock(commune, card, row_of(card, "2.1"))
    with pytest.raises(DomainError, match="không nằm trong phần đang được mở"):
        write(commune, card, {"2.2": "Ngoài phần mở"})
    with pytest.raises(DomainError, match=r"Còn 1 tiêu chí chưa giải trình: 2\.1"):
        send(commune, card)
    write(commune, card, {"2.1": "Bổ sung"})
    send(commune, card)

    assert [row_of(card, code).answer for code in CODES] == ["Bổ sung", ""]


# the page


def typed_of(client, card):
    """Return what a browser would post from the page as it stands, without a button."""
    form = client.get(reverse("emulation:explanation", args=[card.pk])).context["form"]
    return {field.html_name: field.value() for field in form}


def named(card, code):
    return f"answer_{row_of(card, code).pk}"


def test_a_colleagues_answer_is_shown_beside_mine_and_nothing_else_is_lost(card, commune, sign_in):
    head, url = sign_in("tt.kt"), reverse("emulation:explanation", args=[card.pk])
    typed = typed_of(head, card) | {named(card, "2.1"): "Bản của thủ trưởng", named(card, "2.2"): "Giải trình rất dài"}
    write(commune, card, {"2.1": "Bản của chuyên viên"})

    answer = head.post(url, typed | {"save": "1"})

    assert answer.status_code == 409
    for text in ("Bản của chuyên viên", "Bản của thủ trưởng", "Giải trình rất dài"):
        assert text in answer.text
    assert [row_of(card, code).answer_draft for code in CODES] == ["Bản của chuyên viên", ""]
    again = {field.html_name: field.value() for field in answer.context["form"]}
    assert head.post(url, again | {"save": "1"}).status_code == 302
    assert [row_of(card, code).answer_draft for code in CODES] == ["Bản của thủ trưởng", "Giải trình rất dài"]


def test_sending_with_a_gap_saves_nothing_and_goes_on_from_the_same_page(card, sign_in):
    head, url = sign_in("tt.kt"), reverse("emulation:explanation", args=[card.pk])

    answer = head.post(url, typed_of(head, card) | {named(card, "2.1"): "Lần một", "submit": "1"})

    assert (answer.status_code, "Còn 1 tiêu chí chưa giải trình: 2.2" in answer.text) == (422, True)
    assert row_of(card, "2.1").answer_draft == ""
    again = {field.html_name: field.value() for field in answer.context["form"]}
    assert again[named(card, "2.1")] == "Lần một"
    done = head.post(url, again | {named(card, "2.1"): "Lần hai", named(card, "2.2"): "Báo cáo số 9", "submit": "1"})
    assert done.status_code == 302
    assert [row_of(card, code).answer for code in CODES] == ["Lần hai", "Báo cáo số 9"]
    assert Scorecard.objects.get(pk=card.pk).state == ScorecardState.EXPLAINED


@pytest.mark.parametrize("button", ["save", "submit"])
def test_what_was_typed_while_the_window_closed_stays_on_the_page(card, commune, sign_in, button):
    head, url = sign_in("tt.kt"), reverse("emulation:explanation", args=[card.pk])
    typed = typed_of(head, card) | {named(card, "2.1"): "Giải trình dài hai trang"}
    close(commune, card)

    answer = head.post(url, typed | {button: "1"})

    assert (answer.status_code, "Giải trình dài hai trang" in answer.text) == (403, True)
    assert "Giai đoạn giải trình đã đóng" in answer.text
    assert f'name="{button}"' not in answer.text


def test_a_row_locked_meanwhile_is_told_at_its_place_and_keeps_its_text(card, commune, sign_in, clock):
    close(commune, card)
    unlock(commune, card)
    head, url = sign_in("tt.kt"), reverse("emulation:explanation", args=[card.pk])
    typed = typed_of(head, card) | {named(card, "2.1"): "Dòng còn mở", named(card, "2.2"): "Dòng vừa khóa"}
    card.unlocks.update(row=row_of(card, "2.1"))

    answer = head.post(url, typed | {"save": "1"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [named(card, "2.2")])
    assert "Dòng vừa khóa" in answer.text


def test_a_file_added_meanwhile_is_no_conflict(card, sign_in):
    head, url = sign_in("tt.kt"), reverse("emulation:explanation", args=[card.pk])
    typed = typed_of(head, card) | {named(card, "2.1"): "Kèm tệp vừa tải"}
    ScorecardRow.objects.filter(scorecard=card).update(version=F("version") + 1)

    assert head.post(url, typed | {"save": "1"}).status_code == 302
    assert row_of(card, "2.1").answer_draft == "Kèm tệp vừa tải"


@pytest.mark.parametrize("broken", ["", "x", "0", "99"])
def test_a_broken_version_is_a_conflict_or_an_error_never_a_failure(card, commune, sign_in, broken):
    head, url, row = sign_in("tt.kt"), reverse("emulation:explanation", args=[card.pk]), row_of(card, "2.1")
    write(commune, card, {"2.1": "Đã có"})
    answer = head.post(url, {named(card, "2.1"): "Ghi đè", f"version_{row.pk}": broken, "save": "1"})

    assert (answer.status_code in (409, 422), "Ghi đè" in answer.text) == (True, True)
    assert row_of(card, "2.1").answer_draft == "Đã có"


def test_only_rows_that_were_asked_about_are_unlocked_for_explaining(card, commune, sign_in):
    send_with_texts(commune, card)
    close(commune, card)
    given = {"phase": "explanation", "row_id": row_of(card, "1.1").pk, "until": "10/11/2026", "reason": "Bổ sung"}
    leader, address = sign_in("pct"), reverse("emulation:scorecard-unlock", args=[card.pk])

    answer = leader.post(address, given)

    assert (answer.status_code, card.unlocks.count()) == (422, 0)
    assert "Tiêu chí 1.1 không nằm trong yêu cầu giải trình" in answer.text
    assert "Bổ sung" in answer.text
    assert leader.post(address, given | {"row_id": row_of(card, "2.1").pk}).status_code == 302
    (item,) = scoring_items(commune.people["cv.kt"])
    assert item.title == f"Giải trình phần được mở khóa: {card.round.name}"
    assert "tiêu chí 2.1 đến 23:59 10/11/2026. Lý do: Bổ sung" in item.detail
    assert sign_in("cv.kt").get(item.url).context["writable"] is True


def test_a_window_closed_before_its_day_offers_no_taking_back(card, commune, sign_in):
    head, address = sign_in("tt.kt"), reverse("emulation:explanation", args=[card.pk])
    send_with_texts(commune, card)
    assert "Rút giải trình để sửa" in head.get(address).text
    close(commune, card)

    assert "Rút giải trình để sửa" not in head.get(address).text
    withdraw = reverse("emulation:explanation-withdraw", args=[card.pk])
    assert "đề nghị lãnh đạo UBND xã" in head.post(withdraw, {"version": 1}).text
    unlock(commune, card)
    assert "Phần đang được mở khóa thì sửa ngay" in head.post(withdraw, {"version": 1}).text


def test_of_two_questions_to_a_unit_the_second_is_told_of_the_first(clock, commune, sign_in):
    card = card_of(appraising(commune), commune, "KT")
    row, client = row_of(card, "2.1"), sign_in("vhxh")
    address = reverse("emulation:row-question", args=[card.pk, row.pk])
    sent = form_of(client.get(address).text, has="question")
    flag_row(actor=commune.people["vhxh"], scorecard_id=card.pk, row_id=row.pk, question="Câu hỏi thứ nhất")

    for question in ("Câu hỏi thứ hai", ""):
        answer = client.post(address, sent | {"question": question})
        assert (answer.status_code, row_of(card, "2.1").question) == (409, "Câu hỏi thứ nhất")
        assert "Câu hỏi thứ nhất" in answer.text
        assert question in answer.text
    assert "tiêu chí 2.1 của Phòng Kinh tế" in answer.text
    assert client.post(address, sent | {"question": "Câu hỏi thứ nhất"}).status_code == 302  # the same is no conflict
    again = form_of(client.get(address).text, has="question")
    assert client.post(address, again | {"question": "Câu hỏi thứ hai"}).status_code == 302
    assert row_of(card, "2.1").question == "Câu hỏi thứ hai"


def test_the_home_page_says_to_send_the_questions_before_ranking(clock, commune):
    reviewer, round_ = commune.people["vhxh"], appraising(commune)
    card = card_of(round_, commune, "KT")
    flag_row(actor=reviewer, scorecard_id=card.pk, row_id=row_of(card, "2.1").pk, question="Vì sao?")
    accept_unchanged(actor=reviewer, scorecard_id=card.pk)
    complete_appraisal(actor=reviewer, scorecard_id=card.pk)

    assert [item.title for item in scoring_items(reviewer)] == [f"Gửi yêu cầu giải trình: {round_.name}"]
    ScorecardRow.objects.update(flagged=False)
    assert [item.title for item in scoring_items(reviewer)] == [f"Xếp hạng: {round_.name}"]


def test_a_question_typed_for_a_scorecard_closed_meanwhile_is_shown_again(card, sign_in):
    row = row_of(card, "2.1")
    url = reverse("emulation:row-question", args=[card.pk, row.pk])

    answer = sign_in("vhxh").post(url, {"question": "Câu hỏi dài đã gõ"})

    assert (answer.status_code, "Câu hỏi dài đã gõ" in answer.text) == (403, True)


# rows computed from tasks


@pytest.fixture
def computed(commune, clock, plan):
    """A flagged row counted from tasks, in appraisal 2."""
    reviewer, round_ = commune.people["vhxh"], appraising(commune)
    row = row_of(card_of(round_, commune, "KT"), "1.2")
    flag_row(actor=reviewer, scorecard_id=row.scorecard_id, row_id=row.pk, question="Nhiệm vụ nào chậm?")
    accept_unchanged(actor=reviewer, scorecard_id=row.scorecard_id)
    complete_appraisal(actor=reviewer, scorecard_id=row.scorecard_id)
    ask_explanation(actor=reviewer, round_id=round_.pk)
    close_explanation(actor=reviewer, round_id=round_.pk, reason="Đã nghe")
    assert (row.criterion.source, row.facts["due"] > 0) == ("tasks", True)
    return row_of(card_of(round_, commune, "KT"), "1.2")


def test_a_computed_row_is_typed_in_appraisal_two_with_a_reason(computed, commune, sign_in):
    url = reverse("emulation:row-save", args=[computed.scorecard_id, computed.pk])
    name = f"r{computed.pk}"
    typed = {
        "phase": "reappraisal",
        f"{name}-version": computed.version,
        f"{name}-was": "",
        f"{name}-numerator": "1",
        f"{name}-denominator": "1",
    }
    reviewer = sign_in("vhxh")

    page = reviewer.get(reverse("emulation:scorecard-area", args=[computed.scorecard_id, "I"])).text
    assert f'name="{name}-numerator"' in page
    assert reviewer.post(url, typed).status_code == 422  # other points than appraisal 1 need a reason
    assert reviewer.post(url, typed | {f"{name}-note": "Đã có báo cáo"}).status_code == 200

    row = row_of(computed.scorecard, "1.2")
    assert (row.final_points, row.final_reason) == (row.max_points, "Đã có báo cáo")
    done = complete_second_appraisal(actor=commune.people["vhxh"], scorecard_id=computed.scorecard_id)
    assert recompute_card(done.snapshot) == done.snapshot


def test_a_computed_row_is_still_not_typed_by_the_unit_or_in_appraisal_one(computed, commune):
    entry = RowEntry(computed.pk, computed.version, {"numerator": 1, "denominator": 1}, "x")
    for save in (save_self_row, save_appraisal_row):
        Round.objects.update(state="self_scoring" if save is save_self_row else "appraisal")
        Scorecard.objects.update(state="open" if save is save_self_row else "submitted")
        who = "tt.kt" if save is save_self_row else "vhxh"
        with pytest.raises(DomainError, match="không nhập tay"):
            save(actor=commune.people[who], scorecard_id=computed.scorecard_id, entry=entry)


def test_flagged_rows_are_counted_again_from_tasks(computed, commune, sign_in):
    occurrence = Occurrence.objects.get(pk=computed.facts["items"][0]["occurrence"])
    assert computed.facts["items"][0]["verdict"] == "missing"
    sent = submit_report(
        actor=commune.people["tt.kt"], occurrence=occurrence, draft=Draft("done", "Kết quả"), version=0
    )
    accept_report(actor=commune.people["vhxh"], occurrence=occurrence, version=sent.version)
    expected = counted_now(ScorecardRow.objects.select_related("criterion", "scorecard").get(pk=computed.pk))

    page = sign_in("vhxh").post(reverse("emulation:second-recount", args=[computed.scorecard_id]), follow=True)

    row = row_of(computed.scorecard, "1.2")
    assert "Đã tính lại 1 tiêu chí từ nhiệm vụ." in page.text
    assert (row.final_value, row.final_points, row.facts) == (
        expected.self_value,
        expected.self_points,
        expected.facts,
    )
    assert row.final_value["numerator"] == computed.appraised_value["numerator"] + 1
    assert row.final_reason == "Tính lại từ nhiệm vụ đến 01/11/2026."
    assert (row.appraised_value, row.version) == (computed.appraised_value, computed.version + 1)


def test_the_data_migration_takes_what_was_typed_as_drafts_and_back(card, commune):
    migration = import_module("emulation.migrations.0008_appeals_and_second_checks")
    rows, reviewer = card.rows.filter(flagged=True), commune.people["vhxh"]
    rows.update(answer="Đã ghi trước khi nâng cấp")
    kept, mixed = SecondCheck.objects.bulk_create([SecondCheck(row=row, points=1) for row in rows])
    SecondCheck.objects.filter(pk=kept.pk).update(checked_by=commune.people["pct"])
    SecondCheck.objects.filter(pk=mixed.pk).update(checked_by=reviewer)  # one person in both columns

    migration.fill(apps, None)

    assert set(rows.values_list("answer", "answer_draft")) == {("", "Đã ghi trước khi nâng cấp")}
    first = SecondCheck.objects.get(pk=kept.pk)
    assert (first.first_points, first.first_by, first.self_value) == (0, reviewer, first.row.self_value)
    assert SecondCheck.objects.get(pk=mixed.pk).first_points is None
    migration.unfill(apps, None)
    assert set(rows.values_list("answer", flat=True)) == {"Đã ghi trước khi nâng cấp"}
