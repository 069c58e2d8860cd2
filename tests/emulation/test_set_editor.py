"""The editor of a draft set: rules as fields and back, changes of one row, the live check, conflicts, bad input."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from emulation import scoring
from emulation.models import CriteriaSet, Criterion
from emulation.rule_fields import FIELDS, RULE_NAMES, LineProblem, fact_choices, read_lines, read_params, show_params
from emulation.sample_set import SAMPLE_SET
from emulation.scoring import RULES
from emulation.services.criteria import copy_set, issue_set, replace_draft, spec_of
from emulation.set_editing import add_row, change_row, digest_of, find_row, move_row, remove_row
from emulation.set_spec import RowSpec, problems_of
from emulation.weights import block_weights
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError
from tests.emulation.scoring.test_formulas_page import EXAMPLES

# rules as fields


@pytest.mark.one_database
def test_every_rule_kind_has_a_name_and_a_field_for_each_parameter():
    assert set(FIELDS) == set(RULE_NAMES) == set(RULES)
    for kind, rule in RULES.items():
        assert {one.name for one in FIELDS[kind]} == set(rule.known), kind


SAMPLES = [(row.rule_kind, dict(row.rule_params), row.max_points) for row in SAMPLE_SET.rows()]


@pytest.mark.one_database
@pytest.mark.parametrize(("kind", "params", "most"), SAMPLES)
def test_the_sample_sets_rules_are_typed_as_fields_and_mean_the_same(kind, params, most):
    texts = show_params(kind, params)
    again, problems = read_params(kind, texts)
    assert problems == {}
    assert scoring.read_rule(kind, again, most).params() == scoring.read_rule(kind, params, most).params()
    assert again.get("fact") == params.get("fact")


@pytest.mark.one_database
def test_the_documented_examples_are_typed_as_fields_and_mean_the_same():
    kinds = set()
    for example in EXAMPLES:
        kind, params, most = example["kind"], example["params"], Decimal(example["max"])
        again, problems = read_params(kind, show_params(kind, params))
        assert problems == {}, example
        assert scoring.read_rule(kind, again, most).params() == scoring.read_rule(kind, params, most).params()
        kinds.add(kind)
    assert kinds == set(RULES)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kind", "texts", "field", "words"),
    [
        ("tiers", {"tiers": "từ 90 | 2\nhơn 50 | 1"}, "tiers", "Dòng 2: “hơn 50”"),
        ("choice", {"options": "a | Một"}, "options", "Dòng 1: cần ghi đủ"),
        ("choice", {"options": "a |  | 1"}, "options", "Dòng 1: thiếu nhãn"),
        ("free", {"step": "nửa"}, "step", "không phải số"),
        ("deduct_late", {"step": "1", "grace": "1,5"}, "grace", "số nguyên"),
        ("converted", {"ranks": "ba | 2"}, "ranks", "Dòng 1: “ba”"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_line(kind, texts, field, words):
    _, problems = read_params(kind, texts)
    assert words in problems[field]


@pytest.mark.one_database
def test_open_and_closed_ends_are_words():
    tiers = read_lines("trên 90 | 2\nTừ 70 | 1,5\n>= 50 | 1\n\ntừ 0 % | 0", FIELDS["tiers"][0].columns)
    assert [(one["lower"], one["closed"], one["points"]) for one in tiers] == [
        ("90", False, "2"),
        ("70", True, "1.5"),
        ("50", True, "1"),
        ("0", True, "0"),
    ]
    with pytest.raises(LineProblem):
        read_lines("90 | 2", FIELDS["tiers"][0].columns)
    assert [code for code, _ in fact_choices("free")] == [""]
    assert "on_time_share" in dict(fact_choices("tiers"))


# changes of a spec


def codes(spec):
    return [placed.row.code for placed in spec.nodes()]


@pytest.mark.one_database
@given(st.sampled_from([row.code for row in SAMPLE_SET.rows()]), st.sampled_from([-1, 1]))
def test_moving_there_and_back_changes_nothing(code, by):
    moved = move_row(SAMPLE_SET, code, by)
    assert sorted(codes(moved)) == sorted(codes(SAMPLE_SET))
    if moved != SAMPLE_SET:
        assert move_row(moved, code, -by) == SAMPLE_SET


@pytest.mark.one_database
def test_a_row_is_changed_added_and_removed_where_it_stands():
    leaf = next(iter(SAMPLE_SET.rows()))
    changed = change_row(SAMPLE_SET, leaf.code, replace(leaf, name="Tên mới"))
    assert find_row(changed, leaf.code).row.name == "Tên mới"
    assert codes(changed) == codes(SAMPLE_SET)
    child = RowSpec(code="x.1", name="Con", max_points=Decimal(1), rule_kind="free")
    grown = add_row(SAMPLE_SET, "criterion", leaf.code, child)
    assert find_row(grown, "x.1").parent == leaf.code
    assert find_row(grown, leaf.code).row.rule_kind == ""
    assert codes(remove_row(grown, "x.1")) == codes(SAMPLE_SET)
    with pytest.raises(DomainError, match="đã dùng"):
        add_row(SAMPLE_SET, "criterion", leaf.code, replace(child, code=leaf.code))
    with pytest.raises(DomainError, match="không còn dòng"):
        change_row(SAMPLE_SET, "không có", replace(leaf, code="mới"))


@pytest.mark.one_database
def test_the_tree_is_five_deep_at_most():
    spec, parent = SAMPLE_SET, SAMPLE_SET.areas[0].criteria[0].code
    while find_row(spec, parent).row.children:
        parent = find_row(spec, parent).row.children[0].code

    def child(depth):
        return RowSpec(code=f"sau{depth}", name="Sâu", max_points=Decimal(1), rule_kind="free")

    for depth in range(3):
        spec, parent = add_row(spec, "criterion", parent, child(depth)), child(depth).code
    with pytest.raises(DomainError, match="sâu nhất 5 cấp"):
        add_row(spec, "criterion", parent, child(9))


@pytest.mark.one_database
def test_a_new_code_is_followed_by_the_tie_order_and_a_named_row_stays():
    area = SAMPLE_SET.areas[0]
    spec = replace(SAMPLE_SET, tie_order=(area.code,))
    renamed = change_row(spec, area.code, replace(area, code="Z"))
    assert renamed.tie_order == ("Z",)
    assert renamed.areas[0].criteria == area.criteria
    with pytest.raises(DomainError, match="thứ tự phân định"):
        remove_row(spec, area.code)
    veto = ({"when": "criterion_below", "code": area.criteria[0].code, "percent": "10", "effect": "no_award"},)
    with pytest.raises(DomainError, match="khống chế"):
        remove_row(replace(SAMPLE_SET, tie_order=(), veto_conditions=veto), area.code)


# the screens


@pytest.fixture
def draft(commune):
    source = CriteriaSet.objects.get(issuer=commune.issuer, code="mau-2026")
    return copy_set(actor=commune.people["vhxh"], criteria_set=source, code="cchc-2027", name="Bộ 2027", year=2027)


@pytest.fixture
def client(sign_in):
    return sign_in("vhxh")


def page(name, *args):
    return reverse(f"emulation:{name}", args=["cchc-2027", *args])


def typed_of(client, url):
    """What a browser would post back from a form's page, unchanged."""
    form = client.get(url).context["form"]
    typed = {}
    for name, bound in ((name, form[name]) for name in form.fields):
        value = bound.value()
        if isinstance(value, list):
            typed[name] = value
        elif value not in (None, False):
            typed[name] = bound.field.prepare_value(value)
    hidden = re.findall(r'<input type="hidden" name="(was|rule_was)" value="([^"]*)">', client.get(url).text)
    return typed | dict(hidden)


