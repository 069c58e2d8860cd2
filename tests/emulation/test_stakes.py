"""What a duty is worth: the sentence beforehand is what the scorecard's own count says afterwards."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from emulation import scoring
from emulation.models import CriteriaSet, Criterion, Round
from emulation.stakes import points_at_stake
from reform_tasks.linked import stakes_of
from reform_tasks.models import Occurrence
from reform_tasks.queries import task_facts
from reform_tasks.services import Draft, accept_report, submit_report
from tests.emulation.year import new_round


@pytest.fixture
def now():
    """10/04/2026, 9:00 in Vietnam."""
    with time_machine.travel("2026-04-10T09:00:00+07:00", tick=False) as traveller:
        yield traveller


def duty(commune, number, due_on, unit="KT"):
    found = Occurrence.objects.filter(assignment__unit__code=unit, assignment__task__number=number, due_on=due_on)
    return found.select_related("assignment__unit", "assignment__task__plan", "report").get()


def report(commune, occurrence, now, at, *, accept=True):
    now.move_to(f"{at}T09:00:00+07:00")
    sent = submit_report(
        actor=commune.people["tt.kt"], occurrence=occurrence, draft=Draft("done", "Kết quả"), version=0
    )
    if accept:
        accept_report(actor=commune.people["vhxh"], occurrence=occurrence, version=sent.version)


@pytest.fixture
def good_quarter(plan, commune, now):
    """Phòng Kinh tế reported everything due in quarter I on the day."""
    for one in Occurrence.objects.filter(
        assignment__unit__code="KT", assignment__part="lead", due_on__lte=date(2026, 3, 31)
    ):
        report(commune, one, now, one.due_on)
    now.move_to("2026-04-10T09:00:00+07:00")
    return plan


def told(occurrence):
    return {stake.code: (stake.points, stake.sentence) for stake in points_at_stake([occurrence])[occurrence.pk]}


def test_what_a_late_duty_costs_at_the_present_count(good_quarter, commune):
    new_round(commune)

    assert told(duty(commune, "38", date(2026, 4, 30))) == {
        "1.2": (
            Decimal("1.00"),
            "Nếu kỳ này không hoàn thành: 10/10 → 9/10 nhiệm vụ hoàn thành, mất 1 điểm tiêu chí 1.2.",
        ),
        "1.3": (Decimal("0.50"), "Nếu kỳ này trễ: 10/10 → 9/10 nhiệm vụ đúng hạn, mất 0,5 điểm tiêu chí 1.3."),
        "1.4": (Decimal("0.50"), "Nếu kỳ này trễ: 0 → 1 báo cáo chậm hoặc thiếu, mất 0,5 điểm tiêu chí 1.4."),
    }


def points_of(commune, code, plan):
    """Return the points of one computed criterion as a scorecard would count them on the day."""
    criterion = Criterion.objects.get(criteria_set__code="mau-2026", code=code)
    from ninhgiang.calendar import today

    end = date.fromordinal(today().toordinal() - 1)
    facts = task_facts(commune.units["KT"], date(2026, 1, 1), end, today())
    value = scoring.task_value(criterion.rule_params, facts, criterion.rule_kind)
    return scoring.score(criterion.rule_kind, criterion.rule_params, value, criterion.max_points).points


def test_the_loss_foretold_is_the_loss_counted(good_quarter, commune, now):
    new_round(commune)
    occurrence = duty(commune, "38", date(2026, 4, 30))
    foretold = {code: points for code, (points, _) in told(occurrence).items()}
    before = {code: points_of(commune, code, good_quarter) for code in foretold}

    report(commune, occurrence, now, "2026-05-01")
    now.move_to("2026-05-02T09:00:00+07:00")

    after = {code: points_of(commune, code, good_quarter) for code in foretold}
    assert {code: before[code] - after[code] for code in ("1.3", "1.4")} == {
        code: foretold[code] for code in ("1.3", "1.4")
    }
    assert told(duty(commune, "38", date(2026, 4, 30)))["1.3"][1] == (
        "Đã hoàn thành sau hạn: 10/10 → 9/10 nhiệm vụ đúng hạn, mất 0,5 điểm tiêu chí 1.3."
    )


def test_each_standing_has_its_own_sentence(good_quarter, commune, now):
    new_round(commune)
    april = duty(commune, "38", date(2026, 4, 30))
    said = [told(duty(commune, "38", date(2026, 3, 31)))["1.3"][1]]
    report(commune, april, now, "2026-04-10", accept=False)
    said.append(told(duty(commune, "38", date(2026, 4, 30)))["1.3"][1])
    now.move_to("2026-06-01T09:00:00+07:00")
    may = duty(commune, "38", date(2026, 5, 31))
    said += [told(may)["1.3"][1], told(may)["1.2"][1]]
    Occurrence.objects.filter(pk=may.pk).update(paused_on=date(2026, 5, 30))
    said.append(told(duty(commune, "38", date(2026, 5, 31)))["1.3"][1])

    assert said == [
        "Đã hoàn thành đúng hạn, giữ được 0,56 điểm tiêu chí 1.3 (nếu trễ: 9/9 → 8/9 nhiệm vụ đúng hạn).",
        (
            "Đã gửi đúng hạn, chờ thẩm định: được chấp nhận thì giữ được 0,5 điểm tiêu chí 1.3 "
            "(nếu trễ: 10/10 → 9/10 nhiệm vụ đúng hạn)."
        ),
        "Kỳ này đã quá hạn: 10/11 → 9/11 nhiệm vụ đúng hạn, đang mất 0,46 điểm tiêu chí 1.3.",
        (
            "Kỳ này đã quá hạn: 10/11 → 9/11 nhiệm vụ hoàn thành, đang mất 1,5 điểm tiêu chí 1.2. "
            "Nộp muộn mà được chấp nhận thì lấy lại được."
        ),
        (
            "Đang tạm dừng do vướng mắc nên chưa tính; khi tính lại mà trễ: 10/11 → 9/11 nhiệm vụ đúng hạn, "
            "mất 0,46 điểm tiêu chí 1.3."
        ),
    ]


def test_on_the_last_day_of_the_period_late_is_missing(plan, commune, now):
    new_round(commune)

    stakes = told(duty(commune, "40", date(2026, 12, 31)))

    assert stakes["1.2"][1].startswith("Nếu kỳ này trễ: 1/10 → 0/10 nhiệm vụ hoàn thành")


def test_which_round_or_set_decides(plan, commune, now):
    occurrence = duty(commune, "38", date(2026, 4, 30))
    without = points_at_stake([occurrence])[occurrence.pk][0].basis
    quarter = new_round(commune, name="Quý II", period_start=date(2026, 4, 1), period_end=date(2026, 6, 30))
    within = points_at_stake([occurrence])[occurrence.pk][0].basis
    Round.objects.filter(pk=quarter.pk).update(state="published")
    settled = points_at_stake([occurrence])
    Round.objects.all().delete()
    CriteriaSet.objects.update(state="draft")

    name = CriteriaSet.objects.get().name
    assert without == f"{name}, tính cả năm 2026 (01/01/2026 – 31/12/2026)"
    assert within == "Quý II (01/04/2026 – 30/06/2026)"
    assert (settled, points_at_stake([occurrence])) == ({}, {})


def test_a_practice_round_neither_decides_nor_settles(plan, commune, now):
    occurrence = duty(commune, "38", date(2026, 4, 30))
    without = points_at_stake([occurrence])
    trial = new_round(commune, name="Chấm thử", practice=True, period_start=date(2026, 4, 1))
    during = points_at_stake([occurrence])
    Round.objects.filter(pk=trial.pk).update(state="ranked")

    assert without
    assert during == without
    assert points_at_stake([occurrence]) == without


def test_the_queries_do_not_grow_with_the_duties(plan, commune, now, django_assert_num_queries):
    new_round(commune)
    found = list(
        Occurrence.objects.filter(due_on__isnull=False).select_related(
            "assignment__unit", "assignment__task__plan", "report"
        )
    )
    for some in (found[:1], found):
        with django_assert_num_queries(6):
            stakes = stakes_of(some)
        assert len(stakes) == len(some)


def test_the_pages_show_what_is_at_stake(good_quarter, commune, sign_in):
    new_round(commune)
    occurrence = duty(commune, "38", date(2026, 4, 30))

    page = sign_in("tt.kt").get(reverse("reform_tasks:occurrence-detail", args=[occurrence.pk])).content.decode()
    task = sign_in("tt.kt").get(reverse("reform_tasks:task-detail", args=[good_quarter.pk, "38"])).content.decode()

    sentence = "Nếu kỳ này trễ: 10/10 → 9/10 nhiệm vụ đúng hạn, mất 0,5 điểm tiêu chí 1.3."
    assert (sentence in page, sentence in task) == (True, True)
