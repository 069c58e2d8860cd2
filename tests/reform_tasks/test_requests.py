"""Extensions, hindrances and calls: who asks, who decides, what moves (decisions 0021, 0022)."""

from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from ninhgiang.calendar import VIETNAM
from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.models import Evidence, ExtensionRequest, HindranceClaim, Occurrence, PhoneEntry, ProgressReport
from reform_tasks.queries import get_occurrence_for, status_of, task_facts
from reform_tasks.queries.board import overdue_on
from reform_tasks.services import (
    Claim,
    Draft,
    accept_hindrance,
    accept_report,
    ask_extension,
    claim_hindrance,
    confirm_phone,
    correct_phone,
    end_hindrance,
    grant_extension,
    record_phone,
    refuse_extension,
    refuse_hindrance,
    return_report,
    submit_report,
    withdraw_extension,
    withdraw_hindrance,
    withdraw_phone,
)
from reform_tasks.stopping import moved_due
from reform_tasks.todo_requests import extension_items, head_items, hindrance_items
from tests.reform_tasks.books import PDF, upload
from units.queries import history_of

pytestmark = pytest.mark.usefixtures("now")
DUE = date(2026, 4, 30)
LATER = date(2026, 5, 15)
DONE = Draft("done", "Quyết định 12/QĐ-UBND")


@pytest.fixture
def occurrence(duty):
    """Phòng Kinh tế, nhiệm vụ 38, tháng 4 (due 30/04/2026; today is 10/04)."""
    return duty("KT", "38", DUE)


@pytest.fixture
def person(commune):
    return commune.people.__getitem__


@pytest.fixture
def asked(occurrence, person):
    return ask_extension(actor=person("tt.kt"), occurrence=occurrence, until=LATER, reason="Chờ số liệu của thành phố")


def stored(occurrence):
    return Occurrence.objects.select_related("report").get(pk=occurrence.pk)


def url(name, occurrence):
    return reverse(f"reform_tasks:{name}", args=[occurrence.pk])


def claim_of(**given):
    values = {
        "description": "Phần mềm của thành phố ngừng hoạt động",
        "from_on": date(2026, 4, 8),
        "help_number": "45/UBND-KT",
        "help_on": date(2026, 4, 8),
        "help_to": "Sở Tài chính",
        "upload": upload(PDF, "45-UBND.pdf"),
    }
    return Claim(**(values | given))


@pytest.fixture
def claimed(occurrence, person):
    return claim_hindrance(actor=person("tt.kt"), occurrence=occurrence, claim=claim_of())


@pytest.fixture
def paused(occurrence, person, claimed):
    return accept_hindrance(actor=person("vhxh"), occurrence=occurrence, item=claimed.pk, version=claimed.version)


# --- extensions


@pytest.mark.parametrize("until", [LATER, date(2026, 5, 10)])
def test_a_granted_extension_moves_the_due_day_and_keeps_the_planned_one(occurrence, person, asked, until):
    granted = grant_extension(
        actor=person("pct"), occurrence=occurrence, item=asked.pk, version=asked.version, until=until
    )

    now = stored(occurrence)
    assert (granted.state, granted.granted_until, granted.decided_by) == ("granted", until, person("pct"))
    assert (now.due_on, now.planned_on, now.extended_to) == (until, DUE, until)
    other = "" if until == LATER else " (đơn vị đề nghị 15/05/2026)"
    assert history_of("reform_tasks.occurrence", occurrence.pk)[0].summary == f"Gia hạn đến {until:%d/%m/%Y}{other}"


