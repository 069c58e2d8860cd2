"""Many rows at once: each through its normal service, what fails is told with its reason, the rest is done."""

import pytest
from django.urls import reverse

from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.enums import ReportState
from reform_tasks.models import Assignment, Occurrence, ProgressReport
from reform_tasks.services import Draft, assign_officer, submit_report
from units.models import AuditEntry, Notification

pytestmark = pytest.mark.usefixtures("now")
ACCEPT = reverse("reform_tasks:duties-accept")
ASSIGN = reverse("reform_tasks:duties-assign")
LIST = reverse("reform_tasks:duty-list")


@pytest.fixture
def sent(commune, duty):
    """Three sent reports: two of Phòng Kinh tế, one of Công an xã."""
    found = []
    for unit, number in (("KT", "2"), ("KT", "39"), ("CA", "2")):
        occurrence = duty(unit, number)
        head = commune.people[f"tt.{unit.lower()}"]
        submit_report(actor=head, occurrence=occurrence, draft=Draft("done", "Kết quả"), version=0)
        found.append(ProgressReport.objects.get(occurrence=occurrence))
    return found


def form_of(reports, **more):
    return {
        "ky": [report.occurrence_id for report in reports],
        **{f"phien_ban_{report.occurrence_id}": report.version for report in reports},
        **more,
    }


def test_ticked_reports_are_accepted_each_with_its_audit_entry(sign_in, plan, sent):
    answer = sign_in("vhxh").post(ACCEPT, form_of(sent, quay_lai="don_vi=KT&tinh_trang=cho-tham-dinh"))

    assert answer["Location"] == f"{LIST}?don_vi=KT&tinh_trang=cho-tham-dinh"
    assert set(ProgressReport.objects.values_list("state", flat=True)) == {ReportState.ACCEPTED}
    assert AuditEntry.objects.filter(action="accept_report").count() == 3


def test_what_changed_meanwhile_is_told_and_the_rest_is_done(sign_in, plan, sent):
    data = form_of(sent)
    ProgressReport.objects.filter(pk=sent[1].pk).update(version=9)

    answer = sign_in("vhxh").post(ACCEPT, data)

    states = {report.pk: report.state for report in ProgressReport.objects.all()}
    assert [states[report.pk] for report in sent] == ["accepted", "submitted", "accepted"]
    assert answer.status_code == 200
    ((failed, why),) = answer.context["result"].failed
    assert (failed.pk, why.startswith("Người khác vừa thay đổi")) == (sent[1].occurrence_id, True)


def test_nothing_ticked_and_rows_without_a_report_say_so(sign_in, plan, duty, sent):
    client = sign_in("vhxh")
    nothing = client.post(ACCEPT, {"ky": ["1e9", "x"]})
    unsent = duty("KT", "40")
    unknown = client.post(ACCEPT, {"ky": [unsent.pk], f"phien_ban_{unsent.pk}": "0"})
    client.post(ACCEPT, form_of(sent[:1]))
    again = client.post(ACCEPT, form_of([ProgressReport.objects.get(pk=sent[0].pk)]))

    assert (nothing.status_code, unknown.status_code) == (422, 422)
    assert "Chưa chọn dòng nào" in nothing.content.decode()
    assert [why for _, why in unknown.context["result"].failed] == ["Kỳ này chưa có báo cáo nào."]
    assert [why for _, why in again.context["result"].failed] == [
        "Báo cáo đang ở trạng thái “Đã chấp nhận”, không chờ thẩm định."
    ]


def test_only_the_reviewer_accepts_and_only_heads_assign(sign_in, plan, sent, commune):
    data = form_of(sent, nguoi=commune.people["cv.kt"].pk)
    accepting = {name: sign_in(name).post(ACCEPT, data).status_code for name in ("tt.kt", "pct", "quansat")}
    assigning = {name: sign_in(name).post(ASSIGN, data).status_code for name in ("cv.kt", "vhxh", "quansat")}

    assert set(accepting.values()) | set(assigning.values()) == {403}
    assert set(ProgressReport.objects.values_list("state", flat=True)) == {ReportState.SUBMITTED}


def test_the_queue_accepts_what_is_ticked_and_comes_back(sign_in, plan, sent):
    client = sign_in("vhxh")
    page = client.get(reverse("reform_tasks:review-queue")).content.decode()

    answer = client.post(ACCEPT, form_of(sent, next="queue"))

    assert page.count('name="ky"') == 3
    assert answer["Location"] == reverse("reform_tasks:review-queue")


def test_a_head_names_one_person_for_many_duties(sign_in, plan, duty, commune):
    people = commune.people
    kt = [duty("KT", "2"), duty("KT", "39")]

    answer = sign_in("tt.kt").post(ASSIGN, {"ky": [one.pk for one in kt], "nguoi": people["cv.kt"].pk})

    named = Assignment.objects.filter(officer=people["cv.kt"]).values_list("task__number", flat=True)
    assert (answer.status_code, sorted(named)) == (302, ["2", "39"])
    assert AuditEntry.objects.filter(action="assign_officer").count() == 2
    assert Notification.objects.filter(user=people["cv.kt"], text__startswith="Bạn được giao").count() == 2


def test_other_units_and_their_people_are_out_of_reach(sign_in, plan, duty, commune):
    ca = duty("CA", "2")
    stranger = sign_in("tt.kt").post(ASSIGN, {"ky": [ca.pk], "nguoi": commune.people["cv.kt"].pk})
    wrong_person = sign_in("tt.kt").post(ASSIGN, {"ky": [duty("KT", "2").pk], "nguoi": commune.people["cv.ca"].pk})

    assert (stranger.status_code, wrong_person.status_code) == (422, 422)
    assert not Assignment.objects.filter(officer__isnull=False).exists()
    with pytest.raises(Refused):
        assign_officer(actor=commune.people["tt.kt"], occurrence=ca, officer=commune.people["cv.ca"])
    with pytest.raises(DomainError) as refusal:
        assign_officer(actor=commune.people["tt.ca"], occurrence=ca, officer=commune.people["cv.kt"])
    assert refusal.value.field == "officer"


def test_who_assigns_after_somebody_else_did_is_told(plan, duty, commune):
    mine, theirs = (
        Occurrence.objects.select_related("assignment__unit", "assignment__task__plan__issuer").get(
            pk=duty("KT", "2").pk
        )
        for _ in range(2)
    )
    people = commune.people
    assign_officer(actor=people["tt.kt"], occurrence=theirs, officer=people["cv.kt"])

    with pytest.raises(Stale, match="vừa giao lại nhiệm vụ 2"):
        assign_officer(actor=people["tt.kt"], occurrence=mine, officer=people["tt.kt"])

    assert Assignment.objects.get(pk=mine.assignment_id).officer == people["cv.kt"]
