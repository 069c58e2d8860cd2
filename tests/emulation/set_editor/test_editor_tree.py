"""The tree of a draft: folded areas, what each row says of itself, its place, taken out and kept in the log."""

from dataclasses import replace
from decimal import Decimal

import pytest

from emulation.models import Criterion
from emulation.services.criteria import issue_set, spec_of
from emulation.set_editing import add_row, change_row, digest_of, digest_of_tree, find_row
from emulation.set_spec import RowSpec, problems_of
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError
from tests.emulation.set_editor.kit import colleague, leaf_of, now, page, typed_of
from units.models import AuditEntry


def test_a_changed_maximum_is_kept_and_the_check_tells_what_no_longer_adds_up(draft, client, commune):
    leaf = leaf_of(draft, rule_kind="proportional")
    url = page("set-row-edit", leaf.code)
    answer = client.post(url, typed_of(client, url) | {"max_points": "5"})
    assert answer.status_code == 302
    shown = client.get(page("set-edit") + "?mo=II")
    assert shown.context["check"].problems == ["Dòng II có điểm tối đa 8 nhưng các dòng con cộng lại là 9."]
    assert "1 chỗ chưa khớp" in shown.text
    assert "Tiêu chí cộng lại 9, lĩnh vực ghi 8 điểm." in shown.text
    with pytest.raises(DomainError, match="Chưa ban hành được"):
        issue_set(
            actor=commune.people["vhxh"],
            criteria_set=type(draft).objects.get(pk=draft.pk),
            decision_number="15/QĐ-UBND",
            decision_on=today(),
        )
    assert client.get(page("set-detail")).status_code == 200
    assert "chỉ để tham khảo" in client.get(page("set-rehearsal")).text


def test_a_whole_draft_says_that_it_can_be_issued(draft, client):
    shown = client.get(page("set-edit"))
    assert shown.context["check"].problems == problems_of(spec_of(draft)) == []
    assert "Ban hành được" in shown.text


def test_areas_are_folded_but_the_one_worked_on(draft, client):
    opened = [(part.code, part.opened) for part in client.get(page("set-edit") + "?mo=II").context["parts"]]
    assert [code for code, is_open in opened if is_open] == ["II"]
    assert [code for code, _ in opened] == ["I", "II", "III", "IV", "V", "VI", "VII", "cong-tru"]
    everything = client.get(page("set-edit") + "?mo=tat-ca").context["parts"]
    assert all(part.opened for part in everything)
    assert [(part.scored, part.unruled) for part in everything][:2] == [(7, 0), (2, 0)]


def test_a_row_says_what_is_asked_for_who_is_taken_in_and_who_appraises(draft, client, commune):
    spec = now(draft)
    row = replace(find_row(spec, "1.1").row, added=True, explanation_required=True, units=("KT",), appraiser="CA")
    colleague(commune, draft, change_row(spec, "1.1", row))
    line = client.get(page("set-edit")).context["parts"][0].lines[0]
    names = commune.units["KT"].name, commune.units["CA"].name
    assert line.marks == [
        "Bổ sung ngoài khung",
        "Cần minh chứng",
        "Cần ghi cách tính",
        f"Chỉ {names[0]}",
        f"{names[1]} thẩm định",
    ]
    assert not line.takes_rows


def test_the_printed_set_says_whom_each_area_and_row_takes_in_and_who_appraises(draft, client, commune):
    spec = now(draft)
    area = replace(find_row(spec, "II").row, units=("KT", "TH1"), guidance="Hướng dẫn của lĩnh vực")
    row = replace(find_row(spec, "1.1").row, blocks=(commune.units["KT"].block.code,), appraiser="CA")
    colleague(commune, draft, change_row(change_row(spec, "II", area), "1.1", row))
    commune.units["TH1"].active = False
    commune.units["TH1"].save()
    shown = client.get(page("set-detail")).text
    kt, th1, ca = (commune.units[code].short_name for code in ("KT", "TH1", "CA"))
    for said in (f"Chỉ {kt}", f"Chỉ {th1} (đã ngừng)", f"{ca} thẩm định", f"Chỉ {commune.units['KT'].block.name}"):
        assert shown.count(f'<span class="chip">{said}</span>') == 1, said
    assert "Hướng dẫn của lĩnh vực" in shown


