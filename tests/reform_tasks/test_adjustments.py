"""Adjusting a plan by a numbered decision: what changes, what stays, what is counted afterwards."""

from datetime import date

import pytest

from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.deadlines import read_deadline, rule_to_json
from reform_tasks.enums import TaskChangeKind
from reform_tasks.models import Occurrence, PlanAdjustment, ProgressReport, Task
from reform_tasks.queries import progress_board, task_facts
from reform_tasks.queries.adjustments import preview_adjustment
from reform_tasks.services import (
    apply_adjustment,
    change_adjustment,
    discard_adjustment,
    drop_change,
    put_change,
    start_adjustment,
)
from reform_tasks.task_words import TaskWords, words_of
from units.models import AuditEntry, Notification
from units.queries import units_of

TODAY = date(2026, 4, 10)


@pytest.fixture
def start(now, commune, plan):
    """Return a function beginning a draft of the reviewer."""

    def make(**changed):
        heading = {
            "number": "87/QĐ-UBND",
            "decided_on": date(2026, 4, 1),
            "effective_on": date(2026, 4, 15),
            "reason": "Rà soát quý I",
        }
        return start_adjustment(actor=commune.people["vhxh"], plan=plan, **(heading | changed))

    return make


@pytest.fixture
def put(commune):
    """Return a function writing a change of a task into a draft."""

    def write(draft, number, kind=TaskChangeKind.CHANGE, **changed):
        draft.refresh_from_db()
        task = draft.plan.tasks.get(number=number)
        words = TaskWords(**(words_of(task).to_json() | changed)) if kind == TaskChangeKind.CHANGE else None
        return put_change(
            actor=commune.people["vhxh"], adjustment=draft, version=draft.version, kind=kind, task=task, words=words
        )

    return write


@pytest.fixture
def apply(commune):
    """Return a function carrying a draft out."""

    def carry_out(draft):
        draft.refresh_from_db()
        return apply_adjustment(actor=commune.people["vhxh"], adjustment=draft, version=draft.version)

    return carry_out


def deadline(text):
    return {"deadline_text": text, "deadline_rule": rule_to_json(read_deadline(text, 2026))}


def days(number, unit):
    found = Occurrence.objects.live().filter(assignment__task__number=number, assignment__unit__code=unit)
    return [(row.label, row.due_on.isoformat()) for row in found.order_by("due_on", "label")]


def report(occurrence, **kept):
    state = {"state": "submitted", "outcome": "done", "submitted_at": "2026-04-05T02:00:00Z"}
    return ProgressReport.objects.create(occurrence=occurrence, **(state | kept))


QUARTERS = [
    ("Quý I/2026", "2026-03-31"),
    ("Quý II/2026", "2026-06-30"),
    ("Quý III/2026", "2026-09-30"),
    ("Quý IV/2026", "2026-12-31"),
]


@pytest.fixture
def quarterly(plan):
    """The number and a lead unit of a task reported each quarter."""
    found = Occurrence.objects.filter(label="Quý II/2026").select_related("assignment__task", "assignment__unit")
    row = next(one for one in found.order_by("pk") if days_of(one) == QUARTERS)
    return row.assignment.task.number, row.assignment.unit.code


def days_of(row):
    return days(row.assignment.task.number, row.assignment.unit.code)


def test_a_new_rule_touches_only_what_is_not_yet_due(start, put, apply, quarterly):
    number, unit = quarterly
    draft = start()
    put(draft, number, **deadline("Hằng tháng"))
    apply(draft)

    months = [
        (f"Tháng {month:02d}/2026", day)
        for month, day in (
            (4, "2026-04-30"),
            (5, "2026-05-31"),
            (6, "2026-06-30"),
            (7, "2026-07-31"),
            (8, "2026-08-31"),
            (9, "2026-09-30"),
            (10, "2026-10-31"),
            (11, "2026-11-30"),
            (12, "2026-12-31"),
        )
    ]
    assert days(number, unit) == [QUARTERS[0], *months]
    withdrawn = Occurrence.objects.filter(assignment__task__number=number, assignment__unit__code=unit)
    assert withdrawn.filter(withdrawn_at__isnull=False).count() == 3


