"""Takes a round through its year, tries every post and page of it as everybody, and tells who wrote and who read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.messages.storage.base import BaseStorage
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.http import Http404
from django.template import Origin
from django.template.loaders.base import Loader
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from emulation.models import Appeal, Round, RowEvidence, Scorecard, ScorecardRow, SecondCheck
from emulation.services import (
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    open_round,
    publish_ranking,
    rank_round,
    submit_scorecard,
)
from emulation.services.appeal_records import record_appeal
from emulation.services.appeals import withdraw_appeal
from emulation.services.explanations import ask_explanation, close_explanation, flag_row, submit_explanation
from emulation.services.rows import keep_first_appraisal
from emulation.services.second_appraisal import complete_second_appraisal
from emulation.services.unlocks import lock_again, unlock_scorecard
from emulation.services.vetoes import lift_veto, set_veto
from ninhgiang.calendar import day_text, today
from ninhgiang.errors import DomainError
from reform_tasks.models import Evidence
from tests.conftest import BACKEND
from tests.emulation.pages import forms_of
from tests.emulation.year import card_of, fill, new_round, row_of

PEOPLE = {
    "head": "tt.kt",
    "officer": "cv.kt",
    "other_head": "tt.hcc",
    "other_officer": "cv.hcc",
    "reviewer": "vhxh",
    "leader": "pct",
    "office": "vanphong",
    "administrator": "quantri",
    "council": "hoidong1",
    "publicist": "ttdv",
    "observer": "quansat",
}
TAKE_PART = ("head", "officer", "other_head", "reviewer", "leader", "office")

type Posts = dict[str, tuple[str, dict[str, Any]]]


def day(days: int) -> str:
    return day_text(today() + timedelta(days=days))


class Walk:
    """One round of two units, with what each address is about."""

    def __init__(self, commune: Any) -> None:
        self.commune, self.people = commune, commune.people
        commune.issuer.children.exclude(code__in=("KT", "HCC")).update(active=False)
        on = today()
        self.round = new_round(
            commune,
            self_score_until=on + timedelta(days=3),
            appraise_until=on + timedelta(days=10),
            explain_until=on + timedelta(days=14),
            reappraise_until=on + timedelta(days=20),
            sample_percent=5,
        )
        self.everybody = {who: commune.people[username] for who, username in PEOPLE.items()}
        self.clients = {who: Client() for who in ("head", "reviewer", "leader", "office")}
        for who, client in self.clients.items():
            client.force_login(self.everybody[who], backend=BACKEND)

    def at(self, name: str, *args: Any) -> str:
        return reverse(f"emulation:{name}", args=args)

    @property
    def card(self) -> Scorecard | None:
        return Scorecard.objects.filter(round=self.round, unit__code="KT").first()

    def pages(self) -> dict[str, str]:
        """Return the pages people read, by name."""
        pk, card = self.round.pk, self.card
        found = {
            name: self.at(name, pk)
            for name in ("round-detail", "round-dates", "round-edit", "ranking", "round-analysis")
        }
        found |= {name: self.at(name, pk) for name in ("appraisal-queue", "second-check-list", "version-create")}
        found |= {"ranking-version": self.at("ranking-version", pk, 1)}
        if card is None:
            return found
        row = row_of(card, "2.1")
        names = ("scorecard-detail", "scorecard-explain", "explanation", "scorecard-unlock", "veto-create")
        names += ("appeal-create", "appeal-record", "correction-create")
        found |= {name: self.at(name, card.pk) for name in names}
        found |= {"scorecard-area": self.at("scorecard-area", card.pk, "II")}
        found |= {"version-explain": self.at("version-explain", card.pk, 1)}
        found |= {"version-row": self.at("version-row", card.pk, 1, row.pk)}
        found |= {name: self.at(name, card.pk, row.pk) for name in ("row-explain", "row-evidence", "row-question")}
        if check := SecondCheck.objects.first():
            found["second-check"] = self.at("second-check", check.pk)
        if appeal := Appeal.objects.first():
            found["appeal-detail"] = self.at("appeal-detail", appeal.pk)
        found["correction-create"] += f"?dong={row.pk}"
        return found

    def posts(self) -> Posts:
        """Return what is tried: {label: (address, data)}, with what the pages' own forms send where there is one."""
        pages, card, round_ = self.pages(), self.card, Round.objects.get(pk=self.round.pk)
        forms: dict[str, dict[str, Any]] = {}
        for who, names in SHOWN_TO.items():
            for name in names:
                forms |= forms_of(self.clients[who], pages[name]) if name in pages else {}

        def sent(url: str, **data: Any) -> tuple[str, dict[str, Any]]:
            return url, forms.get(url, {}) | data

        tried = {
            f"round-step:{action}": sent(self.at("round-step", round_.pk, action), version=round_.version, **data)
            for action, data in steps().items()
        }
        for name in ("round-drop", "round-archive", "round-restore"):
            tried[name] = sent(self.at(name, round_.pk), version=round_.version, reason="Thử")
        given = typed(round_, card)
        tried |= {name: sent(url, **given[name]) for name, url in pages.items() if name in given}
        if card is None:
            return tried
        row, area, queue = row_of(card, "2.1"), pages["scorecard-area"], pages["appraisal-queue"]
        first = [name[1:-8] for name in forms.get(queue, ()) if name.endswith("-version")][:1]
        tried |= {name: sent(self.at(name, card.pk), version=card.version, reason="Thử") for name in CARD_STEPS} | {
            "row-save": (self.at("row-save", card.pk, row.pk), given["scorecard-area"]),
            "scorecard-area:accept": sent(area, accept="1"),
            "appraisal-queue:accept": sent(queue, accept="1", ky=first),
            "explanation:submit": sent(pages["explanation"], **given["explanation"] | {"submit": "1"}),
        }
        hcc = Scorecard.objects.get(round=round_, unit__code="HCC")
        tried["scorecard-lock"] = (self.at("scorecard-lock", hcc.pk), {})
        for veto in card.vetoes.all():
            tried["veto-lift"] = (self.at("veto-lift", card.pk, veto.pk), {"reason": "Thử"})
        for appeal in Appeal.objects.all():
            said = {"mo-lai-text": "Bấm nhầm", "y-kien-text": "Ý kiến", "version": appeal.version}
            tried |= {f"appeal-{name}": (self.at(f"appeal-{name}", appeal.pk), said) for name in APPEAL_STEPS}
        return tried


