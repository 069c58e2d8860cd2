"""`import_plan`: the same rules from the command line."""

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from reform_tasks.models import Plan, PlanImport, Task
from tests.conftest import PLAN_WORKBOOK
from tests.reform_tasks.books import AREA, HEADING, book, task
from tests.reform_tasks.docs import docx, table

pytestmark = pytest.mark.usefixtures("commune")
REAL = (str(PLAN_WORKBOOK), "--number", "14/KH-UBND", "--date")


def run(*args):
    out = StringIO()
    call_command("import_plan", *args, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("day", ["2026-01-14", "14/01/2026"])
def test_it_imports_and_reports(day):
    answer = json.loads(run(*REAL, day, "--json"))

    assert answer == {
        "plan": {"id": Plan.objects.get().pk, "number": "14/KH-UBND", "issued_on": "2026-01-14", "year": 2026},
        "areas": 7,
        "tasks": 48,
        "assignments": 421,
        "occurrences": 519,
        "created": 48,
        "unchanged": 0,
        "dry_run": False,
        "sheet": "Phụ lục",
        "notes": [],
        "problems": [],
    }


def test_twice_changes_nothing():
    run(*REAL, "2026-01-14")

    lines = run(*REAL, "2026-01-14").splitlines()

    assert lines[-1] == "Không có gì thay đổi."
    assert Task.objects.count() == 48


def test_a_dry_run_writes_nothing():
    answer = json.loads(run(*REAL, "2026-01-14", "--dry-run", "--json"))

    assert (answer["tasks"], answer["created"], answer["dry_run"]) == (48, 48, True)
    assert (Plan.objects.count(), PlanImport.objects.count()) == (0, 0)


def test_problems_end_it_with_exit_code_1(tmp_path):
    path = tmp_path / "sai.xlsx"
    path.write_bytes(book(AREA, task(lead="Phòng Tài chính")))
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("import_plan", str(path), "--number", "15/KH-UBND", "--date", "2026-01-14", stdout=out)

    assert ended.value.code == 1
    assert out.getvalue().splitlines()[0] == "Phụ lục, ô D3: Không có đơn vị nào tên “Phòng Tài chính”."
    assert (Plan.objects.count(), PlanImport.objects.count()) == (0, 0)


def test_a_word_file_and_a_table_by_name_with_addresses_in_json(tmp_path):
    path = tmp_path / "phu-luc.docx"
    rows = [tuple(HEADING), ("I", "CHỈ ĐẠO", "", "", "", ""), tuple(task(deadline="31/11/2026"))]
    path.write_bytes(docx("Phụ lục", table(("a", "b", "c"), ("d", "e", "f")), table(*rows), "Ghi chú"))
    out = StringIO()

    with pytest.raises(SystemExit):
        call_command(
            "import_plan",
            str(path),
            "--number",
            "15/KH-UBND",
            "--date",
            "2026-01-14",
            "--sheet",
            "Bảng 2",
            "--json",
            stdout=out,
        )

    answer = json.loads(out.getvalue())
    assert (answer["sheet"], answer["tasks"], answer["notes"], answer["created"]) == ("Bảng 2", 1, ["Ghi chú"], 0)
    assert answer["problems"] == [
        {
            "sheet": "Bảng 2",
            "cell": "dòng 3, cột 6",
            "row": 3,
            "column": "deadline",
            "task": "1",
            "message": "Không có ngày 31/11/2026 trong lịch.",
            "severity": "decide",
        }
    ]


def test_a_dry_run_leaves_no_file_behind():
    before = sorted((settings.MEDIA_ROOT / "imports").rglob("*"))

    run(*REAL, "2026-01-14", "--dry-run")

    after = sorted(path for path in (settings.MEDIA_ROOT / "imports").rglob("*") if path.is_file())
    assert after == [path for path in before if path.is_file()]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ("/khong/co.xlsx", "--number", "1/KH-UBND", "--date", "2026-01-14"),
            "^Không đọc được tệp /khong/co.xlsx: không có tệp hoặc thư mục này.$",
        ),
        ((__file__, "--number", "1/KH-UBND", "--date", "2026-01-14"), "không phải Excel hay Word"),
        ((str(PLAN_WORKBOOK), "--number", "1/KH-UBND", "--date", "31/02/2026"), "Không có ngày 31/02/2026"),
        ((*REAL, "2026-01-14", "--sheet", "Trang 9"), "Tệp không có trang hay bảng tên “Trang 9”"),
        ((*REAL, "2026-01-14", "--issuer", "XA-KHAC"), "Hãy chọn một đơn vị ban hành"),
    ],
)
def test_bad_input_is_one_sentence(args, message):
    with pytest.raises(CommandError, match=message):
        run(*args)
