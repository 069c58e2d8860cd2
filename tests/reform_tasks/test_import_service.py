"""Importing a plan: preview, decisions, confirm, all or nothing, twice the same as once."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.storage import default_storage

from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.vietnamese import fold
from reform_tasks.models import Area, Assignment, Occurrence, Plan, PlanImport, Task
from reform_tasks.services import (
    Changes,
    choose_layout,
    confirm_import,
    correct_import,
    preview_import,
    resolve_preview,
)
from reform_tasks.services.imports import SOURCE_KEPT_FOR, clear_import_sources
from reform_tasks.workbook import WorkbookError
from tests.conftest import PLAN_WORKBOOK
from tests.reform_tasks.books import AREA, HEADING, book, book_of, task
from units.models import AuditEntry, UnitAlias

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


def correct(commune, plan_import, actor="vhxh", version=None, **changes):
    """Keep corrections and return the preview."""
    plan_import.refresh_from_db()
    return correct_import(
        actor=commune.people[actor],
        plan_import=plan_import,
        version=plan_import.version if version is None else version,
        changes=Changes(**changes),
    )


def said(text, means, *, remember=True):
    """Return the answer to what a name means."""
    return {fold(text): {"text": text, "means": means, "remember": remember}}


def test_an_unknown_unit_stops_the_import_until_a_person_decides(commune):
    plan_import = read(commune, book(AREA, task(lead="Phòng Tài chính")))

    (problem,) = resolve_preview(plan_import).problems
    with pytest.raises(DomainError, match="Còn 1 ô chưa được giải quyết"):
        confirm(commune, plan_import)

    assert (problem.address, problem.severity, problem.task) == ("Phụ lục, ô D3", "decide", "1")
    assert problem.message == "Không có đơn vị nào tên “Phòng Tài chính”."
    assert counts() == [0, 0, 0, 0, 0]


def test_a_name_is_settled_once_for_all_cells_and_remembered(commune):
    plan_import = read(commune, book(AREA, task(lead="Phòng Tài chính"), task(2, lead="Công an xã; Phòng Tài chính")))

    preview = correct(commune, plan_import, names=said("Phòng Tài chính", "KT"))
    result = confirm(commune, plan_import)
    later = resolve_preview(read(commune, book(AREA, task(3, lead="phòng  TÀI CHÍNH")), number="16/KH-UBND"))

    assert preview.open_problems == []
    assert [units_with(result.plan, number, "lead") for number in "12"] == [["KT"], ["KT", "CA"]]
    assert UnitAlias.objects.get(folded="phong tai chinh").unit.code == "KT"
    assert (later.names, [unit.code for unit in later.rows[0].lead.units]) == ([], ["KT"])


def test_an_answer_taken_back_forgets_the_name_and_a_name_may_stay_within_one_import(commune):
    plan_import = read(commune, book(AREA, task(lead="Phòng Tài chính")))

    correct(commune, plan_import, names=said("Phòng Tài chính", "KT"))
    preview = correct(commune, plan_import, names=said("Phòng Tài chính", ""))
    only_here = correct(commune, plan_import, names=said("Phòng Tài chính", "VHXH", remember=False))

    assert [name.text for name in preview.names] == ["Phòng Tài chính"]
    assert UnitAlias.objects.filter(folded="phong tai chinh").count() == 0
    assert [unit.code for unit in only_here.rows[0].lead.units] == ["VHXH"]


def test_a_name_may_be_settled_later_or_be_nobody_of_the_commune(commune):
    rows = (task(lead="Tổ công tác"), task(2, coordinating="Sở Nội vụ"))
    plan_import = read(commune, book(AREA, *rows))

    correct(commune, plan_import, names=said("Tổ công tác", "later") | said("Sở Nội vụ", "nobody"))
    plan = confirm(commune, plan_import).plan

    assert list(plan.tasks.values_list("lead_open", flat=True)) == [True, False]
    assert [units_with(plan, "1", "lead"), units_with(plan, "2", "coordinate")] == [[], []]
    assert UnitAlias.objects.filter(folded__in=["to cong tac", "so noi vu"]).count() == 0


@pytest.mark.parametrize(
    ("choice", "kind", "days"),
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
def test_a_person_decides_a_deadline(commune, choice, kind, days):
    plan_import = read(commune, book(AREA, task(deadline="Sớm nhất có thể")))
    (problem,) = resolve_preview(plan_import).problems

    correct(commune, plan_import, rows={3: {"deadline": choice}})
    result = confirm(commune, plan_import)

    assert (problem.cell, problem.column, problem.choice) == ("F3", "deadline", True)
    assert result.plan.tasks.get().deadline_kind == kind
    assert list(Occurrence.objects.order_by("due_on").values_list("due_on", flat=True)) == days


def test_every_value_of_a_row_can_be_corrected(commune):
    second = [None, "Nơi nhận", None, None, None, None]
    plan_import = read(commune, book(AREA, task(1), second, task(1, deadline="31/11/2026"), ["II", "THỂ CHẾ"], task(5)))
    texts = {"number": "2", "title": "Việc khác", "product": "Báo cáo", "deadline": "30/11/2026"}
    whom = {"lead": {"units": ["CA", "KT"], "later": False}, "coordinating": {"units": [], "later": True}}

    preview = correct(
        commune,
        plan_import,
        rows={4: {"kind": "skip"}, 5: {"texts": texts, "area": "II", **whom}},
        notes=["Một", " ", "Hai"],
    )
    plan = confirm(commune, plan_import).plan

    assert preview.open_problems == []
    changed = Task.objects.get(plan=plan, number="2")
    assert (changed.title, changed.product, changed.deadline_text, changed.area.numeral) == (
        "Việc khác",
        "Báo cáo",
        "30/11/2026",
        "II",
    )
    assert (units_with(plan, "2", "lead"), units_with(plan, "2", "coordinate")) == (["KT", "CA"], [])
    assert (plan.tasks.count(), plan.notes) == (3, ["Một", "Hai"])


def test_what_only_needs_a_yes_is_noted_until_its_message_changes(commune):
    plan_import = read(commune, book(AREA, task(), ["", "Xen giữa"], task(2)))
    (problem,) = resolve_preview(plan_import).open_problems

    noted = correct(commune, plan_import, noted=[problem.key])
    again = correct(commune, plan_import, unnoted=[problem.key])

    assert (problem.needs_yes, noted.open_problems) == (True, [])
    assert [one.key for one in again.open_problems] == [problem.key]


def test_areas_can_be_put_in_and_tasks_numbered_by_area(commune):
    plan_import = read(commune, book(task(), ["II", "THỂ CHẾ"], task()))

    area = {"numeral": "i", "name": "CHỈ ĐẠO", "before": 2}
    preview = correct(commune, plan_import, areas=[area], by_area=True)
    plan = confirm(commune, plan_import).plan

    assert preview.open_problems == []
    assert [(task.area.numeral, task.number) for task in plan.tasks.select_related("area")] == [
        ("I", "I.1"),
        ("II", "II.1"),
    ]


def test_corrections_survive_a_second_upload_of_the_same_file(commune):
    content = book(AREA, task(lead="Tổ công tác", deadline="Sớm nhất có thể"))
    first = read(commune, content)
    correct(
        commune,
        first,
        rows={3: {"texts": {"title": "Tên đã sửa"}, "deadline": {"kind": "continuous"}}},
        names=said("Tổ công tác", "later"),
    )

    second = read(commune, content, number="16/KH-UBND")
    preview = resolve_preview(second)

    assert (preview.open_problems, preview.rows[0].title) == ([], "Tên đã sửa")
    confirm(commune, first)
    third = read(commune, content)
    assert confirm(commune, third).created == 0


def test_another_table_and_other_columns_are_read_from_the_kept_file(commune):
    content = book_of(Một=[HEADING, AREA, task()], Hai=[HEADING, ["I", "KHÁC"], task(7, title="Việc bảy")])
    plan_import = read(commune, content)
    reviewer = commune.people["vhxh"]
    assert [problem.message for problem in resolve_preview(plan_import).open_problems] == [
        "Tệp có nhiều bảng nhiệm vụ (còn “Hai”); đang đọc “Một”."
    ]

    correct(commune, plan_import, rows={3: {"texts": {"title": "Đã sửa"}}})
    other = choose_layout(actor=reviewer, plan_import=plan_import, version=2, table="Hai")
    columns = {"number": 0, "title": 2, "lead": 3, "deadline": 5}
    swapped = choose_layout(
        actor=reviewer, plan_import=plan_import, version=3, table="Hai", first_row=2, columns=columns
    )
    back = choose_layout(actor=reviewer, plan_import=plan_import, version=4, table="Một")

    assert ([row.title for row in other.rows], other.open_problems) == (["Việc bảy"], [])
    assert [row.title for row in swapped.rows] == ["Kế hoạch"]
    assert ([row.title for row in back.rows], back.open_problems) == (["Đã sửa"], [])
    again = read(commune, content)
    assert resolve_preview(again).appendix.sheet == "Một"


def test_the_second_of_two_people_is_told_and_nothing_is_overwritten(commune):
    plan_import = read(commune, book(AREA, task()))
    correct(commune, plan_import, rows={3: {"texts": {"title": "Người thứ nhất"}}})

    with pytest.raises(Stale):
        correct(commune, plan_import, version=1, rows={3: {"texts": {"title": "Người thứ hai"}}})
    with pytest.raises(Stale):
        confirm_import(actor=commune.people["vhxh"], plan_import=plan_import, version=1)
    with pytest.raises(Stale):
        choose_layout(actor=commune.people["vhxh"], plan_import=plan_import, version=1, table="Phụ lục")

    assert resolve_preview(PlanImport.objects.get()).rows[0].title == "Người thứ nhất"


def test_a_confirmed_preview_is_not_corrected_any_more(commune):
    plan_import = read(commune, book(AREA, task()))
    confirm(commune, plan_import)

    with pytest.raises(DomainError, match="đã được xác nhận nhập"):
        correct(commune, plan_import, rows={3: {"kind": "skip"}})


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"rows": {3: {"deadline": {"kind": "fixed", "date": ""}}}}, "row-3", "Hãy nhập ngày đến hạn."),
        ({"rows": {3: {"deadline": {"kind": "never"}}}}, "row-3", "Hãy chọn một kiểu thời hạn."),
        (
            {"rows": {3: {"deadline": {"kind": "fixed", "date": "2026-01-01"}}}},
            "row-3",
            "Hạn không được trước ngày ban hành kế hoạch (14/01/2026).",
        ),
        (
            {"rows": {3: {"lead": {"units": ["KHONG-CO"], "later": False}}}},
            "row-3",
            "Hãy chọn ít nhất một đơn vị, hoặc chọn giao sau.",
        ),
        ({"rows": {99: {"kind": "skip"}}}, "row-99", "Bảng không có dòng 99."),
        ({"names": said("Tổ", "KHONG-CO")}, "name-to", "Hãy chọn một đơn vị trong danh sách."),
        ({"areas": [{"numeral": "", "name": "A", "before": 2}]}, "area", "Lĩnh vực cần có số (như VIII) và tên."),
    ],
)
def test_a_correction_that_is_impossible_is_refused_and_not_kept(commune, changes, field, message):
    plan_import = read(commune, book(AREA, task(deadline="Sớm nhất có thể")))

    with pytest.raises(DomainError) as refusal:
        correct(commune, plan_import, **changes)

    plan_import.refresh_from_db()
    assert (refusal.value.field, refusal.value.message, plan_import.decisions) == (field, message, {})


def test_a_correction_is_one_audit_entry(commune):
    plan_import = read(commune, book(AREA, task(lead="Tổ")))
    correct(commune, plan_import, names=said("Tổ", "KT"), rows={3: {"texts": {"title": "Mới"}}})

    (entry,) = AuditEntry.objects.filter(action="correct_import")
    assert entry.summary == "Sửa bản xem trước Kế hoạch 15/KH-UBND: 1 dòng, 1 tên"


def test_what_a_deadline_takes_for_granted_is_shown(commune):
    preview = resolve_preview(read(commune, book(AREA, task(deadline="trước 30/6"), task(2, deadline="30/6/2026"))))

    assert [row.assumed for row in preview.rows] == [
        ("Không ghi năm: hiểu là năm 2026 của kế hoạch.", "“Trước ngày” tính cả chính ngày đó."),
        (),
    ]


def test_a_title_of_another_year_is_asked_about(commune):
    content = book_of(Một=[["NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2025"], HEADING, AREA, task()])
    preview = resolve_preview(read(commune, content))

    assert [(problem.cell, problem.message) for problem in preview.open_problems] == [
        ("A1", "Tiêu đề ghi năm 2025, khác năm 2026 của kế hoạch.")
    ]


def test_a_preview_of_an_older_program_says_so(commune):
    plan_import = read(commune, book(AREA, task()))
    plan_import.parsed = {"year": 2026, "appendix": {"sheet": "Phụ lục"}}

    with pytest.raises(DomainError, match="quá cũ để mở lại"):
        resolve_preview(plan_import)


def test_a_preview_takes_two_queries_whatever_its_size(commune, django_assert_num_queries):
    for tasks in (1, 3):
        plan_import = read(commune, book(AREA, *(task(number) for number in range(1, tasks + 1))))
        with django_assert_num_queries(2):
            assert len(resolve_preview(plan_import).rows) == tasks


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


def test_the_file_of_an_old_import_is_cleared_and_what_was_read_still_confirms(commune):
    with time_machine.travel("2026-01-20T08:00:00+07:00") as clock:
        plan_import = read(commune, book(AREA, task()))
        name = plan_import.source.name
        clock.shift(SOURCE_KEPT_FOR - timedelta(minutes=1))
        early = clear_import_sources()
        clock.shift(timedelta(minutes=2))

        assert (early, default_storage.exists(name)) == (0, True)
        assert (clear_import_sources(), clear_import_sources(), default_storage.exists(name)) == (1, 0, False)
        left = PlanImport.objects.get(pk=plan_import.pk)
        with pytest.raises(DomainError, match="Tệp gốc không còn"):
            choose_layout(
                actor=commune.people["vhxh"], plan_import=left, version=left.version, table="Phụ lục", first_row=2
            )
        assert confirm(commune, left).created == 1
