"""Results published elsewhere: read from workbook and CSV, computed again, differences told, kept beside ours."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from emulation.models import CriteriaSet, PastResult, PastRound
from emulation.past_results import Published, Way, recompute
from emulation.queries.history import Mark, sparkline, trend_words
from emulation.results_table import read_results
from emulation.services import publish_ranking
from emulation.services.history import PastHeading, import_results, mark_of, remove_past_round
from ninhgiang.calendar import today
from ninhgiang.errors import DomainError, Refused, Stale
from tests.emulation.result_files import CSV, csv_file
from tests.emulation.year import ranked
from units.models import AuditEntry

BANDS = [
    {"code": "tot", "name": "Tốt", "lower": "80"},
    {"code": "kha", "name": "Khá", "lower": "65"},
    {"code": "yeu", "name": "Yếu", "lower": "0"},
]


def line(name="A", **given):
    return Published(unit_name=name, **given)


def again(*lines, **way):
    return recompute(lines, Way(bands=BANDS, **way))


# computing again


@pytest.mark.one_database
def test_index_rank_and_grade_follow_from_points_and_bands():
    one, two, three = again(
        line("A", total=Decimal("68.32"), applicable_max=Decimal(84), index=Decimal("81.33"), rank=1, grade="Tốt"),
        line("B", total=Decimal(70), index=Decimal(70), rank=2, grade="khá"),
        line("C", total=Decimal(10), index=Decimal("10.0"), rank=3, grade="yeu"),
    )
    assert (one.index, one.rank, one.grade_name, one.differences) == (Decimal("81.33"), 1, "Tốt", [])
    assert (two.rank, two.grade_code, two.differences) == (2, "kha", [])
    assert three.differences == []


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"total": Decimal(82), "areas": {"I": Decimal(40), "II": Decimal(41)}, "index": Decimal(82)},
            ["Tổng điểm công bố 82, cộng các phần được 81.", "Chỉ số công bố 82,00, tính lại 81,00."],
        ),
        ({"total": Decimal(80), "index": Decimal("80.5")}, ["Chỉ số công bố 80,50, tính lại 80,00."]),
        ({"total": Decimal(80), "rank": 4}, ["Hạng công bố 4, tính lại 1."]),
        ({"total": Decimal(79), "grade": "Tốt"}, ["Xếp loại công bố “Tốt”, tính lại “Khá”."]),
        (
            {"total": Decimal(79), "grade": "A1"},
            ["Xếp loại công bố “A1” không có trong các mức đã chọn; theo chỉ số là “Khá”."],
        ),
        ({"total": Decimal(103)}, ["Điểm 103 lớn hơn điểm tối đa 100."]),
        ({"total": Decimal(103), "bonus": Decimal(3)}, []),
        ({"areas": {"I": Decimal(90)}, "bonus": Decimal(2), "penalty": Decimal(1), "total": Decimal(91)}, []),
        ({"index": Decimal("81.3"), "rank": 1, "grade": "Tốt"}, []),
    ],
)
def test_every_difference_is_told(given, told):
    assert again(line(**given))[0].differences == told


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("printed", "places", "told"), [("81.3", 1, 0), ("81.33", 2, 0), ("81.34", 2, 1), ("81", 0, 0)]
)
def test_an_index_is_compared_with_as_many_places_as_were_printed(printed, places, told):
    found = again(
        line(total=Decimal("68.32"), applicable_max=Decimal(84), index=Decimal(printed), index_decimals=places)
    )
    assert len(found[0].differences) == told


@pytest.mark.one_database
def test_ranks_count_inside_blocks_or_over_all_and_equals_share():
    lines = [
        line("A", block_name="X", total=Decimal(90), rank=1),
        line("B", block_name="Y", total=Decimal(85), rank=1),
        line("C", block_name="Y", total=Decimal(85), rank=2),
    ]
    assert [one.rank for one in again(*lines)] == [1, 1, 1]
    assert again(*lines)[2].differences == ["Hạng công bố 2, tính lại 1 (đồng hạng)."]
    assert [one.rank for one in again(*lines, scope="overall")] == [1, 2, 2]


@pytest.mark.one_database
def test_a_block_written_in_two_ways_is_one_block():
    lines = [
        line("A", block_name="Khối phòng", total=Decimal(90), rank=1),
        line("B", block_name="KHỐI PHÒNG", total=Decimal(85), rank=2),
        line("C", block_name="Khối  phòng ", total=Decimal(80), rank=3),
        line("D", block_name="Khối trường", total=Decimal(70), rank=1),
    ]
    assert [(one.rank, one.differences) for one in again(*lines)] == [(1, []), (2, []), (3, []), (1, [])]


# storing


@pytest.fixture
def heading(commune):
    rules = CriteriaSet.objects.get(issuer=commune.issuer, code="mau-2026")
    return PastHeading(code="cchc-2025", name="Kết quả 2025", year=2025, bands_of=rules, publisher="UBND thành phố")


def stored(commune, heading, text=CSV, actor="vhxh"):
    return import_results(
        actor=commune.people[actor],
        issuer=commune.issuer,
        heading=heading,
        table=read_results(csv_file(text), "2025.csv"),
    )


def test_an_import_keeps_what_was_published_beside_what_is_computed(commune, heading):
    made = stored(commune, heading)
    assert (made.what, made.unmatched) == ("created", ["Trường Mầm non Ngoài xã"])
    first, second, third = made.past_round.results.all()
    assert (first.unit, second.unit, third.unit) == (commune.units["KT"], commune.units["VHXH"], None)
    assert (first.published_index, first.index, first.rank) == (Decimal("81.33"), Decimal("81.33"), 1)
    assert third.index == Decimal("80.00")
    assert AuditEntry.objects.filter(action="import_results").count() == 1


def test_the_same_again_changes_nothing_and_the_same_code_replaces(commune, heading):
    stored(commune, heading)
    again_ = stored(commune, heading)
    assert (again_.what, PastRound.objects.count(), PastResult.objects.count()) == ("unchanged", 1, 3)
    other = stored(commune, heading, CSV.replace("70;100;70,00", "71;100;70,00"))
    assert (other.what, PastRound.objects.count(), PastResult.objects.count()) == ("replaced", 1, 3)
    differing = PastResult.objects.get(unit=commune.units["VHXH"]).differences
    assert "Chỉ số công bố 70,00, tính lại 71,00." in differing
    assert AuditEntry.objects.filter(action="import_results").count() == 2


def test_the_same_file_is_read_anew_when_our_units_have_changed(commune, heading):
    stored(commune, heading)
    unit = commune.units["KT"]
    unit.name, unit.short_name, unit.code = "Trường Mầm non Ngoài xã", "MN ngoài xã", "MNX"
    unit.save()
    again_ = stored(commune, heading)
    assert (again_.what, again_.unmatched) == ("replaced", [])
    assert PastResult.objects.get(unit_name=unit.name).unit_id == unit.pk
    assert stored(commune, heading).what == "unchanged"


def test_a_preview_that_saw_something_else_replaces_nothing(commune, heading):
    seen = mark_of(None)
    first = stored(commune, heading)

    def confirm(text, seen):
        return import_results(
            actor=commune.people["vhxh"],
            issuer=commune.issuer,
            heading=heading,
            table=read_results(csv_file(text), "2025.csv"),
            seen=seen,
        )

    other = CSV.replace("70;100;70,00", "71;100;70,00")
    with pytest.raises(Stale, match="vừa được người khác nhập"):
        confirm(other, seen)
    assert PastResult.objects.get(unit=commune.units["VHXH"]).total == 70
    assert confirm(CSV, seen).what == "unchanged"
    assert confirm(other, mark_of(PastRound.objects.get(pk=first.past_round.pk))).what == "replaced"
    with pytest.raises(Stale):
        confirm(CSV, "")


def test_two_lines_of_one_unit_are_refused(commune, heading):
    text = CSV.replace("P. Văn hóa - Xã hội", "P. Kinh tế")
    told = "^Dòng 3 “Phòng Kinh tế” và dòng 4 “P. Kinh tế” là cùng một đơn vị. Hãy bỏ bớt một dòng.$"
    with pytest.raises(DomainError, match=told):
        stored(commune, heading, text)
    with pytest.raises(DomainError, match=told):  # a block is the same block however its name is written
        stored(commune, heading, text.replace("P. Kinh tế;Phòng", "P. Kinh tế;PHÒNG"))
    assert not PastRound.objects.exists()
    assert stored(commune, heading, text.replace("P. Kinh tế;Phòng", "P. Kinh tế;Khối khác")).what == "created"


@pytest.mark.parametrize("name", ["tt.kt", "pct", "quantri"])
def test_others_import_and_remove_nothing(commune, heading, name):
    with pytest.raises(Refused):
        stored(commune, heading, actor=name)
    made = stored(commune, heading, actor="vanphong")
    with pytest.raises(Refused):
        remove_past_round(actor=commune.people[name], past_round=made.past_round, reason="Thử")
    assert PastRound.objects.exists()


# the command


def run(path, *more):
    out = StringIO()
    call_command("import_results", path, "--round", "cchc-2025", *more, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_imports_and_tells_every_difference(commune, tmp_path):
    path = tmp_path / "ket-qua.csv"
    path.write_text(CSV.replace("68,32;84;81,33", "68,32;84;81,35"), encoding="utf-8")
    told = run(str(path))
    assert "Phòng Kinh tế: Chỉ số công bố 81,35, tính lại 81,33." in told
    assert PastRound.objects.get().year == 2025
    as_json = json.loads(run(str(path), "--json", "--name", "Tên mới"))
    assert (as_json["result"], as_json["name"], as_json["lines"]) == ("replaced", "Tên mới", 3)
    assert as_json["units"][0]["differences"]
    assert json.loads(run(str(path), "--json"))["result"] == "unchanged"
    assert PastRound.objects.get().name == "Tên mới"


def refused(capsys, path, *more):
    """What the command says of a refusal, as lines and as JSON: the same places and messages."""
    with pytest.raises(CommandError, match="chưa ghi gì"):
        run(path, *more)
    with pytest.raises(SystemExit) as ended:
        call_command("import_results", path, "--round", "cchc-2025", "--json", *more)
    assert ended.value.code == 1
    return {one["place"]: one["message"] for one in json.loads(capsys.readouterr().out)["problems"]}


@pytest.mark.parametrize(
    ("more", "place", "words"),
    [
        (("--bands-of", "khong-co"), "--bands-of", "Hãy chọn bộ tiêu chí"),
        (("--name", "T" * 301), "--name", "không quá 300 ký tự"),
        (("--publisher", "T" * 201), "--publisher", "không quá 200 ký tự"),
        (("--year", "hai nghìn"), "--year", "từ 2000 đến 2100"),
        (("--year", "1999"), "--year", "2000 đến 2100"),
        (("--decision-number", "mười lăm"), "--decision-number", "Ghi số và ký hiệu"),
        (("--decision-on", "20.01.2026"), "--decision-on", "Không đọc được “20.01.2026” là một ngày"),
        (("--decision-on", "31/12/2099"), "--decision-on", "chưa tới"),
        (("--rank-scope", "x"), "--rank-scope", "block"),
        (("--issuer", "XX"), "--issuer", "Hãy chọn một đơn vị ban hành"),
    ],
)
def test_the_command_refuses_what_the_form_does_in_vietnamese_and_as_json(
    commune, tmp_path, capsys, more, place, words
):
    path = tmp_path / "ket-qua.csv"
    path.write_text(CSV, encoding="utf-8")
    found = refused(capsys, path, *more)
    assert (list(found), words in found[place]) == ([place], True)
    assert not PastRound.objects.exists()


def test_the_command_refuses_files_with_their_cells(commune, tmp_path, capsys):
    path = tmp_path / "ket-qua.csv"
    path.write_text("Đơn vị;Tổng điểm\nA;x\n", encoding="utf-8")
    assert refused(capsys, path) == {"dòng 2, cột 2": "“x” không phải số từ 0 đến 9999."}
    assert refused(capsys, tmp_path / "khac.csv") == {"Tệp": "không đọc được: không có tệp hoặc thư mục này."}
    assert refused(capsys, tmp_path) == {"Tệp": "không đọc được: đây là thư mục, không phải tệp."}
    path.write_text(CSV.replace("P. Văn hóa - Xã hội", "P. Kinh tế"), encoding="utf-8")
    assert "cùng một đơn vị" in refused(capsys, path)["Tệp"]
    code = ("--year", "2025", "--round", "mã/2025")
    assert "--round" in refused(capsys, path, *code)
    assert not PastRound.objects.exists()


def test_the_command_keeps_what_is_stored_and_not_given_again(commune, tmp_path):
    path = tmp_path / "ket-qua.csv"
    path.write_text(CSV, encoding="utf-8")
    given = ("--name", "Kết quả", "--publisher", "Sở Nội vụ", "--decision-number", "15/qđ-ubnd")
    run(path, *given, "--decision-on", "20/01/2026", "--rank-scope", "overall")
    kept = PastRound.objects.get()
    assert (kept.decision_number, kept.decision_on, kept.rank_scope) == ("15/QĐ-UBND", date(2026, 1, 20), "overall")
    newest = CriteriaSet.objects.get(issuer=commune.issuer)
    newest.pk, newest.code, newest.year, newest.rank_style = None, "cchc-2027", 2027, "dense"
    newest.bands, newest.is_sample = BANDS, False
    newest.save()
    assert "Không có gì thay đổi" in run(path)
    assert PastRound.objects.get().bands == kept.bands
    assert "Đã thay" in run(path, "--bands-of", "cchc-2027")
    assert PastRound.objects.get().bands == BANDS


# screens


def typed(commune, **changes):
    rules = CriteriaSet.objects.get(issuer=commune.issuer, code="mau-2026")
    given = {"name": "Kết quả 2025", "code": "cchc-2025", "year": "2025", "bands_of": rules.pk, "rank_scope": "block"}
    return given | changes


def upload(text=CSV):
    return SimpleUploadedFile("2025.csv", text.encode())


def test_a_preview_comes_before_the_import(commune, sign_in):
    client = sign_in("vanphong")
    url = reverse("emulation:results-import")
    answer = client.post(url, typed(commune, file=upload()))
    assert answer.status_code == 200
    assert not PastRound.objects.exists()
    assert "Trường Mầm non Ngoài xã" in answer.text
    done = client.post(url, typed(commune, table=answer.context["signed"]), follow=True)
    assert "Đã nhập kết quả" in done.text
    assert PastRound.objects.get().results.count() == 3
    assert "81,33" in done.text


def test_what_a_colleague_imports_after_the_preview_is_shown_before_it_is_replaced(commune, heading, sign_in):
    client = sign_in("vanphong")
    url = reverse("emulation:results-import")
    preview = client.post(url, typed(commune, file=upload(CSV.replace("70;100;70,00", "71;100;70,00"))))
    assert "đang giữ" not in preview.text
    stored(commune, heading)
    answer = client.post(url, typed(commune, table=preview.context["signed"]))
    assert answer.status_code == 409
    assert "vừa được người khác nhập" in answer.text
    assert "đang giữ" in answer.text
    assert "Chỉ số công bố 70,00, tính lại 71,00." in answer.text
    assert PastResult.objects.get(unit=commune.units["VHXH"]).total == 70
    done = client.post(url, typed(commune, table=answer.context["signed"]), follow=True)
    assert "Đã thay kết quả cũ" in done.text
    assert PastResult.objects.get(unit=commune.units["VHXH"]).total == 71


def test_what_is_not_read_of_a_file_is_said_in_the_preview(commune, sign_in):
    answer = sign_in("vhxh").post(
        reverse("emulation:results-import"), typed(commune, file=upload(CSV + ";Trung bình;;73;;;;;\n"))
    )
    assert "Không đọc dòng 6 (Trung bình): là dòng tổng hợp." in answer.text
    assert len(answer.context["lines"]) == 3


def test_a_bad_file_or_field_keeps_what_was_typed(commune, sign_in):
    client = sign_in("vhxh")
    url = reverse("emulation:results-import")
    answer = client.post(url, typed(commune, file=upload("Đơn vị;Tổng điểm\nA;x\n")))
    assert answer.status_code == 422
    assert "dòng 2, cột 2" in answer.text
    assert 'value="Kết quả 2025"' in answer.text
    answer = client.post(url, typed(commune, file=upload(), decision_number="mười lăm", decision_on="31/12/2099"))
    assert "Ghi số và ký hiệu" in answer.text
    assert "chưa tới" in answer.text
    answer = client.post(url, typed(commune, table="sửa:tay"))
    assert answer.status_code == 422
    assert "Hãy gửi lại tệp" in answer.text
    assert 'value="Kết quả 2025"' in answer.text
    assert not PastRound.objects.exists()


def test_our_published_rounds_and_imported_ones_stand_side_by_side(commune, sign_in):
    ranking = ranked(commune, ("KT", "VHXH")).ranking
    publish_ranking(
        actor=commune.people["pct"], round_id=ranking.round_id, decision_number="15/QĐ-UBND", decision_on=today()
    )
    rules = CriteriaSet.objects.get(issuer=commune.issuer, code="mau-2026")
    stored(commune, PastHeading(code="cchc-2025", name="Kết quả 2025", year=2025, bands_of=rules))
    client = sign_in("tt.kt")
    answer = client.get(reverse("emulation:result-history"))
    lines = {one.unit.code: one for one in answer.context["lines"]}
    assert [publication.name for publication, _ in lines["KT"].cells] == ["Kết quả 2025", ranking.round.name]
    assert [mark.index for _, mark in lines["KT"].cells] == [
        Decimal("81.33"),
        ranking.entries.get(unit=commune.units["KT"]).index,
    ]
    assert "polyline" in answer.text
    assert reverse("emulation:results-import") not in answer.text
    assert reverse("emulation:results-import") in sign_in("vhxh").get(reverse("emulation:result-history")).text


def test_a_publication_is_removed_with_a_reason(commune, heading, sign_in):
    stored(commune, heading)
    client = sign_in("vhxh")
    url = reverse("emulation:past-round-remove", args=["cchc-2025"])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert PastRound.objects.exists()
    client.post(url, {"reason": "Nhập nhầm năm"})
    assert not PastRound.objects.exists()
    assert AuditEntry.objects.get(action="remove_past_round").reason == "Nhập nhầm năm"


@pytest.mark.one_database
def test_the_line_of_indices_leaves_gaps_out():
    marks = [Mark(Decimal(value), 1, shared=False, grade="", decimals=2) for value in (50, 100)]
    assert sparkline([marks[0], None, marks[1]]) == "0.0,14.0 96.0,0.0"
    assert sparkline([marks[0], None]) == ""
    assert (trend_words(marks), trend_words(marks[::-1]), trend_words(marks[:1])) == ("tăng 50,00", "giảm 50,00", "")
    assert trend_words([marks[0], marks[0]]) == "không đổi"
