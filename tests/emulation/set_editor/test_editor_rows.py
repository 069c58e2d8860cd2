"""The page of one row: saved, another rule, bad input, placed elsewhere, a colleague meanwhile, the live check."""

import unicodedata
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils.html import escape

from emulation.models import CriteriaSet, Criterion
from emulation.sample_set import SAMPLE_SET
from emulation.services.criteria import issue_set, replace_draft
from emulation.set_editing import change_row, find_row, remove_row
from emulation.set_spec import RowSpec
from emulation.set_workbook import read_set, write_set
from ninhgiang.calendar import today
from ninhgiang.vietnamese import clean
from tests.emulation.set_editor.kit import colleague, leaf_of, now, page, renamed, typed_of
from units.models import AuditEntry

NEW = {
    "code": "9.9",
    "parent": "I",
    "name": "Tiêu chí mới giữ lại",
    "max_points": "1",
    "rule_kind": "free",
    "rule_was": "free",
    "p_step": "0,5",
}


def add_page(parent="I", name="set-row-add"):
    return f"{page(name)}?loai=criterion&trong={parent}"


def test_saving_a_row_of_any_kind_as_it_is_changes_nothing(draft, client):
    version = draft.version
    kinds = {(one.kind, one.rule_kind): one.code for one in draft.criteria.all()}
    assert len(kinds) == 14
    for code in kinds.values():
        url = page("set-row-edit", code)
        answer = client.post(url, typed_of(client, url))
        assert answer.status_code == 302, (code, answer.context["form"].errors)
    draft.refresh_from_db()
    assert draft.version == version


def test_another_rule_is_chosen_filled_in_and_stored(draft, client):
    leaf = leaf_of(draft, rule_kind="yes_no")
    url = page("set-row-edit", leaf.code)
    typed = typed_of(client, url) | {"name": "Tên đang gõ", "rule_kind": "choice", "doi_cach": "1"}
    answer = client.post(url, typed)
    assert answer.status_code == 200
    assert "Tên đang gõ" in answer.text
    assert "p_options" in answer.context["form"].fields
    assert '<input type="hidden" name="rule_was" value="choice">' in answer.text
    most = str(leaf.max_points.normalize()).replace(".", ",")
    typed = typed | {"rule_was": "choice", "p_options": f"du | Đủ | {most}\nthieu | Thiếu | 0", "p_no_case": "full"}
    del typed["doi_cach"]
    assert client.post(url, typed).status_code == 302
    stored = Criterion.objects.get(criteria_set=draft, code=leaf.code)
    assert (stored.rule_kind, stored.name) == ("choice", "Tên đang gõ")
    assert stored.rule_params["no_case"] == "full"
    assert [one["label"] for one in stored.rule_params["options"]] == ["Đủ", "Thiếu"]


def test_what_was_typed_for_one_rule_is_there_when_it_is_chosen_again(draft, client):
    url = page("set-row-edit", leaf_of(draft, rule_kind="choice").code)
    typed = typed_of(client, url) | {"rule_kind": "tiers", "doi_cach": "1"}
    options = typed["p_options"]
    answer = client.post(url, typed)
    there = answer.context["form"]
    assert dict(there.carried)["p_options"] == options
    assert f'<input type="hidden" name="p_options" value="{escape(options)}">' in answer.text
    back = {name: str(there[name].value() or "") for name in there.fields} | dict(there.carried)
    again = client.post(url, typed | back | {"rule_was": "tiers", "rule_kind": "choice"})
    assert again.context["form"]["p_options"].value() == options
    assert options.splitlines()[0] in again.text


