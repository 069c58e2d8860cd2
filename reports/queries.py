"""Shared reads of documents, compilations and their files. Everything starts from what the person may see."""

import uuid
from datetime import date

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.http import Http404
from django.shortcuts import get_object_or_404

from emulation.enums import RoundState
from emulation.models import PublishedVersion, Round
from ninhgiang import calendar
from reports.enums import DocumentKind, DocumentState, SignStep
from reports.models import Compilation, Document, Export, SignOff
from reports.rules.access import may_read_drafts
from units.models import Job, Unit, User
from units.rules import issuer_of

PAGE_SIZE = 30
COMPILE_JOB = "compile_results"


def visible_to(user: User) -> QuerySet[Document]:
    """Return the documents the person may read: all for those who make them, else issued ones."""
    issuer = issuer_of(user)
    if issuer is None:
        return Document.objects.none()
    mine = Document.objects.filter(issuer=issuer)
    return mine if may_read_drafts(user, issuer) else mine.filter(state=DocumentState.ISSUED)


def get_document_for(user: User, document_id: uuid.UUID) -> Document:
    """Return one document with issuer and drafter loaded; Http404 for strangers and for drafts of others."""
    return get_object_or_404(visible_to(user).select_related("issuer", "drafter", "compilation"), pk=document_id)


def documents_page(
    user: User, *, kind: str = "", state: str = "", before: str = ""
) -> tuple[list[Document], uuid.UUID | None]:
    """Return one page of documents, newest first, and the key of the next page (None on the last).

    Keyset paging by (created_at, id): `before` is the id of the last document of the page before.
    """
    rows = visible_to(user).select_related("issuer", "drafter").order_by("-created_at", "-pk")
    if kind in DocumentKind.values:
        rows = rows.filter(kind=kind)
    if state in DocumentState.values:
        rows = rows.filter(state=state)
    last = _find(user, before)
    if last is not None:
        rows = rows.filter(Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk))
    found = list(rows[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    return page, page[-1].pk if len(found) > PAGE_SIZE else None


def _find(user: User, key: str) -> Document | None:
    """Return the document a page key names, None for the first page and for anything that is no key."""
    try:
        return visible_to(user).filter(pk=uuid.UUID(key)).first() if key else None
    except ValueError:
        return None


def sign_offs_of(document: Document) -> list[SignOff]:
    """Return the steps taken so far, oldest first, with the people."""
    return list(document.sign_offs.select_related("actor"))


def signed_on(document: Document) -> date | None:
    """Return the Vietnamese day of the signature, None before it."""
    at = document.sign_offs.filter(step=SignStep.SIGN).aggregate(at=Max("at"))["at"]
    return calendar.local_date(at) if at else None


def next_number(issuer: Unit, kind: str, year: int) -> int:
    """Return the number after the highest of the series; each year starts again from 1 (Nghị định 30/2020, Điều 15)."""
    series = Document.objects.filter(issuer=issuer, kind=kind, year=year)
    return int(series.aggregate(top=Max("number"))["top"] or 0) + 1


def _in_force() -> QuerySet[Compilation]:
    """Return the compilations made from the result in force of their round: the SHA-256 they keep is its ranking's.

    What was compiled before it was kept is judged by its moment.
    """
    kept = KeyTextTransform("ranking_sha256", KeyTransform("round", "data"))
    older = Q(made_from__isnull=True, created_at__gte=F("round__ranking__published_at"))
    found = Compilation.objects.annotate(made_from=kept)
    return found.filter(Q(made_from=F("round__ranking__sha256")) | older)


def published_rounds(issuer: Unit) -> QuerySet[Round]:
    """Return the rounds whose ranking has been published, newest period first.

    `to_compile` tells whether the result in force was not compiled yet.
    """
    rounds = Round.objects.filter(issuer=issuer, state=RoundState.PUBLISHED)
    made = _in_force().filter(round=OuterRef("pk"))
    return rounds.select_related("ranking", "criteria_set").annotate(to_compile=~Exists(made))


def rounds_to_compile(issuer: Unit) -> QuerySet[Round]:
    """Return the published rounds whose result in force was not compiled yet."""
    return published_rounds(issuer).filter(Q(to_compile=True))


def get_round_for(user: User, round_id: int) -> Round:
    """Return a round of the person's issuer, for those who make documents; Http404 for everybody else."""
    issuer = issuer_of(user)
    if issuer is None or not may_read_drafts(user, issuer):
        raise Http404
    return get_object_or_404(Round.objects.select_related("issuer"), pk=round_id, issuer=issuer)


def compilations_of(issuer: Unit) -> QuerySet[Compilation]:
    """Return what has been compiled, newest first, with what was made of it."""
    return (
        Compilation.objects.filter(issuer=issuer)
        .select_related("round", "created_by")
        .defer("data")
        .prefetch_related("documents", "exports")
    )


def replaced_by(compilation: Compilation | None) -> int | None:
    """Return the number of the published version that replaced the result a compilation was made from.

    None while that result is the one in force, and for documents made from none. At most two queries.
    """
    if compilation is None or _in_force().filter(pk=compilation.pk).exists():
        return None
    numbers = PublishedVersion.objects.filter(round=compilation.round_id).values_list("number", flat=True)
    return max(numbers, default=1)


def of_results_in_force(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Leave out the documents made from a result that was replaced since (see `replaced_by`)."""
    made = _in_force().filter(pk=OuterRef("compilation"))
    return documents.filter(Q(compilation__isnull=True) | Exists(made))


def open_jobs(issuer: Unit) -> list[Job]:
    """Return the compile jobs that wait, run or failed lately, newest first."""
    return list(Job.objects.filter(issuer=issuer, kind=COMPILE_JOB).exclude(state="done").order_by("-created_at")[:5])


def get_compilation_for(user: User, compilation_id: int) -> Compilation:
    """Return one compilation; Http404 unless the person makes documents of its issuer."""
    found = get_object_or_404(
        Compilation.objects.select_related("issuer", "round", "created_by", "job"), pk=compilation_id
    )
    if not may_read_drafts(user, found.issuer):
        raise Http404
    return found


def get_export_for(user: User, export_id: uuid.UUID) -> Export:
    """Return one file; Http404 unless the person makes documents of its issuer."""
    found = get_object_or_404(Export.objects.select_related("issuer"), pk=export_id)
    if not may_read_drafts(user, found.issuer):
        raise Http404
    return found
