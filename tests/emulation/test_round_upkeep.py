"""Rounds in preparation are changed or dropped; finished ones archived, and brought back."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from emulation.models import Round
from emulation.services import open_round, publish_ranking
from emulation.services.appeals import decide_appeal, file_appeal
from emulation.services.publication import publish_new_version
from emulation.services.round_upkeep import archive_round, change_round, drop_round, restore_round
from emulation.services.vetoes import set_veto
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Refused, Stale
from tests.emulation.cycle_kit import form_of
from tests.emulation.year import best_value, card_of, new_round, ranked, row_of
from units.models import AuditEntry

OTHERS = ("pct", "vanphong", "tt.kt", "cv.kt", "quantri")


@pytest.fixture
def draft(commune):
    return new_round(commune, explain_until=today() + timedelta(days=25), reappraise_until=today() + timedelta(days=30))


@pytest.fixture
def published(commune):
    """A published round whose days for appeals are over: (the round, a clock to travel with)."""
    round_ = ranked(commune, ("KT", "HCC"))
    publish_ranking(actor=commune.people["pct"], round_id=round_.pk, decision_number="1/QĐ-UBND", decision_on=today())
    return Round.objects.get(pk=round_.pk)


def given(round_, **changes):
    names = (
        "criteria_set",
        "name",
        "kind",
        "practice",
        "skipped_areas",
        "sample_percent",
        "period_start",
        "period_end",
    )
    dates = ("self_score_from", "self_score_until", "appraise_until", "explain_until", "reappraise_until")
    return {name: getattr(round_, name) for name in (*names, *dates)} | changes


def after_appeals(round_):
    return time_machine.travel(round_.appeal_until + timedelta(days=1), tick=False)


# in preparation


def test_a_round_in_preparation_is_changed_with_what_it_was_in_the_log(commune, draft):
    changes = {"name": "Đợt cả năm", "skipped_areas": ["VII"], "sample_percent": 5}
    changed = change_round(actor=commune.people["vhxh"], round_id=draft.pk, version=1, **given(draft, **changes))

    assert (changed.name, changed.skipped_areas, changed.sample_percent, changed.version) == (
        "Đợt cả năm", ["VII"], 5, 2,
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="change_round")
    assert entry.before == {"name": draft.name, "sample_percent": 0, "skipped_areas": []}
    assert entry.after == {"name": "Đợt cả năm", "sample_percent": 5, "skipped_areas": ["VII"]}
    same = change_round(actor=commune.people["vhxh"], round_id=draft.pk, version=2, **given(changed))
    assert (same.version, AuditEntry.objects.filter(action="change_round").count()) == (2, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"appraise_until": -40}, "appraise_until"),
        ({"self_score_until": -1, "appraise_until": 1}, "self_score_until"),
        ({"skipped_areas": ["IX"]}, "skipped_areas"),
        ({"sample_percent": 101}, "sample_percent"),
        ({"name": "Đợt khác"}, "name"),
    ],
)
def test_what_no_round_can_be_is_refused_at_its_field(commune, draft, changes, field):
    new_round(commune, name="Đợt khác")
    typed = {
        name: today() + timedelta(days=value) if name.endswith("until") else value for name, value in changes.items()
    }
    with pytest.raises(DomainError) as refusal:
        change_round(actor=commune.people["vhxh"], round_id=draft.pk, version=1, **given(draft, **typed))
    assert refusal.value.field == field
    assert Round.objects.get(pk=draft.pk).version == 1


def test_a_round_in_preparation_is_dropped_with_a_reason(commune, draft):
    with pytest.raises(DomainError) as refusal:
        drop_round(actor=commune.people["vhxh"], round_id=draft.pk, version=1, reason="")
    assert refusal.value.field == "reason"

    assert drop_round(actor=commune.people["vhxh"], round_id=draft.pk, version=1, reason="Tạo nhầm kỳ") == draft.name

    entry = AuditEntry.objects.get(action="drop_round")
    assert (entry.reason, entry.before["name"], Round.objects.exists()) == ("Tạo nhầm kỳ", draft.name, False)
    assert new_round(commune).name == draft.name  # the name is free again


def test_others_later_and_stale_changes_are_refused(commune, draft):
    for who in OTHERS:
        with pytest.raises(Refused):
            change_round(actor=commune.people[who], round_id=draft.pk, version=1, **given(draft, name="X"))
        with pytest.raises(Refused):
            drop_round(actor=commune.people[who], round_id=draft.pk, version=1, reason="X")
    with pytest.raises(Stale):
        change_round(actor=commune.people["vhxh"], round_id=draft.pk, version=9, **given(draft, name="X"))
    with pytest.raises(Stale):
        drop_round(actor=commune.people["vhxh"], round_id=draft.pk, version=9, reason="X")
    open_round(actor=commune.people["vhxh"], round_id=draft.pk)
    with pytest.raises(DomainError, match="Đợt đã mở"):
        change_round(actor=commune.people["vhxh"], round_id=draft.pk, version=2, **given(draft, name="X"))
    with pytest.raises(DomainError, match="Đợt đã mở"):
        drop_round(actor=commune.people["vhxh"], round_id=draft.pk, version=2, reason="X")
    assert Round.objects.get().name == draft.name


def test_the_pages_of_a_round_in_preparation(commune, draft, sign_in):
    client = sign_in("vhxh")
    detail = client.get(reverse("emulation:round-detail", args=[draft.pk])).text
    edit, drop = (reverse(f"emulation:round-{name}", args=[draft.pk]) for name in ("edit", "drop"))
    assert (edit in detail, drop in detail, reverse("emulation:round-dates", args=[draft.pk]) in detail) == (
        True, True, False,
    )  # fmt: skip
    data = form_of(client.get(edit).text, has="sample_percent")
    data |= {"kind": draft.kind, "criteria_set": draft.criteria_set_id, "name": "Tên mới"}
    Round.objects.filter(pk=draft.pk).update(version=5, name="Người khác đặt")

    answer = client.post(edit, data)

    assert (answer.status_code, form_of(answer.text, has="sample_percent")["name"]) == (409, "Tên mới")
    again = form_of(answer.text, has="sample_percent") | {"kind": draft.kind, "criteria_set": draft.criteria_set_id}
    assert client.post(edit, again | {"appraise_until": "31/02/2027"}).status_code == 422
    assert client.post(edit, again).status_code == 302
    assert Round.objects.get().name == "Tên mới"
    assert client.post(drop, {"version": 6, "reason": ""}).status_code == 422
    answer = client.post(drop, {"version": 6, "reason": "Tạo nhầm"}, follow=True)
    assert "Đã bỏ đợt “Tên mới”." in answer.text
    assert client.get(edit).status_code == 404


def test_an_opened_round_has_no_page_to_edit_it(commune, draft, sign_in):
    open_round(actor=commune.people["vhxh"], round_id=draft.pk)
    for name in ("edit", "drop"):
        answer = sign_in("vhxh").get(reverse(f"emulation:round-{name}", args=[draft.pk]))
        assert (answer.status_code, "Đợt đã mở" in answer.text) == (422, True)
        assert sign_in("pct").get(reverse(f"emulation:round-{name}", args=[draft.pk])).status_code == 403
        assert sign_in("quansat").get(reverse(f"emulation:round-{name}", args=[draft.pk])).status_code == 404


# finished


def test_a_finished_round_is_archived_and_stays_published(commune, published, sign_in):
    with after_appeals(published):
        done = archive_round(actor=commune.people["pct"], round_id=published.pk, version=published.version)
        assert (done.archived_by, done.state) == (commune.people["pct"], "published")
        for who in ("vhxh", "tt.kt", "quansat"):
            client = sign_in(who)
            working = client.get(reverse("emulation:round-list")).text
            stored = client.get(reverse("emulation:round-list") + "?luu_tru").text
            assert (published.name in working, published.name in stored) == (False, True)
            assert client.get(reverse("emulation:ranking", args=[published.pk])).status_code == 200
        detail = sign_in("vhxh").get(reverse("emulation:round-detail", args=[published.pk])).text
        assert "Đợt đã lưu trữ lúc" in detail

        back = restore_round(actor=commune.people["vhxh"], round_id=published.pk, version=done.version)
        assert (back.archived_at, back.archived_by, back.state) == (None, None, "published")
        assert published.name in sign_in("vhxh").get(reverse("emulation:round-list")).text
    assert list(AuditEntry.objects.filter(action__endswith="e_round").values_list("action", flat=True))[:2] == [
        "restore_round", "archive_round",
    ]  # fmt: skip


def test_a_round_with_something_left_to_do_is_not_archived(commune, published):
    people, card = commune.people, card_of(published, commune, "KT")
    archive = {"actor": people["vhxh"], "round_id": published.pk}
    with pytest.raises(DomainError, match="Còn hạn kiến nghị đến hết"):
        archive_round(**archive)
    row = row_of(card, "2.1")
    appeal = file_appeal(actor=people["tt.kt"], scorecard_id=card.pk, text="Xem lại", row_id=row.pk)
    with after_appeals(published):
        with pytest.raises(DomainError, match="Còn 1 kiến nghị chờ giải quyết"):
            archive_round(**archive)
        decide_appeal(
            actor=people["vhxh"], appeal_id=appeal.pk, accepted=True, answer="Đúng",
            value=best_value(row) | {"denominator": 20, "numerator": 10}, lower=True,
        )  # fmt: skip
        with pytest.raises(DomainError, match="chưa công bố bản mới"):
            archive_round(**archive)
        publish_new_version(
            actor=people["pct"], round_id=published.pk, reason="Kiến nghị", decision_number="2/QĐ-UBND",
            decision_on=today(),
        )  # fmt: skip
        for who in ("vanphong", "tt.kt", "quantri"):
            with pytest.raises(Refused):
                archive_round(actor=commune.people[who], round_id=published.pk)
        with pytest.raises(Stale):
            archive_round(**archive, version=1)
        assert archive_round(**archive).archived_at is not None


def test_an_appeal_accepted_without_moving_a_point_waits_for_nothing(commune, published):
    people, card = commune.people, card_of(published, commune, "KT")
    with time_machine.travel(published.appeal_until, tick=False):
        appeal = file_appeal(actor=people["tt.kt"], scorecard_id=card.pk, text="Xem lại kết quả chung")
        decide_appeal(actor=people["pct"], appeal_id=appeal.pk, accepted=True, answer="Đồng ý xem xét")
    with after_appeals(published):
        assert archive_round(actor=people["vhxh"], round_id=published.pk).archived_at is not None


def test_a_veto_set_since_the_last_version_waits_for_the_next(commune, published):
    people, card = commune.people, card_of(published, commune, "KT")
    given = {"effect": "no_award", "reason": "Vi phạm", "decision_number": "3/QĐ-UBND", "decision_on": today()}
    set_veto(actor=people["pct"], scorecard_id=card.pk, **given)
    with after_appeals(published):
        with pytest.raises(DomainError, match=f"{card.unit.name} đã thay đổi sau bản đã công bố"):
            archive_round(actor=people["vhxh"], round_id=published.pk)
        publish_new_version(
            actor=people["pct"], round_id=published.pk, reason="Khống chế", decision_number="4/QĐ-UBND",
            decision_on=today(),
        )  # fmt: skip
        assert archive_round(actor=people["vhxh"], round_id=published.pk).archived_at is not None


def test_an_unpublished_round_is_not_archived_but_a_practice_one_is(commune):
    round_ = ranked(commune, ("KT",))
    with pytest.raises(DomainError, match="chưa công bố"):
        archive_round(actor=commune.people["vhxh"], round_id=round_.pk)
    Round.objects.filter(pk=round_.pk).update(practice=True)
    archived = archive_round(actor=commune.people["vhxh"], round_id=round_.pk)
    assert archived.archived_at is not None
    assert archive_round(actor=commune.people["vhxh"], round_id=round_.pk).version == archived.version


def test_archiving_has_a_button_when_it_can_be_done(commune, published, sign_in):
    address, detail = (reverse(f"emulation:round-{name}", args=[published.pk]) for name in ("archive", "detail"))
    assert address not in sign_in("pct").get(detail).text
    with after_appeals(published):
        assert address not in sign_in("vanphong").get(detail).text
        client = sign_in("pct")
        data = form_of(client.get(detail).text, action=address)
        assert client.get(address).status_code == 405
        assert client.post(address, data).status_code == 302
        assert client.post(address, data).status_code == 302  # pressed twice
        restore = reverse("emulation:round-restore", args=[published.pk])
        assert client.post(restore, form_of(client.get(detail).text, action=restore)).status_code == 302
    assert Round.objects.get().archived_at is None
