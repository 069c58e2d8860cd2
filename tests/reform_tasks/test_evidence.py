"""Evidence files: stored once under random names, served through the permission check."""

import unicodedata

import pytest
from django.urls import reverse

from ninhgiang.errors import Refused
from reform_tasks.models import Evidence
from reform_tasks.services import add_evidence
from tests.reform_tasks.books import AREA, PDF, PNG, book, task, upload


@pytest.fixture
def add(commune):
    def of(content=PDF, name="Quyết định 12.pdf", unit="KT", by=None):
        actor = commune.people[by or f"cv.{unit.lower()}"]
        return add_evidence(actor=actor, unit=commune.units[unit], upload=upload(content, name))

    return of


def file_url(evidence):
    return reverse("reform_tasks:evidence-file", args=[evidence.pk])


def test_a_file_lies_under_a_random_name_and_keeps_its_own_in_form_c(add):
    evidence = add(name=unicodedata.normalize("NFD", "Quyết định số 12.pdf"))

    assert evidence.original_name == "Quyết định số 12.pdf"
    assert evidence.file.name == f"evidence/{evidence.pk.hex[:2]}/{evidence.pk.hex}"
    assert (evidence.size, evidence.content_type) == (len(PDF), "application/pdf")


def test_the_same_bytes_are_kept_once_per_unit(add):
    first, again, other_unit = add(), add(name="bản sao.pdf"), add(unit="CA")

    assert first == again
    assert other_unit.pk != first.pk
    assert Evidence.objects.count() == 2


@pytest.mark.parametrize("name", ["../../etc/x.pdf", "..\\..\\x.pdf", "a/b/x.pdf"])
def test_a_path_in_a_name_is_dropped(add, name):
    assert add(name=name).original_name == "x.pdf"


def test_a_long_name_keeps_its_ending(add):
    assert add(name="ă" * 300 + ".pdf").original_name == "ă" * 196 + ".pdf"


def test_only_the_units_people_add_files(add):
    with pytest.raises(Refused):
        add(unit="KT", by="cv.ca")


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("tt.kt", 200),
        ("cv.kt", 200),
        ("vhxh", 200),
        ("vanphong", 200),
        ("pct", 200),
        ("tt.ca", 404),
        ("quantri", 404),
        ("quansat", 404),
        ("hoidong1", 404),
    ],
)
def test_who_opens_a_file(sign_in, add, username, status):
    response = sign_in(username).get(file_url(add()))

    assert response.status_code == status
    response.close()


def test_a_visitor_is_sent_to_sign_in(client, add):
    assert client.get(file_url(add())).status_code == 302


@pytest.mark.parametrize(
    ("content", "name", "disposition", "sandboxed"),
    [
        (PDF, "Quyết định.pdf", "inline", False),
        (PNG, "Ảnh.png", "inline", True),
        (book(AREA, task()), "Bảng.xlsx", "attachment", True),
    ],
)
def test_headers_keep_a_file_from_doing_harm(sign_in, add, content, name, disposition, sandboxed):
    response = sign_in("cv.kt").get(file_url(add(content, name)))

    assert b"".join(response.streaming_content) == content
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith(f"{disposition}; filename*=utf-8''")
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert ("sandbox" in response["Content-Security-Policy"]) is sandboxed


def test_a_lost_file_is_404(sign_in, add):
    evidence = add()
    evidence.file.storage.delete(evidence.file.name)

    assert sign_in("cv.kt").get(file_url(evidence)).status_code == 404
