"""The administrator's screens: accounts, roles, units."""

import pytest
from django.test import Client
from django.urls import reverse

from units import services
from units.models import AuditEntry, Role, Unit, User

EVERYBODY = ["quantri", "vhxh", "vanphong", "pct", "ttdv", "hoidong1", "quansat", "tt.kt", "cv.kt"]


@pytest.fixture
def admin(sign_in):
    return sign_in("quantri")


@pytest.fixture
def neighbour(commune):
    """An account of another commune."""
    other = services.found_commune(
        by=None, name="UBND xã Tân Quang", short_name="UBND xã Tân Quang", code="TQ", symbol="UBND", place="Tân Quang"
    )
    person, _ = services.create_person(
        by=None, issuer=other, username="hangxom", full_name="Hàng xóm", unit=other, role_kind="administrator"
    )
    User.objects.filter(pk=person.pk).update(must_change_password=False)
    return person


def url(name, *args):
    return reverse(f"units:{name}", args=args)


def new_person(commune, **changes):
    return {
        "username": "cv.kt2",
        "full_name": "Công chức thứ hai",
        "unit": commune.units["KT"].pk,
        "job_title": "Chuyên viên",
        "role_kind": "unit_staff",
        "email": "",
    } | changes


@pytest.mark.parametrize("username", EVERYBODY)
def test_who_may_open_the_screens(sign_in, commune, username):
    client, person = sign_in(username), commune.people["cv.kt"]
    pages = ["person-list", "person-create", "unit-list"]
    answers = [client.get(url(name)).status_code for name in pages]
    answers += [client.get(url(name, person.pk)).status_code for name in ("person-detail", "person-change")]
    answers += [
        client.post(url(name, person.pk)).status_code for name in ("person-reset", "person-lock", "person-unlock")
    ]
    answers.append(client.post(url("role-add", person.pk)).status_code)
    answers.append(client.post(url("role-remove", person.pk, person.roles.get().pk)).status_code)
    wanted = [200, 200, 200, 200, 200, 200, 302, 302, 422, 302] if username == "quantri" else [403] * 10
    assert answers == wanted


def test_the_refusal_says_who_can_help(sign_in):
    page = sign_in("tt.kt").get(url("person-list"))
    assert "Chỉ Quản trị mới được quản lý tài khoản và đơn vị." in page.content.decode()


def test_people_of_another_commune_are_not_there(admin, sign_in, commune, neighbour):
    assert admin.get(url("person-detail", neighbour.pk)).status_code == 404
    assert admin.post(url("person-reset", neighbour.pk)).status_code == 404
    assert "hangxom" not in admin.get(url("person-list")).content.decode()
    stranger = Client()
    stranger.force_login(neighbour, backend="units.backends.OfficeBackend")
    assert [p.username for p in stranger.get(url("person-list")).context["page"].object_list] == ["hangxom"]
    assert stranger.get(url("person-detail", commune.people["pct"].pk)).status_code == 404
    own_role = commune.people["pct"].roles.get()
    assert stranger.post(url("role-remove", neighbour.pk, own_role.pk)).status_code == 404
    assert stranger.get(url("audit-list")).context["rows"] != []
    assert {row["entry"].issuer_id for row in stranger.get(url("audit-list")).context["rows"]} == {neighbour.unit_id}


