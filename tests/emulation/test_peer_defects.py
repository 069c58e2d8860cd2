"""The defects found by running and reading other systems (peers.md 4.3), each tried on ours, one test for each line.

The lines about two clients at the same moment need two connections: tests/emulation/test_two_connections.py; here the
second of them sees both values on its page.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client, override_settings
from django.urls import reverse

from emulation.models import (
    Criterion,
    RankingEntry,
    Round,
    RowEvidence,
    Scorecard,
    ScorecardRow,
)
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
from emulation.services.criteria import copy_set, replace_draft, spec_of
from emulation.services.explanations import ask_explanation, close_explanation
from emulation.services.rows import save_final_rows
from emulation.services.second_appraisal import complete_second_appraisal
from ninhgiang.calendar import today
from ninhgiang.canonical import sha256_of
from ninhgiang.errors import DomainError, Refused
from reform_tasks.models import Evidence
from tests.emulation.round_walk import BLANK, Walk, status_of
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
from units.models import AuditEntry, Unit, User


def test_a_self_score_after_the_result_is_final_is_refused_with_who_can_help(commune, sign_in):
    round_ = ranked(commune, ("KT", "HCC"))
    row = row_of(card_of(round_, commune, "KT"), "2.1")
    url = reverse("emulation:row-save", args=[row.scorecard_id, row.pk])
    given = {f"r{row.pk}-version": row.version, f"r{row.pk}-was": "", f"r{row.pk}-numerator": "1", "phase": "self"}

    answer = sign_in("tt.kt").post(url, given)

    assert (answer.status_code, "có thể trả lại" in answer.json()["message"]) == (403, True)
    assert ScorecardRow.objects.get(pk=row.pk).version == row.version


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("999", "Điểm tối đa là 1,66; đã nhập 999."),
        ("1,67", "Điểm tối đa là 1,66; đã nhập 1,67."),
        ("1,655", "2 chữ số thập phân"),
    ],
)
def test_999_points_on_a_criterion_of_1_66_is_refused_and_what_was_typed_is_kept(commune, sign_in, typed, message):
    Criterion.objects.filter(criteria_set__issuer=commune.issuer, code="2.1").update(
        rule_kind="free", rule_params={"step": "0.01"}, max_points=Decimal("1.66")
    )
    row = row_of(card_of(opened(commune, ("KT",)), commune, "KT"), "2.1")
    area = reverse("emulation:scorecard-area", args=[row.scorecard_id, "II"])
    given = {f"r{row.pk}-version": row.version, f"r{row.pk}-note": "Ghi chú đã gõ", "phase": "self"}
    head = sign_in("tt.kt")

    page = head.post(area, given | {f"r{row.pk}-points": typed})
    alone = head.post(
        reverse("emulation:row-save", args=[row.scorecard_id, row.pk]), given | {f"r{row.pk}-points": typed}
    )

    assert (page.status_code, alone.status_code) == (422, 422)
    for kept in (message, f'value="{typed}"', "Ghi chú đã gõ"):
        assert kept in page.text
    assert message in alone.json()["fields"][f"r{row.pk}-points"]
    assert ScorecardRow.objects.get(pk=row.pk).self_points is None
    assert head.post(area, given | {f"r{row.pk}-points": "1,66"}).status_code == 302
    assert ScorecardRow.objects.get(pk=row.pk).self_points == Decimal("1.66")


FORGED = {"state": "final", "index": "100", "self_total": "100", "appraised_total": "100", "final_total": "100"}
FORGED |= {"appraised_points": "4", "final_points": "4", "self_points": "4", "late_penalty": "-9", "applicable": "0"}
FORGED |= {"submitted_late": "", "flagged": "", "unit": "1", "round": "1", "max_points": "100", "sha256": "x"}


@pytest.mark.parametrize("who", ["head", "officer"])
def test_no_address_lets_a_unit_set_its_own_state_or_total(commune, who):
    """Every address of scoring, with what its page sends (versions included) and every column forged beside it."""
    with time_machine.travel("2026-11-02T09:00:00+07:00", tick=False):
        walk = Walk(commune)
        open_round(actor=commune.people["vhxh"], round_id=walk.round.pk)
        row = row_of(walk.card, "2.1")
        forged = FORGED | {f"r{row.pk}-{name}": value for name, value in FORGED.items()}
        posts = walk.posts()
        with override_settings(TEMPLATES=BLANK):
            tried = {
                label: status_of(walk.everybody[who], "post", url, data | forged)
                for label, (url, data) in posts.items()
            }

    card, stored = walk.card, row_of(walk.card, "2.1")
    assert len(tried) > 30
    assert stored.self_value == {
        "numerator": 3,
        "denominator": 10,
    }  # the row's own value was taken: versions were right
    assert stored.self_points == Decimal("1.20")
    assert (card.state, card.index, card.self_total, card.appraised_total, card.final_total) == (
        "open",
        None,
        None,
        None,
        None,
    )
    assert (card.late_penalty, card.submitted_late, card.sha256, card.unit, card.round_id) == (
        0,
        False,
        "",
        commune.units["KT"],
        walk.round.pk,
    )
    assert not card.rows.exclude(appraised_points=None, final_points=None, flagged=False).exists()
    assert (stored.max_points, stored.applicable) == (4, True)


@pytest.mark.parametrize("saved_before", [False, True], ids=["new score", "existing score"])
def test_the_second_of_two_clients_sees_a_page_with_both_values(commune, sign_in, saved_before):
    row = row_of(card_of(opened(commune, ("KT",)), commune, "KT"), "2.1")

    def save(numerator, version):
        entry = RowEntry(row.pk, version, {"numerator": numerator, "denominator": 10}, f"Ghi chú {numerator}")
        return save_self_row(actor=commune.people["cv.kt"], scorecard_id=row.scorecard_id, entry=entry)

    seen = save(1, row.version).version if saved_before else row.version
    save(4, seen)
    url = reverse("emulation:scorecard-area", args=[row.scorecard_id, "II"])
    name = f"r{row.pk}"
    given = {f"{name}-version": seen, f"{name}-numerator": "7", f"{name}-denominator": "10", f"{name}-note": "Của tôi"}
    given |= {"phase": "self"}

    answer = sign_in("tt.kt").post(url, given)

    assert (answer.status_code, row_of(row.scorecard, "2.1").self_value["numerator"]) == (409, 4)
    for text in ("Ghi chú 4", "Của tôi", "Đang lưu trong hệ thống"):
        assert text in answer.text


def test_thirty_equal_units_are_all_first_and_the_rule_is_printed(commune, sign_in):
    round_ = ranked(commune, ("MN1",))
    one, people = card_of(round_, commune, "MN1"), commune.people
    reopen_appraisal(actor=people["vhxh"], round_id=round_.pk, reason="Thêm đơn vị")
    for number in range(2, 31):
        unit = Unit.objects.create(
            parent=commune.issuer, block=one.block, code=f"MN{number}X", name=f"Trường Mầm non số {number}",
            short_name=f"MN {number}", kind=one.unit.kind, position=100 + number,
        )  # fmt: skip
        twin = Scorecard.objects.get(pk=one.pk)
        twin.pk, twin.unit = None, unit
        twin.save()
        place = {"id": unit.pk, "code": unit.code, "name": unit.name, "position": unit.position}
        twin.snapshot |= {"scorecard_id": twin.pk, "unit": place}
        twin.sha256 = sha256_of(twin.snapshot)
        twin.save()
    rank_round(actor=people["vhxh"], round_id=round_.pk)
    publish_ranking(actor=people["pct"], round_id=round_.pk, decision_number="1/QĐ", decision_on=today())

    page = sign_in("tt.mn1").get(reverse("emulation:ranking", args=[round_.pk])).text

    entries = RankingEntry.objects.filter(ranking__round=round_)
    assert list(entries.values_list("rank", "shared")) == [(1, True)] * 30
    assert page.count("đồng hạng") >= 30
    assert "(1, 1, 3)" in page


def test_a_second_appraisal_of_zero_everywhere_changes_the_rank(commune):
    reviewer = commune.people["vhxh"]
    on = today()
    round_ = opened(
        commune,
        ("MN1", "MN2"),
        appraise_until=on + timedelta(days=20),
        explain_until=on + timedelta(days=25),
        reappraise_until=on + timedelta(days=30),
    )
    submitted_all(commune, round_, MN1=lambda row: row.criterion.code == "2.1")
    close_self_scoring(actor=reviewer, round_id=round_.pk, reason="Đủ phiếu")
    card = card_of(round_, commune, "MN2")
    ScorecardRow.objects.filter(
        scorecard=card, applicable=True, criterion__source="person", criterion__kind="criterion"
    ).update(flagged=True, question="Căn cứ nào?")
    for one in Scorecard.objects.filter(round=round_):
        accept_unchanged(actor=reviewer, scorecard_id=one.pk)
        complete_appraisal(actor=reviewer, scorecard_id=one.pk)
    ask_explanation(actor=reviewer, round_id=round_.pk)
    close_explanation(actor=reviewer, round_id=round_.pk, reason="Hết hạn")
    asked = card.rows.select_related("criterion").filter(flagged=True)
    entries = [RowEntry(row.pk, row.version, worst_value(row), "Không có căn cứ") for row in asked]
    assert save_final_rows(actor=reviewer, scorecard_id=card.pk, entries=entries).errors == {}
    complete_second_appraisal(actor=reviewer, scorecard_id=card.pk)
    rank_round(actor=reviewer, round_id=round_.pk)

    first = dict(Scorecard.objects.values_list("unit__code", "appraised_total"))
    assert first["MN2"] > first["MN1"]  # after appraisal 1 the order was the other way round
    assert dict(RankingEntry.objects.values_list("unit__code", "rank")) == {"MN1": 1, "MN2": 2}


def test_the_reason_for_sending_back_is_stored_and_shown(commune, sign_in):
    round_ = ranked(commune, ("KT",))
    reopen_appraisal(actor=commune.people["pct"], round_id=round_.pk, reason="Số liệu phần II chưa khớp")

    page = sign_in("vhxh").get(reverse("emulation:round-detail", args=[round_.pk])).text

    assert AuditEntry.objects.get(action="reopen_appraisal").reason == "Số liệu phần II chưa khớp"
    assert "Số liệu phần II chưa khớp" in page


def test_another_units_evidence_and_scorecard_are_not_found(commune, sign_in):
    card = card_of(opened(commune, ("KT", "HCC")), commune, "KT")
    row = row_of(card, "2.1")
    file = Evidence.objects.create(
        unit=commune.units["KT"],
        uploaded_by=commune.people["cv.kt"],
        original_name="Sổ theo dõi.pdf",
        content_type="application/pdf",
        size=7,
        sha256="1" * 64,
        file=ContentFile(b"bi mat!", "a.pdf"),
    )
    RowEvidence.objects.create(row=row, evidence=file)
    address = reverse("reform_tasks:evidence-file", args=[file.pk])

    own = sign_in("cv.kt").get(address)
    assert (own.status_code, own.getvalue()) == (200, b"bi mat!")
    for who in ("tt.hcc", "cv.hcc", "hoidong1", "quansat", "ttdv", "quantri"):
        assert sign_in(who).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    for name, args in (("scorecard-detail", [card.pk]), ("row-evidence", [card.pk, row.pk])):
        assert sign_in("tt.hcc").get(reverse(f"emulation:{name}", args=args)).status_code == 404
    entry = RowEntry(row.pk, row.version, best_value(row))
    with pytest.raises(Refused):
        save_self_row(actor=commune.people["tt.hcc"], scorecard_id=card.pk, entry=entry)


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


def test_a_weight_changed_in_the_middle_makes_a_new_version_rehearsed_and_logged(commune, sign_in):
    reviewer = commune.people["vhxh"]
    round_ = ranked(
        commune,
        ("MN1", "MN2"),
        MN1=lambda row: row.criterion.code == "5.1",
        MN2=lambda row: row.criterion.code == "5.3",
    )
    used, stored = round_.criteria_set, spec_of(round_.criteria_set)
    swapped = {"5.1": Decimal(1), "5.3": Decimal(3)}  # they weigh 3 and 1
    areas = tuple(
        replace(
            area,
            criteria=tuple(replace(row, max_points=swapped.get(row.code, row.max_points)) for row in area.criteria),
        )
        for area in stored.areas
    )
    with pytest.raises(DomainError, match="Chỉ sửa được bộ tiêu chí dự thảo"):
        replace_draft(actor=reviewer, criteria_set=used, spec=replace(stored, areas=areas))

    draft = copy_set(actor=reviewer, criteria_set=used, code="bo-2027", name="Bộ 2027", year=2027)
    replace_draft(actor=reviewer, criteria_set=draft, spec=replace(spec_of(draft), areas=areas))

    shown = sign_in("vhxh").get(reverse("emulation:set-difference", args=["bo-2027"])).text
    assert AuditEntry.objects.get(action="replace_criteria_set").after["changes"] == [
        "Dòng 5.1: điểm tối đa từ “3” thành “1”.",
        "Dòng 5.3: điểm tối đa từ “1” thành “3”.",
    ]
    assert ("5.1" in shown, "5.3" in shown, "2.2" in shown) == (True, True, False)
    rehearsed = sign_in("vhxh").get(reverse("emulation:set-rehearsal", args=["bo-2027"])).context["result"]
    assert {one.unit: (one.before.rank, one.after.rank) for one in rehearsed.units} == {
        commune.units["MN1"].name: (2, 1),
        commune.units["MN2"].name: (1, 2),
    }
    assert dict(RankingEntry.objects.values_list("unit__code", "rank")) == {"MN1": 2, "MN2": 1}
    assert spec_of(Round.objects.get(pk=round_.pk).criteria_set) == stored


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


def test_a_score_typed_into_an_ended_session_is_there_again_after_signing_in(commune):
    """More of it, and what is never kept: tests/emulation/test_ended_session.py."""
    with time_machine.travel("2026-11-02T08:00:00+07:00", tick=False) as clock:
        row = row_of(card_of(opened(commune, ("KT",)), commune, "KT"), "2.1")
        url, client = reverse("emulation:scorecard-area", args=[row.scorecard_id, "II"]), Client()
        person = {"username": "cv.kt", "password": "ninhgiang-demo"}
        client.post(reverse("units:sign-in"), person)
        clock.shift(timedelta(hours=9))

        given = {f"r{row.pk}-version": row.version, f"r{row.pk}-numerator": "7", f"r{row.pk}-note": "Sổ theo dõi"}
        sent = client.post(url, given, headers={"Referer": f"http://testserver{url}"})
        assert sent["Location"].startswith(reverse("units:sign-in"))
        page = client.post(sent["Location"], person | {"next": url}, follow=True)

    assert page.request["PATH_INFO"] == url
    assert f'name="r{row.pk}-numerator" value="7"' in page.text
    assert "Sổ theo dõi" in page.text
    assert row_of(row.scorecard, "2.1").self_points is None
