"""One leading unit in each block where a rule compares with it."""

from dataclasses import replace

import pytest

from emulation.leaders import leader_problems
from emulation.models import PublishedVersion, Scorecard
from emulation.sample_set import SAMPLE_SET
from emulation.services import (
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    publish_new_version,
    publish_ranking,
    rank_round,
)
from emulation.services.appeals import decide_appeal, file_appeal
from emulation.services.criteria import load_set
from emulation.services.rows import RowEntry, save_appraisal_row
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError
from tests.emulation.year import card_of, opened, row_of, submitted_all


def card(unit, block=1, kind="against_target", *, applicable=True, **value):
    rows = [{"code": "1.1", "rule_kind": kind, "applicable": applicable, "value": value}]
    return {"unit": {"name": unit}, "block": {"id": block}, "rows": rows}


def against(unit, actual, target, best, best_target, **more):
    return card(unit, actual=actual, target=target, best_actual=best, best_target=best_target, **more)


def test_all_scorecards_of_a_block_agree():
    assert leader_problems([]) == []
    assert leader_problems([against("A", 12, 10, 12, 10), against("B", 9, 10, 24, 20)]) == []
    assert leader_problems([card("A", actual=7, best_actual=7), card("B", actual="2.5", best_actual=7)]) == []


def test_who_names_another_leader_is_told_with_both_numbers():
    cards = [against("A", 12, 10, 12, 10), against("B", 15, 10, 15, 10), against("C", 1, 10, 15, 10)]
    assert leader_problems(cards) == ["Tiêu chí 1.1: kết quả dẫn đầu khối là 15/10 (B) nhưng phiếu của A ghi 12/10."]
    assert leader_problems([card("A", actual=7, best_actual=8), card("B", actual="2.5", best_actual=7)]) == [
        "Tiêu chí 1.1: kết quả dẫn đầu khối là 7 (A) nhưng phiếu của A ghi 8."
    ]


def test_blocks_have_leaders_of_their_own():
    assert leader_problems([against("A", 12, 10, 12, 10), against("B", 15, 10, 15, 10, block=2)]) == []


def test_other_rules_and_rows_without_numbers_are_left_alone():
    cards = [
        against("A", 12, 10, 12, 10),
        against("B", 15, 10, 15, 10, applicable=False),
        against("C", 15, 10, 15, 10, kind="formula"),
        card("D"),
        card("E", no_case=True),
    ]
    assert leader_problems(cards) == []


def set_with_leader(commune, **params):
    """The sample set with R7 on criterion 2.2."""
    rule = {"rule_kind": "against_target", "rule_params": params, "evidence_required": False}
    areas = tuple(
        replace(area, criteria=tuple(replace(row, **rule) if row.code == "2.2" else row for row in area.criteria))
        for area in SAMPLE_SET.areas
    )
    spec = replace(SAMPLE_SET, code="so-chi-tieu", areas=areas)
    return load_set(issuer=commune.issuer, spec=spec)


def appraised(commune, criteria_set, **values):
    """A round of KT and VP with their results in 2.2 appraised as given."""
    round_ = opened(commune, ("KT", "VP"), criteria_set=criteria_set)
    submitted_all(commune, round_)
    reviewer = commune.people["vhxh"]
    close_self_scoring(actor=reviewer, round_id=round_.pk, reason="Đã đủ phiếu")
    for code, value in values.items():
        row = row_of(card_of(round_, commune, code), "2.2")
        entry = RowEntry(row.pk, row.version, value, "Theo báo cáo")
        save_appraisal_row(actor=reviewer, scorecard_id=row.scorecard_id, entry=entry)
    for one in Scorecard.objects.filter(round=round_):
        accept_unchanged(actor=reviewer, scorecard_id=one.pk)
        complete_appraisal(actor=reviewer, scorecard_id=one.pk)
    return round_


def test_a_round_is_not_ranked_with_two_leaders(commune):
    reviewer = commune.people["vhxh"]
    value = {"actual": 10, "target": 10, "best_actual": 12, "best_target": 10}
    round_ = appraised(commune, set_with_leader(commune), VP=value)

    with pytest.raises(DomainError) as refusal:
        rank_round(actor=reviewer, round_id=round_.pk)

    assert refusal.value.message == (
        "Tiêu chí 2.2: kết quả dẫn đầu khối là 10/10 (Văn phòng HĐND và UBND) nhưng phiếu của "
        "Văn phòng HĐND và UBND ghi 12/10. Hãy thẩm định lại các phiếu đó rồi xếp hạng."
    )


def test_a_unit_with_nothing_to_compare_does_not_stop_the_ranking(commune):
    made = set_with_leader(commune, target="none", no_case="full")
    round_ = appraised(commune, made, KT={"no_case": True}, VP={"actual": 3, "best_actual": 3})
    rank_round(actor=commune.people["vhxh"], round_id=round_.pk)
    assert row_of(card_of(round_, commune, "KT"), "2.2").result_points == 4


def test_a_new_version_has_one_leader_too(commune):
    people = commune.people
    made = set_with_leader(commune, target="none")
    round_ = appraised(commune, made, KT={"actual": 10, "best_actual": 10}, VP={"actual": 5, "best_actual": 10})
    decided = {"decision_number": "25/QĐ-UBND", "decision_on": today()}
    rank_round(actor=people["vhxh"], round_id=round_.pk)
    publish_ranking(actor=people["pct"], round_id=round_.pk, **decided)
    asked = card_of(round_, commune, "VP")
    one = file_appeal(
        actor=people["tt.vp"], scorecard_id=asked.pk, row_id=row_of(asked, "2.2").pk, text="Đã có 20 kết quả"
    )
    value = {"actual": 20, "best_actual": 20}
    decide_appeal(actor=people["vhxh"], appeal_id=one.pk, accepted=True, answer="Đúng", value=value)

    with pytest.raises(DomainError) as refusal:
        publish_new_version(actor=people["pct"], round_id=round_.pk, reason="Kiến nghị", **decided)

    assert refusal.value.message == (
        "Tiêu chí 2.2: kết quả dẫn đầu khối là 20 (Văn phòng HĐND và UBND) nhưng phiếu của Phòng Kinh tế ghi 10. "
        "Hãy đính chính các phiếu đó rồi công bố bản mới."
    )
    assert PublishedVersion.objects.count() == 1
