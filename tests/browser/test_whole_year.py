"""The main job end to end: the commune's 2026 plan through its whole year, as the different people, in a browser.

The clock of this process (and so of the live server) travels; the worker is a real one on the same database. Two
units are on stage; the others act through the services (colleagues.py).
"""

import io
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from playwright.sync_api import Page, expect

from emulation.models import Round
from emulation.queries.rankings import round_summary
from reform_tasks.models import Occurrence, Plan, ProgressReport
from tests.conftest import PLAN_WORKBOOK
from tests.services import Worker

from . import colleagues

type Person = Callable[..., Page]

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
LAY_SCORES = """
row => {
  const put = (input, value) => { input.value = value; input.dispatchEvent(new Event("input", {bubbles: true})); };
  row.querySelectorAll("select").forEach(one => { put(one, one.options[1].value); });
  row.querySelectorAll("input[type=text]").forEach(one => {
    const name = one.name.split("-").slice(1).join("-");
    put(one, name === "denominator" ? "10" : name === "numerator" ? "9" : name === "percent" ? "96,5" : "0");
  });
  row.querySelectorAll("textarea").forEach(one => put(one, "Tài liệu lưu tại đơn vị."));
}
"""


@pytest.fixture
def clock() -> Iterator[Any]:
    """The clock of the server, to be moved through the year; it keeps running."""
    with time_machine.travel("2026-01-14T02:00:00+00:00", tick=True) as traveller:
        yield traveller


def _go(clock: Any, day: str) -> None:
    """Move to 9:00 in the morning of a day in Vietnam."""
    clock.move_to(f"{day}T02:00:00+00:00")


def _download(page: Page, link: Any) -> bytes:
    with page.expect_download() as waiting:
        link.click()
    return Path(waiting.value.path()).read_bytes()


