"""Signing in and out, the first password change, the lock-out."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from units.models import AuditEntry, User

PASSWORD = "ninhgiang-demo"
NEW_PASSWORD = "con-trau-di-cay-2026"


def try_sign_in(client, username, password=PASSWORD, **more):
    return client.post(reverse("units:sign-in"), {"username": username, "password": password, **more})


@pytest.fixture
def fresh_person(commune):
    """Somebody with a temporary password."""
    User.objects.filter(username="cv.kt").update(must_change_password=True)
    return User.objects.get(username="cv.kt")


@pytest.mark.parametrize("typed", ["tt.kt", "TT.KT", " Tt.kt "])
def test_signing_in(client, commune, typed):
    response = try_sign_in(client, typed)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session[SESSION_KEY] == str(commune.people["tt.kt"].pk)
    entry = AuditEntry.objects.get(action="sign_in")
    assert (entry.actor, entry.issuer, entry.unit) == (
        commune.people["tt.kt"],
        commune.issuer,
        commune.units["KT"],
    )


@pytest.mark.parametrize(
    ("username", "password"),
    [("tt.kt", "sai-mat-khau"), ("khong.co", PASSWORD), ("tt.kt\x00", PASSWORD), ("ttkế", "x")],
)
def test_wrong_name_or_password(client, commune, username, password):
    response = try_sign_in(client, username, password)
    assert response.status_code == 422
    assert SESSION_KEY not in client.session


def test_the_message_does_not_tell_which_was_wrong(client, commune):
    wrong = {try_sign_in(client, name, "sai").context["form"].non_field_errors()[0] for name in ("tt.kt", "khong.co")}
    assert wrong == {"Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt."}


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [("/nhat-ky/", "/nhat-ky/"), ("https://example.com/", "/"), ("//example.com", "/"), ("javascript:alert(1)", "/")],
)
def test_next_stays_inside(client, commune, wanted, reached):
    assert try_sign_in(client, "pct", next=wanted)["Location"] == reached


def test_demo_sign_ins_are_shown_while_there_are_any(client, commune, settings):
    assert "ninhgiang-demo" in client.get(reverse("units:sign-in")).content.decode()
    User.objects.filter(is_demo=True).update(is_demo=False)
    assert "ninhgiang-demo" not in client.get(reverse("units:sign-in")).content.decode()
    User.objects.update(is_demo=True)
    settings.DEMO = False
    assert "ninhgiang-demo" not in client.get(reverse("units:sign-in")).content.decode()


def test_next_survives_a_wrong_try(client, commune):
    page = try_sign_in(client, "pct", "sai", next="/nhat-ky/").content.decode()
    assert re.findall(r'name="next" value="([^"]*)"', page) == ["/nhat-ky/"]


def test_locked_account_cannot_sign_in_and_loses_its_session(client, commune):
    try_sign_in(client, "tt.kt")
    User.objects.filter(username="tt.kt").update(is_active=False)
    assert client.get("/")["Location"] == "/dang-nhap/?next=/"
    assert try_sign_in(Client(), "tt.kt").status_code == 422


def test_demo_accounts_are_refused_in_production(client, commune, settings):
    try_sign_in(client, "tt.kt")
    settings.DEMO = False
    assert client.get("/")["Location"] == "/dang-nhap/?next=/"
    assert try_sign_in(Client(), "tt.kt").status_code == 422


def test_signing_out_is_a_post(client, commune):
    try_sign_in(client, "tt.kt")
    assert client.get(reverse("units:sign-out")).status_code == 405
    assert client.post(reverse("units:sign-out"))["Location"] == "/dang-nhap/"
    assert client.get("/")["Location"] == "/dang-nhap/?next=/"


def test_lock_out_after_five_wrong_tries(client, commune, settings):
    settings.AXES_ENABLED = True
    answers = [try_sign_in(client, "tt.kt", "sai").status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    locked = try_sign_in(client, "TT.KT")
    assert locked.status_code == 429
    assert "Tạm khóa đăng nhập" in locked.content.decode()
    assert try_sign_in(Client(), "cv.kt").status_code == 302


def test_a_right_password_forgets_wrong_tries(client, commune, settings):
    settings.AXES_ENABLED = True
    for _ in range(3):
        assert [try_sign_in(Client(), "tt.kt", "sai").status_code for _ in range(3)] == [422, 422, 422]
        assert try_sign_in(Client(), "tt.kt").status_code == 302


def test_first_password_change(client, fresh_person):
    assert try_sign_in(client, "cv.kt", next="/nhat-ky/")["Location"] == "/nhat-ky/"
    page = reverse("units:password-change")
    for url in ("/", "/nhat-ky/", "/thong-bao/"):
        assert client.get(url)["Location"] == page
    assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == page
    assert client.get("/healthz").status_code == 200
    assert client.get(page).status_code == 200
    data = {"current": PASSWORD, "new": NEW_PASSWORD, "repeat": NEW_PASSWORD}
    assert client.post(page, data)["Location"] == "/"
    assert client.get("/").status_code == 200
    fresh_person.refresh_from_db()
    assert (fresh_person.must_change_password, fresh_person.check_password(NEW_PASSWORD)) == (False, True)
    assert AuditEntry.objects.filter(action="change_own_password", actor=fresh_person).count() == 1


def test_changing_the_password_ends_other_sessions(commune):
    one, other = Client(), Client()
    try_sign_in(one, "tt.kt")
    try_sign_in(other, "tt.kt")
    data = {"current": PASSWORD, "new": NEW_PASSWORD, "repeat": NEW_PASSWORD}
    one.post(reverse("units:password-change"), data)
    assert (one.get("/").status_code, other.get("/").status_code) == (200, 302)


@pytest.mark.parametrize(
    ("current", "new", "repeat", "field", "message"),
    [
        ("sai", NEW_PASSWORD, NEW_PASSWORD, "current", "Mật khẩu hiện tại không đúng."),
        (PASSWORD, NEW_PASSWORD, NEW_PASSWORD + "x", "repeat", "Hai lần nhập mật khẩu mới không giống nhau."),
        (PASSWORD, PASSWORD, PASSWORD, "new", "Mật khẩu mới phải khác mật khẩu hiện tại."),
        (PASSWORD, "", "", "new", "Nhập mật khẩu mới."),
    ],
)
def test_password_refused(sign_in, current, new, repeat, field, message):
    client = sign_in("tt.kt")
    response = client.post(reverse("units:password-change"), {"current": current, "new": new, "repeat": repeat})
    assert response.status_code == 422
    assert response.context["form"].errors[field] == [message]


@pytest.mark.parametrize(
    ("new", "messages"),
    [
        ("ngan", ["Mật khẩu quá ngắn: cần ít nhất 12 ký tự."]),
        ("20260114202601", ["Mật khẩu không được chỉ gồm chữ số."]),
        ("truong phong kinh te", ["Mật khẩu quá giống tên hoặc thông tin của bạn."]),
        ("1q2w3e4r5t6y", ["Mật khẩu này quá phổ biến, dễ bị đoán."]),
    ],
)
def test_weak_passwords_are_refused_in_vietnamese(sign_in, commune, new, messages):
    User.objects.filter(username="tt.kt").update(full_name="Truong phong Kinh te")
    data = {"current": PASSWORD, "new": new, "repeat": new}
    response = sign_in("tt.kt").post(reverse("units:password-change"), data)
    assert response.context["form"].errors["new"] == messages