def test_enter_saves_and_does_not_change_the_rule(draft, client):
    shown = client.get(page("set-row-edit", "1.1")).text
    form = shown[shown.index('id="form-dong"') :]
    first = form[form.index("<button") : form.index("</button>")]
    assert 'type="submit"' in first
    assert "doi_cach" not in first
    assert 'tabindex="-1"' in first


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"code": ""}, "code", "Chưa nhập"),
        ({"code": "a/b"}, "code", "không chứa các dấu"),
        ({"code": "cong-tru"}, "code", "hãy"),
        ({"code": ".."}, "code", "hãy"),
        ({"code": "I"}, "code", "đã dùng"),
        ({"parent": "IX"}, "parent", "hãy chọn dòng khác"),
        ({"name": " "}, "name", "Chưa nhập"),
        ({"max_points": "-1"}, "max_points", "số âm"),
        ({"max_points": "0"}, "max_points", "lớn hơn 0"),
        ({"max_points": "999999"}, "max_points", "Không quá 99999,99 điểm"),
        ({"max_points": "1,234"}, "max_points", "chữ số sau dấu phẩy"),
        ({"p_step": "0,3"}, "p_step", "không chia hết"),
        ({"p_step": "x"}, "p_step", "không phải số"),
        ({"rule_kind": "tiers"}, "rule_kind", "Đổi cách chấm"),
        ({"rule_kind": "", "rule_was": ""}, "rule_kind", "Chưa chọn cách chấm"),
        ({"rule_kind": "tiers", "rule_was": "tiers"}, "p_tiers", "Chưa nhập “Các khoảng tỷ lệ”."),
        ({"p_fact": "on_time_share"}, "p_fact", ""),
        ({"legal_basis": "x" * 301}, "legal_basis", "Không quá 300 ký tự"),
        ({"blocks": "khong-co"}, "blocks", ""),
    ],
)
def test_bad_input_is_told_beside_its_field_and_kept(draft, client, changes, field, words):
    answer = client.post(add_page(), NEW | changes)
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    assert "name" in changes or "Tiêu chí mới giữ lại" in answer.text
    assert not Criterion.objects.filter(criteria_set=draft, code="9.9").exists()


def test_what_is_stored_comes_back_from_a_workbook_however_it_was_typed(draft, client):
    leaf = leaf_of(draft, rule_kind="choice")
    url = page("set-row-edit", leaf.code)
    typed = typed_of(client, url)
    odd = {name: unicodedata.normalize("NFD", f"{typed[name]} thử\u200b số\uffff") for name in ("name", "legal_basis")}
    odd["p_options"] = unicodedata.normalize("NFD", typed["p_options"].replace(" | ", "\u200b | \ufeff"))
    assert client.post(url, typed | odd).status_code == 302
    stored = Criterion.objects.get(criteria_set=draft, code=leaf.code)
    assert (stored.legal_basis, stored.rule_params) == (clean(f"{leaf.legal_basis} thử số"), leaf.rule_params)
    spec = now(draft)
    assert read_set(BytesIO(write_set(spec))) == spec


def test_a_key_nobody_reads_goes_when_the_row_is_stored_again(draft, client):
    leaf = leaf_of(draft, rule_kind="choice")
    whole = leaf.rule_params
    leaf.rule_params = whole | {"options": [one | {"color": "red"} for one in whole["options"]]}
    leaf.save()
    url = page("set-row-edit", leaf.code)
    assert client.post(url, typed_of(client, url)).status_code == 302
    assert Criterion.objects.get(criteria_set=draft, code=leaf.code).rule_params == whole


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("x / 0", "Công thức “Chung” luôn chia cho 0: “0” bằng 0 (vị trí 3 trong công thức)."),
        ("x + 100", "không bao giờ cho điểm từ 0 đến 1: kết quả nhỏ nhất có thể có là 100."),
    ],
)
def test_a_formula_that_never_gives_points_is_told_at_the_formula(draft, client, formula, words):
    lines = {"p_variables": "x | Số việc", "p_branches": f"a | Chung | {formula}"}
    rule = {"rule_kind": "formula", "rule_was": "formula"} | lines
    answer = client.post(add_page(), NEW | rule)
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["p_branches"][0]


def test_a_row_is_moved_below_another_on_its_page(draft, client):
    url = page("set-row-edit", "2.1")
    answer = client.post(url, typed_of(client, url) | {"parent": "III"})
    assert answer["Location"] == page("set-edit") + "?mo=III#dong-2.1"
    assert find_row(now(draft), "2.1").parent == "III"
    assert find_row(now(draft), "2.1").row == find_row(SAMPLE_SET, "2.1").row


