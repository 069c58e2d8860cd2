"""Deny by default: every address, signed out and as the people of another commune."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import FileResponse, HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ninhgiang.calendar import today
from tests.conftest import BACKEND
from tests.emulation.year import card_of, new_round, ranked
from units.enums import ReorganisationKind, RoleKind
from units.services import create_person, draft_reorganisation, found_commune, found_units, notify, perform_job
from units.standard import BLOCKS, STANDARD_UNITS

OPEN_TO_ALL = {"healthz", "readyz", "units:sign-in", "units:sign-out", "reform_tasks:calendar-feed"}
UUID = "8b0f3c1e-5d0a-4f7e-9a54-0c2f6d8f1a11"
SAMPLE_ARGUMENTS = {"IntConverter": 1, "UUIDConverter": UUID, "SlugConverter": "x", "StringConverter": "x"}


@dataclass(frozen=True)
class Address:
    """One route: its full name and its arguments with the kind of converter."""

    name: str
    arguments: tuple[tuple[str, str], ...]

    def sample(self) -> str:
        """Return an address of this route whose objects do not exist."""
        return reverse(self.name, kwargs={key: SAMPLE_ARGUMENTS[kind] for key, kind in self.arguments})


def walk(resolver: URLResolver, space: str = "") -> Iterator[Address]:
    """Yield every route of the program."""
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            yield from walk(part, f"{part.namespace}:" if part.namespace else space)
        elif isinstance(part, URLPattern):
            converters = part.pattern.converters
            yield Address(space + (part.name or ""), tuple((k, type(c).__name__) for k, c in converters.items()))


ADDRESSES = sorted(walk(get_resolver()), key=lambda address: address.name)
CLOSED = [address for address in ADDRESSES if address.name not in OPEN_TO_ALL]
OBJECTS = [address for address in CLOSED if address.arguments]


def test_every_address_has_a_name_of_its_own():
    names = [address.name for address in ADDRESSES]
    assert len(names) == len(set(names))
    assert [name for name in names if name.endswith(":") or not name] == []


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("address", CLOSED, ids=lambda address: address.name)
def test_signed_out_people_are_sent_to_the_sign_in_page(db, address, verb):
    answer = getattr(Client(), verb)(address.sample())
    assert answer.status_code == 302
    assert answer["Location"].split("?")[0] == reverse("units:sign-in")


@pytest.fixture
def things(commune, plan) -> dict[str, dict[str, Any]]:
    """One of everything in the demo commune: the arguments of each address, by app and argument name."""
    from emulation.models import AwardProposal, PastRound, RankingEntry, Round, SecondCheck, Veto
    from emulation.services import open_round, publish_ranking
    from emulation.services.appeals import file_appeal
    from reform_tasks.models import Evidence, Occurrence, PlanAdjustment, PlanImport, Reminder, TaskChange
    from reform_tasks.services import begin_upload
    from reports.models import Compilation, Document
    from reports.services import start_compilation
    from units.models import Digest, Mail, Notification, OfficeDay, Role

    people = commune.people
    ranking = ranked(commune, ("KT",)).ranking
    publish_ranking(actor=people["pct"], round_id=ranking.round_id, decision_number="15/QĐ-UBND", decision_on=today())
    proposal = AwardProposal.objects.create(
        ranking=ranking, decision_on=date(2027, 1, 20), min_grade_code="tot", created_by=people["vhxh"]
    )
    candidate = proposal.candidates.create(
        entry=RankingEntry.objects.get(), object_kind="unit", name="Phòng Kinh tế", eligible=True
    )
    published = card_of(ranking.round, commune, "KT")
    past = PastRound.objects.create(
        issuer=commune.issuer, code="cchc-2025", name="Kết quả 2025", year=2025, bands=ranking.round.criteria_set.bands
    )
    appeal = file_appeal(actor=people["tt.kt"], scorecard_id=published.pk, text="Đề nghị xem lại.")
    round_ = open_round(actor=people["vhxh"], round_id=new_round(commune, name="Đợt sau").pk)
    row = card_of(round_, commune, "KT").rows.filter(criterion__parent__isnull=False).first()
    veto = Veto.objects.create(
        scorecard=row.scorecard,
        effect="no_award",
        reason="Nhũng nhiễu",
        decision_number="31/QĐ-UBND",
        decision_on=today(),
        set_by=people["pct"],
    )
    occurrence = Occurrence.objects.filter(assignment__unit__code="KT", assignment__part="lead").first()
    evidence = Evidence.objects.create(
        unit=commune.units["KT"],
        uploaded_by=people["cv.kt"],
        original_name="a.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        file=ContentFile(b"x", "a.pdf"),
    )
    office_day = OfficeDay.objects.create(issuer=commune.issuer, day=date(2027, 4, 29), kind="off", reason="Nghỉ bù")
    reorganisation = draft_reorganisation(
        by=people["quantri"],
        issuer=commune.issuer,
        kind=ReorganisationKind.MERGE,
        number="120/QĐ-UBND",
        decided_on=today(),
        effective_on=today(),
        reason="",
        old=[commune.units["TH1"]],
        targets=[commune.units["TH2"]],
    )
    half = begin_upload(actor=people["cv.kt"], unit=commune.units["KT"], name="b.pdf", size=9, sha256="1" * 64)
    job = start_compilation(actor=people["vanphong"], round=Round.objects.get(pk=ranking.round_id))
    perform_job(job_id=str(job.pk))
    compilation = Compilation.objects.get(job=job)
    notify(people=[people["cv.kt"]], text="Thông báo", url="/")
    role = Role.objects.get(user=people["cv.kt"])
    digest = Digest.objects.create(user=people["cv.kt"], issuer=commune.issuer, day=today(), title="1 việc hôm nay")
    letter = Mail.objects.create(issuer=commune.issuer, user=people["cv.kt"], message_id="<1@x>")
    adjustment = PlanAdjustment.objects.create(
        plan=plan,
        number="87/QĐ-UBND",
        decided_on=plan.issued_on,
        effective_on=plan.issued_on,
        reason="Rà soát",
        created_by=people["vhxh"],
    )
    change = TaskChange.objects.create(
        adjustment=adjustment, task=plan.tasks.first(), kind="withdraw", task_version=plan.tasks.first().version
    )
    reminder = Reminder.objects.create(issuer=commune.issuer, sent_by=people["vhxh"], text="Đề nghị báo cáo")
    return {
        "units": {
            "notice_id": Notification.objects.get(user=people["cv.kt"], text="Thông báo").pk,
            "job_id": job.pk,
            "person_id": people["cv.kt"].pk,
            "role_id": role.pk,
            "digest_id": digest.pk,
            "mail_id": letter.pk,
            "reorganisation_id": reorganisation.pk,
        },
        "reform_tasks": {
            "pk": plan.pk,
            "number": plan.tasks.first().number,
            "adjustment_id": adjustment.pk,
            "change_id": change.pk,
            "day_id": office_day.pk,
        },
        "reform_tasks:import-preview": {"pk": PlanImport.objects.filter(issuer=commune.issuer).first().pk},
        "reform_tasks:occurrence": {"pk": occurrence.pk},
        "reform_tasks:reminder-detail": {"pk": reminder.pk},
        **{
            f"reform_tasks:evidence-{name}": {"pk": evidence.pk}
            for name in ("file", "detail", "describe", "delete", "read")
        },
        **{f"reform_tasks:upload-{name}": {"pk": half.pk} for name in ("piece", "finish", "cancel")},
        "reform_tasks:unit-page": {"pk": commune.units["KT"].pk},
        "emulation": {
            "code": "mau-2026",
            "round_id": round_.pk,
            "action": "close_self",
            "scorecard_id": row.scorecard_id,
            "row_id": row.pk,
            "proposal_id": proposal.pk,
            "candidate_id": candidate.pk,
            "appeal_id": appeal.pk,
            "veto_id": veto.pk,
            "number": 1,
            "row": "I",
            "check_id": SecondCheck.objects.create(row=published.rows.filter(applicable=True)[0]).pk,
        },
        "emulation:past-round": {"code": past.code},
        "emulation:past-round-remove": {"code": past.code},
        "emulation:scorecard-area": {"code": row.criterion.parent.code},
        "emulation:ranking": {"round_id": ranking.round_id},
        "emulation:ranking-version": {"round_id": ranking.round_id},
        "emulation:version-explain": {"scorecard_id": published.pk},
        "emulation:version-row": {"scorecard_id": published.pk, "row_id": published.rows.first().pk},
        "emulation:round-analysis": {"round_id": ranking.round_id},
        "emulation:version-create": {"round_id": ranking.round_id},
        "emulation:appeal-create": {"scorecard_id": published.pk},
        "emulation:award-create": {"round_id": ranking.round_id},
        "reports": {
            "round_id": ranking.round_id,
            "compilation_id": compilation.pk,
            "export_id": compilation.exports.get().pk,
            "document_id": Document.objects.filter(issuer=commune.issuer).first().pk,
            "step": "sign",
        },
    }


def arguments_of(address: Address, things: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the arguments under which this route shows a real object of the demo commune."""
    app, _, name = address.name.partition(":")
    given = dict(things[app])
    on_duty = name.startswith(("occurrence", "report-", "evidence-upload", "due-date"))
    given |= things.get("reform_tasks:occurrence" if app == "reform_tasks" and on_duty else address.name, {})
    return {key: given[key] for key, _ in address.arguments}


