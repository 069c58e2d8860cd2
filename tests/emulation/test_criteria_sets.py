"""Criteria sets as data: deep trees, workbooks there and back, copies, differences, issue, and where rows apply."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from emulation.enums import SetState
from emulation.models import CriteriaSet, Criterion
from emulation.sample_set import SAMPLE_SET
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
from emulation.set_spec import AreaSpec, RowSpec, SetSpec, problems_of
from emulation.set_workbook import read_set, write_set
from emulation.sheets import WorkbookRefused
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Refused, Stale
from tests.emulation.year import card_of, opened, row_of

FREE = {"step": "0.5"}


def leaf(code, points, **changes):
    return RowSpec(
        code=code, name=f"Tiêu chí {code}", max_points=Decimal(points), rule_kind="free", rule_params=FREE, **changes
    )


def deep(**changes):
    """A set five deep: II > 2.1 > 2.1.1 > 2.1.1.a > two components."""
    bottom = RowSpec(
        code="2.1.1.a", name="Nhóm a", max_points=Decimal(4), children=(leaf("2.1.1.a1", 1), leaf("2.1.1.a2", 3))
    )
    middle = RowSpec(code="2.1.1", name="Nhóm", max_points=Decimal(10), children=(bottom, leaf("2.1.1.b", 6)))
    given = {
        "code": "sau-2027",
        "name": "Bộ nhiều cấp",
        "year": 2027,
        "areas": (
            AreaSpec(code="I", name="Một", max_points=Decimal(60), criteria=(leaf("1.1", 60),)),
            AreaSpec(
                code="II",
                name="Hai",
                max_points=Decimal(40),
                criteria=(
                    RowSpec(code="2.1", name="Cụm", max_points=Decimal(10), children=(middle,)),
                    leaf("2.2", 30, explanation_required=True, legal_basis="Kế hoạch 14"),
                ),
            ),
        ),
        "bands": ({"code": "dat", "name": "Đạt", "lower": "50"}, {"code": "khong", "name": "Không đạt", "lower": "0"}),
        "rank_style": "dense",
        "index_decimals": 3,
        "late_points": Decimal("0.5"),
        "late_points_max": Decimal(2),
        "head_mapping": {
            "by": "grade",
            "levels": [
                {"grade": "dat", "code": "ht", "name": "Hoàn thành"},
                {"grade": "khong", "code": "kht", "name": "Không hoàn thành"},
            ],
        },
        "veto_conditions": ({"when": "area_below", "code": "II", "percent": "50", "effect": "no_award"},),
    }
    return SetSpec(**(given | changes))


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
    assert [page.count(f"{name} <span") for name in ("2.1. Cụm", "2.1.1. Nhóm", "2.1.1.a. Nhóm a")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"rank_style": "x"}, "Không có cách đếm hạng “x”."),
        ({"index_decimals": 5}, "Số lẻ của chỉ số chỉ nhận 2, 3 hoặc 4."),
        ({"late_points_max": Decimal(0)}, "Điểm trừ nộp chậm phải từ 0, mức trừ nhiều nhất không nhỏ hơn một ngày."),
        ({"appeal_working_days": 0}, "Số ngày làm việc để kiến nghị phải từ 1 đến 30."),
        ({"head_mapping": {"by": "grade", "levels": [{"grade": "dat", "code": "a", "name": "A"}]}},
         "Chưa nêu mức của người đứng đầu khi đơn vị xếp loại “khong”."),
        ({"veto_conditions": ({"when": "area_below", "code": "IX", "percent": "50", "effect": "no_award"},)},
         "Trường hợp khống chế nêu dòng “IX” không có."),
        ({"bands": ({"code": "dat", "name": "Đạt", "lower": "50"},)},
         "Mức xếp loại cuối cùng phải bắt đầu từ 0 để phủ kín từ 0 đến 100."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_heading_is_told(changes, problem):
    assert problem in problems_of(deep(**changes))


def test_six_levels_and_wrong_sums_are_told():
    six = RowSpec(code="x", name="x", max_points=Decimal(60), children=(leaf("y", 60),))
    for place in range(4):
        six = RowSpec(code=f"x{place}", name="x", max_points=Decimal(60), children=(six,))
    first = replace(deep().areas[0], criteria=(six,))

    assert any("sâu quá 5 cấp" in one for one in problems_of(deep(areas=(first, deep().areas[1]))))
    short = replace(deep().areas[0], criteria=(leaf("1.1", 59),))
    assert "Dòng I có điểm tối đa 60 nhưng các dòng con cộng lại là 59." in problems_of(
        deep(areas=(short, deep().areas[1]))
    )


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


# workbooks


@pytest.mark.parametrize("spec", [SAMPLE_SET, deep()], ids=["sample", "deep"])
def test_a_set_goes_through_a_workbook_unchanged(spec):
    again = read_set(BytesIO(write_set(spec)))

    assert again == replace(spec, decision_number="")


names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn")), min_size=1, max_size=40
)


@given(
    name=names.map(str.strip).filter(bool),
    guidance=st.sampled_from(["", "=1+1", "+2", "@x", "'", "a\nb", "−0,5"]),
    split=st.integers(1, 59),
    cap=st.decimals(0, 9, places=2, allow_nan=False),
)
def test_any_text_and_number_survives_the_workbook(name, guidance, split, cap):
    rows = (replace(leaf("1.1", split), name=name, guidance=guidance), leaf("1.2", 60 - split))
    spec = deep(
        areas=(replace(deep().areas[0], criteria=rows), deep().areas[1]),
        bonuses=(leaf("C1", 2),) if cap else (),
        bonus_max=cap,
    )

    assert read_set(BytesIO(write_set(spec))) == spec


def damaged(change):
    book = load_workbook(BytesIO(write_set(deep())))
    change(book)
    stream = BytesIO()
    book.save(stream)
    return BytesIO(stream.getvalue())


def cell(sheet, address, value):
    def change(book):
        book[sheet][address] = value

    return change


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (lambda book: book.remove(book["Xếp loại"]), "Xếp loại", "không có trang này"),
        (lambda book: book["Tiêu chí"].delete_cols(5), "Tiêu chí!1", "thiếu cột “Điểm tối đa”"),
        (lambda book: book["Bộ tiêu chí"].delete_rows(4), "Bộ tiêu chí", "thiếu mục “Năm”"),
        (cell("Tiêu chí", "E3", "=SUM(A1:A2)"), "Tiêu chí!E3", "ô chứa công thức"),
        (cell("Tiêu chí", "E3", "sáu mươi"), "Tiêu chí!E3", "không phải số"),
        (cell("Tiêu chí", "C3", "Chương"), "Tiêu chí!C3", "không phải một trong"),
        (cell("Tiêu chí", "B3", "IX"), "Tiêu chí!B3", "không đứng trước"),
        (cell("Tiêu chí", "A3", "I"), "Tiêu chí!A3", "bị trùng"),
        (cell("Tiêu chí", "G3", "{hỏng"), "Tiêu chí!G3", "không đọc được"),
        (cell("Tiêu chí", "M3", "chắc là có"), "Tiêu chí!M3", "ghi “có” hoặc “không”"),
        (cell("Bộ tiêu chí", "B4", "hai nghìn"), "Bộ tiêu chí!B4", "không phải số nguyên"),
        (cell("Bộ tiêu chí", "A4", "Tháng"), "Bộ tiêu chí!A4", "không có mục “Tháng”"),
        (lambda book: book["Tiêu chí"].delete_rows(3), "Tiêu chí", "Lĩnh vực I chưa có tiêu chí nào"),
    ],
)
def test_a_workbook_changed_halfway_is_refused_with_its_place(change, place, words):
    with pytest.raises(WorkbookRefused) as refusal:
        read_set(damaged(change))

    assert any(one.place == place and words in one.message for one in refusal.value.problems)


def test_what_is_no_workbook_is_refused():
    for content in (b"", b"PK\x03\x04xx", b"%PDF-1.7", b"a;b"):
        with pytest.raises(WorkbookRefused):
            read_set(BytesIO(content))


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
    with pytest.raises(CommandError, match="chưa ghi gì"):
        call_command("import_criteria", file)
    with pytest.raises(CommandError, match="Không có bộ tiêu chí mang mã “x”"):
        call_command("export_criteria", "x", file)


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

    assert send(stream.getvalue()).status_code == 302
    page = client.get(reverse("emulation:set-difference", args=["cchc-2027"])).content.decode()
    assert "thành “Ban hành kế hoạch sớm”" in page
    book["Tiêu chí"]["E3"] = "9"
    stream = BytesIO()
    book.save(stream)
    refused = send(stream.getvalue())
    assert (refused.status_code, "Dòng I có điểm tối đa 20" in refused.content.decode()) == (422, True)
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