def leaf_of(draft, **where):
    return Criterion.objects.filter(criteria_set=draft, kind="criterion", **where).exclude(rule_kind="").first()


def test_saving_any_row_as_it_is_changes_nothing(draft, client):
    version = draft.version
    for code in draft.criteria.values_list("code", flat=True):
        url = page("set-row-edit", code)
        answer = client.post(url, typed_of(client, url))
        assert answer.status_code == 302, (code, answer.context["form"].errors)
    draft.refresh_from_db()
    assert draft.version == version
    url = page("set-heading")
    assert client.post(url, typed_of(client, url)).status_code == 302
    draft.refresh_from_db()
    assert draft.version == version


def test_a_changed_maximum_is_kept_and_the_check_tells_what_no_longer_adds_up(draft, client, commune):
    leaf = leaf_of(draft, rule_kind="free") or leaf_of(draft, rule_kind="proportional")
    url = page("set-row-edit", leaf.code)
    answer = client.post(url, typed_of(client, url) | {"max_points": str(leaf.max_points + 1).replace(".", ",")})
    assert answer.status_code == 302
    shown = client.get(page("set-edit"))
    assert shown.context["problems"]
    assert "chưa khớp" in shown.text
    assert "cộng các dòng con" in shown.text
    with pytest.raises(DomainError, match="Chưa ban hành được"):
        issue_set(
            actor=commune.people["vhxh"],
            criteria_set=CriteriaSet.objects.get(pk=draft.pk),
            decision_number="15/QĐ-UBND",
            decision_on=today(),
        )
    assert client.get(reverse("emulation:set-detail", args=["cchc-2027"])).status_code == 200
    assert "chỉ để tham khảo" in client.get(reverse("emulation:set-rehearsal", args=["cchc-2027"])).text


