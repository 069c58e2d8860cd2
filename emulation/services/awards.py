"""Writes of award lists: draw up from a published ranking, take candidates off, propose, throw away.

The ranking is only one criterion of an award (scoring.md 4.5): a list proposes, council and chairman decide.
"""

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from emulation.award_checks import NO_HEAD, AwardRule, Check, as_json, find_head, unit_checks
from emulation.enums import AWARD_MOVES, AwardObject, AwardState
from emulation.models import AwardCandidate, AwardProposal, Ranking, RankingEntry
from emulation.money import award_amount
from emulation.queries.awards import DatedNumbers, numbers_on
from ninhgiang.calendar import day_text, local_date
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.states import transition
from ninhgiang.vietnamese import clean, show_money
from units.enums import NoticeKind, RoleKind
from units.models import Role, User
from units.queries import people_with
from units.rules import require
from units.services import notify, record_audit

MAX_RANK = 20


@transaction.atomic
def create_award_proposal(
    *, actor: User, ranking: Ranking, decision_on: date, max_rank: int = 1, min_grade_code: str
) -> AwardProposal:
    """Draw up the first list of units and heads for giấy khen; every ranked unit is listed with the reasons.

    Amounts are frozen with the base salary and multiplier of `decision_on` (đồng, rounded up to 10 000).
    Raises Refused for anyone but a reviewer, DomainError (with its field) when the ranking is not published,
    already has a list, or the day or rule does not fit.
    """
    issuer = ranking.round.issuer
    require(actor, RoleKind.REVIEWER, issuer, doing="lập danh sách đề nghị khen thưởng")
    ranking = Ranking.objects.select_for_update().get(pk=ranking.pk)
    if AwardProposal.objects.filter(ranking=ranking).exists():
        raise DomainError("Đợt này đã có danh sách đề nghị khen thưởng; hãy mở danh sách đó để xem hoặc sửa.")
    rule = _rule(ranking, max_rank, min_grade_code)
    numbers = _numbers(ranking, decision_on)
    proposal = AwardProposal.objects.create(
        ranking=ranking,
        decision_on=decision_on,
        max_rank=rule.max_rank,
        min_grade_code=rule.min_grade_code,
        created_by=actor,
    )
    candidates = AwardCandidate.objects.bulk_create(_candidates(proposal, rule, numbers))
    listed = [one for one in candidates if one.eligible]
    record_audit(
        actor=actor,
        action="create_award_proposal",
        summary=f"Lập danh sách đề nghị khen thưởng {ranking.round.name}: {len(listed)} đối tượng đủ điều kiện.",
        target=proposal,
        issuer=issuer,
        after={
            "decision_on": decision_on.isoformat(),
            "max_rank": rule.max_rank,
            "min_grade_code": rule.min_grade_code,
            "listed": len(listed),
            "total": sum(one.amount or 0 for one in listed),
        },
    )
    return proposal


def _rule(ranking: Ranking, max_rank: int, min_grade_code: str) -> AwardRule:
    if not 1 <= max_rank <= MAX_RANK:
        raise DomainError(f"Thứ hạng xét khen phải từ 1 đến {MAX_RANK}.", field="max_rank")
    rule = AwardRule(max_rank, min_grade_code, ranking.round.criteria_set.bands)
    if rule.grade_place(min_grade_code) is None:
        raise DomainError("Bộ tiêu chí không có mức xếp loại này; hãy chọn lại.", field="min_grade_code")
    return rule


def _numbers(ranking: Ranking, decision_on: date) -> DatedNumbers:
    """Return the dated numbers of the decision day, or raise DomainError when the day does not fit."""
    if ranking.published_at is None:
        raise DomainError("Kết quả xếp hạng chưa công bố nên chưa lập được danh sách khen thưởng.")
    published_on = local_date(ranking.published_at)
    if decision_on < published_on:
        raise DomainError(
            f"Ngày quyết định khen thưởng không được trước ngày công bố xếp hạng ({day_text(published_on)}).",
            field="decision_on",
        )
    numbers = numbers_on(decision_on)
    if numbers.salary is None or len(numbers.multipliers) != len(AwardObject):
        raise DomainError(
            f"Chưa có lương cơ sở hoặc hệ số tiền thưởng áp dụng cho ngày {day_text(decision_on)}.",
            field="decision_on",
        )
    return numbers


