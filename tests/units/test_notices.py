"""Notices: one's own, read when opened, older ones by page."""

import pytest
from django.urls import reverse

from units import services
from units.enums import NoticeKind
from units.models import Notification


def leave(person, text="Báo cáo bị trả lại", url="/ky/1/"):
    services.notify(people=[person], text=text, url=url, kind=NoticeKind.RETURNED)
    return Notification.objects.order_by("-pk")[0]


def test_opening_marks_as_read_and_leads_there(sign_in, commune):
    notice = leave(commune.people["tt.kt"])
    client = sign_in("tt.kt")
    assert client.get(reverse("units:notices")).context["unread_notices"] == 1
    assert client.get(reverse("units:notice-open", args=[notice.pk]))["Location"] == "/ky/1/"
    notice.refresh_from_db()
    first = notice.read_at
    client.get(reverse("units:notice-open", args=[notice.pk]))
    notice.refresh_from_db()
    assert (notice.read_at, first is None) == (first, False)
    assert client.get(reverse("units:notices")).context["unread_notices"] == 0


@pytest.mark.parametrize("url", ["", "https://example.com/", "//example.com/"])
def test_a_notice_never_leads_outside(sign_in, commune, url):
    notice = leave(commune.people["tt.kt"], url=url)
    assert sign_in("tt.kt").get(reverse("units:notice-open", args=[notice.pk]))["Location"] == "/thong-bao/"


def test_others_cannot_open_it(sign_in, commune):
    notice = leave(commune.people["tt.kt"])
    assert sign_in("pct").get(reverse("units:notice-open", args=[notice.pk])).status_code == 404
    assert sign_in("pct").get(reverse("units:notices")).context["notices"] == []


def test_all_at_once(sign_in, commune):
    leave(commune.people["tt.kt"])
    leave(commune.people["tt.kt"])
    leave(commune.people["pct"])
    client = sign_in("tt.kt")
    assert client.get(reverse("units:notices-read")).status_code == 405
    assert client.post(reverse("units:notices-read"))["Location"] == "/thong-bao/"
    assert [notice.user.username for notice in Notification.objects.filter(read_at=None)] == ["pct"]


def test_older_ones_by_page(sign_in, commune):
    person = commune.people["tt.kt"]
    for number in range(65):
        leave(person, text=f"Việc {number}")
    client, url, seen = sign_in("tt.kt"), reverse("units:notices"), []
    sizes = []
    while url:
        page = client.get(url)
        sizes.append(len(page.context["notices"]))
        seen += [notice.text for notice in page.context["notices"]]
        url = page.context["older"]
    assert sizes == [30, 30, 5]
    assert seen == [f"Việc {number}" for number in reversed(range(65))]


@pytest.mark.parametrize("key", ["x", "-1", "٣", "9" * 30, ""])
def test_a_wrong_page_key_shows_the_first_page(sign_in, commune, key):
    leave(commune.people["tt.kt"])
    page = sign_in("tt.kt").get(reverse("units:notices"), {"truoc": key})
    assert (page.status_code, len(page.context["notices"])) == (200, 1)


def test_long_texts_are_cut_not_refused(commune):
    assert len(leave(commune.people["tt.kt"], text="dài " * 100).text) == 300
