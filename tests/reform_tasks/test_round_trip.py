"""What is exported imports back unchanged: the real plan, decisions made by hand, and plans made by Hypothesis."""

import threading
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ninhgiang.vietnamese import clean, clean_lines
from reform_tasks.models import Assignment, Occurrence, Plan, Task
from reform_tasks.queries.exports import exported_plan
from reform_tasks.services import Changes, confirm_import, correct_import, preview_import, resolve_preview
from reform_tasks.workbook import (
    Column,
    RowKind,
    WrittenArea,
    WrittenPlan,
    WrittenTask,
    check,
    drafts_of,
    read_appendix,
    write_appendix,
)
from tests.conftest import PLAN_WORKBOOK
from tests.reform_tasks.books import AREA, book, task

ISSUED = date(2026, 1, 14)


def read(commune, content, number="15/KH-UBND"):
    return preview_import(
        actor=commune.people["vhxh"],
        issuer=commune.issuer,
        file=BytesIO(content),
        file_name="phu-luc.xlsx",
        number=number,
        issued_on=ISSUED,
    )


def confirm(commune, plan_import):
    return confirm_import(actor=commune.people["vhxh"], plan_import=plan_import)


def everything(plan):
    """Return all that a plan says, without keys and without what names its file."""
    tasks = plan.tasks.values_list(
        "area__numeral",
        "area__name",
        "number",
        "title",
        "product",
        "lead_text",
        "coordinating_text",
        "deadline_text",
        "deadline_kind",
        "deadline_rule",
        "lead_open",
        "position",
    )
    parts = Assignment.objects.filter(task__plan=plan).values_list("task__number", "unit__code", "part")
    dues = Occurrence.objects.filter(assignment__task__plan=plan)
    days = dues.values_list("assignment__task__number", "assignment__unit__code", "label", "due_on")
    return plan.title, plan.notes, list(tasks), sorted(parts), sorted(map(str, days))


def test_the_real_plan_exports_and_imports_back_unchanged(plan, commune):
    before = everything(plan)
    content = write_appendix(exported_plan(plan))

    again = confirm(commune, read(commune, content, number="14/KH-UBND"))
    assert (again.created, again.unchanged) == (0, 48)

    Plan.objects.all().delete()
    anew = confirm(commune, read(commune, content, number="14/KH-UBND"))
    assert anew.created == 48
    assert everything(anew.plan) == before


def test_what_a_person_decided_by_hand_survives_export_and_import(commune):
    rows = (task(lead="Tổ công tác", deadline="Sớm nhất có thể"), task(2, coordinating="Sở Nội vụ"))
    plan_import = read(commune, book(AREA, *rows, ["Ghi chú: xem lại"]))
    deadline = {"kind": "recurring", "date": "2026-10-31", "period": "month"}
    correct_import(
        actor=commune.people["vhxh"],
        plan_import=plan_import,
        version=1,
        changes=Changes(
            rows={
                3: {"deadline": deadline, "lead": {"units": ["KT", "CA"], "later": True}},
                4: {"coordinating": {"units": ["VP"], "later": False}, "texts": {"title": "=SUM(A1:A9)"}},
            }
        ),
    )
    plan = confirm(commune, plan_import).plan
    before = everything(plan)
    content = write_appendix(exported_plan(plan))

    assert confirm(commune, read(commune, content)).created == 0
    Plan.objects.all().delete()
    anew = confirm(commune, read(commune, content)).plan

    assert everything(anew) == before
    assert (Task.objects.get(number="2").title, anew.notes) == ("=SUM(A1:A9)", ["Ghi chú: xem lại"])


def test_a_damaged_hidden_sheet_is_passed_over(plan, commune):
    workbook = openpyxl.load_workbook(BytesIO(write_appendix(exported_plan(plan))))
    hidden = workbook["Đã hiểu"]
    strange = ['{"rule": 1}', "[1]", "x", '{"texts": {}, "rule": {}}', "{" * 5000]
    for row, text in enumerate(strange, start=1):
        hidden.cell(row, 2).value = text
    stream = BytesIO()
    workbook.save(stream)

    preview = resolve_preview(read(commune, stream.getvalue()))

    assert (len(preview.rows), preview.open_problems) == (48, [])


