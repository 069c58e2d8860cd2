"""Closing a year's plan for reports."""

import pytest
from django.urls import reverse

from reform_tasks.models import Plan
from units.queries import history_of

pytestmark = pytest.mark.usefixtures("now")


def test_the_reviewer_closes_and_opens_a_plan_with_a_reason(sign_in, plan):
    url = reverse("reform_tasks:plan-close", args=[plan.pk])
    reviewer = sign_in("vhxh")

    empty = reviewer.post(url, {"version": plan.version, "reason": " "})
    closed = reviewer.post(url, {"version": plan.version, "reason": "Đã tổng kết năm"})
    stale = reviewer.post(url, {"version": plan.version, "reason": "Mở để bổ sung"})
    again = reviewer.post(url, {"version": plan.version + 1, "reason": "Mở để bổ sung"})

    assert [answer.status_code for answer in (empty, closed, stale, again)] == [422, 302, 409, 302]
    assert "Mở để bổ sung" in stale.content.decode()
    assert Plan.objects.get().closed_at is None
    entries = history_of("reform_tasks.plan", plan.pk).filter(action__contains="_plan").order_by("id")
    assert [entry.reason for entry in entries][-2:] == ["Đã tổng kết năm", "Mở để bổ sung"]


@pytest.mark.parametrize("username", ["tt.kt", "pct", "vanphong"])
def test_nobody_else_closes_a_plan(sign_in, plan, username):
    assert sign_in(username).get(reverse("reform_tasks:plan-close", args=[plan.pk])).status_code == 403
    assert Plan.objects.get().closed_at is None
