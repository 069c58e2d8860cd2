"""Deadlines and days off: what the phrase says, which day counts, what the page explains."""

from datetime import date

import pytest

from ninhgiang.calendar import SpecialDays
from reform_tasks.deadlines import (
    counted_day,
    day_after_event,
    manual_rule,
    occurrences,
    read_deadline,
    rule_from_json,
    rule_to_json,
)
from reform_tasks.deadlines.rule import with_shift
from reform_tasks.enums import Shift
from reform_tasks.models import Occurrence
from reform_tasks.services import add_office_day, remove_office_day, set_due_date
from units.enums import OfficeDayKind
from units.models import AuditEntry, OfficeDay
from units.queries import resting_issuer_ids, special_days_of

MAY_DAY = date(2026, 5, 1)
WORKS = SpecialDays(work={date(2026, 5, 2): "làm bù"})


@pytest.mark.parametrize(
    ("phrase", "shift"),
    [
        ("Hằng quý", Shift.NONE),
        ("Hằng quý, nếu trùng ngày nghỉ thì chuyển sang ngày làm việc tiếp theo", Shift.NEXT),
        ("Trước ngày 01/05/2026 (nếu rơi vào ngày nghỉ lễ, tết thì tính đến ngày làm việc liền sau)", Shift.NEXT),
        ("HẰNG QUÝ; trùng ngày nghỉ thì chuyển về ngày làm việc liền trước", Shift.PREVIOUS),
        ("Ngày làm việc cuối cùng của tháng", Shift.PREVIOUS),
        ("ngày làm việc cuối cùng của mỗi quý", Shift.PREVIOUS),
    ],
)
def test_the_phrase_says_what_becomes_of_a_day_off(phrase, shift):
    rule = read_deadline(phrase, 2026)
    assert rule.shift == shift
    assert rule_from_json(rule_to_json(rule)) == rule


@pytest.mark.parametrize(
    ("shift", "special", "day"),
    [
        (Shift.NONE, SpecialDays(), MAY_DAY),
        (Shift.NEXT, SpecialDays(), date(2026, 5, 4)),
        (Shift.PREVIOUS, SpecialDays(), date(2026, 4, 29)),
        (Shift.NEXT, WORKS, date(2026, 5, 2)),
        (Shift.NEXT, SpecialDays(off={date(2026, 5, 4): "nghỉ bù"}), date(2026, 5, 5)),
    ],
)
def test_a_day_off_is_moved_as_the_rule_says(shift, special, day):
    rule = with_shift(manual_rule("fixed", due_on=MAY_DAY), shift)
    assert counted_day(rule, MAY_DAY, special) == day


def test_working_days_from_an_event_know_the_office():
    rule = read_deadline("05 ngày làm việc kể từ ngày có kết luận", 2026)
    assert day_after_event(rule, date(2026, 4, 28)) == date(2026, 5, 7)
    assert day_after_event(rule, date(2026, 4, 28), WORKS) == date(2026, 5, 6)
    calendar_days = read_deadline("30 ngày kể từ ngày có kết luận", 2026)
    assert day_after_event(calendar_days, date(2026, 4, 28)) == date(2026, 5, 28)


def test_old_rules_without_a_word_about_days_off_stay_readable():
    data = rule_to_json(read_deadline("Hằng quý", 2026))
    del data["shift"]
    assert rule_from_json(data).shift == Shift.NONE


def test_labels_stay_apart_when_cut_to_their_length():
    long = "Phương án rà soát, đơn giản hóa quy trình nội bộ giải quyết thủ tục hành chính"
    rule = read_deadline("Trước ngày 01/06/2026", 2026)
    dues = tuple(type(rule.dues[0])(long, date(2026, month, 1)) for month in (6, 7, 8))
    labels = [due.label for due in occurrences(type(rule)(rule.kind, dues=dues), 2026, date(2026, 1, 14))]
    assert labels == [long[:60], f"{long[:56]} (2)", f"{long[:56]} (3)"]


def test_special_days_belong_to_their_issuer(commune):
    issuer = commune.issuer
    OfficeDay.objects.create(issuer=issuer, day=date(2026, 5, 2), kind="work", reason="Làm bù")
    OfficeDay.objects.create(issuer=issuer, day=date(2026, 5, 4), kind="off", reason="Nghỉ bù")
    assert special_days_of(issuer.pk) == SpecialDays(
        off={date(2026, 5, 4): "Nghỉ bù"}, work={date(2026, 5, 2): "Làm bù"}
    )
    assert resting_issuer_ids(date(2026, 5, 2)) == []
    assert resting_issuer_ids(date(2026, 5, 4)) == [issuer.pk]
    assert resting_issuer_ids(date(2026, 5, 3)) == [issuer.pk]
    assert special_days_of(None) == SpecialDays()


