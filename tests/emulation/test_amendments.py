"""A published result under an amended criteria set: a new version, shown as such, proved like every other."""

from dataclasses import replace
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from emulation.amendments import SAME_DECIMALS, shape_problems
from emulation.enums import AppealState, SetState, VetoEffect
from emulation.models import CriteriaSet, PublishedVersion, RankingEntry, Round, Scorecard
from emulation.services import publish_new_version, publish_ranking, rank_round, save_self_row, submit_scorecard
from emulation.services.appeals import decide_appeal, file_appeal
from emulation.services.criteria import copy_set, issue_set, replace_draft, spec_of
from emulation.services.proof import check_published_versions
from emulation.services.rows import RowEntry
from emulation.services.vetoes import set_veto
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError
from tests.emulation.small_sets import deep, leaf
from tests.emulation.year import appraised_all, best_value, card_of, fill, opened, ranked, row_of, submitted_all
from units.models import AuditEntry, Block


@pytest.fixture
def round_(commune):
    """A published round: Phòng Kinh tế lost the 4 points of 2.2, HCC the 4 of 2.1; so both have the same."""
    with time_machine.travel("2026-11-02T09:00:00+07:00", tick=False):
        found = ranked(
            commune,
            ("KT", "HCC"),
            KT=lambda row: row.criterion.code == "2.2",
            HCC=lambda row: row.criterion.code == "2.1",
        )
        publish_ranking(
            actor=commune.people["pct"], round_id=found.pk, decision_number="25/QĐ-UBND", decision_on=today()
        )
        found.refresh_from_db()
        yield found


def amended(commune, *, issued=True, code="sua-2026", **changes):
    """A copy of the round's set with criteria changed by code: `c2_1={"max_points": 6}`."""
    reviewer = commune.people["vhxh"]
    source = CriteriaSet.objects.get(code="mau-2026")
    made = copy_set(actor=reviewer, criteria_set=source, code=code, name="Bộ sửa đổi", year=2026)
    heading = {name: one for name, one in changes.items() if not name.startswith("c")}
    rows = {name[1:].replace("_", "."): one for name, one in changes.items() if name.startswith("c")}
    spec = replace(spec_of(made), **heading)
    areas = tuple(
        replace(
            area, criteria=tuple(replace(one, **rows[one.code]) if one.code in rows else one for one in area.criteria)
        )
        for area in spec.areas
    )
    replace_draft(actor=reviewer, criteria_set=made, spec=replace(spec, areas=areas), unfinished=not issued)
    made.refresh_from_db()
    if issued:
        issue_set(actor=commune.people["pct"], criteria_set=made, decision_number="40/QĐ-UBND", decision_on=today())
    return made


def publish_under(commune, round_, criteria_set):
    return publish_new_version(
        actor=commune.people["pct"],
        round_id=round_.pk,
        reason="Bộ tiêu chí được sửa",
        decision_number="41/QĐ-UBND",
        decision_on=today(),
        criteria_set=criteria_set,
    )


def places(round_):
    entries = RankingEntry.objects.filter(ranking__round=round_)
    return {entry.unit.code: (entry.rank, entry.total) for entry in entries.select_related("unit")}


HEAVIER = {"c2_1": {"max_points": Decimal(6)}, "c2_2": {"max_points": Decimal(2)}}


def test_every_answer_stays_and_its_points_follow_the_amended_weights(round_, commune):
    before = places(round_)
    made = publish_under(commune, round_, amended(commune, **HEAVIER))

    assert made.number == 2
    assert {code: total - before[code][1] for code, (_, total) in places(round_).items()} == {
        "KT": Decimal(2),  # lost 2 points for 2.2 instead of 4
        "HCC": Decimal(-2),  # lost 6 points for 2.1 instead of 4
    }
    row = row_of(card_of(round_, commune, "HCC"), "2.2")
    assert (row.criterion.criteria_set.code, row.max_points, row.self_points) == ("sua-2026", 2, Decimal(2))
    assert row.self_explanation.endswith("→ 2,00/2,00 điểm")
    assert row.appraised_explanation == row.self_explanation
    assert CriteriaSet.objects.get(code="sua-2026").state == SetState.FROZEN
    assert Round.objects.get(pk=round_.pk).criteria_set.code == "sua-2026"
    assert AuditEntry.objects.filter(action="publish_new_version").count() == 1


