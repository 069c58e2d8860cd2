"""Appeals as users of other systems asked for them (peers.md 3), and the office's own corrections."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from emulation.enums import AppealSource, AppealState
from emulation.models import Appeal, Criterion, PublishedVersion, RankingEntry, RowEvidence
from emulation.queries.appeals import visible_appeals
from emulation.services import publish_new_version, publish_ranking
from emulation.services.appeal_records import confirm_appeal, note_appeal, propose_correction, record_appeal
from emulation.services.appeals import answer_due, decide_appeal, file_appeal, reopen_appeal, withdraw_appeal
from emulation.services.proof import check_published_versions
from emulation.todo import scoring_items
from ninhgiang.calendar import NO_SPECIAL_DAYS, today
from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.models import Evidence
from tests.emulation.year import best_value, card_of, ranked, row_of, worst_value
from units.models import AuditEntry, Notification

LAST_DAY = "2026-11-09"  # five working days after Monday 02/11


@pytest.fixture
def round_(clock, commune):
    """A published round of two units with full marks."""
    found = ranked(commune, ("KT", "HCC"))
    publish_ranking(actor=commune.people["pct"], round_id=found.pk, decision_number="25/QĐ-UBND", decision_on=today())
    found.refresh_from_db()
    clock.shift(timedelta(minutes=5))
    return found


@pytest.fixture
def card(round_, commune):
    return card_of(round_, commune, "KT")


def appeal(commune, card, code="2.1", text="Đã có văn bản trong kho minh chứng."):
    row_id = row_of(card, code).pk if code else None
    return file_appeal(actor=commune.people["tt.kt"], scorecard_id=card.pk, text=text, row_id=row_id)


def decide(commune, one, who="vhxh", *, accepted=True, answer="Công nhận.", **given):
    return decide_appeal(actor=commune.people[who], appeal_id=one.pk, accepted=accepted, answer=answer, **given)


def reopen(commune, one, who="vhxh", reason="Bấm nhầm"):
    return reopen_appeal(actor=commune.people[who], appeal_id=one.pk, reason=reason)


def record(commune, card, who="vanphong", **given):
    given = {
        "source": AppealSource.PHONE,
        "text": "Thủ trưởng gọi lúc 8 giờ.",
        "row_id": row_of(card, "2.1").pk,
    } | given
    return record_appeal(actor=commune.people[who], scorecard_id=card.pk, **given)


def correct(commune, card, who="vhxh", code="2.1", value=None, text="Cộng nhầm dòng"):
    row = row_of(card, code)
    return propose_correction(
        actor=commune.people[who], scorecard_id=card.pk, row_id=row.pk, text=text, value=value or worst_value(row)
    )


def republish(commune, round_):
    return publish_new_version(
        actor=commune.people["pct"],
        round_id=round_.pk,
        reason="Giải quyết kiến nghị",
        decision_number="40/QĐ-UBND",
        decision_on=today(),
    )


def url_of(one, name="detail"):
    return reverse(f"emulation:appeal-{name}", args=[one.pk])


# until when


def test_the_scorecard_says_until_when_the_unit_may_appeal(card, sign_in, clock):
    url = reverse("emulation:scorecard-detail", args=[card.pk])
    for moment, said in (
        ("2026-11-04T09:00:00+07:00", "đến hết thứ Hai, 09/11/2026 (còn 3 ngày làm việc)"),
        (f"{LAST_DAY}T23:00:00+07:00", "(hôm nay là ngày cuối)"),
        ("2026-11-10T00:00:00+07:00", "Hạn kiến nghị đã hết vào cuối ngày thứ Hai, 09/11/2026. Kiến nghị muộn"),
    ):
        clock.move_to(moment)
        for who in ("tt.kt", "cv.kt", "vhxh", "pct"):
            assert said in sign_in(who).get(url).text


def test_the_leader_lets_units_read_first(commune, clock, sign_in):
    round_ = ranked(commune, ("KT", "HCC"))
    first_day = {"version": round_.version, "decision_number": "25/QĐ-UBND", "decision_on": "02/11/2026"}
    step, leader = reverse("emulation:round-step", args=[round_.pk, "publish"]), sign_in("pct")
    for day, message in (("01/11/2026", "không được trước hôm nay"), ("03/12/2026", "quá 30 ngày")):
        answer = leader.post(step, first_day | {"appeals_from": day})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["appeals_from"])
        assert message in answer.text
        assert f'value="{day}"' in answer.text
    assert leader.post(step, first_day | {"appeals_from": "05/11/2026"}).status_code == 302
    card = card_of(round_, commune, "KT")
    page, url = (reverse(f"emulation:{name}", args=[card.pk]) for name in ("scorecard-detail", "appeal-create"))
    days = "từ thứ Năm, 05/11/2026 đến hết thứ Tư, 11/11/2026"

    for when, opened in (("2026-11-04T23:59:00+07:00", False), ("2026-11-05T00:00:00+07:00", True)):
        clock.move_to(when)
        head = sign_in("tt.kt")
        text = head.get(page).text
        assert (days in text, url in text, "hãy xem kỹ từng điểm" in text) == (True, opened, not opened)
        assert head.get(url).status_code == (200 if opened else 403)
        record_url = reverse("emulation:appeal-record", args=[card.pk])
        assert (record_url in sign_in("vhxh").get(page).text) is opened
        assert sign_in("vhxh").get(record_url).status_code == (200 if opened else 403)
    clock.move_to("2026-11-11T23:59:00+07:00")
    assert appeal(commune, card).state == AppealState.FILED
    clock.move_to("2026-11-12T00:00:00+07:00")
    with pytest.raises(Refused, match="đã hết vào cuối ngày thứ Tư, 11/11/2026"):
        appeal(commune, card, code="2.2")


def test_an_early_appeal_is_refused_with_the_day_it_can_be_sent(commune, clock):
    round_ = ranked(commune, ("KT", "HCC"))
    publish_ranking(
        actor=commune.people["pct"],
        round_id=round_.pk,
        decision_number="25/QĐ-UBND",
        decision_on=today(),
        appeals_from=today() + timedelta(days=5),
    )
    with pytest.raises(Refused, match=r"từ thứ Bảy, 07/11/2026 đến hết thứ Sáu, 13/11/2026"):
        appeal(commune, card_of(round_, commune, "KT"))


def test_after_the_last_day_there_is_no_form_and_what_was_typed_is_not_lost(card, sign_in, clock):
    url = reverse("emulation:appeal-create", args=[card.pk])
    clock.move_to("2026-11-10T00:00:00+07:00")
    head = sign_in("tt.kt")

    assert (head.get(url).status_code, 'name="text"' in head.get(url).text) == (403, False)
    answer = head.post(url, {"row_id": str(row_of(card, "2.1").pk), "text": "Nội dung dài gõ lúc nửa đêm"})

    assert answer.status_code == 403
    for text in ("Nội dung dài gõ lúc nửa đêm", "2.1.", "lãnh đạo UBND xã ghi nhận"):
        assert text in answer.text
    assert url not in head.get(reverse("emulation:scorecard-detail", args=[card.pk])).text


def test_the_reply_stays_readable_after_the_last_day(card, commune, sign_in, clock):
    one = appeal(commune, card)
    decide(commune, one, accepted=False, answer="Văn bản ký sau kỳ.")
    clock.shift(timedelta(days=60))

    assert "Văn bản ký sau kỳ." in sign_in("cv.kt").get(url_of(one)).text


@pytest.mark.parametrize("who", ["cv.kt", "vanphong", "pct"])
def test_who_may_not_file_is_told_of_the_ways_there_are(card, commune, who):
    with pytest.raises(Refused, match="Thủ trưởng có thể gọi điện"):
        file_appeal(actor=commune.people[who], scorecard_id=card.pk, text="x")


# a slip of the hand


@pytest.mark.parametrize("who", ["vhxh", "pct"])
def test_a_decision_made_by_mistake_is_opened_again_with_a_reason(card, commune, sign_in, clock, who):
    one = appeal(commune, card)
    decide(commune, one, accepted=False, answer="Không có căn cứ")
    clock.move_to("2026-12-01T09:00:00+07:00")

    again = reopen(commune, one, who)

    assert (again.state, again.answer, again.decided_by, again.decided_at) == (AppealState.FILED, "", None, None)
    assert answer_due(again, NO_SPECIAL_DAYS) == today() + timedelta(days=7)
    assert AuditEntry.objects.filter(action="reopen_appeal").get().reason == "Bấm nhầm"
    page = sign_in("tt.kt").get(url_of(one)).text
    assert "Lý do: Bấm nhầm" in page
    assert "Trả lời trước đó: Không có căn cứ" in page
    assert decide(commune, one, value=best_value(row_of(card, "2.1"))).state == AppealState.ACCEPTED


def test_an_appeal_withdrawn_by_mistake_is_opened_again_after_the_last_day(card, commune, clock):
    one = appeal(commune, card)
    withdraw_appeal(actor=commune.people["tt.kt"], appeal_id=one.pk)
    clock.move_to("2026-11-10T08:00:00+07:00")

    assert reopen(commune, one).state == AppealState.FILED


def test_only_those_who_decide_open_again_and_never_without_a_reason(card, commune):
    one = appeal(commune, card)
    with pytest.raises(DomainError, match="không còn thực hiện được"):
        reopen(commune, one)
    decide(commune, one, accepted=False)
    for who in ("tt.kt", "cv.kt", "vanphong", "quantri", "tt.hcc"):
        with pytest.raises(Refused):
            reopen(commune, one, who)
    with pytest.raises(DomainError) as refusal:
        reopen(commune, one, reason="")
    assert refusal.value.field == "reason"


def test_an_acceptance_taken_back_gives_the_row_what_stood_there(card, commune):
    row, one = row_of(card, "2.1"), appeal(commune, card)
    decide(commune, one, value=worst_value(row), lower=True)
    assert row_of(card, "2.1").result_points == 0

    reopen(commune, one)

    fresh = row_of(card, "2.1")
    assert (fresh.final_points, fresh.final_value, fresh.final_reason, fresh.result_points) == (None, None, "", 4)
    with pytest.raises(DomainError, match="kết quả không đổi"):
        republish(commune, card.round)


def test_an_accepted_appeal_says_whether_the_published_result_counts_it_yet(card, commune, sign_in, round_):
    one = appeal(commune, card)
    decide(commune, one, value=worst_value(row_of(card, "2.1")), lower=True)
    waiting = sign_in("tt.kt").get(url_of(one)).text
    republish(commune, round_)
    counted = sign_in("tt.kt").get(url_of(one)).text

    to_come, done = "thay đổi khi lãnh đạo UBND xã công bố bản mới", "đã tính vào kết quả đang công bố"
    assert (to_come in waiting, done in waiting) == (True, False)
    assert (to_come in counted, done in counted) == (False, True)


def test_an_acceptance_that_was_published_is_not_taken_back(card, commune, round_):
    one = appeal(commune, card)
    decide(commune, one, value=worst_value(row_of(card, "2.1")), lower=True)
    republish(commune, round_)

    with pytest.raises(DomainError, match="ghi đề nghị đính chính"):
        reopen(commune, one)
    assert row_of(card, "2.1").result_points == 0


def test_of_two_decisions_on_one_row_the_later_is_taken_back_first(card, commune, clock):
    one = appeal(commune, card)
    decide(commune, one, value={"numerator": 8, "denominator": 10}, lower=True)
    clock.shift(timedelta(hours=1))
    later = correct(commune, card)
    decide(commune, later, "pct")
    with pytest.raises(DomainError, match="đã có quyết định sau đó"):
        reopen(commune, one)

    reopen(commune, later, "pct")
    assert row_of(card, "2.1").result_points == Decimal("3.20")
    reopen(commune, one)
    assert row_of(card, "2.1").result_points == 4


def test_what_was_filed_anew_is_not_joined_by_the_old_one(card, commune):
    first = appeal(commune, card)
    withdraw_appeal(actor=commune.people["tt.kt"], appeal_id=first.pk)
    appeal(commune, card)

    with pytest.raises(DomainError, match="đã có kiến nghị khác"):
        reopen(commune, first)


def test_opening_again_without_a_reason_shows_the_page_with_the_message(card, commune, sign_in):
    one = appeal(commune, card)
    decide(commune, one, accepted=False)
    version = Appeal.objects.get(pk=one.pk).version

    answer = sign_in("vhxh").post(url_of(one, "reopen"), {"mo-lai-text": "  ", "version": version})

    assert (answer.status_code, "Hãy ghi lý do mở lại." in answer.text) == (422, True)
    stale = sign_in("vhxh").post(url_of(one, "reopen"), {"mo-lai-text": "Lý do đã gõ", "version": version - 1})
    assert (stale.status_code, "Lý do đã gõ" in stale.text) == (409, True)


# for somebody who phoned


@pytest.mark.parametrize("who", ["vanphong", "vhxh", "pct"])
def test_an_appeal_phoned_in_is_marked_and_confirmed_by_the_head(card, commune, sign_in, who):
    one = record(commune, card, who)
    head = sign_in("tt.kt")

    page = head.get(url_of(one)).text
    assert "Ghi nhận qua điện thoại" in page
    assert "Thủ trưởng đơn vị chưa xác nhận" in page
    assert any("Xác nhận kiến nghị" in item.title for item in scoring_items(commune.people["tt.kt"]))
    assert head.post(url_of(one, "confirm"), {"version": one.version}).status_code == 302

    one.refresh_from_db()
    assert (one.filed_by, one.confirmed_by) == (commune.people[who], commune.people["tt.kt"])
    assert "xác nhận lúc" in head.get(url_of(one)).text
    assert not any("Xác nhận kiến nghị" in item.title for item in scoring_items(commune.people["tt.kt"]))


def test_only_the_head_confirms_once_and_only_what_was_phoned_in(card, commune):
    one = record(commune, card)
    for who in ("cv.kt", "vhxh", "pct", "tt.hcc"):
        with pytest.raises(Refused):
            confirm_appeal(actor=commune.people[who], appeal_id=one.pk)
    with pytest.raises(Stale):
        confirm_appeal(actor=commune.people["tt.kt"], appeal_id=one.pk, version=9)
    confirm_appeal(actor=commune.people["tt.kt"], appeal_id=one.pk)
    with pytest.raises(DomainError, match="không còn chờ xác nhận"):
        confirm_appeal(actor=commune.people["tt.kt"], appeal_id=one.pk)
    paper = record(commune, card, source=AppealSource.PAPER, row_id=row_of(card, "2.2").pk)
    with pytest.raises(DomainError, match="không còn chờ xác nhận"):
        confirm_appeal(actor=commune.people["tt.kt"], appeal_id=paper.pk)


@pytest.mark.parametrize("who", ["tt.kt", "cv.kt", "quantri", "hoidong1", "ttdv"])
def test_others_do_not_write_down_appeals(card, commune, who):
    with pytest.raises(Refused):
        record(commune, card, who)


def test_the_form_for_a_caller_stands_on_the_scorecard(card, sign_in, commune):
    office, url = sign_in("vanphong"), reverse("emulation:appeal-record", args=[card.pk])
    assert url in office.get(reverse("emulation:scorecard-detail", args=[card.pk])).text
    assert "late_reason" not in office.get(url).text

    answer = office.post(url, {"source": "phone", "text": "Gọi lúc 8 giờ", "wanted_points": "3,555", "row_id": ""})
    assert (answer.status_code, "Gọi lúc 8 giờ" in answer.text) == (422, True)
    done = office.post(url, {"source": "phone", "text": "Gọi lúc 8 giờ", "row_id": ""})
    assert done.status_code == 302
    assert Appeal.objects.get().source == AppealSource.PHONE


def test_a_late_appeal_keeps_its_reason_for_all_to_read(card, commune, sign_in, clock):
    clock.move_to("2026-11-10T08:00:00+07:00")
    with pytest.raises(Refused, match="sau hạn"):
        record(commune, card, "vanphong", late_reason="Thủ trưởng nằm viện")
    with pytest.raises(DomainError) as refusal:
        record(commune, card, "vhxh")
    assert refusal.value.field == "late_reason"

    one = record(commune, card, "pct", late_reason="Thủ trưởng nằm viện")

    assert (one.state, one.late_reason) == (AppealState.FILED, "Thủ trưởng nằm viện")
    assert "Thủ trưởng nằm viện" in sign_in("cv.kt").get(url_of(one)).text
    assert AuditEntry.objects.get(action="record_appeal").reason == "Thủ trưởng nằm viện"
    assert "late_reason" in sign_in("vhxh").get(reverse("emulation:appeal-record", args=[card.pk])).text


def test_a_reason_for_being_late_is_not_kept_in_time(card, commune):
    assert record(commune, card, late_reason="thừa").late_reason == ""


# the unit named for the criterion


@pytest.fixture
def named(round_, commune):
    """Criterion 2.1 is appraised by HCC; KT appeals about it, with a file."""
    Criterion.objects.filter(criteria_set=round_.criteria_set, code="2.1").update(appraiser=commune.units["HCC"])
    card = card_of(round_, commune, "KT")
    file = Evidence.objects.create(
        unit=commune.units["KT"],
        uploaded_by=commune.people["cv.kt"],
        original_name="Sổ theo dõi.pdf",
        content_type="application/pdf",
        size=1,
        sha256="1" * 64,
        file=ContentFile(b"x", "a.pdf"),
    )
    RowEvidence.objects.create(row=row_of(card, "2.1"), evidence=file)
    return appeal(commune, card), file


def test_the_named_appraiser_is_asked_and_gives_its_opinion(named, commune, sign_in):
    one, file = named
    for who in ("tt.hcc", "cv.hcc"):
        client = sign_in(who)
        assert url_of(one) in client.get(reverse("emulation:appeal-list")).text
        page = client.get(url_of(one)).text
        assert "Sổ theo dõi.pdf" in page
        assert 'name="accept"' not in page
        assert reverse("emulation:scorecard-detail", args=[one.scorecard_id]) not in page
        assert reverse("emulation:row-explain", args=[one.scorecard_id, one.row_id]) not in page
        download = client.get(reverse("reform_tasks:evidence-file", args=[file.pk]))
        assert (download.status_code, download.getvalue()) == (200, b"x")
        said = client.post(url_of(one, "note"), {"y-kien-text": f"Ý kiến của {who}"})
        assert said.status_code == 302
        assert client.get(reverse("emulation:scorecard-detail", args=[one.scorecard_id])).status_code == 404
    assert Notification.objects.filter(user=commune.people["cv.hcc"], text__contains="hãy ghi ý kiến").count() == 1
    for who in ("tt.kt", "vhxh", "pct"):
        assert "Ý kiến của cv.hcc" in sign_in(who).get(url_of(one)).text
    with pytest.raises(Refused):
        decide(commune, one, "tt.hcc", accepted=False)


def test_opinions_end_with_the_decision_and_so_does_the_file(named, commune, sign_in):
    one, file = named
    decide(commune, one, accepted=False)
    with pytest.raises(Refused, match="không còn chờ"):
        note_appeal(actor=commune.people["tt.hcc"], appeal_id=one.pk, text="Muộn rồi")
    assert sign_in("tt.hcc").get(reverse("reform_tasks:evidence-file", args=[file.pk])).status_code == 404
    late = sign_in("tt.hcc").post(url_of(one, "note"), {"y-kien-text": "Ý kiến đã gõ dài"})
    assert (late.status_code, "Ý kiến đã gõ dài" in late.text) == (403, True)


def test_strangers_find_no_appeal_and_write_no_opinion(named, commune, sign_in):
    one, _ = named
    assert sign_in("tt.mn1").get(url_of(one)).status_code == 404
    assert sign_in("tt.mn1").post(url_of(one, "note"), {"y-kien-text": "x"}).status_code == 404
    with pytest.raises(Refused):
        note_appeal(actor=commune.people["tt.mn1"], appeal_id=one.pk, text="x")


# corrections


@pytest.mark.parametrize("who", ["vhxh", "vanphong"])
def test_a_correction_is_decided_by_the_leader_at_any_time_and_makes_a_new_version(card, commune, clock, round_, who):
    clock.shift(timedelta(days=200))
    one = correct(commune, card, who)
    assert (one.source, one.wanted_points) == (AppealSource.CORRECTION, 0)
    for other in ("vhxh", "vanphong", "tt.kt"):
        with pytest.raises(Refused):
            decide(commune, one, other)
    before = RankingEntry.objects.get(unit=commune.units["KT"]).total

    decide(commune, one, "pct", answer="Đồng ý đính chính.")

    assert row_of(card, "2.1").result_points == 0
    assert RankingEntry.objects.get(unit=commune.units["KT"]).total == before
    assert check_published_versions()[0].ok is True
    made = republish(commune, round_)
    assert (made.number, RankingEntry.objects.get(unit=commune.units["KT"]).total) == (2, before - 4)


@pytest.mark.parametrize("who", ["tt.kt", "cv.kt", "pct", "quantri"])
def test_others_do_not_propose_corrections(card, commune, who):
    with pytest.raises(Refused):
        correct(commune, card, who)


def test_a_correction_says_what_is_right_and_why(card, commune):
    row = row_of(card, "2.1")
    for changes, message in (
        ({"text": ""}, "lý do, căn cứ"),
        ({"value": dict(row.appraised_value)}, "không có gì để đính chính"),
        ({"value": {"numerator": 9, "denominator": 3}}, "lớn hơn"),
    ):
        with pytest.raises(DomainError, match=message):
            correct(commune, card, **changes)
    correct(commune, card)
    with pytest.raises(DomainError, match="đang chờ lãnh đạo"):
        correct(commune, card)


def test_a_waiting_correction_does_not_take_the_units_own_appeal(card, commune):
    correct(commune, card)
    assert appeal(commune, card).state == AppealState.FILED


def test_a_correction_is_withdrawn_by_those_who_propose_it_and_told_to_the_unit(card, commune, sign_in):
    one = correct(commune, card, "vanphong")
    assert "Cộng nhầm dòng" in sign_in("tt.kt").get(url_of(one)).text
    with pytest.raises(Refused):
        withdraw_appeal(actor=commune.people["tt.kt"], appeal_id=one.pk)
    assert withdraw_appeal(actor=commune.people["vhxh"], appeal_id=one.pk).state == AppealState.WITHDRAWN


def test_who_waits_for_what_is_on_the_home_page(card, commune):
    correct(commune, card)
    appeal(commune, card)
    titles = {who: [item.title for item in scoring_items(commune.people[who])] for who in ("vhxh", "pct", "tt.kt")}
    assert "Giải quyết kiến nghị" in titles["vhxh"]
    assert "Quyết định đính chính" not in titles["vhxh"]
    assert {"Giải quyết kiến nghị", "Quyết định đính chính"} <= set(titles["pct"])


def test_the_correction_page_chooses_a_row_and_keeps_what_is_typed(card, commune, sign_in):
    client, url = sign_in("vanphong"), reverse("emulation:correction-create", args=[card.pk])
    row, name = row_of(card, "2.1"), f"r{row_of(card, '2.1').pk}"
    assert url in client.get(reverse("emulation:scorecard-detail", args=[card.pk])).text
    assert f'name="{name}-' not in client.get(url).text
    place = f"{url}?dong={row.pk}"
    assert f'name="{name}-numerator"' in client.get(place).text
    typed = {f"{name}-version": row.version, f"{name}-numerator": "11", f"{name}-denominator": "10", "text": "Sai sót"}

    wrong = client.post(place, typed)
    assert (wrong.status_code, 'value="11"' in wrong.text, "Sai sót" in wrong.text) == (422, True, True)
    assert client.post(place, typed | {f"{name}-numerator": "5"}).status_code == 302
    assert Appeal.objects.get().wanted_points == 2


@pytest.mark.parametrize(("dong", "status"), [("abc", 200), ("-1", 200), ("0", 404), ("999999", 404), ("９", 200)])
def test_a_broken_row_in_the_address_is_no_failure(card, sign_in, dong, status):
    url = reverse("emulation:correction-create", args=[card.pk])
    assert sign_in("vhxh").get(url, {"dong": dong}).status_code == status


# deciding


def typed_decision(client, one, **changes):
    form = client.get(url_of(one)).context
    row = form["one"]
    cells = {cell.name: cell.text for cell in row.cells} | {f"{row.prefix}-version": str(row.version)}
    return cells | {"version": form["form"]["version"].value(), "answer": "Đồng ý"} | changes


def test_points_are_lowered_only_where_that_is_meant(card, commune, sign_in):
    one, client = appeal(commune, card), sign_in("vhxh")
    name = f"r{one.row_id}"
    typed = typed_decision(client, one, **{f"{name}-numerator": "5", "accept": "1"})

    asked = client.post(url_of(one), typed)

    assert (asked.status_code, row_of(card, "2.1").final_points) == (422, None)
    assert "còn 2 điểm, thấp hơn 4 điểm" in asked.text
    assert 'name="lower"' in asked.text
    assert client.post(url_of(one), typed | {"lower": "on"}).status_code == 302
    assert row_of(card, "2.1").final_points == 2


def test_what_was_typed_is_shown_when_a_colleague_decided_first(card, commune, sign_in):
    one, client = appeal(commune, card), sign_in("vhxh")
    typed = typed_decision(client, one, answer="Câu trả lời rất dài", accept="1")
    decide(commune, one, "pct", accepted=False)

    answer = client.post(url_of(one), typed)

    assert answer.status_code == 403
    for text in ("Câu trả lời rất dài", "không còn chờ giải quyết", "Số văn bản"):
        assert text in answer.text


def test_a_decision_rests_on_the_row_as_it_was_seen(card, commune, sign_in):
    one, client = appeal(commune, card), sign_in("vhxh")
    typed = typed_decision(client, one, answer="Câu trả lời rất dài", accept="1")
    decide(commune, correct(commune, card), "pct")

    answer = client.post(url_of(one), typed)

    assert (answer.status_code, "Câu trả lời rất dài" in answer.text) == (409, True)
    assert row_of(card, "2.1").result_points == 0


def test_a_missing_answer_is_told_at_its_field(card, commune, sign_in):
    one, client = appeal(commune, card), sign_in("vhxh")
    answer = client.post(url_of(one), typed_decision(client, one, answer=" ", reject="1"))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["answer"])


def test_an_appeal_about_a_computed_row_is_decided_with_the_tasks_counted_now(plan, card, commune, sign_in):
    one, client = appeal(commune, card, "1.2"), sign_in("vhxh")
    page = client.get(url_of(one))
    assert "Đếm lại từ nhiệm vụ đến hết 01/11/2026" in page.text
    cells = {cell.spec.name: cell.text for cell in page.context["one"].cells}
    counted = page.context["counted"]
    assert cells["denominator"] == str(counted.facts["due"])

    done = client.post(url_of(one), typed_decision(client, one, accept="1", lower="on"))

    row = row_of(card, "1.2")
    assert done.status_code == 302
    assert (row.final_value, row.final_points, row.facts) == (
        counted.self_value,
        counted.self_points,
        counted.facts,
    )


# the next version


def test_what_was_decided_just_before_a_version_is_not_lost(card, commune, round_):
    one = appeal(commune, card)
    decide(commune, one, value=worst_value(row_of(card, "2.1")), lower=True)
    Appeal.objects.update(decided_at=timezone.now() - timedelta(days=1))  # stored after, decided before the version
    before = RankingEntry.objects.get(unit=commune.units["KT"]).total

    assert republish(commune, round_).number == 2
    assert RankingEntry.objects.get(unit=commune.units["KT"]).total == before - 4


def test_an_accepted_appeal_about_the_whole_result_says_what_is_still_to_do(card, commune, sign_in, round_):
    one = appeal(commune, card, code=None)
    decide(commune, one, answer="Sẽ đính chính.")
    with pytest.raises(DomainError, match="chung được chấp nhận không tự sửa điểm"):
        republish(commune, round_)
    assert PublishedVersion.objects.count() == 1
    assert "không tự sửa điểm" in sign_in("tt.kt").get(url_of(one)).text


def test_what_waits_stands_first_on_every_database(card, commune, clock):
    made = {}
    for code in ("2.1", "2.2", "1.1", "1.5", "4.1"):
        made[appeal(commune, card, code).pk] = code
        clock.shift(timedelta(minutes=1))
    by_code = {code: pk for pk, code in made.items()}
    for code in ("1.1", "2.1"):
        decide(commune, Appeal.objects.get(pk=by_code[code]), accepted=False)
        clock.shift(timedelta(minutes=1))
    withdraw_appeal(actor=commune.people["tt.kt"], appeal_id=by_code["2.2"])

    assert [made[one.pk] for one in visible_appeals(commune.people["vhxh"])] == ["1.5", "4.1", "2.1", "1.1", "2.2"]
