"""The whole cycle of a scorecard in a browser: unlock, explanation, appraisal 2, publication, appeal, version 2."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from emulation.enums import RoundState, ScorecardState
from emulation.models import PublishedVersion, Round, Scorecard
from emulation.services import accept_unchanged, close_self_scoring, complete_appraisal, rank_round
from ninhgiang.calendar import day_text, today
from tests.browser.conftest import NARROW
from tests.emulation.year import card_of, opened, row_of, submitted_all

type Person = Callable[..., Page]


@pytest.fixture
def card(transactional_db: None, commune: Any) -> Scorecard:
    """The scorecard of Phòng Kinh tế, handed in without the points of 2.1, in a round that is in appraisal."""

    def day(count: int) -> Any:
        return today() + timedelta(days=count)

    round_ = opened(
        commune,
        ("KT", "HCC"),
        self_score_until=day(2),
        appraise_until=day(5),
        explain_until=day(9),
        reappraise_until=day(12),
    )
    submitted_all(commune, round_, KT=lambda row: row.criterion.code in ("2.1", "2.2"))
    close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Đã đủ phiếu")
    return card_of(round_, commune, "KT")


def test_a_scorecard_goes_through_its_whole_cycle(card: Scorecard, commune: Any, person: Person) -> None:
    leader, head, reviewer = person("pct"), person("tt.kt", NARROW), person("vhxh")
    _unlock_one_row(leader, head, card)
    _ask_and_answer(reviewer, head, card, commune)
    _appraise_again(reviewer, card, commune)
    _publish(leader, card)
    _appeal_and_publish_again(head, reviewer, leader, card)


def _unlock_one_row(leader: Page, head: Page, card: Scorecard) -> None:
    row = row_of(card, "2.2")
    leader.goto(f"/phieu/{card.pk}/")
    leader.get_by_role("link", name="Mở khóa").click()
    leader.get_by_label("Phần được mở").select_option(str(row.pk))
    leader.get_by_label("Lý do").fill("Đơn vị mất điện ngày cuối")
    leader.get_by_role("button", name="Mở khóa").click()
    expect(leader.get_by_text("Đã mở khóa và báo cho Phòng Kinh tế.")).to_be_visible()

    head.goto(f"/phieu/{card.pk}/linh-vuc/II/")
    assert head.locator(f"#row-{row_of(card, '2.1').pk} input[type=text]").count() == 0
    place = head.locator(f"#row-{row.pk}")
    place.locator("input[type=text]").first.fill("0")
    place.locator("textarea").focus()
    expect(place.locator("[data-row-points]")).to_have_text("4")
    head.goto(f"/phieu/{card.pk}/")
    head.get_by_role("button", name="Nộp phần được mở khóa").click()
    expect(head.get_by_text("Đã nộp phiếu.")).to_be_visible()


def _ask_and_answer(reviewer: Page, head: Page, card: Scorecard, commune: Any) -> None:
    row = row_of(card, "2.1")
    reviewer.goto(f"/phieu/{card.pk}/dong/{row.pk}/yeu-cau/")
    reviewer.get_by_label("Nội dung cần đơn vị giải trình").fill("Vì sao không có văn bản nào đúng hạn?")
    reviewer.get_by_role("button", name="Ghi yêu cầu").click()
    for one in Scorecard.objects.filter(round=card.round_id):
        accept_unchanged(actor=commune.people["vhxh"], scorecard_id=one.pk)
        complete_appraisal(actor=commune.people["vhxh"], scorecard_id=one.pk)
    reviewer.goto(f"/dot-cham-diem/{card.round_id}/")
    reviewer.get_by_role("link", name="Gửi yêu cầu giải trình").click()
    reviewer.get_by_role("button", name="Gửi yêu cầu giải trình").click()
    expect(reviewer.get_by_text("Đã gửi yêu cầu giải trình tới các đơn vị.")).to_be_visible()

    head.goto("/")
    head.get_by_role("link", name="Giải trình:").first.click()
    head.get_by_label("Giải trình tiêu chí 2.1").fill("Các văn bản được gia hạn theo Công văn 15.")
    head.once("dialog", lambda dialog: dialog.accept())
    head.get_by_role("button", name="Lưu và gửi giải trình").click()
    expect(head.get_by_text("Đã gửi giải trình tới Phòng Văn hóa - Xã hội.")).to_be_visible()
    assert Scorecard.objects.get(pk=card.pk).state == ScorecardState.EXPLAINED


def _appraise_again(reviewer: Page, card: Scorecard, commune: Any) -> None:
    reviewer.goto(f"/dot-cham-diem/{card.round_id}/")
    reviewer.get_by_role("link", name="Đóng giải trình").click()
    reviewer.get_by_role("button", name="Đóng giải trình").click()
    reviewer.goto(f"/phieu/{card.pk}/")
    reviewer.get_by_role("link", name="Thẩm định lần 2").first.click()
    place = reviewer.locator(f"#row-{row_of(card, '2.1').pk}")
    expect(place).to_contain_text("Công văn 15")
    place.locator("input[name$=numerator]").fill("5")
    place.locator("input[name$=denominator]").fill("10")
    place.locator("textarea").fill("Công nhận 5 văn bản được gia hạn")
    reviewer.locator("h1").click()
    expect(place.locator("[data-row-points]")).to_have_text("2")
    expect(place.locator("[data-row-state]")).to_contain_text("Đã lưu")
    reviewer.goto(f"/phieu/{card.pk}/")
    reviewer.get_by_role("button", name="Hoàn thành thẩm định lần 2").click()
    expect(reviewer.get_by_text("Đã hoàn thành thẩm định lần 2.", exact=True)).to_be_visible()
    rank_round(actor=commune.people["vhxh"], round_id=card.round_id)


def _publish(leader: Page, card: Scorecard) -> None:
    leader.goto(f"/xep-hang/{card.round_id}/")
    leader.get_by_role("link", name="Công bố kết quả").click()
    leader.get_by_label("Số, ký hiệu quyết định").fill("25/QĐ-UBND")
    leader.get_by_label("Ngày ký quyết định").fill(day_text(today()))
    leader.get_by_role("button", name="Công bố kết quả").click()
    expect(leader.get_by_text("Đã công bố kết quả.")).to_be_visible()
    assert Round.objects.get(pk=card.round_id).state == RoundState.PUBLISHED


def _appeal_and_publish_again(head: Page, reviewer: Page, leader: Page, card: Scorecard) -> None:
    row = row_of(card, "2.1")
    head.goto(f"/phieu/{card.pk}/")
    head.get_by_role("link", name="Kiến nghị về kết quả").click()
    head.get_by_label("Kiến nghị về").select_option(str(row.pk))
    head.get_by_label("Điểm đề nghị").fill("4,5")
    head.get_by_label("Nội dung, căn cứ").fill("Đủ 10 văn bản đúng hạn, có phụ lục kèm theo.")
    head.get_by_role("button", name="Gửi kiến nghị").click()
    expect(head.get_by_text("Điểm đề nghị phải từ 0 đến 4.", exact=True)).to_be_visible()
    expect(head.get_by_label("Nội dung, căn cứ")).to_have_value("Đủ 10 văn bản đúng hạn, có phụ lục kèm theo.")
    head.get_by_label("Điểm đề nghị").fill("4")
    head.get_by_role("button", name="Gửi kiến nghị").click()
    expect(head.get_by_text("Đã gửi kiến nghị.")).to_be_visible()

    reviewer.goto(head.url)
    reviewer.locator("input[name$=numerator]").fill("10")
    reviewer.locator("input[name$=denominator]").fill("10")
    reviewer.get_by_label("Trả lời đơn vị").fill("Công nhận đủ 10 văn bản.")
    reviewer.get_by_role("button", name="Chấp nhận", exact=True).click()
    expect(reviewer.get_by_text("Đã giải quyết kiến nghị và báo cho đơn vị.")).to_be_visible()

    leader.goto(f"/xep-hang/{card.round_id}/")
    leader.get_by_role("link", name="Công bố bản mới").click()
    leader.get_by_label("Lý do công bố bản mới").fill("Giải quyết kiến nghị của Phòng Kinh tế")
    leader.get_by_label("Số, ký hiệu quyết định").fill("30/QĐ-UBND")
    leader.get_by_label("Ngày ký quyết định").fill(day_text(today()))
    leader.get_by_role("button", name="Công bố bản mới").click()
    expect(leader.get_by_text("Bản 2, thay bản 1.")).to_be_visible()
    versions = PublishedVersion.objects.filter(round=card.round_id).order_by("number")
    rows = [row for version in versions for one in version.snapshot["scorecards"] for row in one["rows"]]
    points = [one["points"] for one in rows if one["row_id"] == row.pk]
    assert points == ["2.00", "4.00"]
