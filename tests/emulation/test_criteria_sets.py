"""Criteria sets as data: deep trees, workbooks there and back, copies, differences, issue, and where rows apply."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from emulation.enums import SetState
from emulation.models import CriteriaSet, Criterion
from emulation.services.criteria import (
    copy_set,
    create_criteria_set,
    issue_set,
    load_set,
    replace_draft,
    spec_of,
    withdraw_set,
)
from emulation.set_differences import differences_of
from emulation.set_spec import problems_of
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Refused, Stale
from tests.emulation.small_sets import deep, leaf
from tests.emulation.year import card_of, opened, row_of


def made(commune, spec=None, **changes):
    return create_criteria_set(actor=commune.people["vhxh"], issuer=commune.issuer, spec=spec or deep(**changes))


# the tree


def test_a_set_five_deep_is_stored_and_read_back(commune):
    stored = made(commune)

    assert problems_of(deep()) == []
    assert spec_of(stored) == deep()
    node = Criterion.objects.get(criteria_set=stored, code="2.1.1.a2")
    assert [node.parent.code, node.parent.parent.code, node.parent.parent.parent.code] == ["2.1.1.a", "2.1.1", "2.1"]


def test_only_leaves_are_scored_under_the_headings_of_their_groups(commune, sign_in):
    load_set(issuer=commune.issuer, spec=deep())
    from emulation.services import create_round, open_round

    commune.issuer.children.exclude(code="KT").update(active=False)
    round_ = create_round(
        actor=commune.people["vhxh"], criteria_set=CriteriaSet.objects.get(code="sau-2027"), name="Đợt",
        period_start=today(), period_end=today(), self_score_until=today() + timedelta(days=3),
        appraise_until=today() + timedelta(days=5),
    )  # fmt: skip
    open_round(actor=commune.people["vhxh"], round_id=round_.pk)
    card = card_of(round_, commune, "KT")

    page = sign_in("tt.kt").get(reverse("emulation:scorecard-area", args=[card.pk, "II"])).content.decode()

    codes = list(card.rows.order_by("criterion__position").values_list("criterion__code", flat=True))
    assert codes == ["1.1", "2.1.1.a1", "2.1.1.a2", "2.1.1.b", "2.2"]
    assert [page.count(f"<span>{name}</span>") for name in ("2.1. Cụm", "2.1.1. Nhóm", "2.1.1.a. Nhóm a")] == [1, 1, 1]


# where rows apply


def test_rows_apply_to_named_blocks_or_units_and_so_does_all_below(commune):
    block = commune.units["KT"].block.code
    areas = list(deep().areas)
    areas[1] = replace(areas[1], blocks=(block,), units=("MN1",))
    CriteriaSet.objects.filter(issuer=commune.issuer).update(code="cu")
    load_set(issuer=commune.issuer, spec=deep(areas=tuple(areas), code="mau-2026"))
    round_ = opened(commune, ("KT", "MN1", "TH1"))

    applies = {code: row_of(card_of(round_, commune, code), "2.1.1.a1").applicable for code in ("KT", "MN1", "TH1")}

    assert applies == {"KT": True, "MN1": True, "TH1": False}


@pytest.mark.parametrize(("field", "value"), [("blocks", ("khong-co",)), ("units", ("XX",)), ("appraiser", "XX")])
def test_unknown_places_are_refused_with_the_row(commune, field, value):
    areas = (replace(deep().areas[0], criteria=(leaf("1.1", 60, **{field: value}),)), deep().areas[1])

    with pytest.raises(DomainError, match=r"Tiêu chí 1\.1: không có"):
        made(commune, areas=areas)
    assert not CriteriaSet.objects.filter(code="sau-2027").exists()


# the commands


def test_the_commands_export_import_replace_and_refuse(commune, tmp_path, capsys):
    made(commune)
    file = tmp_path / "bo.xlsx"
    call_command("export_criteria", "sau-2027", file)
    call_command("import_criteria", file)
    book = load_workbook(file)
    book["Tiêu chí"]["D3"] = "Tên khác"
    book.save(file)
    call_command("import_criteria", file)

    said = capsys.readouterr().out
    assert ("Không có gì thay đổi." in said, "Đã thay dự thảo “sau-2027”." in said) == (True, True)
    assert Criterion.objects.get(criteria_set__code="sau-2027", code="1.1").name == "Tên khác"
    book["Tiêu chí"]["E3"] = "59"
    book.save(file)
    call_command("import_criteria", file)
    left = "Còn phải sửa trước khi ban hành: Tiêu chí!E2: Dòng I có điểm tối đa 60 nhưng các dòng con cộng lại là 59."
    assert left in capsys.readouterr().out
    book["Tiêu chí"]["E3"] = "0"
    book.save(file)
    with pytest.raises(CommandError, match="chưa ghi gì"):
        call_command("import_criteria", file)
    assert capsys.readouterr().err.startswith("Tiêu chí!E3: Điểm tối đa của dòng 1.1 phải lớn hơn 0")
    with pytest.raises(CommandError, match="Không có bộ tiêu chí mang mã “x”"):
        call_command("export_criteria", "x", file)
    for arguments, said in (
        (("import_criteria", tmp_path / "khac.xlsx"), "Không đọc được tệp: không có tệp hoặc thư mục này."),
        (("import_criteria", tmp_path), "Không đọc được tệp: đây là thư mục, không phải tệp."),
        (("export_criteria", "sau-2027", tmp_path), "Không ghi được tệp: đây là thư mục, không phải tệp."),
    ):
        with pytest.raises(CommandError) as refused:
            call_command(*arguments)
        assert str(refused.value) == said


# the life of a set


def test_a_draft_is_issued_used_and_only_copied_then(commune):
    people = commune.people
    draft = made(commune)
    with pytest.raises(Refused):
        issue_set(actor=people["tt.kt"], criteria_set=draft, decision_number="1/QĐ", decision_on=today())
    for number, on, field in (("", today(), "decision_number"), ("1", today() + timedelta(days=1), "decision_on")):
        with pytest.raises(DomainError) as refusal:
            issue_set(actor=people["pct"], criteria_set=draft, decision_number=number, decision_on=on)
        assert refusal.value.field == field
    issued = issue_set(actor=people["pct"], criteria_set=draft, decision_number="7/QĐ-UBND", decision_on=today())
    assert (issued.state, issued.decision_number) == (SetState.ISSUED, "7/QĐ-UBND")
    with pytest.raises(DomainError, match="Chỉ sửa được bộ tiêu chí dự thảo"):
        replace_draft(actor=people["vhxh"], criteria_set=issued, spec=deep(name="Khác"))
    back = withdraw_set(actor=people["vhxh"], criteria_set=issued, reason="Sai căn cứ")
    assert (back.state, back.decision_number) == (SetState.DRAFT, "")
    with pytest.raises(Stale):
        issue_set(actor=people["pct"], criteria_set=back, decision_number="8", decision_on=today(), version=1)


def test_a_used_set_is_not_taken_back(commune):
    found = opened(commune, ("KT",)).criteria_set
    found.refresh_from_db()
    assert found.state == SetState.FROZEN
    with pytest.raises(DomainError, match="Đã có đợt chấm điểm dùng"):
        withdraw_set(actor=commune.people["vhxh"], criteria_set=found, reason="x")


def test_a_copy_says_what_it_changed(commune):
    source = CriteriaSet.objects.get(code="mau-2026")
    copy = copy_set(actor=commune.people["vhxh"], criteria_set=source, code="cchc-2027", name="Bộ 2027", year=2027)
    assert (copy.state, copy.is_sample, copy.copied_from) == (SetState.DRAFT, False, source)
    spec = spec_of(copy)
    first = spec.areas[0]
    moved = replace(
        first, criteria=(replace(first.criteria[0], max_points=Decimal(2), name="Mới"), *first.criteria[1:])
    )
    found = differences_of(spec, replace(spec, areas=(moved, *spec.areas[1:-1])))

    assert [one.sentence for one in found if one.code == "1.1"] == [
        f"Dòng 1.1: tên từ “{first.criteria[0].name}” thành “Mới”.",
        "Dòng 1.1: điểm tối đa từ “1” thành “2”.",
    ]
    assert {one.code for one in found if one.what == "removed"} >= {"VII", "7.1"}
    with pytest.raises(DomainError) as refusal:
        copy_set(actor=commune.people["vhxh"], criteria_set=source, code="cchc-2027", name="Bộ", year=2027)
    assert refusal.value.field == "code"


# screens


def test_the_reviewer_copies_downloads_edits_and_issues(commune, sign_in):
    client = sign_in("vhxh")
    copy = {"code": "cchc-2027", "name": "Bộ 2027", "year": "2027"}
    assert client.post(reverse("emulation:set-copy", args=["mau-2026"]), copy).status_code == 302
    content = client.get(reverse("emulation:set-download", args=["cchc-2027"])).content
    book = load_workbook(BytesIO(content))
    book["Tiêu chí"]["D3"] = "Ban hành kế hoạch sớm"
    stream = BytesIO()
    book.save(stream)

    def send(data):
        return client.post(reverse("emulation:set-import"), {"file": SimpleUploadedFile("bo.xlsx", data)})

    signed = send(stream.getvalue()).context["signed"]
    assert client.post(reverse("emulation:set-import"), {"set": signed}).status_code == 302
    page = client.get(reverse("emulation:set-difference", args=["cchc-2027"])).content.decode()
    assert "thành “Ban hành kế hoạch sớm”" in page
    book["Tiêu chí"]["E3"] = "100000"
    stream = BytesIO()
    book.save(stream)
    refused = send(stream.getvalue())
    assert (refused.status_code, "Tiêu chí!E3" in refused.content.decode()) == (422, True)
    assert send(b"x").status_code == 422
    data = {"decision_number": "7/QĐ-UBND", "decision_on": "01/01/2026", "version": "2"}
    assert client.post(reverse("emulation:set-issue", args=["cchc-2027"]), data).status_code == 302
    assert CriteriaSet.objects.get(code="cchc-2027").state == SetState.ISSUED
    page = client.get(reverse("emulation:set-detail", args=["cchc-2027"])).content.decode()
    assert "Ban hành kế hoạch sớm" in page
    back = {"reason": "Sai", "version": "3"}
    assert client.post(reverse("emulation:set-withdraw", args=["cchc-2027"]), back).status_code == 302


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("set-copy", {"vhxh"}),
        ("set-delete", set()),
        ("set-issue", {"vhxh", "pct"}),
        ("set-withdraw", {"vhxh", "pct"}),
        ("set-download", {"vhxh", "pct", "tt.kt", "cv.kt", "vanphong", "quantri", "quansat"}),
        ("set-difference", {"vhxh", "pct", "tt.kt", "cv.kt", "vanphong", "quantri", "quansat"}),
    ],
)
def test_who_opens_the_pages_of_a_set(commune, sign_in, name, allowed):
    people = ("vhxh", "pct", "tt.kt", "cv.kt", "vanphong", "quantri", "quansat")
    url = reverse(f"emulation:{name}", args=["mau-2026"])

    assert {who for who in people if sign_in(who).get(url).status_code == 200} == allowed
