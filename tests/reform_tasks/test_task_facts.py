"""What scoring takes from the tasks (decision 0010)."""

from datetime import date

import pytest

from reform_tasks.queries import TaskFacts, task_facts, task_facts_for
from reform_tasks.services import Draft, accept_report, return_report, submit_report

QUARTER = (date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture
def report(commune, duty, now):
    """Return a function sending a report for Phòng Kinh tế at a moment and checking it a day later."""

    def of(number, due_on, at, *, outcome="done", accept=True):
        occurrence = duty("KT", number, due_on)
        now.move_to(at)
        sent = submit_report(
            actor=commune.people["tt.kt"], occurrence=occurrence, draft=Draft(outcome, "Kết quả"), version=0
        )
        now.shift(86_400)
        if accept:
            accept_report(actor=commune.people["vhxh"], occurrence=occurrence, version=sent.version)
        return occurrence

    return of


def of_kt(commune, as_of=date(2026, 12, 31)):
    return task_facts(commune.units["KT"], *QUARTER, as_of)


def verdicts(facts):
    return {(item["number"], item["due_on"]): item["verdict"] for item in facts.items}


def test_without_reports_everything_due_is_missing(commune, plan):
    facts = of_kt(commune)

    assert (facts.due, facts.done, facts.on_time, facts.late, facts.missing) == (9, 0, 0, 0, 9)
    assert [(item["number"], item["due_on"]) for item in facts.items] == [
        ("38", "2026-01-31"),
        ("2", "2026-02-15"),
        ("38", "2026-02-28"),
        ("4", "2026-03-31"),
        ("5", "2026-03-31"),
        ("17", "2026-03-31"),
        ("38", "2026-03-31"),
        ("39", "2026-03-31"),
        ("40", "2026-03-31"),
    ]


def test_the_last_minute_of_the_due_day_in_vietnam_is_on_time(commune, plan, report):
    report("2", date(2026, 2, 15), "2026-02-15T23:59:00+07:00")
    report("39", date(2026, 3, 31), "2026-04-01T00:01:00+07:00")

    facts = of_kt(commune)

    assert (facts.done, facts.on_time, facts.late) == (2, 1, 1)
    assert verdicts(facts)["2", "2026-02-15"] == "on_time"
    assert verdicts(facts)["39", "2026-03-31"] == "late"


def test_an_item_explains_itself(commune, plan, report):
    occurrence = report("2", date(2026, 2, 15), "2026-02-10T08:00:00+07:00")

    (item,) = [item for item in of_kt(commune).items if item["verdict"] != "missing"]

    assert item == {
        "occurrence": occurrence.pk,
        "number": "2",
        "title": occurrence.assignment.task.title,
        "label": occurrence.label,
        "due_on": "2026-02-15",
        "submitted_on": "2026-02-10",
        "verdict": "on_time",
    }


def test_a_report_not_yet_accepted_is_missing(commune, plan, report):
    report("2", date(2026, 2, 15), "2026-02-10T08:00:00+07:00", accept=False)

    assert of_kt(commune).done == 0


def test_in_progress_is_not_done_but_nothing_arisen_is(commune, plan, report):
    report("2", date(2026, 2, 15), "2026-02-10T08:00:00+07:00", outcome="partial")
    report("39", date(2026, 3, 31), "2026-02-12T08:00:00+07:00", outcome="not_arisen")

    facts = of_kt(commune)

    assert verdicts(facts)["2", "2026-02-15"] == "missing"
    assert verdicts(facts)["39", "2026-03-31"] == "on_time"


def test_the_submission_that_was_accepted_decides(commune, plan, duty, now):
    occurrence = duty("KT", "2", date(2026, 2, 15))
    head, reviewer = commune.people["tt.kt"], commune.people["vhxh"]
    now.move_to("2026-02-14T08:00:00+07:00")
    sent = submit_report(actor=head, occurrence=occurrence, draft=Draft("done", "Sơ sài"), version=0)
    sent = return_report(actor=reviewer, occurrence=occurrence, version=sent.version, reason="Thiếu")
    now.move_to("2026-02-20T08:00:00+07:00")
    sent = submit_report(actor=head, occurrence=occurrence, draft=Draft("done", "Đủ"), version=sent.version)
    accept_report(actor=reviewer, occurrence=occurrence, version=sent.version)

    assert verdicts(of_kt(commune))["2", "2026-02-15"] == "late"


def test_only_what_is_due_by_the_day_of_reckoning_counts(commune, plan, report):
    report("2", date(2026, 2, 15), "2026-02-10T08:00:00+07:00")

    assert (of_kt(commune, date(2026, 2, 15)).due, of_kt(commune, date(2026, 2, 14)).due) == (2, 1)


def test_a_submission_after_the_day_of_reckoning_does_not_count(commune, plan, report):
    report("2", date(2026, 2, 15), "2026-02-20T08:00:00+07:00")

    assert (of_kt(commune, date(2026, 2, 19)).missing, of_kt(commune, date(2026, 2, 20)).late) == (2, 1)


def test_coordinating_and_instructions_do_not_count(commune, plan):
    numbers = {
        item["number"]
        for item in task_facts(commune.units["KT"], date(2026, 1, 1), date(2027, 12, 31), date(2027, 12, 31)).items
    }

    assert numbers == {"2", "4", "5", "10", "17", "38", "39", "40", "42"}


def test_facts_of_all_units_take_one_query(commune, plan, django_assert_num_queries):
    with django_assert_num_queries(1):
        one = task_facts_for([commune.units["KT"]], *QUARTER, date(2026, 12, 31))
    with django_assert_num_queries(1):
        every = task_facts_for(commune.units.values(), *QUARTER, date(2026, 12, 31))

    kt = commune.units["KT"].pk
    assert one[kt] == every[kt]
    assert set(every) == {unit.pk for unit in commune.units.values()}


def test_a_unit_without_duties_has_empty_facts(commune):
    assert of_kt(commune) == TaskFacts()
