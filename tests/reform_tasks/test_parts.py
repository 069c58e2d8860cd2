"""Who does a task: officers, shares of credit, coordinating units, all units of a block at once."""

from decimal import Decimal

import pytest

from ninhgiang.errors import DomainError, Refused, Stale
from reform_tasks.models import Assignment, Occurrence
from reform_tasks.services import name_officer, set_coordinators, share_credit
from units.models import AuditEntry


@pytest.fixture
def task(now, plan):
    """Task 1, led by VHXH; all the others coordinate."""
    return plan.tasks.select_related("plan__issuer").get(number="1")


def part(task, code):
    return task.assignments.current().select_related("unit", "task__plan__issuer", "officer").get(unit__code=code)


def shares_of(task, **wanted):
    return {part(task, code).pk: Decimal(share) for code, share in wanted.items()}


def test_stated_shares_add_up(task, commune):
    actor = commune.people["vhxh"]
    share_credit(actor=actor, task=task, version=1, shares=shares_of(task, VHXH="70", KT="30"))
    assert part(task, "KT").share == Decimal(30)
    entry = AuditEntry.objects.get(action="share_credit")
    kt = commune.units["KT"].short_name
    assert (entry.before[kt], entry.after[kt]) == ("", "30 %")
    with pytest.raises(Stale):
        share_credit(actor=actor, task=task, version=1, shares={})
    share_credit(actor=actor, task=task, version=2, shares={})
    assert task.assignments.filter(share__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"VHXH": "70", "KT": "20"}, "Tổng tỷ lệ phải bằng 100 %; đang là 90 %."),
        ({"KT": "100"}, "Hãy ghi tỷ lệ cho mọi đơn vị chủ trì."),
        ({"VHXH": "100", "KT": "0"}, "Tỷ lệ phải lớn hơn 0 và không quá 100."),
    ],
)
def test_wrong_shares_are_refused(task, commune, wanted, message):
    with pytest.raises(DomainError) as refusal:
        share_credit(actor=commune.people["vhxh"], task=task, version=1, shares=shares_of(task, **wanted))
    assert refusal.value.message == message


def test_coordinating_units_change_with_a_reason_and_forget_shares(task, commune):
    actor = commune.people["vhxh"]
    share_credit(actor=actor, task=task, version=1, shares=shares_of(task, VHXH="70", KT="30"))
    kept = [commune.units["KT"]]
    with pytest.raises(DomainError) as refusal:
        set_coordinators(actor=actor, task=task, units=kept, version=2, reason=" ")
    assert refusal.value.field == "reason"
    new, ended = set_coordinators(actor=actor, task=task, units=kept, version=2, reason="Phân công lại")
    assert (new, len(ended)) == ([], 12)
    assert sorted(a.unit.code for a in task.assignments.current().select_related("unit")) == ["KT", "VHXH"]
    assert (part(task, "KT").share, Assignment.objects.filter(task=task).count()) == (None, 14)


def test_the_head_names_an_officer_of_the_unit(task, commune):
    people, row = commune.people, part(task, "KT")
    name_officer(actor=people["tt.kt"], assignment=row, officer=people["cv.kt"], seen=None)
    assert part(task, "KT").officer == people["cv.kt"]
    with pytest.raises(Stale):
        name_officer(actor=people["tt.kt"], assignment=part(task, "KT"), officer=None, seen=None)
    with pytest.raises(DomainError) as refusal:
        name_officer(actor=people["tt.kt"], assignment=row, officer=people["cv.ca"], seen=people["cv.kt"].pk)
    assert refusal.value.field == "officer"
    with pytest.raises(Refused):
        name_officer(actor=people["cv.kt"], assignment=row, officer=None, seen=people["cv.kt"].pk)


def test_the_screens(task, plan, sign_in, commune):
    client, url = sign_in("vhxh"), f"/ke-hoach/{plan.pk}/nhiem-vu/1/"
    boxes = {f"share-{part(task, code).pk}": share for code, share in (("VHXH", "60"), ("KT", "30"))}
    wrong = client.post(f"{url}phan-cong/", boxes | {"form": "shares", "version": "1"})
    assert (wrong.status_code, "đang là 90 %" in wrong.content.decode()) == (422, True)
    assert client.post(f"{url}phan-cong/", {"form": "coordinators", "version": "1", "reason": "x"}).status_code == 302
    assert part(task, "VHXH").share is None
    head = sign_in("tt.vhxh")
    officer = {"assignment": part(task, "VHXH").pk, "seen": "", "officer": commune.people["cv.vhxh"].pk}
    assert head.post(f"{url}cong-chuc/", officer).status_code == 302
    assert commune.people["cv.vhxh"].full_name in client.get(url).content.decode()
    assert head.post(f"{url}cong-chuc/", officer).status_code == 409
    assert sign_in("tt.kt").get(f"{url}phan-cong/").status_code == 403


def test_a_whole_block_is_named_in_one_step(now, plan, sign_in, commune):
    block = commune.units["TH1"].block
    number = plan.tasks.get(number="8")
    answer = sign_in("vhxh").post(
        f"/ke-hoach/{plan.pk}/nhiem-vu/8/chu-tri/", {"version": number.version, "units": [f"khoi:{block.code}"]}
    )
    assert answer.status_code == 302
    wanted = {unit.code for unit in commune.units.values() if unit.block_id == block.pk}
    led = Assignment.objects.filter(task=number, part="lead").values_list("unit__code", flat=True)
    assert set(led) == wanted
    assert (
        set(Occurrence.objects.filter(assignment__task=number).values_list("assignment__unit__code", flat=True))
        == wanted
    )