def test_a_refused_or_withdrawn_request_moves_nothing_and_another_may_follow(occurrence, person, asked):
    refused = refuse_extension(
        actor=person("pct"), occurrence=occurrence, item=asked.pk, version=asked.version, note="Đủ thời gian"
    )
    again = ask_extension(actor=person("tt.kt"), occurrence=occurrence, until=LATER, reason="Có căn cứ mới")
    back = withdraw_extension(actor=person("tt.kt"), occurrence=occurrence, item=again.pk, version=again.version)

    assert (refused.state, refused.decision_note, back.state) == ("refused", "Đủ thời gian", "withdrawn")
    assert (stored(occurrence).due_on, stored(occurrence).extended_to) == (DUE, None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"until": DUE}, "until"),
        ({"until": date(2206, 5, 15)}, "until"),
        ({"reason": "  "}, "reason"),
    ],
)
def test_what_a_request_lacks_is_named(occurrence, person, given, field):
    with pytest.raises(DomainError) as refusal:
        ask_extension(actor=person("tt.kt"), occurrence=occurrence, **({"until": LATER, "reason": "Chờ"} | given))

    assert (refusal.value.field, ExtensionRequest.objects.count()) == (field, 0)


def test_after_the_due_day_the_delay_itself_needs_a_reason(occurrence, person, now):
    now.move_to("2026-05-04T08:00:00+07:00")
    ask = {"actor": person("tt.kt"), "occurrence": occurrence, "until": LATER, "reason": "Chờ số liệu"}

    with pytest.raises(DomainError) as refusal:
        ask_extension(**ask)
    made = ask_extension(**ask, late_reason="Cán bộ nghỉ ốm")

    assert (refusal.value.field, made.late_reason) == ("late_reason", "Cán bộ nghỉ ốm")


def test_only_one_request_waits(occurrence, person, asked):
    with pytest.raises(DomainError, match="Đang có một đề nghị"):
        ask_extension(actor=person("tt.kt"), occurrence=occurrence, until=LATER, reason="Nữa")

    assert ExtensionRequest.objects.count() == 1


def test_people_without_the_right_neither_ask_nor_decide(occurrence, person, asked):
    item = {"item": asked.pk, "version": asked.version}
    for username in ("cv.kt", "tt.ca", "vhxh"):
        with pytest.raises(Refused):
            ask_extension(actor=person(username), occurrence=occurrence, until=LATER, reason="Chờ")
    for username in ("tt.kt", "vhxh", "vanphong"):
        with pytest.raises(Refused):
            grant_extension(actor=person(username), occurrence=occurrence, until=LATER, **item)
        with pytest.raises(Refused):
            refuse_extension(actor=person(username), occurrence=occurrence, note="Không", **item)


def test_of_two_decisions_only_the_first_stands(occurrence, person, asked):
    item = {"item": asked.pk, "version": asked.version}
    withdraw_extension(actor=person("tt.kt"), occurrence=occurrence, **item)

    with pytest.raises(DomainError):
        grant_extension(actor=person("pct"), occurrence=occurrence, until=LATER, **item)
    assert stored(occurrence).due_on == DUE


def test_a_request_changed_since_it_was_read_is_stale(occurrence, person, asked):
    ExtensionRequest.objects.filter(pk=asked.pk).update(version=7)

    with pytest.raises(Stale):
        grant_extension(actor=person("pct"), occurrence=occurrence, item=asked.pk, version=asked.version, until=LATER)
    assert stored(occurrence).due_on == DUE


def test_a_done_duty_is_not_extended(occurrence, person, asked):
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=0)
    with pytest.raises(DomainError, match="chờ thẩm định"):
        ask_extension(actor=person("tt.kt"), occurrence=occurrence, until=LATER, reason="Chờ")
    accept_report(actor=person("vhxh"), occurrence=occurrence, version=report.version)

    with pytest.raises(DomainError, match="đã xong"):
        grant_extension(actor=person("pct"), occurrence=occurrence, item=asked.pk, version=asked.version, until=LATER)


# --- hindrances


@pytest.mark.parametrize(
    ("due_on", "ended_on", "moved"),
    [
        (date(2026, 4, 30), date(2026, 4, 8), date(2026, 4, 30)),
        (date(2026, 4, 10), date(2026, 4, 13), date(2026, 4, 15)),
        (date(2026, 4, 10), date(2026, 4, 9), date(2026, 4, 13)),  # 11/04 is a Saturday
        (date(2026, 4, 24), date(2026, 4, 14), date(2026, 5, 4)),  # 30/04, 01/05 holidays, then a weekend
    ],
)
def test_the_due_day_moves_by_the_stopped_days_to_a_working_day(due_on, ended_on, moved):
    assert moved_due(due_on, date(2026, 4, 8), ended_on) == moved


