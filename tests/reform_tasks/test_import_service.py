"""Importing a plan: preview, decisions, confirm, all or nothing, twice the same as once."""

from datetime import date
from io import BytesIO

import pytest

from ninhgiang.errors import DomainError, Refused
from reform_tasks.models import Area, Assignment, Occurrence, Plan, Task
from reform_tasks.services import confirm_import, decide_cell, preview_import, resolve_preview
from reform_tasks.workbook import WorkbookError
from tests.conftest import PLAN_WORKBOOK
from tests.reform_tasks.books import AREA, book, task
from units.models import AuditEntry

ISSUED = date(2026, 1, 14)


def read(commune, content, *, number="15/KH-UBND", actor="vhxh", issued_on=ISSUED):
    return preview_import(
        actor=commune.people[actor],
        issuer=commune.issuer,
        file=BytesIO(content),
        file_name="phu-luc.xlsx",
        number=number,
        issued_on=issued_on,
    )


def confirm(commune, plan_import):
    return confirm_import(actor=commune.people["vhxh"], plan_import=plan_import)


def counts():
    return [model.objects.count() for model in (Plan, Area, Task, Assignment, Occurrence)]


def units_with(plan, number, part):
    found = Assignment.objects.filter(task__plan=plan, task__number=number, part=part)
    return list(found.order_by("unit__position").values_list("unit__code", flat=True))


def test_the_real_appendix_is_wholly_understood(commune):
    plan_import = read(commune, PLAN_WORKBOOK.read_bytes(), number="14/KH-UBND")

    preview = resolve_preview(plan_import)

    assert (len(preview.areas), len(preview.rows), preview.problems) == (7, 48, [])
    assert counts() == [0, 0, 0, 0, 0]


def test_confirming_makes_what_the_preview_announced(commune):
    plan_import = read(commune, PLAN_WORKBOOK.read_bytes(), number="14/KH-UBND")
    preview = resolve_preview(plan_import)

    result = confirm(commune, plan_import)

    assert (result.created, result.changed, result.unchanged) == (48, 0, 0)
    assert counts() == [1, 7, 48, preview.assignment_count, preview.occurrence_count]
    assert (result.assignments, result.occurrences) == (421, 519)
    assert (result.plan.number, result.plan.year, result.plan.issued_on) == ("14/KH-UBND", 2026, ISSUED)


def test_importing_writes_one_audit_entry_per_service(commune):
    confirm(commune, read(commune, book(AREA, task())))

    entries = AuditEntry.objects.filter(action__endswith="_import").order_by("id")
    assert list(entries.values_list("action", flat=True)) == ["preview_import", "confirm_import"]


def test_every_unit_leads_a_task_of_all_units(plan, commune):
    assert sorted(units_with(plan, "2", "lead")) == sorted(commune.units)
    assert units_with(plan, "2", "coordinate") == []
    assert Occurrence.objects.filter(assignment__task__number="2").count() == 14


def test_all_units_but_the_lead_coordinate(plan, commune):
    assert units_with(plan, "1", "lead") == ["VHXH"]
    assert sorted(units_with(plan, "1", "coordinate")) == sorted(set(commune.units) - {"VHXH"})


def test_schools_are_the_six_schools(plan):
    assert sorted(units_with(plan, "16", "coordinate")) == ["MN1", "MN2", "TH1", "TH2", "THCS1", "THCS2"]


def test_a_lead_named_later_leaves_the_task_open(plan):
    found = Task.objects.get(plan=plan, number="8")

    assert (found.lead_open, units_with(plan, "8", "lead")) == (True, [])


def test_occurrences_start_at_the_day_of_the_plan(plan):
    assert Occurrence.objects.filter(due_on__lt=ISSUED).count() == 0
    weekly = Occurrence.objects.filter(assignment__task__number="43").order_by("due_on")
    assert weekly.first().due_on == date(2026, 1, 16)


def test_an_instruction_has_one_occurrence_without_a_day(plan):
    found = Occurrence.objects.get(assignment__task__number="31")

    assert (found.due_on, found.label) == (None, "Theo chỉ đạo")


def test_the_same_file_twice_changes_nothing(commune):
    first = confirm(commune, read(commune, PLAN_WORKBOOK.read_bytes(), number="14/KH-UBND"))
    before = counts()

    second = confirm(commune, read(commune, PLAN_WORKBOOK.read_bytes(), number=" 14/kh-ubnd "))

    assert counts() == before
    assert (second.plan, second.created, second.changed, second.unchanged) == (first.plan, 0, 0, 48)


def test_confirming_one_preview_twice_changes_nothing(commune):
    plan_import = read(commune, book(AREA, task()))
    confirm(commune, plan_import)

    assert confirm(commune, plan_import).unchanged == 1
    assert Plan.objects.count() == 1


def test_a_changed_file_is_refused_and_names_what_differs(commune):
    confirm(commune, read(commune, book(AREA, task(), task(2))))
    before = counts()
    changed = read(commune, book(AREA, task(), task(2, title="Việc khác"), task(3)))

    with pytest.raises(DomainError) as refusal:
        confirm(commune, changed)

    assert refusal.value.message == (
        "Kế hoạch 15/KH-UBND năm 2026 đã được nhập và tệp này khác ở nhiệm vụ 2, 3. Kế hoạch đã nhập được điều "
        "chỉnh bằng quyết định điều chỉnh, không nhập đè. Chưa có gì bị thay đổi."
    )
    assert counts() == before


