"""axe-core finds nothing on the main pages of each role, wide and on a phone."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from emulation.models import Ranking
from emulation.services import open_round, publish_ranking
from emulation.services.awards import create_award_proposal
from emulation.services.criteria import copy_set
from ninhgiang.calendar import today
from reform_tasks.models import Occurrence
from reports.services import compile_round
from tests.browser.conftest import NARROW, WIDE
from tests.emulation.year import card_of, new_round, ranked, row_of
from units.models import Job

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],  # the lists of what passed are long and slow to hand over
}


@pytest.fixture
def addresses(transactional_db, commune: Any, plan: Any) -> dict[str, list[str]]:
    """The pages each person looks at, in a commune that has published one round and scores the next."""
    people = commune.people
    done = ranked(commune, ("KT", "HCC"))
    publish_ranking(actor=people["pct"], round_id=done.pk, decision_number="25/QĐ-UBND", decision_on=today())
    ranking = Ranking.objects.get(round=done)
    grade = done.criteria_set.bands[-1]["code"]
    awards = create_award_proposal(actor=people["vhxh"], ranking=ranking, decision_on=today(), min_grade_code=grade)
    job = Job.objects.create(
        issuer=commune.issuer, kind="compile_results", title="Tổng hợp", params={"round_id": done.pk},
        params_hash="1", requested_by=people["vanphong"],
    )  # fmt: skip
    compilation = compile_round(job=job, step=lambda done, total, message: None)
    now = new_round(commune, name="Đợt sau", self_score_until=today() + timedelta(days=3))
    open_round(actor=people["vhxh"], round_id=now.pk)
    card = card_of(now, commune, "KT")
    row = row_of(card, "2.1")
    duty = Occurrence.objects.filter(assignment__unit__code="KT", assignment__part="lead").first()
    assert duty is not None
    task = duty.assignment.task
    document = compilation.documents.get()
    draft = copy_set(actor=people["vhxh"], criteria_set=done.criteria_set, code="nhap", name="Bộ 2027", year=2027)
    page_of = {
        "tree": reverse("emulation:set-edit", args=[draft.code]) + "?mo=I",
        "set-row": reverse("emulation:set-row-edit", args=[draft.code, "1.2"]),
        "grades": reverse("emulation:set-grades", args=[draft.code]),
        "plan": reverse("reform_tasks:plan-detail", args=[plan.pk]),
        "task": reverse("reform_tasks:task-detail", args=[plan.pk, task.number]),
        "duty": reverse("reform_tasks:occurrence-detail", args=[duty.pk]),
        "round": reverse("emulation:round-detail", args=[now.pk]),
        "ranking": reverse("emulation:ranking", args=[done.pk]),
        "awards": reverse("emulation:award-detail", args=[awards.pk]),
        "set": reverse("emulation:set-detail", args=[done.criteria_set.code]),
        "card": reverse("emulation:scorecard-detail", args=[card.pk]),
        "explain": reverse("emulation:scorecard-explain", args=[card.pk]),
        "area": reverse("emulation:scorecard-area", args=[card.pk, "II"]),
        "row": reverse("emulation:row-explain", args=[card.pk, row.pk]),
        "files": reverse("emulation:row-evidence", args=[card.pk, row.pk]),
        "compilation": reverse("reports:compilation-detail", args=[compilation.pk]),
        "document": reverse("reports:document-detail", args=[document.pk]),
        "edit": reverse("reports:document-edit", args=[document.pk]),
        "job": reverse("units:job-detail", args=[job.pk]),
        "step": reverse("emulation:round-step", args=[now.pk, "close_self"]),
        "import": reverse("reform_tasks:import-upload"),
        "new-round": reverse("emulation:round-create"),
        "password": reverse("units:password-change"),
        "person": reverse("units:person-detail", args=[people["cv.kt"].pk]),
        "new-person": reverse("units:person-create"),
    }
    shown = {
        "vhxh": "plan task import round new-round step ranking awards set tree set-row grades compilation "
        "document edit",
        "tt.kt": "duty card area row files explain password",
        "vanphong": "job",
        "quantri": "person new-person",
        "pct": "",
    }
    return {who: [page_of[name] for name in names.split()] for who, names in shown.items()}


@pytest.mark.one_database
@pytest.mark.xdist_group("axe")
def test_axe_finds_nothing(addresses: dict[str, list[str]], person: Callable[..., Page]) -> None:
    axe = Axe()
    found: list[str] = []
    seen: set[str] = set()
    for who, own in addresses.items():
        page = person(who)
        menu = page.locator(".side-nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        for address in ["/", *menu, *own]:
            if address in seen and address != "/":
                continue
            seen.add(address)
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            page.set_viewport_size(NARROW if len(seen) % 2 else WIDE)
            for one in axe.run(page, options=RULES).response["violations"]:
                nodes = ", ".join(re.sub(r"\s+", " ", node["html"])[:160] for node in one["nodes"][:3])
                found.append(f"{who} {address} {one['id']}: {nodes}")
    assert found == []
