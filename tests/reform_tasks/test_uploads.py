"""Uploads in pieces: resumed, repeated, raced, refused, cleared away."""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from ninhgiang.errors import DomainError, Refused
from reform_tasks.file_kinds import FileRefused
from reform_tasks.models import Evidence, EvidenceUpload
from reform_tasks.services import add_evidence, add_files, add_piece, begin_upload, finish_upload, forget_upload
from reform_tasks.services.uploads import MAX_OPEN, PIECE_BYTES, clear_uploads
from reform_tasks.tasks import clear_uploads as clear_task
from tests.reform_tasks.books import PNG, upload
from tests.reform_tasks.pdfs import blank
from units.models import AuditEntry

BIG = blank(2) + b"\n%" + b"v" * (2 * PIECE_BYTES)  # three pieces


def sha(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def begin(commune):
    def of(content=BIG, name="báo cáo.pdf", by="cv.kt", unit="KT", size=None, digest=None):
        return begin_upload(
            actor=commune.people[by],
            unit=commune.units[unit],
            name=name,
            size=len(content) if size is None else size,
            sha256=digest or sha(content),
        )

    return of


@pytest.fixture
def send(commune):
    def of(one, offset, content=BIG, length=PIECE_BYTES, by="cv.kt", digest=None):
        piece = content[offset : offset + length]
        return add_piece(
            actor=commune.people[by], upload=one, offset=offset, piece=piece, sha256=digest or sha(piece)
        ).received

    return of


@pytest.fixture
def finish(commune):
    return lambda one: finish_upload(actor=commune.people["cv.kt"], upload=EvidenceUpload.objects.get(pk=one.pk))


def send_all(send, one, content=BIG):
    offset = 0
    while offset < len(content):
        offset = send(one, offset, content)


def test_pieces_make_the_file(begin, send, finish, django_capture_on_commit_callbacks):
    one = begin()
    assert [send(one, 0), send(one, PIECE_BYTES), send(one, 2 * PIECE_BYTES)] == [
        PIECE_BYTES,
        2 * PIECE_BYTES,
        len(BIG),
    ]
    path = one.path
    with django_capture_on_commit_callbacks(execute=True):
        evidence = finish(one)

    assert (evidence.original_name, evidence.size, evidence.sha256) == ("báo cáo.pdf", len(BIG), sha(BIG))
    assert evidence.file.read() == BIG
    evidence.file.close()
    assert not path.exists()
    assert AuditEntry.objects.filter(action="add_evidence").count() == 1


def test_an_upload_goes_on_another_day_where_it_stopped(begin, send):
    with time_machine.travel("2026-03-10T09:00:00+07:00"):
        send(begin(), 0)
    with time_machine.travel("2026-03-12T09:00:00+07:00"):
        again = begin()

    assert (again.received, EvidenceUpload.objects.count()) == (PIECE_BYTES, 1)


@pytest.mark.parametrize(
    "other", [{"by": "tt.kt"}, {"name": "khác.pdf"}, {"content": BIG + b"x"}], ids=["person", "name", "bytes"]
)
def test_only_the_same_file_of_the_same_person_goes_on(begin, send, other):
    send(begin(), 0)

    assert begin(**other).received == 0
    assert EvidenceUpload.objects.count() == 2


def test_a_piece_that_does_not_fit_changes_nothing(begin, send):
    one = begin()
    assert send(one, PIECE_BYTES) == 0
    assert send(one, 0) == PIECE_BYTES
    assert send(one, 0) == PIECE_BYTES
    assert send(one, PIECE_BYTES - 10) == PIECE_BYTES
    assert one.path.read_bytes() == BIG[:PIECE_BYTES]


def test_bytes_of_a_piece_that_was_not_counted_are_written_over(begin, send, finish):
    one = begin()
    send(one, 0)
    with one.path.open("ab") as file:
        file.write(b"half a piece from before a power cut")
    send(one, PIECE_BYTES)
    send(one, 2 * PIECE_BYTES)

    assert finish(one).sha256 == sha(BIG)


def test_bytes_that_got_lost_are_asked_for_again(begin, send):
    one = begin()
    send(one, 0)
    one.path.unlink()

    assert send(one, PIECE_BYTES) == 0


def test_a_damaged_piece_is_refused(begin, send):
    one = begin()
    with pytest.raises(DomainError, match="hỏng trên đường truyền") as refusal:
        send(one, 0, digest=sha(b"khac"))
    assert refusal.value.field == "piece"
    for offset, length in ((0, PIECE_BYTES + 1), (-1, 5), (len(BIG) - 1, 1)):
        piece = (BIG + b"xx")[offset : offset + length] if offset != len(BIG) - 1 else b"xx"
        with pytest.raises(DomainError, match="không đúng kích thước"):
            add_piece(actor=one.owner, upload=one, offset=offset, piece=piece, sha256=sha(piece))
    assert EvidenceUpload.objects.get().received == 0


def test_finishing_twice_and_in_two_tabs_gives_one_file(begin, send, finish):
    one = begin()
    send_all(send, one)
    stale = EvidenceUpload.objects.get(pk=one.pk)

    first = finish(one)
    assert finish_upload(actor=one.owner, upload=stale) == first
    assert finish(one) == first
    assert send(one, 0) == len(BIG)
    assert begin() == first
    assert Evidence.objects.count() == 1


def test_a_file_that_is_not_whole_is_not_taken(begin, send, finish):
    one = begin()
    send(one, 0)
    with pytest.raises(DomainError, match="chưa tải xong") as refusal:
        finish(one)
    assert refusal.value.field == "offset"


def test_a_whole_that_is_not_what_was_promised_begins_anew(begin, send, finish):
    one = begin(digest=sha(b"loi hua khac"))
    send_all(send, one)
    with pytest.raises(DomainError, match="không khớp mã kiểm tra"):
        finish(one)
    assert EvidenceUpload.objects.get().received == 0
    assert Evidence.objects.count() == 0


def test_bad_claims_are_refused_before_a_byte_is_sent(begin):
    with pytest.raises(FileRefused, match="nặng 60,0 MB, vượt mức 50 MB"):
        begin(size=60 * 2**20)
    with pytest.raises(FileRefused, match="không thuộc loại được nhận"):
        begin(name="x.exe")
    with pytest.raises(FileRefused, match=r"trống \(0 byte\)"):
        begin(b"")
    with pytest.raises(DomainError, match="thiếu mã kiểm tra"):
        begin(digest="không phải mã")
    with pytest.raises(Refused):
        begin(by="cv.ca")
    assert EvidenceUpload.objects.count() == 0


def test_a_wrong_kind_is_told_by_its_first_piece(begin, send, django_capture_on_commit_callbacks):
    one = begin(b"MZ\x90\x00" + b"\x00" * 2 * PIECE_BYTES)
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(FileRefused, match="một chương trình Windows"),
    ):
        send(one, 0, b"MZ\x90\x00" + b"\x00" * 2 * PIECE_BYTES)
    assert EvidenceUpload.objects.count() == 0


