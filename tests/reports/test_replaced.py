"""A report made from a result that has a newer version goes no further, and everybody is told."""

from datetime import timedelta

import pytest
from django.urls import reverse

from emulation.models import RankingEntry
from emulation.services import publish_new_version
from emulation.services.vetoes import set_veto
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError
from reports import services
from reports.enums import DocumentState, SignStep
from reports.models import Compilation, Document
from reports.queries import replaced_by
from tests.reports.conftest import job_for
from tests.reports.test_steps import bring, take
from tests.reports.test_todo import duties
from units.enums import JobState
from units.models import Job

NEWER = "Kết quả xếp hạng đã có bản 2"


@pytest.fixture
def replace(commune, published, clock):
    """Take the first unit out of the ranking by a decision and publish that."""

    def replaced():
        clock.shift(timedelta(hours=1))
        first = RankingEntry.objects.filter(ranking__round=published, rank=1).first()
        decided = {"decision_number": "46/QĐ-UBND", "decision_on": today()}
        set_veto(
            actor=commune.people["pct"],
            scorecard_id=first.scorecard_id,
            effect="out_of_ranking",
            reason="Báo cáo sai số liệu",
            **decided,
        )
        publish_new_version(actor=commune.people["pct"], round_id=published.pk, reason="Khống chế", **decided)

    return replaced


def test_a_draft_of_a_replaced_result_goes_only_back(commune, report, replace, sign_in):
    report = bring(commune, report, DocumentState.CONTENT_CHECKED)
    page = reverse("reports:document-detail", args=[report.pk])
    assert "Kết quả đã có bản" not in sign_in("vanphong").get(page).text
    replace()

    with pytest.raises(DomainError, match=NEWER):
        take(commune, report, "vanphong", SignStep.CHECK_FORM)
    assert "Kết quả đã có bản 2" in sign_in("vanphong").get(page).text
    assert "Kiểm tra thể thức, trình ký" not in duties("vanphong")
    report.refresh_from_db()
    assert take(commune, report, "vanphong", SignStep.RETURN).state == DocumentState.DRAFT
    with pytest.raises(DomainError, match=NEWER):
        take(commune, report, "vhxh", SignStep.CHECK_CONTENT)


@pytest.mark.parametrize(
    ("state", "who", "step"),
    [(DocumentState.FORM_CHECKED, "pct", SignStep.SIGN), (DocumentState.SIGNED, "vanphong", SignStep.ISSUE)],
)
def test_it_is_neither_signed_nor_issued(commune, report, replace, state, who, step):
    report = bring(commune, report, state)
    replace()
    with pytest.raises(DomainError, match=NEWER):
        take(commune, report, who, step)
    assert Document.objects.get(pk=report.pk).state == state


def test_the_result_in_force_is_compiled_anew(commune, compilation, published, replace, sign_in):
    page, home = reverse("reports:compilation-detail", args=[compilation.pk]), reverse("reports:compile-home")
    assert duties("vanphong") == []
    assert [one.to_compile for one in sign_in("vanphong").get(home).context["rounds"]] == [False]
    replace()

    assert "Kết quả đã có bản 2" in sign_in("pct").get(page).text
    assert duties("vanphong") == ["Tổng hợp kết quả đã công bố"]
    assert [one.to_compile for one in sign_in("vanphong").get(home).context["rounds"]] == [True]
    Job.objects.update(state=JobState.DONE)
    job = job_for(commune, published)
    again = services.compile_round(job=job, step=lambda done, total, message: None)
    assert (replaced_by(again), replaced_by(compilation)) == (None, 2)
    assert duties("vanphong") == []
    document = bring(commune, again.documents.select_related("issuer").get(), DocumentState.SIGNED)
    assert take(commune, document, "vanphong", SignStep.ISSUE).state == DocumentState.ISSUED


def test_what_was_compiled_before_the_hash_was_kept_is_judged_by_its_moment(compilation, replace):
    data = compilation.data | {"round": {**compilation.data["round"]}}
    del data["round"]["ranking_sha256"]
    Compilation.objects.filter(pk=compilation.pk).update(data=data)
    old = Compilation.objects.get(pk=compilation.pk)
    assert (replaced_by(old), duties("vanphong")) == (None, [])
    replace()
    assert (replaced_by(old), duties("vanphong")) == (2, ["Tổng hợp kết quả đã công bố"])