def test_the_plan_is_downloaded_as_a_workbook_by_everyone_who_reads_plans(plan, sign_in):
    response = sign_in("cv.kt").get(reverse("reform_tasks:plan-export", args=[plan.pk]))

    workbook = openpyxl.load_workbook(BytesIO(response.content))
    assert response["Content-Disposition"] == 'attachment; filename="phu-luc-14-KH-UBND-2026.xlsx"'
    assert (workbook.sheetnames, workbook["Đã hiểu"].sheet_state) == (["Phụ lục", "Đã hiểu"], "hidden")
    assert [cell.value for cell in workbook["Phụ lục"][7]][:3] == [
        1,
        "Ban hành Kế hoạch cải cách hành chính nhà nước xã năm 2026",
        "Kế hoạch",
    ]


WORDS = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạAĐƯ 0123456789=+-@'\"<>&;,./()%\n\t", min_size=1, max_size=60
)
LINE = WORDS.map(clean).filter(lambda text: any(letter.isalpha() for letter in text) and not text.isupper())
LINES = WORDS.map(clean_lines).filter(bool)


@st.composite
def plans(draw):
    """Return (areas, notes) of a plan of any texts: areas with their tasks as dicts of texts."""
    numerals = draw(st.lists(st.sampled_from(["I", "II", "V", "XL"]), min_size=1, max_size=3, unique=True))
    forms = st.sampled_from(["{}", "{}.1", "{}.10", "{}a", "0{}", "I.{}"])
    numbers = (draw(forms).format(place) for place in range(1, 20))
    areas = []
    for numeral in numerals:
        tasks = [
            {
                Column.NUMBER: next(numbers),
                Column.TITLE: draw(LINE),
                Column.PRODUCT: draw(st.just("") | LINE),
                Column.LEAD: draw(LINES),
                Column.COORDINATING: draw(st.just("") | LINES),
                Column.DEADLINE: draw(LINES),
            }
            for _ in range(draw(st.integers(1, 2)))
        ]
        areas.append((numeral, draw(LINE), tasks))
    return areas, draw(st.lists(LINE, max_size=2))


ONE_TASK = {
    Column.NUMBER: "1",
    Column.TITLE: "b",
    Column.PRODUCT: "",
    Column.LEAD: "0",
    Column.COORDINATING: "",
    Column.DEADLINE: "0",
}


@settings(max_examples=25, deadline=None)
@given(plans())
@example(([("I", "b", [ONE_TASK])], ["/0b"]))  # a note whose first letters look like a number in brackets
def test_any_plan_is_written_and_read_back_to_the_letter(plan):
    areas, notes = plan
    written = [WrittenArea(n, name, tuple(WrittenTask(texts, "") for texts in tasks)) for n, name, tasks in areas]
    content = write_appendix(WrittenPlan(["PHỤ LỤC", "Kế hoạch"], written, notes))
    appendix = read_appendix(content)
    drafts = drafts_of(appendix, {})

    assert [one.message for one in check(drafts)] == []
    tasks = [(draft.area, draft.texts) for draft in drafts if draft.kind == RowKind.TASK]
    assert tasks == [(numeral, texts) for numeral, _, found in areas for texts in found]
    names = [(draft.texts[Column.NUMBER], draft.texts[Column.TITLE]) for draft in drafts if draft.kind == RowKind.AREA]
    assert names == [(numeral, name) for numeral, name, _ in areas]
    assert [draft.texts[Column.TITLE] for draft in drafts if draft.kind == RowKind.NOTE] == notes
    formulas = [
        cell
        for row in openpyxl.load_workbook(BytesIO(content))["Phụ lục"].iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas == []


@pytest.mark.django_db(transaction=True)
def test_two_people_confirming_at_once_make_one_plan(commune):
    plan_import = read(commune, PLAN_WORKBOOK.read_bytes(), number="14/KH-UBND")
    start, created = threading.Barrier(2), []

    def press():
        start.wait()
        try:
            created.append(confirm(commune, plan_import).created)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sorted(created), Plan.objects.count(), Task.objects.count()) == ([0, 48], 1, 48)