# a row below a scored one takes its rule away


def test_a_scored_row_becomes_a_group_only_when_that_is_agreed_to(draft, client):
    url = add_page("1.2")
    shown = client.get(url).text
    assert "Đồng ý bỏ cách chấm của dòng 1.2" in shown
    assert escape("Tỷ lệ nhiệm vụ hoàn thành: đạt 100 %: 4 điểm") in shown
    typed = NEW | {"code": "1.2.1", "parent": "1.2", "max_points": "4"}
    refused = client.post(url, typed)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["drop_rule"])
    assert find_row(now(draft), "1.2").row.rule_kind == "tiers"
    assert client.post(url, typed | {"drop_rule": "on"}).status_code == 302
    group = find_row(now(draft), "1.2").row
    assert (group.rule_kind, [one.code for one in group.children]) == ("", ["1.2.1"])
    entry = AuditEntry.objects.filter(action="replace_criteria_set").latest("pk")
    assert len(entry.before["removed"]) == 1
    assert "từ 100 | 4 / từ 90 | 3 / từ 70 | 1,5 / từ 0 | 0" in entry.before["removed"][0]


# a colleague meanwhile


def test_a_colleagues_change_is_shown_and_nothing_typed_is_lost(draft, client, commune):
    leaf = leaf_of(draft)
    url = page("set-row-edit", leaf.code)
    typed = typed_of(client, url) | {"name": "Tên của tôi", "evidence_required": ""}
    row = find_row(now(draft), leaf.code).row
    colleague(commune, draft, change_row(now(draft), leaf.code, replace(row, guidance="Hướng dẫn của người khác")))
    answer = client.post(url, typed)
    assert answer.status_code == 409
    assert "Tên của tôi" in answer.text
    assert answer.context["conflict"] == [
        f"Dòng 1.1: tên từ “{leaf.name}” thành “Tên của tôi”.",
        "Dòng 1.1: cần minh chứng từ “có” thành “không”.",
        f"Dòng 1.1: hướng dẫn từ “Hướng dẫn của người khác” thành “{leaf.guidance}”.",
    ]
    assert Criterion.objects.get(criteria_set=draft, code=leaf.code).guidance == "Hướng dẫn của người khác"
    again = typed | {"was": answer.context["mark"]}
    assert client.post(url, again).status_code == 302
    assert Criterion.objects.get(criteria_set=draft, code=leaf.code).name == "Tên của tôi"


def test_a_change_of_another_row_does_not_disturb(draft, client, commune):
    url = page("set-row-edit", "1.1")
    typed = typed_of(client, url) | {"name": "Tên của tôi"}
    colleague(commune, draft, renamed(now(draft), "1.2", "Tên của người khác"))
    assert client.post(url, typed).status_code == 302
    names = set(draft.criteria.values_list("name", flat=True))
    assert {"Tên của tôi", "Tên của người khác"} <= names


def test_a_row_a_colleague_took_out_keeps_what_was_typed_and_can_be_added_again(draft, client, commune):
    url = page("set-row-edit", "1.1")
    typed = typed_of(client, url) | {"name": "Tên của tôi"}
    colleague(commune, draft, remove_row(now(draft), "1.1"))
    answer = client.post(url, typed)
    assert answer.status_code == 409
    assert "Dòng 1.1 không còn trong bộ tiêu chí" in answer.text
    assert "Tên của tôi" in answer.text
    assert answer.context["form"]["p_options"].value() == typed["p_options"]
    assert f"{page('set-row-add')}?loai=criterion&amp;trong=I" in answer.text
    assert client.post(add_page(), typed).status_code == 302
    assert find_row(now(draft), "1.1").row.name == "Tên của tôi"


def test_a_row_whose_area_a_colleague_took_out_keeps_what_was_typed(draft, client, commune):
    colleague(commune, draft, remove_row(now(draft), "II"))
    answer = client.post(add_page("II"), NEW | {"parent": "II"})
    assert answer.status_code == 422
    assert "hãy chọn dòng khác" in " ".join(answer.context["form"].errors["parent"])
    assert "Tiêu chí mới giữ lại" in answer.text
    assert client.post(add_page("II"), NEW | {"parent": "I"}).status_code == 302


