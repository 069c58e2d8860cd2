"""The life of a progress report: draft, submit, return, resubmit, accept, go on."""

from datetime import date

import pytest

from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.models import Evidence, ProgressReport
from reform_tasks.queries import get_occurrence_for
from reform_tasks.services import (
    Draft,
    accept_report,
    add_evidence,
    continue_report,
    return_report,
    save_report,
    submit_report,
    withdraw_report,
)
from tests.reform_tasks.books import PDF, PNG, upload
from units.models import Notification
from units.queries import history_of

pytestmark = pytest.mark.usefixtures("now")
DONE = Draft("done", "Quyết định 12/QĐ-UBND ngày 05/04/2026", "Đúng hạn")


@pytest.fixture
def occurrence(duty):
    """Phòng Kinh tế, nhiệm vụ 40, quý I (due 31/03/2026)."""
    return duty("KT", "40", date(2026, 3, 31))


@pytest.fixture
def person(commune):
    return commune.people.__getitem__


def fresh(occurrence, user):
    return get_occurrence_for(user, occurrence.pk)


def test_an_officer_drafts_and_the_head_submits(occurrence, person):
    drafted = save_report(actor=person("cv.kt"), occurrence=occurrence, draft=DONE, version=0)
    sent = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=drafted.version)

    assert (drafted.state, drafted.version, drafted.submitted_at) == ("draft", 1, None)
    assert (sent.state, sent.version, sent.submitted_by) == ("submitted", 3, person("tt.kt"))


def test_the_whole_way_is_in_the_history(occurrence, person):
    report = save_report(actor=person("cv.kt"), occurrence=occurrence, draft=DONE, version=0)
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=report.version)
    report = withdraw_report(actor=person("tt.kt"), occurrence=occurrence, version=report.version)
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=report.version)
    reviewer = person("vhxh")
    report = return_report(
        actor=reviewer, occurrence=fresh(occurrence, reviewer), version=report.version, reason="Thiếu quyết định"
    )
    again = Draft("done", "Quyết định 15/QĐ-UBND", "")
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=again, version=report.version)
    report = accept_report(actor=reviewer, occurrence=fresh(occurrence, reviewer), version=report.version)

    steps = [
        (entry.summary, entry.actor_name, entry.reason)
        for entry in history_of("reform_tasks.occurrence", occurrence.pk).order_by("id")
    ]
    head, officer, checker = (person(name).full_name for name in ("tt.kt", "cv.kt", "vhxh"))
    assert steps == [
        ("Bắt đầu soạn báo cáo", officer, ""),
        ("Gửi báo cáo: Đã hoàn thành", head, ""),
        ("Rút lại báo cáo", head, ""),
        ("Gửi báo cáo: Đã hoàn thành", head, ""),
        ("Trả lại báo cáo", checker, "Thiếu quyết định"),
        ("Gửi lại báo cáo: Đã hoàn thành", head, ""),
        ("Chấp nhận báo cáo: Đã hoàn thành", checker, ""),
    ]
    assert (report.state, report.review_reason, report.reviewed_by) == ("accepted", "", reviewer)


def test_reviewers_are_told_of_a_report_and_its_authors_of_a_return(occurrence, person):
    report = save_report(actor=person("cv.kt"), occurrence=occurrence, draft=DONE, version=0)
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=report.version)
    reviewer = person("vhxh")
    return_report(
        actor=reviewer, occurrence=fresh(occurrence, reviewer), version=report.version, reason="Thiếu số liệu"
    )

    url = f"/ky/{occurrence.pk}/"
    told = list(Notification.objects.order_by("pk").values_list("user__username", "kind", "text", "url"))
    returned = "Báo cáo nhiệm vụ 40 (Quý I/2026) bị trả lại: Thiếu số liệu"
    assert told[0] == ("vhxh", "info", "Phòng Kinh tế gửi báo cáo nhiệm vụ 40 (Quý I/2026)", url)
    assert sorted(told[1:]) == [("cv.kt", "returned", returned, url), ("tt.kt", "returned", returned, url)]


@pytest.mark.parametrize("username", ["cv.kt", "tt.ca", "vhxh", "pct"])
def test_only_the_units_head_submits(occurrence, person, username):
    with pytest.raises(Refused):
        submit_report(actor=person(username), occurrence=occurrence, draft=DONE, version=0)

    assert ProgressReport.objects.count() == 0


@pytest.mark.parametrize("username", ["tt.ca", "vhxh", "pct", "vanphong", "quantri"])
def test_only_the_units_people_draft(occurrence, person, username):
    with pytest.raises(Refused):
        save_report(actor=person(username), occurrence=occurrence, draft=DONE, version=0)


@pytest.mark.parametrize("username", ["tt.kt", "cv.kt", "vanphong", "pct"])
def test_only_the_reviewer_checks(occurrence, person, username):
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=0)

    with pytest.raises(Refused):
        accept_report(actor=person(username), occurrence=occurrence, version=report.version)
    with pytest.raises(Refused):
        return_report(actor=person(username), occurrence=occurrence, version=report.version, reason="Không")


def test_nobody_checks_what_they_sent_themselves(occurrence, person, commune):
    from units.models import Role

    Role.objects.create(user=person("tt.kt"), unit=commune.issuer, kind="reviewer")
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=0)

    with pytest.raises(Refused, match="không được tự thẩm định"):
        accept_report(actor=person("tt.kt"), occurrence=fresh(occurrence, person("tt.kt")), version=report.version)


@pytest.mark.parametrize(
    ("draft", "field"),
    [(Draft("", "Đã xong"), "outcome"), (Draft("done", "  "), "result"), (Draft("partial", ""), "result")],
)
def test_what_a_sent_report_lacks_is_named(occurrence, person, draft, field):
    with pytest.raises(DomainError) as refusal:
        submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=draft, version=0)

    assert (refusal.value.field, ProgressReport.objects.count()) == (field, 0)


