"""Screens of scorecards: who sees them, filling in without JavaScript, conflicts, locks, autosave, query counts."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from emulation.models import Criterion, Scorecard
from emulation.services import close_self_scoring, complete_appraisal, submit_scorecard
from emulation.services.rows import RowEntry, accept_unchanged, save_self_row
from ninhgiang.calendar import today
from reform_tasks.models import Evidence
from tests.emulation.cycle_kit import seen
from tests.emulation.year import appraised_all, card_of, fill, opened, row_of

CODES = ("KT", "HCC", "MN1")


@pytest.fixture
def card(commune):
    """The scorecard of Phòng Kinh tế in an open round."""
    return card_of(opened(commune, CODES), commune, "KT")


def area_url(card, code="II"):
    return reverse("emulation:scorecard-area", args=[card.pk, code])


def row_url(card, row):
    return reverse("emulation:row-save", args=[card.pk, row.pk])


def typed(row, version=None, phase="self", **fields):
    """What the grid made for a phase posts for one row; `was` empty means it was touched."""
    prefix = f"r{row.pk}"
    data = {f"{prefix}-{name}": value for name, value in fields.items()}
    seen = row.version if version is None else version
    return {"phase": phase, f"{prefix}-version": seen, f"{prefix}-was": "", **data}


PAGES = ("scorecard-detail", "scorecard-explain")
OWN, ALL, NOBODY = (
    ["tt.kt", "cv.kt"],
    ["vhxh", "vanphong", "pct"],
    ["tt.hcc", "cv.mn1", "quantri", "ttdv", "hoidong1", "quansat"],
)


@pytest.mark.parametrize("username", [*OWN, *ALL])
def test_own_people_and_those_who_see_all_open_a_scorecard(card, sign_in, username):
    client = sign_in(username)
    row = row_of(card, "2.1")
    for name in PAGES:
        assert client.get(reverse(f"emulation:{name}", args=[card.pk])).status_code == 200
    assert client.get(area_url(card)).status_code == 200
    assert client.get(reverse("emulation:row-explain", args=[card.pk, row.pk])).status_code == 200


@pytest.mark.parametrize("username", NOBODY)
def test_strangers_find_nothing(card, sign_in, username):
    client = sign_in(username)
    row = row_of(card, "2.1")
    urls = [reverse(f"emulation:{name}", args=[card.pk]) for name in PAGES]
    urls += [area_url(card), *(reverse(f"emulation:{name}", args=[card.pk, row.pk]) for name in ("row-explain",))]
    assert {client.get(url).status_code for url in urls} == {404}
    for name in ("submit", "withdraw", "accept", "recount", "complete", "reopen"):
        assert client.post(reverse(f"emulation:scorecard-{name}", args=[card.pk])).status_code == 404
    assert client.post(row_url(card, row), typed(row, numerator="1", denominator="1")).status_code == 404


@pytest.mark.parametrize("username", ALL)
def test_those_who_see_all_cannot_self_score(card, sign_in, username):
    row = row_of(card, "2.1")
    answer = sign_in(username).post(row_url(card, row), typed(row, numerator="1", denominator="1"))
    assert answer.status_code == 403
    assert row_of(card, "2.1").self_points is None


def test_an_area_is_filled_without_javascript(card, sign_in):
    rows = [row_of(card, "2.1"), row_of(card, "2.2")]
    data = typed(rows[0], numerator="12", denominator="15", note="Sổ theo dõi") | typed(rows[1], count="0")
    answer = sign_in("cv.kt").post(area_url(card), data, follow=True)
    assert answer.status_code == 200
    assert "Đã lưu 2 tiêu chí." in answer.content.decode()
    assert [row_of(card, code).self_points for code in ("2.1", "2.2")] == [Decimal("3.20"), Decimal(4)]


def test_valid_rows_are_saved_and_the_others_come_back_as_typed(card, sign_in):
    good, bad = row_of(card, "2.1"), row_of(card, "2.2")
    data = typed(good, numerator="1", denominator="2") | typed(bad, count="1.234,5", note="Ghi chú giữ lại")
    answer = sign_in("tt.kt").post(area_url(card), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="1.234,5"' in page
    assert "Ghi chú giữ lại" in page
    assert "Đã lưu 1 tiêu chí" in page
    assert row_of(card, "2.1").self_points == Decimal(2)
    assert row_of(card, "2.2").self_points is None


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("abc", "Không đọc được “abc” là một số"),
        ("-1", "Không được nhập số âm"),
        ("1.234", "có thể hiểu hai cách"),
        ("1e3", "Không đọc được"),
        ("9" * 30, "Không đọc được"),
        ("16", "không được lớn hơn"),
        ("1,5", "phải là số nguyên"),
        ("１２", "Không đọc được"),
    ],
)
def test_bad_numbers_are_named_beside_the_field(card, sign_in, number, message):
    row = row_of(card, "2.1")
    answer = sign_in("tt.kt").post(row_url(card, row), typed(row, numerator=number, denominator="15"))
    assert answer.status_code == 422
    assert message in answer.json()["fields"][f"r{row.pk}-numerator"]


@pytest.fixture
def free_row(card):
    """A row whose points are typed by hand; the sample set has none."""
    Criterion.objects.filter(criteria_set=card.round.criteria_set, code="2.2").update(
        rule_kind="free", rule_params={"step": "0.5"}
    )
    return row_of(card, "2.2")


def test_points_typed_with_a_comma_or_a_point_are_the_same(card, free_row, sign_in):
    client = sign_in("tt.kt")
    assert client.post(row_url(card, free_row), typed(free_row, points="3,5")).json()["points"] == "3,5"
    assert client.post(row_url(card, free_row), typed(free_row, 2, points="3.5")).status_code == 200
    free_row.refresh_from_db()
    assert (free_row.self_points, free_row.version) == (Decimal("3.50"), 2)


def test_points_above_the_maximum_are_refused(card, free_row, sign_in):
    answer = sign_in("tt.kt").post(row_url(card, free_row), typed(free_row, points="4,5"))
    assert answer.status_code == 422
    assert answer.json()["fields"][f"r{free_row.pk}-points"] == "Điểm tối đa là 4; đã nhập 4,5."


def test_autosave_answers_the_new_version_points_and_totals(card, sign_in):
    row = row_of(card, "2.1")
    data = typed(row, numerator="12", denominator="15") | {"seq": "7"}
    answer = sign_in("tt.kt").post(row_url(card, row), data).json()
    assert (answer["version"], answer["seq"], answer["points"]) == (2, "7", "3,2")
    assert answer["explanation"] == "12/15 văn bản đúng hạn = 80 % → 3,20/4,00 điểm"
    assert answer["totals"]["area"] == "3,2/8"


def test_a_stale_autosave_shows_both_and_can_then_overwrite(card, sign_in):
    row = row_of(card, "2.1")
    sign_in("cv.kt").post(row_url(card, row), typed(row, numerator="12", denominator="15"))
    client = sign_in("tt.kt")
    answer = client.post(row_url(card, row), typed(row, numerator="15", denominator="15"))
    data = answer.json()
    assert answer.status_code == 409
    assert "12" in data["theirs"]["Số liệu"]
    assert "15" in data["mine"]["Số liệu"]
    assert data["inputs"][f"r{row.pk}-numerator"] == "12"
    again = client.post(row_url(card, row), typed(row, data["version"], numerator="15", denominator="15"))
    assert (again.status_code, again.json()["points"]) == (200, "4")


def test_a_stale_row_of_a_whole_area_shows_both_values(card, sign_in):
    row = row_of(card, "2.1")
    sign_in("cv.kt").post(area_url(card), typed(row, numerator="12", denominator="15"))
    answer = sign_in("tt.kt").post(area_url(card), typed(row, numerator="15", denominator="15"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Số văn bản đúng hạn: 12" in page
    assert f'name="r{row.pk}-numerator" value="15"' in page
    assert f'name="r{row.pk}-version" value="2"' in page
    assert row_of(card, "2.1").self_points == Decimal("3.20")


def test_rows_nobody_touched_do_not_collide(card, sign_in):
    client = sign_in("tt.kt")
    page = client.get(area_url(card)).content.decode()
    untouched, mine = row_of(card, "2.1"), row_of(card, "2.2")
    was = page.split(f'name="r{untouched.pk}-was" value="')[1].split('"')[0]
    sign_in("cv.kt").post(area_url(card), typed(untouched, numerator="12", denominator="15"))
    data = typed(mine, count="0") | {
        f"r{untouched.pk}-version": 1,
        f"r{untouched.pk}-was": was,
        f"r{untouched.pk}-numerator": "",
        f"r{untouched.pk}-denominator": "",
        f"r{untouched.pk}-note": "",
    }
    answer = client.post(area_url(card), data)
    assert answer.status_code == 302
    assert row_of(card, "2.1").self_points == Decimal("3.20")


@pytest.mark.parametrize("version", ["", "abc", "-1", "9" * 40])
def test_a_broken_version_is_a_message_not_an_error(card, sign_in, version):
    row = row_of(card, "2.1")
    answer = sign_in("tt.kt").post(row_url(card, row), typed(row, version, numerator="1", denominator="1"))
    assert answer.status_code == 422


def test_writing_after_the_lock_is_refused_with_the_reason_and_the_text_kept(commune, card, sign_in):
    fill(card, commune.people["tt.kt"])
    submit_scorecard(actor=commune.people["tt.kt"], scorecard_id=card.pk)
    row = row_of(card, "2.1")
    client = sign_in("cv.kt")
    answer = client.post(area_url(card), typed(row, numerator="3", denominator="15", note="Chép lại được"))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "rút phiếu về" in page
    assert "Chép lại được" in page
    assert client.post(row_url(card, row), typed(row, numerator="3", denominator="15")).status_code == 403


def test_after_the_deadline_the_page_says_who_can_help(card, sign_in):
    row = row_of(card, "2.1")
    client = sign_in("tt.kt")
    with time_machine.travel(today() + timedelta(days=12), tick=False):
        client = sign_in("tt.kt")
        page = client.get(area_url(card)).content.decode()
        answer = client.post(row_url(card, row), typed(row, numerator="3", denominator="15"))
    assert "liên hệ Phòng Văn hóa - Xã hội" in page
    assert answer.status_code == 403
    assert "liên hệ Phòng Văn hóa - Xã hội" in answer.json()["message"]


def test_submit_and_withdraw_from_the_page(commune, card, sign_in):
    client = sign_in("tt.kt")
    assert client.post(reverse("emulation:scorecard-submit", args=[card.pk]), seen(card)).status_code == 422
    fill(card, commune.people["cv.kt"])
    old = seen(card) | {"version": 999}
    assert client.post(reverse("emulation:scorecard-submit", args=[card.pk]), old).status_code == 409
    answer = client.post(reverse("emulation:scorecard-submit", args=[card.pk]), seen(card), follow=True)
    assert "Rút phiếu về để sửa" in answer.content.decode()
    officer = sign_in("cv.kt")
    assert officer.post(reverse("emulation:scorecard-withdraw", args=[card.pk]), {"version": 2}).status_code == 403
    assert client.post(reverse("emulation:scorecard-withdraw", args=[card.pk]), {"version": 2}).status_code == 302


def test_steps_are_posts(card, sign_in):
    client = sign_in("tt.kt")
    for name in ("submit", "withdraw", "accept", "recount", "complete", "reopen"):
        assert client.get(reverse(f"emulation:scorecard-{name}", args=[card.pk])).status_code == 405
    assert client.get(row_url(card, row_of(card, "2.1"))).status_code == 405


def test_the_detail_page_lists_what_is_missing(commune, card, sign_in):
    fill(card, commune.people["tt.kt"])
    row = row_of(card, "2.1")
    save_self_row(actor=commune.people["tt.kt"], scorecard_id=card.pk, entry=RowEntry(row.pk, row.version, None))
    page = sign_in("tt.kt").get(reverse("emulation:scorecard-detail", args=[card.pk])).content.decode()
    assert "Còn <strong>1</strong> tiêu chí cần hoàn thiện" in page
    assert f"{area_url(card)}#row-{row.pk}" in page


def test_the_reviewer_appraises_without_javascript(commune, card, sign_in):
    fill(card, commune.people["tt.kt"])
    close_self_scoring(actor=commune.people["vhxh"], round_id=card.round_id, reason="Thử")
    client = sign_in("vhxh")
    row, other = row_of(card, "2.1"), row_of(card, "2.2")
    lower = typed(row, phase="appraisal", numerator="5", denominator="10")
    accepted = typed(other, phase="appraisal", count="0", agree="1")
    assert client.post(area_url(card), lower).status_code == 422
    answer = client.post(area_url(card), lower | {f"r{row.pk}-note": "Nộp chậm"} | accepted)
    assert answer.status_code == 302
    assert (row_of(card, "2.1").appraised_points, row_of(card, "2.2").appraised_points) == (Decimal(2), Decimal(4))
    assert client.post(area_url(card), {"phase": "appraisal", "accept": "1"}).status_code == 302
    assert card.rows.filter(applicable=True, appraised_points=None).count() > 0
    client.post(reverse("emulation:scorecard-accept", args=[card.pk]), seen(card))
    assert card.rows.filter(applicable=True, appraised_points=None).count() == 0
    assert client.post(reverse("emulation:scorecard-complete", args=[card.pk]), seen(card)).status_code == 302
    version = {"version": Scorecard.objects.get(pk=card.pk).version}
    assert client.post(reverse("emulation:scorecard-reopen", args=[card.pk]), version).status_code == 422
    reason = version | {"reason": "Bổ sung"}
    assert client.post(reverse("emulation:scorecard-reopen", args=[card.pk]), reason).status_code == 302


def test_the_reviewer_of_the_own_unit_is_told(commune, sign_in):
    card = card_of(opened(commune, ("VHXH", "KT")), commune, "VHXH")
    close_self_scoring(actor=commune.people["vhxh"], round_id=card.round_id, reason="Thử")
    page = sign_in("vhxh").get(area_url(card)).content.decode()
    assert "Tự thẩm định:" in page


def test_evidence_is_chosen_and_uploaded(commune, card, sign_in):
    head = commune.people["tt.kt"]
    known = Evidence.objects.create(
        unit=commune.units["KT"],
        uploaded_by=head,
        original_name="ke-hoach.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
    )
    row = row_of(card, "1.1")
    url = reverse("emulation:row-evidence", args=[card.pk, row.pk])
    upload = SimpleUploadedFile("bao-cao.pdf", b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    client = sign_in("tt.kt")
    answer = client.post(url, {"phase": "self", "evidence": [str(known.pk)], "uploads": upload})
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == f"{area_url(card, 'I')}#row-{row.pk}"
    assert sorted(one.original_name for one in row.evidence.all()) == ["bao-cao.pdf", "ke-hoach.pdf"]
    fake = SimpleUploadedFile("anh.pdf", b"khong phai pdf")
    assert client.post(url, {"phase": "self", "was": "", "uploads": fake}).status_code == 422
    assert row.evidence.count() == 2
    assert client.post(url, {"phase": "self", "evidence": ["khong-co"]}).status_code == 422
    assert sign_in("vhxh").get(url).status_code == 403


@pytest.mark.parametrize("name", ["scorecard-detail", "scorecard-explain"])
def test_scorecard_pages_ask_a_constant_number_of_queries(card, sign_in, django_assert_num_queries, name):
    client = sign_in("tt.kt")
    url = reverse(f"emulation:{name}", args=[card.pk])
    client.get(url)  # the first look is noted
    expected = 11 if name == "scorecard-detail" else 9
    with django_assert_num_queries(expected):
        client.get(url)
    for row in card.rows.filter(applicable=True)[:3]:
        row.evidence.add(
            Evidence.objects.create(
                unit=card.unit,
                uploaded_by=card.round.created_by,
                original_name=f"{row.pk}.pdf",
                content_type="application/pdf",
                size=1,
                sha256=f"{row.pk:064}",
            )
        )
    with django_assert_num_queries(expected):
        client.get(url)


@pytest.mark.parametrize("code", ["II", "VII"])
def test_an_area_asks_the_same_number_of_queries_whatever_its_rows(card, sign_in, django_assert_num_queries, code):
    client = sign_in("tt.kt")
    client.get(area_url(card, code))  # the first opening is noted once
    with django_assert_num_queries(9):
        client.get(area_url(card, code))


def test_the_appraisal_grid_asks_the_same_number_of_queries(commune, card, sign_in, django_assert_num_queries):
    close_self_scoring(actor=commune.people["vhxh"], round_id=card.round_id, reason="Thử")
    client = sign_in("vhxh")
    with django_assert_num_queries(10):
        client.get(area_url(card, "I"))


def test_a_published_scorecard_stays_readable_for_its_unit_only(commune, card, sign_in):
    appraised_all(commune, card.round)
    url = reverse("emulation:scorecard-detail", args=[card.pk])
    assert sign_in("tt.kt").get(url).status_code == 200
    assert sign_in("tt.hcc").get(url).status_code == 404


def test_accepting_and_completing_are_refused_before_appraisal(commune, card, sign_in):
    client = sign_in("vhxh")
    for name in ("accept", "complete", "recount"):
        assert client.post(reverse(f"emulation:scorecard-{name}", args=[card.pk])).status_code == 403
    close_self_scoring(actor=commune.people["vhxh"], round_id=card.round_id, reason="Thử")
    accept_unchanged(actor=commune.people["vhxh"], scorecard_id=card.pk)
    complete_appraisal(actor=commune.people["vhxh"], scorecard_id=card.pk)
    row = row_of(card, "2.1")
    assert client.post(row_url(card, row), typed(row, phase="appraisal", numerator="1")).status_code == 403