def test_what_was_reported_stays_even_before_its_day(start, put, apply, quarterly):
    number, unit = quarterly
    early = Occurrence.objects.get(assignment__task__number=number, assignment__unit__code=unit, label="Quý II/2026")
    report(early)
    draft = start()
    put(draft, number, **deadline("Hằng tháng"))
    apply(draft)

    early.refresh_from_db()
    assert (early.withdrawn_at, early.due_on) == (None, date(2026, 6, 30))


def test_a_moved_single_deadline_takes_its_draft_along(start, put, apply, plan):
    row = (
        Occurrence.objects.filter(
            assignment__task__deadline_kind="fixed", due_on__gte=date(2026, 4, 15), label__startswith="Hạn "
        )
        .order_by("due_on")
        .first()
    )
    typed = report(row, state="draft", submitted_at=None, result="Đang làm")
    number = row.assignment.task.number
    draft = start()
    put(draft, number, **deadline("Trước ngày 30/11/2026"))
    apply(draft)

    row.refresh_from_db()
    assert (row.due_on, row.planned_on, row.label) == (date(2026, 11, 30), date(2026, 11, 30), "Hạn 30/11/2026")
    assert row.report == typed


def test_the_preview_announces_what_happens(start, put, apply, quarterly):
    number, _ = quarterly
    draft = start()
    put(draft, number, **deadline("Hằng tháng"))
    [shown] = preview_adjustment(draft, today=TODAY)
    leads = Task.objects.get(number=number).assignments.filter(part="lead").count()

    assert (shown.count("add"), shown.count("move"), shown.count("withdraw")) == (9 * leads, 0, 3 * leads)
    before = Occurrence.objects.live().count()
    apply(draft)
    assert Occurrence.objects.live().count() == before + 6 * leads


def test_a_withdrawn_task_keeps_its_past_and_counts_no_more(start, put, apply, quarterly, commune, plan):
    number, code = quarterly
    unit = commune.units[code]
    year = (unit, date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31))
    before = task_facts(*year).due
    cells = progress_board(plan, list(units_of(commune.issuer)), today=TODAY).total.total
    gone = 3 * Task.objects.get(number=number).assignments.filter(part="lead").count()
    draft = start()
    put(draft, number, TaskChangeKind.WITHDRAW)
    apply(draft)

    assert days(number, code) == QUARTERS[:1]
    assert task_facts(*year).due == before - 3
    assert progress_board(plan, list(units_of(commune.issuer)), today=TODAY).total.total == cells - gone
    task = Task.objects.get(number=number)
    assert (task.withdrawn_by, task.assignments.current().count()) == (draft, 0)


def test_the_lead_goes_over_on_the_day_and_the_past_stays(put, apply, only, commune, now):
    [past, coming] = only(KT=[date(2026, 3, 31), date(2026, 6, 30)])
    plan, task = past.assignment.task.plan, past.assignment.task
    draft = start_adjustment(
        actor=commune.people["vhxh"],
        plan=plan,
        number="87/QĐ-UBND",
        decided_on=date(2026, 4, 1),
        effective_on=date(2026, 4, 15),
        reason="Chuyển giao",
    )
    put(draft, task.number, leads=["CA"])
    apply(draft)

    def due(code):
        return task_facts(commune.units[code], date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31)).due

    assert (due("KT"), due("CA")) == (1, 9)  # the months from April on
    ended = task.assignments.get(unit__code="KT")
    assert ended.ended_on == date(2026, 4, 14)
    coming.refresh_from_db()
    assert coming.withdrawn_at is not None


