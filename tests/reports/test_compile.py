"""Compiling a published round: who, when, what is kept, and running the job again."""

import pytest

from ninhgiang.canonical import sha256_of
from ninhgiang.errors import DomainError, Refused
from reports.jobs import compile_results
from reports.models import Compilation, Document
from reports.services import compile_round, start_compilation
from units.jobs import Progress
from units.models import AuditEntry, Job, Notification
from units.services import perform_job

from .conftest import job_for


def test_only_the_office_starts(commune, published):
    for username in ("vhxh", "pct", "tt.kt", "cv.kt", "quantri", "ttdv", "quansat", "hoidong1"):
        with pytest.raises(Refused):
            start_compilation(actor=commune.people[username], round=published)
    assert Job.objects.count() == 0


def test_an_unpublished_round_is_refused_and_named(commune, opened):
    with pytest.raises(DomainError, match="chưa được lãnh đạo công bố"):
        start_compilation(actor=commune.people["vanphong"], round=opened)


def test_starting_twice_gives_one_job(commune, published):
    office = commune.people["vanphong"]
    first = start_compilation(actor=office, round=published)
    assert start_compilation(actor=office, round=published).pk == first.pk
    assert (first.kind, first.params) == ("compile_results", {"round_id": published.pk})


def test_the_worker_runs_it_and_leaves_the_address_of_the_result(commune, published):
    job = start_compilation(actor=commune.people["vanphong"], round=published)
    perform_job(job_id=str(job.pk))
    job.refresh_from_db()
    compilation = Compilation.objects.get()
    assert (job.state, job.result_url) == ("done", f"/tong-hop/{compilation.pk}/")
    assert compilation.sha256 == sha256_of(compilation.data)
    assert compilation.documents.get().state == "draft"
    assert compilation.exports.get().file_name == f"Tong hop ket qua 2026 - {compilation.pk}.xlsx"


def test_progress_is_told_for_each_unit(commune, published):
    job, said = job_for(commune, published), []
    compile_round(job=job, step=lambda done, total, message: said.append((done, total, message)))
    assert len(said) == 15
    assert said[0] == (0, 15, "Đang tổng hợp: Văn phòng HĐND và UBND")
    assert said[1] == (1, 15, "Đang tổng hợp: Phòng Kinh tế")
    assert said[-1][:2] == (14, 15)


def test_running_twice_makes_nothing_twice(commune, published):
    job = job_for(commune, published)
    urls = {compile_results(job, Progress(job)), compile_results(job, Progress(job))}
    assert len(urls) == 1
    assert Compilation.objects.count() == 1
    assert Document.objects.filter(kind="report").count() == 1
    assert AuditEntry.objects.filter(action="compile_round").count() == 1


def test_numbers_of_the_real_plan(worked_plan, compilation):
    data = compilation.data
    assert data["task_count"] == 48
    assert [area["name"] for area in data["area_tasks"]][:2] == [
        "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH CẢI CÁCH HÀNH CHÍNH",
        "CẢI CÁCH THỂ CHẾ",
    ]
    for key in ("due", "done", "on_time", "late", "missing"):
        assert sum(row[key] for row in data["unit_tasks"]) == sum(row[key] for row in data["area_tasks"])
    centre = next(row for row in data["unit_tasks"] if row["name"] == "Trung tâm Dịch vụ sự nghiệp công")
    assert (centre["done"], centre["missing"]) == (0, centre["due"])
    assert data["plans"] == [{"number": "14/KH-UBND", "issued_on": "2026-01-14"}]


def test_ranks_are_those_of_the_frozen_ranking(published, compilation):
    kept = [(e["unit"], e["rank"], e["index"]) for b in compilation.data["blocks"] for e in b["entries"]]
    entries = published.ranking.entries.select_related("unit").order_by("block__position", "rank", "unit__position")
    assert kept == [(entry.unit.name, entry.rank, f"{entry.index:.2f}") for entry in entries]
    assert kept[0][1:] == (1, "100.00")
    assert kept[1][1:] == (1, "100.00")
    assert kept[2][1] == 3


def test_the_report_says_what_was_compiled(worked_plan, report):
    texts = [block["text"] for block in report.body]
    headings = [block["text"] for block in report.body if block["type"] == "heading"]
    assert report.title == (
        "Kết quả thực hiện nhiệm vụ cải cách hành chính gắn với công tác thi đua, khen thưởng năm 2026"
    )
    assert headings == [
        "I. KẾT QUẢ THỰC HIỆN NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH",
        "II. KẾT QUẢ CHẤM ĐIỂM, XẾP HẠNG",
        "III. ĐÁNH GIÁ CHUNG",
        "IV. PHƯƠNG HƯỚNG, KIẾN NGHỊ",
    ]
    assert texts[0].startswith("Thực hiện Kế hoạch số 14/KH-UBND ngày 14/01/2026 của Ủy ban nhân dân xã về")
    assert (
        "- Trung tâm Dịch vụ sự nghiệp công: 35 lượt chưa hoàn thành (nhiệm vụ số 2, 4, 5, 9, 10, 17, 39, 41, 47);"
        in texts
    )
    assert texts[-1].endswith("năm 2026 của Ủy ban nhân dân xã./.")
    assert report.authority_lines == ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    assert report.signer_name == "Nguyễn Đình Khoa"
    assert report.recipients[0] == "UBND thành phố;"
    assert report.drafter.code == "VHXH"
    assert [annex["landscape"] for annex in report.annexes] == [False, True, True]
    assert report.annexes[0]["rows"][1] == ["1", "Văn phòng HĐND và UBND", "96,00", "96,00", "100,00", "Xuất sắc"]


def test_reviewers_are_told_of_the_draft(commune, report):
    (notice,) = Notification.objects.filter(user=commune.people["vhxh"], text__startswith="Có dự thảo báo cáo")
    assert notice.url == f"/van-ban/{report.pk}/"