def status_of(answer: HttpResponseBase) -> int:
    """Return the status, reading a download to its end so that its file is closed."""
    if isinstance(answer, FileResponse):
        answer.getvalue()
    return answer.status_code


@pytest.fixture
def strangers(things) -> list[Client]:
    """People of every role in another commune on the same server."""
    issuer = found_commune(
        by=None, name="UBND xã Khác", short_name="UBND xã Khác", code="KHAC", symbol="UBND", place="Khác"
    )
    unit = found_units(by=None, issuer=issuer, blocks=BLOCKS, units=STANDARD_UNITS)["KT"]
    clients = []
    for kind in RoleKind.values:
        person, _ = create_person(
            by=None, issuer=issuer, username=f"khac.{kind}", full_name=f"Người {kind}", unit=unit, role_kind=kind
        )
        type(person).objects.filter(pk=person.pk).update(must_change_password=False)
        client = Client(raise_request_exception=False)
        client.force_login(person, backend=BACKEND)
        clients.append(client)
    return clients


@pytest.mark.one_database  # a walk over every address: the same rules, minutes long
def test_another_communes_people_find_nothing(strangers, things):
    """404 for what exists, as for what does not: 405 and 403 for a wrong verb or role come before the object."""
    found = []
    answered = 0
    for address in OBJECTS:
        url = reverse(address.name, kwargs=arguments_of(address, things))
        for client in strangers:
            statuses = {status_of(client.get(url)), status_of(client.post(url))}
            answered += 404 in statuses
            if not statuses <= {403, 404, 405}:
                found.append((address.name, statuses))
    assert found == []
    assert answered > 0


def test_the_demo_communes_own_people_do_find_these_objects(sign_in, things):
    """The walk above would prove nothing with arguments that lead nowhere."""
    missing = []
    clients = [sign_in(name) for name in ("cv.kt", "vhxh", "vanphong", "pct", "quantri")]
    for address in OBJECTS:
        url = reverse(address.name, kwargs=arguments_of(address, things))
        if all(status_of(client.get(url)) == 404 for client in clients):
            missing.append(address.name)
    assert missing == []
