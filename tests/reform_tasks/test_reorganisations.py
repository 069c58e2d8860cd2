"""Units merged, split and renamed: the past stays, duties and people go on, the counts and pages stay right."""

from datetime import date

import pytest
from django.urls import reverse

from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.models import Assignment, Occurrence, ProgressReport
from reform_tasks.queries import progress_board, task_facts
from reform_tasks.services import Draft, save_report, submit_report
from units.enums import ReorganisationKind
from units.models import AuditEntry, Reorganisation, Role, Unit, UnitAlias
from units.queries import name_on, units_of
from units.services import (
    apply_due_reorganisations,
    cancel_reorganisation,
    choose_successors,
    confirm_reorganisation,
    draft_reorganisation,
)
from units.services.reorganisations import NewUnit, describe

TODAY = date(2026, 4, 10)
YEAR = (date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31))
NEW = NewUnit("KTVH", "Phòng Kinh tế và Văn hóa", "Phòng KT-VH")


@pytest.fixture
def draft(now, commune):
    """Return a function beginning a reorganisation of the administrator."""

    def make(kind, old, targets, **changed):
        paper = {"number": "120/QĐ-UBND", "decided_on": date(2026, 4, 1), "effective_on": TODAY, "reason": ""}
        return draft_reorganisation(
            by=commune.people["quantri"],
            issuer=commune.issuer,
            kind=ReorganisationKind(kind),
            old=[commune.units[code] for code in old],
            targets=[commune.units[one] if isinstance(one, str) else one for one in targets],
            **(paper | changed),
        )

    return make


@pytest.fixture
def confirm(commune):
    """Return a function confirming at the version of the row."""

    def carry_out(made):
        made.refresh_from_db()
        return confirm_reorganisation(by=commune.people["quantri"], reorganisation=made, version=made.version)

    return carry_out


def due(unit):
    return task_facts(Unit.objects.get(code=unit), *YEAR).due


def test_a_merged_unit_keeps_its_past_and_hands_on_what_is_to_come(only, draft, confirm, commune):
    past, coming, other = only(KT=[date(2026, 3, 31), date(2026, 6, 30)], VHXH=[date(2026, 5, 31)])
    plan = past.assignment.task.plan
    made = confirm(draft("merge", ["KT", "VHXH"], [NEW]))

    assert made.state == "applied"
    new = Unit.objects.get(code="KTVH")
    for row in (coming, other):
        row.refresh_from_db()
        assert row.assignment.unit == new
    past.refresh_from_db()
    assert past.assignment.unit.code == "KT"
    assert past.assignment.ended_on == date(2026, 4, 9)
    assert [due(code) for code in ("KT", "VHXH", "KTVH")] == [1, 0, 2]
    board = progress_board(plan, list(units_of(commune.issuer)), today=TODAY)
    assert board.total.total == 3
    assert {row.unit.code: row.total.total for row in board.rows if row.total.total} == {"KT": 1, "KTVH": 2}
    assert (new.block, new.active, new.inherited_ids) == (
        commune.units["KT"].block,
        True,
        sorted([commune.units["KT"].pk, commune.units["VHXH"].pk]),
    )
    assert list(Unit.objects.filter(code__in=["KT", "VHXH"], active=True)) == []
    assert UnitAlias.objects.filter(unit__code="KT").count() == 0
    assert AuditEntry.objects.filter(action="apply_reorganisation").count() == 1


def test_people_follow_as_chosen_with_one_head(draft, confirm, commune):
    made = draft("merge", ["KT", "CA"], [NEW])
    people = dict(made.choices["people"])
    heads = [pk for pk, choice in people.items() if choice == "0:unit_head"]
    assert heads == [str(commune.people["tt.kt"].pk)]
    people[str(commune.people["cv.ca"].pk)] = "0:"
    choose_successors(by=commune.people["quantri"], reorganisation=made, version=made.version, people=people, duties={})
    confirm(made)

    roles = Role.objects.filter(unit__code="KTVH").values_list("user__username", "kind")
    assert sorted(roles) == [("cv.kt", "unit_staff"), ("tt.ca", "unit_staff"), ("tt.kt", "unit_head")]
    assert Role.objects.filter(unit__code__in=["KT", "CA"]).count() == 0
    for name in ("tt.kt", "cv.ca"):
        commune.people[name].refresh_from_db()
        assert commune.people[name].unit.code == "KTVH"


