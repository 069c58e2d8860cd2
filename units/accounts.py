"""What the administrator finds on the home page."""

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from ninhgiang.points import show

from .enums import MailState, RoleKind
from .models import Mail, Role, User
from .queries import units_of
from .rules import holds, issuer_of
from .todo import Stat, TodoItem


def duties(user: User) -> list[TodoItem]:
    """Return accounts without a role, units nobody answers for, letters that did not leave; empty for other people.

    Three queries."""
    issuer = issuer_of(user)
    if issuer is None or not holds(user, RoleKind.ADMINISTRATOR, issuer):
        return []
    below = Q(unit=issuer) | Q(unit__parent=issuer)
    idle = User.objects.filter(below, is_active=True, roles=None).count()
    heads = Role.objects.filter(unit=OuterRef("pk"), kind=RoleKind.UNIT_HEAD, user__is_active=True)
    headless = [unit.short_name for unit in units_of(issuer).filter(~Exists(heads))]
    people_url = reverse("units:person-list")
    items = []
    if idle:
        url = f"{people_url}?loc=khong-vai-tro"
        detail = "Người chưa có vai trò đăng nhập được nhưng không thấy việc gì."
        items.append(TodoItem("Giao vai trò cho tài khoản mới", detail, url, "warn", count=idle))
    unsent = Mail.objects.filter(issuer=issuer, state__in=(MailState.FAILED, MailState.UNSURE)).count()
    if unsent:
        detail = "Thư không gửi được hoặc không rõ đã gửi; xem lý do và gửi lại."
        items.append(TodoItem("Xem thư điện tử bị lỗi", detail, reverse("units:mail-list"), "warn", count=unsent))
    if headless:
        detail = f"Chưa ai nộp được báo cáo và phiếu chấm điểm thay cho: {', '.join(headless)}."
        title = "Giao vai trò thủ trưởng cho đơn vị còn trống"
        items.append(TodoItem(title, detail, people_url, "warn", count=len(headless)))
    return items


def figures(user: User) -> list[Stat]:
    """Return the administrator's counts of accounts; empty for other people (one query)."""
    issuer = issuer_of(user)
    if issuer is None or not holds(user, RoleKind.ADMINISTRATOR, issuer):
        return []
    counts = User.objects.filter(Q(unit=issuer) | Q(unit__parent=issuer)).aggregate(
        open=Count("pk", filter=Q(is_active=True)),
        locked=Count("pk", filter=Q(is_active=False)),
        fresh=Count("pk", filter=Q(is_active=True, must_change_password=True)),
    )
    url = reverse("units:person-list")
    return [
        Stat("Tài khoản đang mở", show(counts["open"]), url),
        Stat("Chưa đổi mật khẩu lần đầu", show(counts["fresh"]), f"{url}?loc=chua-doi"),
        Stat("Tài khoản đã khóa", show(counts["locked"]), f"{url}?loc=da-khoa"),
    ]