def step(client, draft, code, what):
    mark = digest_of(find_row(now(draft), code))
    return client.post(page("set-row-step", code), {"buoc": what, "was": mark})


def test_rows_change_places_and_the_log_says_so(draft, client):
    answer = step(client, draft, "1.2", "len")
    assert answer["Location"] == page("set-edit") + "?mo=I#dong-1.2"
    assert [one.code for one in now(draft).areas[0].criteria][:3] == ["1.2", "1.1", "1.3"]
    entry = AuditEntry.objects.filter(action="replace_criteria_set").latest("pk")
    assert entry.summary.endswith(": 1 thay đổi")
    assert entry.after["changes"] == ["Dòng 1.2: thứ tự từ “sau dòng 1.1” thành “đứng đầu”."]
    assert client.post(page("set-row-step", "1.2"), {"buoc": "len", "was": "x"}).status_code == 409
    assert step(client, draft, "1.2", "bo").status_code == 404
    assert step(client, draft, "C2", "len")["Location"] == page("set-edit") + "?mo=cong-tru#dong-C2"


def remove(client, draft, code, **typed):
    mark = digest_of_tree(find_row(now(draft), code))
    return client.post(page("set-row-remove", code), {"was": mark} | typed)


def test_a_row_is_shown_before_it_is_taken_out_and_kept_whole_in_the_log(draft, client):
    shown = client.get(page("set-row-remove", "II"))
    assert [one.row.code for one, _ in shown.context["rows"]] == ["II", "2.1", "2.2"]
    assert "3 dòng sẽ bị bỏ" in shown.text
    answer = remove(client, draft, "II")
    assert answer["Location"] == page("set-edit")
    assert not Criterion.objects.filter(criteria_set=draft, code__in=("II", "2.1", "2.2")).exists()
    entry = AuditEntry.objects.filter(action="replace_criteria_set").latest("pk")
    assert [one.split(" “")[0] for one in entry.before["removed"]] == ["Lĩnh vực II", "Tiêu chí 2.1", "Tiêu chí 2.2"]
    assert "Tên tử số: Số văn bản đúng hạn" in entry.before["removed"][1]
    assert client.get(page("set-row-remove", "II")).status_code == 404


def test_a_row_a_colleague_added_meanwhile_is_not_taken_out_unseen(draft, client, commune):
    mark = client.get(page("set-row-remove", "II")).context["mark"]
    row = RowSpec(code="2.9", name="Của người khác", max_points=Decimal(1), rule_kind="free")
    colleague(commune, draft, add_row(now(draft), "criterion", "II", row))
    answer = client.post(page("set-row-remove", "II"), {"was": mark})
    assert answer.status_code == 409
    assert "Của người khác" in answer.text
    assert find_row(now(draft), "2.9") is not None
    assert client.post(page("set-row-remove", "II"), {"was": answer.context["mark"]}).status_code == 302


def test_a_row_the_tie_order_names_is_not_taken_out_and_the_page_says_why(draft, client):
    answer = remove(client, draft, "III")
    assert answer.status_code == 422
    assert "Dòng III đang nêu trong thứ tự phân định" in answer.text
    assert find_row(now(draft), "III") is not None


def test_the_tree_asks_the_database_the_same_however_many_rows_it_has(draft, client, django_assert_num_queries):
    client.get(page("set-edit"))
    with django_assert_num_queries(9):
        client.get(page("set-edit"))
    spec = now(draft)
    for number in range(4):
        row = RowSpec(code=f"2.{number + 5}", name="Thêm", max_points=Decimal(1), rule_kind="free")
        spec = add_row(spec, "criterion", "II", row)
    draft.criteria.all().delete()
    from emulation.services.criteria import write_rows

    write_rows(draft, spec)
    with django_assert_num_queries(9):
        client.get(page("set-edit"))