def test_creating_an_account(admin, commune):
    page = admin.post(url("person-create"), new_person(commune, username="CV.KT2"))
    person = User.objects.get(username="cv.kt2")
    password = page.context["password"]
    assert page.status_code == 200
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert (person.must_change_password, person.is_demo, person.check_password(password)) == (True, False, True)
    assert [(role.kind, role.unit.code) for role in person.roles.all()] == [("unit_staff", "KT")]
    assert password in page.content.decode()
    entry = AuditEntry.objects.get(action="create_person")
    assert (entry.actor, entry.object_id) == (commune.people["quantri"], str(person.pk))
    assert password not in str(list(AuditEntry.objects.values()))
    signed_in = Client().post(url("sign-in"), {"username": "cv.kt2", "password": password})
    assert signed_in.status_code == 302


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"username": "nguyễn.văn"}, "username", "Tên đăng nhập chỉ gồm chữ thường không dấu"),
        ({"username": "có dấu cách"}, "username", "Tên đăng nhập chỉ gồm chữ thường không dấu"),
        ({"username": "TT.KT"}, "username", "Tên đăng nhập này đã có người dùng"),
        ({"username": ""}, "username", "Nhập tên đăng nhập."),
        ({"full_name": ""}, "full_name", "Nhập họ và tên."),
        ({"unit": ""}, "unit", "Chọn đơn vị."),
        ({"unit": "999999"}, "unit", "Chọn một đơn vị trong danh sách."),
        ({"email": "khong-phai"}, "email", "Địa chỉ thư điện tử không đúng"),
        ({"role_kind": "vua"}, "role_kind", "Chọn một vai trò trong danh sách."),
    ],
)
def test_bad_input_is_told_beside_the_field_and_kept(admin, commune, changes, field, message):
    page = admin.post(url("person-create"), new_person(commune, **changes))
    assert page.status_code == 422
    assert page.context["form"].errors[field][0].startswith(message)
    assert "Chuyên viên" in page.content.decode()
    assert User.objects.count() == 39


def test_a_unit_role_needs_a_unit_below(admin, commune):
    page = admin.post(url("person-create"), new_person(commune, unit=commune.issuer.pk))
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["unit"])


def test_resetting_a_password_ends_sessions(admin, sign_in, commune):
    person = commune.people["cv.kt"]
    theirs = sign_in("cv.kt")
    assert theirs.get("/").status_code == 200
    password = admin.post(url("person-reset", person.pk)).context["password"]
    person.refresh_from_db()
    assert (person.check_password(password), person.must_change_password) == (True, True)
    assert theirs.get("/").status_code == 302
    assert AuditEntry.objects.filter(action="reset_password", object_id=str(person.pk)).count() == 1


def test_locking_and_unlocking(admin, commune):
    person = commune.people["cv.kt"]
    admin.post(url("person-lock", person.pk))
    admin.post(url("person-lock", person.pk))
    assert User.objects.get(pk=person.pk).is_active is False
    admin.post(url("person-unlock", person.pk))
    assert User.objects.get(pk=person.pk).is_active is True
    entries = AuditEntry.objects.filter(action="set_person_active").order_by("pk")
    assert [entry.after for entry in entries] == [{"is_active": False}, {"is_active": True}]


def test_administrators_cannot_lock_themselves_out(admin, commune):
    me = commune.people["quantri"]
    assert admin.post(url("person-lock", me.pk)).status_code == 422
    assert admin.post(url("role-remove", me.pk, me.roles.get().pk)).status_code == 422
    assert (User.objects.get(pk=me.pk).is_active, me.roles.count()) == (True, 1)


def test_giving_and_taking_roles(admin, commune):
    person = commune.people["cv.kt"]
    admin.post(url("role-add", person.pk), {"kind": "unit_head", "unit": commune.units["TYT"].pk})
    admin.post(url("role-add", person.pk), {"kind": "unit_head", "unit": commune.units["TYT"].pk})
    admin.post(url("role-add", person.pk), {"kind": "office", "unit": commune.units["TYT"].pk})
    held = {(role.kind, role.unit.code) for role in Role.objects.filter(user=person).select_related("unit")}
    assert held == {("unit_staff", "KT"), ("unit_head", "TYT"), ("office", "UBND")}
    admin.post(url("role-remove", person.pk, person.roles.get(kind="unit_staff").pk))
    assert sorted(person.roles.values_list("kind", flat=True)) == ["office", "unit_head"]
    actions = AuditEntry.objects.filter(object_id=str(person.pk)).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["add_role", "add_role", "remove_role"]


