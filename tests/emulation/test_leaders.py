"""One leading unit in each block where a rule compares with it."""

from dataclasses import replace

import pytest

from emulation.leaders import leader_problems
from emulation.models import Scorecard
from emulation.sample_set import SAMPLE_SET
from emulation.services import accept_unchanged, close_self_scoring, complete_appraisal, rank_round
from emulation.services.criteria import load_set
from emulation.services.rows import RowEntry, save_appraisal_row
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
    ]
    assert leader_problems(cards) == []


def test_a_round_is_not_ranked_with_two_leaders(commune):
    rule = {"rule_kind": "against_target", "rule_params": {}, "evidence_required": False}
    areas = tuple(
        replace(area, criteria=tuple(replace(row, **rule) if row.code == "2.2" else row for row in area.criteria))
        for area in SAMPLE_SET.areas
    )
    spec = replace(SAMPLE_SET, code="so-chi-tieu", areas=areas)
    round_ = opened(commune, ("KT", "VP"), criteria_set=load_set(issuer=commune.issuer, spec=spec))
    submitted_all(commune, round_)
    reviewer = commune.people["vhxh"]
    close_self_scoring(actor=reviewer, round_id=round_.pk, reason="Đã đủ phiếu")
    row = row_of(card_of(round_, commune, "VP"), "2.2")
    value = {"actual": 10, "target": 10, "best_actual": 12, "best_target": 10}
    save_appraisal_row(
        actor=reviewer, scorecard_id=row.scorecard_id, entry=RowEntry(row.pk, row.version, value, "Theo báo cáo")
    )
    for one in Scorecard.objects.filter(round=round_):
        accept_unchanged(actor=reviewer, scorecard_id=one.pk)
        complete_appraisal(actor=reviewer, scorecard_id=one.pk)

    with pytest.raises(DomainError) as refusal:
        rank_round(actor=reviewer, round_id=round_.pk)

    assert refusal.value.message == (
        "Tiêu chí 2.2: kết quả dẫn đầu khối là 10/10 (Văn phòng HĐND và UBND) nhưng phiếu của "
        "Văn phòng HĐND và UBND ghi 12/10. Hãy thẩm định lại các phiếu đó rồi xếp hạng."
    )
