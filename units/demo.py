"""The demo commune: UBND xã Ninh Giang with its fourteen units and the accounts people try the program out with.

Made only in demo mode (settings.DEMO) and only in a database without accounts. All names are descriptions, not people,
but for the Phó Chủ tịch who signs the papers of the domain texts.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from ninhgiang.errors import DomainError

from .enums import UNIT_ROLES, RoleKind
from .models import Role, Unit, User
from .services import found_commune, found_units, record_audit
from .standard import BLOCKS, STANDARD_UNITS, UnitPlan, school

DEMO_PASSWORD = "ninhgiang-demo"  # noqa: S105  (published on purpose; refused outside demo mode)

SCHOOLS = (
    school("MN1", "Trường Mầm non Ninh Giang", "Mầm non thị trấn"),
    school("MN2", "Trường Mầm non Hồng Phong"),
    school("TH1", "Trường Tiểu học Ninh Giang", "Tiểu học thị trấn"),
    school("TH2", "Trường Tiểu học Hồng Phong"),
    school("THCS1", "Trường THCS Ninh Giang", "Trường Trung học cơ sở Ninh Giang"),
    school("THCS2", "Trường THCS Hồng Phong", "Trường Trung học cơ sở Hồng Phong"),
)
UNITS = (*STANDARD_UNITS, *SCHOOLS)


@dataclass(frozen=True, slots=True)
class Account:
    """One demo account: `unit` is where the person works, `role` is held there or, for commune roles, at the issuer."""

    username: str
    full_name: str
    job_title: str
    unit: str
    role: RoleKind


ISSUER = "UBND"
COMMUNE_ACCOUNTS = (
    Account("quantri", "Quản trị hệ thống (mẫu)", "Công chức phụ trách CNTT", "VP", RoleKind.ADMINISTRATOR),
    Account("vhxh", "Chuyên viên CCHC Phòng VHXH (mẫu)", "Chuyên viên", "VHXH", RoleKind.REVIEWER),
    Account("vanphong", "Chuyên viên tổng hợp Văn phòng (mẫu)", "Chuyên viên", "VP", RoleKind.OFFICE),
    Account("pct", "Nguyễn Đình Khoa", "Phó Chủ tịch UBND xã", ISSUER, RoleKind.LEADER),
    Account("ttdv", "Biên tập viên Trung tâm DVSNC (mẫu)", "Viên chức", "DVSNC", RoleKind.PUBLICIST),
    *(
        Account(f"hoidong{n}", f"Ủy viên Hội đồng TĐKT {n} (mẫu)", "Ủy viên Hội đồng TĐKT", ISSUER, RoleKind.COUNCIL)
        for n in range(1, 6)
    ),
    Account("quansat", "Người theo dõi Đảng ủy, HĐND (mẫu)", "Thường trực HĐND xã", ISSUER, RoleKind.OBSERVER),
)


def _head_name(plan: UnitPlan) -> str:
    """Join title and unit without saying a word twice: "Trưởng phòng Kinh tế", "Trưởng Công an xã"."""
    if plan.short_name.lower() in plan.head_title.lower():
        return plan.head_title
    last, first = plan.head_title.split()[-1], plan.short_name.split()[0]
    rest = plan.short_name.removeprefix(first).strip() if last.lower() == first.lower() else plan.short_name
    return f"{plan.head_title} {rest}"


def _unit_accounts(plan: UnitPlan) -> tuple[Account, Account]:
    """Return the head and the officer of one unit."""
    code = plan.code.lower()
    head = Account(f"tt.{code}", f"{_head_name(plan)} (mẫu)", plan.head_title, plan.code, RoleKind.UNIT_HEAD)
    name = f"{plan.officer} {plan.short_name} (mẫu)"
    return head, Account(f"cv.{code}", name, plan.officer, plan.code, RoleKind.UNIT_STAFF)


ACCOUNTS = (*COMMUNE_ACCOUNTS, *(account for plan in UNITS for account in _unit_accounts(plan)))


@transaction.atomic
def load_demo() -> Unit | None:
    """Create the demo commune and return its issuer; None, and nothing changed, when there are accounts already.

    Raises DomainError outside demo mode: production settings never get accounts with a known password.
    """
    if not settings.DEMO:
        raise DomainError("Chỉ nạp được xã mẫu ở chế độ dùng thử (NINHGIANG_DEMO=true).")
    if User.objects.exists():
        return None
    issuer = found_commune(
        by=None,
        name="Ủy ban nhân dân xã Ninh Giang",
        short_name="UBND xã Ninh Giang",
        code=ISSUER,
        symbol="UBND",
        place="Ninh Giang",
    )
    units = found_units(by=None, issuer=issuer, blocks=BLOCKS, units=UNITS)
    _open_accounts(issuer, units)
    return issuer


def _open_accounts(issuer: Unit, units: dict[str, Unit]) -> None:
    """Create every demo account and its role. The password is hashed once: forty times would take seconds."""
    password = make_password(DEMO_PASSWORD)
    places = units | {ISSUER: issuer}
    people = User.objects.bulk_create(
        [
            User(
                username=account.username,
                full_name=account.full_name,
                job_title=account.job_title,
                unit=places[account.unit],
                password=password,
                is_demo=True,
                must_change_password=False,
            )
            for account in ACCOUNTS
        ]
    )
    Role.objects.bulk_create(
        [
            Role(user=person, unit=person.unit if account.role in UNIT_ROLES else issuer, kind=account.role)
            for account, person in zip(ACCOUNTS, people, strict=True)
        ]
    )
    record_audit(
        actor=None,
        action="load_demo",
        summary=f"Nạp xã mẫu với {len(people)} tài khoản dùng thử",
        target=issuer,
        issuer=issuer,
        after={"people": [account.username for account in ACCOUNTS]},
    )