def test_an_accepted_hindrance_stops_the_clock_until_it_ends(occurrence, person, paused, commune, now):
    now.move_to("2026-05-06T08:00:00+07:00")
    standing = stored(occurrence)
    facts = task_facts(commune.units["KT"], DUE, DUE, date(2026, 5, 6))
    late = Occurrence.objects.filter(overdue_on(date(2026, 5, 6)), pk=occurrence.pk).count()

    ended = end_hindrance(
        actor=person("tt.kt"),
        occurrence=occurrence,
        item=paused.pk,
        version=paused.version,
        ended_on=date(2026, 5, 6),
    )

    assert (status_of(standing, date(2026, 5, 6)), late) == ("tam-dung", 0)
    assert occurrence.pk not in {item["occurrence"] for item in facts.items}
    running = stored(occurrence)
    assert (ended.state, running.paused_on, running.due_on, running.planned_on) == (
        "ended",
        None,
        date(2026, 5, 28),
        DUE,
    )


def test_a_report_accepted_meanwhile_ends_it_and_is_on_time(occurrence, person, paused, commune, now):
    now.move_to("2026-05-06T08:00:00+07:00")
    report = submit_report(actor=person("tt.kt"), occurrence=stored(occurrence), draft=DONE, version=0)
    fresh = get_occurrence_for(person("vhxh"), occurrence.pk)
    accept_report(actor=person("vhxh"), occurrence=fresh, version=report.version)

    (item,) = [
        item
        for item in task_facts(commune.units["KT"], DUE, date(2026, 6, 30), date(2026, 6, 30)).items
        if item["occurrence"] == occurrence.pk
    ]
    claim = HindranceClaim.objects.get()
    assert (claim.state, claim.ended_on, claim.due_after) == ("ended", date(2026, 5, 6), date(2026, 5, 28))
    assert (item["verdict"], item["due_on"]) == ("on_time", "2026-05-28")


def test_a_refused_or_withdrawn_claim_stops_nothing(occurrence, person, claimed):
    refused = refuse_hindrance(
        actor=person("vhxh"), occurrence=occurrence, item=claimed.pk, version=claimed.version, reason="Việc nội bộ"
    )
    again = claim_hindrance(actor=person("tt.kt"), occurrence=occurrence, claim=claim_of())
    back = withdraw_hindrance(actor=person("tt.kt"), occurrence=occurrence, item=again.pk, version=again.version)

    assert (refused.state, refused.review_reason, back.state) == ("refused", "Việc nội bộ", "withdrawn")
    assert (stored(occurrence).paused_on, Evidence.objects.count()) == (None, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"description": ""}, "description"),
        ({"from_on": date(2026, 4, 11)}, "from_on"),
        ({"from_on": date(2026, 1, 2)}, "from_on"),
        ({"help_on": date(2026, 4, 11)}, "help_on"),
        ({"help_number": " "}, "help_number"),
        ({"help_to": ""}, "help_to"),
        ({"upload": None}, "file"),
        ({"upload": upload(b"MZ", "x.pdf")}, "file"),
    ],
)
def test_what_a_claim_lacks_is_named(occurrence, person, given, field):
    with pytest.raises(DomainError) as refusal:
        claim_hindrance(actor=person("tt.kt"), occurrence=occurrence, claim=claim_of(**given))

    assert (refusal.value.field, HindranceClaim.objects.count()) == (field, 0)


def test_what_began_after_the_due_day_stops_no_clock(duty, person):
    past = duty("KT", "40", date(2026, 3, 31))

    with pytest.raises(DomainError) as refusal:
        claim_hindrance(actor=person("tt.kt"), occurrence=past, claim=claim_of())

    assert refusal.value.field == "from_on"


