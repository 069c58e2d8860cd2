"""The part common to all rows, and the page of grades, heads and vetoes: saved together, each problem at its field."""

from dataclasses import replace
from decimal import Decimal

import pytest

from emulation.forms.set_editing.grades import GradesForm, new_code, texts_of
from emulation.sample_set import SAMPLE_SET
from emulation.services.criteria import issue_set
from emulation.set_spec import problems_of
from ninhgiang.calendar import today
from tests.emulation.set_editor.kit import colleague, now, page, typed_of
from tests.emulation.small_sets import deep

# the heading


def test_the_heading_is_saved_as_it_is_and_changed(draft, client):
    url = page("set-heading")
    version = draft.version
    typed = typed_of(client, url)
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed | {"late_points": "0,5", "late_points_max": "2", "tie_1": "@lost", "tie_2": ""})
    draft.refresh_from_db()
    assert (draft.late_points, draft.tie_order, draft.version) == (Decimal("0.50"), ["@lost"], version + 1)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"tie_1": "KHONG"}, "tie_1", "hãy chọn lại"),
        ({"tie_2": "III"}, "tie_2", "Đã so theo mục này ở trên."),
        ({"late_points": "2", "late_points_max": "1"}, "late_points_max", "không được nhỏ hơn mức trừ một ngày"),
        ({"bonus_max": "999999"}, "bonus_max", "Không quá 99999,99 điểm"),
        ({"penalty_max": "0,333"}, "penalty_max", "chữ số sau dấu phẩy"),
        ({"year": "99999"}, "year", "Năm từ 2000 đến 2100"),
        ({"name": "x" * 301}, "name", "Không quá 300 ký tự"),
        ({"appeal_working_days": "0"}, "appeal_working_days", "Từ 1 đến 30 ngày"),
    ],
)
def test_a_wrong_heading_is_told_at_its_field_and_kept(draft, client, changes, field, words):
    url = page("set-heading")
    answer = client.post(url, typed_of(client, url) | changes)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert words in " ".join(answer.context["form"].errors[field])
    assert next(iter(changes.values()))[:20] in answer.text or field.startswith("tie_")


def test_no_code_stands_in_the_tie_order_on_the_page(draft, client):
    shown = client.get(page("set-heading"))
    labels = [label for _, label in shown.context["form"].fields["tie_1"].choices]
    assert labels[0] == "– Không so –"
    assert labels[3] == "Điểm lĩnh vực III. Cải cách thủ tục hành chính"
    assert labels[-3:] == [
        "Điểm thẩm định không kể điểm cộng, điểm trừ",
        "Tỷ lệ nhiệm vụ đúng hạn",
        "Số tiêu chí bị mất điểm",
    ]


def test_a_heading_changed_by_a_colleague_or_issued_meanwhile_loses_nothing(draft, client, commune):
    url = page("set-heading")
    typed = typed_of(client, url) | {"name": "Tên của tôi"}
    colleague(commune, draft, replace(now(draft), legal_basis="Căn cứ của người khác"))
    answer = client.post(url, typed)
    assert answer.status_code == 409
    assert answer.context["conflict"] == [
        "Bộ tiêu chí: tên từ “Bộ 2027” thành “Tên của tôi”.",
        "Bộ tiêu chí: căn cứ từ “Căn cứ của người khác” thành “(trống)”.",
    ]
    draft.refresh_from_db()
    issue_set(actor=commune.people["pct"], criteria_set=draft, decision_number="7/QĐ-UBND", decision_on=today())
    for address, given in ((url, typed), (page("set-grades"), texts_of(now(draft)) | {"muc-0-name": "Tên của tôi"})):
        answer = client.post(address, given)
        assert (answer.status_code, "Tên của tôi" in answer.text) == (409, True)


# grades, heads, vetoes


def grades_of(draft, client):
    return texts_of(now(draft)) | {"was": client.get(page("set-grades")).context["mark"]}


