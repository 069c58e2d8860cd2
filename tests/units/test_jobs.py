"""The life of a background job, its progress page and its watchdog."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.urls import reverse
from django.utils import timezone

from ninhgiang.errors import DomainError
from units import jobs, services, tasks
from units.models import AuditEntry, Job, Notification, WorkerHeartbeat
from units.services.jobs import GAVE_UP, GENERAL_ERROR, TOO_LONG


@pytest.fixture
def handler():
    """Register a handler of kind "thu" whose behaviour the test chooses."""
    calls = []

    def register(action=lambda job, progress: "/ket-qua/"):
        def run(job, progress):
            calls.append(job.pk)
            return action(job, progress)

        jobs.register("thu", run)
        return calls

    yield register
    jobs._handlers.pop("thu", None)


@pytest.fixture
def job(commune):
    return services.enqueue_job(
        kind="thu", title="Việc thử", params={"n": 1}, requested_by=commune.people["vanphong"], issuer=commune.issuer
    )


def claimed(job, task_id) -> Job:
    """Claim the job as the worker that got this message does."""
    found = services.claim_job(job_id=str(job.pk), task_id=task_id)
    assert found is not None
    return found


def age(job, **fields):
    """Put a job's moments into the past."""
    Job.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()


def test_the_message_is_sent_after_commit(commune, django_capture_on_commit_callbacks, monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(tasks.run_job, "delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        one = services.enqueue_job(
            kind="thu", title="Việc thử", params={"n": 1}, requested_by=commune.people["pct"], issuer=commune.issuer
        )
        same = services.enqueue_job(
            kind="thu", title="Việc thử", params={"n": 1}, requested_by=commune.people["vhxh"], issuer=commune.issuer
        )
        other = services.enqueue_job(
            kind="thu", title="Việc thử", params={"n": 2}, requested_by=commune.people["pct"], issuer=commune.issuer
        )
    assert (same, other == one) == (one, False)
    assert sent == [str(one.pk), str(other.pk)]


def test_a_broker_that_is_down_does_not_break_the_request(commune, django_capture_on_commit_callbacks, monkeypatch):
    def down(job_id):
        raise ConnectionError

    monkeypatch.setattr(tasks.run_job, "delay", down)
    with django_capture_on_commit_callbacks(execute=True):
        job = services.enqueue_job(
            kind="thu", title="Việc thử", params={}, requested_by=commune.people["pct"], issuer=commune.issuer
        )
    assert Job.objects.get().pk == job.pk


def test_a_job_runs_once(job, handler):
    calls = handler()
    services.perform_job(job_id=str(job.pk))
    services.perform_job(job_id=str(job.pk))
    job.refresh_from_db()
    assert calls == [job.pk]
    assert (job.state, job.attempts, job.result_url, job.error) == ("done", 1, "/ket-qua/", "")
    assert [(n.user, n.text, n.url) for n in Notification.objects.all()] == [
        (job.requested_by, "Đã xong: Việc thử", "/ket-qua/")
    ]


def test_claiming_twice_gives_it_to_one(job):
    first = claimed(job, "a")
    assert (first.state, first.attempts) == ("running", 1)
    assert services.claim_job(job_id=str(job.pk), task_id="b") is None


def test_the_same_message_again_means_the_worker_died(job):
    claimed(job, "a")
    assert claimed(job, "a").attempts == 2
    services.claim_job(job_id=str(job.pk), task_id="a")
    assert services.claim_job(job_id=str(job.pk), task_id="a") is None


def test_the_late_answer_of_a_lost_worker_is_ignored(job):
    lost = claimed(job, "a")
    current = claimed(job, "a")
    services.finish_job(job=lost, result_url="/cu/")
    services.fail_job(job=lost, error="cũ")
    services.finish_job(job=current, result_url="/moi/")
    job.refresh_from_db()
    assert (job.state, job.result_url, job.error) == ("done", "/moi/", "")
    assert Notification.objects.count() == 1


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (DomainError("Đợt này chưa xếp hạng."), "Đợt này chưa xếp hạng."),
        (SoftTimeLimitExceeded(), TOO_LONG),
        (ValueError("bí mật"), GENERAL_ERROR),
    ],
)
def test_a_failure_is_told_in_vietnamese(job, handler, error, shown):
    def fail(job, progress):
        raise error

    handler(fail)
    services.perform_job(job_id=str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", shown)
    assert Notification.objects.get().text == "Không làm được: Việc thử"


def test_a_kind_nobody_registered_fails_cleanly(job):
    services.perform_job(job_id=str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", GENERAL_ERROR)


def test_progress_is_stored_while_running(job, handler):
    seen = []

    def work(job, progress):
        progress.step(3, 14, "Đang tổng hợp Phòng Kinh tế")
        seen.append(Job.objects.values_list("progress", "total", "message").get(pk=job.pk))
        return "/"

    handler(work)
    services.perform_job(job_id=str(job.pk))
    assert seen == [(3, 14, "Đang tổng hợp Phòng Kinh tế")]


def test_retry(job, handler, commune, sign_in):
    services.perform_job(job_id=str(job.pk))
    client = sign_in("vanphong")
    url = reverse("units:job-detail", args=[job.pk])
    assert reverse("units:job-retry", args=[job.pk]) in client.get(url).content.decode()
    assert client.post(reverse("units:job-retry", args=[job.pk]))["Location"] == url
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == ("queued", 0, "")
    entry = AuditEntry.objects.get(action="retry_job")
    assert (entry.actor, entry.before["state"], entry.after["state"]) == (
        commune.people["vanphong"],
        "failed",
        "queued",
    )
    assert client.post(reverse("units:job-retry", args=[job.pk])).status_code == 422
    handler()
    services.perform_job(job_id=str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 1)


def test_retry_is_refused_when_the_same_work_runs_again(job, commune):
    services.perform_job(job_id=str(job.pk))
    services.enqueue_job(
        kind="thu", title="Việc thử", params={"n": 1}, requested_by=commune.people["pct"], issuer=commune.issuer
    )
    job.refresh_from_db()
    with pytest.raises(DomainError, match="lượt khác"):
        services.retry_job(job=job, by=commune.people["vanphong"])


def test_a_lost_message_is_sent_again(job, django_capture_on_commit_callbacks, monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(tasks.run_job, "delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.redeliver_lost_jobs() == 0
    age(job, queued_at=timezone.now() - timedelta(minutes=2, seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert services.redeliver_lost_jobs() == 1
        assert services.redeliver_lost_jobs() == 0
    assert sent == [str(job.pk)]


def test_a_job_whose_worker_died_comes_back_and_is_given_up_at_last(job, settings):
    dead = timezone.now() - timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 61)
    for attempt in (1, 2):
        services.claim_job(job_id=str(job.pk), task_id=f"t{attempt}")
        assert services.redeliver_lost_jobs() == 0
        age(job, started_at=dead)
        assert services.redeliver_lost_jobs() == 1
        job.refresh_from_db()
        assert (job.state, job.attempts) == ("queued", attempt)
    services.claim_job(job_id=str(job.pk), task_id="t3")
    age(job, started_at=dead)
    assert services.redeliver_lost_jobs() == 0
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == ("failed", 3, GAVE_UP)


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("vanphong", 200),
        ("vhxh", 200),
        ("pct", 200),
        ("quantri", 200),
        ("tt.kt", 404),
        ("cv.vp", 404),
        ("ttdv", 404),
        ("hoidong1", 404),
        ("quansat", 404),
    ],
)
def test_who_may_follow(job, sign_in, username, status):
    client = sign_in(username)
    assert client.get(reverse("units:job-detail", args=[job.pk])).status_code == status
    if status == 404:
        assert client.post(reverse("units:job-retry", args=[job.pk])).status_code == 404


def test_the_page_polls_until_the_job_is_final(job, sign_in, handler):
    client = sign_in("vanphong")
    url = reverse("units:job-detail", args=[job.pk])
    whole = client.get(url).content.decode()
    assert (whole.count('hx-trigger="every 2s"'), whole.count('http-equiv="refresh"')) == (1, 1)
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in part, 'hx-trigger="every 2s"' in part) == (False, True)
    handler()
    services.perform_job(job_id=str(job.pk))
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert ("hx-trigger" in part, 'href="/ket-qua/"' in part) == (False, True)
    assert client.get(url).content.decode().count('http-equiv="refresh"') == 0


@pytest.mark.parametrize(
    ("waited", "beat_age", "warned"), [(30, None, False), (61, None, True), (61, 300, False), (5, 601, True)]
)
def test_a_silent_worker_is_told(job, sign_in, waited, beat_age, warned):
    now = timezone.now()
    age(job, created_at=now - timedelta(seconds=waited))
    if beat_age is not None:
        services.beat_heart()
        WorkerHeartbeat.objects.update(at=now - timedelta(seconds=beat_age))
    page = sign_in("vanphong").get(reverse("units:job-detail", args=[job.pk]))
    assert page.context["worker_silent"] == warned
    assert ("Máy chạy nền không phản hồi" in page.content.decode()) == warned


def test_the_heart_has_one_row(db):
    tasks.heartbeat()
    tasks.heartbeat()
    assert WorkerHeartbeat.objects.count() == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(59, "vừa xong"), (60, "1 phút trước"), (3599, "59 phút trước"), (3600, "1 giờ trước"), (172800, "2 ngày trước")],
)
def test_the_age_of_a_job(job, sign_in, seconds, words):
    age(job, created_at=timezone.now() - timedelta(seconds=seconds))
    page = sign_in("vanphong").get(reverse("units:job-detail", args=[job.pk]))
    assert page.context["age"] == words