def test_only_one_claim_is_open_and_only_the_reviewer_checks(occurrence, person, claimed):
    with pytest.raises(DomainError, match="đang có một vướng mắc"):
        claim_hindrance(actor=person("tt.kt"), occurrence=occurrence, claim=claim_of())
    for username in ("tt.kt", "pct", "vanphong"):
        with pytest.raises(Refused):
            accept_hindrance(actor=person(username), occurrence=occurrence, item=claimed.pk, version=claimed.version)


def test_two_reviewers_cannot_both_decide(occurrence, person, claimed):
    item = {"item": claimed.pk, "version": claimed.version}
    refuse_hindrance(actor=person("vhxh"), occurrence=occurrence, reason="Không", **item)

    with pytest.raises(DomainError):
        accept_hindrance(actor=person("vhxh"), occurrence=occurrence, **item)
    assert stored(occurrence).paused_on is None


@pytest.mark.parametrize("ended_on", [date(2026, 4, 7), date(2026, 4, 11)])
def test_a_hindrance_ends_between_its_first_day_and_today(occurrence, person, paused, ended_on):
    with pytest.raises(DomainError) as refusal:
        end_hindrance(
            actor=person("vhxh"), occurrence=occurrence, item=paused.pk, version=paused.version, ended_on=ended_on
        )

    assert refusal.value.field == "ended_on"


# --- calls


def call(person, occurrence, **given):
    values = {"caller": "Chị Hoa", "called_at": datetime(2026, 4, 9, 16, 30, tzinfo=VIETNAM), "draft": DONE}
    return record_phone(actor=person("vanphong"), occurrence=occurrence, **(values | given))


def test_a_confirmed_call_counts_from_the_time_of_the_call(occurrence, person):
    entry = call(person, occurrence)
    before = ProgressReport.objects.count()

    report = confirm_phone(actor=person("tt.kt"), occurrence=occurrence, item=entry.pk, version=entry.version)

    assert (before, report.state, report.result) == (0, "submitted", "Quyết định 12/QĐ-UBND")
    assert (report.submitted_at, report.submitted_by) == (entry.called_at, person("tt.kt"))
    assert PhoneEntry.objects.get().state == "confirmed"


def test_a_corrected_call_is_a_draft_and_the_sending_counts(occurrence, person):
    entry = call(person, occurrence)
    report = correct_phone(actor=person("tt.kt"), occurrence=occurrence, item=entry.pk, version=entry.version)
    sent = submit_report(
        actor=person("tt.kt"), occurrence=occurrence, draft=Draft("done", "Số 13"), version=report.version
    )

    assert (report.state, report.result, PhoneEntry.objects.get().state) == ("draft", DONE.result, "corrected")
    assert sent.submitted_at == timezone.now()


def test_the_units_own_report_overtakes_a_call(occurrence, person):
    entry = call(person, occurrence)
    submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=0)

    with pytest.raises(DomainError):
        confirm_phone(actor=person("tt.kt"), occurrence=occurrence, item=entry.pk, version=entry.version)
    assert PhoneEntry.objects.get().state == "corrected"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"caller": " "}, "caller"),
        ({"called_at": datetime(2026, 4, 10, 9, 1, tzinfo=VIETNAM)}, "called_on"),
        ({"called_at": datetime(2026, 4, 3, 9, 0, tzinfo=VIETNAM)}, "called_on"),
        ({"draft": Draft("done", "")}, "result"),
    ],
)
def test_what_a_call_lacks_is_named(occurrence, person, given, field):
    with pytest.raises(DomainError) as refusal:
        call(person, occurrence, **given)

    assert (refusal.value.field, PhoneEntry.objects.count()) == (field, 0)


def test_a_call_before_the_return_does_not_answer_it(occurrence, person):
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=0)
    return_report(actor=person("vhxh"), occurrence=occurrence, version=report.version, reason="Thiếu")

    with pytest.raises(DomainError, match="sau lần thẩm định"):
        call(person, occurrence)


