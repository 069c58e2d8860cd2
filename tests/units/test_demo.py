"""The demo commune and the commands that make a first commune."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from ninhgiang.vietnamese import fold
from units import checks
from units.demo import DEMO_PASSWORD, load_demo
from units.models import AuditEntry, Block, Role, Unit, UnitAlias, User

UNIT_CODES = ["VP", "KT", "VHXH", "HCC", "DVSNC", "CA", "QS", "TYT", "MN1", "MN2", "TH1", "TH2", "THCS1", "THCS2"]
COMMUNE_ROLES = {
    "quantri": "administrator",
    "vhxh": "reviewer",
    "vanphong": "office",
    "pct": "leader",
    "ttdv": "publicist",
    **{f"hoidong{n}": "council" for n in range(1, 6)},
    "quansat": "observer",
}


@pytest.fixture
def issuer(db):
    return load_demo()


def test_units_and_blocks(issuer):
    assert (issuer.name, issuer.code, issuer.symbol, issuer.place, issuer.parent) == (
        "Ủy ban nhân dân xã Ninh Giang",
        "UBND",
        "UBND",
        "Ninh Giang",
        None,
    )
    assert list(Unit.objects.filter(parent=issuer).order_by("position").values_list("code", flat=True)) == UNIT_CODES
    members = {
        block.name: sorted(block.units.values_list("code", flat=True)) for block in Block.objects.filter(issuer=issuer)
    }
    assert members == {
        "Khối phòng, đơn vị hành chính": ["HCC", "KT", "VHXH", "VP"],
        "Khối đơn vị sự nghiệp, trường học": ["DVSNC", "MN1", "MN2", "TH1", "TH2", "THCS1", "THCS2", "TYT"],
        "Khối lực lượng vũ trang": ["CA", "QS"],
    }


def test_traits(issuer):
    traits = {unit.code: unit.traits for unit in Unit.objects.filter(parent=issuer) if unit.traits}
    assert traits == {
        "VP": ["procedures"],
        "KT": ["procedures", "investment"],
        "VHXH": ["procedures"],
        "HCC": ["procedures"],
        "CA": ["procedures"],
    }


def test_accounts_and_roles(issuer):
    found = {
        (role.user.username, role.unit.code, role.kind) for role in Role.objects.select_related("user", "unit").all()
    }
    wanted = {(name, "UBND", kind) for name, kind in COMMUNE_ROLES.items()}
    wanted |= {(f"tt.{code.lower()}", code, "unit_head") for code in UNIT_CODES}
    wanted |= {(f"cv.{code.lower()}", code, "unit_staff") for code in UNIT_CODES}
    assert found == wanted
    people = User.objects.all()
    assert {person.username for person in people} == {name for name, _, _ in wanted}
    assert {(person.is_demo, person.must_change_password, person.is_active) for person in people} == {
        (True, False, True)
    }
    assert all(person.check_password(DEMO_PASSWORD) for person in people)
    assert DEMO_PASSWORD == "ninhgiang-demo"


def test_only_the_vice_chairman_has_a_name(issuer):
    named = {person.full_name for person in User.objects.exclude(full_name__endswith="(mẫu)")}
    assert named == {"Nguyễn Đình Khoa"}
    heads = dict(User.objects.filter(username__in=["tt.kt", "tt.tyt", "tt.ca"]).values_list("username", "full_name"))
    assert heads == {
        "tt.kt": "Trưởng phòng Kinh tế (mẫu)",
        "tt.tyt": "Trưởng trạm Y tế (mẫu)",
        "tt.ca": "Trưởng Công an xã (mẫu)",
    }


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Văn phòng HĐND và UBND", "VP"),
        ("VP HĐND&UBND", "VP"),
        ("P. VH-XH", "VHXH"),
        ("Phòng VHXH", "VHXH"),
        ("TT PVHCC", "HCC"),
        ("Trung tâm PVHCC", "HCC"),
        ("TTDVSNC", "DVSNC"),
        ("Công an", "CA"),
        ("BCHQS xã", "QS"),
        ("trạm y tế", "TYT"),
    ],
)
def test_other_names_of_units(issuer, written, code):
    assert UnitAlias.objects.get(issuer=issuer, folded=fold(written)).unit.code == code


def test_loading_twice_changes_nothing(issuer):
    before = (User.objects.count(), Unit.objects.count(), AuditEntry.objects.count())
    assert load_demo() is None
    assert (User.objects.count(), Unit.objects.count(), AuditEntry.objects.count()) == before


def test_command_refuses_production(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="chế độ dùng thử"):
        call_command("load_demo", stdout=StringIO())
    assert not User.objects.exists()


def test_production_check_reports_demo_accounts(issuer, settings):
    assert checks.no_demo_accounts(None) == []
    settings.DEMO = False
    assert [error.id for error in checks.no_demo_accounts(None)] == ["units.E001"]


def test_first_administrator_of_a_real_commune(db):
    out = StringIO()
    call_command(
        "create_administrator",
        "Admin.NG",
        name="Người quản trị",
        unit_name="Ủy ban nhân dân xã Ninh Giang",
        place="Ninh Giang",
        standard_units=True,
        stdout=out,
    )
    person = User.objects.get()
    assert (person.username, person.must_change_password, person.is_demo) == ("admin.ng", True, False)
    assert person.check_password(out.getvalue().strip().rsplit(" ", 1)[1])
    assert [(role.kind, role.unit.name) for role in person.roles.all()] == [
        ("administrator", "Ủy ban nhân dân xã Ninh Giang")
    ]
    assert list(Unit.objects.exclude(parent=None).values_list("code", flat=True)) == UNIT_CODES[:8]
    with pytest.raises(CommandError, match="đã có người dùng"):
        call_command("create_administrator", "admin.ng", name="X", unit_name="X", place="X", stdout=StringIO())
    with pytest.raises(CommandError, match="chữ thường không dấu"):
        call_command("create_administrator", "quản.trị", name="X", unit_name="X", place="X", stdout=StringIO())