SHOWN_TO = {
    "head": ("scorecard-detail", "scorecard-area", "explanation", "row-evidence"),
    "leader": ("round-detail", "scorecard-detail", "scorecard-unlock", "version-create", "appeal-detail"),
    "reviewer": (
        "round-detail",
        "round-edit",
        "scorecard-detail",
        "scorecard-area",
        "appraisal-queue",
        "row-question",
        "veto-create",
        "second-check",
        "round-dates",
        "appeal-detail",
    ),
}
APPEAL_STEPS = ("withdraw", "confirm", "reopen", "note")
CARD_STEPS = (
    "scorecard-submit", "scorecard-withdraw", "scorecard-accept", "scorecard-recount", "scorecard-complete",
    "scorecard-reopen", "explanation-withdraw", "second-keep", "second-recount", "second-complete", "second-reopen",
)  # fmt: skip


def steps() -> dict[str, dict[str, Any]]:
    """Return what each step of a round asks for."""
    reason = {"reason": "Thử"}
    return {
        "open": {},
        "close_self": reason,
        "ask_explanation": {},
        "close_explanation": reason,
        "rank": {},
        "reopen_appraisal": reason,
        "reopen_reappraisal": reason,
        "publish": {"decision_number": "1/QĐ-UBND", "decision_on": day(0)},
    }