def test_nothing_arisen_needs_no_result(occurrence, person):
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=Draft("not_arisen"), version=0)

    assert report.state == "submitted"


def test_returning_needs_a_reason(occurrence, person):
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=0)

    with pytest.raises(DomainError) as refusal:
        return_report(actor=person("vhxh"), occurrence=occurrence, version=report.version, reason=" \n ")

    assert refusal.value.field == "reason"


def test_the_second_of_two_first_saves_is_stale_and_sees_both(occurrence, person):
    save_report(actor=person("cv.kt"), occurrence=occurrence, draft=Draft("done", "Của cán bộ"), version=0)

    with pytest.raises(Stale) as conflict:
        save_report(actor=person("tt.kt"), occurrence=occurrence, draft=Draft("partial", "Của trưởng"), version=0)

    assert conflict.value.theirs == {
        "Trạng thái": "Đang soạn",
        "Tình hình thực hiện": "Đã hoàn thành",
        "Kết quả": "Của cán bộ",
        "Ghi chú": "",
    }
    assert conflict.value.mine == {"Tình hình thực hiện": "Đang thực hiện", "Kết quả": "Của trưởng", "Ghi chú": ""}
    assert ProgressReport.objects.get().result == "Của cán bộ"


def test_a_save_over_a_newer_version_is_stale(occurrence, person):
    save_report(actor=person("cv.kt"), occurrence=occurrence, draft=Draft("", "Một"), version=0)
    save_report(actor=person("tt.kt"), occurrence=occurrence, draft=Draft("", "Hai"), version=1)

    with pytest.raises(Stale):
        save_report(actor=person("cv.kt"), occurrence=occurrence, draft=Draft("", "Ba"), version=1)

    assert ProgressReport.objects.get().result == "Hai"


def test_checking_a_report_that_changed_meanwhile_is_stale(occurrence, person):
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=0)
    seen = report.version
    report = withdraw_report(actor=person("tt.kt"), occurrence=occurrence, version=seen)
    submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=Draft("done", "Khác"), version=report.version)

    with pytest.raises(Stale):
        accept_report(actor=person("vhxh"), occurrence=fresh(occurrence, person("vhxh")), version=seen)


@pytest.mark.parametrize("accepted", [False, True])
def test_a_sent_report_cannot_be_edited(occurrence, person, accepted):
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=0)
    if accepted:
        report = accept_report(
            actor=person("vhxh"), occurrence=fresh(occurrence, person("vhxh")), version=report.version
        )

    with pytest.raises(DomainError, match="đã xong và được chấp nhận" if accepted else "nên không sửa được"):
        save_report(actor=person("cv.kt"), occurrence=occurrence, draft=Draft(), version=report.version)


def test_an_accepted_report_cannot_be_returned(occurrence, person):
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=0)
    reviewer = person("vhxh")
    report = accept_report(actor=reviewer, occurrence=fresh(occurrence, reviewer), version=report.version)

    with pytest.raises(DomainError, match="không còn thực hiện được"):
        return_report(actor=reviewer, occurrence=fresh(occurrence, reviewer), version=report.version, reason="Muộn")


def test_an_accepted_partial_report_goes_on(occurrence, person):
    reviewer = person("vhxh")
    partial = Draft("partial", "Đã công khai dự toán")
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=partial, version=0)
    report = accept_report(actor=reviewer, occurrence=fresh(occurrence, reviewer), version=report.version)

    report = continue_report(actor=person("cv.kt"), occurrence=occurrence, version=report.version)

    assert (report.state, report.result) == ("draft", "Đã công khai dự toán")


def test_a_finished_occurrence_does_not_go_on(occurrence, person):
    reviewer = person("vhxh")
    report = submit_report(actor=person("tt.kt"), occurrence=occurrence, draft=DONE, version=0)
    report = accept_report(actor=reviewer, occurrence=fresh(occurrence, reviewer), version=report.version)

    with pytest.raises(DomainError, match="đã xong và được chấp nhận"):
        continue_report(actor=person("tt.kt"), occurrence=occurrence, version=report.version)


def test_files_are_kept_with_the_draft_and_may_be_unlinked(occurrence, person):
    files = [upload(PDF, "Quyết định.pdf"), upload(PNG, "ảnh.png")]
    report = save_report(actor=person("cv.kt"), occurrence=occurrence, draft=DONE, version=0, uploads=files)
    first, second = report.evidence.order_by("original_name")

    kept = Draft("done", "Kết quả", "", (second.pk,))
    report = save_report(actor=person("cv.kt"), occurrence=occurrence, draft=kept, version=report.version)

    assert [first.original_name, second.original_name] == ["Quyết định.pdf", "ảnh.png"]
    assert list(report.evidence.all()) == [second]
    assert Evidence.objects.count() == 2


def test_a_bad_file_saves_nothing(occurrence, person):
    with pytest.raises(DomainError) as refusal:
        save_report(
            actor=person("cv.kt"), occurrence=occurrence, draft=DONE, version=0, uploads=[upload(b"MZ", "x.pdf")]
        )

    assert refusal.value.field == "files"
    assert (ProgressReport.objects.count(), Evidence.objects.count()) == (0, 0)


def test_a_file_of_another_unit_is_never_linked(occurrence, person, commune):
    other = add_evidence(actor=person("cv.ca"), unit=commune.units["CA"], upload=upload(PDF, "ca.pdf"))

    report = save_report(actor=person("cv.kt"), occurrence=occurrence, draft=Draft("", "", "", (other.pk,)), version=0)

    assert list(report.evidence.all()) == []