def _candidates(proposal: AwardProposal, rule: AwardRule, numbers: DatedNumbers) -> list[AwardCandidate]:
    ranking = proposal.ranking
    entries = list(ranking.entries.select_related("unit", "block"))
    heads = _heads(entries)
    found: list[AwardCandidate] = []
    for entry in entries:
        entry.ranking = ranking
        checks = unit_checks(entry, rule)
        head, head_check = find_head(entry.unit, heads[entry.unit_id])
        unit = AwardCandidate(name=entry.unit.name, object_kind=AwardObject.UNIT)
        person = AwardCandidate(
            name=head.full_name if head else NO_HEAD,
            title=(head.job_title if head else "") or entry.unit.head_title,
            object_kind=AwardObject.PERSON,
        )
        for candidate, own in ((unit, checks), (person, [*checks, head_check])):
            candidate.proposal, candidate.entry = proposal, entry
            found.append(_weigh(candidate, own, numbers))
    return found


def _heads(entries: list[RankingEntry]) -> dict[int, list[User]]:
    """Return the active people holding the head's role at each ranked unit; one query."""
    found: dict[int, list[User]] = defaultdict(list)
    roles = Role.objects.filter(
        kind=RoleKind.UNIT_HEAD, unit__in=[entry.unit_id for entry in entries], user__is_active=True
    ).select_related("user")
    for role in roles.order_by("user__full_name", "user_id"):
        found[role.unit_id].append(role.user)
    return found


def _weigh(candidate: AwardCandidate, checks: list[Check], numbers: DatedNumbers) -> AwardCandidate:
    """Write the checks on a candidate and, when all hold, the frozen money."""
    candidate.checks = as_json(checks)
    candidate.eligible = candidate.included = all(check.ok for check in checks)
    if candidate.eligible and numbers.salary is not None:
        candidate.multiplier = numbers.multipliers[candidate.object_kind].multiplier
        candidate.base_salary = numbers.salary.amount
        candidate.amount = award_amount(candidate.multiplier, candidate.base_salary)
    return candidate


@transaction.atomic
def exclude_candidate(*, actor: User, candidate: AwardCandidate, reason: str, version: int) -> AwardCandidate:
    """Take one candidate off a draft list with a reason; `version` is the list's as the person saw it.

    Raises Refused (not a reviewer, list proposed), Stale, or DomainError (no reason, not on the list).
    """
    reason = clean(reason)
    if not reason:
        raise DomainError("Cần ghi lý do đưa ra khỏi danh sách.", field="reason")
    if not (candidate.eligible and candidate.included):
        raise DomainError("Đối tượng này không có trong danh sách đề nghị.", field="reason")
    _take_turn(actor, candidate.proposal, version)
    _set_included(candidate, included=False, reason=reason)
    _record(actor, candidate, "exclude_candidate", f"Đưa {_named(candidate)} ra khỏi danh sách.", reason)
    return candidate


@transaction.atomic
def include_candidate(*, actor: User, candidate: AwardCandidate, version: int) -> AwardCandidate:
    """Put an eligible candidate who was taken off back on a draft list; raises as `exclude_candidate` does."""
    if not candidate.eligible or candidate.included:
        raise DomainError("Chỉ đưa lại được đối tượng đủ điều kiện đã bị đưa ra khỏi danh sách.")
    _take_turn(actor, candidate.proposal, version)
    _set_included(candidate, included=True, reason="")
    _record(actor, candidate, "include_candidate", f"Đưa {_named(candidate)} trở lại danh sách.")
    return candidate