def typed(round_: Round, card: Scorecard | None) -> dict[str, dict[str, Any]]:
    """Return what somebody types into each page that takes something."""
    dates = {"appraise_until": day(40), "explain_until": day(50), "reappraise_until": day(60)}
    if round_.state in ("draft", "self_scoring"):
        dates["self_score_until"] = day(4)
    decided = {"decision_number": "2/QĐ-UBND", "decision_on": day(0), "reason": "Thử"}
    found: dict[str, dict[str, Any]] = {"round-dates": dates | {"reason": "Thử", "version": round_.version}}
    found["round-edit"] = {"name": "Đợt đổi tên"}
    if card is None:
        return found
    row, other = row_of(card, "2.1"), row_of(card, "2.2")
    name = f"r{row.pk}"
    value = {f"{name}-version": row.version, f"{name}-was": "", f"{name}-numerator": "3", f"{name}-denominator": "10"}
    check = SecondCheck.objects.first()
    phase = "explanation" if card.state in ("explaining", "explained") else "self"
    page = {"appraisal": "appraisal", "explanation": "explanation", "reappraisal": "reappraisal"}
    value |= {"phase": page.get(round_.state, "self")}
    return found | {
        "version-create": decided | {"version": round_.version},
        "scorecard-area": value | {f"{name}-note": "Thử ghi"},
        "appraisal-queue": value | {f"{name}-note": "Thử ghi"},
        "row-evidence": {
            "phase": value["phase"],
            "evidence": [one.pk for one in Evidence.objects.filter(unit=card.unit, row_uses=None)],
        },
        "row-question": {"question": "Hỏi thêm gì?"},
        "explanation": {f"answer_{one.pk}": "Trả lời khác" for one in card.rows.filter(flagged=True)},
        "scorecard-unlock": {"phase": phase, "until": day(2), "reason": "Thử"},
        "veto-create": {"effect": "no_award"} | decided,
        "second-check": {f"r{check.row_id}-note": "Thử"} if check else {},
        "appeal-create": {"row_id": other.pk, "text": "Xem lại"},
        "appeal-record": {"row_id": other.pk, "text": "Gọi điện", "source": "phone", "late_reason": "Ốm"},
        "correction-create": value | {"text": "Nhầm"},
        "appeal-detail": {"answer": "Không", "reject": "1"},
    }


@contextmanager
def watched() -> Iterator[list[str]]:
    """Tell which tables of scoring are written to."""
    tables: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        verb, _, rest = sql.partition(" ")
        if verb in ("INSERT", "UPDATE", "DELETE") and '"emulation_' in rest[:60]:
            tables.append(rest.split('"')[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield tables


def everything() -> dict[Any, Any]:
    """Return every row of scoring that a post could change."""
    return {
        model.__name__: sorted(model.objects.values_list(), key=str)
        for model in apps.get_app_config("emulation").get_models()
    }


class Blank(Loader):
    """Finds every template empty: what a page looks like is not asked here, and drawing it takes most of the time."""

    def get_template_sources(self, template_name: str) -> Iterator[Origin]:
        yield Origin(template_name, template_name, self)

    def get_contents(self, origin: Origin) -> str:
        return ""


BLANK = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [f"{__name__}.Blank"], "builtins": ["ninhgiang.templatetags.vi"]},
    }
]