def test_the_version_says_what_the_amended_set_changed(round_, commune):
    made = publish_under(commune, round_, amended(commune, **HEAVIER))

    assert made.changes[:3] == [
        "Tính theo bộ tiêu chí sửa đổi “Bộ sửa đổi” (Quyết định số 40/QĐ-UBND).",
        "Dòng 2.1: điểm tối đa từ “4” thành “6”.",
        "Dòng 2.2: điểm tối đa từ “4” thành “2”.",
    ]
    assert any(one.startswith("Phòng Kinh tế: tổng điểm") for one in made.changes)


def test_both_versions_are_proved_and_the_first_stays_as_it_was(round_, commune):
    first = PublishedVersion.objects.get(number=1)
    publish_under(commune, round_, amended(commune, **HEAVIER))

    assert [check.differences for check in check_published_versions()] == [[], []]
    assert PublishedVersion.objects.get(number=1).sha256 == first.sha256
    assert {card["criteria_set"]["code"] for card in PublishedVersion.objects.get(number=2).snapshot["scorecards"]} == {
        "sua-2026"
    }


def test_an_appeal_afterwards_is_scored_by_the_amended_rules(round_, commune):
    publish_under(commune, round_, amended(commune, **HEAVIER))
    row = row_of(card_of(round_, commune, "HCC"), "2.1")
    appeal = file_appeal(
        actor=commune.people["tt.hcc"],
        scorecard_id=row.scorecard_id,
        text="Đủ văn bản đúng hạn",
        row_id=row.pk,
        wanted_points=Decimal(6),
    )
    decide_appeal(
        actor=commune.people["vhxh"],
        appeal_id=appeal.pk,
        accepted=True,
        answer="Công nhận",
        value={"numerator": 10, "denominator": 10},
    )
    row.refresh_from_db()
    assert row.final_points == 6
    publish_new_version(
        actor=commune.people["pct"],
        round_id=round_.pk,
        reason="Kiến nghị",
        decision_number="50/QĐ-UBND",
        decision_on=today(),
    )
    assert all(check.ok for check in check_published_versions())


def test_other_grades_alone_are_enough_for_a_new_version(round_, commune):
    bands = (
        {"code": "a", "name": "Loại A", "lower": "99"},
        {"code": "b", "name": "Loại B", "lower": "0"},
    )
    publish_under(commune, round_, amended(commune, bands=bands))
    assert set(RankingEntry.objects.values_list("grade_name", flat=True)) == {"Loại B"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"c2_1": {"rule_kind": "free", "rule_params": {"step": "0.5"}}},
            "Tiêu chí 2.1 của Phòng Kinh tế: Chưa nhập điểm.",
        ),
        ({"c3_1": {"requires_trait": ""}, "index_decimals": 3}, SAME_DECIMALS),
    ],
)
def test_a_set_the_answers_do_not_fit_is_refused_and_nothing_is_written(round_, commune, changes, message):
    before = list(Scorecard.objects.order_by("pk").values_list("sha256", flat=True))
    with pytest.raises(DomainError) as refusal:
        publish_under(commune, round_, amended(commune, **changes))
    assert message in refusal.value.message
    assert refusal.value.field == "criteria_set"
    assert list(Scorecard.objects.order_by("pk").values_list("sha256", flat=True)) == before
    assert CriteriaSet.objects.get(code="sua-2026").state == SetState.ISSUED


def test_a_criterion_for_more_units_is_refused_for_want_of_numbers(commune):
    found = ranked(commune, ("KT", "MN1"))
    publish_ranking(actor=commune.people["pct"], round_id=found.pk, decision_number="25/QĐ-UBND", decision_on=today())
    spec = spec_of(CriteriaSet.objects.get(code="mau-2026"))
    open_areas = tuple(replace(area, requires_trait="") for area in spec.areas)
    with pytest.raises(DomainError, match=r"^Tiêu chí 3\.3 nay áp dụng cho .* nhưng chưa có số liệu\.$"):
        publish_under(commune, found, amended(commune, areas=open_areas, c3_3={"requires_trait": ""}))