def test_a_whole_draft_says_that_it_can_be_issued(draft, client):
    shown = client.get(page("set-edit"))
    assert shown.context["problems"] == problems_of(spec_of(draft)) == []
    assert "Ban hành được" in shown.text


def test_another_rule_is_chosen_filled_in_and_stored(draft, client):
    leaf = leaf_of(draft, rule_kind="yes_no") or leaf_of(draft)
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


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"code": ""}, "code", "Chưa nhập"),
        ({"code": "a/b"}, "code", "không chứa các dấu"),
        ({"code": "I"}, "code", "đã dùng"),
        ({"name": " "}, "name", "Chưa nhập"),
        ({"max_points": "-1"}, "max_points", "số âm"),
        ({"max_points": "0"}, "max_points", "lớn hơn 0"),
        ({"max_points": "1,234"}, "max_points", ""),
        ({"p_step": "0,3"}, "p_step", "không chia hết"),
        ({"p_step": "x"}, "p_step", "không phải số"),
        ({"rule_kind": "tiers"}, "rule_kind", "Đổi cách chấm"),
        ({"p_fact": "on_time_share"}, "p_fact", ""),
    ],
)
def test_bad_input_is_told_beside_its_field_and_kept(draft, client, changes, field, words):
    parent = leaf_of(draft).parent
    url = reverse("emulation:set-row-add", args=["cchc-2027"]) + f"?loai=criterion&trong={parent.code}"
    typed = {
        "code": "9.9",
        "name": "Tiêu chí mới giữ lại",
        "max_points": "1",
        "rule_kind": "free",
        "rule_was": "free",
        "p_step": "0,5",
    }
    answer = client.post(url, typed | changes)
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors[field])
    assert "name" in changes or "Tiêu chí mới giữ lại" in answer.text
    assert not Criterion.objects.filter(criteria_set=draft, code="9.9").exists()


def test_rows_are_added_moved_and_removed(draft, client):
    leaf = leaf_of(draft)
    parent = leaf.parent
    url = page("set-row-add") + f"?loai=criterion&trong={parent.code}"
    client.post(
        url,
        {"code": "9.9", "name": "Mới", "max_points": "1,5", "rule_kind": "free", "rule_was": "free", "p_step": "0,5"},
    )
    made = Criterion.objects.get(criteria_set=draft, code="9.9")
    assert (made.parent.code, made.max_points) == (parent.code, Decimal("1.50"))

    def step(code, what):
        spec = spec_of(CriteriaSet.objects.get(pk=draft.pk))
        row = find_row(spec, code).row
        return client.post(page("set-row-step", code), {"buoc": what, "was": digest_of(row)}, follow=True)

    step("9.9", "len")
    children = [one.code for one in find_row(spec_of(CriteriaSet.objects.get(pk=draft.pk)), parent.code).row.criteria]
    assert children[-2] == "9.9"
    assert "Đã bỏ dòng 9.9" in step("9.9", "bo").text
    assert not Criterion.objects.filter(criteria_set=draft, code="9.9").exists()
    tied = next((code for code in draft.tie_order if not code.startswith("@")), None)
    if tied:
        assert "thứ tự phân định" in step(tied, "bo").text


