"""A file sent in pieces: the link breaks, the page is closed, it goes on; cancel; pages that open the file there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from reform_tasks.models import Evidence, EvidenceUpload, Occurrence, ReportEvidence
from reform_tasks.services.uploads import PIECE_BYTES
from tests.reform_tasks.pdfs import blank

type Person = Callable[..., Page]
BIG = blank(6) + b"\n%" + b"v" * (5 * PIECE_BYTES)  # six pieces
FILE = {"name": "Báo cáo quý I.pdf", "mimeType": "application/pdf", "buffer": BIG}
NO_SUBTLE = "Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined})"


@pytest.fixture
def duty(transactional_db: None, plan: Any) -> Occurrence:
    """A duty of Phòng Kinh tế."""
    found = Occurrence.objects.filter(assignment__unit__code="KT", assignment__part="lead", due_on__gt=date(2026, 2, 1))
    return found.order_by("due_on", "pk")[0]


def test_an_upload_breaks_and_goes_on(duty: Occurrence, person: Person) -> None:
    page = person("cv.kt")
    page.goto(f"/ky/{duty.pk}/")
    page.get_by_label("Kết quả", exact=True).or_(page.get_by_label("Diễn giải kết quả")).fill("Đã ban hành báo cáo")
    sent: list[int] = []

    def third_breaks(route: Route) -> None:
        """Let two pieces through, then cut the link."""
        if route.request.method == "POST" and "x-piece-offset" in route.request.headers:
            sent.append(int(route.request.headers["x-piece-offset"]))
            if len(sent) > 2:
                route.abort()
                return
        route.continue_()

    page.route("**/tai-len/**", third_breaks)
    page.locator("#bao-cao input[type=file]").set_input_files(files=[FILE])
    expect(page.locator(".upload__words")).to_contain_text("Mất kết nối, tự thử lại sau")
    assert sent[:3] == [0, PIECE_BYTES, 2 * PIECE_BYTES]
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.locator("[data-alarm]")).to_contain_text("Còn tệp đang tải lên")
    assert EvidenceUpload.objects.get().received == 2 * PIECE_BYTES

    context = page.context
    page.on("dialog", lambda dialog: dialog.accept())
    page.close()
    page = context.new_page()  # another day, the same file; a plain http host has no crypto.subtle
    page.add_init_script(NO_SUBTLE)
    page.goto("/minh-chung/")
    expect(page.get_by_text("(39 %)")).to_be_visible()
    offsets: list[str] = []
    page.on("request", lambda request: offsets.append(request.headers.get("x-piece-offset", "")))
    page.locator("#tai-len input[type=file]").set_input_files(files=[FILE])
    expect(page.locator(".upload__words")).to_have_text("Đã tải xong")
    expect(page.locator("#kho").get_by_role("link", name=FILE["name"])).to_be_visible()
    assert next(offset for offset in offsets if offset) == str(2 * PIECE_BYTES)
    evidence = Evidence.objects.get()
    assert (evidence.size, evidence.original_name, EvidenceUpload.objects.filter(evidence=None).count()) == (
        len(BIG),
        FILE["name"],
        0,
    )

    page.goto(f"/ky/{duty.pk}/")
    page.locator("#bao-cao input[type=file]").set_input_files(files=[FILE])  # known: no piece is sent again
    line = page.locator("[data-upload-chosen] li")
    expect(line).to_have_count(1)
    line.get_by_label("Trang").fill("trang 3 đến 5")
    page.get_by_role("button", name="Lưu nháp").click()
    expect(line.get_by_label("Trang")).to_have_value("3-5")
    assert ReportEvidence.objects.get().pages == "3-5"

    page.goto(f"/minh-chung/{evidence.pk}/thong-tin/")
    expect(page.get_by_role("link", name="Nhiệm vụ")).to_be_visible()
    reader = person("vhxh")
    reader.goto(f"/ky/{duty.pk}/")
    link = reader.get_by_role("link", name="trang 3-5")
    assert str(link.get_attribute("href")).endswith(f"/minh-chung/{evidence.pk}/#page=3")


@pytest.mark.one_database
def test_an_upload_is_cancelled_and_a_bad_file_is_told(transactional_db: None, commune: Any, person: Person) -> None:
    page = person("tt.kt")
    page.goto("/minh-chung/")
    page.route("**/tai-len/*/", lambda route: None)  # the first piece never arrives
    page.locator("#tai-len input[type=file]").set_input_files(files=[FILE])
    page.wait_for_function("document.querySelector('.upload progress') !== null")
    with page.expect_response("**/huy/"):
        expect(page.locator(".upload__words")).not_to_have_text("Đang kiểm tra tệp…")
        page.get_by_role("button", name="Hủy").click()
    expect(page.locator(".upload")).to_have_count(0)
    assert EvidenceUpload.objects.count() == 0

    page.unroute("**/tai-len/*/")
    bad = {"name": "giả.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00" + b"\x00" * 99}
    page.locator("#tai-len input[type=file]").set_input_files(files=[bad])
    expect(page.locator(".upload.is-error")).to_contain_text("không phải PDF thật")
    assert (EvidenceUpload.objects.count(), Evidence.objects.count()) == (0, 0)
