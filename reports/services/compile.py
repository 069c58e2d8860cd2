"""Tổng hợp kết quả: a job that reads a published round and its tasks, and makes an Excel file and a draft report."""

import hashlib
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from emulation.enums import RoundState
from emulation.models import Round
from ninhgiang import calendar
from ninhgiang.canonical import sha256_of
from ninhgiang.cells import CONTENT_TYPE
from ninhgiang.errors import DomainError
from reports.documents.compiled import Compiled
from reports.documents.ranking_report import ranking_report
from reports.enums import DocumentKind
from reports.models import Compilation, Document, Export
from reports.queries import COMPILE_JOB
from reports.rules.access import COMPILERS
from reports.rules.signers import ON_BEHALF, Signature, signers_of
from reports.xlsx import build_workbook
from units.enums import NoticeKind, RoleKind
from units.models import Job, Unit, User
from units.queries import people_with
from units.rules import require
from units.services import enqueue_job, notify, record_audit

from .compiling import collect
from .documents import create_draft

type Step = Callable[[int, int, str], None]
# Phòng Văn hóa - Xã hội drafts the commune's papers on reform and emulation (kế hoạch gắn thi đua, mục III.2).
DRAFTER_CODE = "VHXH"


@transaction.atomic
def start_compilation(*, actor: User, round: Round) -> Job:  # noqa: A002 - the office's own word
    """Ask the worker to compile a round; the same round already waiting or running gives that job.

    Raises Refused for anybody but Văn phòng, DomainError while the ranking is not published.
    """
    require(actor, COMPILERS, round.issuer, doing="tổng hợp kết quả")
    if round.state != RoundState.PUBLISHED:
        raise DomainError(
            f"Chưa tổng hợp được “{round.name}”: kết quả xếp hạng chưa được lãnh đạo công bố "
            f"(đang ở bước “{round.get_state_display()}”)."
        )
    job = enqueue_job(
        kind=COMPILE_JOB,
        title=f"Tổng hợp kết quả – {round.name}"[:200],
        params={"round_id": round.pk},
        requested_by=actor,
        issuer=round.issuer,
    )
    record_audit(
        actor=actor,
        action="start_compilation",
        summary=f"Yêu cầu tổng hợp kết quả: {round.name}",
        target=round,
        issuer=round.issuer,
        after={"job": str(job.pk)},
    )
    return job


def compile_round(*, job: Job, step: Step) -> Compilation:
    """Compile the round of a job; run again it returns what the first run made and makes nothing twice.

    `step` is told (done, total, message) for each unit, outside any transaction, so that people see it move.
    """
    done = Compilation.objects.filter(job=job).first()
    if done is not None:
        return done
    round_ = Round.objects.select_related("issuer", "criteria_set").get(pk=job.params["round_id"])
    if round_.state != RoundState.PUBLISHED:
        raise DomainError(f"Kết quả xếp hạng của “{round_.name}” chưa được công bố nên không tổng hợp được.")
    data = collect(round_, step)
    workbook = build_workbook(data, made_on=calendar.today())
    return _store(job, round_, data, workbook)


@transaction.atomic
def _store(job: Job, round_: Round, data: Compiled, workbook: bytes) -> Compilation:
    """Write compilation, Excel file and draft at once; the row's one-to-one with the job stops a second run."""
    compilation, made = Compilation.objects.get_or_create(
        job=job,
        defaults={
            "issuer": round_.issuer,
            "round": round_,
            "data": data,
            "sha256": sha256_of(data),
            "created_by": job.requested_by,
        },
    )
    if not made:
        return compilation
    export = _export(compilation, round_, workbook)
    document = _draft(compilation, job.requested_by, data)
    record_audit(
        actor=None,
        action="compile_round",
        summary=f"Đã tổng hợp kết quả: {round_.name}",
        target=compilation,
        issuer=round_.issuer,
        after={"sha256": compilation.sha256, "export": str(export.pk), "document": str(document.pk)},
    )
    notify(
        people=people_with(RoleKind.REVIEWER, round_.issuer),
        text=f"Có dự thảo báo cáo cần kiểm tra nội dung: “{document.title}”",
        url=reverse("reports:document-detail", args=[document.pk]),
        kind=NoticeKind.TODO,
    )
    return compilation


def _export(compilation: Compilation, round_: Round, workbook: bytes) -> Export:
    export = Export(
        issuer=round_.issuer,
        compilation=compilation,
        file_name=f"Tong hop ket qua {round_.period_end:%Y} - {compilation.pk}.xlsx",
        content_type=CONTENT_TYPE,
        sha256=hashlib.sha256(workbook).hexdigest(),
    )
    export.file.save("export", ContentFile(workbook), save=False)
    export.save()
    return export


def _draft(compilation: Compilation, actor: User, data: Compiled) -> Document:
    draft = ranking_report(data)
    issuer = compilation.issuer
    signature = (signers_of(issuer) or [Signature([ON_BEHALF], "")])[0]
    return create_draft(
        actor=actor,
        issuer=issuer,
        drafter=_drafter(issuer),
        kind=DocumentKind.REPORT,
        title=draft.title,
        body=draft.body,
        annexes=draft.annexes,
        recipients=draft.recipients,
        authority_lines=signature.lines,
        signer_name=signature.name,
        year=calendar.today().year,
        compilation=compilation,
    )


def _drafter(issuer: Unit) -> Unit:
    """Return the unit that drafts; the issuer itself where there is no such unit."""
    return Unit.objects.filter(parent=issuer, code=DRAFTER_CODE).first() or issuer
