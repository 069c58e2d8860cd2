"""Every published point leads to its rule, value, evidence and reason: after appraisal 2, appeals, in old versions."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from emulation.enums import VetoEffect
from emulation.models import PublishedVersion, RowEvidence, Scorecard
from emulation.queries.scorecards import get_scorecard_for, rows_of
from emulation.queries.shown import frozen_sheet, pending_rows, sheet_for
from emulation.services import (
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    publish_new_version,
    publish_ranking,
    rank_round,
)
from emulation.services.appeals import decide_appeal, file_appeal
from emulation.services.explanations import (
    ask_explanation,
    close_explanation,
    flag_row,
    save_answers,
    submit_explanation,
)
from emulation.services.rows import RowEntry, save_appraisal_row, save_final_row
from emulation.services.second_appraisal import complete_second_appraisal
from emulation.services.vetoes import lift_veto, set_veto
from emulation.traces import traces_of
from ninhgiang.calendar import today
from reform_tasks.models import Evidence
from tests.emulation.cycle_kit import two_open
from tests.emulation.year import best_value, card_of, row_of, submitted_all, worst_value


@pytest.fixture
def card(clock, commune):
    """KT's scorecard, published: 2.1 appraised 0, explained and then half accepted (2 of 4); 2.2 lowered to 0."""
    people = commune.people
    round_ = two_open(commune)
    found = card_of(round_, commune, "KT")
    attach(found, commune)
    submitted_all(commune, round_)
    close_self_scoring(actor=people["vhxh"], round_id=round_.pk, reason="Cả hai đã nộp")
    for code in ("2.1", "2.2"):
        row = row_of(found, code)
        entry = RowEntry(row.pk, row.version, worst_value(row), f"Chưa thấy văn bản {code}")
        save_appraisal_row(actor=people["vhxh"], scorecard_id=found.pk, entry=entry)
    asked = row_of(found, "2.1")
    flag_row(actor=people["vhxh"], scorecard_id=found.pk, row_id=asked.pk, question="Văn bản nào, ngày nào?")
    for one in Scorecard.objects.filter(round=round_):
        accept_unchanged(actor=people["vhxh"], scorecard_id=one.pk)
        complete_appraisal(actor=people["vhxh"], scorecard_id=one.pk)
    ask_explanation(actor=people["vhxh"], round_id=round_.pk)
    answers = {asked.pk: (row_of(found, "2.1").version, "Văn bản số 12/KH-KT.")}
    save_answers(actor=people["cv.kt"], scorecard_id=found.pk, answers=answers)
    submit_explanation(actor=people["tt.kt"], scorecard_id=found.pk)
    close_explanation(actor=people["vhxh"], round_id=round_.pk, reason="Đã trả lời")
    half = RowEntry(asked.pk, row_of(found, "2.1").version, {"numerator": 5, "denominator": 10}, "Công nhận 5 văn bản")
    save_final_row(actor=people["vhxh"], scorecard_id=found.pk, entry=half)
    complete_second_appraisal(actor=people["vhxh"], scorecard_id=found.pk)
    rank_round(actor=people["vhxh"], round_id=round_.pk)
    publish_ranking(actor=people["pct"], round_id=round_.pk, decision_number="25/QĐ-UBND", decision_on=today())
    clock.shift(timedelta(hours=1))
    return get_scorecard_for(people["tt.kt"], found.pk)


def attach(card, commune):
    file = Evidence.objects.create(
        unit=commune.units["KT"],
        uploaded_by=commune.people["tt.kt"],
        original_name="ke-hoach-12.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
    )
    RowEvidence.objects.create(row=row_of(card, "2.1"), evidence=file, pages="3")


def appeal(commune, card, code="2.2"):
    """Let the reviewer accept KT's appeal about a row in full."""
    row = row_of(card, code)
    filed = file_appeal(actor=commune.people["tt.kt"], scorecard_id=card.pk, text="Xem lại", row_id=row.pk)
    decide_appeal(
        actor=commune.people["vhxh"], appeal_id=filed.pk, accepted=True, answer="Đủ văn bản.", value=best_value(row)
    )


def again(commune, card):
    publish_new_version(
        actor=commune.people["pct"],
        round_id=card.round_id,
        reason="Giải quyết kiến nghị",
        decision_number="30/QĐ-UBND",
        decision_on=today(),
    )


def shown(sign_in, name, *args, who="tt.kt"):
    answer = sign_in(who).get(reverse(f"emulation:{name}", args=args))
    assert answer.status_code == 200
    return answer


def points_on(sheet):
    return {row.criterion.code: row.result_points for row in sheet.live if row.criterion.code in ("2.1", "2.2")}