def test_only_the_office_types_and_only_the_head_confirms(occurrence, person):
    for username in ("tt.kt", "vhxh", "pct"):
        with pytest.raises(Refused):
            record_phone(
                actor=person(username), occurrence=occurrence, caller="A", called_at=timezone.now(), draft=DONE
            )
    entry = call(person, occurrence)
    for username in ("cv.kt", "vanphong", "vhxh"):
        with pytest.raises(Refused):
            confirm_phone(actor=person(username), occurrence=occurrence, item=entry.pk, version=entry.version)
    back = withdraw_phone(actor=person("vanphong"), occurrence=occurrence, item=entry.pk, version=entry.version)
    assert back.state == "withdrawn"


# --- screens


def test_a_request_goes_through_the_pages(sign_in, occurrence):
    head, leader = sign_in("tt.kt"), sign_in("pct")
    typed = {"gia-han-until": "31/02/2026", "gia-han-reason": "Chờ số liệu"}

    wrong = head.post(url("occurrence-extension-ask", occurrence), typed)
    right = head.post(url("occurrence-extension-ask", occurrence), typed | {"gia-han-until": "15/5/2026"})
    (todo,) = extension_items(leader.get("/").wsgi_request.user)
    asked = ExtensionRequest.objects.get()
    decision = {"quyet-dinh-item": asked.pk, "quyet-dinh-version": asked.version, "quyet-dinh-until": "12/05/2026"}
    decide = url("occurrence-extension-decide", occurrence)
    empty = leader.post(decide, decision | {"decision": "refuse"})
    done = leader.post(decide, decision | {"decision": "grant"})

    assert (wrong.status_code, right.status_code, todo.count) == (422, 302, 1)
    assert wrong.context["extension_form"]["reason"].value() == "Chờ số liệu"
    assert (empty.status_code, done.status_code) == (422, 302)
    assert empty.context["extension_decision_form"].errors == {"note": ["Hãy ghi lý do không đồng ý gia hạn."]}
    page = head.get(url("occurrence-detail", occurrence)).content.decode()
    assert ("Gia hạn đến 12/05/2026, kế hoạch 30/04/2026" in page) is True
    assert "Gia hạn đến 12/05/2026" in head.get(reverse("reform_tasks:my-work")).content.decode()


def test_a_late_second_decision_keeps_the_typed_note(sign_in, occurrence, asked):
    ExtensionRequest.objects.filter(pk=asked.pk).update(version=5)
    decision = {"quyet-dinh-item": asked.pk, "quyet-dinh-version": 1, "quyet-dinh-note": "Ý kiến dài"}

    response = sign_in("pct").post(url("occurrence-extension-decide", occurrence), decision | {"decision": "refuse"})

    assert response.status_code == 409
    assert "Ý kiến dài" in response.content.decode()


def test_a_claim_goes_through_the_pages_and_keeps_its_file(sign_in, occurrence, commune):
    head, reviewer = sign_in("tt.kt"), sign_in("vhxh")
    typed = {
        "vuong-mac-description": "Chờ hướng dẫn",
        "vuong-mac-from_on": "08/04/2026",
        "vuong-mac-help_number": "",
        "vuong-mac-help_on": "08/04/2026",
        "vuong-mac-help_to": "Sở Nội vụ",
    }
    post = url("occurrence-hindrance-claim", occurrence)

    wrong = head.post(post, typed | {"vuong-mac-file": upload(PDF, "cv.pdf")})
    kept = wrong.context["hindrance_form"]["evidence"].value()
    right = head.post(post, typed | {"vuong-mac-help_number": "45/UBND", "vuong-mac-evidence": kept})
    (todo,) = hindrance_items(commune.people["vhxh"])
    claim = HindranceClaim.objects.get()
    review = {"tham-dinh-item": claim.pk, "tham-dinh-version": claim.version, "decision": "accept"}
    done = reviewer.post(url("occurrence-hindrance-review", occurrence), review)

    assert (wrong.status_code, right.status_code, done.status_code, todo.count) == (422, 302, 302, 1)
    assert (list(wrong.context["hindrance_form"].errors), kept) == (["help_number"], str(claim.help_file_id))
    assert "Tạm dừng từ 08/04/2026" in head.get(url("occurrence-detail", occurrence)).content.decode()
    listed = sign_in("pct").get(reverse("reform_tasks:request-list"))
    assert [one.pk for one in listed.context["running"]] == [claim.pk]