def test_drafts_and_vetoes_that_name_another_grade_are_refused(round_, commune):
    with pytest.raises(DomainError, match="đã ban hành"):
        publish_under(commune, round_, amended(commune, issued=False, **HEAVIER))
    set_veto(
        actor=commune.people["pct"],
        scorecard_id=card_of(round_, commune, "KT").pk,
        effect=VetoEffect.MAX_GRADE,
        grade="kha",
        reason="để xảy ra nhũng nhiễu",
        decision_number="31/QĐ-UBND",
        decision_on=today(),
    )
    bands = ({"code": "a", "name": "Loại A", "lower": "0"},)
    with pytest.raises(DomainError, match="Khống chế của Phòng Kinh tế: Không có mức xếp loại “kha”"):
        publish_under(commune, round_, amended(commune, code="khac-2026", bands=bands))


def test_the_leader_chooses_among_the_issued_copies(round_, commune, sign_in):
    url, client = reverse("emulation:version-create", args=[round_.pk]), sign_in("pct")
    assert "Bộ tiêu chí sửa đổi" not in client.get(url).text
    made = amended(commune, **HEAVIER)
    page = client.get(url).text
    assert "Bộ sửa đổi (năm 2026)" in page
    assert reverse("emulation:set-rehearsal", args=["sua-2026"]) in page
    given = {
        "reason": "Bộ tiêu chí được sửa",
        "decision_number": "41/QĐ-UBND",
        "decision_on": "02/11/2026",
        "version": round_.version,
    }
    refused = client.post(url, given | {"criteria_set": round_.criteria_set_id})
    assert (refused.status_code, "Bộ tiêu chí này không chọn được." in refused.text) == (422, True)
    assert client.post(url, given | {"criteria_set": made.pk}).status_code == 302
    ranking = client.get(reverse("emulation:ranking", args=[round_.pk])).text
    assert "Tính theo bộ tiêu chí sửa đổi “Bộ sửa đổi”" in ranking


def test_the_same_rows_have_one_shape():
    base = deep()
    assert shape_problems(base, replace(base, name="Khác", late_points=Decimal(1))) == []
    heavier = tuple(replace(area, max_points=area.max_points + 1) for area in base.areas)
    assert shape_problems(base, replace(base, areas=heavier)) == []


def test_rows_that_are_gone_new_or_elsewhere_are_named():
    base = deep()
    first, second = base.areas
    swapped = replace(base, areas=(replace(first, criteria=(leaf("1.9", 60),)), second))
    assert shape_problems(base, swapped) == [
        "Bộ sửa đổi thiếu dòng 1.1.",
        "Bộ sửa đổi có thêm dòng 1.9, chưa có số liệu.",
    ]
    moved = replace(
        base,
        areas=(
            replace(first, criteria=(*first.criteria, second.criteria[1])),
            replace(second, criteria=second.criteria[:1]),
        ),
    )
    assert shape_problems(base, moved) == ["Dòng 2.2 đứng ở chỗ khác hoặc thành loại khác."]


def other_block(commune, round_):
    """The code of a block none of the round's units is in."""
    mine = {card.block.code for card in Scorecard.objects.filter(round=round_).select_related("block")}
    return Block.objects.filter(issuer=commune.issuer).exclude(code__in=mine).values_list("code", flat=True)[0]


def test_a_row_that_stops_applying_keeps_its_answer_and_loses_its_points(round_, commune):
    block = other_block(commune, round_)
    changes = {"c2_1": {"max_points": Decimal(2), "blocks": (block,)}, "c2_2": {"max_points": Decimal(6)}}
    publish_under(commune, round_, amended(commune, **changes))

    row = row_of(card_of(round_, commune, "HCC"), "2.1")
    assert (row.applicable, row.max_points, row.self_points, row.appraised_points) == (False, 2, None, None)
    assert row.self_value is not None
    assert places(round_)["HCC"] == (1, Decimal("94.00"))  # everything that still applies
    assert [one.ok for one in check_published_versions()] == [True, True]

    third = amended(commune, code="sua-lai", c2_1={"max_points": Decimal(2)}, c2_2={"max_points": Decimal(6)})
    publish_under(commune, Round.objects.get(pk=round_.pk), third)
    again = row_of(card_of(round_, commune, "KT"), "2.1")
    assert (again.applicable, again.self_points, again.appraised_points) == (True, 2, 2)
    assert [one.ok for one in check_published_versions()] == [True, True, True]


