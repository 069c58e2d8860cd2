"""Handing to the head, accepting a part, and duties on which nothing is reported any more."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.models import AcceptedPart, Occurrence, Plan, ProgressReport, Task
from reform_tasks.queries import get_occurrence_for, task_facts
from reform_tasks.services import (
    Draft,
    accept_part,
    accept_report,
    hand_back,
    hand_report,
    return_report,
    save_report,
    submit_report,
)
from units.models import Notification
from units.queries import history_of

pytestmark = pytest.mark.usefixtures("now")
DUE = date(2026, 3, 31)
COUNTED = Draft("done", "Đã niêm yết", quantity_done=Decimal(18), quantity_total=Decimal(20), quantity_unit="hồ sơ")


@pytest.fixture
def occurrence(duty):
    """Phòng Kinh tế, nhiệm vụ 40, quý I (due 31/03/2026)."""
    return duty("KT", "40", DUE)


@pytest.fixture
def person(commune):
    return commune.people.__getitem__


@pytest.fixture
def sent(occurrence, person):
    """A report of 18 of 20."""
    return submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=COUNTED, version=0)


def url(name, occurrence):
    return reverse(f"reform_tasks:{name}", args=[occurrence.pk])


def part(person, occurrence, version, **given):
    given = {"quantity": Decimal(12), "missing": "8 hồ sơ chưa niêm yết", "reason": "Ảnh chụp thiếu"} | given
    fresh = get_occurrence_for(person("vhxh"), occurrence.pk)
    return accept_part(actor=person("vhxh"), occurrence=fresh, version=version, **given)


def test_an_officer_hands_over_and_the_head_sends_or_gives_back(occurrence, person):
    handed = hand_report(actor=person("cv.kt"), occurrence=occurrence, draft=COUNTED, version=0)
    back = hand_back(actor=person("tt.kt"), occurrence=occurrence, version=handed.version, reason="Thêm số liệu")
    again = hand_report(actor=person("cv.kt"), occurrence=occurrence, draft=COUNTED, version=back.version)
    done = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=COUNTED, version=again.version)

    assert [report.state for report in (handed, back, again, done)] == ["handed", "draft", "handed", "submitted"]
    assert (handed.submitted_at, handed.handed_by) == (None, person("cv.kt"))
    told = Notification.objects.filter(text__contains="soạn tiếp").values_list("user__username", "kind", "text")
    assert list(told) == [("cv.kt", "todo", "Báo cáo nhiệm vụ 40 (Quý I/2026) được chuyển về soạn tiếp: Thêm số liệu")]


@pytest.mark.parametrize("username", ["tt.kt", "cv.ca", "vhxh"])
def test_only_the_units_officers_hand_over(occurrence, person, username):
    with pytest.raises(Refused):
        hand_report(actor=person(username), occurrence=occurrence, draft=COUNTED, version=0)


def test_a_part_leaves_the_duty_open_and_says_what_is_missing(occurrence, person, sent, commune):
    report = part(person, occurrence, sent.version)

    kept = AcceptedPart.objects.get()
    entry = history_of("reform_tasks.occurrence", occurrence.pk)[0]
    facts = task_facts(commune.units["KT"], DUE, DUE, date(2026, 4, 10))
    (item,) = [item for item in facts.items if item["occurrence"] == occurrence.pk]
    assert (report.state, kept.percent, kept.quantity_total) == ("partly", Decimal(60), Decimal(20))
    assert (entry.summary, entry.reason) == (
        "Chấp nhận một phần: 12/20 hồ sơ (60 %)",
        "Ảnh chụp thiếu\nCòn thiếu: 8 hồ sơ chưa niêm yết",
    )
    assert (item["verdict"], item["accepted_percent"]) == ("missing", "60")


def test_the_rest_closes_the_duty_on_the_day_it_was_sent(occurrence, person, sent, commune, now):
    report = part(person, occurrence, sent.version)
    now.move_to("2026-04-20T08:00:00+07:00")
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=COUNTED, version=report.version)
    fresh = get_occurrence_for(person("vhxh"), occurrence.pk)
    report = accept_report(actor=person("vhxh"), occurrence=fresh, version=report.version)

    facts = task_facts(commune.units["KT"], DUE, DUE, date(2026, 4, 20))
    (item,) = [item for item in facts.items if item["occurrence"] == occurrence.pk]
    assert report.state == "accepted"
    assert (item["submitted_on"], item["verdict"], "accepted_percent" in item) == ("2026-04-20", "late", False)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quantity": None}, "quantity"),
        ({"quantity": Decimal(0)}, "quantity"),
        ({"quantity": Decimal(19)}, "quantity"),
        ({"quantity": None, "percent": Decimal(50)}, "quantity"),
        ({"missing": " "}, "missing"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_a_part_lacks_is_named(occurrence, person, sent, given, field):
    with pytest.raises(DomainError) as refusal:
        part(person, occurrence, sent.version, **given)

    assert (refusal.value.field, AcceptedPart.objects.count()) == (field, 0)


@pytest.mark.parametrize("percent", [None, Decimal(0), Decimal(100), Decimal(120)])
def test_without_a_quantity_a_part_is_a_share_between_0_and_100(occurrence, person, percent):
    draft = Draft("done", "Đã ban hành")
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=draft, version=0)

    with pytest.raises(DomainError) as refusal:
        part(person, occurrence, report.version, quantity=None, percent=percent)

    assert refusal.value.field == "percent"


def test_of_two_decisions_at_once_the_second_is_stale(occurrence, person, sent):
    reviewer = person("vhxh")
    part(person, occurrence, sent.version)

    for late in (
        lambda: accept_report(actor=reviewer, occurrence=occurrence, version=sent.version),
        lambda: return_report(actor=reviewer, occurrence=occurrence, version=sent.version, reason="Muộn"),
        lambda: part(person, occurrence, sent.version),
    ):
        with pytest.raises(DomainError):
            late()
    assert (ProgressReport.objects.get().state, AcceptedPart.objects.count()) == ("partly", 1)


@pytest.mark.parametrize(
    ("close", "words"),
    [
        (lambda one: Occurrence.objects.filter(pk=one.pk).update(withdrawn_at=timezone.now()), "rút khỏi kế hoạch"),
        (lambda one: Plan.objects.update(closed_at=timezone.now()), "đã khóa sổ ngày 10/04/2026"),
    ],
)
def test_a_closed_duty_takes_no_report_and_keeps_what_was_typed(sign_in, occurrence, close, words):
    close(occurrence)

    response = sign_in("tt.kt").post(
        url("report-submit", occurrence), {"version": 0, "outcome": "done", "result": "Gõ lâu lắm"}
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert (words in page, "Gõ lâu lắm" in page) == (True, True)
    assert ProgressReport.objects.count() == 0


def test_an_accepted_duty_keeps_what_was_typed_too(sign_in, occurrence, person, sent):
    accept_report(
        actor=person("vhxh"), occurrence=get_occurrence_for(person("vhxh"), occurrence.pk), version=sent.version
    )
    current = ProgressReport.objects.get()

    response = sign_in("cv.kt").post(
        url("report-save", occurrence), {"version": current.version, "outcome": "done", "result": "Bổ sung thêm"}
    )

    assert response.status_code == 409
    assert "Bổ sung thêm" in response.content.decode()


def test_impossible_values_are_shown_at_their_fields(sign_in, occurrence):
    typed = {
        "version": 0,
        "outcome": "done",
        "quantity_done": "1.250",
        "quantity_total": "0",
        "document_on": "11/04/2026",
        "document_number": "12/QĐ",
    }

    response = sign_in("cv.kt").post(url("report-save", occurrence), typed)

    form = response.context["form"]
    assert (response.status_code, sorted(form.errors)) == (422, ["document_on", "quantity_done", "quantity_total"])
    assert (form["quantity_done"].value(), form["document_number"].value()) == ("1.250", "12/QĐ")


def test_the_form_asks_for_what_the_task_asks(sign_in, occurrence):
    Task.objects.filter(pk=occurrence.assignment.task_id).update(result_kind="quantity", target_percent=Decimal(95))
    head = sign_in("tt.kt")

    refused = head.post(url("report-submit", occurrence), {"version": 0, "outcome": "done", "result": "Xong"})
    typed = {"version": 0, "outcome": "done", "quantity_done": "9,5", "quantity_total": "10"}
    accepted = head.post(url("report-submit", occurrence), typed)

    assert refused.context["form"].errors == {"quantity_done": ["Hãy ghi số đã thực hiện (tử số)."]}
    assert (accepted.status_code, ProgressReport.objects.get().quantity_done) == (302, Decimal("9.5"))
    page = sign_in("vhxh").get(url("occurrence-detail", occurrence)).content.decode()
    assert ("9,5/10 = 95 %" in page, "chỉ tiêu 95 %" in page) == (True, True)


def test_the_reviewer_accepts_a_part_on_the_page(sign_in, occurrence, sent):
    reviewer = sign_in("vhxh")
    typed = {"mot-phan-version": sent.version, "mot-phan-quantity": "12", "mot-phan-missing": "8 hồ sơ"}

    refused = reviewer.post(url("report-accept-part", occurrence), typed)
    done = reviewer.post(url("report-accept-part", occurrence), typed | {"mot-phan-reason": "Thiếu ảnh"})

    assert (refused.status_code, done.status_code) == (422, 302)
    assert refused.context["part_form"]["missing"].value() == "8 hồ sơ"
    page = sign_in("cv.kt").get(url("occurrence-detail", occurrence))
    assert ("12/20 hồ sơ (60 %)" in page.content.decode(), page.context["form"] is None) == (True, False)


def test_a_draft_of_another_person_is_not_overwritten_by_handing_over(occurrence, person):
    save_report(actor=person("tt.kt"), occurrence=occurrence, draft=Draft("", "Của trưởng"), version=0)

    with pytest.raises(Stale):
        hand_report(actor=person("cv.kt"), occurrence=occurrence, draft=COUNTED, version=0)

    assert ProgressReport.objects.get().result == "Của trưởng"
