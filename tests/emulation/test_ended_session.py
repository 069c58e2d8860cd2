"""A session that ends while somebody works loses nothing, without any script (peers.md 3 and 4.3)."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from emulation.models import Scorecard, ScorecardRow
from emulation.services import close_self_scoring, save_self_row
from emulation.services.rows import RowEntry
from ninhgiang.calendar import today
from tests.emulation.year import card_of, fill, opened, row_of
from units.kept_posts import ACCOUNT_COOKIE, KEY, MAX_CHARS

PASSWORD = "ninhgiang-demo"


@pytest.fixture
def card(clock, commune):
    return card_of(opened(commune, ("KT",), self_score_until=today() + timedelta(days=10)), commune, "KT")


def signed_in(who="tt.kt", **given):
    client = Client(**given)
    sign_in(client, who)
    return client


def sign_in(client, who="tt.kt", place=""):
    url = reverse("units:sign-in")
    return client.post(url + place, {"username": who, "password": PASSWORD, "next": next_of(place)}, follow=True)


def next_of(place):
    return parse_qs(urlsplit(place).query).get("next", [""])[0]


def posted_late(client, clock, url, data, page="", hours=9, **headers):
    """Post after the session has ended; return where the browser is sent."""
    clock.shift(timedelta(hours=hours))
    given = {"Referer": f"http://testserver{page or url}"} | headers
    answer = client.post(url, data, headers={name: value for name, value in given.items() if value})
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("units:sign-in"))
    return answer["Location"]


def grid_of(card, row, **changes):
    name = f"r{row.pk}"
    return (
        {"phase": "self", f"{name}-version": row.version, f"{name}-was": "", f"{name}-numerator": "7"}
        | {
            f"{name}-denominator": "9",
            f"{name}-note": "Sổ theo dõi\r\ntrang 3",
            "save": "1",
        }
        | changes
    )


def inputs(html):
    """Return {name: value} of the hidden and text fields of a page."""
    found = dict(re.findall(r'<input(?![^>]*checkbox)[^>]* name="([^"]+)"[^>]* value="([^"]*)"', html))
    return found | {
        name: text.strip().replace("\r\n", "\n")
        for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', html)
    }


def test_scores_typed_into_an_ended_session_stand_in_the_grid_again_and_are_saved_by_one_press(card, clock):
    row, url = row_of(card, "2.1"), reverse("emulation:scorecard-area", args=[card.pk, "II"])
    client = signed_in()
    client.get(url)

    place = posted_late(client, clock, url, grid_of(card, row))

    assert "Nội dung bạn vừa gửi được giữ lại" in client.get(place).text
    page = sign_in(client, place=place.removeprefix(reverse("units:sign-in")))
    name = f"r{row.pk}"
    shown = inputs(page.text)
    assert (page.status_code, page.request["PATH_INFO"]) == (200, url)
    assert (shown[f"{name}-numerator"], shown[f"{name}-denominator"]) == ("7", "9")
    assert shown[f"{name}-note"] == "Sổ theo dõi\ntrang 3"
    assert "điền lại dưới đây và <strong>chưa được lưu</strong>" in page.text
    assert row_of(card, "2.1").self_points is None

    done = client.post(
        url, {key: value for key, value in shown.items() if key.startswith((name, "phase"))} | {"save": "1"}
    )

    assert done.status_code == 302
    assert (row_of(card, "2.1").self_points is not None, row_of(card, "2.1").self_note) == (
        True,
        "Sổ theo dõi\ntrang 3",
    )
    assert "data-kept-note" not in client.get(url).text  # shown once


def test_a_colleague_who_saved_meanwhile_is_not_overwritten(card, clock, commune):
    row, url = row_of(card, "2.1"), reverse("emulation:scorecard-area", args=[card.pk, "II"])
    client = signed_in()
    place = posted_late(client, clock, url, grid_of(card, row))
    entry = RowEntry(row.pk, row.version, {"numerator": 1, "denominator": 2}, "Của chuyên viên")
    save_self_row(actor=commune.people["cv.kt"], scorecard_id=card.pk, entry=entry)

    page = sign_in(client, place=place.removeprefix(reverse("units:sign-in")))
    shown = {key: value for key, value in inputs(page.text).items() if key.startswith((f"r{row.pk}-", "phase"))}
    answer = client.post(url, shown | {"save": "1"})

    assert (answer.status_code, row_of(card, "2.1").self_note) == (409, "Của chuyên viên")
    assert "Sổ theo dõi" in answer.text


def test_what_has_no_field_any_more_is_shown_for_copying(card, clock, commune):
    row, url = row_of(card, "2.1"), reverse("emulation:scorecard-area", args=[card.pk, "II"])
    client = signed_in()
    place = posted_late(client, clock, url, grid_of(card, row))
    close_self_scoring(actor=commune.people["vhxh"], round_id=card.round_id, reason="Đóng sớm")

    page = sign_in(client, place=place.removeprefix(reverse("units:sign-in")))

    assert "không còn ô để điền" in page.text
    assert "Sổ theo dõi<br>trang 3" in page.text


@pytest.mark.parametrize("button", ["submit", "accept", "withdraw", "complete"])
def test_a_step_pressed_in_an_ended_session_comes_back_to_its_page(card, clock, commune, button):
    fill(card, commune.people["tt.kt"])
    client, page = signed_in(), reverse("emulation:scorecard-detail", args=[card.pk])
    url = reverse(f"emulation:scorecard-{button}", args=[card.pk])

    place = posted_late(client, clock, url, {"version": card.version}, page)
    shown = sign_in(client, place=place.removeprefix(reverse("units:sign-in")))

    assert (shown.status_code, shown.request["PATH_INFO"]) == (200, page)
    assert "<strong>chưa được thực hiện</strong>" in shown.text
    assert Scorecard.objects.get(pk=card.pk).state == "open"


def test_a_browser_that_hides_where_it_came_from_gets_a_page_with_the_text(card, clock):
    client, url = signed_in("vhxh"), reverse("emulation:scorecard-reopen", args=[card.pk])
    place = posted_late(client, clock, url, {"version": "1", "reason": "Lý do đã gõ"}, Referer="")

    page = sign_in(client, "vhxh", place.removeprefix(reverse("units:sign-in")))

    assert (page.status_code, page["Allow"]) == (405, "POST")
    for text in ("không mở trực tiếp được", "Lý do đã gõ"):
        assert text in page.text


@pytest.mark.parametrize(("who", "name"), [("cv.kt", "another account"), ("tt.kt", "the same account, after another")])
def test_only_the_same_account_sees_it(card, clock, who, name):
    row, url = row_of(card, "2.1"), reverse("emulation:scorecard-area", args=[card.pk, "II"])
    client = signed_in()
    place = posted_late(client, clock, url, grid_of(card, row)).removeprefix(reverse("units:sign-in"))
    assert "Sổ theo dõi" not in sign_in(client, "cv.kt", place).text
    assert KEY not in client.session
    if who == "tt.kt":
        client.post(reverse("units:sign-out"))
        assert "Sổ theo dõi" not in sign_in(client, who, place).text


def test_who_signed_out_leaves_nothing_behind(card, clock):
    row, url = row_of(card, "2.1"), reverse("emulation:scorecard-area", args=[card.pk, "II"])
    client = signed_in()
    client.post(reverse("units:sign-out"))
    posted_late(client, clock, url, grid_of(card, row), hours=0)
    assert KEY not in client.session


@pytest.mark.parametrize("value", ["", "1", "1:abc:def"])
def test_a_stranger_or_a_forged_account_stores_nothing(card, clock, value):
    row, url = row_of(card, "2.1"), reverse("emulation:scorecard-area", args=[card.pk, "II"])
    client = Client()
    client.cookies[ACCOUNT_COOKIE] = value
    posted_late(client, clock, url, grid_of(card, row))
    assert Session.objects.count() == 0


def test_passwords_files_huge_texts_and_what_scripts_send_are_never_kept(card, clock):
    row, url = row_of(card, "2.1"), reverse("emulation:scorecard-area", args=[card.pk, "II"])
    for data, headers in (
        ({"current": PASSWORD, "new": "con-trau-di-cay", "repeat": "con-trau-di-cay"}, {}),
        (grid_of(card, row) | {"note": "x" * MAX_CHARS}, {}),
        (grid_of(card, row), {"Sec-Fetch-Mode": "cors"}),
        (grid_of(card, row), {"HX-Request": "true"}),
    ):
        client = signed_in()
        posted_late(client, clock, url, data, **headers)
        assert KEY not in client.session

    client, page = signed_in(), reverse("emulation:row-evidence", args=[card.pk, row.pk])
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.7 secret")
    place = posted_late(client, clock, page, {"uploads": upload, "pages": "3-5"})
    assert "secret" not in str(dict(client.session))
    assert (
        "Tệp đã chọn chưa được gửi: hãy chọn lại."
        in sign_in(client, place=place.removeprefix(reverse("units:sign-in"))).text
    )


def test_a_post_without_the_token_is_refused_and_not_kept(card, clock):
    row, url = row_of(card, "2.1"), reverse("emulation:scorecard-area", args=[card.pk, "II"])
    client = signed_in()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    clock.shift(timedelta(hours=9))
    assert strict.post(url, grid_of(card, row)).status_code == 403
    assert KEY not in strict.session


def test_signing_in_again_in_another_tab_keeps_what_the_first_one_sends(card, clock):
    url = reverse("emulation:scorecard-area", args=[card.pk, "II"])
    client = Client(enforce_csrf_checks=True)
    client.force_login(card.round.created_by, backend="units.backends.OfficeBackend")
    typed, ours = {"csrfmiddlewaretoken": "a" * 32, "note": "Ghi chú đã gõ"}, {"Referer": f"http://testserver{url}"}

    told = client.post(url, typed, headers=ours | {"Origin": "http://testserver"})
    foreign = client.post(url, typed, headers={"Referer": "https://example.com/", "Origin": "https://example.com"})

    assert (told.status_code, foreign.status_code) == (403, 403)
    assert ("Ghi chú đã gõ" in told.text, f'href="http://testserver{url}"' in told.text) == (True, True)
    assert ("Ghi chú đã gõ" in foreign.text, "example.com" in foreign.text) == (False, False)


@pytest.mark.parametrize(
    "page", ["https://example.com/phieu/", "javascript:alert(1)", "//example.com", "http://testserver@example.com/"]
)
def test_nobody_is_sent_to_another_site(card, clock, page):
    client, url = signed_in(), reverse("emulation:scorecard-submit", args=[card.pk])
    place = posted_late(client, clock, url, {}, Referer=page)
    assert next_of(place) == url


def test_nothing_is_ever_sent_by_itself(card, clock):
    row, url = row_of(card, "2.1"), reverse("emulation:row-save", args=[card.pk, row_of(card, "2.1").pk])
    area = reverse("emulation:scorecard-area", args=[card.pk, "II"])
    client = signed_in()
    place = posted_late(client, clock, url, grid_of(card, row), area)
    sign_in(client, place=place.removeprefix(reverse("units:sign-in")))
    assert ScorecardRow.objects.filter(scorecard=card, version__gt=1, criterion__source="person").count() == 0