def form_of(spec, **typed):
    return GradesForm(spec, texts_of(spec) | typed)


HEADS = deep(
    head_mapping={"by": "index", "bands": [{"code": "a", "name": "A", "lower": "62.5", "closed": False},
                                           {"code": "b", "name": "B", "lower": "0"}]},
    veto_conditions=(
        {"when": "not_submitted", "effect": "max_grade", "grade": "khong"},
        {"when": "manual", "effect": "minus_grades", "steps": 1, "reason": "Có người bị kỷ luật"},
        {"when": "criterion_below", "code": "2.2", "percent": "12.5", "effect": "out_of_ranking"},
    ),
)  # fmt: skip


@pytest.mark.parametrize("spec", [SAMPLE_SET, deep(), HEADS], ids=["sample", "by grade", "by index"])
def test_grades_shown_and_saved_as_they_are_change_nothing(spec):
    form = GradesForm(spec)
    assert form.is_valid(), [one.errors for one in form.forms]
    assert form.spec_over() == spec


def test_grades_heads_and_vetoes_change_together(draft, client):
    typed = grades_of(draft, client) | {
        "heads_by": "grade",
        "muc-0-name": "Rất tốt",
        "muc-0-head": "Hoàn thành xuất sắc nhiệm vụ",
        "muc-1-name": "",
        "muc-1-lower": "",
        "muc-2-head": "Hoàn thành nhiệm vụ",
        "muc-3-head": "Hoàn thành nhiệm vụ",
        "muc-4-head": "Không hoàn thành nhiệm vụ",
        "muc-5-name": "Đặc biệt",
        "muc-5-edge": "tren",
        "muc-5-lower": "97,5",
        "muc-5-head": "Hoàn thành xuất sắc nhiệm vụ",
        "kc-0-when": "area_below",
        "kc-0-code": "III",
        "kc-0-percent": "50",
        "kc-0-effect": "max_grade",
        "kc-0-grade": "dac_biet",
        "kc-so": "2",
        "kc-1-when": "manual",
        "kc-1-reason": "Có người bị kỷ luật",
        "kc-1-effect": "minus_grades",
        "kc-1-steps": "2",
    }
    assert client.post(page("set-grades"), typed).status_code == 302
    spec = now(draft)
    assert [(one["code"], one["name"], one["lower"], one["closed"]) for one in spec.bands] == [
        ("dac_biet", "Đặc biệt", "97.5", False),
        ("xuat_sac", "Rất tốt", "90", True),
        ("kha", "Khá", "65", True),
        ("trung_binh", "Trung bình", "50", True),
        ("yeu", "Yếu", "0", True),
    ]
    assert [(one["grade"], one["code"]) for one in spec.head_mapping["levels"]] == [
        ("dac_biet", "hoan_thanh_xuat_sac_nhiem"),
        ("xuat_sac", "hoan_thanh_xuat_sac_nhiem"),
        ("kha", "hoan_thanh_nhiem_vu"),
        ("trung_binh", "hoan_thanh_nhiem_vu"),
        ("yeu", "khong_hoan_thanh_nhiem_vu"),
    ]
    assert list(spec.veto_conditions) == [
        {"when": "area_below", "code": "III", "percent": "50", "effect": "max_grade", "grade": "dac_biet"},
        {"when": "manual", "reason": "Có người bị kỷ luật", "effect": "minus_grades", "steps": 2},
    ]
    assert problems_of(spec) == []
    page_of_set = client.get(page("set-detail")).text
    assert "Đơn vị xếp loại Rất tốt: người đứng đầu Hoàn thành xuất sắc nhiệm vụ." in page_of_set
    assert (
        "Lĩnh vực III. Cải cách thủ tục hành chính đạt dưới 50 % điểm tối đa: xếp loại không quá Đặc biệt."
        in page_of_set
    )
    assert "Có người bị kỷ luật: hạ 2 bậc xếp loại." in page_of_set


