"""What the people who are not on stage do meanwhile, through the same services the screens call."""

from typing import Any

from emulation.models import Round, Scorecard
from emulation.services import accept_unchanged, complete_appraisal, submit_scorecard
from reform_tasks.models import Occurrence
from reform_tasks.services import Draft, accept_report, submit_report
from tests.emulation.year import fill


def report_on_time(commune: Any, clock: Any, codes: tuple[str, ...]) -> int:
    """Let the heads report every dated duty on its last day and Phòng VHXH accept it; returns how many."""
    open_duties = Occurrence.objects.filter(
        assignment__unit__code__in=codes, due_on__isnull=False, due_on__year=2026, report__isnull=True
    )
    duties = list(open_duties.select_related("assignment__unit", "assignment__task__plan__issuer").order_by("due_on"))
    for duty in duties:
        clock.move_to(f"{duty.due_on.isoformat()}T03:00:00+00:00")
        head = commune.people[f"tt.{duty.assignment.unit.code.lower()}"]
        draft = Draft(outcome="done", result=f"Đã thực hiện kỳ {duty.label}.", note="", evidence=())
        report = submit_report(actor=head, occurrence=duty, draft=draft, version=0)
        accept_report(actor=commune.people["vhxh"], occurrence=duty, version=report.version)
    return len(duties)


def hand_in_scorecards(commune: Any, round_: Round, *, leave: str) -> None:
    """Let every unit but `leave` fill in and submit its scorecard; schools lose what they have not done."""
    for card in Scorecard.objects.filter(round=round_).exclude(unit__code=leave).select_related("unit"):
        head = commune.people[f"tt.{card.unit.code.lower()}"]
        lazy = card.unit.code.startswith("TH")
        fill(card, head, lambda row, lazy=lazy: lazy and row.criterion.code.startswith("1."))
        submit_scorecard(actor=head, scorecard_id=card.pk)


def appraise_scorecards(commune: Any, round_: Round, *, leave: str) -> None:
    """Let Phòng VHXH accept every scorecard but one as self-scored."""
    for card in Scorecard.objects.filter(round=round_).exclude(unit__code=leave):
        accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
        complete_appraisal(actor=commune.people["vhxh"], scorecard_id=card.pk)