def test_a_zip_that_is_no_document_is_told_at_the_end(begin, send, finish):
    content = b"PK\x03\x04" + b"\x00" * 100
    one = begin(content, name="x.docx")
    send(one, 0, content)
    with pytest.raises(FileRefused, match="nội dung là tệp nén ZIP"):
        finish(one)
    assert EvidenceUpload.objects.count() == 0


def test_known_bytes_need_no_sending(begin, commune):
    known = add_evidence(actor=commune.people["tt.kt"], unit=commune.units["KT"], upload=upload(BIG, "a.pdf"))

    assert begin() == known
    assert begin(by="cv.ca", unit="CA").received == 0


def test_one_person_keeps_a_limited_number_open(begin):
    for number in range(MAX_OPEN):
        begin(BIG, name=f"{number}.pdf")
    with pytest.raises(DomainError, match=f"đang tải dở {MAX_OPEN} tệp"):
        begin()
    begin(by="tt.kt")


def test_a_cancelled_upload_leaves_nothing(begin, send, django_capture_on_commit_callbacks):
    one = begin()
    send(one, 0)
    with django_capture_on_commit_callbacks(execute=True):
        forget_upload(one)

    assert (EvidenceUpload.objects.count(), one.path.exists()) == (0, False)
    with pytest.raises(DomainError) as refusal:
        send(one, 0)
    assert refusal.value.field == "gone"


def test_abandoned_uploads_are_cleared_away(begin, send, finish, django_capture_on_commit_callbacks):
    old, done, fresh = begin(name="cũ.pdf"), begin(name="xong.pdf"), begin(name="mới.pdf")
    for one in (old, fresh):
        send(one, 0)
    send_all(send, done)
    finish(done)
    stray = old.path.with_name("stray")
    stray.write_bytes(b"x")
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        EvidenceUpload.objects.filter(pk=fresh.pk).update(touched_at=timezone.now())
        with django_capture_on_commit_callbacks(execute=True):
            assert clear_uploads() == 1
        clear_task()

    assert [one.name for one in EvidenceUpload.objects.all()] == ["mới.pdf"]
    assert (old.path.exists(), stray.exists(), fresh.path.exists()) == (False, False, True)
    assert Evidence.objects.count() == 1


# --- The protocol as the browser speaks it.


def started(client, unit, content=BIG, name="báo cáo.pdf"):
    answer = client.post(
        reverse("reform_tasks:upload-begin"),
        {"unit": unit.pk, "name": name, "size": len(content), "sha256": sha(content)},
    )
    assert answer.status_code == 200
    return answer.json()