def test_a_set_issued_meanwhile_keeps_what_was_typed(draft, client, commune):
    url = page("set-row-edit", "1.1")
    typed = typed_of(client, url) | {"name": "Tên của tôi"}
    issue_set(actor=commune.people["pct"], criteria_set=draft, decision_number="7/QĐ-UBND", decision_on=today())
    for address in (url, add_page()):
        answer = client.post(address, typed)
        assert answer.status_code == 409
        assert "Chỉ sửa được bộ tiêu chí dự thảo" in answer.text
        assert "Tên của tôi" in answer.text
    assert client.get(url).status_code == 403


def test_a_save_between_reading_and_writing_is_told_and_nothing_is_lost(draft, client, commune, monkeypatch):
    url = page("set-row-edit", "1.1")
    typed = typed_of(client, url) | {"name": "Tên của tôi"}

    def late(**given):
        theirs = renamed(now(draft), "2.1", "Tên của người khác")
        replace_draft(actor=commune.people["vhxh"], criteria_set=draft, spec=theirs, unfinished=True)
        return replace_draft(**given)

    monkeypatch.setattr("emulation.views.set_editing.shared.replace_draft", late)
    answer = client.post(url, typed)
    assert answer.status_code == 409
    assert "Tên của tôi" in answer.text
    monkeypatch.undo()
    assert client.post(url, typed).status_code == 302
    assert [find_row(now(draft), code).row.name for code in ("1.1", "2.1")] == ["Tên của tôi", "Tên của người khác"]


# where a row applies


def test_a_unit_no_longer_there_stays_named_and_is_marked(draft, client, commune):
    unit = commune.units["TH1"]
    draft.criteria.get(code="1.1").units.add(unit)
    unit.active = False
    unit.save()
    url = page("set-row-edit", "1.1")
    assert (unit.code, f"{unit.name} (đã ngừng)") in client.get(url).context["form"].fields["units"].choices
    assert client.post(url, typed_of(client, url) | {"name": "Tên khác"}).status_code == 302
    assert find_row(now(draft), "1.1").row.units == ("TH1",)
    assert client.get(page("set-edit")).context["check"].warnings == [
        "Dòng 1.1 chỉ áp dụng cho đơn vị đã ngừng hoạt động nên không ai được chấm theo dòng này."
    ]


# the live check


def checked(client, url, typed):
    answer = client.post(url, typed)
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    return answer.context["check"]


def test_the_check_tells_rule_example_sums_and_what_is_left(draft, client):
    typed = typed_of(client, page("set-row-edit", "1.2"))
    check = checked(client, page("set-row-check", "1.2"), typed | {"max_points": "5", "p_tiers": "từ 80 | 5\ntừ 0 | 1"})
    assert check.rule.startswith("Tỷ lệ nhiệm vụ hoàn thành: từ 80 % trở lên: 5 điểm; dưới 80 %: 1 điểm")
    assert check.example == "17/20 nhiệm vụ hoàn thành = 85 %, mức từ 80 % trở lên → 5,00/5,00 điểm"
    assert [(one.label, one.text) for one in check.sums] == [
        ("Lĩnh vực I", "21/20 điểm, thừa 1"),
        ("Toàn bộ", "100/100 điểm"),
    ]
    assert check.problems == ["Dòng I có điểm tối đa 20 nhưng các dòng con cộng lại là 21."]
    assert CriteriaSet.objects.get(pk=draft.pk).version == draft.version


def test_the_check_of_half_typed_text_says_what_cannot_be_read(draft, client):
    typed = typed_of(client, page("set-row-edit", "1.2")) | {"p_tiers": "từ 80 | 4\nhơn", "name": ""}
    check = checked(client, page("set-row-check", "1.2"), typed)
    assert (check.rule, check.wrong) == ("", ["Dòng 2: cần ghi đủ từ hoặc trên % | điểm."])
    assert check.sums[0].text == "20/20 điểm"