def test_an_unknown_unit_stops_the_import_until_a_person_decides(commune):
    plan_import = read(commune, book(AREA, task(lead="Phòng Tài chính")))

    (problem,) = resolve_preview(plan_import).problems
    with pytest.raises(DomainError, match="Còn 1 ô chưa được giải quyết"):
        confirm(commune, plan_import)

    assert (problem.sheet, problem.cell, problem.severity) == ("Phụ lục", "D3", "decide")
    assert problem.message == "Không có đơn vị nào tên “Phòng Tài chính”."
    assert counts() == [0, 0, 0, 0, 0]


def test_a_person_names_the_unit(commune):
    plan_import = read(commune, book(AREA, task(lead="Phòng Tài chính")))

    preview = decide_cell(
        actor=commune.people["vhxh"], plan_import=plan_import, decisions={"D3": {"units": ["KT"], "later": False}}
    )
    result = confirm(commune, plan_import)

    assert preview.open_problems == []
    assert units_with(result.plan, "1", "lead") == ["KT"]


def test_a_person_leaves_the_unit_for_later(commune):
    plan_import = read(commune, book(AREA, task(lead="Tổ công tác")))

    decide_cell(actor=commune.people["vhxh"], plan_import=plan_import, decisions={"D3": {"units": [], "later": True}})
    result = confirm(commune, plan_import)

    assert (result.plan.tasks.get().lead_open, result.assignments) == (True, 0)


@pytest.mark.parametrize(
    ("decision", "kind", "days"),
    [
        ({"kind": "fixed", "date": "2026-06-01", "period": ""}, "fixed", [date(2026, 6, 1)]),
        ({"kind": "on_instruction", "date": "", "period": ""}, "on_instruction", [None]),
        (
            {"kind": "recurring", "date": "", "period": "half_year"},
            "recurring",
            [date(2026, 6, 30), date(2026, 12, 31)],
        ),
    ],
)
def test_a_person_decides_a_deadline(commune, decision, kind, days):
    plan_import = read(commune, book(AREA, task(deadline="Sớm nhất có thể")))
    (problem,) = resolve_preview(plan_import).problems

    decide_cell(actor=commune.people["vhxh"], plan_import=plan_import, decisions={problem.key: decision})
    result = confirm(commune, plan_import)

    assert (problem.cell, problem.part) == ("F3", "deadline")
    assert result.plan.tasks.get().deadline_kind == kind
    assert list(Occurrence.objects.order_by("due_on").values_list("due_on", flat=True)) == days


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        ({"F3": {"kind": "fixed", "date": ""}}, "Hãy nhập ngày đến hạn."),
        ({"F3": {"kind": "never"}}, "Hãy chọn một kiểu thời hạn."),
        ({"F3": {"kind": "fixed", "date": "2026-01-01"}}, "Hạn không được trước ngày ban hành kế hoạch (14/01/2026)."),
        ({"Z9": {"noted": True}}, "Ô Z9 không có gì cần quyết định."),
    ],
)
def test_a_decision_that_decides_nothing_is_refused_and_not_kept(commune, decisions, message):
    plan_import = read(commune, book(AREA, task(deadline="Sớm nhất có thể")))

    with pytest.raises(DomainError) as refusal:
        decide_cell(actor=commune.people["vhxh"], plan_import=plan_import, decisions=decisions)

    plan_import.refresh_from_db()
    assert (refusal.value.message, plan_import.decisions) == (message, {})


def test_an_error_of_the_file_cannot_be_decided(commune):
    plan_import = read(commune, book(AREA, task(), task(1)))

    (problem,) = resolve_preview(plan_import).problems
    with pytest.raises(DomainError, match="Ô A4 không có gì cần quyết định"):
        decide_cell(actor=commune.people["vhxh"], plan_import=plan_import, decisions={"A4": {"noted": True}})

    assert (problem.is_error, problem.message) == (True, "Số thứ tự 1 đã có ở ô A3.")


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600])
def test_what_is_no_workbook_is_refused_and_leaves_nothing(commune, content):
    with pytest.raises(WorkbookError):
        read(commune, content)

    assert AuditEntry.objects.filter(action="preview_import").count() == 0


@pytest.mark.parametrize("number", ["", "14", "KH-UBND", "14/", "14/KH UBND!", "x" * 50])
def test_a_number_that_is_none_is_refused(commune, number):
    with pytest.raises(DomainError) as refusal:
        read(commune, book(AREA, task()), number=number)

    assert refusal.value.field == "number"


def test_only_the_reviewer_imports(commune):
    with pytest.raises(Refused):
        read(commune, book(AREA, task()), actor="tt.vhxh")


def test_a_plan_may_be_issued_in_december_before(commune):
    plan_import = preview_import(
        actor=commune.people["vhxh"],
        issuer=commune.issuer,
        file=BytesIO(book(AREA, task(deadline="Tháng 3"))),
        file_name="a.xlsx",
        number="99/KH-UBND",
        issued_on=date(2025, 12, 28),
        year=2026,
    )

    result = confirm(commune, plan_import)

    assert (result.plan.year, Occurrence.objects.get().due_on) == (2026, date(2026, 3, 31))