def test_the_successors_head_finishes_what_was_overdue_and_reads_the_old_pages(only, draft, confirm, commune, sign_in):
    [late] = only(KT=[date(2026, 3, 31)])
    confirm(draft("merge", ["KT"], ["CA"]))
    page = sign_in("tt.ca").get(f"/ky/{late.pk}/")
    assert (page.status_code, "đã sắp xếp lại" in page.content.decode()) == (200, True)
    assert "Việc 1" in sign_in("tt.ca").get("/viec-cua-toi/").content.decode()
    late = Occurrence.objects.select_related("assignment__unit__parent", "assignment__task__plan__issuer").get()
    head = commune.people["tt.ca"]
    typed = save_report(actor=head, occurrence=late, draft=Draft(outcome="done", result="Xong"), version=0)
    submit_report(actor=head, occurrence=late, draft=Draft(outcome="done", result="Xong"), version=typed.version)
    assert ProgressReport.objects.get(occurrence=late).state == "submitted"
    assert sign_in("tt.vhxh").get(f"/ky/{late.pk}/").status_code == 404


def test_both_led_the_same_task_and_one_draft_survives(plan, draft, confirm, commune):
    both = Occurrence.objects.filter(assignment__unit__code="TH1", due_on__gte=TODAY)
    first = both.filter(assignment__task__assignments__unit__code="TH2").order_by("due_on", "pk").first()
    task = first.assignment.task
    rows = {
        code: Occurrence.objects.get(assignment__task=task, assignment__unit__code=code, label=first.label)
        for code in ("TH1", "TH2")
    }
    report = ProgressReport.objects.create(occurrence=rows["TH1"], result="Đang làm")
    confirm(draft("merge", ["TH1"], ["TH2"]))

    left = Occurrence.objects.live().filter(assignment__task=task, assignment__unit__code__in=["TH1", "TH2"])
    [kept] = left.filter(label=first.label)
    assert (kept, kept.report, kept.assignment.unit.code) == (rows["TH1"], report, "TH2")
    assert Assignment.objects.current().filter(task=task, unit__code="TH1").count() == 0


def test_a_split_unit_divides_its_duties_as_chosen(only, draft, confirm, commune):
    one, two = only(KT=[date(2026, 6, 30), date(2026, 9, 30)])
    other = Assignment.objects.get(pk=one.assignment_id)
    made = draft("split", ["KT"], [NewUnit("KT1", "Phòng Một", "P. Một"), NewUnit("KT2", "Phòng Hai", "P. Hai")])
    choose_successors(
        by=commune.people["quantri"],
        reorganisation=made,
        version=made.version,
        people=made.choices["people"],
        duties={f"nhiem-vu:{other.pk}": 1},
    )
    confirm(made)

    assert [due(code) for code in ("KT", "KT1", "KT2")] == [0, 0, 2]
    two.refresh_from_db()
    assert two.assignment.unit.code == "KT2"
    assert {unit.code for unit in Unit.objects.filter(inherited_ids=[commune.units["KT"].pk])} == {"KT1", "KT2"}


def test_a_new_name_counts_from_its_day(draft, confirm, commune):
    old_name = commune.units["KT"].name
    made = confirm(draft("rename", ["KT"], [NewUnit("", "Phòng Kinh tế, Hạ tầng", "Phòng KT-HT")]))

    unit = Unit.objects.get(code="KT")
    assert (unit.name, unit.active) == ("Phòng Kinh tế, Hạ tầng", True)
    assert [name_on(unit, day) for day in (date(2026, 4, 9), TODAY)] == [old_name, "Phòng Kinh tế, Hạ tầng"]
    assert UnitAlias.objects.get(folded="phong kinh te ha tang").unit == unit
    assert describe(made) == f"Đổi tên {old_name} thành Phòng Kinh tế, Hạ tầng theo 120/QĐ-UBND"


def test_a_later_day_waits_for_the_worker(only, draft, confirm, now, commune):
    [row] = only(KT=[date(2026, 6, 30)])
    made = confirm(draft("merge", ["KT"], ["CA"], effective_on=date(2026, 4, 20)))
    assert (made.state, apply_due_reorganisations(), due("KT")) == ("planned", 0, 1)
    busy = draft("merge", ["KT"], ["VHXH"], number="121/QĐ-UBND")
    with pytest.raises(DomainError, match="đang chờ một quyết định sắp xếp khác"):
        confirm(busy)

    now.move_to("2026-04-20T00:11:00+07:00")
    assert (apply_due_reorganisations(), apply_due_reorganisations()) == (1, 0)
    row.refresh_from_db()
    assert row.assignment.unit.code == "CA"
    assert row.assignment.task.assignments.get(unit__code="KT").ended_on == date(2026, 4, 19)


