"""The library of a unit: who opens it, search, uses, pages, deletion."""

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from emulation.enums import ScorecardState
from emulation.locks import SELF
from emulation.models import Scorecard
from emulation.services import set_row_evidence
from ninhgiang.errors import DomainError, Refused
from reform_tasks.models import Evidence, EvidenceReading, ProgressReport
from reform_tasks.services import Draft, delete_evidence, save_report, submit_report
from tests.emulation.year import card_of, opened, row_of
from tests.reform_tasks.books import PDF, PNG, upload
from tests.reform_tasks.pdfs import blank
from units.models import AuditEntry

LIBRARY = "reform_tasks:evidence-library"


@pytest.fixture
def draft(commune, duty):
    """Return a function that saves a draft of KT resting on files with pages."""

    def of(*files, pages=None, task="18", version=0, send=False):
        occurrence = duty("KT", task)
        service, actor = (submit_report, "tt.kt") if send else (save_report, "cv.kt")
        return service(
            actor=commune.people[actor],
            occurrence=occurrence,
            version=version,
            draft=Draft(
                outcome="partial",
                result="Đang làm",
                note="Chờ số liệu",
                evidence=tuple(one.pk for one in files),
                pages=pages or {},
            ),
        )

    return of


def listed(client, **asked):
    answer = client.get(reverse(LIBRARY), asked)
    assert answer.status_code == 200
    return [line[0].original_name for line in answer.context["lines"]]


@pytest.mark.parametrize(
    ("username", "asked", "status"),
    [
        ("cv.kt", {}, 200),
        ("tt.kt", {"don-vi": "KT"}, 200),
        ("cv.kt", {"don-vi": "CA"}, 404),
        ("vhxh", {"don-vi": "KT"}, 200),
        ("vanphong", {"don-vi": "KT"}, 200),
        ("pct", {"don-vi": "KT"}, 200),
        ("pct", {"don-vi": "KHONG-CO"}, 404),
        ("quantri", {}, 403),
        ("quansat", {}, 403),
    ],
)
def test_who_opens_a_library(sign_in, username, asked, status):
    assert sign_in(username).get(reverse(LIBRARY), asked).status_code == status