def test_heads_get_a_scale_of_their_own(draft, client):
    typed = grades_of(draft, client) | {
        "heads_by": "index",
        "dau-so": "2",
        "dau-0-name": "Không hoàn thành",
        "dau-0-lower": "0",
        "dau-1-name": "Hoàn thành",
        "dau-1-edge": "tren",
        "dau-1-lower": "60",
    }
    assert client.post(page("set-grades"), typed).status_code == 302
    assert now(draft).head_mapping == {
        "by": "index",
        "bands": [
            {"code": "hoan_thanh", "name": "Hoàn thành", "lower": "60", "closed": False},
            {"code": "khong_hoan_thanh", "name": "Không hoàn thành", "lower": "0", "closed": True},
        ],
    }


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"muc-1-lower": "10"}, "muc-1-lower", "Khoảng từ 0 đến dưới 10 chưa thuộc mức nào"),
        ({"muc-0-lower": "0"}, "muc-1-lower", "“Đạt” và “Không đạt” chồng lên nhau: cùng bắt đầu từ 0."),
        ({"muc-0-lower": "101"}, "muc-0-lower", "“101” không phải số từ 0 đến 100."),
        ({"muc-0-lower": "tám"}, "muc-0-lower", "không phải số"),
        ({"muc-0-lower": ""}, "muc-0-lower", "Chưa nhập chỉ số"),
        ({"muc-0-name": ""}, "muc-0-name", "Chưa nhập tên mức"),
        ({"muc-0-name": "không  ĐẠT"}, "muc-1-name", "Hai mức cùng tên"),
        ({"muc-0-name": "x" * 61}, "muc-0-name", "Không quá 60 ký tự"),
        ({"muc-0-head": ""}, "muc-0-head", "Chưa nhập mức của người đứng đầu"),
        ({"kc-0-code": "1.1"}, "kc-0-code", "Hãy chọn một lĩnh vực."),
        ({"kc-0-code": "IX"}, "kc-0-code", "không còn"),
        ({"kc-0-code": ""}, "kc-0-code", "Chưa chọn dòng"),
        ({"kc-0-percent": ""}, "kc-0-percent", "Chưa nhập tỷ lệ"),
        ({"kc-0-percent": "120"}, "kc-0-percent", "không phải số từ 0 đến 100"),
        ({"kc-0-effect": ""}, "kc-0-effect", "Chưa chọn hệ quả"),
        ({"kc-0-effect": "minus_grades", "kc-0-steps": "2"}, "kc-0-steps", "hạ nhiều nhất 1 bậc"),
        ({"kc-0-effect": "minus_grades", "kc-0-steps": "x"}, "kc-0-steps", "số nguyên"),
        ({"kc-0-effect": "max_grade", "kc-0-grade": "cu"}, "kc-0-grade", "Mức này không còn"),
        ({"kc-1-when": "manual", "kc-1-effect": "no_award"}, "kc-1-reason", "Chưa nêu rõ trường hợp"),
    ],
)
def test_each_problem_of_grades_and_vetoes_stands_at_its_field(typed, field, words):
    form = form_of(deep(), **typed)
    assert not form.is_valid()
    found = {f"{one.prefix}-{name}": errors for one in form.forms for name, errors in one.errors.items()}
    assert list(found) == [field]
    assert words in " ".join(found[field])


def test_what_a_veto_does_not_need_is_not_looked_at():
    form = form_of(deep(), **{"kc-0-when": "not_submitted", "kc-0-code": "IX", "kc-0-percent": "x", "kc-0-grade": "?"})
    assert form.is_valid()
    assert form.spec_over().veto_conditions == ({"when": "not_submitted", "effect": "no_award"},)


