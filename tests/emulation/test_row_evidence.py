"""Files of a row by step: what the unit handed in stays when it explains; appraisers attach their own."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from emulation.forms.scorecards import RowEvidenceForm, _files_text
from emulation.locks import EXPLANATION, SELF
from emulation.models import Criterion, Round, RowEvidence, SecondCheck
from emulation.queries.appraisal import queue_of
from emulation.queries.second_checks import get_check_for
from emulation.services import (
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    reopen_scorecard,
    set_row_evidence,
)
from emulation.services.appraisal import accept_rows
from emulation.services.evidence import set_appraisal_evidence
from emulation.services.explanations import ask_explanation, close_explanation, flag_row
from emulation.services.rows import NOT_YOURS, ROW_LOCKED
from ninhgiang.errors import DomainError, Refused
from ninhgiang.typed import readable
from reform_tasks.models import Evidence
from tests.emulation.cycle_kit import days, finish_first, form_of, unlock
from tests.emulation.year import card_of, opened, row_of, submitted_all
from units.models import AuditEntry

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


def file_of(commune, unit, name, sha, who):
    return Evidence.objects.create(
        unit=commune.units[unit], uploaded_by=commune.people[who], original_name=name, content_type="image/png",
        size=1, sha256=sha * 64, file=ContentFile(b"x", name),
    )  # fmt: skip


@pytest.fixture
def round_(commune):
    """Two units in appraisal; KT handed in a file with 2.1, which KT appraises for HCC."""
    found = opened(
        commune, ("KT", "HCC"), self_score_until=days(1), appraise_until=days(3), explain_until=days(5),
        reappraise_until=days(9),
    )  # fmt: skip
    row = row_of(card_of(found, commune, "KT"), "2.1")
    RowEvidence.objects.create(row=row, evidence=file_of(commune, "KT", "so-van-ban.png", "1", "cv.kt"))
    Criterion.objects.filter(criteria_set=found.criteria_set, code="2.1").update(appraiser=commune.units["KT"])
    submitted_all(commune, found)
    return close_self_scoring(actor=commune.people["vhxh"], round_id=found.pk, reason="Thử")


@pytest.fixture
def row(round_, commune):
    return row_of(card_of(round_, commune, "KT"), "2.1")


@pytest.fixture
def explaining(round_, row, commune):
    """2.1 of KT is flagged and waits for its explanation."""
    flag_row(actor=commune.people["vhxh"], scorecard_id=row.scorecard_id, row_id=row.pk, question="Văn bản nào?")
    named = row_of(card_of(round_, commune, "HCC"), "2.1")
    accept_rows(actor=commune.people["cv.kt"], round_id=round_.pk, chosen={named.pk: named.version})
    finish_first(round_, commune)
    ask_explanation(actor=commune.people["vhxh"], round_id=round_.pk)
    return row


def attached(row):
    return {use.evidence.original_name: use.phase for use in row.evidence_uses.select_related("evidence")}


def attach(commune, row, who, *files, service=set_appraisal_evidence, **more):
    round_ = Round.objects.get(scorecards=row.scorecard_id)
    given = {"phase": evidence_phase(round_, service is set_row_evidence)} | more
    return service(
        actor=commune.people[who], scorecard_id=row.scorecard_id, row_id=row.pk, evidence=list(files), **given
    )


def evidence_phase(round_, own):
    """In which step a page opened now would attach files."""
    late = round_.state in ("explanation", "reappraisal")
    return ("explanation" if late else "self") if own else ("reappraisal" if late else "appraisal")


# the appraisers


def test_an_appraiser_attaches_files_of_their_own_library(commune, row):
    mine = file_of(commune, "VHXH", "bien-ban.png", "2", "vhxh")
    attach(commune, row, "vhxh", mine, uploads=[SimpleUploadedFile("anh.png", PNG)])

    assert attached(row) == {"so-van-ban.png": "self", "bien-ban.png": "appraisal", "anh.png": "appraisal"}
    assert Evidence.objects.get(original_name="anh.png").unit == commune.units["VHXH"]
    assert row_of(row.scorecard, "2.1").version == row.version + 1
    assert row_of(row.scorecard, "2.1").handed_in is None
    entry = AuditEntry.objects.get(action="set_appraisal_evidence")
    assert (entry.before["evidence"], entry.after["evidence"]) == ([], ["anh.png", "bien-ban.png"])
    attach(commune, row, "vhxh")
    assert attached(row) == {"so-van-ban.png": "self"}


def test_nobody_attaches_what_is_not_theirs(commune, row, round_):
    named = row_of(card_of(round_, commune, "HCC"), "2.1")
    other = row_of(card_of(round_, commune, "HCC"), "2.2")
    own = file_of(commune, "KT", "kt.png", "3", "cv.kt")
    attach(commune, named, "cv.kt", own)
    assert attached(named) == {"kt.png": "appraisal"}
    with pytest.raises(Refused, match=NOT_YOURS):
        attach(commune, other, "cv.kt", own)
    with pytest.raises(DomainError, match="kho của chính đơn vị"):
        attach(commune, row, "vhxh", own)
    for who in ("cv.kt", "pct", "vanphong", "quantri", "cv.hcc"):
        with pytest.raises(Refused):
            attach(commune, row, who)
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=row.scorecard_id)
    complete_appraisal(actor=commune.people["vhxh"], scorecard_id=row.scorecard_id)
    with pytest.raises(Refused, match="hoàn thành thẩm định"):
        attach(commune, row, "vhxh")


def test_the_appraisers_file_proves_nothing_for_the_unit(commune, round_):
    row = row_of(card_of(round_, commune, "KT"), "1.1")
    attach(commune, row, "vhxh", file_of(commune, "VHXH", "bien-ban.png", "2", "vhxh"))
    one = next(one for one in queue_of(commune.people["vhxh"], round_) if one.row.pk == row.pk)
    assert "no_evidence" in one.doubt.codes


def test_the_unit_sees_it_when_it_sees_the_points(commune, row, sign_in):
    file = file_of(commune, "VHXH", "bien-ban.png", "2", "vhxh")
    attach(commune, row, "vhxh", file)
    unit, card = sign_in("cv.kt"), row.scorecard
    pages = [
        reverse("emulation:scorecard-area", args=[card.pk, "II"]),
        reverse("emulation:row-explain", args=[card.pk, row.pk]),
    ]
    address = reverse("reform_tasks:evidence-file", args=[file.pk])

    def seen():
        answer = unit.get(address)
        if answer.streaming:
            answer.getvalue()
        return [page for page in pages if "bien-ban.png" in unit.get(page).text], answer.status_code

    assert seen() == ([], 404)
    assert "bên thẩm định đưa ra" in sign_in("vhxh").get(pages[0]).text
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
    complete_appraisal(actor=commune.people["vhxh"], scorecard_id=card.pk)
    assert seen() == (pages, 200)
    reopen_scorecard(actor=commune.people["vhxh"], scorecard_id=card.pk, reason="Xem lại")
    assert seen() == ([], 404)
    assert sign_in("cv.hcc").get(address).status_code == 404


def test_the_blind_checker_sees_the_units_files_only(commune, row):
    attach(commune, row, "vhxh", file_of(commune, "VHXH", "bien-ban.png", "2", "vhxh"))
    check = SecondCheck.objects.create(row=row)

    shown = get_check_for(commune.people["vhxh"], check.pk).row.evidence_uses_shown

    assert [use.evidence.original_name for use in shown] == ["so-van-ban.png"]


def test_the_page_attaches_and_goes_back(commune, row, round_, sign_in):
    mine = file_of(commune, "VHXH", "bien-ban.png", "2", "vhxh")
    client, address = sign_in("vhxh"), reverse("emulation:row-evidence", args=[row.scorecard_id, row.pk])
    page = client.get(address).text
    assert ("Tài liệu thẩm định" in page, "so-van-ban.png" in page, "bien-ban.png" in page) == (True, True, True)

    answer = client.post(
        address, {"phase": "appraisal", "evidence": [str(mine.pk)], "uploads": SimpleUploadedFile("anh.png", PNG)}
    )

    area = reverse("emulation:scorecard-area", args=[row.scorecard_id, "II"])
    assert (answer.status_code, answer["Location"]) == (302, f"{area}#row-{row.pk}")
    assert attached(row) == {"so-van-ban.png": "self", "bien-ban.png": "appraisal", "anh.png": "appraisal"}
    answer = client.post(address, {"phase": "appraisal", "uploads": SimpleUploadedFile("virus.exe", b"MZ")})
    assert (answer.status_code, "virus.exe" in answer.text) == (422, True)
    named = row_of(card_of(round_, commune, "HCC"), "2.1")
    queue = reverse("emulation:appraisal-queue", args=[round_.pk])
    part = reverse("emulation:row-evidence", args=[named.scorecard_id, named.pk])
    assert part in sign_in("cv.kt").get(queue).text
    assert sign_in("cv.kt").post(part, {"phase": "appraisal"})["Location"] == f"{queue}#row-{named.pk}"
    assert sign_in("cv.kt").get(address).status_code == 403  # its own scorecard is closed
    assert sign_in("cv.hcc").get(address).status_code == 404


# the unit explains


def test_when_explaining_the_unit_adds_and_takes_back_only_what_it_added(commune, explaining):
    row = explaining
    first = row.evidence_uses.get().evidence
    more = file_of(commune, "KT", "bo-sung.png", "4", "cv.kt")
    attach(commune, row, "cv.kt", more, service=set_row_evidence)
    assert attached(row) == {"so-van-ban.png": "self", "bo-sung.png": "explanation"}
    attach(commune, row, "cv.kt", first, service=set_row_evidence)  # already there: it stays what it was
    assert attached(row) == {"so-van-ban.png": "self"}
    attach(commune, row, "cv.kt", service=set_row_evidence)
    assert attached(row) == {"so-van-ban.png": "self"}


def test_the_explanation_page_says_what_was_added_when(commune, explaining, sign_in):
    more = file_of(commune, "KT", "bo-sung.png", "4", "cv.kt")
    client = sign_in("cv.kt")
    address = reverse("emulation:row-evidence", args=[explaining.scorecard_id, explaining.pk])
    page = client.get(address).text
    assert "minh chứng đã nộp khi tự chấm được giữ nguyên" in page
    assert f'value="{explaining.evidence_uses.get().evidence_id}"' not in page
    back = reverse("emulation:explanation", args=[explaining.scorecard_id])

    assert (
        client.post(address, {"phase": "explanation", "evidence": [str(more.pk)]})["Location"]
        == f"{back}#h-{explaining.pk}"
    )

    page = client.get(back).text
    assert (page.count("bổ sung khi giải trình"), "so-van-ban.png" in page) == (1, True)


def test_appraisal_two_has_files_of_its_own_and_all_are_frozen(commune, explaining, round_):
    people = commune.people
    attach(commune, explaining, "cv.kt", file_of(commune, "KT", "bo-sung.png", "4", "cv.kt"), service=set_row_evidence)
    close_explanation(actor=people["vhxh"], round_id=round_.pk, reason="Hết ý kiến")
    with pytest.raises(Refused):
        attach(commune, explaining, "cv.kt", service=set_row_evidence)
    attach(commune, explaining, "vhxh", file_of(commune, "VHXH", "lan-hai.png", "5", "vhxh"))
    with pytest.raises(Refused, match="không nằm trong phần đang được mở"):
        attach(commune, row_of(explaining.scorecard, "2.2"), "vhxh")
    assert attached(explaining) == {
        "so-van-ban.png": "self",
        "bo-sung.png": "explanation",
        "lan-hai.png": "reappraisal",
    }
    unlock(commune, explaining.scorecard, phase=EXPLANATION)
    attach(commune, explaining, "cv.kt", service=set_row_evidence)
    assert attached(explaining) == {"so-van-ban.png": "self", "lan-hai.png": "reappraisal"}


# two people, one row


def test_a_file_a_colleague_attached_meanwhile_stays(commune, clock, sign_in):
    row = row_of(card_of(opened(commune, ("KT", "HCC")), commune, "KT"), "2.1")
    first, mine, theirs = (
        file_of(commune, "KT", name, sha, "cv.kt") for name, sha in (("a.png", "6"), ("b.png", "7"), ("c.png", "8"))
    )
    attach(commune, row, "cv.kt", first, service=set_row_evidence)
    address = reverse("emulation:row-evidence", args=[row.scorecard_id, row.pk])
    officer, head = sign_in("cv.kt"), sign_in("tt.kt")
    sent, late = (form_of(client.get(address).text, has="was") for client in (officer, head))

    assert officer.post(address, sent | {"evidence": [str(first.pk), str(theirs.pk)]}).status_code == 302
    assert head.post(address, late | {"evidence": [str(mine.pk)]}).status_code == 302  # takes the first away

    assert attached(row) == {"b.png": "self", "c.png": "self"}
    assert head.post(address, late | {"evidence": [str(mine.pk)]}).status_code == 302  # pressed again
    assert attached(row) == {"b.png": "self", "c.png": "self"}


@pytest.mark.parametrize(
    ("seen", "given", "stored", "left"),
    [
        ("3-5", "3-5", "9", "9"),  # the colleague's pages stand where the person changed none
        ("3-5", "7, 9", "9", "7, 9"),
        ("", "3-5", "", "3-5"),
        ("3-5", "3-5", None, None),  # the colleague took it away
        ("3-5", "4", None, "4"),
        ("3-5", None, "9", None),
        (None, "4", None, "4"),
    ],
)
def test_of_a_file_only_what_the_person_changed_is_written(commune, clock, seen, given, stored, left):
    row = row_of(card_of(opened(commune, ("KT", "HCC")), commune, "KT"), "2.1")
    file = file_of(commune, "KT", "a.pdf", "6", "cv.kt")
    Evidence.objects.filter(pk=file.pk).update(content_type="application/pdf")
    if stored is not None:
        RowEvidence.objects.create(row=row, evidence=file, pages=stored)
    chosen = [] if given is None else [file]
    looked = {} if seen is None else {file.pk: seen}

    attach(
        commune, row, "cv.kt", *chosen, service=set_row_evidence, phase=SELF, pages={file.pk: given or ""}, seen=looked
    )

    assert row.evidence_uses.values_list("pages", flat=True).first() == left


def test_a_page_sends_the_files_it_was_made_with(commune, row):
    file = row.evidence_uses.get()
    RowEvidence.objects.filter(pk=file.pk).update(pages="3-5, 9")
    data = {"was": _files_text(row.evidence_uses.all())}
    form = RowEvidenceForm(data, unit=row.scorecard.unit, row=row, phase=SELF)

    assert (form.is_valid(), form.seen()) == (True, {file.evidence_id: "3-5, 9"})
    assert readable(data.values()) == []  # no page shows it as something somebody typed


def test_an_unlock_of_another_row_says_that_this_one_is_closed(commune, round_, row, sign_in):
    unlock(commune, row.scorecard, row=row)
    other = row_of(row.scorecard, "2.2")

    answer = sign_in("cv.kt").get(reverse("emulation:row-evidence", args=[other.scorecard_id, other.pk]))

    assert (answer.status_code, ROW_LOCKED in answer.text) == (403, True)