def test_a_task_is_added_to_a_whole_block(start, apply, plan, commune):
    words = TaskWords(
        number="49", area="I", title="Rà soát  quy chế", product="Báo cáo", result_kind="either", target_percent="",
        leads=["KT", "VHXH"], coordinating=["CA"], **deadline("Hằng quý"),
    )  # fmt: skip
    draft = start()
    put_change(actor=commune.people["vhxh"], adjustment=draft, version=1, kind=TaskChangeKind.ADD, words=words)
    apply(draft)

    task = Task.objects.get(plan=plan, number="49")
    assert (task.title, task.added_by, task.lead_text) == (
        "Rà soát quy chế", draft, f"{commune.units['KT'].name}; {commune.units['VHXH'].name}",
    )  # fmt: skip
    assert days("49", "KT") == QUARTERS[1:]
    assert task.search_text == "49 ra soat quy che bao cao"
    entry = AuditEntry.objects.filter(action="apply_adjustment")
    assert entry.count() == 1
    people = Notification.objects.filter(text__startswith="Bổ sung nhiệm vụ 49").values_list(
        "user__username", flat=True
    )
    assert {"tt.kt", "cv.kt", "tt.ca"} <= set(people)


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"decided_on": date(2026, 1, 13)}, "decided_on", "Quyết định không thể trước ngày ban hành kế hoạch"),
        ({"decided_on": date(2026, 4, 11)}, "decided_on", "Ngày quyết định không được sau hôm nay."),
        ({"effective_on": date(2026, 3, 31)}, "effective_on", "Ngày hiệu lực không được trước ngày quyết định"),
        ({"effective_on": date(2029, 1, 1)}, "effective_on", "Ngày hiệu lực phải đến 31/12/2027"),
        ({"number": "tám mươi"}, "number", "“tám mươi” không phải số, ký hiệu văn bản."),
        ({"number": "14/KH-UBND"}, "number", "Đây là số của chính kế hoạch"),
        ({"reason": "  "}, "reason", "Hãy ghi lý do, căn cứ điều chỉnh."),
    ],
)
def test_a_wrong_heading_is_told_at_its_field(start, changed, field, message):
    with pytest.raises(DomainError) as refusal:
        start(**changed)
    assert refusal.value.field == field
    assert refusal.value.message.startswith(message)


def test_a_number_is_used_once(start):
    start()
    with pytest.raises(DomainError) as refusal:
        start(number=" 87/qđ-ubnd")
    assert (refusal.value.field, PlanAdjustment.objects.count()) == ("number", 1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"area": "XX"}, "area"),
        ({"leads": []}, "leads"),
        ({"leads": ["KHONG"]}, "leads"),
        ({"leads": ["KT"], "coordinating": ["KT"]}, "coordinating"),
        (deadline("Trước ngày 14/4/2026"), "deadline_text"),
        (deadline("Hằng tháng; kết thúc 31/3/2026"), "deadline_text"),
        ({}, "title"),
    ],
)
def test_wrong_words_are_told_at_their_field(start, put, changed, field):
    draft = start()
    with pytest.raises(DomainError) as refusal:
        put(draft, "1", **changed)
    assert refusal.value.field == field
    assert draft.changes.count() == 0


def test_only_the_reviewer_adjusts(start, commune, plan):
    draft = start()
    for name in ("vanphong", "pct", "tt.kt", "quantri"):
        with pytest.raises(Refused):
            apply_adjustment(actor=commune.people[name], adjustment=draft, version=1)