def test_emptied_vetoes_and_heads_are_gone_and_a_forged_code_is_none():
    form = form_of(deep(), heads_by="", **{"kc-0-when": "", "kc-0-effect": "", "muc-0-code": "khong"})
    assert form.is_valid()
    made = form.spec_over()
    assert (made.head_mapping, made.veto_conditions) == ({}, ())
    assert [one["code"] for one in made.bands] == ["khong", "khong_dat"]


def test_codes_are_made_of_names_and_never_twice():
    assert new_code("Xuất sắc", ()) == "xuat_sac"
    assert new_code("Xuất sắc", ("xuat_sac", "xuat_sac_2")) == "xuat_sac_3"
    assert new_code("???", ()) == "muc"
    assert len(new_code("a" * 60, ("a" * 27,))) <= 30


def test_a_refused_page_of_grades_keeps_what_was_typed_and_tells_each_field(draft, client):
    typed = grades_of(draft, client) | {"muc-0-name": "Tên của tôi", "muc-4-lower": "5"}
    answer = client.post(page("set-grades"), typed)
    assert answer.status_code == 422
    assert "Tên của tôi" in answer.text
    assert 'href="#id_muc-4-lower"' in answer.text
    assert client.get(page("set-edit")).context["check"].problems == []


def test_further_rows_are_asked_for_without_losing_what_was_typed(draft, client):
    typed = grades_of(draft, client) | {"muc-5-name": "Đặc biệt", "muc-5-lower": "95", "them": "kc"}
    answer = client.post(page("set-grades"), typed)
    assert answer.status_code == 200
    assert len(answer.context["grades"].vetoes) == int(typed["kc-so"]) + 2
    assert ("dac_biet", "Đặc biệt") in answer.context["grades"].vetoes[0].fields["grade"].choices
    assert "xuat_sac" in [one["code"] for one in now(draft).bands]
    for forged in ("", "x", "-1", "99999999", "٣"):
        assert client.post(page("set-grades"), typed | {"muc-so": forged}).status_code == 200


def test_grades_changed_by_a_colleague_are_shown_in_words(draft, client, commune):
    typed = grades_of(draft, client) | {"muc-0-lower": "92"}
    theirs = tuple({**one, "lower": "85"} if one["code"] == "tot" else one for one in now(draft).bands)
    colleague(commune, draft, replace(now(draft), bands=theirs))
    answer = client.post(page("set-grades"), typed)
    assert answer.status_code == 409
    rest = "Trung bình: từ 50 đến dưới 65; Yếu: dưới 50."
    before = f"Xuất sắc: từ 90; Tốt: từ 85 đến dưới 90; Khá: từ 65 đến dưới 85; {rest}"
    after = f"Xuất sắc: từ 92; Tốt: từ 80 đến dưới 92; Khá: từ 65 đến dưới 80; {rest}"
    assert answer.context["conflict"] == [f"Bộ tiêu chí: mức xếp loại từ “{before}” thành “{after}”."]
    assert client.post(page("set-grades"), typed | {"was": answer.context["mark"]}).status_code == 302


def test_the_live_check_of_grades_draws_them_and_names_gaps(draft, client):
    typed = grades_of(draft, client) | {"muc-4-lower": "10", "heads_by": "index", "dau-0-name": "A", "dau-0-lower": "0"}
    answer = client.post(page("set-grades-check"), typed)
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    assert "Khoảng từ 0 đến dưới 10 chưa thuộc mức nào" in answer.text
    assert "bands-bar__part--gap" in answer.text
    assert answer.text.count("<svg") == 2
    assert "style=" not in answer.text
    good = client.post(page("set-grades-check"), grades_of(draft, client))
    assert "Lưu được" in good.text
    assert "Xuất sắc: từ 90; Tốt: từ 80 đến dưới 90" in good.text


def test_an_empty_page_of_grades_is_refused_not_broken(draft, client):
    answer = client.post(page("set-grades"), {"was": "x"})
    assert answer.status_code == 422
    assert "Chưa có mức xếp loại nào" in answer.text
    assert client.post(page("set-grades-check"), {}).status_code == 200
