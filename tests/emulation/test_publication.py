"""Vetoes, appeals, published versions and their nightly proof."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from emulation.enums import AppealState, VetoEffect
from emulation.models import (
    Appeal,
    CriteriaSet,
    PublishedVersion,
    Ranking,
    RankingEntry,
    Scorecard,
    ScorecardRow,
    SnapshotCheck,
)
from emulation.queries.rankings import alarms_of, round_summary, versions_of
from emulation.queries.stability import cards_with_appeals, claim_of, stability_notes
from emulation.ranking_snapshots import differences
from emulation.services import publish_new_version, publish_ranking, rank_round, reopen_appraisal
from emulation.services.appeal_records import propose_correction
from emulation.services.appeals import decide_appeal, file_appeal, withdraw_appeal
from emulation.services.proof import check_published_versions, verify_snapshot
from emulation.services.versions import changes_between
from emulation.services.vetoes import lift_veto, set_veto
from ninhgiang.calendar import today
from ninhgiang.canonical import sha256_of
from ninhgiang.errors import DomainError, Refused, Stale
from tests.emulation.year import best_value, card_of, ranked, row_of, worst_value
from units.models import Notification

CODES = ("KT", "HCC", "CA")


@pytest.fixture
def round_(clock, commune):
    """A ranked round of three units, KT without the 4 points of criterion 2.1, waiting for publication."""
    return ranked(commune, CODES, KT=lambda row: row.criterion.code == "2.1")


@pytest.fixture
def published(round_, commune):
    publish(commune, round_)
    round_.refresh_from_db()
    return round_


def publish(commune, round_):
    return publish_ranking(
        actor=commune.people["pct"], round_id=round_.pk, decision_number="25/QĐ-UBND", decision_on=today()
    )


def veto(commune, card, effect=VetoEffect.MAX_GRADE, who="pct", **changes):
    given = {
        "reason": "để xảy ra nhũng nhiễu",
        "decision_number": "31/QĐ-UBND",
        "decision_on": today(),
        "grade": "kha",
        "steps": 1,
    }
    return set_veto(actor=commune.people[who], scorecard_id=card.pk, effect=effect, **(given | changes))


def back(commune, round_):
    reopen_appraisal(actor=commune.people["vhxh"], round_id=round_.pk, reason="Ghi khống chế")


def again(commune, round_):
    return rank_round(actor=commune.people["vhxh"], round_id=round_.pk)


def entry_of(commune, round_, code):
    return RankingEntry.objects.get(ranking__round=round_, unit=commune.units[code])


# vetoes


def test_a_veto_lowers_the_grade_and_the_first_grade_stays_visible(round_, commune):
    before = entry_of(commune, round_, "HCC")
    back(commune, round_)
    veto(commune, card_of(round_, commune, "HCC"))

    ranking = again(commune, round_)

    entry = entry_of(commune, round_, "HCC")
    assert (before.grade_code, entry.original_grade_code, entry.grade_code) == ("xuat_sac", "xuat_sac", "kha")
    assert entry.veto_explanation == (
        "Xếp loại Xuất sắc → Khá: xếp loại không quá Khá vì để xảy ra nhũng nhiễu (Quyết định số 31/QĐ-UBND)."
    )
    assert (entry.rank, entry.index, verify_snapshot(ranking)) == (before.rank, before.index, True)
    line = next(one for one in round_summary(round_).entries if one.unit_code == "HCC")
    assert (line.original_grade_name, line.grade_name, line.lowered) == ("Xuất sắc", "Khá", True)


def test_out_of_the_ranking_takes_no_place_and_is_not_counted(round_, commune):
    back(commune, round_)
    veto(commune, card_of(round_, commune, "HCC"), VetoEffect.OUT_OF_RANKING)
    again(commune, round_)

    out, first = entry_of(commune, round_, "HCC"), entry_of(commune, round_, "KT")

    assert (out.rank, out.overall_rank, "không xếp hạng vì để xảy ra nhũng nhiễu" in out.explanation) == (
        None,
        None,
        True,
    )
    assert first.rank == 1


def test_a_lifted_veto_no_longer_counts(round_, commune):
    back(commune, round_)
    set_ = veto(commune, card_of(round_, commune, "HCC"), VetoEffect.NO_AWARD)
    lift_veto(actor=commune.people["vhxh"], veto_id=set_.pk, reason="Kết luận lại")
    again(commune, round_)

    assert entry_of(commune, round_, "HCC").award_allowed is True
    back(commune, round_)
    with pytest.raises(DomainError, match="đã được bỏ từ trước"):
        lift_veto(actor=commune.people["vhxh"], veto_id=set_.pk, reason="Nữa")


def test_automatic_conditions_of_the_set_are_met_by_numbers(round_, commune):
    condition = {"when": "criterion_below", "code": "2.1", "percent": "50", "effect": "minus_grades", "steps": 1}
    CriteriaSet.objects.filter(pk=round_.criteria_set_id).update(veto_conditions=[condition])
    back(commune, round_)
    card = card_of(round_, commune, "KT")
    card.snapshot["criteria_set"]["veto_conditions"] = [condition]
    Scorecard.objects.filter(pk=card.pk).update(snapshot=card.snapshot, sha256=sha256_of(card.snapshot))
    again(commune, round_)

    assert "tiêu chí 2.1 đạt 0,00/4,00 điểm = 0,00 %, dưới 50 %" in entry_of(commune, round_, "KT").veto_explanation


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"decision_number": ""}, "decision_number"),
        ({"decision_on": date(2026, 11, 3)}, "decision_on"),
        ({"grade": "khong-co"}, "grade"),
        ({"effect": VetoEffect.MINUS_GRADES, "steps": 9}, "steps"),
    ],
)
def test_a_veto_without_its_reasons_is_refused_at_the_field(round_, commune, changes, field):
    back(commune, round_)
    with pytest.raises(DomainError) as refusal:
        veto(commune, card_of(round_, commune, "HCC"), **changes)
    assert refusal.value.field == field


def test_vetoes_are_for_reviewer_and_leader_and_not_while_a_ranking_waits(round_, commune):
    card = card_of(round_, commune, "HCC")
    with pytest.raises(DomainError, match="trả lại để thẩm định lại trước"):
        veto(commune, card)
    back(commune, round_)
    for who in ("tt.hcc", "vanphong", "quantri", "hoidong1"):
        with pytest.raises(Refused):
            veto(commune, card, who=who)
    assert veto(commune, card, who="vhxh").set_by == commune.people["vhxh"]


# appeals


def appeal(commune, round_, *, code="KT", row="2.1", who=None, wanted="4", text="Đã có văn bản trong kho minh chứng."):
    card = card_of(round_, commune, code)
    return file_appeal(
        actor=commune.people[who or f"tt.{code.lower()}"],
        scorecard_id=card.pk,
        text=text,
        row_id=row_of(card, row).pk if row else None,
        wanted_points=Decimal(wanted) if wanted else None,
    )


def accept(commune, one, who="vhxh"):
    row = ScorecardRow.objects.select_related("criterion").get(pk=one.row_id)
    return decide_appeal(
        actor=commune.people[who], appeal_id=one.pk, accepted=True, answer="Công nhận.", value=best_value(row)
    )


def test_appeals_are_filed_within_working_days_of_publication(round_, commune, clock):
    with pytest.raises(Refused, match="sau khi kết quả đã công bố"):
        appeal(commune, round_)
    publish(commune, round_)
    round_.refresh_from_db()
    assert round_.appeal_until == date(2026, 11, 9)  # five working days after Monday 02/11
    clock.move_to("2026-11-09T23:59:00+07:00")
    assert appeal(commune, round_).state == AppealState.FILED
    clock.move_to("2026-11-10T00:00:00+07:00")
    with pytest.raises(Refused, match="Hạn kiến nghị đã hết"):
        appeal(commune, round_, row="2.2")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"wanted": "4.01"}, "wanted_points"),
        ({"wanted": "-1"}, "wanted_points"),
        ({"wanted": "3.555"}, "wanted_points"),
        ({"row": None}, "wanted_points"),
    ],
)
def test_an_appeal_that_cannot_be_is_refused_at_its_field(published, commune, changes, field):
    with pytest.raises(DomainError) as refusal:
        appeal(commune, published, **changes)
    assert refusal.value.field == field


def test_only_the_head_files_and_once_for_each_row(published, commune):
    for who in ("cv.kt", "vhxh", "pct", "tt.hcc"):
        with pytest.raises(Refused):
            appeal(commune, published, who=who)
    first = appeal(commune, published)
    with pytest.raises(DomainError, match="chỉ kiến nghị một lần"):
        appeal(commune, published)
    withdraw_appeal(actor=commune.people["tt.kt"], appeal_id=first.pk)
    assert appeal(commune, published).state == AppealState.FILED


def test_a_decided_appeal_is_decided_once_with_an_answer(published, commune):
    one = appeal(commune, published)
    with pytest.raises(DomainError) as refusal:
        decide_appeal(actor=commune.people["vhxh"], appeal_id=one.pk, accepted=False, answer="")
    assert refusal.value.field == "note"
    with pytest.raises(DomainError, match="phải nhập số liệu"):
        decide_appeal(actor=commune.people["vhxh"], appeal_id=one.pk, accepted=True, answer="Được")
    for who in ("tt.kt", "vanphong", "quantri"):
        with pytest.raises(Refused):
            accept(commune, one, who=who)

    done = decide_appeal(actor=commune.people["pct"], appeal_id=one.pk, accepted=False, answer="Không có căn cứ.")

    assert (done.state, done.answer, done.decided_by) == (
        AppealState.REJECTED,
        "Không có căn cứ.",
        commune.people["pct"],
    )
    with pytest.raises(DomainError, match="không còn thực hiện được"):
        accept(commune, Appeal.objects.get(pk=one.pk))
    assert Notification.objects.filter(user=commune.people["tt.kt"], text__startswith="Không chấp nhận").count() == 1


# versions


def test_publishing_keeps_all_the_result_is_recomputed_from(published):
    version = PublishedVersion.objects.get()

    assert (version.number, version.decision_number, version.reason) == (1, "25/QĐ-UBND", "")
    assert len(version.snapshot["scorecards"]) == 3
    assert version.sha256 == sha256_of(version.snapshot)
    assert differences(version.snapshot) == []


def republish(commune, round_, **changes):
    given = {"reason": "Giải quyết kiến nghị", "decision_number": "40/QĐ-UBND", "decision_on": today()}
    return publish_new_version(actor=commune.people["pct"], round_id=round_.pk, **(given | changes))


def test_an_accepted_appeal_shows_only_in_the_next_version(published, commune, clock):
    first = PublishedVersion.objects.get()
    before = entry_of(commune, published, "KT")
    clock.shift(timedelta(hours=1))
    accept(commune, appeal(commune, published))
    assert entry_of(commune, published, "KT").total == before.total
    assert check_published_versions()[0].ok is True
    clock.shift(timedelta(hours=1))

    second = republish(commune, published)

    after = entry_of(commune, published, "KT")
    assert (second.number, after.pk, after.total - before.total) == (2, before.pk, 4)
    assert second.changes[0].startswith("Phòng Kinh tế: tổng điểm ")
    first_again = PublishedVersion.objects.get(number=1)
    assert (first_again.snapshot, first_again.sha256) == (first.snapshot, first.sha256)
    untouched = [one["unit"]["code"] for one in second.snapshot["scorecards"] if one in first.snapshot["scorecards"]]
    assert untouched == ["HCC", "CA"] or untouched == ["CA", "HCC"]
    assert [check.ok for check in check_published_versions()] == [True, True]


def test_a_veto_after_publication_needs_a_new_version(published, commune):
    veto(commune, card_of(published, commune, "HCC"), VetoEffect.OUT_OF_RANKING)
    assert entry_of(commune, published, "HCC").rank is not None

    made = republish(commune, published, reason="Kết luận thanh tra")

    assert entry_of(commune, published, "HCC").rank is None
    hcc = next(one for one in made.changes if one.startswith("Trung tâm Phục vụ"))
    assert "hạng 1 → không xếp hạng" in hcc


def test_a_new_version_needs_a_change_a_reason_and_the_leader(published, commune):
    with pytest.raises(DomainError, match="kết quả không đổi"):
        republish(commune, published)
    with pytest.raises(DomainError) as refusal:
        republish(commune, published, reason="")
    assert refusal.value.field == "reason"
    with pytest.raises(Refused):
        publish_new_version(
            actor=commune.people["vhxh"], round_id=published.pk, reason="x", decision_number="1", decision_on=today()
        )
    veto(commune, card_of(published, commune, "HCC"))
    with pytest.raises(Stale):
        republish(commune, published, version=published.version + 5)


def test_pending_appeals_say_whether_the_order_would_change(published, commune):
    one = appeal(commune, published)
    notes = stability_notes(published.ranking, cards_with_appeals(published))
    gain = entry_of(commune, published, "KT")

    assert len(notes) == 1
    assert "kiến nghị của Phòng Kinh tế về tiêu chí 2.1" in notes[0]
    assert ("sẽ đổi" in notes[0]) == (gain.rank != 1)
    withdraw_appeal(actor=commune.people["tt.kt"], appeal_id=one.pk)
    assert stability_notes(published.ranking, cards_with_appeals(published)) == []


def test_what_is_accepted_and_waits_for_its_version_counts_in_what_pending_appeals_would_change(clock, commune):
    found = ranked(
        commune,
        ("KT", "HCC"),
        KT=lambda row: row.criterion.code == "2.2",
        HCC=lambda row: row.criterion.code in ("1.5", "2.1"),
    )
    publish(commune, found)
    found.refresh_from_db()
    accept(commune, appeal(commune, found, code="KT", row="2.2"))
    appeal(commune, found, code="HCC", row="2.1")

    [note] = stability_notes(found.ranking, cards_with_appeals(found))

    # 97.92 % is above the 96 % KT was published with, and below the 100 % it will have.
    assert (
        note
        == "Thứ tự, xếp loại không đổi nếu chấp nhận kiến nghị của Trung tâm Phục vụ hành chính công về tiêu chí 2.1."
    )
    veto(commune, card_of(found, commune, "KT"), VetoEffect.MAX_GRADE, grade="kha")
    one = veto(commune, card_of(found, commune, "KT"), VetoEffect.OUT_OF_RANKING)
    lift_veto(actor=commune.people["pct"], veto_id=one.pk, reason="Nhầm")
    assert stability_notes(found.ranking, cards_with_appeals(found)) == [note]


def test_a_claim_above_a_lowered_maximum_counts_as_the_maximum(published, commune):
    one = appeal(commune, published, wanted="4")
    ScorecardRow.objects.filter(pk=one.row_id).update(max_points=2)
    card = next(one for one in cards_with_appeals(published) if one.unit.code == "KT")
    assert claim_of(card, card.appeals.get()).points == {"2.1": Decimal(2)}


def test_a_change_is_told_by_area_and_overall_rank_too(published, commune):
    corrected = card_of(published, commune, "HCC")
    row = row_of(corrected, "2.1")
    one = propose_correction(
        actor=commune.people["vhxh"],
        scorecard_id=corrected.pk,
        row_id=row.pk,
        text="Cộng nhầm",
        value=worst_value(row),
    )
    decide_appeal(actor=commune.people["pct"], appeal_id=one.pk, accepted=True, answer="Đúng")
    made = republish(commune, published)
    told = next(one for one in made.changes if one.startswith("Trung tâm Phục vụ"))
    assert "lĩnh vực II 8,00 → 4,00" in told
    assert "hạng chung" in told


def test_equal_totals_with_other_parts_are_still_a_change():
    entry = {
        "scorecard_id": 1,
        "unit": {"name": "A"},
        "total": "8.00",
        "index": "80.00",
        "rank": 1,
        "overall_rank": 2,
        "grade_name": "Tốt",
        "head_grade_name": "",
        "bonus": "1.00",
        "penalty": "0.00",
        "late": "0.00",
        "areas": {"I": {"points": "4.00"}, "II": {"points": "3.00"}},
    }
    after = entry | {
        "bonus": "0.00",
        "head_grade_name": "Hoàn thành",
        "areas": {"I": {"points": "4.00"}, "III": {"points": "4.00"}},
    }
    ranking = {"blocks": [{"entries": [entry]}]}
    assert changes_between(ranking, ranking) == []
    [told] = changes_between(ranking, {"blocks": [{"entries": [after]}]})
    assert told == (
        "A: xếp loại người đứng đầu chưa có → Hoàn thành; điểm cộng 1,00 → 0,00; lĩnh vực II 3,00 → không tính; "
        "lĩnh vực III không tính → 4,00."
    )


def test_a_ranking_sent_back_leads_the_reviewer_to_a_page_that_opens(round_, commune, sign_in):
    reopen_appraisal(actor=commune.people["pct"], round_id=round_.pk, reason="Xem lại")
    told = Notification.objects.filter(user=commune.people["vhxh"], kind="returned").latest("pk")
    assert sign_in("vhxh").get(told.url).status_code == 200


def test_long_reasons_out_of_the_ranking_are_kept_whole(round_, commune):
    back(commune, round_)
    reasons = ("a" * 290, "b" * 290)
    for reason in reasons:
        veto(commune, card_of(round_, commune, "HCC"), VetoEffect.OUT_OF_RANKING, reason=reason)
    again(commune, round_)
    assert all(reason in entry_of(commune, round_, "HCC").explanation for reason in reasons)


# the nightly proof


def test_a_changed_number_raises_one_alarm_and_is_shown(published, commune, capsys):
    call_command("verify_snapshots")
    assert "khớp" in capsys.readouterr().out
    RankingEntry.objects.filter(ranking__round=published, unit=commune.units["KT"]).update(total=Decimal("99.99"))

    for _ in range(2):
        with pytest.raises(SystemExit) as stopped:
            call_command("verify_snapshots")
        assert stopped.value.code == 1

    alarm = Notification.objects.filter(text__startswith="CẢNH BÁO")
    assert sorted(alarm.values_list("user__username", flat=True)) == ["pct", "quantri", "vanphong", "vhxh"]
    assert any("total không khớp bản chụp" in one for one in alarms_of(versions_of(published)))
    assert SnapshotCheck.objects.filter(ok=False).count() == 2


@pytest.mark.parametrize("name", ["index", "applicable_max", "appraised_total"])
def test_totals_kept_beside_the_snapshot_are_proved_as_well(published, commune, name):
    Scorecard.objects.filter(round=published, unit=commune.units["HCC"]).update(**{name: Decimal("12.34")})
    [check] = check_published_versions()
    assert any("đang lưu khác bản chụp" in one for one in check.differences)


def test_a_row_that_was_made_inapplicable_by_hand_is_noticed(published, commune):
    row = row_of(card_of(published, commune, "HCC"), "2.1")
    ScorecardRow.objects.filter(pk=row.pk).update(applicable=False)
    [check] = check_published_versions()
    assert any("tiêu chí 2.1: điểm đang lưu khác bản chụp" in one for one in check.differences)


def test_a_changed_version_is_noticed(published):
    version = PublishedVersion.objects.get()
    version.snapshot["scorecards"][0]["rows"][0]["points"] = "0.01"
    PublishedVersion.objects.filter(pk=version.pk).update(snapshot=version.snapshot)

    check = check_published_versions()[0]

    assert check.ok is False
    assert any("tính lại" in one for one in check.differences)
    assert "Mã kiểm tra SHA-256 của bản công bố không khớp nội dung." in check.differences


def test_results_published_before_versions_were_kept_get_their_first(published):
    PublishedVersion.objects.all().delete()

    assert [check.ok for check in check_published_versions()] == [True]
    assert PublishedVersion.objects.get().number == 1


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda data: data["scorecards"][0]["rows"][0].update(value={"numerator": 9, "denominator": 1}), "hỏng"),
        (lambda data: data["scorecards"][0].pop("rows"), "Phiếu thứ 1 của bản công bố: không tính lại được"),
        (lambda data: data["scorecards"][1].update(rules_version=99), "Không có cách tính phiên bản “99”"),
        (lambda data: data.clear(), "Bảng xếp hạng: không tính lại được vì dữ liệu hỏng"),
        (lambda data: data["ranking"].pop("blocks"), "Bảng xếp hạng: không tính lại được vì dữ liệu hỏng"),
    ],
)
def test_damage_of_any_kind_raises_the_alarm(published, damage, told):
    version = PublishedVersion.objects.get()
    damage(version.snapshot)
    PublishedVersion.objects.filter(pk=version.pk).update(snapshot=version.snapshot)

    [check] = check_published_versions()

    assert check.ok is False
    assert any(told in one for one in check.differences), check.differences
    assert Notification.objects.filter(text__startswith="CẢNH BÁO").count() == 4


def test_a_live_ranking_that_cannot_be_read_raises_the_alarm(published):
    Ranking.objects.update(snapshot={})

    [check] = check_published_versions()

    assert "Bảng xếp hạng đang hiển thị khác bản đã công bố." in check.differences


def test_a_row_changed_behind_the_services_is_noticed_until_an_appeal_accounts_for_it(published, commune):
    row = row_of(card_of(published, commune, "KT"), "2.1")
    ScorecardRow.objects.filter(pk=row.pk).update(appraised_points=Decimal("0.25"))

    assert check_published_versions()[0].differences == [
        f"Phiếu số {row.scorecard_id}, tiêu chí 2.1: điểm đang lưu khác bản chụp."
    ]

    ScorecardRow.objects.filter(pk=row.pk).update(appraised_points=row.appraised_points)
    accept(commune, appeal(commune, published))
    assert check_published_versions()[0].differences == []
