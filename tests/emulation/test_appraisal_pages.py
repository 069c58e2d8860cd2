"""The appraisers' queue on the page: order, filter, bulk acceptance with exceptions, conflicts, who may."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from emulation.enums import RoundState, ScorecardState
from emulation.forms.appraisal import posted_ids
from emulation.models import Criterion, Round, RowEvidence, Scorecard, ScorecardRow
from emulation.queries.appraisal import queue_of
from emulation.services import close_self_scoring
from emulation.services.rows import RowEntry, save_appraisal_row
from emulation.todo import scoring_items
from emulation.views import appraisal
from reform_tasks.models import Evidence
from tests.emulation.year import card_of, opened, row_of, submitted_all

CODES = ("KT", "HCC", "VHXH")


def in_appraisal(commune, codes=CODES):
    round_ = opened(commune, codes)
    submitted_all(commune, round_)
    return close_self_scoring(actor=commune.people["vhxh"], round_id=round_.pk, reason="Thử")


@pytest.fixture
def round_(commune):
    return in_appraisal(commune)


@pytest.fixture
def part(commune, round_):
    """Criterion 2.1 of the round's set is appraised by Phòng Kinh tế."""
    criterion = Criterion.objects.get(criteria_set=round_.criteria_set, code="2.1")
    criterion.appraiser = commune.units["KT"]
    criterion.save()
    return criterion


def url_of(round_, query=""):
    return reverse("emulation:appraisal-queue", args=[round_.pk]) + (f"?{query}" if query else "")


def page_of(client, round_, query=""):
    answer = client.get(url_of(round_, query))
    assert answer.status_code == 200
    return answer.context


def as_posted(context, ticked=None, **more):
    """What a browser posts of the page as it stands, with the boxes as given (else as shown)."""
    data = {"phase": context["page_phase"], "da_thay": context["seen"], "ky": []}
    for one in context["rows"]:
        form = one.form
        data[f"{form.prefix}-version"], data[f"{form.prefix}-was"] = form.version, form.was
        data[f"{form.prefix}-note"] = form.note
        for cell in form.cells:
            if cell.spec.kind != "flag" or cell.text:
                data[cell.name] = cell.text
        if one.ticked if ticked is None else form.row.pk in ticked:
            data["ky"].append(form.row.pk)
    return data | more


def waiting(round_):
    return ScorecardRow.objects.filter(
        scorecard__round=round_, applicable=True, criterion__source="person", appraised_points__isnull=True
    )


@pytest.mark.parametrize("username", ["pct", "vanphong", "cv.kt", "tt.hcc"])
def test_people_who_appraise_nothing_are_refused_with_who_does(round_, sign_in, username):
    answer = sign_in(username).get(url_of(round_))
    assert answer.status_code == 403
    assert "đơn vị được giao thẩm định" in answer.content.decode()


@pytest.mark.parametrize("username", ["quantri", "hoidong1", "quansat"])
def test_strangers_find_nothing(round_, sign_in, username):
    assert sign_in(username).get(url_of(round_)).status_code == 404


def test_proposed_rows_are_ticked_and_accepted_and_the_others_stay(commune, round_, sign_in):
    client = sign_in("vhxh")
    context = page_of(client, round_, "nghi=de-nghi")
    queue = queue_of(commune.people["vhxh"], round_)
    proposed = {one.row.pk for one in queue if one.proposed}
    assert proposed
    assert context["passing"] == len(proposed)
    shown = {one.form.row.pk for one in context["rows"]}
    assert {one.form.row.pk for one in context["rows"] if one.ticked} == shown
    answer = client.post(url_of(round_, "nghi=de-nghi"), as_posted(context, accept="1"))
    assert (answer.status_code, answer["Location"]) == (302, url_of(round_, "nghi=de-nghi"))
    assert {row.pk for row in waiting(round_)} == {one.row.pk for one in queue} - shown


def test_all_of_the_filter_but_the_exceptions_of_the_page(commune, round_, sign_in, monkeypatch):
    monkeypatch.setattr(appraisal, "PER_PAGE", 3)
    client = sign_in("vhxh")
    context = page_of(client, round_, "don_vi=KT")
    first, second, third = [one.form.row.pk for one in context["rows"]]
    data = as_posted(context, ticked={second, third}, accept="1", tat_ca="1")
    assert client.post(url_of(round_, "don_vi=KT"), data).status_code == 302
    left = waiting(round_).filter(scorecard__unit=commune.units["KT"])
    assert [row.pk for row in left] == [first]
    assert waiting(round_).exclude(scorecard__unit=commune.units["KT"]).exists()