@transaction.atomic
def propose_awards(*, actor: User, proposal: AwardProposal, version: int) -> AwardProposal:
    """Hand the list to the council and the leaders; from then on it cannot be changed.

    Raises Refused for anyone but a reviewer, Stale, or DomainError when nobody is listed or it is proposed already.
    """
    issuer = proposal.ranking.round.issuer
    require(actor, RoleKind.REVIEWER, issuer, doing="trình danh sách khen thưởng")
    _same_version(proposal, version)
    listed = list(proposal.candidates.filter(eligible=True, included=True))
    if not listed:
        raise DomainError("Danh sách chưa có đối tượng nào đủ điều kiện nên chưa trình được.")
    transition(proposal, "propose", table=AWARD_MOVES)
    total = sum(one.amount or 0 for one in listed)
    record_audit(
        actor=actor,
        action="propose_awards",
        summary=f"Trình danh sách khen thưởng {proposal.ranking.round.name}: {len(listed)} đối tượng, "
        f"{show_money(total)} đồng.",
        target=proposal,
        issuer=issuer,
        before={"state": AwardState.DRAFT.value},
        after={"state": proposal.state, "listed": len(listed), "total": total},
    )
    people = people_with(RoleKind.COUNCIL, issuer) | people_with(RoleKind.LEADER, issuer)
    notify(
        people=people.distinct(),
        text=f"Có danh sách đề nghị khen thưởng để xem xét: {proposal.ranking.round.name}",
        url=reverse("emulation:award-detail", args=[proposal.pk]),
        kind=NoticeKind.TODO,
    )
    return proposal


@transaction.atomic
def discard_award_proposal(*, actor: User, proposal: AwardProposal, version: int) -> None:
    """Delete a draft list so that it can be drawn up again with another day or rule; raises Refused or Stale."""
    _take_turn(actor, proposal, version)
    record_audit(
        actor=actor,
        action="discard_award_proposal",
        summary=f"Bỏ danh sách dự kiến khen thưởng {proposal.ranking.round.name} để lập lại.",
        target=proposal,
        issuer=proposal.ranking.round.issuer,
        before={
            "decision_on": proposal.decision_on.isoformat(),
            "max_rank": proposal.max_rank,
            "min_grade_code": proposal.min_grade_code,
        },
    )
    proposal.delete()


def _take_turn(actor: User, proposal: AwardProposal, version: int) -> None:
    """Claim a draft list for one change by a conditional UPDATE; raise Refused or Stale."""
    require(actor, RoleKind.REVIEWER, proposal.ranking.round.issuer, doing="sửa danh sách khen thưởng")
    if proposal.state != AwardState.DRAFT:
        raise Refused("Danh sách đã trình nên không sửa được nữa. Hội đồng xem xét trên danh sách đã trình.")
    _same_version(proposal, version)
    claimed = AwardProposal.objects.filter(pk=proposal.pk, version=version, state=AwardState.DRAFT)
    if claimed.update(version=F("version") + 1) != 1:
        raise _stale()
    proposal.version = version + 1


def _same_version(proposal: AwardProposal, version: int) -> None:
    if proposal.version != version:
        raise _stale()


def _stale() -> Stale:
    return Stale("Người khác vừa sửa danh sách này. Hãy tải lại trang để xem bản mới nhất rồi làm lại.")


def _set_included(candidate: AwardCandidate, *, included: bool, reason: str) -> None:
    candidate.included, candidate.exclusion_reason = included, reason
    candidate.save(update_fields=["included", "exclusion_reason"])


def _named(candidate: AwardCandidate) -> str:
    kind = "tập thể" if candidate.object_kind == AwardObject.UNIT else "cá nhân"
    return f"{kind} {candidate.name}"


def _record(actor: User, candidate: AwardCandidate, action: str, summary: str, reason: str = "") -> None:
    record_audit(
        actor=actor,
        action=action,
        summary=summary,
        target=candidate.proposal,
        issuer=candidate.proposal.ranking.round.issuer,
        unit=candidate.entry.unit,
        before={"candidate": candidate.pk, "included": not candidate.included},
        after={"candidate": candidate.pk, "included": candidate.included},
        reason=reason,
    )