class Said(BaseStorage):
    """Takes the messages of a request that has no session."""

    def _get(self, *args: Any, **kwargs: Any) -> Any:
        return [], True

    def _store(self, messages: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        return []


def status_of(person: Any, method: str, url: str, data: dict[str, Any] | None = None) -> int:
    """Ask a view as somebody signed in; what the middleware makes of a refusal is its status (ninhgiang.middleware)."""
    request = getattr(RequestFactory(), method)(url, data)
    request.user, request.htmx = person, False
    request._messages = Said(request)
    found = resolve(request.path)
    try:
        return found.func(request, *found.args, **found.kwargs).status_code
    except Http404:
        return 404
    except DomainError as error:
        return error.status


def writers(walk_: Walk, posts: Posts, people: Iterable[str]) -> dict[str, str]:
    """Try every post as each of the people; return who wrote at each address, those where nobody did left out."""
    found = {}
    for label, (url, data) in posts.items():
        wrote = []
        for who in people:
            person = walk_.everybody[who]
            place = transaction.savepoint_create()
            with watched() as tables:
                status = status_of(person, "post", url, data)
            assert status in (200, 302, 403, 404, 409, 422), (label, who, status)
            done = status in (200, 302) and bool(tables)
            transaction.savepoint_rollback(place) if done else transaction.savepoint_commit(place)
            wrote += [who] if done else []
        if wrote:
            found[label] = " ".join(wrote)
    return found


def readers(walk_: Walk) -> dict[str, str]:
    """Open every page as everybody; return who reads each, those nobody reads left out."""
    found = {}
    for label, url in walk_.pages().items():
        seen = []
        for who, person in walk_.everybody.items():
            status = status_of(person, "get", url)
            assert status in (200, 403, 404, 422), (label, who, status)
            seen += [who] if status == 200 else []
        if seen:
            found[label] = " ".join(seen)
    return found


def file_of(commune: Any, digit: str) -> Evidence:
    """Return a file of KT; other digits stand for other files."""
    return Evidence.objects.create(
        unit=commune.units["KT"],
        uploaded_by=commune.people["cv.kt"],
        original_name="Sổ theo dõi.pdf",
        content_type="application/pdf",
        size=1,
        sha256=digit * 64,
        file=ContentFile(b"x", "a.pdf"),
    )


def states(walk_: Walk) -> Iterator[str]:
    """Take the round through its year; yields the name of each state it stands in."""
    people, round_ = walk_.people, walk_.round
    reviewer, head, leader, other = people["vhxh"], people["tt.kt"], people["pct"], people["tt.hcc"]
    yield "draft"
    open_round(actor=reviewer, round_id=round_.pk)
    card, hcc = card_of(round_, walk_.commune, "KT"), card_of(round_, walk_.commune, "HCC")
    fill(card, head)
    fill(hcc, other)
    RowEvidence.objects.create(row=row_of(card, "2.1"), evidence=file_of(walk_.commune, "1"))
    file_of(walk_.commune, "2")  # to be added by whoever may
    yield "open"
    submit_scorecard(actor=head, scorecard_id=card.pk)
    submit_scorecard(actor=other, scorecard_id=hcc.pk)
    yield "submitted"
    close_self_scoring(actor=reviewer, round_id=round_.pk, reason="Đủ phiếu")
    until = timezone.now() + timedelta(hours=1)
    unlock_scorecard(actor=leader, scorecard_id=hcc.pk, phase="self", until=until, reason="Thử")
    yield "appraisal"
    lock_again(actor=leader, scorecard_id=hcc.pk, phase="self")
    for code in ("2.1", "1.2"):
        flag_row(actor=reviewer, scorecard_id=card.pk, row_id=row_of(card, code).pk, question="Vì sao?")
    for one in (card, hcc):
        accept_unchanged(actor=reviewer, scorecard_id=one.pk)
    ScorecardRow.objects.filter(second_check__isnull=False).update(appraised_by=leader)
    yield "accepted"
    for one in (card, hcc):
        complete_appraisal(actor=reviewer, scorecard_id=one.pk)
    yield "appraised"
    ask_explanation(actor=reviewer, round_id=round_.pk)
    yield "explanation"
    versions = card.rows.filter(flagged=True).values_list("pk", "version")
    answers = {pk: (version, "Đã có") for pk, version in versions}
    submit_explanation(actor=head, scorecard_id=card.pk, answers=answers)
    yield "explained"
    close_explanation(actor=reviewer, round_id=round_.pk, reason="Đủ")
    yield "reappraisal"
    keep_first_appraisal(actor=reviewer, scorecard_id=card.pk)
    yield "kept"
    complete_second_appraisal(actor=reviewer, scorecard_id=card.pk)
    yield "final"
    rank_round(actor=reviewer, round_id=round_.pk)
    yield "ranked"
    publish_ranking(actor=leader, round_id=round_.pk, decision_number="1/QĐ-UBND", decision_on=today())
    one = record_appeal(
        actor=people["vanphong"], scorecard_id=card.pk, source="phone", text="Xem lại", row_id=row_of(card, "2.1").pk
    )
    given = {"effect": "no_award", "reason": "Thử", "decision_number": "3/QĐ-UBND", "decision_on": today()}
    veto = set_veto(actor=leader, scorecard_id=card.pk, **given)
    yield "published"
    withdraw_appeal(actor=head, appeal_id=one.pk)
    Round.objects.filter(pk=round_.pk).update(appeal_until=today() - timedelta(days=1))
    yield "appeals over"
    lift_veto(actor=leader, veto_id=veto.pk, reason="Ghi nhầm")
    yield "nothing waits"


# Who writes what; nobody else anything. A label is an address, with what is done there where it does several things.