def test_a_stale_draft_or_task_is_not_overwritten(start, put, commune):
    draft = start()
    change = put(draft, "1", title="Tên mới")
    actor = commune.people["vhxh"]
    with pytest.raises(Stale):
        drop_change(actor=actor, adjustment=draft, version=1, change=change)
    Task.objects.filter(pk=change.task_id).update(version=9)
    draft.refresh_from_db()
    assert preview_adjustment(draft, today=TODAY)[0].problem.startswith("Nhiệm vụ đã thay đổi")
    with pytest.raises(Stale):
        apply_adjustment(actor=actor, adjustment=draft, version=draft.version)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_an_applied_decision_is_closed_and_a_draft_can_be_dropped(start, put, apply, commune):
    draft = start()
    put(draft, "1", title="Tên mới")
    apply(draft)
    draft.refresh_from_db()
    with pytest.raises(DomainError, match="đã được thực hiện"):
        discard_adjustment(actor=commune.people["vhxh"], adjustment=draft, version=draft.version)
    [change] = draft.changes.all()
    assert (change.before["title"] != "Tên mới", change.after) == (True, {"title": "Tên mới"})

    other = start(number="88/QĐ-UBND")
    kept = {"decided_on": other.decided_on, "effective_on": other.effective_on, "reason": "Khác"}
    with pytest.raises(DomainError) as refusal:
        change_adjustment(actor=commune.people["vhxh"], adjustment=other, version=1, number="87/QĐ-UBND", **kept)
    assert refusal.value.field == "number"
    discard_adjustment(actor=commune.people["vhxh"], adjustment=other, version=1)
    assert start(number="88/QĐ-UBND").pk != other.pk


def test_nothing_is_adjusted_once_the_plan_is_closed(start, put, apply, plan, now):
    draft = start()
    put(draft, "1", title="Tên mới")
    type(plan).objects.filter(pk=plan.pk).update(closed_at="2026-04-10T02:00:00Z")
    with pytest.raises(DomainError, match="đã khóa sổ"):
        apply(draft)


def test_the_screens_from_heading_to_task_page(now, sign_in, plan, commune):
    client = sign_in("vhxh")
    lists = f"/ke-hoach/{plan.pk}/dieu-chinh/"
    assert "chưa được điều chỉnh lần nào" in client.get(lists).content.decode()
    heading = {"version": "0", "number": "87/QĐ-UBND", "decided_on": "01/04/2026", "effective_on": "15/04/2026"}
    refused = client.post(f"{lists}them/", heading)
    assert (refused.status_code, "87/QĐ-UBND" in refused.content.decode()) == (422, True)
    page = client.post(f"{lists}them/", heading | {"reason": "Rà soát"})["Location"]
    words = {
        "version": "1", "area": "I", "title": "Việc mới", "result_kind": "either", "leads": ["*"],
        "deadline_text": "khi nào xong thì thôi", "number": "60",
    }  # fmt: skip
    answer = client.post(f"{page}muc/", words)
    assert (answer.status_code, "Việc mới" in answer.content.decode()) == (422, True)
    assert client.post(f"{page}muc/", words | {"deadline_text": "Hằng quý", "shift": "previous"}).status_code == 302
    assert client.post(f"{page}muc/rut/", {"version": "2", "task": "2"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "Các kỳ thực hiện từ 15/04/2026: thêm 42 kỳ." in shown
    assert client.post(f"{page}thuc-hien/", {"version": "2"}).status_code == 409
    assert client.post(f"{page}thuc-hien/", {"version": "3"}).status_code == 302
    assert "Đã rút bởi 87/QĐ-UBND" in client.get(f"/ke-hoach/{plan.pk}/nhiem-vu/2/").content.decode()
    assert "Bổ sung bởi 87/QĐ-UBND" in sign_in("cv.kt").get(f"/ke-hoach/{plan.pk}/nhiem-vu/60/").content.decode()
    assert "87/QĐ-UBND" in sign_in("quansat").get(lists).content.decode()
    assert sign_in("tt.kt").post(f"{page}thuc-hien/", {"version": "4"}).status_code == 403
    assert client.get(f"{page}muc/?nhiem_vu=999").status_code in (404, 422)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_constant_queries(now, start, sign_in, plan, count, django_assert_num_queries):
    for number in range(count):
        start(number=f"{87 + number}/QĐ-UBND")
    client = sign_in("vhxh")
    with django_assert_num_queries(7):
        client.get(f"/ke-hoach/{plan.pk}/dieu-chinh/")
