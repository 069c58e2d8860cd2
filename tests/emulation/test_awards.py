"""Award lists: who qualifies and why, frozen money, changes by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps

from emulation.award_checks import NO_HEAD, AwardRule
from emulation.enums import AwardObject, AwardState
from emulation.models import (
    AwardCandidate,
    AwardMultiplier,
    AwardProposal,
    BaseSalary,
    CriteriaSet,
)
from emulation.queries.awards import get_proposal_for, may_create, numbers_on, sheet_of
from emulation.services.awards import (
    create_award_proposal,
    discard_award_proposal,
    exclude_candidate,
    include_candidate,
    propose_awards,
)
from ninhgiang.errors import DomainError, Refused, Stale
from tests.emulation.award_kit import DECIDED, draw_up, first_ranking, head_of, listed, make_ranking
from units.enums import RoleKind
from units.models import AuditEntry, Notification, Role, User


@pytest.fixture
def ranking(commune):
    return first_ranking(commune)


def test_numbers_of_the_two_base_salaries_are_installed(commune):
    assert list(BaseSalary.objects.values_list("effective_from", "amount")) == [
        (date(2024, 7, 1), 2_340_000),
        (date(2026, 7, 1), 2_530_000),
    ]
    assert list(AwardMultiplier.objects.values_list("object_kind", "multiplier", "confirmed")) == [
        ("person", Decimal("0.300"), True),
        ("unit", Decimal("0.600"), False),
    ]


def test_the_data_migration_can_be_taken_back_and_repeated(commune):
    migration = import_module("emulation.migrations.0002_award_numbers")
    migration.remove_numbers(apps, None)
    assert (BaseSalary.objects.count(), AwardMultiplier.objects.count()) == (0, 0)
    migration.add_numbers(apps, None)
    migration.add_numbers(apps, None)
    assert (BaseSalary.objects.count(), AwardMultiplier.objects.count()) == (2, 2)


def test_the_first_of_a_block_with_a_good_grade_is_listed_with_its_head(commune, ranking):
    proposal = draw_up(commune, ranking)
    name = commune.units["VP"].name
    assert listed(proposal) == [(name, "unit", 1_520_000), (head_of(commune, "VP"), "person", 760_000)]
    sheet = sheet_of(proposal)
    assert (sheet.total, sheet.unit_total, sheet.person_total) == (2_280_000, 1_520_000, 760_000)
    assert (sheet.listed_units, sheet.listed_people, len(sheet.ineligible)) == (1, 1, 6)


def test_every_candidate_shows_each_condition(commune, ranking):
    proposal = draw_up(commune, ranking)
    block = commune.units["KT"].block.name
    candidate = AwardCandidate.objects.get(proposal=proposal, entry__unit__code="KT", object_kind=AwardObject.UNIT)
    assert candidate.checks == [
        {
            "label": "Kết quả xếp hạng đã công bố",
            "value": "ngày 12/01/2027, số 15/QĐ-UBND",
            "threshold": "đã công bố",
            "ok": True,
        },
        {"label": "Thứ hạng trong khối", "value": f"hạng 2 – {block}", "threshold": "không quá hạng 1", "ok": False},
        {"label": "Xếp loại", "value": "Tốt (85,42 %)", "threshold": "từ Tốt trở lên", "ok": True},
    ]
    assert (candidate.eligible, candidate.included, candidate.amount) == (False, False, None)


def test_rank_alone_never_gives_an_award(commune, ranking):
    proposal = draw_up(commune, ranking)
    candidate = AwardCandidate.objects.get(proposal=proposal, entry__unit__code="MN1", object_kind=AwardObject.UNIT)
    assert [check["ok"] for check in candidate.checks] == [True, True, False]
    assert not candidate.eligible


def test_a_wider_rule_lists_more(commune, ranking):
    proposal = draw_up(commune, ranking, max_rank=2, min_grade_code="kha")
    names = [commune.units[code].name for code in ("VP", "KT", "MN1")]
    assert [name for name, kind, _ in listed(proposal) if kind == "unit"] == names


def test_everybody_sharing_the_first_place_is_listed(commune):
    ranking = make_ranking(commune, ("VP", 1, "tot", "85.42", True), ("KT", 1, "tot", "85.42", True))
    proposal = draw_up(commune, ranking)
    assert sheet_of(proposal).listed_units == 2
    values = {check["value"] for one in sheet_of(proposal).listed for check in one.checks if "hạng" in check["label"]}
    assert f"hạng 1 (đồng hạng) – {commune.units['VP'].block.name}" in values


@pytest.mark.parametrize(
    ("decided", "unit", "person"), [(date(2026, 6, 30), 1_410_000, 710_000), (date(2026, 7, 1), 1_520_000, 760_000)]
)
def test_the_day_of_the_decision_decides_the_money(commune, decided, unit, person):
    ranking = make_ranking(commune, ("VP", 1, "tot", "85"), published_at=datetime(2026, 6, 15, tzinfo=UTC))
    proposal = draw_up(commune, ranking, decision_on=decided)
    assert [amount for _, _, amount in listed(proposal)] == [unit, person]


def test_money_stays_when_the_table_changes_later(commune, ranking):
    proposal = draw_up(commune, ranking)
    BaseSalary.objects.update(amount=9_000_000)
    AwardMultiplier.objects.update(multiplier=9)
    assert sheet_of(AwardProposal.objects.get(pk=proposal.pk)).total == 2_280_000
    assert set(proposal.candidates.filter(eligible=True).values_list("multiplier", "base_salary")) == {
        (Decimal("0.600"), 2_530_000),
        (Decimal("0.300"), 2_530_000),
    }


def person_of(proposal, code):
    return AwardCandidate.objects.get(proposal=proposal, entry__unit__code=code, object_kind=AwardObject.PERSON)


def test_a_unit_without_a_head_is_listed_alone(commune, ranking):
    Role.objects.filter(kind=RoleKind.UNIT_HEAD, unit=commune.units["VP"]).delete()
    proposal = draw_up(commune, ranking)
    person = person_of(proposal, "VP")
    assert (person.name, person.eligible) == (NO_HEAD, False)
    assert person.checks[-1] == {
        "label": "Người đứng đầu đơn vị",
        "value": "đơn vị chưa có tài khoản thủ trưởng",
        "threshold": "xác định được một người",
        "ok": False,
    }
    assert sheet_of(proposal).listed_units == 1


def test_a_locked_account_is_no_head(commune, ranking):
    User.objects.filter(username="tt.vp").update(is_active=False)
    assert person_of(draw_up(commune, ranking), "VP").name == NO_HEAD


@pytest.mark.parametrize(("title", "found"), [("Phó Chánh Văn phòng", True), ("Chánh Văn phòng", False)])
def test_with_two_accounts_of_the_head_the_title_decides(commune, ranking, title, found):
    deputy = commune.people["cv.vp"]
    User.objects.filter(pk=deputy.pk).update(job_title=title)
    Role.objects.create(user=deputy, unit=commune.units["VP"], kind=RoleKind.UNIT_HEAD)
    person = person_of(draw_up(commune, ranking), "VP")
    assert (person.name, person.eligible) == ((head_of(commune, "VP"), True) if found else (NO_HEAD, False))
    if not found:
        assert person.checks[-1]["value"] == "có 2 tài khoản thủ trưởng, chưa rõ ai là người đứng đầu"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (
            {"decision_on": date(2027, 1, 11)},
            "decision_on",
            "Ngày quyết định khen thưởng không được trước ngày công bố xếp hạng (12/01/2027).",
        ),
        ({"max_rank": 0}, "max_rank", "Thứ hạng xét khen phải từ 1 đến 20."),
        (
            {"min_grade_code": "gioi"},
            "min_grade_code",
            "Bộ tiêu chí không có mức xếp loại này; hãy chọn lại.",
        ),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(commune, ranking, changes, field, message):
    with pytest.raises(DomainError) as error:
        draw_up(commune, ranking, **changes)
    assert (error.value.field, error.value.message) == (field, message)
    assert not AwardProposal.objects.exists()


@pytest.mark.parametrize("decided", [date(2024, 6, 30), date(2025, 6, 30)])
def test_a_day_without_base_salary_or_multiplier_is_refused(commune, decided):
    ranking = make_ranking(commune, ("VP", 1, "tot", "85"), published_at=datetime(2024, 1, 5, tzinfo=UTC))
    with pytest.raises(DomainError) as error:
        draw_up(commune, ranking, decision_on=decided)
    assert error.value.field == "decision_on"


def test_publication_counts_by_the_vietnamese_day(commune):
    ranking = make_ranking(commune, ("VP", 1, "tot", "85"), published_at=datetime(2027, 1, 11, 18, 0, tzinfo=UTC))
    with pytest.raises(DomainError):
        draw_up(commune, ranking, decision_on=date(2027, 1, 11))
    assert draw_up(commune, ranking, decision_on=date(2027, 1, 12)).decision_on == date(2027, 1, 12)


def test_an_unpublished_ranking_gives_no_list(commune):
    ranking = make_ranking(commune, ("VP", 1, "tot", "85"), published_at=None)
    with pytest.raises(DomainError, match="chưa công bố"):
        draw_up(commune, ranking)


def test_one_list_for_one_ranking(commune, ranking):
    draw_up(commune, ranking)
    with pytest.raises(DomainError, match="đã có danh sách"):
        draw_up(commune, ranking)


@pytest.mark.parametrize("username", ["vanphong", "pct", "hoidong1", "tt.vp", "cv.vp", "quantri", "quansat", "ttdv"])
def test_only_the_reviewer_draws_up_changes_and_proposes(commune, ranking, username):
    actor = commune.people[username]
    with pytest.raises(Refused):
        create_award_proposal(actor=actor, ranking=ranking, decision_on=DECIDED, min_grade_code="tot")
    proposal = draw_up(commune, ranking)
    candidate = sheet_of(proposal).listed[0]
    with pytest.raises(Refused):
        exclude_candidate(actor=actor, candidate=candidate, reason="x", version=1)
    with pytest.raises(Refused):
        propose_awards(actor=actor, proposal=proposal, version=1)
    with pytest.raises(Refused):
        discard_award_proposal(actor=actor, proposal=proposal, version=1)


def test_a_candidate_is_taken_off_with_a_reason_and_put_back(commune, ranking):
    reviewer = commune.people["vhxh"]
    proposal = draw_up(commune, ranking)
    candidate = sheet_of(proposal).listed[0]
    exclude_candidate(actor=reviewer, candidate=candidate, reason="  Đang bị  kiểm tra ", version=1)
    sheet = sheet_of(proposal)
    assert [(one.name, one.exclusion_reason) for one in sheet.excluded] == [(candidate.name, "Đang bị kiểm tra")]
    assert sheet.total == 760_000
    candidate = AwardCandidate.objects.get(pk=candidate.pk)
    assert candidate.proposal.version == 2
    include_candidate(actor=reviewer, candidate=candidate, version=2)
    sheet = sheet_of(proposal)
    assert (sheet.excluded, sheet.total) == ([], 2_280_000)
    actions = ["create_award_proposal", "exclude_candidate", "include_candidate"]
    entries = AuditEntry.objects.filter(object_type="emulation.awardproposal").order_by("id")
    assert [entry.action for entry in entries] == actions
    assert entries[1].reason == "Đang bị kiểm tra"


def test_a_reason_is_required(commune, ranking):
    proposal = draw_up(commune, ranking)
    with pytest.raises(DomainError) as error:
        exclude_candidate(
            actor=commune.people["vhxh"], candidate=sheet_of(proposal).listed[0], reason=" \u200b ", version=1
        )
    assert error.value.field == "reason"


def test_who_does_not_qualify_cannot_be_put_on_the_list(commune, ranking):
    proposal = draw_up(commune, ranking)
    with pytest.raises(DomainError):
        include_candidate(actor=commune.people["vhxh"], candidate=sheet_of(proposal).ineligible[0], version=1)


def test_two_people_changing_the_list_at_once(commune, ranking):
    reviewer = commune.people["vhxh"]
    proposal = draw_up(commune, ranking)
    first, second = sheet_of(proposal).listed
    exclude_candidate(actor=reviewer, candidate=first, reason="Lý do", version=1)
    with pytest.raises(Stale):
        exclude_candidate(actor=reviewer, candidate=second, reason="Lý do", version=1)
    with pytest.raises(Stale):
        propose_awards(actor=reviewer, proposal=AwardProposal.objects.get(pk=proposal.pk), version=1)
    assert sheet_of(proposal).listed == [second]


def test_a_proposed_list_is_closed_and_council_and_leaders_are_told(commune, ranking):
    reviewer = commune.people["vhxh"]
    proposal = propose_awards(actor=reviewer, proposal=draw_up(commune, ranking), version=1)
    assert (proposal.state, proposal.version) == (AwardState.PROPOSED, 2)
    told = Notification.objects.filter(url=f"/khen-thuong/{proposal.pk}/").values_list("user__username", flat=True)
    assert sorted(told) == ["hoidong1", "hoidong2", "hoidong3", "hoidong4", "hoidong5", "pct"]
    candidate = AwardCandidate.objects.filter(proposal=proposal, eligible=True)[0]
    with pytest.raises(Refused):
        exclude_candidate(actor=reviewer, candidate=candidate, reason="Lý do", version=2)
    with pytest.raises(Refused):
        discard_award_proposal(actor=reviewer, proposal=proposal, version=2)
    with pytest.raises(DomainError):
        propose_awards(actor=reviewer, proposal=proposal, version=2)


def test_an_empty_list_is_not_proposed(commune):
    ranking = make_ranking(commune, ("VP", 1, "kha", "70"))
    with pytest.raises(DomainError, match="chưa có đối tượng nào"):
        propose_awards(actor=commune.people["vhxh"], proposal=draw_up(commune, ranking), version=1)


def test_a_draft_can_be_thrown_away_and_drawn_up_again(commune, ranking):
    discard_award_proposal(actor=commune.people["vhxh"], proposal=draw_up(commune, ranking), version=1)
    assert (AwardProposal.objects.count(), AwardCandidate.objects.count()) == (0, 0)
    assert draw_up(commune, ranking, max_rank=2).max_rank == 2


def test_the_rule_in_words():
    bands = CriteriaSet(bands=[{"code": "tot", "name": "Tốt", "lower": "80"}]).bands
    assert AwardRule(1, "tot", bands).sentence() == (
        "Đề nghị tặng giấy khen cho đơn vị đứng thứ nhất trong khối và xếp loại từ Tốt trở lên, "
        "cùng người đứng đầu đơn vị đó."
    )
    assert (
        AwardRule(3, "tot", bands).sentence().startswith("Đề nghị tặng giấy khen cho đơn vị đứng từ hạng 1 đến hạng 3 ")
    )


def test_numbers_on_a_day(commune):
    assert numbers_on(date(2024, 6, 30)).salary is None
    salary = numbers_on(date(2026, 6, 30)).salary
    assert salary is not None
    assert salary.amount == 2_340_000
    assert list(numbers_on(date(2026, 7, 1)).multipliers) == ["person", "unit"]


def test_when_the_ranking_page_offers_to_draw_up_a_list(commune, ranking):
    reviewer = commune.people["vhxh"]
    assert may_create(reviewer, ranking)
    assert not may_create(commune.people["pct"], ranking)
    proposal = draw_up(commune, ranking)
    assert not may_create(reviewer, ranking)
    assert get_proposal_for(reviewer, proposal.pk) == proposal
