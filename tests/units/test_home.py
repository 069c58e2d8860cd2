"""The home page and the menu of each role."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from units import services, todo
from units.models import Notification, Role, User
from units.navigation import ENTRIES, menu

VN = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def registry(monkeypatch):
    """An empty registry of things to do, put back afterwards."""
    monkeypatch.setattr(todo, "_todo", [])
    monkeypatch.setattr(todo, "_cards", [])


@pytest.mark.parametrize(
    "username", ["quantri", "vhxh", "vanphong", "pct", "ttdv", "hoidong1", "quansat", "tt.kt", "cv.kt"]
)
def test_everybody_has_a_home(sign_in, commune, username):
    with time_machine.travel(datetime(2026, 11, 5, 8, tzinfo=VN), tick=False):
        page = sign_in(username).get("/")
    text = page.content.decode()
    assert page.status_code == 200
    assert f"Xin chào, {commune.people[username].full_name}" in text
    assert "Hôm nay là thứ Năm, 05/11/2026." in text


def test_things_to_do_come_in_order_with_their_due_dates(sign_in, registry):
    items = [
        todo.TodoItem("Không hạn", "", "/a/", order=1),
        todo.TodoItem("Bị trả lại", "", "/g/", due_on=date(2026, 11, 4), returned=True),
        todo.TodoItem("Còn lâu", "", "/b/", due_on=date(2026, 11, 20)),
        todo.TodoItem("Trễ", "", "/c/", due_on=date(2026, 11, 2)),
        todo.TodoItem("Hôm nay, sau", "", "/d/", due_on=date(2026, 11, 5), order=2),
        todo.TodoItem("Hôm nay, trước", "", "/e/", due_on=date(2026, 11, 5), order=1),
        todo.TodoItem("Sắp đến", "", "/f/", due_on=date(2026, 11, 8)),
    ]
    todo.register(lambda user: items)
    with time_machine.travel(datetime(2026, 11, 5, 23, 30, tzinfo=VN), tick=False):
        rows = sign_in("tt.kt").get("/").context["items"]
    assert [(row["item"].title, row["due"]) for row in rows] == [
        ("Bị trả lại", ("Quá hạn 1 ngày", "bad")),
        ("Trễ", ("Quá hạn 3 ngày", "bad")),
        ("Hôm nay, trước", ("Hạn hôm nay", "warn")),
        ("Hôm nay, sau", ("Hạn hôm nay", "warn")),
        ("Sắp đến", ("Còn 3 ngày", "warn")),
        ("Còn lâu", ("Còn 15 ngày", "ok")),
        ("Không hạn", None),
    ]


def test_registering_twice_shows_once(registry):
    def provider(user):
        return [todo.TodoItem("Một", "", "/")]

    def figures(user):
        return [todo.Stat("Số", "1")]

    for _ in range(2):
        todo.register(provider)
        todo.register_card(figures)
    assert [item.title for item in todo.items_for(User())] == ["Một"]
    assert [stat.label for stat in todo.stats_for(User())] == ["Số"]


def test_nothing_to_do_is_said(sign_in, registry):
    assert "Không có việc nào đang chờ bạn" in sign_in("tt.kt").get("/").content.decode()


def test_somebody_without_a_role_is_told_whom_to_ask(sign_in, commune, registry):
    Role.objects.filter(user=commune.people["cv.kt"]).delete()
    assert "chưa được giao vai trò nào" in sign_in("cv.kt").get("/").content.decode()


def test_the_administrator_sees_what_is_missing(sign_in, commune):
    Role.objects.filter(user=commune.people["cv.kt"]).delete()
    User.objects.filter(username="tt.qs").update(is_active=False)
    page = sign_in("quantri").get("/")
    assert [
        (row["item"].title, row["item"].count) for row in page.context["items"] if "vai trò" in row["item"].title
    ] == [
        ("Giao vai trò cho tài khoản mới", 1),
        ("Giao vai trò thủ trưởng cho đơn vị còn trống", 1),
    ]
    assert [(stat.label, stat.value) for stat in page.context["stats"]][:3] == [
        ("Tài khoản đang mở", "38"),
        ("Chưa đổi mật khẩu lần đầu", "0"),
        ("Tài khoản đã khóa", "1"),
    ]


UNIT_MENU = ["Trang chủ", "Việc của tôi", "Kế hoạch", "Kho minh chứng", "Danh sách", "Đơn vị của tôi"]
UNIT_MENU += ["Chấm điểm", "Xếp hạng", "Kiến nghị", "Văn bản"]
FOLLOWING = ["Theo dõi", "Đôn đốc", "Chậm muộn", "Danh sách", "Các đơn vị"]


@pytest.mark.parametrize(
    ("username", "labels"),
    [
        ("tt.kt", UNIT_MENU),
        ("cv.kt", UNIT_MENU),
        (
            "vhxh",
            [
                "Trang chủ",
                "Kế hoạch",
                "Kho minh chứng",
                "Thẩm định báo cáo",
                "Gia hạn, vướng mắc",
                *FOLLOWING,
                "Đợt chấm điểm",
            ]
            + ["Bộ tiêu chí", "Xếp hạng", "Kiến nghị", "Khen thưởng", "Tổng hợp", "Văn bản"],
        ),
        (
            "vanphong",
            [
                "Trang chủ",
                "Kế hoạch",
                "Kho minh chứng",
                *FOLLOWING,
                "Xếp hạng",
                "Kiến nghị",
                "Khen thưởng",
                "Tổng hợp",
                "Văn bản",
            ]
            + ["Ngày nghỉ, làm bù", "Nhật ký"],
        ),
        (
            "pct",
            [
                "Trang chủ",
                "Kế hoạch",
                "Kho minh chứng",
                "Gia hạn, vướng mắc",
                *FOLLOWING,
                "Xếp hạng",
                "Kiến nghị",
                "Khen thưởng",
                "Tổng hợp",
            ]
            + ["Văn bản chờ ký", "Nhật ký"],
        ),
        (
            "quantri",
            ["Trang chủ", "Văn bản", "Người dùng", "Đơn vị", "Sắp xếp đơn vị", "Ngày nghỉ, làm bù"]
            + ["Thư điện tử", "Nhật ký"],
        ),
        ("quansat", ["Trang chủ", "Kế hoạch", "Xếp hạng đã công bố", "Văn bản"]),
        ("ttdv", ["Trang chủ", "Kế hoạch", "Xếp hạng đã công bố", "Văn bản"]),
        ("hoidong1", ["Trang chủ", "Kế hoạch", "Xếp hạng đã công bố", "Khen thưởng", "Văn bản"]),
    ],
)
def test_menu_of_each_role(sign_in, username, labels):
    groups = sign_in(username).get("/").context["nav_groups"]
    assert [item.label for group in groups for item in group.items] == labels


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_every_line_of_the_menu_leads_somewhere(entry):
    assert reverse(entry.url_name).startswith("/")


@pytest.mark.parametrize(
    "username", ["quantri", "vhxh", "vanphong", "pct", "ttdv", "hoidong1", "quansat", "tt.kt", "cv.kt"]
)
def test_nobody_is_refused_a_page_of_their_own_menu(sign_in, username):
    client = sign_in(username)
    items = [item for group in client.get("/").context["nav_groups"] for item in group.items]
    assert {item.label: client.get(item.url).status_code for item in items} == {item.label: 200 for item in items}


def test_the_page_one_is_on_is_marked(sign_in):
    groups = sign_in("quantri").get(reverse("units:person-create")).context["nav_groups"]
    assert [item.label for group in groups for item in group.items if item.active] == ["Người dùng"]
    assert [item.label for group in menu({"leader"}, "/") for item in group.items if item.active] == ["Trang chủ"]


@pytest.mark.parametrize(
    ("kind", "path", "label"),
    [
        ("reviewer", "/phieu/7/dinh-chinh/", "Đợt chấm điểm"),
        ("unit_head", "/phieu/7/linh-vuc/I/", "Chấm điểm"),
        ("reviewer", "/nhap-bo-tieu-chi/", "Bộ tiêu chí"),
        ("leader", "/ket-qua-cac-nam/kq-2025/", "Xếp hạng"),
        ("reviewer", "/ky/12/", "Thẩm định báo cáo"),
        ("unit_staff", "/ky/12/", "Việc của tôi"),
        ("administrator", "/phieu/7/", None),
    ],
)
def test_pages_outside_a_lines_own_address_mark_it_too(kind, path, label):
    active = [item.label for group in menu({kind}, path) for item in group.items if item.active]
    assert active == ([label] if label else [])


def test_nobody_sees_a_menu_before_the_password_change(sign_in, commune):
    User.objects.filter(username="tt.kt").update(must_change_password=True)
    assert sign_in("tt.kt").get(reverse("units:password-change")).context["nav_groups"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(sign_in, commune, registry, django_assert_num_queries, count):
    client = sign_in("tt.kt")
    services.notify(people=[commune.people["tt.kt"]] * count, text="Có việc mới", url="/", instant=True)
    with django_assert_num_queries(5):  # session, person, roles, latest notices, unread count
        assert client.get("/").context["unread_notices"] == count
    assert Notification.objects.count() == count
