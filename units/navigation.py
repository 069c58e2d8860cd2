"""The menu as data: which pages each role finds, in which group and under which name.

Pages are named by URL name, so that units does not import the apps above it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from .enums import UNIT_ROLES, RoleKind

R = RoleKind
_READERS = frozenset({R.PUBLICIST, R.OBSERVER, R.COUNCIL})
_EVERY_ROLE = frozenset(R)
_DUTY_READERS = frozenset({*UNIT_ROLES, R.REVIEWER, R.OFFICE, R.LEADER})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu for the people holding one of `kinds`; None: for everybody.

    It is the line of the pages below its own address, and of those whose address begins with one of `also`.
    """

    group: str
    label: str
    url_name: str
    icon: str
    kinds: frozenset[RoleKind] | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A line as the template prints it."""

    label: str
    url: str
    icon: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading ("" for the first)."""

    title: str
    items: list[Item]


_DUTIES, _SCORECARDS = ("/ky/",), ("/phieu/", "/tham-dinh-doc-lap/")
_SETS, _RESULTS = ("/tao-bo-tieu-chi/", "/nhap-bo-tieu-chi/"), ("/ket-qua-cac-nam/", "/nhap-ket-qua/")
_TASKS, _EMULATION, _PAPERS, _ADMIN = "Nhiệm vụ", "Thi đua", "Tổng hợp, văn bản", "Quản trị"

# The first entry a person may see for an address wins, so the more telling label of a role stands first.
ENTRIES = (
    Entry("", "Trang chủ", "units:home", "home"),
    Entry(_TASKS, "Việc của tôi", "reform_tasks:my-work", "tasks", UNIT_ROLES, also=_DUTIES),
    Entry(
        _TASKS, "Kế hoạch", "reform_tasks:plan-list", "plan", _EVERY_ROLE - {R.ADMINISTRATOR}, also=("/dieu-chinh/",)
    ),
    Entry(
        _TASKS,
        "Kho minh chứng",
        "reform_tasks:evidence-library",
        "file",
        frozenset({*UNIT_ROLES, R.REVIEWER, R.OFFICE, R.LEADER}),
    ),
    Entry(_TASKS, "Thẩm định báo cáo", "reform_tasks:review-queue", "check", frozenset({R.REVIEWER}), also=_DUTIES),
    Entry(_TASKS, "Gia hạn, vướng mắc", "reform_tasks:request-list", "clock", frozenset({R.REVIEWER, R.LEADER})),
    Entry(_TASKS, "Theo dõi", "reform_tasks:progress", "eye", frozenset({R.REVIEWER, R.OFFICE, R.LEADER})),
    Entry(_TASKS, "Đôn đốc", "reform_tasks:reminder-list", "bell", frozenset({R.REVIEWER, R.OFFICE, R.LEADER})),
    Entry(_TASKS, "Chậm muộn", "reform_tasks:lateness", "warning", frozenset({R.REVIEWER, R.OFFICE, R.LEADER})),
    Entry(_TASKS, "Danh sách", "reform_tasks:duty-list", "search", _DUTY_READERS),
    Entry(_TASKS, "Đơn vị của tôi", "reform_tasks:unit-pages", "building", UNIT_ROLES),
    Entry(_TASKS, "Các đơn vị", "reform_tasks:unit-pages", "building", frozenset({R.REVIEWER, R.OFFICE, R.LEADER})),
    Entry(_EMULATION, "Đợt chấm điểm", "emulation:round-list", "score", frozenset({R.REVIEWER}), also=_SCORECARDS),
    Entry(_EMULATION, "Chấm điểm", "emulation:round-list", "score", UNIT_ROLES, also=_SCORECARDS),
    Entry(_EMULATION, "Bộ tiêu chí", "emulation:set-list", "criteria", frozenset({R.REVIEWER}), also=_SETS),
    Entry(_EMULATION, "Xếp hạng đã công bố", "emulation:ranking-list", "rank", _READERS, also=_RESULTS),
    Entry(
        _EMULATION,
        "Xếp hạng",
        "emulation:ranking-list",
        "rank",
        frozenset({*UNIT_ROLES, R.REVIEWER, R.OFFICE, R.LEADER}),
        also=_RESULTS,
    ),
    Entry(_EMULATION, "Kiến nghị", "emulation:appeal-list", "send", _DUTY_READERS),
    Entry(
        _EMULATION,
        "Khen thưởng",
        "emulation:award-list",
        "award",
        frozenset({R.REVIEWER, R.OFFICE, R.LEADER, R.COUNCIL}),
    ),
    Entry(_PAPERS, "Tổng hợp", "reports:compile-home", "report", frozenset({R.OFFICE, R.REVIEWER, R.LEADER})),
    Entry(_PAPERS, "Văn bản chờ ký", "reports:document-list", "document", frozenset({R.LEADER})),
    Entry(_PAPERS, "Văn bản", "reports:document-list", "document", _EVERY_ROLE),
    Entry(_ADMIN, "Người dùng", "units:person-list", "people", frozenset({R.ADMINISTRATOR})),
    Entry(_ADMIN, "Đơn vị", "units:unit-list", "building", frozenset({R.ADMINISTRATOR})),
    Entry(_ADMIN, "Sắp xếp đơn vị", "units:reorganisation-list", "building", frozenset({R.ADMINISTRATOR})),
    Entry(_ADMIN, "Ngày nghỉ, làm bù", "reform_tasks:office-days", "clock", frozenset({R.ADMINISTRATOR, R.OFFICE})),
    Entry(_ADMIN, "Thư điện tử", "units:mail-list", "send", frozenset({R.ADMINISTRATOR})),
    Entry(_ADMIN, "Nhật ký", "units:audit-list", "log", frozenset({R.ADMINISTRATOR, R.LEADER, R.OFFICE})),
)


def menu(kinds: Collection[str], path: str) -> list[Group]:
    """Return the menu of somebody holding `kinds`, with the line of the page at `path` marked active."""
    held = set(kinds)
    lines: dict[str, tuple[str, Entry]] = {}  # url -> (group, entry)
    for entry in ENTRIES:
        if entry.kinds is None or entry.kinds & held:
            try:
                lines.setdefault(reverse(entry.url_name), (entry.group, entry))
            except NoReverseMatch:  # an app that is not installed has no line
                continue
    under = {
        beginning: url
        for url, (_, entry) in lines.items()
        for beginning in (url, *entry.also)
        if path == beginning or (beginning != "/" and path.startswith(beginning))
    }
    here = under[max(under, key=len)] if under else ""
    groups: dict[str, list[Item]] = {}
    for url, (title, entry) in lines.items():
        groups.setdefault(title, []).append(Item(entry.label, url, entry.icon, active=url == here))
    return [Group(title, items) for title, items in groups.items()]