def test_the_page_explains_a_moved_day(now, sign_in, only):
    [duty] = only(KT=[date(2026, 5, 4)])
    task = duty.assignment.task
    task.deadline_rule = rule_to_json(with_shift(manual_rule("fixed", due_on=MAY_DAY), Shift.NEXT))
    task.save()
    Occurrence.objects.filter(pk=duty.pk).update(planned_on=MAY_DAY)
    page = sign_in("tt.kt").get(f"/ky/{duty.pk}/").content.decode()
    words = "Hạn 01/05/2026 là ngày nghỉ lễ (Ngày Quốc tế Lao động) nên tính đến thứ Hai, 04/05/2026."
    assert words in page


def test_the_day_of_an_instruction_is_counted(now, commune, plan, sign_in):
    found = Occurrence.objects.filter(assignment__task__deadline_kind="on_instruction").select_related(
        "assignment__task__plan__issuer", "assignment__unit"
    )
    row = found.first()
    task = row.assignment.task
    task.deadline_rule = rule_to_json(read_deadline("05 ngày làm việc kể từ ngày có kết luận", 2026))
    task.save()
    set_due_date(actor=commune.people["vhxh"], occurrence=row, event_on=date(2026, 4, 28), reason="Kết luận 12/KL-UBND")
    row.refresh_from_db()
    assert (row.due_on, row.planned_on) == (date(2026, 5, 7), date(2026, 5, 7))
    answer = sign_in("vhxh").post(f"/ky/{row.pk}/han/", {"event_on": "", "due_on": "", "reason": "x"})
    assert (answer.status_code, "Hãy nhập hạn hoàn thành." in answer.content.decode()) == (422, True)


@pytest.fixture
def shifted(only):
    """A duty planned on Friday 15/05/2026 whose rule moves days off forward."""
    [duty] = only(KT=[date(2026, 5, 15)])
    task = duty.assignment.task
    task.deadline_rule = rule_to_json(with_shift(manual_rule("fixed", due_on=date(2026, 5, 15)), Shift.NEXT))
    task.save()
    Occurrence.objects.filter(pk=duty.pk).update(planned_on=date(2026, 5, 15))
    return duty


def test_a_new_day_off_moves_what_is_to_come_and_back(now, commune, shifted):
    office = commune.people["vanphong"]
    day = {"day": date(2026, 5, 15), "kind": OfficeDayKind.OFF, "reason": "Nghỉ bù"}
    assert add_office_day(actor=office, issuer=commune.issuer, **day) == 1
    shifted.refresh_from_db()
    assert (shifted.due_on, shifted.planned_on) == (date(2026, 5, 18), date(2026, 5, 15))
    assert remove_office_day(actor=commune.people["quantri"], office_day=OfficeDay.objects.get()) == 1
    shifted.refresh_from_db()
    assert shifted.due_on == date(2026, 5, 15)
    actions = AuditEntry.objects.filter(object_type="units.officeday").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["add_office_day", "remove_office_day"]


def test_a_reported_or_extended_duty_does_not_move(now, commune, shifted):
    Occurrence.objects.filter(pk=shifted.pk).update(extended_to=date(2026, 5, 15))
    day = {"day": date(2026, 5, 15), "kind": OfficeDayKind.OFF, "reason": "Nghỉ bù"}
    assert add_office_day(actor=commune.people["vanphong"], issuer=commune.issuer, **day) == 0


def test_the_screen_of_days(now, sign_in, commune):
    client = sign_in("vanphong")
    assert "Ngày Quốc tế Lao động" in client.get("/ngay-nghi/").content.decode()
    wrong = client.post("/ngay-nghi/", {"day": "09/05/2026", "kind": "off", "reason": "Nghỉ"})
    assert (wrong.status_code, "vốn đã là ngày nghỉ." in wrong.content.decode()) == (422, True)
    assert client.post("/ngay-nghi/", {"day": "09/05/2026", "kind": "work", "reason": "Làm bù"}).status_code == 302
    assert sign_in("vhxh").get("/ngay-nghi/").status_code == 403
    day = OfficeDay.objects.get()
    assert client.post(f"/ngay-nghi/{day.pk}/bo/").status_code == 302
    assert OfficeDay.objects.count() == 0