def _pdf_text(data: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def _words(text: str) -> str:
    """Return the text with every run of white space as one space."""
    return " ".join(text.split())


def _import_plan(page: Page) -> None:
    page.goto("/ke-hoach/nhap/")
    page.set_input_files("input[type=file]", PLAN_WORKBOOK)
    page.fill("input[name=number]", "14/KH-UBND")
    page.fill("input[name=issued_on]", "14/01/2026")
    page.click("text=Đọc tệp và xem trước")
    page.click("button[name=confirm]")


def _january_plan_is_imported(person: Person) -> None:
    page = person("vhxh")
    expect(page.get_by_text("Nhập phụ lục kế hoạch").first).to_be_visible()
    _import_plan(page)
    expect(page.get_by_text("7 lĩnh vực, 48 nhiệm vụ")).to_be_visible()
    before = Occurrence.objects.count()
    _import_plan(page)
    expect(page.get_by_text("Không có gì thay đổi")).to_be_visible()
    assert (Plan.objects.count(), Occurrence.objects.count()) == (1, before)


def _first_duty(page: Page, title: str) -> None:
    page.goto("/viec-cua-toi/")
    page.get_by_role("link", name=title).first.click()


def _february_unit_reports(person: Person, clock: Any, tmp_path: Path) -> None:
    title = "Ban hành kế hoạch hoặc bảng phân công nhiệm vụ"
    officer = person("cv.kt")
    _first_duty(officer, title)
    officer.get_by_label("Đã hoàn thành").check()
    officer.fill("textarea[name=result]", "Kế hoạch số 05/KH-KT ngày 09/02/2026")
    officer.click("text=Lưu nháp")
    expect(officer.get_by_text("Đang soạn").first).to_be_visible()

    head = person("tt.kt")
    _first_duty(head, title)
    fake = tmp_path / "ke-hoach.pdf"
    fake.write_bytes(b"day khong phai la pdf")
    head.fill("textarea[name=note]", "Đã gửi bản giấy về Phòng VHXH")
    head.set_input_files("input[type=file]", fake)
    expect(head.locator(".upload.is-error")).to_contain_text("không phải PDF thật")
    head.click("text=Gửi báo cáo")
    expect(head.locator("[data-alarm]")).to_contain_text("Có tệp chưa tải lên được")
    head.click("text=Bỏ tệp này")
    expect(head.locator("[data-alarm]")).to_be_empty()
    expect(head.locator("textarea[name=note]")).to_have_value("Đã gửi bản giấy về Phòng VHXH")
    real = tmp_path / "Kế hoạch 05.pdf"
    real.write_bytes(PDF)
    head.set_input_files("input[type=file]", real)
    expect(head.get_by_role("link", name="Kế hoạch 05.pdf")).to_be_visible()
    head.click("text=Gửi báo cáo")
    expect(head.get_by_text("Chờ thẩm định").first).to_be_visible()

    reviewer = person("vhxh")
    reviewer.goto("/tham-dinh-nhiem-vu/")
    reviewer.get_by_role("link", name=title).first.click()
    reviewer.click("button:has-text('Trả lại')")
    expect(reviewer.locator(".error-summary, .invalid-feedback").first).to_be_visible()
    reviewer.fill("textarea[name=reason]", "Thiếu phân công người phụ trách")
    reviewer.click("button:has-text('Trả lại')")

    _first_duty(head, title)
    expect(head.get_by_text("Thiếu phân công người phụ trách").first).to_be_visible()
    head.fill("textarea[name=note]", "Đã bổ sung phân công")
    head.click("text=Gửi lại")
    reviewer.goto("/tham-dinh-nhiem-vu/")
    reviewer.get_by_role("link", name=title).first.click()
    reviewer.click("button:has-text('Chấp nhận')")
    report = ProgressReport.objects.get()
    assert (report.state, report.evidence.get().original_name) == ("accepted", "Kế hoạch 05.pdf")
    reviewer.goto(f"/ky/{report.occurrence_id}/")
    history = reviewer.locator(".timeline").inner_text()
    steps = ("soạn", "Trả lại", "Thiếu phân công người phụ trách", "Gửi", "Chấp nhận")
    assert [step for step in steps if step.lower() not in history.lower()] == []


def _december_round_is_opened(person: Person) -> Round:
    page = person("vhxh")
    page.goto("/dot-cham-diem/tao/")
    page.fill("input[name=name]", "Chấm điểm CCHC năm 2026")
    page.click("main button[type=submit]")
    page.click("text=Mở đợt cho đơn vị tự chấm")
    page.click("main button[type=submit]")
    round_ = Round.objects.get()
    assert (round_.state, round_.scorecards.count()) == ("self_scoring", 14)
    return round_


def _head_scores_the_unit(person: Person, round_: Round) -> None:
    card = round_.scorecards.get(unit__code="KT")
    page = person("tt.kt")
    page.goto(f"/phieu/{card.pk}/")
    page.click("text=Tự chấm điểm")
    first = page.locator("[data-save-url] input[type=text]").first
    first.fill("nhiều lắm")
    page.click("button[name=save]")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[data-save-url] input[type=text]").first).to_have_value("nhiều lắm")
    for area in ("I", "II", "III", "IV", "V", "VI", "VII"):
        page.goto(f"/phieu/{card.pk}/linh-vuc/{area}/")
        page.locator("[data-save-url]").evaluate_all(f"rows => rows.forEach({LAY_SCORES})")
        page.click("button[name=save]")
        expect(page.locator(".error-summary")).to_have_count(0)
    page.goto(f"/phieu/{card.pk}/")
    page.click("button:has-text('Nộp phiếu')")
    expect(page.get_by_text("Đã nộp phiếu").first).to_be_visible()


def _reviewer_appraises(person: Person, round_: Round) -> None:
    page = person("vhxh")
    page.goto(f"/dot-cham-diem/{round_.pk}/buoc/close_self/")
    page.click("main button[type=submit]")
    card = round_.scorecards.get(unit__code="KT")
    page.goto(f"/phieu/{card.pk}/linh-vuc/II/")
    row = page.locator("[data-save-url]").first
    row.locator("input[type=text]").first.fill("5")
    page.click("button[name=save]")
    expect(page.locator(".error-summary")).to_be_visible()  # a changed score needs a reason
    row.locator("textarea").fill("Đối chiếu sổ văn bản đi: 5 văn bản đúng hạn")
    page.click("button[name=save]")
    expect(page.locator(".error-summary")).to_have_count(0)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/phieu/{card.pk}/")
    page.click("button:has-text('Chấp nhận điểm tự chấm')")
    page.click("button:has-text('Hoàn thành thẩm định')")
    expect(page.get_by_text("Đã hoàn thành thẩm định phiếu.")).to_be_visible()


def _ranking_is_published(person: Person, round_: Round) -> None:
    reviewer = person("vhxh")
    reviewer.goto(f"/dot-cham-diem/{round_.pk}/buoc/rank/")
    reviewer.click("main button[type=submit]")
    stranger = person("tt.hcc")
    assert stranger.goto(f"/xep-hang/{round_.pk}/").status == 404  # type: ignore[union-attr]
    leader = person("pct")
    leader.goto(f"/dot-cham-diem/{round_.pk}/buoc/publish/")
    leader.fill("input[name=decision_number]", "25/QĐ-UBND")
    leader.fill("input[name=decision_on]", "20/01/2027")
    leader.click("main button[type=submit]")
    expect(leader.get_by_text("25/QĐ-UBND").first).to_be_visible()
    stranger.goto(f"/xep-hang/{round_.pk}/")
    expect(stranger.get_by_text("25/QĐ-UBND").first).to_be_visible()


def _awards_are_proposed(person: Person, round_: Round) -> None:
    page = person("vhxh")
    page.goto(f"/xep-hang/{round_.pk}/khen-thuong/")
    page.fill("input[name=decision_on]", "25/01/2027")
    page.click("main button[type=submit]")
    text = page.locator("main").inner_text()
    assert ("1.520.000" in text, "760.000" in text) == (True, True)
    assert "không thay quyết định" in text


def _office_compiles(person: Person) -> bytes:
    page = person("vanphong")
    page.goto("/tong-hop/")
    page.click("main button:has-text('Tổng hợp')")
    result = page.locator("#job-progress a[href*='/tong-hop/']")
    expect(result).to_be_visible(timeout=60_000)
    result.click()
    return _download(page, page.get_by_text("Tải bảng Excel"))


def _document_is_signed_and_issued(person: Person) -> bytes:
    page = person("vhxh")
    page.goto("/van-ban/")
    page.locator("main a[href*='/van-ban/']", has_text="Kết quả").first.click()
    address = page.url
    for user, button in (
        ("vhxh", "Xác nhận nội dung"),
        ("vanphong", "Xác nhận thể thức, trình ký"),
        ("pct", "Ký duyệt"),
        ("vanphong", "Cấp số và phát hành"),
    ):
        page = person(user)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(address)
        if user == "vanphong" and page.locator("input[name=issued_on]").count():
            page.fill("input[name=issued_on]", "22/01/2027")
        page.click(f"main button:has-text('{button}')")
        page.wait_for_load_state()
    refused = page.goto(f"{address}sua/")
    assert refused is not None
    assert refused.status in (403, 404, 422)
    page.goto(address)
    expect(page.get_by_text("Đã phát hành").first).to_be_visible()
    return page.request.get(f"{address}pdf").body()


def _check_report(pdf: bytes, round_: Round) -> None:
    text = _words(_pdf_text(pdf))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 01/BC-UBND",
        "Ninh Giang, ngày 22 tháng 01 năm 2027",
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "Nguyễn Đình Khoa",
        "Nơi nhận:",
        "Trung tâm Phục vụ hành chính công",
    ):
        assert part in text, part
    best = round_summary(round_).blocks[0].entries[0]
    assert f"{best.index:.2f}".replace(".", ",") in text
    fonts = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert {line.split()[0].split("+")[-1].split("-")[0] for line in fonts.splitlines()[2:]} == {"Tinos"}


