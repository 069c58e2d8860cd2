"""The blind second check: a fair draw, a checker who does not see the first points, the agreement figure."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from emulation.models import ScorecardRow, SecondCheck
from emulation.queries.second_checks import check_list
from emulation.second_check import Drawable, Pair, agreement, draw
from emulation.services import RowEntry, close_self_scoring, save_appraisal_row
from emulation.services.handed_in import BEING_CHANGED
from emulation.services.second_checks import DONE, FIRST_IS_YOURS, save_second_check
from ninhgiang.errors import DomainError, Refused
from tests.emulation.cycle_kit import type_in, unlock
from tests.emulation.year import best_value, card_of, opened, row_of, submitted_all, worst_value
from units.models import AuditEntry, User
from units.services import create_person

ROWS = st.lists(st.sampled_from("ABC"), max_size=60).map(
    lambda strata: [Drawable(key, stratum) for key, stratum in enumerate(strata)]
)


@pytest.mark.one_database
@given(rows=ROWS, share=st.integers(0, 100), seed=st.text(max_size=5))
def test_a_draw_is_as_large_as_asked_spread_evenly_and_repeatable(rows, share, seed):
    drawn = draw(rows, share, seed)
    assert drawn == draw(rows[::-1], share, seed)
    assert len(drawn) == len(set(drawn)) == -(-len(rows) * share // 100)
    for stratum in "ABC":
        keys = {row.key for row in rows if row.stratum == stratum}
        assert abs(len(keys & set(drawn)) - len(keys) * share / 100) < 1


@pytest.mark.one_database
def test_another_seed_draws_other_rows():
    rows = [Drawable(key, "A") for key in range(100)]
    assert draw(rows, 10, "a") != draw(rows, 10, "b")
    with pytest.raises(ValueError, match="outside"):
        draw(rows, 101, "a")


def pairs(*given):
    return [Pair(Decimal(first), Decimal(second), Decimal(4)) for first, second in given]


@pytest.mark.one_database
def test_the_figure_counts_equals_distance_and_chance():
    found = agreement(pairs((4, 4), (4, 2), (0, 0), (2, 2)))
    assert (found.count, found.equal, found.equal_share) == (4, 3, Decimal("75.00"))
    assert found.mean_difference == Decimal("12.50")
    # seen 3/4; by chance (2*1 + 1*2 + 1*1)/16 = 5/16; (0.75 - 0.3125) / 0.6875
    assert found.kappa == Decimal("0.64")
    assert found.kappa_words == "cao"
    assert agreement([]) is None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("given", "kappa", "words"),
    [
        (((4, 4), (4, 4)), None, "không tính được vì các dòng đều ở một mức"),
        (((4, 0), (0, 4)), Decimal(-1), "không hơn ngẫu nhiên"),
        (((4, 4), (0, 0)), Decimal(1), "gần như hoàn toàn"),
    ],
)
def test_the_words_of_the_figure(given, kappa, words):
    found = agreement(pairs(*given))
    assert (found.kappa, found.kappa_words) == (kappa, words)


@pytest.fixture
def round_(commune):
    round_ = opened(commune, ("KT", "CA"), sample_percent=20)
    submitted_all(commune, round_)
    return close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Đủ phiếu")


@pytest.fixture
def colleague(commune):
    person, _ = create_person(
        by=None,
        issuer=commune.issuer,
        username="vhxh2",
        full_name="Chuyên viên thứ hai",
        unit=commune.units["VHXH"],
        role_kind="reviewer",
    )
    User.objects.filter(pk=person.pk).update(must_change_password=False)
    return User.objects.get(pk=person.pk)


def client_of(person):
    client = Client()
    client.force_login(person, backend="units.backends.OfficeBackend")
    return client


def appraised(check, by, value=None):
    row = check.row
    given = value or best_value(row)
    ScorecardRow.objects.filter(pk=row.pk).update(
        appraised_value=given, appraised_points=row.max_points, appraised_by=by
    )
    return SecondCheck.objects.select_related("row__criterion").get(pk=check.pk)


def test_closing_draws_the_share_of_rows_people_answer(round_):
    rows = ScorecardRow.objects.filter(
        scorecard__round=round_, applicable=True, criterion__kind="criterion", criterion__source="person"
    )
    drawn = SecondCheck.objects.filter(row__scorecard__round=round_)
    assert drawn.count() == -(-rows.count() * 20 // 100)
    assert not drawn.exclude(row__in=rows).exists()
    after = AuditEntry.objects.get(action="draw_second_checks").after
    assert after["drawn"] == drawn.count()
    assert len(after["seed"]) == 16


def test_without_a_share_nothing_is_drawn(commune):
    round_ = opened(commune, ("KT",))
    submitted_all(commune, round_)
    close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Đủ phiếu")
    assert not SecondCheck.objects.exists()


def test_a_second_person_checks_once_and_the_row_keeps_its_points(round_, commune, colleague):
    check = appraised(SecondCheck.objects.first(), commune.people["vhxh"])
    saved = save_second_check(actor=colleague, check_id=check.pk, value=worst_value(check.row), note="Thiếu văn bản")
    assert saved.points < check.row.max_points
    row = ScorecardRow.objects.get(pk=check.row_id)
    assert row.appraised_points == check.row.max_points
    assert saved.checked_by == colleague
    for who in (colleague, commune.people["vhxh"]):
        with pytest.raises(Refused, match="không sửa được nữa"):
            save_second_check(actor=who, check_id=check.pk, value=best_value(check.row))
    assert SecondCheck.objects.get(pk=check.pk).points == saved.points


def equal_share(person, round_):
    figure = check_list(person, round_).figure
    return None if figure is None else figure.equal_share


def test_the_figure_stays_as_it_was_when_the_second_was_saved(round_, commune, colleague):
    check = appraised(SecondCheck.objects.first(), commune.people["vhxh"])
    row, first = check.row, commune.people["vhxh"]
    save_second_check(actor=colleague, check_id=check.pk, value=worst_value(row))
    assert equal_share(first, round_) == 0

    for who in (first, colleague):  # the first gives the second's points, the second writes the first column
        fresh = ScorecardRow.objects.get(pk=row.pk)
        entry = RowEntry(row.pk, fresh.version, worst_value(row), f"Xem lại: {who}")
        save_appraisal_row(actor=who, scorecard_id=row.scorecard_id, entry=entry)
        assert equal_share(first, round_) == 0

    (stored,) = (one for one, _ in check_list(first, round_).done)
    assert (stored.first_points, stored.first_by, stored.checked_by) == (row.max_points, first, colleague)


def test_a_pair_about_a_value_the_unit_changed_since_does_not_count(round_, commune, colleague, sign_in):
    check = appraised(SecondCheck.objects.first(), commune.people["vhxh"])
    save_second_check(actor=colleague, check_id=check.pk, value=best_value(check.row))
    assert equal_share(colleague, round_) == 100

    ScorecardRow.objects.filter(pk=check.row_id).update(self_value=worst_value(check.row))

    assert equal_share(colleague, round_) is None
    page = sign_in("vanphong").get(reverse("emulation:second-check-list", args=[round_.pk])).text
    assert "đơn vị đã sửa số liệu sau lần hai" in page


@pytest.mark.parametrize("verb", ["get", "post"])
def test_no_address_names_a_drawn_row_before_it_is_appraised(round_, commune, colleague, verb):
    check = SecondCheck.objects.select_related("row__criterion", "row__scorecard__unit").first()

    answer = getattr(client_of(colleague), verb)(reverse("emulation:second-check", args=[check.pk]))

    assert (answer.status_code, "chưa được thẩm định lần một" in answer.text) == (422, True)
    assert check.row.criterion.name not in answer.text
    assert check.row.scorecard.unit.name not in answer.text


def test_what_was_typed_stays_when_a_colleague_was_faster(round_, commune, colleague, sign_in):
    check = appraised(SecondCheck.objects.first(), commune.people["pct"])
    save_second_check(actor=colleague, check_id=check.pk, value=best_value(check.row))
    name = f"r{check.row_id}"
    typed = {f"{name}-{key}": str(value).replace(".", ",") for key, value in best_value(check.row).items()}

    answer = sign_in("vhxh").post(
        reverse("emulation:second-check", args=[check.pk]), typed | {f"{name}-note": "Ghi chú dài đã gõ"}
    )

    assert (answer.status_code, answer.context["one"].note) == (403, "Ghi chú dài đã gõ")
    assert DONE in answer.text
    assert "Ghi chú dài đã gõ" in answer.text


def test_the_first_appraiser_and_strangers_to_appraisal_are_refused(round_, commune, colleague):
    check = SecondCheck.objects.first()
    with pytest.raises(DomainError, match="chưa được thẩm định lần một"):
        save_second_check(actor=colleague, check_id=check.pk, value={})
    check = appraised(check, commune.people["vhxh"])
    with pytest.raises(Refused, match="lần hai phải do người khác"):
        save_second_check(actor=commune.people["vhxh"], check_id=check.pk, value=best_value(check.row))
    for name in ("vanphong", "tt.kt"):
        with pytest.raises(Refused):
            save_second_check(actor=commune.people[name], check_id=check.pk, value=best_value(check.row))
    round_.state = "published"
    round_.save()
    with pytest.raises(Refused, match="không ở bước"):
        save_second_check(actor=colleague, check_id=check.pk, value=best_value(check.row))


def test_the_checkers_page_shows_nothing_of_the_first_appraisal(round_, commune, colleague, sign_in):
    check = appraised(SecondCheck.objects.first(), commune.people["vhxh"])
    ScorecardRow.objects.filter(pk=check.row_id).update(
        appraised_points=Decimal("0.37"), appraisal_reason="Lý do của lần một", appraised_explanation="Giải thích một"
    )
    client = client_of(colleague)
    page = client.get(reverse("emulation:second-check", args=[check.pk])).text
    for hidden in ("0,37", "0.37", "Lý do của lần một", "Giải thích một"):
        assert hidden not in page
    listed = client.get(reverse("emulation:second-check-list", args=[round_.pk]))
    assert [one.pk for one in listed.context["list"].mine] == [check.pk]
    assert "0,37" not in listed.text
    own = sign_in("vhxh")
    assert own.get(reverse("emulation:second-check-list", args=[round_.pk])).context["list"].by_first == 1
    refused = own.get(reverse("emulation:second-check", args=[check.pk]))
    assert refused.status_code == 403
    assert FIRST_IS_YOURS in refused.text


def test_the_office_reads_the_figure_and_units_do_not(round_, commune, colleague, sign_in):
    check = appraised(SecondCheck.objects.first(), commune.people["vhxh"])
    client = client_of(colleague)
    url = reverse("emulation:second-check", args=[check.pk])
    name = f"r{check.row_id}"
    empty = client.post(url, {f"{name}-note": "Ghi chú giữ lại"})
    assert empty.status_code == 422
    assert "Ghi chú giữ lại" in empty.text
    typed = {f"{name}-{key}": str(value).replace(".", ",") for key, value in best_value(check.row).items()}
    assert client.post(url, typed).status_code == 302
    listed = sign_in("vanphong").get(reverse("emulation:second-check-list", args=[round_.pk]))
    assert listed.context["list"].figure.equal_share == Decimal(100)
    assert "100 %" in listed.text
    assert sign_in("tt.kt").get(reverse("emulation:second-check-list", args=[round_.pk])).status_code == 404
    assert sign_in("tt.kt").get(url).status_code == 404


def checked_row(commune, round_):
    """Return the check of 2.1 of KT, which Phòng VHXH appraised."""
    row = row_of(card_of(round_, commune, "KT"), "2.1")
    check, _ = SecondCheck.objects.get_or_create(row=row)
    return appraised(check, commune.people["vhxh"])


def test_a_row_the_unit_is_changing_under_an_unlock_is_not_checked(commune, clock, round_, colleague):
    check = checked_row(commune, round_)
    unlock(commune, check.row.scorecard)
    type_in(commune, check.row.scorecard, "2.1", worst_value(check.row))
    client, address = client_of(colleague), reverse("emulation:second-check", args=[check.pk])
    typed = {
        f"r{check.row_id}-note": "Chấm theo sổ",
        f"r{check.row_id}-numerator": "1",
        f"r{check.row_id}-denominator": "2",
    }

    for answer in (client.get(address), client.post(address, typed)):
        assert (answer.status_code, BEING_CHANGED in answer.text) == (422, True)
    assert "Chấm theo sổ" in client.post(address, typed).text
    assert SecondCheck.objects.get(pk=check.pk).points is None
    found = check_list(colleague, round_)
    assert (found.changing, check.pk in [one.pk for one in found.mine]) == (1, False)
    assert "1 dòng đơn vị đang sửa" in client.get(reverse("emulation:second-check-list", args=[round_.pk])).text


def test_a_check_after_the_unlock_ended_is_about_what_was_handed_in(commune, clock, round_, colleague):
    """Without waiting for the clock."""
    check = checked_row(commune, round_)
    handed_in = check.row.self_value
    unlock(commune, check.row.scorecard)
    type_in(commune, check.row.scorecard, "2.1", worst_value(check.row))
    clock.shift(timedelta(hours=5))

    done = save_second_check(actor=colleague, check_id=check.pk, value=best_value(check.row))

    assert (done.self_value, check_list(colleague, round_).figure.count) == (handed_in, 1)
