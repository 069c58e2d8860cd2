"""Screens of award lists: who sees them, typed input, buttons."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emulation.models import (
    AwardProposal,
)
from emulation.queries.awards import proposal_of, sheet_of
from tests.emulation.award_kit import draw_up, first_ranking, make_ranking
from units.enums import RoleKind, UnitKind
from units.models import Role, Unit


@pytest.fixture
def ranking(commune):
    return first_ranking(commune)


@pytest.mark.parametrize(
    ("username", "sees"),
    [
        ("vhxh", True),
        ("vanphong", True),
        ("pct", True),
        ("hoidong1", True),
        ("tt.vp", False),
        ("cv.vp", False),
        ("quantri", False),
        ("quansat", False),
        ("ttdv", False),
    ],
)
def test_who_sees_lists(commune, ranking, sign_in, username, sees):
    proposal = draw_up(commune, ranking)
    client = sign_in(username)
    assert client.get(reverse("emulation:award-detail", args=[proposal.pk])).status_code == (200 if sees else 404)
    assert client.get(reverse("emulation:award-list")).status_code == (200 if sees else 403)
    assert (proposal_of(commune.people[username], ranking) is not None) is sees


def test_another_commune_finds_nothing(commune, ranking, sign_in):
    proposal = draw_up(commune, ranking)
    other = Unit.objects.create(
        code="XA2", name="UBND xã khác", short_name="Xã khác", kind=UnitKind.COMMITTEE, is_issuer=True
    )
    stranger = commune.people["hoidong5"]
    Role.objects.filter(user=stranger).delete()
    Role.objects.create(user=stranger, unit=other, kind=RoleKind.REVIEWER)
    client = sign_in("hoidong5")
    candidate = proposal.candidates.first()
    for name, args in (
        ("award-detail", [proposal.pk]),
        ("award-create", [ranking.round_id]),
    ):
        assert client.get(reverse(f"emulation:{name}", args=args)).status_code == 404
    for name, args in (
        ("award-propose", [proposal.pk]),
        ("award-discard", [proposal.pk]),
        ("candidate-exclude", [proposal.pk, candidate.pk]),
        ("candidate-include", [proposal.pk, candidate.pk]),
    ):
        assert client.post(reverse(f"emulation:{name}", args=args), {"version": 1, "reason": "x"}).status_code == 404


@pytest.mark.parametrize(("username", "status"), [("vhxh", 200), ("vanphong", 403), ("pct", 403), ("tt.vp", 403)])
def test_who_may_open_the_form(commune, ranking, sign_in, username, status):
    assert sign_in(username).get(reverse("emulation:award-create", args=[ranking.round_id])).status_code == status


def test_before_publication_others_find_no_form(commune, sign_in):
    ranking = make_ranking(commune, ("VP", 1, "tot", "85"), published_at=None)
    url = reverse("emulation:award-create", args=[ranking.round_id])
    assert sign_in("tt.vp").get(url).status_code == 404
    answer = sign_in("vhxh").post(url, {"decision_on": "20/01/2027", "max_rank": "1", "min_grade_code": "tot"})
    assert answer.status_code == 422
    assert "chưa công bố" in answer.text


def test_drawing_up_on_the_screen(commune, ranking, sign_in):
    client = sign_in("vhxh")
    url = reverse("emulation:award-create", args=[ranking.round_id])
    answer = client.post(url, {"decision_on": "20/1/2027", "max_rank": "1", "min_grade_code": "tot"})
    proposal = AwardProposal.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/khen-thuong/{proposal.pk}/")
    page = client.get(answer.url).text
    for text in (
        "Danh sách dự kiến để Hội đồng xem xét, không thay quyết định.",
        "Hai triệu hai trăm tám mươi nghìn đồng",
        "2.280.000",
        "0,6 × 2.530.000",
        "Cần đối chiếu văn bản",
        "Đề nghị tặng giấy khen cho đơn vị đứng thứ nhất trong khối và xếp loại từ Tốt trở lên",
    ):
        assert text in page
    assert "style=" not in page
    again = client.get(url)
    assert (again.status_code, again.url) == (302, answer.url)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"decision_on": "31/02/2027"}, "Không có ngày 31/02/2027 trong lịch."),
        ({"decision_on": "11/01/2027"}, "không được trước ngày công bố xếp hạng (12/01/2027)"),
        ({"decision_on": ""}, "Chưa nhập ngày."),
        ({"max_rank": "một"}, "Thứ hạng phải là số nguyên, ví dụ 1."),
        ({"max_rank": "99999999999999999999"}, "Thứ hạng không quá 20."),
        ({"min_grade_code": "x"}, "Bộ tiêu chí không có mức xếp loại này."),
    ],
)
def test_wrong_input_keeps_what_was_typed(commune, ranking, sign_in, typed, message):
    data = {"decision_on": "20/01/2027", "max_rank": "1", "min_grade_code": "tot"} | typed
    answer = sign_in("vhxh").post(reverse("emulation:award-create", args=[ranking.round_id]), data)
    assert answer.status_code == 422
    assert message in answer.text
    [(name, value)] = typed.items()
    assert f'name="{name}"' in answer.text
    assert name == "min_grade_code" or not value or f'value="{value}"' in answer.text


def test_changing_the_list_on_the_screen(commune, ranking, sign_in):
    client = sign_in("vhxh")
    proposal = draw_up(commune, ranking)
    candidate = sheet_of(proposal).listed[0]
    exclude = reverse("emulation:candidate-exclude", args=[proposal.pk, candidate.pk])
    empty = client.post(exclude, {"version": "1", "reason": ""})
    assert empty.status_code == 422
    assert "Cần ghi lý do đưa ra khỏi danh sách." in empty.text
    assert client.post(exclude, {"version": "1", "reason": "Đang kiểm tra"}).status_code == 302
    assert client.post(exclude, {"version": "1", "reason": "Đang kiểm tra"}).status_code == 422
    include = reverse("emulation:candidate-include", args=[proposal.pk, candidate.pk])
    assert client.post(include, {"version": "1"}).status_code == 409
    assert client.post(include, {}).status_code == 409
    assert client.post(include, {"version": "2"}).status_code == 302
    propose = reverse("emulation:award-propose", args=[proposal.pk])
    assert client.post(propose, {"version": "9"}).status_code == 409
    assert client.post(propose, {"version": "3"}).status_code == 302
    page = client.get(reverse("emulation:award-detail", args=[proposal.pk])).text
    assert "Đã trình" in page
    assert "Đưa ra khỏi danh sách" not in page
    assert client.post(reverse("emulation:award-discard", args=[proposal.pk]), {"version": "4"}).status_code == 403


def test_throwing_away_leads_back_to_the_form(commune, ranking, sign_in):
    proposal = draw_up(commune, ranking)
    answer = sign_in("vhxh").post(reverse("emulation:award-discard", args=[proposal.pk]), {"version": "1"})
    assert (answer.status_code, answer.url) == (302, reverse("emulation:award-create", args=[ranking.round_id]))


def test_colleagues_who_only_read_get_no_buttons_and_are_refused(commune, ranking, sign_in):
    proposal = draw_up(commune, ranking)
    client = sign_in("pct")
    page = client.get(reverse("emulation:award-detail", args=[proposal.pk])).text
    assert "Trình danh sách" not in page
    assert client.post(reverse("emulation:award-propose", args=[proposal.pk]), {"version": "1"}).status_code == 403


def test_the_number_of_queries_does_not_grow(commune, sign_in):
    client = sign_in("vhxh")
    client.get(reverse("emulation:award-list"))
    counts = []
    for name, entries in (
        ("một", [("VP", 1, "tot", "85")]),
        ("ba", [("KT", 1, "tot", "85"), ("VHXH", 2, "tot", "84"), ("MN1", 1, "tot", "90")]),
    ):
        proposal = draw_up(commune, make_ranking(commune, *entries, name=name), max_rank=3)
        for url in (reverse("emulation:award-detail", args=[proposal.pk]), reverse("emulation:award-list")):
            with CaptureQueriesContext(connection) as context:
                assert client.get(url).status_code == 200
            counts.append(len(context))
    assert counts[:2] == counts[2:]