def test_a_unit_role_without_a_unit_is_told_beside_the_field(admin, commune):
    page = admin.post(url("role-add", commune.people["cv.kt"].pk), {"kind": "unit_head", "unit": ""})
    assert page.status_code == 422
    assert page.context["role_form"].errors == {"unit": ["Vai trò này cần chọn một đơn vị trực thuộc."]}


def test_two_administrators_editing_the_same_person(admin, commune):
    person = commune.people["cv.kt"]
    data = {"full_name": "Tên mới", "unit": commune.units["KT"].pk, "job_title": "", "email": "", "version": 1}
    assert admin.post(url("person-change", person.pk), data).status_code == 302
    stale = admin.post(url("person-change", person.pk), data | {"full_name": "Tên khác"})
    assert stale.status_code == 409
    text = stale.content.decode()
    assert ("Tên mới" in text, "Tên khác" in text) == (True, True)
    person.refresh_from_db()
    assert (person.full_name, person.version) == ("Tên mới", 2)
    entry = AuditEntry.objects.get(action="change_person")
    assert entry.after == {"full_name": "Tên mới", "job_title": ""}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("kinh te", ["cv.kt", "tt.kt"]),
        ("PHÒNG KINH TẾ", ["cv.kt", "tt.kt"]),
        ("nguyen dinh khoa", ["pct"]),
        ("hoidong3", ["hoidong3"]),
        ("khong co ai", []),
    ],
)
def test_searching_with_and_without_diacritics(admin, words, found):
    page = admin.get(url("person-list"), {"tim": words})
    assert [person.username for person in page.context["page"].object_list] == found


def test_filters(admin, commune):
    User.objects.filter(username="cv.kt").update(is_active=False)
    User.objects.filter(username="cv.ca").update(must_change_password=True)
    Role.objects.filter(user=commune.people["cv.qs"]).delete()

    def listed(only):
        return [p.username for p in admin.get(url("person-list"), {"loc": only}).context["page"].object_list]

    assert (listed("da-khoa"), listed("chua-doi"), listed("khong-vai-tro")) == (["cv.kt"], ["cv.ca"], ["cv.qs"])
    assert len(listed("gi-do")) == 25


@pytest.mark.parametrize("more", [1, 3])
def test_queries_do_not_grow_with_people(admin, commune, django_assert_num_queries, more):
    for number in range(more):
        services.create_person(
            by=None, issuer=commune.issuer, username=f"them{number}", full_name="Thêm", unit=commune.units["KT"]
        )
    with django_assert_num_queries(6):  # session, person, roles, people, their roles, unread notices
        admin.get(url("person-list"))


def test_units_by_block(admin, commune, django_assert_num_queries):
    with django_assert_num_queries(6):  # session, person, roles, units, aliases, unread notices
        page = admin.get(url("unit-list"))
    assert [row["unit"].code for row in page.context["rows"]] == [
        *["VP", "KT", "VHXH", "HCC"],
        *["DVSNC", "TYT", "MN1", "MN2", "TH1", "TH2", "THCS1", "THCS2"],
        *["CA", "QS"],
    ]
    assert page.context["rows"][0]["traits"] == ["Có giải quyết thủ tục hành chính"]
    assert page.context["rows"][8]["aliases"] == ["Tiểu học thị trấn"]


def test_units_of_an_empty_commune(admin, commune):
    Unit.objects.filter(parent=commune.issuer).update(active=False)
    assert "Chưa có đơn vị nào" in admin.get(url("unit-list")).content.decode()


def test_second_page_keeps_the_search(admin):
    page = admin.get(url("person-list"), {"tim": "mẫu"})
    assert [len(page.context["page"].object_list), page.context["page"].paginator.count] == [25, 38]
    assert "?tim=m%E1%BA%ABu&amp;trang=2" in page.content.decode()
    assert len(admin.get(url("person-list"), {"tim": "mẫu", "trang": "2"}).context["page"].object_list) == 13
    assert admin.get(url("person-list"), {"trang": "x"}).status_code == 200
