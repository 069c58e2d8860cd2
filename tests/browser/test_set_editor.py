"""The editor of a draft set in a real browser: the check while typing, Enter saves, and the same without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from emulation.models import CriteriaSet, Criterion
from emulation.services.criteria import copy_set

pytestmark = pytest.mark.one_database  # scripts and markup
ROW = "/bo-tieu-chi/cchc-2027/sua/dong/1.2/"
GRADES = "/bo-tieu-chi/cchc-2027/sua/xep-loai/"


@pytest.fixture
def draft(transactional_db, commune) -> CriteriaSet:
    """A copy of the sample to edit."""
    source = CriteriaSet.objects.get(code="mau-2026")
    return copy_set(actor=commune.people["vhxh"], criteria_set=source, code="cchc-2027", name="Bộ 2027", year=2027)


def test_a_row_is_checked_while_it_is_typed_and_enter_saves_it(draft, person: Callable[..., Page]):
    page = person("vhxh")
    page.goto(ROW)
    check = page.locator("#kiem-tra")
    expect(check).to_contain_text("17/20 nhiệm vụ hoàn thành = 85 %")
    page.locator("#id_max_points").fill("5")
    expect(check).to_contain_text("Mức cao nhất phải đạt điểm tối đa 5.")
    expect(check).to_contain_text("21/20 điểm, thừa 1")
    page.locator("#id_rule_kind").select_option("choice")
    page.locator("#id_p_options").fill("dat | Đạt | 5\nkhong | Không đạt | 0")
    expect(check).to_contain_text("Đạt: 5 điểm; Không đạt: 0 điểm")
    page.locator("#id_rule_kind").select_option("tiers")
    expect(page.locator("#id_p_tiers")).to_have_value("từ 100 | 4\ntừ 90 | 3\ntừ 70 | 1,5\ntừ 0 | 0")
    page.locator("#id_rule_kind").select_option("choice")
    expect(page.locator("#id_p_options")).to_have_value("dat | Đạt | 5\nkhong | Không đạt | 0")
    page.locator("#id_max_points").press("Enter")
    page.wait_for_url("**/sua/?mo=I#dong-1.2")
    expect(page.locator("[id='dong-1.2']")).to_be_visible()
    stored = Criterion.objects.get(criteria_set=draft, code="1.2")
    assert (stored.rule_kind, stored.max_points) == ("choice", 5)


def test_grades_are_drawn_while_they_are_typed_and_only_what_counts_is_shown(draft, person: Callable[..., Page]):
    page = person("vhxh")
    page.goto(GRADES)
    expect(page.locator("#id_muc-0-head")).to_be_hidden()
    expect(page.locator("#id_kc-0-percent")).to_be_hidden()
    page.locator("#id_heads_by").select_option("grade")
    page.locator("#id_kc-0-when").select_option("area_below")
    expect(page.locator("#id_muc-0-head")).to_be_visible()
    expect(page.locator("#id_kc-0-percent")).to_be_visible()
    page.locator("#id_muc-4-lower").fill("10")
    expect(page.locator("#kiem-tra")).to_contain_text("Khoảng từ 0 đến dưới 10 chưa thuộc mức nào")
    expect(page.locator("#kiem-tra .bands-bar__part--gap")).to_have_count(1)


def test_without_scripts_the_pages_check_and_save_as_well(draft, person: Callable[..., Page]):
    page = person("vhxh", java_script_enabled=False)
    page.goto(ROW)
    page.locator("#id_max_points").fill("5")
    page.locator("[name=kiem_tra]").click()
    expect(page.locator("#kiem-tra")).to_contain_text("21/20 điểm, thừa 1")
    page.locator("#id_rule_kind").select_option("free")
    page.locator("[name=doi_cach]").click()
    page.locator("#id_p_step").fill("0,5")
    page.locator(".form > .actions [type=submit]").click()
    assert Criterion.objects.get(criteria_set=draft, code="1.2").rule_kind == "free"
    page.goto(GRADES)
    page.locator("[name=them][value=muc]").click()
    expect(page.locator("#id_muc-7-name")).to_be_visible()