def _check_workbook(data: bytes, round_: Round) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    summary = round_summary(round_)
    blocks = [block.name[:31].strip() for block in summary.blocks]
    assert book.sheetnames == ["Tổng hợp", *blocks, "Giải thích", "Nhiệm vụ", "Nhiệm vụ chậm"]
    sheet = book[blocks[0]]
    assert sheet.freeze_panes
    entry = summary.blocks[0].entries[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    line = next(cell.row for cell in cells if cell.value == entry.unit_name)
    numbers = [cell.value for cell in sheet[line] if isinstance(cell.value, int | float)]
    assert float(entry.index) in numbers
    assert float(entry.total) in numbers


def test_the_plan_goes_through_its_year(
    commune: Any, person: Person, clock: Any, worker: Worker, tmp_path: Path
) -> None:
    """From the appendix workbook in January 2026 to the signed report and the Excel summary in January 2027."""
    _january_plan_is_imported(person)
    _go(clock, "2026-02-10")
    _february_unit_reports(person, clock, tmp_path)
    assert colleagues.report_on_time(commune, clock, ("KT", "VHXH", "MN1")) > 0
    _go(clock, "2026-12-21")
    round_ = _december_round_is_opened(person)
    _go(clock, "2027-01-05")
    _head_scores_the_unit(person, round_)
    colleagues.hand_in_scorecards(commune, round_, leave="KT")
    _go(clock, "2027-01-11")
    _reviewer_appraises(person, round_)
    colleagues.appraise_scorecards(commune, round_, leave="KT")
    _go(clock, "2027-01-20")
    _ranking_is_published(person, round_)
    _awards_are_proposed(person, round_)
    _go(clock, "2027-01-21")
    workbook = _office_compiles(person)
    _check_workbook(workbook, round_)
    _go(clock, "2027-01-22")
    _check_report(_document_is_signed_and_issued(person), round_)