def test_the_check_of_a_new_row_counts_it_where_it_will_stand(draft, client):
    url = add_page("I", "set-row-add-check")
    empty = checked(client, url, {"parent": "I", "rule_kind": "", "rule_was": ""})
    assert [one.text for one in empty.sums] == ["20/20 điểm", "100/100 điểm"]
    check = checked(client, url, NEW | {"code": "", "name": "", "parent": "II"})
    assert [(one.label, one.text) for one in check.sums] == [
        ("Lĩnh vực II", "9/8 điểm, thừa 1"),
        ("Toàn bộ", "100/100 điểm"),
    ]
    assert check.rule == "Chấm trực tiếp từ 0 đến 1 điểm, mỗi bước 0,5."
    twice = checked(client, url, NEW | {"code": "1.1"})
    assert twice.wrong == ["Mã “1.1” đã dùng cho dòng khác."]


def test_the_check_of_an_area_and_of_a_row_that_is_gone(draft, client, commune):
    typed = typed_of(client, page("set-row-edit", "II")) | {"max_points": "9"}
    check = checked(client, page("set-row-check", "II"), typed)
    assert [one.text for one in check.sums] == ["8/9 điểm, còn thiếu 1", "101/100 điểm, thừa 1"]
    typed = typed_of(client, page("set-row-edit", "2.1"))
    colleague(commune, draft, remove_row(now(draft), "2.1"))
    check = checked(client, page("set-row-check", "2.1"), typed)
    assert [one.text for one in check.sums] == ["4/8 điểm, còn thiếu 4", "100/100 điểm"]


def test_without_scripts_the_page_itself_shows_the_check(draft, client):
    url = page("set-row-edit", "1.2")
    shown = client.get(url)
    assert "17/20 nhiệm vụ hoàn thành = 85 %" in shown.text
    answer = client.post(url, typed_of(client, url) | {"max_points": "5", "name": "Đang gõ", "kiem_tra": "1"})
    assert answer.status_code == 200
    assert "Đang gõ" in answer.text
    assert answer.context["check"].wrong == ["Mức cao nhất phải đạt điểm tối đa 5."]
    assert CriteriaSet.objects.get(pk=draft.pk).version == draft.version


def test_the_check_asks_the_database_the_same_however_large_the_set_is(draft, client, django_assert_num_queries):
    url = page("set-row-check", "1.2")
    typed = typed_of(client, page("set-row-edit", "1.2"))
    client.post(url, typed)
    with django_assert_num_queries(12):
        client.post(url, typed)
    for number in range(5):
        client.post(add_page(), NEW | {"code": f"9.{number}"})
    with django_assert_num_queries(12):
        client.post(url, typed)


@pytest.mark.parametrize("who", ["tt.kt", "vanphong", "pct"])
def test_only_the_reviewer_edits(draft, sign_in, who):
    for name, args in (("set-edit", ()), ("set-heading", ()), ("set-grades", ()), ("set-row-edit", ("1.1",)),
                       ("set-row-remove", ("1.1",)), ("set-delete", ())):  # fmt: skip
        assert sign_in(who).get(page(name, *args)).status_code == 403
    for name, args in (("set-row-check", ("1.1",)), ("set-row-add-check", ()), ("set-grades-check", ())):
        assert sign_in(who).post(page(name, *args), {}).status_code == 403


def test_only_drafts_are_edited_and_only_rows_that_can_be(draft, client):
    assert client.get(reverse("emulation:set-edit", args=["mau-2026"])).status_code == 403
    assert client.get(page("set-row-edit", "khong-co")).status_code == 404
    assert client.post(page("set-row-edit", "khong-co"), {}).status_code == 409
    assert client.get(page("set-row-add") + "?loai=criterion").status_code == 404
    assert client.get(page("set-row-add") + "?loai=x").status_code == 404
    assert client.get(add_page("khong-co")).status_code == 404
    assert RowSpec(code="", name="", max_points=Decimal(1)).rule_kind == ""
