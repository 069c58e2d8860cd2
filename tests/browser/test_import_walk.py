"""A messy Word appendix is corrected on the page and confirmed, at both widths of the screen."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from reform_tasks.models import Plan, PlanImport, Task
from tests.reform_tasks.docs import C, docx, table
from units.models import UnitAlias

from .conftest import NARROW, WIDE


def messy() -> bytes:
    """Return an appendix as offices send it: two heading rows, merged cells, Word's own numbers, strange names."""
    return docx(
        "PHỤ LỤC",
        "NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2026",
        table(
            (
                C("STT", merge="restart"),
                C("Nội dung công việc", merge="restart"),
                C("Đơn vị thực hiện", span=2),
                C("Thời gian hoàn thành", merge="restart"),
                C("Sản phẩm", merge="restart"),
            ),
            (C(merge="continue"), C(merge="continue"), "Chủ trì", "Phối hợp", C(merge="continue"), C(merge="continue")),
            (C("I"), C("CÔNG TÁC CHỈ ĐẠO", span=5)),
            (C(numbered="1"), "Ban hành kế hoạch", "P. VH-XH, TTDVSNC", "VP HĐND&UBND", "Trước ngày 15/12", "Kế hoạch"),
            (C(numbered="1"), "Rà soát quy chế", "Tổ Một cửa số", "Các cơ quan, đơn vị", "31/11", "Quy chế"),
            (C(numbered="1"), "Sơ kết", "Tổ Một cửa số", "", "Sớm nhất có thể", "Báo cáo"),
            (C("Các việc dưới đây làm khi có hướng dẫn", span=6),),
            ("3", "Tổng kết", "TT PVHCC", "", "hằng tháng, trước ngày 05", "Báo cáo"),
        ),
        "Ghi chú: đơn vị gửi báo cáo trước ngày 25 hằng tháng.",
    )


def _upload(page: Page, path: Path) -> None:
    page.goto("/ke-hoach/nhap/")
    page.set_input_files("input[type=file]", path)
    page.fill("input[name=number]", "15/KH-UBND")
    page.fill("input[name=issued_on]", "14/01/2026")
    page.click("text=Đọc tệp và xem trước")
    expect(page.get_by_role("heading", name="Chỗ cần xem")).to_be_visible()


def _fits(page: Page) -> bool:
    """Say whether the page needs no scrolling to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_messy_word_appendix_is_corrected_and_confirmed(person: Any, tmp_path: Path) -> None:
    path = tmp_path / "phu-luc.docx"
    path.write_bytes(messy())
    page = person("vhxh")
    _upload(page, path)

    problems = page.locator(".import-problems li")
    expect(problems).to_have_count(5)
    expect(problems.nth(1)).to_contain_text("Bảng 1, dòng 5, cột 5")
    expect(page.get_by_text("Không ghi năm: hiểu là năm 2026 của kế hoạch.")).to_be_visible()
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert _fits(page)

    # What is wrong is corrected: a name for two cells, a date, a deadline by hand, a number, another row on request.
    page.get_by_label("“Tổ Một cửa số” là").select_option(label="Trung tâm Phục vụ hành chính công")
    page.locator("[name=r5-deadline]").fill("30/11")
    page.locator("[name=r6-due_kind]").select_option("fixed")
    page.locator("[name=r6-due_date]").fill("1/7/2026")
    page.locator("[name=r8-number]").fill("4")
    page.get_by_role("link", name="Sửa nhiệm vụ 1", exact=True).click()
    page.locator("[name=r4-title]").fill("Ban hành kế hoạch năm")
    page.locator("button[name=save]").click()
    expect(page.get_by_text("Đã lưu; còn 1 chỗ cần giải quyết.")).to_be_visible()

    # The same file again brings every correction along.
    _upload(page, path)
    expect(page.get_by_role("row", name="1. Ban hành kế hoạch năm")).to_be_visible()
    page.get_by_label("không phải lĩnh vực hay nhiệm vụ").check()
    page.locator("button[name=confirm]").click()
    expect(page.get_by_text("Đã nhập Kế hoạch 15/KH-UBND: 1 lĩnh vực, 4 nhiệm vụ")).to_be_visible()
    expect(page.get_by_text("Ghi chú: đơn vị gửi báo cáo trước ngày 25 hằng tháng.")).to_be_visible()

    plan = Plan.objects.get(number="15/KH-UBND")
    assert list(Task.objects.filter(plan=plan).values_list("number", "title", "deadline_text")) == [
        ("1", "Ban hành kế hoạch năm", "Trước ngày 15/12"),
        ("2", "Rà soát quy chế", "30/11"),
        ("3", "Sơ kết", "Sớm nhất có thể"),
        ("4", "Tổng kết", "hằng tháng, trước ngày 05"),
    ]
    assert (UnitAlias.objects.get(folded="to mot cua so").unit.code, PlanImport.objects.count()) == ("HCC", 2)
    with page.expect_download() as download:
        page.get_by_role("link", name="Xuất phụ lục").click()
    assert download.value.suggested_filename == "phu-luc-15-KH-UBND-2026.xlsx"