def test_a_colleagues_change_is_shown_and_nothing_typed_is_lost(draft, client, commune):
    leaf = leaf_of(draft)
    url = page("set-row-edit", leaf.code)
    typed = typed_of(client, url) | {"name": "Tên của tôi"}
    spec = spec_of(draft)
    theirs = change_row(spec, leaf.code, replace(find_row(spec, leaf.code).row, guidance="Hướng dẫn của người khác"))
    replace_draft(actor=commune.people["vhxh"], criteria_set=draft, spec=theirs)
    answer = client.post(url, typed)
    assert answer.status_code == 409
    assert "Tên của tôi" in answer.text
    assert any("Hướng dẫn của người khác" in one for one in answer.context["conflict"])
    assert Criterion.objects.get(criteria_set=draft, code=leaf.code).guidance == "Hướng dẫn của người khác"
    again = typed | {"was": answer.context["mark"]}
    assert client.post(url, again).status_code == 302
    assert Criterion.objects.get(criteria_set=draft, code=leaf.code).name == "Tên của tôi"


def test_a_change_of_another_row_does_not_disturb(draft, client, commune):
    one, other = list(Criterion.objects.filter(criteria_set=draft, kind="criterion").exclude(rule_kind=""))[:2]
    url = page("set-row-edit", one.code)
    typed = typed_of(client, url) | {"name": "Tên của tôi"}
    spec = spec_of(draft)
    theirs = change_row(spec, other.code, replace(find_row(spec, other.code).row, name="Tên của người khác"))
    replace_draft(actor=commune.people["vhxh"], criteria_set=draft, spec=theirs)
    assert client.post(url, typed).status_code == 302
    names = set(draft.criteria.values_list("name", flat=True))
    assert {"Tên của tôi", "Tên của người khác"} <= names


@pytest.mark.parametrize(
    ("bands", "words"),
    [
        ("tot | Tốt | từ 80\nyeu | Yếu | từ 10", "phủ kín"),
        ("tot | Tốt | từ 80\nkha | Khá | từ 80\nyeu | Yếu | từ 0", "không trùng nhau"),
        ("tot | Tốt | 80", "phải viết như"),
        ("tot | Tốt | từ 80\ntot | Khá | từ 0", "bị trùng"),
    ],
)
def test_bands_with_a_gap_or_an_overlap_are_refused_and_kept(draft, client, bands, words):
    url = page("set-heading")
    answer = client.post(url, typed_of(client, url) | {"bands": bands})
    assert answer.status_code == 422
    assert words in " ".join(answer.context["form"].errors["bands"])
    assert bands.splitlines()[0] in answer.text


def test_the_heading_is_changed(draft, client):
    url = page("set-heading")
    typed = typed_of(client, url) | {
        "bands": "dat | Đạt | trên 60\nchua | Chưa đạt | từ 0",
        "late_points": "0,5",
        "late_points_max": "2",
    }
    draft.head_mapping, draft.veto_conditions = {}, []
    draft.save()
    typed["was"] = client.get(url).context["mark"]
    assert client.post(url, typed).status_code == 302
    draft.refresh_from_db()
    assert draft.bands[0] == {"code": "dat", "name": "Đạt", "lower": "60", "closed": False}
    assert draft.late_points == Decimal("0.50")
    wrong = client.post(url, typed | {"tie_order": "KHONG", "was": client.get(url).context["mark"]})
    assert wrong.status_code == 422
    assert "KHONG" in wrong.text


def test_only_the_reviewer_edits_and_only_drafts(draft, sign_in, client):
    for name in ("tt.kt", "vanphong", "pct"):
        assert sign_in(name).get(page("set-edit")).status_code == 403
    assert client.get(reverse("emulation:set-edit", args=["mau-2026"])).status_code == 403
    assert client.get(page("set-row-edit", "khong-co")).status_code == 404
    assert client.post(page("set-row-edit", "khong-co"), {}).status_code == 409
    assert client.get(page("set-row-add") + "?loai=criterion").status_code == 404


def test_the_weights_are_those_that_apply_to_each_block(draft):
    before = {one.name: one for one in block_weights(draft)}
    assert sum(one.units for one in before.values()) == 14
    block = draft.issuer.blocks.order_by("position").first()
    area = draft.criteria.filter(kind="area", requires_trait="").first()
    area.blocks.add(block)
    after = {one.name: one for one in block_weights(draft)}
    others = [name for name in before if name != block.name]
    assert after[block.name].most == before[block.name].most
    assert all(after[name].most == before[name].most - area.max_points for name in others)