def test_a_point_of_appraisal_2_leads_to_its_value_reason_answer_and_file(card, sign_in):
    page = shown(sign_in, "row-explain", card.pk, row_of(card, "2.1").pk)
    found = page.context["traces"]
    assert [(one.title, one.points, one.counts) for one in found] == [
        ("Đơn vị tự chấm", Decimal(4), False),
        ("Thẩm định lần 1", Decimal(0), False),
        ("Thẩm định lần 2", Decimal(2), True),
    ]
    assert found[2].value == "Số văn bản đúng hạn: 5; Tổng số văn bản được giao soạn thảo: 10"
    assert (found[2].explanation, found[2].note) == (row_of(card, "2.1").final_explanation, "Công nhận 5 văn bản")
    assert [(use.evidence.original_name, use.pages) for use in page.context["files"]] == [("ke-hoach-12.pdf", "3")]
    for text in ("Văn bản nào, ngày nào?", "Văn bản số 12/KH-KT.", "Chưa thấy văn bản 2.1", "ke-hoach-12.pdf, trang 3"):
        assert text in page.text


def test_the_whole_explanation_shows_both_appraisals_and_a_sum_that_adds_up(card, sign_in):
    page = shown(sign_in, "scorecard-explain", card.pk)
    assert points_on(page.context["sheet"]) == {"2.1": Decimal(2), "2.2": Decimal(0)}
    assert page.context["stated"].total == card.final_total
    for text in ("Công nhận 5 văn bản", "Thẩm định lần 1: 0/10 văn bản đúng hạn", page.context["total_words"]):
        assert text in page.text


def test_an_accepted_appeal_waits_for_the_next_version_and_every_page_agrees(card, commune, sign_in):
    before = shown(sign_in, "scorecard-detail", card.pk).context["stated"]
    appeal(commune, card)
    row = row_of(card, "2.2")

    page = shown(sign_in, "scorecard-detail", card.pk)

    stated, lines = page.context["stated"], page.context["areas"]
    assert stated == before
    assert stated.total == sum(line["result"] for line in lines if line["result"] is not None)
    assert stated.total == Decimal(Scorecard.objects.get(pk=card.pk).snapshot["totals"]["total"])
    assert [(one.before, one.after, one.reason) for one in page.context["pending"]] == [
        (Decimal(0), Decimal(4), "Đủ văn bản.")
    ]
    assert {one.row.criterion.code for one in page.context["gains"]} >= {"2.2"}
    for name, *args in (("scorecard-detail",), ("scorecard-explain",), ("row-explain", row.pk)):
        assert "Chờ bản mới" in shown(sign_in, name, card.pk, *args).text
    assert [one.points for one in shown(sign_in, "row-explain", card.pk, row.pk).context["traces"]] == [4, 0]
    grid = shown(sign_in, "scorecard-area", card.pk, "II")
    assert {one.row.criterion.code: one.row.result_points for one in grid.context["form"].rows} == {
        "2.1": Decimal(2),
        "2.2": Decimal(0),
    }


def test_each_published_version_keeps_its_own_explanations(card, commune, sign_in):
    appeal(commune, card)
    again(commune, card)
    row = row_of(card, "2.2")

    new, old = shown(sign_in, "scorecard-explain", card.pk), shown(sign_in, "version-explain", card.pk, 1)

    assert points_on(new.context["sheet"]) == {"2.1": Decimal(2), "2.2": Decimal(4)}
    assert points_on(old.context["sheet"]) == {"2.1": Decimal(2), "2.2": Decimal(0)}
    assert new.context["stated"].total - old.context["stated"].total == Decimal(4)
    assert new.context["pending"] == []
    assert "đã được bản 2 thay" in old.text
    assert "Bản 2 đang có hiệu lực" in new.text
    assert reverse("emulation:version-row", args=[card.pk, 1, row.pk]) in old.text
    latest = shown(sign_in, "row-explain", card.pk, row.pk).context["traces"]
    first = shown(sign_in, "version-row", card.pk, 1, row.pk).context["traces"]
    assert [(one.title, one.points) for one in latest] == [
        ("Đơn vị tự chấm", Decimal(4)),
        ("Thẩm định lần 1", Decimal(0)),
        ("Giải quyết sau công bố", Decimal(4)),
    ]
    assert [(one.title, one.points, one.note) for one in first][1:] == [
        ("Thẩm định", Decimal(0), "Chưa thấy văn bản 2.2")
    ]


def test_the_ranking_of_a_version_leads_to_that_versions_explanations(card, commune, sign_in):
    appeal(commune, card)
    again(commune, card)
    old = shown(sign_in, "ranking-version", card.round_id, 1, who="vhxh").text
    new = shown(sign_in, "ranking", card.round_id, who="vhxh").text
    assert reverse("emulation:version-explain", args=[card.pk, 1]) in old
    assert reverse("emulation:scorecard-explain", args=[card.pk]) not in old
    assert reverse("emulation:scorecard-explain", args=[card.pk]) in new