def test_a_call_goes_through_the_pages(sign_in, occurrence, commune):
    office, head = sign_in("vanphong"), sign_in("tt.kt")
    typed = {
        "dien-thoai-caller": "Chị Hoa",
        "dien-thoai-called_on": "09/04/2026",
        "dien-thoai-called_time": "25:00",
        "dien-thoai-outcome": "done",
        "dien-thoai-result": "Đã ban hành quyết định 12",
    }
    post = url("occurrence-phone-record", occurrence)

    wrong = office.post(post, typed)
    right = office.post(post, typed | {"dien-thoai-called_time": "16h30"})
    entry = PhoneEntry.objects.get()
    (todo,) = head_items(commune.people["tt.kt"])
    item = {"item": entry.pk, "version": entry.version}
    done = head.post(url("occurrence-phone-confirm", occurrence), item)

    assert (wrong.status_code, list(wrong.context["phone_form"].errors)) == (422, ["called_time"])
    assert (right.status_code, done.status_code, todo.count) == (302, 302, 1)
    assert "thủ trưởng xác nhận lúc" in sign_in("vhxh").get(url("occurrence-detail", occurrence)).content.decode()


@pytest.mark.parametrize(
    ("step", "username"),
    [
        ("occurrence-extension-ask", "cv.kt"),
        ("occurrence-extension-decide", "vhxh"),
        ("occurrence-extension-withdraw", "vhxh"),
        ("occurrence-hindrance-claim", "cv.kt"),
        ("occurrence-hindrance-review", "pct"),
        ("occurrence-hindrance-end", "pct"),
        ("occurrence-hindrance-withdraw", "vhxh"),
        ("occurrence-phone-record", "vhxh"),
        ("occurrence-phone-confirm", "vanphong"),
        ("occurrence-phone-correct", "cv.kt"),
        ("occurrence-phone-withdraw", "tt.kt"),
    ],
)
def test_readers_without_the_right_get_403_and_strangers_404(sign_in, occurrence, step, username):
    assert sign_in(username).post(url(step, occurrence)).status_code == 403
    assert sign_in("tt.ca").post(url(step, occurrence)).status_code == 404


@pytest.mark.parametrize("username", ["tt.kt", "quantri", "quansat"])
def test_the_list_of_requests_is_for_those_who_follow_all_units(sign_in, plan, username):
    assert sign_in(username).get(reverse("reform_tasks:request-list")).status_code == 403


def test_the_list_takes_constant_queries(sign_in, duty, person, asked, claimed, django_assert_num_queries):
    leader = sign_in("pct")
    with django_assert_num_queries(6):
        leader.get(reverse("reform_tasks:request-list"))
    for number in ("2", "39"):
        other = duty("KT", number)
        Occurrence.objects.filter(pk=other.pk).update(due_on=DUE)
        ask_extension(actor=person("tt.kt"), occurrence=other, until=LATER, reason="Chờ")
        claim_hindrance(actor=person("tt.kt"), occurrence=other, claim=claim_of())
    with django_assert_num_queries(6):
        leader.get(reverse("reform_tasks:request-list"))


@pytest.mark.parametrize(
    ("provider", "username", "queries"),
    [(head_items, "tt.kt", 3), (extension_items, "pct", 2), (hindrance_items, "vhxh", 2)],
)
def test_providers_take_constant_queries(commune, plan, provider, username, queries, django_assert_num_queries):
    with django_assert_num_queries(queries):
        provider(commune.people[username])
