"""Reading the filters of lists and boards from the address; a value nobody offers simply finds nothing."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.http import QueryDict

from ninhgiang import calendar
from ninhgiang.fields import VietnameseDateField
from reform_tasks.models import Plan
from reform_tasks.queries import DutyFilter

_DAY = VietnameseDateField(required=False)
# Address name of each part of the filter.
NAMES = {
    "unit": "don_vi",
    "block": "khoi",
    "area": "linh_vuc",
    "status": "tinh_trang",
    "verdict": "ket_qua",
    "reason": "ly_do",
    "period": "ky",
    "officer": "can_bo",
    "text": "q",
    "sort": "xep",
}


@dataclass(frozen=True, slots=True)
class AskedDay:
    """The day of reckoning: what was typed, the day it means, and why it was not understood ("")."""

    typed: str
    day: date
    error: str = ""


def asked_day(get: QueryDict) -> AskedDay:
    """Return the day of reckoning from the address (`ngay`), today when empty or not understood."""
    today = calendar.today()
    typed = get.get("ngay", "").strip()[:20]
    try:
        day = _DAY.clean(typed)
    except ValidationError as error:
        return AskedDay(typed, today, error.messages[0])
    if day is not None and day > today:
        return AskedDay(typed, today, "Chỉ tính được đến hôm nay hoặc một ngày đã qua.")
    return AskedDay(typed, day or today)


def chosen_plan(get: QueryDict, plans: list[Plan]) -> Plan | None:
    """Return the plan the address names, the newest when it names none of these."""
    wanted = get.get("ke_hoach", "")
    return next((plan for plan in plans if str(plan.pk) == wanted), plans[0] if plans else None)


def duty_filter(get: QueryDict, plan: Plan | None, day: date) -> DutyFilter:
    """Return the whole filter of the list."""
    parts = {part: get.get(name, "").strip()[:100] for part, name in NAMES.items()}
    return DutyFilter(plan=plan, day=day, **parts)


def without(get: QueryDict, *names: str) -> str:
    """Return the address's query without some parts and without empty ones, for links that change just these."""
    kept = QueryDict(mutable=True)
    for name, values in get.lists():
        if name not in names and any(values):
            kept.setlist(name, [value for value in values if value])
    return kept.urlencode()
