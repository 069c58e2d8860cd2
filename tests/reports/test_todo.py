"""What the makers of documents find on their home page."""

from reports.demo import load
from reports.enums import DocumentState
from reports.models import Document
from reports.todo import document_duties
from tests.reports.test_steps import bring
from units.models import User


def duties(username):
    """The titles a person is shown, read afresh."""
    return [item.title for item in document_duties(User.objects.get(username=username))]


def test_each_state_is_somebodys_duty(commune, plan_document, clock):
    people = ("vhxh", "vanphong", "pct", "tt.kt", "quantri", "ttdv")
    expected = {
        DocumentState.DRAFT: ("vhxh", "Kiểm tra nội dung dự thảo"),
        DocumentState.CONTENT_CHECKED: ("vanphong", "Kiểm tra thể thức, trình ký"),
        DocumentState.FORM_CHECKED: ("pct", "Ký duyệt văn bản"),
        DocumentState.SIGNED: ("vanphong", "Cấp số và phát hành văn bản"),
        DocumentState.ISSUED: ("", ""),
    }
    for state, (whose, title) in expected.items():
        bring(commune, plan_document, state)
        shown = {name: duties(name) for name in people}
        assert shown == {name: [title] if name == whose else [] for name in people}


def test_a_published_round_waits_for_the_office(commune, published):
    assert "Tổng hợp kết quả đã công bố" in duties("vanphong")


def test_a_compiled_round_does_not(commune, compilation):
    assert duties("vanphong") == []


def test_many_documents_are_one_line(commune, plan_document):
    for number in range(6):
        copy = Document.objects.get(pk=plan_document.pk)
        copy.pk, copy.title = None, f"Bản {number}"
        copy.save(force_insert=True)
    (item,) = document_duties(commune.people["vhxh"])
    assert (item.count, item.url) == (7, "/van-ban/?trang-thai=draft")


def test_constant_queries(commune, plan_document, django_assert_num_queries):
    office = User.objects.get(username="vanphong")
    with django_assert_num_queries(3):  # roles, documents, rounds
        document_duties(office)


def test_the_demo_loads_its_plan_once(commune, plan_document):
    assert load(commune.issuer).pk == plan_document.pk
    assert (plan_document.number, plan_document.issued_on, plan_document.month) == (None, None, 1)
    assert (plan_document.state, plan_document.year) == (DocumentState.DRAFT, 2026)
    assert plan_document.authority_lines == ["TM. ỦY BAN NHÂN DÂN", "KT.CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