def piece_of(client, url, offset, content=BIG, **headers):
    piece = content[offset : offset + PIECE_BYTES]
    return client.post(
        url,
        piece,
        content_type="application/octet-stream",
        headers={"X-Piece-Offset": str(offset), "X-Piece-Sha256": sha(piece)} | headers,
    )


def test_the_browser_sends_resumes_and_finishes(sign_in, commune):
    client = sign_in("cv.kt")
    state = started(client, commune.units["KT"])
    assert piece_of(client, state["url"], 0).json()["received"] == PIECE_BYTES
    state = started(client, commune.units["KT"])
    assert state["received"] == client.get(state["url"]).json()["received"] == PIECE_BYTES
    for offset in (PIECE_BYTES, 2 * PIECE_BYTES):
        piece_of(client, state["url"], offset)

    answer = client.post(state["finish_url"]).json()

    evidence = Evidence.objects.get()
    assert answer == {
        "known": False,
        "evidence": {
            "id": str(evidence.pk),
            "name": "báo cáo.pdf",
            "size": answer["evidence"]["size"],
            "is_pdf": True,
            "file_url": reverse("reform_tasks:evidence-file", args=[evidence.pk]),
            "page_url": reverse("reform_tasks:evidence-detail", args=[evidence.pk]),
        },
    }


@pytest.mark.parametrize(
    ("headers", "status", "field"),
    [
        ({"X-Piece-Offset": "abc"}, 422, ""),
        ({"X-Piece-Offset": "-5"}, 422, ""),
        ({"X-Piece-Offset": "9" * 30}, 422, ""),
        ({"X-Piece-Sha256": "x"}, 422, "piece"),
    ],
)
def test_nonsense_is_answered_in_json(sign_in, commune, headers, status, field):
    client = sign_in("cv.kt")
    answer = piece_of(client, started(client, commune.units["KT"])["url"], 0, **headers)

    assert (answer.status_code, answer.json()["field"]) == (status, field)


def test_an_oversized_piece_never_reaches_us(sign_in, commune):
    client = sign_in("cv.kt")
    state = started(client, commune.units["KT"])
    answer = client.post(state["url"], b"x" * (3 * 2**20), content_type="application/octet-stream")

    assert answer.status_code == 400


def test_a_60_mb_file_and_a_missing_field_are_refused_with_words(sign_in, commune):
    client = sign_in("cv.kt")
    asked = {"unit": commune.units["KT"].pk, "name": "lớn.pdf", "size": 60 * 2**20, "sha256": "0" * 64}
    answer = client.post(reverse("reform_tasks:upload-begin"), asked)
    assert (answer.status_code, answer.json()["message"]) == (
        422,
        "Tệp 'lớn.pdf' nặng 60,0 MB, vượt mức 50 MB cho một tệp. Hãy giảm dung lượng hoặc tách tệp.",
    )
    assert client.post(reverse("reform_tasks:upload-begin"), {}).status_code == 422


def test_other_peoples_uploads_are_not_found(sign_in, commune):
    state = started(sign_in("cv.kt"), commune.units["KT"])
    for name in ("tt.kt", "vhxh"):
        client = sign_in(name)
        assert piece_of(client, state["url"], 0).status_code == 404
        assert client.post(state["finish_url"]).status_code == 404
        assert client.post(state["cancel_url"]).status_code == 404
    reader = sign_in("vhxh").post(
        reverse("reform_tasks:upload-begin"),
        {"unit": commune.units["KT"].pk, "name": "a.pdf", "size": 5, "sha256": "0" * 64},
    )
    assert reader.status_code == 403


def test_cancelling_answers_both_the_page_and_the_script(sign_in, commune):
    client = sign_in("cv.kt")
    script = client.post(started(client, commune.units["KT"])["cancel_url"], headers={"Accept": "application/json"})
    page = client.post(started(client, commune.units["KT"])["cancel_url"], headers={"Accept": "text/html"})

    assert (script.json(), page.status_code) == ({"cancelled": True}, 302)
    assert EvidenceUpload.objects.count() == 0


def test_limits_of_server_and_program_agree():
    config = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    body = int(config.split("client_max_body_size ")[1].split("m;")[0]) * 2**20

    assert PIECE_BYTES < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert body >= settings.EVIDENCE_FORM_MAX_BYTES + 2**20


def test_a_form_with_too_much_in_all_is_refused(commune, settings):
    settings.EVIDENCE_FORM_MAX_BYTES = 1000
    settings.EVIDENCE_MAX_BYTES = 900
    files = [upload(PNG + bytes(800), "a.png"), upload(PNG + bytes(801), "b.png")]
    with pytest.raises(FileRefused, match="vượt mức"):
        add_files(actor=commune.people["cv.kt"], unit=commune.units["KT"], uploads=files)