def test_search_ignores_case_and_diacritics_and_looks_at_numbers(sign_in, keep_file):
    first, _ = keep_file(name="Báo cáo quý I.pdf"), keep_file(PNG, "Ảnh chụp.png")
    client = sign_in("cv.kt")
    client.post(
        reverse("reform_tasks:evidence-describe", args=[first.pk]),
        {"number": "145/BC-UBND", "document_on": "16/3/2026"},
    )

    assert listed(client) == ["Ảnh chụp.png", "Báo cáo quý I.pdf"]
    assert listed(client, tim="BAO quy") == ["Báo cáo quý I.pdf"]
    assert listed(client, tim="145/bc") == ["Báo cáo quý I.pdf"]
    assert listed(client, tim="không có") == []
    assert listed(client, loai="image/png") == ["Ảnh chụp.png"]
    assert listed(client, loai="lạ") == ["Ảnh chụp.png", "Báo cáo quý I.pdf"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_is_constant(sign_in, keep_file, draft, count, django_assert_num_queries):
    files = [keep_file(blank(number + 1), f"{number}.pdf") for number in range(count)]
    draft(*files)
    client = sign_in("cv.kt")
    client.get(reverse(LIBRARY))

    with django_assert_num_queries(11):
        client.get(reverse(LIBRARY))


def test_long_libraries_are_paged(sign_in, keep_file, monkeypatch):
    for number in range(3):
        keep_file(PDF + bytes([number]), f"{number}.pdf")
    monkeypatch.setattr("reform_tasks.views.evidence.SHOWN_IN_LIBRARY", 2)
    client = sign_in("cv.kt")

    assert (listed(client), listed(client, trang="2"), listed(client, trang="x")) == (
        ["2.pdf", "1.pdf"],
        ["0.pdf"],
        ["2.pdf", "1.pdf"],
    )


def test_a_plain_form_adds_files_or_says_which_is_bad(sign_in, commune):
    client, url = sign_in("cv.kt"), reverse("reform_tasks:evidence-add")
    good = {"unit_code": "KT", "files": [upload(PDF, "a.pdf"), upload(PNG, "b.png")]}
    assert client.post(url, good).status_code == 302
    bad = client.post(url, {"unit_code": "KT", "files": [upload(PDF + b"1", "c.pdf"), upload(b"MZ\x90", "d.pdf")]})
    assert (bad.status_code, bad.context["form"].errors) == (
        422,
        {"files": ["Tệp 'd.pdf' không phải PDF thật: nội dung là một chương trình Windows (exe)."]},
    )
    assert client.post(url, {"unit_code": "KT"}).context["form"].errors == {"files": ["Hãy chọn ít nhất một tệp."]}
    assert sign_in("vhxh").post(url, {"unit_code": "KT", "files": [upload(PDF)]}).status_code == 403
    assert sorted(Evidence.objects.values_list("original_name", flat=True)) == ["a.pdf", "b.png"]
    assert AuditEntry.objects.filter(action="add_evidence").count() == 1


# --- Pages.


def test_pages_are_kept_with_each_use_and_open_the_file_there(sign_in, keep_file, draft, duty):
    file = keep_file()
    report = draft(file, pages={file.pk: "Trang 3 đến 5; 2"}, send=True)

    assert report.evidence_uses.get().pages == "3-5, 2"
    page = sign_in("vhxh").get(reverse("reform_tasks:occurrence-detail", args=[report.occurrence_id]))
    link = f'{reverse("reform_tasks:evidence-file", args=[file.pk])}#page=3"'
    assert link in page.content.decode()
    entry = AuditEntry.objects.get(action="submit_report")
    assert entry.after["pages"] == {str(file.pk): "3-5, 2"}


def test_a_page_beyond_the_last_is_refused_beside_its_file_and_the_text_stays(sign_in, keep_file, duty):
    file, occurrence = keep_file(), duty("KT", "18")
    typed = {"version": "0", "outcome": "partial", "result": "Đã làm", "evidence": [str(file.pk)]}
    answer = sign_in("cv.kt").post(
        reverse("reform_tasks:report-save", args=[occurrence.pk]), typed | {f"pages-{file.pk}": "4-9"}
    )

    (line,) = answer.context["form"].chosen()
    assert (answer.status_code, line.pages, line.error) == (422, "4-9", "Tệp chỉ có 5 trang, không có trang 9.")
    assert answer.context["form"]["result"].value() == "Đã làm"
    assert ProgressReport.objects.count() == 0


def test_pages_change_without_losing_the_link(keep_file, draft):
    file, other = keep_file(), keep_file(PNG, "ảnh.png")
    first = draft(file, other, pages={file.pk: "1"}).evidence_uses.get(evidence=file)
    report = draft(file, pages={file.pk: "2"}, version=1)

    assert [(use.pk, use.pages) for use in report.evidence_uses.all()] == [(first.pk, "2")]


# --- Uses, twins, deletion.


@pytest.fixture
def card(commune):
    return card_of(opened(commune, ("KT",)), commune, "KT")


def prove(commune, card, file, pages=""):
    row = row_of(card, "2.1")
    return set_row_evidence(
        actor=commune.people["tt.kt"],
        scorecard_id=card.pk,
        row_id=row.pk,
        phase=SELF,
        evidence=[file],
        pages={file.pk: pages},
    )


def test_a_file_shows_every_task_and_criterion_that_rests_on_it(sign_in, commune, keep_file, draft, card):
    file = keep_file()
    draft(file, pages={file.pk: "1-2"})
    prove(commune, card, file, "4")

    page = sign_in("vhxh").get(reverse("reform_tasks:evidence-detail", args=[file.pk]))

    assert [(place.kind, place.pages, place.official) for place in page.context["places"]] == [
        ("Nhiệm vụ", "1-2", ""),
        ("Tiêu chí", "4", ""),
    ]


def test_the_same_bytes_of_two_units_are_told_to_the_reviewer_only(sign_in, commune, keep_file, draft, card):
    file, _ = keep_file(), keep_file(unit="CA")
    report = draft(file, send=True)
    prove(commune, card, file)
    said = f"Tệp này cũng có trong kho của {commune.units['CA'].short_name}."
    pages = [
        reverse("reform_tasks:occurrence-detail", args=[report.occurrence_id]),
        reverse("emulation:scorecard-area", args=[card.pk, "II"]),
        reverse("emulation:row-explain", args=[card.pk, row_of(card, "2.1").pk]),
    ]

    for url in pages:
        assert said in sign_in("vhxh").get(url).content.decode()
        assert said not in sign_in("tt.kt").get(url).content.decode()
    detail = reverse("reform_tasks:evidence-detail", args=[file.pk])
    assert sign_in("vhxh").get(detail).context["twins"] == [commune.units["CA"]]
    assert sign_in("tt.kt").get(detail).context["twins"] == []


def test_a_late_signature_is_told_to_unit_and_reviewer(sign_in, keep_file, draft, duty):
    file = keep_file()
    report = draft(file, send=True)
    occurrence = report.occurrence
    EvidenceReading.objects.update(signed_on=date(2027, 1, 5), issued_on=date(2027, 1, 5))
    occurrence.due_on = date(2026, 12, 15)
    occurrence.save(update_fields=["due_on"])

    for name in ("tt.kt", "vhxh"):
        page = sign_in(name).get(reverse("reform_tasks:occurrence-detail", args=[occurrence.pk]))
        assert "Ký ngày 05/01/2027, sau hạn 15/12/2026." in page.content.decode()


def test_a_file_of_a_draft_is_deleted_with_its_bytes(commune, keep_file, draft, django_capture_on_commit_callbacks):
    file = keep_file()
    report, path = draft(file), file.file.name
    with django_capture_on_commit_callbacks(execute=True):
        delete_evidence(actor=commune.people["tt.kt"], evidence=file, reason="Nhầm tệp")

    assert (report.evidence_uses.count(), Evidence.objects.count()) == (0, 0)
    assert not default_storage.exists(path)
    entry = AuditEntry.objects.get(action="delete_evidence")
    assert (entry.reason, entry.before["sha256"], entry.before["places"]) == (
        "Nhầm tệp",
        file.sha256,
        [f"Nhiệm vụ 18. {report.occurrence.assignment.task.title}"],
    )


def test_deleting_needs_a_reason_and_the_units_own_people(commune, keep_file):
    file = keep_file()
    with pytest.raises(DomainError, match="lý do"):
        delete_evidence(actor=commune.people["tt.kt"], evidence=file, reason=" ")
    with pytest.raises(Refused):
        delete_evidence(actor=commune.people["vhxh"], evidence=file, reason="x")
    assert Evidence.objects.count() == 1


def test_what_a_sent_report_rests_on_stays(sign_in, keep_file, draft):
    file = keep_file()
    report = draft(file, send=True)

    client, url = sign_in("tt.kt"), reverse("reform_tasks:evidence-delete", args=[file.pk])
    answer = client.post(url, {"reason": "Nhầm"})

    assert answer.status_code == 422
    assert [(place.url, place.official) for place in answer.context["official"]] == [
        (reverse("reform_tasks:occurrence-detail", args=[report.occurrence_id]), "báo cáo “Chờ thẩm định”")
    ]
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("kept_by", ["state", "snapshot"])
def test_what_a_scorecard_rests_on_stays(commune, keep_file, card, kept_by):
    file = keep_file()
    row = prove(commune, card, file)
    if kept_by == "state":
        Scorecard.objects.filter(pk=card.pk).update(state=ScorecardState.SUBMITTED)
    else:
        frozen = {"row_id": row.pk, "code": "2.1", "name": "Tên", "evidence": [{"id": str(file.pk)}]}
        Scorecard.objects.filter(pk=card.pk).update(snapshot={"rows": [frozen]}, sha256="0" * 64)
        row.evidence_uses.all().delete()

    with pytest.raises(DomainError, match=r"^Chưa xóa được: tiêu chí 2\.1\. "):
        delete_evidence(actor=commune.people["tt.kt"], evidence=file, reason="Nhầm")
    assert Evidence.objects.count() == 1


def test_a_page_reads_a_failed_pdf_again(sign_in, keep_file):
    file = keep_file()
    EvidenceReading.objects.update(state="failed", note="Hỏng", attempts=3)
    client = sign_in("cv.kt")
    assert "Hỏng" in client.get(reverse("reform_tasks:evidence-detail", args=[file.pk])).content.decode()
    client.post(reverse("reform_tasks:evidence-read", args=[file.pk]))

    reading = EvidenceReading.objects.get()
    assert (reading.state, reading.attempts) == ("queued", 0)
    image = keep_file(PNG, "a.png")
    assert client.post(reverse("reform_tasks:evidence-read", args=[image.pk])).status_code == 422


def test_a_day_to_come_is_refused_at_its_field(sign_in, keep_file):
    url = reverse("reform_tasks:evidence-describe", args=[keep_file().pk])
    answer = sign_in("cv.kt").post(url, {"number": "1/A", "document_on": "01/01/2999"})

    assert (answer.status_code, list(answer.context["describe_form"].errors)) == (422, ["document_on"])
    assert answer.context["describe_form"]["number"].value() == "1/A"
