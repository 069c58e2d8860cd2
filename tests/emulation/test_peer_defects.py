"""The defects found by running and reading other systems (peers.md 4.3), each tried on ours, one test for each line."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from emulation.models import RankingEntry, Round, Scorecard, ScorecardRow
from emulation.services import (
    RowEntry,
    accept_unchanged,
    close_self_scoring,
    complete_appraisal,
    open_round,
    publish_ranking,
    rank_round,
    reopen_appraisal,
    save_self_row,
    submit_scorecard,
)
from emulation.services.clock import close_due_rounds
from emulation.services.rows import save_appraisal_row
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Refused
from tests.emulation.year import (
    best_value,
    card_of,
    fill,
    new_round,
    opened,
    ranked,
    row_of,
    submitted_all,
    worst_value,
)
from units.models import AuditEntry, User


def test_a_self_score_after_the_result_is_final_is_refused_with_who_can_help(commune, sign_in):
    round_ = ranked(commune, ("KT", "HCC"))
    row = row_of(card_of(round_, commune, "KT"), "2.1")
    url = reverse("emulation:row-save", args=[row.scorecard_id, row.pk])
    given = {f"r{row.pk}-version": row.version, f"r{row.pk}-was": "", f"r{row.pk}-numerator": "1"}

    answer = sign_in("tt.kt").post(url, given)

    assert (answer.status_code, "có thể trả lại" in answer.json()["message"]) == (403, True)
    assert ScorecardRow.objects.get(pk=row.pk).version == row.version


def test_999_points_on_a_small_criterion_is_refused_and_what_was_typed_is_kept(commune, sign_in):
    row = row_of(card_of(opened(commune, ("KT",)), commune, "KT"), "2.1")
    url = reverse("emulation:scorecard-area", args=[row.scorecard_id, "II"])
    given = {f"r{row.pk}-version": "1", f"r{row.pk}-numerator": "999", f"r{row.pk}-denominator": "10"}

    answer = sign_in("tt.kt").post(url, given)

    assert (answer.status_code, 'value="999"' in answer.content.decode()) == (422, True)
    assert ScorecardRow.objects.get(pk=row.pk).self_points is None


def test_no_address_lets_a_unit_set_its_own_state_or_total(commune, sign_in):
    card = card_of(opened(commune, ("KT",)), commune, "KT")
    row = row_of(card, "2.1")
    forged = {"state": "appraised", "index": "100", "self_total": "100", "appraised_points": "4", "final_points": "4"}
    for name, args in (("scorecard-area", [card.pk, "II"]), ("row-save", [card.pk, row.pk])):
        sign_in("tt.kt").post(reverse(f"emulation:{name}", args=args), forged)

    fresh, stored = Scorecard.objects.get(pk=card.pk), ScorecardRow.objects.get(pk=row.pk)
    assert (fresh.state, fresh.index, fresh.self_total) == ("open", None, None)
    assert (stored.appraised_points, stored.final_points) == (None, None)


def test_thirty_equal_units_are_all_first_and_the_rule_is_printed(commune, sign_in):
    round_ = ranked(commune, ("MN1", "MN2", "TH1"))
    publish_ranking(actor=commune.people["pct"], round_id=round_.pk, decision_number="1/QĐ", decision_on=today())

    page = sign_in("tt.mn1").get(reverse("emulation:ranking", args=[round_.pk])).content.decode()

    entries = RankingEntry.objects.filter(ranking__round=round_)
    assert set(entries.values_list("rank", "shared")) == {(1, True)}
    assert "Hạng" in page
    assert "(1, 1, 3)" in page


def test_an_appraised_score_of_zero_everywhere_changes_the_rank(commune):
    round_ = opened(commune, ("KT", "HCC"))
    submitted_all(commune, round_)
    reviewer = commune.people["vhxh"]
    close_self_scoring(actor=reviewer, round_id=round_.pk, reason="Đủ phiếu")
    card = card_of(round_, commune, "HCC")
    for row in card.rows.select_related("criterion").filter(applicable=True, criterion__source="person"):
        if row.criterion.kind == "criterion":
            entry = RowEntry(row.pk, row.version, worst_value(row), "Không có căn cứ")
            save_appraisal_row(actor=reviewer, scorecard_id=card.pk, entry=entry)
    for one in Scorecard.objects.filter(round=round_):
        accept_unchanged(actor=reviewer, scorecard_id=one.pk)
        complete_appraisal(actor=reviewer, scorecard_id=one.pk)
    rank_round(actor=reviewer, round_id=round_.pk)

    places = dict(RankingEntry.objects.values_list("unit__code", "rank"))
    assert places == {"KT": 1, "HCC": 2}


def test_the_reason_for_sending_back_is_stored_and_shown(commune, sign_in):
    round_ = ranked(commune, ("KT",))
    reopen_appraisal(actor=commune.people["pct"], round_id=round_.pk, reason="Số liệu phần II chưa khớp")

    page = sign_in("vhxh").get(reverse("emulation:round-detail", args=[round_.pk])).content.decode()

    assert AuditEntry.objects.get(action="reopen_appraisal").reason == "Số liệu phần II chưa khớp"
    assert "Số liệu phần II chưa khớp" in page


def test_all_scores_zero_can_be_handed_in(commune):
    card = card_of(opened(commune, ("KT",)), commune, "KT")
    fill(card, commune.people["tt.kt"], worst=lambda row: True)

    assert submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk).state == "submitted"


def test_a_person_without_a_unit_or_role_sees_nothing(commune, client):
    round_ = ranked(commune, ("KT",))
    stranger = User.objects.create(
        username="khong.vai.tro", full_name="Không vai trò", unit=commune.units["KT"], must_change_password=False
    )
    client.force_login(stranger, backend="units.backends.OfficeBackend")
    card = card_of(round_, commune, "KT")

    found = [
        client.get(reverse(f"emulation:{name}", args=args)).status_code
        for name, args in (
            ("round-detail", [round_.pk]),
            ("ranking", [round_.pk]),
            ("scorecard-detail", [card.pk]),
            ("set-detail", ["mau-2026"]),
        )
    ]

    assert found == [404, 404, 404, 404]


def test_a_rule_is_not_changed_under_a_round_that_uses_it(commune):
    from dataclasses import replace

    from emulation.services.criteria import replace_draft, spec_of

    round_ = opened(commune, ("KT",))
    spec = spec_of(round_.criteria_set)

    with pytest.raises(DomainError, match="Chỉ sửa được bộ tiêu chí dự thảo"):
        replace_draft(
            actor=commune.people["vhxh"], criteria_set=round_.criteria_set, spec=replace(spec, bonus_max=Decimal(9))
        )


def test_the_lock_by_the_clock_takes_only_what_is_due(commune):
    with time_machine.travel("2026-11-02T09:00:00+07:00", tick=False) as clock:
        early = opened(commune, ("KT",), self_score_until=today() + timedelta(days=1))
        late = open_round(
            actor=commune.people["vhxh"],
            round_id=new_round(commune, name="Khác", self_score_until=today() + timedelta(days=9)).pk,
        )
        clock.move_to("2026-11-04T00:10:00+07:00")
        close_due_rounds()
        close_due_rounds()

    assert dict(Round.objects.values_list("pk", "state")) == {early.pk: "appraisal", late.pk: "self_scoring"}


def test_another_units_evidence_and_scorecard_are_not_found(commune, sign_in):
    card = card_of(opened(commune, ("KT", "HCC")), commune, "KT")
    row = row_of(card, "2.1")

    found = {
        sign_in("tt.hcc").get(reverse(f"emulation:{name}", args=args)).status_code
        for name, args in (("scorecard-detail", [card.pk]), ("row-evidence", [card.pk, row.pk]))
    }

    assert found == {404}
    entry = RowEntry(row.pk, row.version, best_value(row))
    with pytest.raises(Refused):
        save_self_row(actor=commune.people["tt.hcc"], scorecard_id=card.pk, entry=entry)