def test_all_of_the_filter_means_what_was_seen(commune, round_, sign_in, monkeypatch):
    monkeypatch.setattr(appraisal, "PER_PAGE", 3)
    client = sign_in("vhxh")
    context = page_of(client, round_)
    shown = {one.form.row.pk for one in context["rows"]}
    queue = queue_of(commune.people["vhxh"], round_)
    hidden = next(one.row for one in queue if one.row.self_value is not None and one.row.pk not in shown)
    save_appraisal_row(
        actor=commune.people["vhxh"],
        scorecard_id=hidden.scorecard_id,
        entry=RowEntry(hidden.pk, hidden.version, hidden.self_value, "Đã xem"),
    )
    before = waiting(round_).count()
    answer = client.post(url_of(round_), as_posted(context, accept="1", tat_ca="1"))
    assert answer.status_code == 409
    assert appraisal.LIST_CHANGED in answer.content.decode()
    assert waiting(round_).count() == before
    again = as_posted(answer.context, accept="1", tat_ca="1")
    assert client.post(url_of(round_), again).status_code == 302


def test_a_row_changed_meanwhile_stops_all_and_the_page_shows_the_new_one(commune, round_, sign_in):
    client = sign_in("vhxh")
    context = page_of(client, round_)
    row = context["rows"][0].form.row
    ScorecardRow.objects.filter(pk=row.pk).update(version=row.version + 1, self_note="Bổ sung khi mở khóa")
    before = waiting(round_).count()
    ids = {one.form.row.pk for one in context["rows"]}
    answer = client.post(url_of(round_), as_posted(context, ticked=ids, accept="1"))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "1 dòng vừa có người sửa" in text
    assert "Bổ sung khi mở khóa" in text
    assert waiting(round_).count() == before
    assert client.post(url_of(round_), as_posted(answer.context, accept="1")).status_code == 302
    assert waiting(round_).count() == before - len(ids)


