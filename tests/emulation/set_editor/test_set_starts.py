"""How a set begins and how a draft ends: created empty, from the sample or as a copy; deleted with a reason."""

import pytest
from django.urls import reverse

from emulation.models import CriteriaSet, Criterion
from emulation.sample_set import SAMPLE_SET
from emulation.services.criteria import copy_set, delete_draft, issue_set, replace_draft, spec_of
from emulation.set_editing import remove_row
from emulation.set_spec import draft_problems
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Refused, Stale
from tests.emulation.set_editor.kit import now, page
from units.models import AuditEntry

CREATE = "emulation:set-create"
TYPED = {"code": "cchc-2028", "name": "Bộ 2028", "year": "2028"}


def made():
    return spec_of(CriteriaSet.objects.get(code="cchc-2028"))


def test_a_commune_without_any_set_begins_one_in_the_browser(commune, client):
    CriteriaSet.objects.all().delete()
    assert reverse(CREATE) in client.get(reverse("emulation:set-list")).text
    answer = client.post(reverse(CREATE), TYPED | {"start": "trong"})
    assert answer["Location"] == reverse("emulation:set-edit", args=["cchc-2028"])
    assert draft_problems(made()) == []
    assert (made().areas, made().bonus_max, made().bands) == ((), 0, SAMPLE_SET.bands)
    assert "Hãy thêm lĩnh vực đầu tiên" in client.get(answer["Location"]).text
    area = {"code": "I", "name": "Lĩnh vực đầu", "max_points": "100"}
    assert client.post(f"{answer['Location']}them/?loai=area", area).status_code == 302
    assert [one.name for one in made().areas] == ["Lĩnh vực đầu"]


def test_a_set_begins_with_the_samples_rows_or_as_a_copy(commune, client, draft):
    assert client.post(reverse(CREATE), TYPED | {"start": "mau"}).status_code == 302
    assert (made().areas, made().is_sample) == (SAMPLE_SET.areas, False)
    CriteriaSet.objects.get(code="cchc-2028").delete()
    assert client.post(reverse(CREATE), TYPED | {"start": "chep:cchc-2027"}).status_code == 302
    assert CriteriaSet.objects.get(code="cchc-2028").copied_from == draft
    assert AuditEntry.objects.filter(action="create_criteria_set").latest("pk").after["state"] == "Dự thảo"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"start": "chep:khong-co"}, "start"),
        ({"code": "a b"}, "code"),
        ({"code": "mau-2026"}, "code"),
        ({"name": " "}, "name"),
        ({"year": "99999"}, "year"),
    ],
)
def test_a_wrong_beginning_is_told_at_its_field(commune, client, changes, field):
    answer = client.post(reverse(CREATE), TYPED | {"start": "trong"} | changes)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not CriteriaSet.objects.filter(code="cchc-2028").exists()


def test_only_the_reviewer_begins_a_set(commune, sign_in):
    assert [sign_in(who).get(reverse(CREATE)).status_code for who in ("vhxh", "pct", "tt.kt", "vanphong")] == [
        200, 403, 403, 403,
    ]  # fmt: skip


def test_an_unfinished_draft_is_copied(commune, draft):
    replace_draft(
        actor=commune.people["vhxh"], criteria_set=draft, spec=remove_row(spec_of(draft), "2.1"), unfinished=True
    )
    copy = copy_set(actor=commune.people["vhxh"], criteria_set=draft, code="cchc-2028", name="Bộ 2028", year=2028)
    assert spec_of(copy).areas == now(draft).areas


def test_what_was_wrong_before_does_not_stand_in_the_way_of_mending_another_row(commune, draft):
    Criterion.objects.filter(criteria_set=draft, code__in=("1.1", "1.2")).update(rule_params={"x": 1})
    spec = now(draft)
    rows = spec.areas[0].criteria
    assert len(draft_problems(spec)) == 2
    mended = remove_row(spec, "1.1")
    assert replace_draft(actor=commune.people["vhxh"], criteria_set=draft, spec=mended, unfinished=True)
    assert len(draft_problems(now(draft))) == 1
    assert len(now(draft).areas[0].criteria) == len(rows) - 1


# deleted


def test_a_draft_nobody_uses_is_deleted_with_a_reason_and_kept_in_the_log(draft, client):
    url = page("set-delete")
    shown = client.get(url)
    assert "50 dòng" in shown.text or str(shown.context["deleted_rows"]) in shown.text
    assert client.post(url, {"reason": "", "version": "1"}).status_code == 422
    assert client.post(url, {"reason": "Tạo nhầm", "version": "1"})["Location"] == reverse("emulation:set-list")
    assert not CriteriaSet.objects.filter(code="cchc-2027").exists()
    entry = AuditEntry.objects.get(action="delete_criteria_set")
    assert (entry.reason, len(entry.before["removed"])) == ("Tạo nhầm", shown.context["deleted_rows"])
    assert entry.before["removed"][0].startswith("Lĩnh vực I “Công tác chỉ đạo")


def test_what_is_used_issued_or_copied_is_not_deleted(draft, client, commune):
    people = commune.people
    copy = copy_set(actor=people["vhxh"], criteria_set=draft, code="cchc-2028", name="Bộ 2028", year=2028)
    with pytest.raises(DomainError, match="Bộ tiêu chí cchc-2028 được chép từ bộ này"):
        delete_draft(actor=people["vhxh"], criteria_set=draft, reason="x")
    assert client.get(page("set-delete")).status_code == 403
    assert page("set-delete") not in client.get(page("set-detail")).text
    with pytest.raises(Refused):
        delete_draft(actor=people["pct"], criteria_set=copy, reason="x")
    with pytest.raises(Stale):
        delete_draft(actor=people["vhxh"], criteria_set=copy, reason="x", version=7)
    issue_set(actor=people["pct"], criteria_set=copy, decision_number="7/QĐ-UBND", decision_on=today())
    with pytest.raises(DomainError, match="Chỉ xóa được bộ tiêu chí dự thảo"):
        delete_draft(actor=people["vhxh"], criteria_set=copy, reason="x")


def test_what_leaves_a_block_without_points_is_told_before_a_set_is_issued(draft, client, commune):
    block = commune.units["KT"].block
    for area in draft.criteria.filter(kind="area"):
        area.blocks.add(block)
    shown = client.get(page("set-issue")).text
    assert "Xem lại trước khi ban hành" in shown
    assert "không có tiêu chí nào áp dụng (0 điểm)" in shown
    typed = {"decision_number": "7/QĐ-UBND", "decision_on": "01/01/2026", "version": "1"}
    assert client.post(page("set-issue"), typed).status_code == 302
