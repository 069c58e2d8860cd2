"""What a result rests on is on paper: vetoes, first grades, grades of heads, rules, and parts that add up."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import time_machine
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from emulation.enums import VetoEffect
from emulation.models import CriteriaSet, Round, Scorecard, ScorecardRow
from emulation.services import (
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    publish_ranking,
    rank_round,
)
from emulation.services.vetoes import set_veto
from reports.documents.annexes import Annex
from reports.documents.compiled import Compiled, all_entries, extra_parts, index_decimals
from reports.documents.ranking_annexes import area_annex, ranking_annex, ranking_annexes, reason_annex
from reports.documents.ranking_report import ranking_report
from reports.services.compiling import collect
from reports.xlsx import HEADER_ROW, build_workbook
from tests.emulation.year import card_of, opened, submitted_all

CODES = ("KT", "HCC", "TH1", "CA")
MADE_ON = date(2026, 12, 28)
VETO = "Xếp loại Xuất sắc hạ xuống Khá: xếp loại không quá Khá vì để xảy ra nhũng nhiễu (Quyết định số 31/QĐ-UBND)."


@pytest.fixture
def data(commune: Any) -> Compiled:
    """A published round: KT lowered by a veto, HCC out of the ranking, TH1 late, CA lifted to 0; index to 3 places."""
    with time_machine.travel("2026-12-28T12:00:00+07:00", tick=False):
        round_ = _appraised(commune)
        veto(commune, round_, "KT", VetoEffect.MAX_GRADE, "để xảy ra nhũng nhiễu", "31/QĐ-UBND", grade="kha")
        veto(commune, round_, "HCC", VetoEffect.OUT_OF_RANKING, "không chấp hành quyết định", "32/QĐ-UBND")
        rank_round(actor=commune.people["vhxh"], round_id=round_.pk)
        publish_ranking(
            actor=commune.people["pct"], round_id=round_.pk, decision_number="45/QĐ-UBND", decision_on=MADE_ON
        )
        return collect(Round.objects.select_related("issuer", "criteria_set").get(pk=round_.pk), lambda *_: None)


def _appraised(commune: Any) -> Round:
    rules = CriteriaSet.objects.get(issuer=commune.issuer, code="mau-2026")
    names = {"xuat_sac": "Hoàn thành xuất sắc", "kha": "Hoàn thành tốt"}
    levels = [
        {"grade": band["code"], "code": band["code"], "name": names.get(band["code"], "Hoàn thành")}
        for band in rules.bands
    ]
    CriteriaSet.objects.filter(pk=rules.pk).update(index_decimals=3, head_mapping={"by": "grade", "levels": levels})
    round_ = opened(commune, CODES)
    submitted_all(commune, round_, TH1=lambda row: row.criterion.code == "5.2")
    close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Đủ phiếu")
    Scorecard.objects.filter(round=round_, unit=commune.units["TH1"]).update(late_penalty=Decimal("1.50"))
    for card in Scorecard.objects.filter(round=round_):
        accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
    below = ScorecardRow.objects.filter(scorecard=card_of(round_, commune, "CA"), applicable=True)
    below.update(appraised_points=0, appraised_value=None)
    below.filter(criterion__code="2.1").update(appraised_points=Decimal("-0.75"))
    for card in Scorecard.objects.filter(round=round_):
        complete_appraisal(actor=commune.people["vhxh"], scorecard_id=card.pk)
    return round_


def veto(commune: Any, round_: Round, code: str, effect: str, reason: str, number: str, **more: Any) -> None:
    set_veto(
        actor=commune.people["pct"],
        scorecard_id=card_of(round_, commune, code).pk,
        effect=effect,
        reason=reason,
        decision_number=number,
        decision_on=MADE_ON,
        **more,
    )


def entry_of(data: Compiled, name: str) -> Any:
    return next(entry for entry in all_entries(data) if name in entry["unit"])


def test_what_is_compiled_holds_vetoes_heads_and_parts(data):
    lowered, out = entry_of(data, "Phòng Kinh tế"), entry_of(data, "Phục vụ hành chính công")
    assert (lowered["grade"], lowered["original_grade"], lowered["head_grade"]) == (
        "Khá",
        "Xuất sắc",
        "Hoàn thành tốt",
    )
    assert (out["rank"], out["veto"]) == (
        None,
        "Xếp loại Xuất sắc: không xếp hạng vì không chấp hành quyết định (Quyết định số 32/QĐ-UBND).",
    )
    assert (index_decimals(data), data["has_heads"], data["grades"][:2]) == (3, True, ["Xuất sắc", "Tốt"])
    assert extra_parts(data) == ["bonus", "penalty", "late", "lifted"]
    late, lifted = entry_of(data, "Tiểu học Ninh Giang"), entry_of(data, "Công an")
    assert (late["late"], late["lifted"], lifted["late"], lifted["lifted"]) == ("1.50", "0.00", "0.00", "0.75")


def test_the_parts_of_every_line_add_up_to_its_total(data):
    for entry in all_entries(data):
        areas = [Decimal(points) for points in entry["areas"].values() if points is not None]
        less = Decimal(entry["penalty"]) + Decimal(entry["late"])
        more = Decimal(entry["bonus"]) + Decimal(entry["lifted"])
        assert sum(areas) + more - less == Decimal(entry["total"])


def test_the_ranking_annex_marks_vetoes_and_explains_them_below(data):
    annex = ranking_annex(data, "năm 2026")
    lines = {row[1]: row for row in annex["rows"] if len(row) > 1}
    assert [column["title"] for column in annex["columns"]][-2:] == ["Xếp loại", "Người đứng đầu"]
    assert lines["Phòng Kinh tế"][-2:] == ["Khá (1)", "Hoàn thành tốt"]
    assert lines["Trung tâm Phục vụ hành chính công"][0] == "Không xếp hạng"
    assert lines["Phòng Kinh tế"][4] == "100,000"
    assert f"(1) Phòng Kinh tế: {VETO}" in annex["notes"]
    assert annex["notes"][-1].startswith("(2) Trung tâm Phục vụ hành chính công: Xếp loại Xuất sắc: không xếp hạng vì")
    assert annex["notes"][-1].endswith("(Quyết định số 32/QĐ-UBND)./.")
    assert f"Xếp loại theo chỉ số (%): {data['band_rule']}" in annex["notes"]
    assert f"Quy tắc xếp hạng: {data['tie_rule']}." in annex["notes"]


def test_the_area_annex_adds_up_as_printed(data):
    annex = area_annex(data, "năm 2026")
    titles = [column["title"] for column in annex["columns"]]
    assert titles[-5:] == ["Điểm cộng", "Điểm trừ", "Trừ nộp chậm", "Bù về 0", "Tổng điểm"]
    lines = [row for row in annex["rows"][1:] if len(row) > 1]
    for row in lines:
        numbers = [Decimal(cell.replace(",", ".").replace("−", "-")) if cell != "–" else Decimal(0) for cell in row[2:]]
        *areas, bonus, penalty, late, lifted, total = numbers
        assert sum(areas) + bonus - penalty - late + lifted == total
    assert len(lines) == len(CODES)


def test_the_third_annex_explains_each_sum_and_rank(data):
    rows = {row[1]: row for row in reason_annex(data, "năm 2026")["rows"] if len(row) > 1}
    late = rows["Trường Tiểu học Ninh Giang"]
    assert "− nộp chậm 1,50 = " in late[2]
    assert late[3].startswith(f"Chỉ số {entry_of(data, 'Tiểu học')['index'].replace('.', ',')} %, hạng 1 trong 1")
    assert VETO in rows["Phòng Kinh tế"][3]
    assert rows["Trung tâm Phục vụ hành chính công"][3].count("không xếp hạng vì") == 1
    assert "+ 0,75 (tổng không dưới 0) = 0,00 điểm." in rows["Công an xã"][2]


def test_the_report_says_who_was_lowered_and_counts_grades_from_the_best(data):
    text = " ".join(block["text"] for block in ranking_report(data).body)
    assert "Hạ xếp loại do trường hợp khống chế: Phòng Kinh tế (xếp loại Khá, trước khống chế là Xuất sắc)." in text
    assert "Không xếp hạng: Trung tâm Phục vụ hành chính công (lý do tại Phụ lục I)." in text
    assert "Xếp thứ nhất: Phòng Kinh tế (chỉ số 100,000%, xếp loại Khá)." in text
    assert "Khối có 02 cơ quan, đơn vị: 01 xếp loại Xuất sắc, 01 xếp loại Khá." in text
    assert "→" not in text + " ".join(_texts(ranking_annexes(data, "năm 2026")))


def _texts(annexes: list[Annex]) -> list[str]:
    return [text for annex in annexes for row in [*annex["rows"], annex["notes"]] for text in row]


def test_who_shares_the_first_place_keeps_the_own_grade(data):
    first, second = data["blocks"][0]["entries"][:2]
    second.update(rank=1, index=first["index"], shared=True)
    text = " ".join(block["text"] for block in ranking_report(data).body)
    assert (
        "Cùng xếp thứ nhất với chỉ số 100,000%: Phòng Kinh tế (xếp loại Khá), Trung tâm Phục vụ hành chính công "
        "(xếp loại Xuất sắc)."
    ) in text


def test_the_workbook_holds_the_same_and_its_cells_add_up(data):
    sheet = book_of(data)["Tổng hợp"]
    heads = [cell.value for cell in sheet[HEADER_ROW]]
    assert heads[10:] == [
        "Điểm cộng",
        "Điểm trừ",
        "Trừ nộp chậm",
        "Bù để tổng không dưới 0",
        "Tổng điểm",
        "Điểm tối đa áp dụng",
        "Chỉ số (%)",
        "Xếp hạng",
        "Xếp loại",
        "Xếp loại người đứng đầu",
        "Xếp loại trước khống chế",
        "Khống chế",
    ]
    place = {title: position for position, title in enumerate(heads)}
    lines = {row[1].value: row for row in sheet.iter_rows(min_row=HEADER_ROW + 1, max_row=HEADER_ROW + len(CODES))}
    for row in lines.values():
        areas = [Decimal(str(cell.value)) for cell in row[3:10] if cell.data_type == "n"]
        bonus, penalty, late, lifted, total = (Decimal(str(cell.value)) for cell in row[10:15])
        assert sum(areas) + bonus - penalty - late + lifted == total
        assert row[place["Chỉ số (%)"]].number_format == "0.000"
    lowered = lines["Phòng Kinh tế"]
    assert [lowered[place[name]].value for name in heads[-4:]] == ["Khá", "Hoàn thành tốt", "Xuất sắc", VETO]
    assert lines["Trường Tiểu học Ninh Giang"][place["Khống chế"]].value is None
    below = notes_under(sheet, HEADER_ROW + len(CODES) + 1)
    assert below == [
        "Chỉ số = Tổng điểm / Điểm tối đa áp dụng x 100.",
        f"Xếp loại theo chỉ số (%): {data['band_rule']}",
        f"Quy tắc xếp hạng trong từng khối: {data['tie_rule']}.",
    ]


def test_the_workbook_explains_each_unit(data):
    rows = list(book_of(data)["Giải thích"].iter_rows(min_row=HEADER_ROW + 1, values_only=True))
    told = {row[1]: row[3:5] for row in rows}
    assert set(told) == {entry["unit"] for entry in all_entries(data)}
    assert all(told[entry["unit"]][0] == entry["sum_words"] for entry in all_entries(data))
    assert VETO in told["Phòng Kinh tế"][1]


def test_without_vetoes_heads_and_late_ones_the_columns_are_not_there(data):
    for entry in all_entries(data):
        entry.update(veto="", late="0.00", lifted="0.00")
    data["has_heads"], data["skipped_areas"] = False, ["VII"]
    heads = [cell.value for cell in book_of(data)["Tổng hợp"][HEADER_ROW]]
    assert (heads[-1], "Trừ nộp chậm" in heads, "Xếp loại trước khống chế" in heads) == ("Xếp loại", False, False)
    annex = ranking_annex(data, "năm 2026")
    assert [column["title"] for column in annex["columns"]][-1] == "Xếp loại"
    assert "Không tính lĩnh vực VII đối với mọi cơ quan, đơn vị." in annex["notes"]
    assert "Không tính lĩnh vực VII đối với mọi cơ quan, đơn vị." in notes_under(book_of(data)["Tổng hợp"], 11)
    assert not any(re.search(r"\(\d\)", row[5]) for row in annex["rows"] if len(row) > 1)


def test_results_compiled_before_places_were_kept_still_show_theirs(data):
    data.pop("index_decimals")
    assert index_decimals(data) == 3


def book_of(data: Compiled) -> Any:
    return load_workbook(BytesIO(build_workbook(data, made_on=MADE_ON)))


def notes_under(sheet: Worksheet, first: int) -> list[Any]:
    values = [sheet.cell(row, 1).value for row in range(first, sheet.max_row + 1)]
    return [value for value in values if value]
