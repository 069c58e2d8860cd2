"""One duty from draft to done in a browser: handed, sent, withdrawn, returned, accepted in part, extended, closed."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from reform_tasks.models import Occurrence, ProgressReport

type Person = Callable[..., Page]


@pytest.fixture
def clock() -> Iterator[Any]:
    """The server's clock: Friday 10/04/2026, 9:00 in Vietnam; it keeps running."""
    with time_machine.travel("2026-04-10T02:00:00+00:00", tick=True) as traveller:
        yield traveller


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _state(page: Page, words: str) -> None:
    expect(page.locator("#h-report + .badge-state")).to_have_text(words)


@pytest.mark.one_database
def test_a_report_goes_its_whole_way(transactional_db: None, commune: Any, plan: Any, clock: Any, person: Person):
    duty = Occurrence.objects.get(assignment__unit__code="KT", assignment__task__number="38", due_on=date(2026, 4, 30))
    path = f"/ky/{duty.pk}/"
    officer, head, reviewer, leader = (person(name) for name in ("cv.kt", "tt.kt", "vhxh", "pct"))

    officer.goto(path)
    officer.get_by_label("Đã hoàn thành").check()
    officer.get_by_text("Số liệu đạt được (nếu có)").click()
    officer.fill("[name=quantity_done]", "21")
    officer.fill("[name=quantity_total]", "20")
    officer.fill("[name=quantity_unit]", "hồ sơ")
    _press(officer, "Trình thủ trưởng")
    expect(officer.locator("#id_quantity_done")).to_have_value("21")
    expect(officer.locator("[data-error-summary]")).to_contain_text("Tử số 21 lớn hơn mẫu số 20")
    officer.fill("[name=quantity_done]", "18,5")
    _press(officer, "Trình thủ trưởng")
    _state(officer, "Chờ thủ trưởng gửi")

    head.goto("/")
    head.get_by_role("link", name="Xem và gửi báo cáo công chức đã trình").click()
    _press(head, "Gửi báo cáo")
    _state(head, "Chờ thẩm định")
    head.on("dialog", lambda dialog: dialog.accept())
    _press(head, "Rút lại")
    _state(head, "Đang soạn")
    _press(head, "Gửi báo cáo")
    _state(head, "Chờ thẩm định")

    reviewer.goto(path)
    expect(reviewer.locator("main")).to_contain_text("18,5/20 hồ sơ = 92,5 %")
    reviewer.fill("[name=reason]", "Thiếu danh sách")
    _press(reviewer, "Trả lại")
    head.goto(path)
    expect(head.locator(".note--bad")).to_contain_text("Thiếu danh sách")
    _press(head, "Gửi lại")

    reviewer.goto(path)
    reviewer.get_by_text("Chấp nhận một phần, yêu cầu làm tiếp phần còn lại").click()
    reviewer.fill("[name=mot-phan-quantity]", "12")
    reviewer.fill("[name=mot-phan-missing]", "8 hồ sơ chưa có kết quả")
    reviewer.fill("[name=mot-phan-reason]", "Danh sách chưa đủ")
    _press(reviewer, "Chấp nhận một phần")
    _state(reviewer, "Chấp nhận một phần")

    head.goto(path)
    expect(head.locator("main")).to_contain_text("12/20 hồ sơ (60 %)")
    head.locator("#gia-han summary").click()
    head.fill("[name=gia-han-until]", "20/5/2026")
    head.fill("[name=gia-han-reason]", "Chờ kết quả của thành phố")
    _press(head, "Gửi đề nghị gia hạn")
    leader.goto("/")
    leader.get_by_role("link", name="Quyết định đề nghị gia hạn").click()
    leader.get_by_role("link", name="38.").click()
    leader.fill("[name=quyet-dinh-until]", "15/05/2026")
    _press(leader, "Đồng ý gia hạn")
    expect(leader.locator("main")).to_contain_text("Gia hạn đến 15/05/2026, kế hoạch 30/04/2026")

    clock.move_to("2026-05-12T02:00:00+00:00")  # a month later everybody has been signed out
    head, reviewer = person("tt.kt"), person("vhxh")
    head.goto(path)
    head.fill("[name=quantity_done]", "20")
    _press(head, "Gửi phần còn lại")
    reviewer.goto(path)
    _press(reviewer, "Chấp nhận")
    _state(reviewer, "Đã chấp nhận")
    expect(reviewer.locator(".timeline").last).to_contain_text("Gia hạn đến 15/05/2026 (đơn vị đề nghị 20/05/2026)")

    duty.refresh_from_db()
    report = ProgressReport.objects.get(occurrence=duty)
    assert (report.state, str(report.quantity_done), duty.due_on) == ("accepted", "20.00", date(2026, 5, 15))