def test_points_that_differ_need_a_reason_and_nothing_typed_is_lost(commune, round_, sign_in):
    client = sign_in("vhxh")
    row = row_of(card_of(round_, commune, "KT"), "2.1")
    context = page_of(client, round_, "don_vi=KT&tieu_chi=2.1")
    typed = {f"r{row.pk}-numerator": "1", f"r{row.pk}-denominator": "4"}
    data = as_posted(context) | typed
    answer = client.post(url_of(round_, "don_vi=KT&tieu_chi=2.1"), data | {"accept": "1"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "phải ghi lý do" in text
    assert f'name="r{row.pk}-numerator" value="1"' in text
    row.refresh_from_db()
    assert row.appraised_points is None
    answer = client.post(url_of(round_, "don_vi=KT&tieu_chi=2.1"), data | {f"r{row.pk}-note": "Chỉ đúng hạn 1/4"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.appraised_value["numerator"], row.appraisal_reason) == (1, "Chỉ đúng hạn 1/4")


def test_a_scorecard_closed_meanwhile_keeps_what_was_typed(commune, round_, sign_in):
    client = sign_in("vhxh")
    row = row_of(card_of(round_, commune, "KT"), "2.1")
    context = page_of(client, round_, "don_vi=KT&tieu_chi=2.1")
    Scorecard.objects.filter(pk=row.scorecard_id).update(state=ScorecardState.APPRAISED)
    data = as_posted(context) | {f"r{row.pk}-note": "Đã đối chiếu"}
    answer = client.post(url_of(round_, "don_vi=KT&tieu_chi=2.1"), data)
    assert answer.status_code == 422
    assert "Đã đối chiếu" in answer.content.decode()
    Round.objects.filter(pk=round_.pk).update(state=RoundState.RANKED)
    answer = client.post(url_of(round_), as_posted(context, ticked={row.pk}, accept="1"))
    assert answer.status_code == 403
    assert "đã khóa" in answer.content.decode()


@pytest.mark.parametrize("version", ["", "x", "99999999999", "-1"])
def test_broken_versions_are_stale_not_errors(round_, sign_in, version):
    client = sign_in("vhxh")
    context = page_of(client, round_)
    row = context["rows"][0].form.row
    data = as_posted(context, ticked={row.pk}, accept="1") | {f"r{row.pk}-version": version}
    assert client.post(url_of(round_), data).status_code == 409
    assert posted_ids({"rx-version": "1", "r99999999999999-version": "1", "r7-version": "1"}) == [7]


def test_the_named_unit_finds_its_rows_by_its_own_ways(commune, round_, part, sign_in):
    client = sign_in("cv.kt")
    link = url_of(round_)
    assert link in [item.url for item in scoring_items(commune.people["cv.kt"])]
    assert link in client.get(reverse("emulation:round-detail", args=[round_.pk])).content.decode()
    context = page_of(client, round_)
    assert {one.form.row.criterion_id for one in context["rows"]} == {part.pk}
    assert (
        client.post(
            link, as_posted(context, ticked={one.form.row.pk for one in context["rows"]}, accept="1")
        ).status_code
        == 302
    )
    rows = ScorecardRow.objects.filter(scorecard__round=round_, criterion=part, appraised_by=commune.people["cv.kt"])
    assert {row.scorecard.unit.code for row in rows} == {"HCC", "VHXH"}
    assert link not in [item.url for item in scoring_items(commune.people["cv.kt"])]
    assert client.get(reverse("emulation:scorecard-detail", args=[rows[0].scorecard_id])).status_code == 404


def test_autosave_of_a_named_row_tells_no_total(commune, round_, part, sign_in):
    row = row_of(card_of(round_, commune, "HCC"), part.code)
    url = reverse("emulation:row-save", args=[row.scorecard_id, row.pk])
    data = {f"r{row.pk}-version": row.version, f"r{row.pk}-was": "", f"r{row.pk}-numerator": "1"}
    data |= {f"r{row.pk}-denominator": "1", "phase": "appraisal"}
    answer = sign_in("cv.kt").post(url, data)
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["totals"] == {}
    row.refresh_from_db()
    assert row.appraised_by == commune.people["cv.kt"]
    other = row_of(card_of(round_, commune, "HCC"), "2.2")
    url = reverse("emulation:row-save", args=[other.scorecard_id, other.pk])
    assert sign_in("cv.kt").post(url, {}).status_code == 404


def test_the_named_unit_opens_the_files_of_its_rows_only_while_it_appraises(commune, round_, part, sign_in):
    row = row_of(card_of(round_, commune, "HCC"), part.code)
    files = [
        Evidence.objects.create(
            unit=commune.units["HCC"],
            uploaded_by=commune.people["tt.hcc"],
            original_name=name,
            content_type="image/png",
            size=1,
            sha256=sha * 64,
            file=ContentFile(b"x", name),
        )
        for name, sha in (("a.png", "a"), ("b.png", "b"))
    ]
    RowEvidence.objects.create(row=row, evidence=files[0])
    client = sign_in("cv.kt")

    def status(name, file):
        answer = client.get(reverse(f"reform_tasks:evidence-{name}", args=[file.pk]))
        return answer.status_code if not answer.streaming else len(answer.getvalue()) and answer.status_code

    assert [status("file", file) for file in files] == [200, 404]
    assert status("detail", files[0]) == 404
    Round.objects.filter(pk=round_.pk).update(state=RoundState.RANKED)
    assert status("file", files[0]) == 404


@pytest.mark.parametrize("codes", [("KT",), CODES])
def test_the_page_asks_a_constant_number_of_queries(commune, sign_in, codes, django_assert_num_queries):
    round_ = in_appraisal(commune, codes)
    client = sign_in("vhxh")
    with django_assert_num_queries(9):
        client.get(url_of(round_))


def test_the_grid_and_the_scorecard_show_what_appraisal_changed(commune, round_, sign_in):
    row = row_of(card_of(round_, commune, "KT"), "2.1")
    save_appraisal_row(
        actor=commune.people["vhxh"],
        scorecard_id=row.scorecard_id,
        entry=RowEntry(row.pk, row.version, {"numerator": 0, "denominator": 4}, "Không có văn bản đúng hạn"),
    )
    client = sign_in("vhxh")
    lost = f"−{row.self_points.normalize():f}".replace(".", ",")
    grid = client.get(reverse("emulation:scorecard-area", args=[row.scorecard_id, "II"])).content.decode()
    assert f'<p class="row-difference">{lost} so với tự chấm</p>' in grid
    assert f'<span data-total="difference">{lost} so với tự chấm</span>' in grid
    whole = client.get(reverse("emulation:scorecard-detail", args=[row.scorecard_id])).content.decode()
    assert f"Tổng {lost} điểm" in whole
    assert "Không có văn bản đúng hạn" in whole
