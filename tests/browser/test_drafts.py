"""What was typed and not saved survives a closed tab, is offered back, and goes when it is saved or one signs out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from emulation.models import Scorecard
from reports.models import Document
from tests.emulation.year import card_of, opened, row_of

type Person = Callable[..., Page]
KEPT = "Object.entries(localStorage).filter(([key]) => key.startsWith('ninhgiang:draft:')).map(([, kept]) => kept)"


@pytest.fixture
def card(transactional_db, commune) -> Scorecard:
    """The scorecard of Phòng Kinh tế in an open round."""
    return card_of(opened(commune, ("KT",)), commune, "KT")


def wait_until_kept(page: Page, text: str) -> None:
    """Wait until the browser keeps a draft with this text."""
    page.wait_for_function(f"text => {KEPT}.some(kept => kept.includes(text))", arg=text)


def close_and_open_again(page: Page) -> Page:
    """Close the tab without saving and open its address in a new one of the same browser."""
    context, address = page.context, page.url
    page.close()
    again = context.new_page()
    again.goto(address)
    return again


@pytest.mark.one_database
def test_unsaved_text_is_offered_back(card, commune, person: Person):
    page = person("tt.kt")
    page.goto(f"/phieu/{card.pk}/linh-vuc/II/")
    page.route("**/dong/**", lambda route: route.abort())  # the network is away
    page.locator(".score-row").first.locator("input[name$=numerator]").fill("12")
    page.locator(".score-row").first.locator("textarea").fill("Sổ văn bản quý III")
    wait_until_kept(page, "Sổ văn bản quý III")

    page = close_and_open_again(page)
    row = page.locator(".score-row").first
    expect(row.locator(".draft-offer")).to_contain_text("Có nội dung chưa lưu từ")
    expect(page.locator(".draft-offer")).to_have_count(1)
    expect(row.locator("textarea")).to_have_value("")
    row.get_by_role("button", name="Khôi phục").click()
    expect(row.locator("textarea")).to_have_value("Sổ văn bản quý III")
    expect(row.locator("input[name$=numerator]")).to_have_value("12")
    row.locator("input[name$=denominator]").fill("15")
    page.locator(".score-row").nth(1).locator("textarea").focus()
    expect(row.locator("[data-row-state]")).to_contain_text("Đã lưu")
    page.wait_for_function(f"{KEPT}.length === 0")
    assert row_of(card, "2.1").self_note == "Sổ văn bản quý III"

    document = Document.objects.get(kind="plan")
    page = person("vhxh")
    page.goto(f"/van-ban/{document.pk}/sua/")
    title = page.locator("textarea[name=title]")
    title.fill("Trích yếu đang sửa dở")
    wait_until_kept(page, "đang sửa dở")
    page = close_and_open_again(page)
    page.get_by_role("button", name="Bỏ", exact=True).click()
    expect(page.locator(".draft-offer")).to_have_count(0)
    assert page.evaluate(KEPT) == []

    title = page.locator("textarea[name=title]")
    title.fill("Trích yếu đã sửa xong")
    wait_until_kept(page, "đã sửa xong")
    page.get_by_role("button", name="Lưu dự thảo").click()
    page.wait_for_url(f"**/van-ban/{document.pk}/")
    assert page.evaluate(KEPT) == []

    page.goto(f"/van-ban/{document.pk}/sua/")
    page.locator("textarea[name=title]").fill("Bỏ dở rồi đăng xuất")
    wait_until_kept(page, "Bỏ dở")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".account--top").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/dang-nhap/**")
    assert page.evaluate(KEPT) == []