def test_an_appeal_about_a_row_that_no_longer_applies_is_not_accepted(round_, commune):
    card = card_of(round_, commune, "KT")
    row = row_of(card, "2.2")
    one = file_appeal(actor=commune.people["tt.kt"], scorecard_id=card.pk, row_id=row.pk, text="Sai")
    publish_under(commune, round_, amended(commune, c2_2={"blocks": (other_block(commune, round_),)}))

    with pytest.raises(DomainError, match="không còn áp dụng cho Phòng Kinh tế nên không có điểm để sửa"):
        decide_appeal(actor=commune.people["vhxh"], appeal_id=one.pk, accepted=True, answer="Đúng", value={"count": 0})
    decided = decide_appeal(actor=commune.people["vhxh"], appeal_id=one.pk, accepted=False, answer="Không còn áp dụng")
    assert decided.state == AppealState.REJECTED
    assert [check.ok for check in check_published_versions()] == [True, True]


def test_another_rule_for_scorecards_never_handed_in_is_not_applied_afterwards(commune):
    people = commune.people
    with time_machine.travel("2026-11-02T09:00:00+07:00", tick=False):
        found = opened(commune, ("KT", "HCC"))
        fill(card_of(found, commune, "KT"), people["tt.kt"])
        fill(card_of(found, commune, "HCC"), people["tt.hcc"])
        submit_scorecard(actor=people["tt.hcc"], scorecard_id=card_of(found, commune, "HCC").pk)
        appraised_all(commune, found)
        rank_round(actor=people["vhxh"], round_id=found.pk)
        publish_ranking(actor=people["pct"], round_id=found.pk, decision_number="25/QĐ-UBND", decision_on=today())
        stricter = amended(commune, late_policy="zero")

        with pytest.raises(DomainError) as refusal:
            publish_under(commune, found, stricter)

    assert refusal.value.field == "criteria_set"
    assert "mà Phòng Kinh tế không nộp phiếu" in refusal.value.message
    assert Round.objects.get(pk=found.pk).criteria_set.code == "mau-2026"


def test_the_page_of_an_older_version_counts_by_the_set_of_its_time(commune, sign_in):
    with time_machine.travel("2026-11-02T09:00:00+07:00", tick=False):
        found = opened(commune, ("KT", "HCC"))
        card = card_of(found, commune, "KT")
        for code in ("C1", "C2"):
            row = row_of(card, code)
            entry = RowEntry(row.pk, row.version, best_value(row), "Quyết định khen")
            save_self_row(actor=commune.people["tt.kt"], scorecard_id=card.pk, entry=entry)
        submitted_all(commune, found)
        appraised_all(commune, found)
        rank_round(actor=commune.people["vhxh"], round_id=found.pk)
        publish_ranking(
            actor=commune.people["pct"], round_id=found.pk, decision_number="25/QĐ-UBND", decision_on=today()
        )
        page, client = reverse("emulation:version-explain", args=[card.pk, 1]), sign_in("tt.kt")
        before = client.get(page).context["sheet"].self_totals
        made = amended(commune, bonus_max=Decimal(1), c2_1={"name": "Tên mới"})
        publish_under(commune, found, made)
        after = client.get(page).context["sheet"]
        newest = client.get(reverse("emulation:scorecard-explain", args=[card.pk])).context["sheet"]

    assert before.bonus == Decimal(3)
    assert after.self_totals == before
    assert newest.self_totals.bonus == Decimal(1)
    sets = [{row.criterion.criteria_set_id for row in sheet.rows} for sheet in (after, newest)]
    assert sets[0] != sets[1]