def test_versions_are_found_by_those_who_may_open_the_scorecard(card, sign_in):
    row = row_of(card, "2.2")
    urls = [
        reverse("emulation:version-explain", args=[card.pk, 1]),
        reverse("emulation:version-row", args=[card.pk, 1, row.pk]),
    ]
    for who, status in (("tt.kt", 200), ("cv.kt", 200), ("pct", 200), ("tt.hcc", 404), ("quantri", 404)):
        assert {sign_in(who).get(url).status_code for url in urls} == {status}
    head = sign_in("tt.kt")
    for missing in ("version-explain", card.pk, 2), ("version-row", card.pk, 1, 999999):
        assert head.get(reverse(f"emulation:{missing[0]}", args=missing[1:])).status_code == 404


def test_a_snapshot_says_the_same_as_the_rows_it_was_taken_of(card, commune):
    rows = rows_of(card)
    frozen, live = frozen_sheet(card, card.snapshot, rows), {row.pk: row for row in rows}
    columns = [
        f"{column}_{name}" for column in ("self", "appraised", "result") for name in ("value", "points", "explanation")
    ]
    names = [*columns, "max_points", "applicable", "self_note", "appraisal_reason", "facts"]
    names += ["flagged", "question", "answer"]
    for row in frozen.rows:
        assert {name: getattr(row, name) for name in names} == {name: getattr(live[row.pk], name) for name in names}
        assert traces_of(row) == traces_of(live[row.pk])
    assert len(frozen.rows) == len(rows)
    assert frozen.self_totals.total == card.self_total
    assert pending_rows(card, rows) == []
    assert sheet_for(commune.people["tt.kt"], card).frozen is True


def test_the_first_format_of_snapshots_is_read_too(card):
    snapshot = dict(card.snapshot)
    later = ("appraised_value", "appraised_points", "appraised_explanation", "appraisal_reason", "flagged", "question")
    snapshot["rows"] = [{name: row[name] for name in row if name not in (*later, "answer")} for row in snapshot["rows"]]
    snapshot["totals"] = {name: one for name, one in snapshot["totals"].items() if name not in ("late", "lifted")}
    sheet = frozen_sheet(card, snapshot, rows_of(card))
    row = next(row for row in sheet.rows if row.criterion.code == "2.1")
    assert (row.appraised_points, row.final_points, row.result_points) == (Decimal(2), None, Decimal(2))
    assert sheet.result_totals.late == sheet.result_totals.lifted == Decimal(0)


def test_a_frozen_file_that_is_gone_is_named(card, sign_in):
    row = row_of(card, "2.1")
    RowEvidence.objects.filter(row=row).delete()
    Evidence.objects.filter(original_name="ke-hoach-12.pdf").delete()
    page = shown(sign_in, "row-explain", card.pk, row.pk)
    assert (page.context["files"], page.context["gone"]) == ([], ["ke-hoach-12.pdf"])
    assert "Tệp không còn trong kho: ke-hoach-12.pdf." in page.text


def test_pages_of_a_version_ask_a_constant_number_of_queries(card, sign_in, django_assert_num_queries):
    client = sign_in("tt.kt")
    row = row_of(card, "2.1")
    assert PublishedVersion.objects.count() == 1
    for name, args, expected in (("version-explain", [card.pk, 1], 12), ("version-row", [card.pk, 1, row.pk], 13)):
        with django_assert_num_queries(expected):
            client.get(reverse(f"emulation:{name}", args=args))


def test_vetoes_set_or_lifted_after_publication_wait_for_the_next_version(card, commune, sign_in):
    set_ = set_veto(
        actor=commune.people["pct"],
        scorecard_id=card.pk,
        effect=VetoEffect.NO_AWARD,
        reason="chậm báo cáo",
        decision_number="31/QĐ-UBND",
        decision_on=today(),
    )
    assert shown(sign_in, "scorecard-detail", card.pk).context["waiting_vetoes"] == {set_.pk}
    again(commune, card)
    page = shown(sign_in, "scorecard-detail", card.pk)
    assert (page.context["waiting_vetoes"], "Chờ bản mới" in page.text) == (set(), False)
    lift_veto(actor=commune.people["pct"], veto_id=set_.pk, reason="Kết luận lại")
    assert shown(sign_in, "scorecard-detail", card.pk).context["waiting_vetoes"] == {set_.pk}


def test_a_veto_like_a_lifted_one_but_for_its_grade_waits_too(card, commune, sign_in):
    def grade_at_most(code):
        return set_veto(
            actor=commune.people["pct"],
            scorecard_id=card.pk,
            effect=VetoEffect.MAX_GRADE,
            grade=code,
            reason="chậm báo cáo",
            decision_number="31/QĐ-UBND",
            decision_on=today(),
        )

    codes = [band["code"] for band in card.round.criteria_set.bands]
    first = grade_at_most(codes[2])
    again(commune, card)
    lift_veto(actor=commune.people["pct"], veto_id=first.pk, reason="Giảm nhẹ")
    second = grade_at_most(codes[1])
    assert shown(sign_in, "scorecard-detail", card.pk).context["waiting_vetoes"] == {first.pk, second.pk}