def test_it_can_be_called_off_before_its_day(draft, confirm, commune):
    made = confirm(draft("merge", ["KT"], ["CA"], effective_on=date(2026, 4, 20)))
    with pytest.raises(Stale):
        cancel_reorganisation(by=commune.people["quantri"], reorganisation=made, version=0)
    made.refresh_from_db()
    cancel_reorganisation(by=commune.people["quantri"], reorganisation=made, version=made.version)
    assert Reorganisation.objects.get().state == "cancelled"
    assert draft("merge", ["KT"], ["CA"]).pk != made.pk


@pytest.mark.parametrize(
    ("kind", "old", "targets", "changed", "field"),
    [
        ("merge", ["KT"], [NEW], {}, "old"),
        ("merge", ["KT", "CA"], [NEW, "CA"], {}, "targets"),
        ("split", ["KT"], [NEW], {}, "targets"),
        ("rename", ["KT"], ["CA"], {}, "name"),
        ("merge", ["KT", "CA"], [NewUnit("KT", "Tên khác", "Tên")], {}, "code"),
        ("merge", ["KT", "CA"], [NewUnit("có dấu", "Tên khác", "Tên")], {}, "code"),
        ("merge", ["KT", "CA"], [NewUnit("MOI", "", "Tên")], {}, "name"),
        ("merge", ["KT", "CA"], [NEW], {"number": "một"}, "number"),
        ("merge", ["KT", "CA"], [NEW], {"decided_on": date(2026, 4, 11)}, "decided_on"),
        ("merge", ["KT", "CA"], [NEW], {"effective_on": date(2026, 3, 31)}, "effective_on"),
        ("merge", ["KT", "CA"], [NEW], {"effective_on": date(2030, 1, 1)}, "effective_on"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(draft, kind, old, targets, changed, field):
    with pytest.raises(DomainError) as refusal:
        draft(kind, old, targets, **changed)
    assert (refusal.value.field, Reorganisation.objects.count()) == (field, 0)


def test_only_the_administrator_and_each_number_once(draft, commune):
    made = draft("merge", ["KT"], ["CA"])
    with pytest.raises(DomainError) as refusal:
        draft("merge", ["KT"], ["CA"])
    assert refusal.value.field == "number"
    for name in ("vhxh", "vanphong", "pct", "tt.kt"):
        with pytest.raises(Refused):
            confirm_reorganisation(by=commune.people[name], reorganisation=made, version=made.version)


def test_scorecards_of_the_old_unit_stay_and_are_read_by_the_new(draft, confirm, commune, sign_in):
    from emulation.models import Scorecard
    from tests.emulation.year import ranked

    ranked(commune, ("KT",))
    card = Scorecard.objects.get(unit__code="KT")
    kept = list(Scorecard.objects.filter(pk=card.pk).values())
    Unit.objects.filter(code="CA").update(active=True)  # `ranked` leaves only the scored unit active
    confirm(draft("merge", ["KT"], ["CA"]))
    assert list(Scorecard.objects.filter(pk=card.pk).values()) == kept
    url = reverse("emulation:scorecard-detail", args=[card.pk])
    assert [sign_in(name).get(url).status_code for name in ("tt.ca", "tt.vhxh")] == [200, 404]


def test_the_screens_from_decision_to_confirmation(now, sign_in, commune, only):
    only(KT=[date(2026, 6, 30)])
    client = sign_in("quantri")
    assert "Chưa có quyết định nào" in client.get("/quan-tri/sap-xep/").content.decode()
    form = {
        "kind": "merge", "number": "120/QĐ-UBND", "decided_on": "01/04/2026", "effective_on": "10/04/2026",
        "old": ["KT", "CA"], "code-1": "KTVH", "name-1": "Phòng Mới", "short_name-1": "",
    }  # fmt: skip
    refused = client.post("/quan-tri/sap-xep/them/", form)
    assert (refused.status_code, "Phòng Mới" in refused.content.decode()) == (422, True)
    page = client.post("/quan-tri/sap-xep/them/", form | {"short_name-1": "P. Mới"})["Location"]
    shown = client.get(page).content.decode()
    assert "4 người và 1 nhiệm vụ chuyển sang đơn vị nhận; 1 kỳ" in shown
    people = {f"nguoi-{commune.people[name].pk}": "0:unit_staff" for name in ("cv.kt", "cv.ca", "tt.ca")}
    people[f"nguoi-{commune.people['tt.kt'].pk}"] = "0:unit_head"
    assert client.post(f"{page}chon/", people | {"version": "1"}).status_code == 302
    assert client.post(f"{page}xac-nhan/", {"version": "1"}).status_code == 409
    assert client.post(f"{page}xac-nhan/", {"version": "2"}).status_code == 302
    assert "Đã thực hiện" in client.get(page).content.decode()
    assert sign_in("vhxh").get("/quan-tri/sap-xep/").status_code == 403
