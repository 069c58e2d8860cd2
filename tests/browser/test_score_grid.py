"""The scoring grid in a real browser: rows save themselves, two people collide without loss, and without JS."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from emulation.models import Scorecard
from tests.browser.conftest import NARROW
from tests.emulation.year import card_of, opened, row_of

type Person = Callable[..., Page]


@pytest.fixture
def card(transactional_db, commune) -> Scorecard:
    """The scorecard of Phòng Kinh tế in an open round."""
    return card_of(opened(commune, ("KT", "HCC")), commune, "KT")


def first_row(page: Page, card: Scorecard) -> Locator:
    """Open area II and return its first row, criterion 2.1 (numerator and denominator)."""
    page.goto(f"/phieu/{card.pk}/linh-vuc/II/")
    return page.locator(".score-row").first


def type_rate(page: Page, row: Locator, numerator: str, denominator: str) -> None:
    """Type both numbers and leave the row, which saves it."""
    row.locator("input[name$=numerator]").fill(numerator)
    row.locator("input[name$=denominator]").fill(denominator)
    page.locator(".score-row").nth(1).locator("textarea").focus()


def test_a_row_saves_itself_and_shows_its_points(card, person: Person):
    page = person("tt.kt")
    row = first_row(page, card)
    type_rate(page, row, "12", "15")
    expect(row.locator("[data-row-points]")).to_have_text("3,2")
    expect(row.locator("[data-row-state]")).to_contain_text("Đã lưu")
    expect(page.locator("[data-total=area]")).to_have_text("3,2/8")
    type_rate(page, row, "15", "15")  # a second save of the same person is no conflict
    expect(row.locator("[data-row-points]")).to_have_text("4")
    assert row_of(card, "2.1").version == 3


def test_two_people_in_one_row_see_both_values_and_choose(card, person: Person):
    head, officer = person("tt.kt"), person("cv.kt", NARROW)
    mine, theirs = first_row(head, card), first_row(officer, card)
    type_rate(officer, theirs, "12", "15")
    expect(theirs.locator("[data-row-state]")).to_contain_text("Đã lưu")
    type_rate(head, mine, "9", "15")
    conflict = mine.locator("[data-row-conflict]")
    expect(conflict).to_contain_text("Số văn bản đúng hạn: 12")
    expect(conflict).to_contain_text("Số văn bản đúng hạn: 9")
    expect(mine.locator("input[name$=numerator]")).to_have_value("9")
    conflict.get_by_role("button", name="Giữ bản của tôi").click()
    expect(mine.locator("[data-row-points]")).to_have_text("2,4")
    type_rate(officer, theirs, "14", "15")
    theirs.get_by_role("button", name="Dùng bản trong hệ thống").click()
    expect(theirs.locator("input[name$=numerator]")).to_have_value("9")


def test_what_cannot_be_read_stays_typed_with_its_message(card, person: Person):
    page = person("tt.kt")
    row = first_row(page, card)
    type_rate(page, row, "1.234,5", "15")
    expect(row.locator(".invalid-feedback.d-block")).to_contain_text("Không đọc được “1.234,5”")
    expect(row.locator("input[name$=numerator]")).to_have_value("1.234,5")
    assert row_of(card, "2.1").self_points is None


def test_pressing_save_at_once_does_not_collide_with_the_row_saving_itself(card, person: Person):
    page = person("tt.kt")
    row = first_row(page, card)
    row.locator("input[name$=numerator]").fill("12")
    row.locator("input[name$=denominator]").fill("15")
    page.click("button[name=save]")
    expect(page.locator("[data-row-points]").first).to_have_text("3,2")
    expect(page.locator(".error-summary")).to_have_count(0)


def test_the_grid_works_without_javascript(card, person: Person):
    page = person("tt.kt", java_script_enabled=False)
    row = first_row(page, card)
    type_rate(page, row, "12", "15")
    page.locator(".score-row").nth(1).locator("input[name$=count]").fill("-1")
    page.click("button[name=save]")
    expect(page.locator(".error-summary")).to_contain_text("Đã lưu 1 tiêu chí")
    expect(page.locator(".score-row").nth(1).locator("input[name$=count]")).to_have_value("-1")
    assert str(row_of(card, "2.1").self_points) == "3.20"
