"""Screens of criteria sets, rounds and rankings: who sees them, steps, bad input, query counts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from emulation.enums import RoundState
from emulation.models import Ranking, Round, Scorecard
from emulation.services import publish_ranking
from emulation.services.awards import create_award_proposal
from ninhgiang.calendar import day_text, today
from tests.emulation.year import card_of, fill, new_round, opened, ranked
from units import todo

EVERYBODY = ["vhxh", "vanphong", "pct", "tt.kt", "cv.mn1", "quantri", "ttdv", "hoidong1", "quansat"]


def step(round_, action):
    return reverse("emulation:round-step", args=[round_.pk, action])


def detail(round_):
    return reverse("emulation:round-detail", args=[round_.pk])


@pytest.mark.parametrize("username", EVERYBODY)
def test_everybody_reads_the_criteria_set(commune, sign_in, username):
    client = sign_in(username)
    assert client.get(reverse("emulation:set-list")).status_code == 200
    page = client.get(reverse("emulation:set-detail", args=["mau-2026"])).content.decode()
    assert "Bộ tiêu chí này là bộ mẫu" in page
    assert "không phát sinh: tính điểm tối đa" in page


def test_an_unknown_set_is_not_found(commune, sign_in):
    assert sign_in("vhxh").get(reverse("emulation:set-detail", args=["khong-co"])).status_code == 404


def test_the_reviewer_creates_opens_and_closes_a_round_in_the_browser(commune, sign_in):
    client = sign_in("vhxh")
    page = client.get(reverse("emulation:round-create"))
    form = page.context["form"]
    data = {
        "name": form.initial["name"],
        "kind": "yearly",
        "criteria_set": form.initial["criteria_set"].pk,
        "period_start": "01/01/2026",
        "period_end": "31/12/2026",
        "self_score_until": day_text(today() + timedelta(days=5)),
        "appraise_until": day_text(today() + timedelta(days=9)),
        "explain_until": day_text(today() + timedelta(days=12)),
        "reappraise_until": day_text(today() + timedelta(days=15)),
    }
    answer = client.post(reverse("emulation:round-create"), data)
    round_ = Round.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, detail(round_))
    assert client.post(step(round_, "open"), {"version": round_.version}).status_code == 302
    round_.refresh_from_db()
    assert round_.state == RoundState.SELF_SCORING
    refused = client.post(step(round_, "close_self"), {"version": round_.version})
    assert refused.status_code == 422
    assert "Muốn đóng sớm phải ghi lý do" in refused.content.decode()
    assert client.post(step(round_, "close_self"), {"version": round_.version, "reason": "Gấp"}).status_code == 302


def test_a_bad_round_comes_back_as_typed(commune, sign_in):
    data = {"name": "Đợt lạ", "criteria_set": "999", "period_start": "32/13/2026", "period_end": "31/12/2026"}
    answer = sign_in("vhxh").post(reverse("emulation:round-create"), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="32/13/2026"' in page
    assert "Không có ngày 32/13/2026 trong lịch" in page
    assert not Round.objects.exists()


@pytest.mark.parametrize("username", [name for name in EVERYBODY if name != "vhxh"])
def test_only_the_reviewer_creates_rounds(commune, sign_in, username):
    assert sign_in(username).get(reverse("emulation:round-create")).status_code == 403


def test_a_draft_round_is_seen_by_those_who_see_all(commune, sign_in):
    round_ = new_round(commune)
    seen = {username: sign_in(username).get(detail(round_)).status_code for username in EVERYBODY}
    assert {name for name, status in seen.items() if status == 200} == {"vhxh", "vanphong", "pct"}
    assert set(seen.values()) == {200, 404}


def test_an_open_round_shows_a_unit_its_own_scorecard_only(commune, sign_in):
    round_ = opened(commune, ("KT", "HCC"))
    page = sign_in("tt.kt").get(detail(round_)).content.decode()
    assert "Phòng Kinh tế" in page
    assert "Trung tâm Phục vụ hành chính công" not in page
    assert sign_in("quansat").get(detail(round_)).status_code == 404
    assert sign_in("quantri").get(detail(round_)).status_code == 404


def test_a_step_by_the_wrong_person_or_at_the_wrong_time_says_so(commune, sign_in):
    round_ = opened(commune, ("KT",))
    assert sign_in("vanphong").get(step(round_, "close_self")).status_code == 403
    assert sign_in("tt.kt").get(step(round_, "close_self")).status_code == 403
    assert sign_in("vhxh").get(step(round_, "rank")).status_code == 422
    assert sign_in("vhxh").get(step(round_, "khong-co")).status_code == 404


def test_an_old_page_of_a_step_is_stale(commune, sign_in):
    round_ = new_round(commune)
    assert sign_in("vhxh").post(step(round_, "open"), {"version": 99}).status_code == 409
    assert sign_in("vhxh").post(step(round_, "open"), {"version": "x"}).status_code == 422


def test_dates_are_moved_with_a_reason(commune, sign_in):
    round_ = opened(commune, ("KT",))
    url = reverse("emulation:round-dates", args=[round_.pk])
    until = today() + timedelta(days=15)
    data = {"self_score_until": day_text(until), "appraise_until": day_text(until), "version": round_.version}
    client = sign_in("vhxh")
    assert client.get(url).status_code == 200
    assert client.post(url, data).status_code == 422
    assert client.post(url, data | {"reason": "Gia hạn"}).status_code == 302
    assert client.post(url, data | {"reason": "Gia hạn"}).status_code == 409
    assert sign_in("pct").get(url).status_code == 403
    round_.refresh_from_db()
    assert round_.self_score_until == until


def test_the_leader_publishes_and_then_everybody_sees_the_ranking(commune, sign_in):
    round_ = ranked(commune, ("KT", "HCC", "MN1"))
    url = reverse("emulation:ranking", args=[round_.pk])
    before = {username: sign_in(username).get(url).status_code for username in EVERYBODY}
    assert {name for name, status in before.items() if status == 200} == {"vhxh", "vanphong", "pct"}
    bad = {"version": round_.version, "decision_number": "", "decision_on": "hôm nay"}
    leader = sign_in("pct")
    assert leader.post(step(round_, "publish"), bad).status_code == 422
    good = {"version": round_.version, "decision_number": "25/QĐ-UBND", "decision_on": day_text(today())}
    assert leader.post(step(round_, "publish"), good).status_code == 302
    pages = {username: sign_in(username).get(url) for username in EVERYBODY}
    assert {page.status_code for page in pages.values()} == {200}
    assert "25/QĐ-UBND" in pages["quansat"].content.decode()
    assert "Lập danh sách đề nghị khen thưởng" in pages["vhxh"].content.decode()
    assert "Lập danh sách đề nghị khen thưởng" not in pages["pct"].content.decode()
    ranking = Ranking.objects.get(round=round_)
    grade = ranking.round.criteria_set.bands[-1]["code"]
    create_award_proposal(actor=commune.people["vhxh"], ranking=ranking, decision_on=today(), min_grade_code=grade)
    assert "Mở danh sách đề nghị khen thưởng" in sign_in("vhxh").get(url).content.decode()


def test_a_published_ranking_links_only_to_scorecards_the_person_may_open(commune, sign_in):
    round_ = ranked(commune, ("KT", "HCC", "MN1"))
    publish_ranking(actor=commune.people["pct"], round_id=round_.pk, decision_number="25/QĐ-UBND", decision_on=today())
    links = {
        username: sign_in(username)
        .get(reverse("emulation:ranking", args=[round_.pk]))
        .content.decode()
        .count("/giai-trinh/")
        for username in ("vhxh", "tt.kt", "quansat", "quantri")
    }
    assert links == {"vhxh": 3, "tt.kt": 1, "quansat": 0, "quantri": 0}


@pytest.mark.parametrize("codes", [("KT",), ("KT", "HCC", "MN1")])
def test_round_and_ranking_pages_ask_a_constant_number_of_queries(commune, sign_in, django_assert_num_queries, codes):
    round_ = ranked(commune, codes)
    client = sign_in("vhxh")
    with django_assert_num_queries(8):
        client.get(detail(round_))
    with django_assert_num_queries(6):
        client.get(reverse("emulation:ranking", args=[round_.pk]))
    with django_assert_num_queries(5):
        client.get(reverse("emulation:ranking-list"))


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_a_constant_number_of_queries(commune, sign_in, django_assert_num_queries, count):
    for place in range(count):
        new_round(commune, name=f"Đợt {place}")
    client = sign_in("vhxh")
    with django_assert_num_queries(6):
        client.get(reverse("emulation:round-list"))
    with django_assert_num_queries(5):
        client.get(reverse("emulation:set-list"))


def test_the_home_page_says_what_is_to_do(commune):
    def titles(username):
        user = type(commune.people[username]).objects.get(username=username)
        return [item.title for item in todo.items_for(user) if "Đợt" in item.title]

    round_ = new_round(commune)
    name = round_.name
    assert titles("vhxh") == [f"Mở đợt: {name}"]
    Round.objects.all().delete()
    opened(commune, ("KT", "HCC"))
    assert titles("tt.kt") == [f"Tự chấm điểm: {name}"]
    assert titles("vhxh") == []
    Round.objects.update(self_score_until=today() - timedelta(days=1))
    assert titles("tt.kt") == []
    assert titles("vhxh") == [f"Đóng tự chấm: {name}"]


def test_the_leader_is_asked_to_publish(commune):
    round_ = ranked(commune, ("KT", "HCC"))
    leader = commune.people["pct"]
    assert [item.title for item in todo.items_for(leader) if "Đợt" in item.title] == [
        f"Xem xét, công bố: {round_.name}"
    ]
    publish_ranking(actor=leader, round_id=round_.pk, decision_number="25/QĐ-UBND", decision_on=today())
    figures = [stat.value for stat in todo.stats_for(commune.people["tt.kt"]) if "chỉ số" in stat.label]
    assert figures == ["Hạng 1"]


def test_the_office_sees_who_has_not_opened_the_form(commune, sign_in):
    round_ = opened(commune, ("KT", "HCC"))
    card = Scorecard.objects.get(round=round_, unit=commune.units["KT"])
    office = sign_in("vanphong")
    before = office.get(detail(round_)).content.decode().count("Chưa mở phiếu")
    sign_in("vhxh").get(reverse("emulation:scorecard-detail", args=[card.pk]))
    looked = office.get(detail(round_)).content.decode().count("Chưa mở phiếu")
    sign_in("cv.kt").get(reverse("emulation:scorecard-detail", args=[card.pk]))

    assert (before, looked) == (2, 2)
    assert office.get(detail(round_)).content.decode().count("Chưa mở phiếu") == 1


def test_a_practice_round_ends_with_its_ranking(commune, sign_in):
    round_ = ranked(commune, ("KT", "HCC"))
    Round.objects.filter(pk=round_.pk).update(practice=True)
    leader = sign_in("pct")
    page = leader.get(reverse("emulation:round-detail", args=[round_.pk]))
    assert [step["label"] for step in page.context["steps"]] == [
        "Chuẩn bị",
        "Đơn vị tự chấm",
        "Thẩm định",
        "Đã xếp hạng thử",
    ]
    assert {step["state"] for step in page.context["steps"]} == {"done"}
    step = reverse("emulation:round-step", args=[round_.pk, "publish"])
    assert step not in page.text
    assert step not in leader.get(reverse("emulation:ranking", args=[round_.pk])).text
    answer = leader.get(step)
    assert (answer.status_code, "Đợt chấm thử không công bố" in answer.text) == (422, True)
    assert "Đã xếp hạng thử" in leader.get(reverse("emulation:round-list")).text


def test_saving_a_row_opens_the_scorecard(commune, sign_in):
    round_ = opened(commune, ("KT", "HCC"))
    card = card_of(round_, commune, "KT")
    fill(card, commune.people["cv.kt"])
    sign_in("cv.hcc").get(reverse("emulation:scorecard-area", args=[card_of(round_, commune, "HCC").pk, "I"]))
    page = sign_in("vhxh").get(reverse("emulation:round-detail", args=[round_.pk])).text
    assert (page.count("Đang tự chấm"), page.count("Chưa mở phiếu")) == (2, 0)


@pytest.mark.parametrize("name", ["\u200b", " \u200b\ufeff "])
def test_a_name_nobody_can_see_is_no_name(commune, sign_in, name):
    client = sign_in("vhxh")
    form = client.get(reverse("emulation:round-create")).context["form"]
    dates = {key: day_text(day) for key, day in form.initial.items() if key.endswith(("until", "start", "end"))}
    data = dates | {"name": name, "kind": "yearly", "criteria_set": form.initial["criteria_set"].pk}

    answer = client.post(reverse("emulation:round-create"), data)

    assert (answer.status_code, Round.objects.count()) == (422, 0)
    assert answer.context["form"].errors == {"name": ["Chưa nhập tên đợt."]}


@pytest.mark.parametrize("step_", ["scorecard-reopen", "second-reopen"])
def test_a_reason_longer_than_is_kept_is_refused_with_its_text(commune, sign_in, step_):
    card = card_of(ranked(commune, ("KT",)), commune, "KT")
    url, reason = reverse(f"emulation:{step_}", args=[card.pk]), "Ơ" * 501

    answer = sign_in("vhxh").post(url, {"version": card.version, "reason": reason})

    assert (answer.status_code, reason in answer.text) == (422, True)
    assert "dài nhất 500 ký tự; hiện có 501" in answer.text
    assert "dài nhất" not in sign_in("vhxh").post(url, {"version": card.version, "reason": reason[1:]}).text
