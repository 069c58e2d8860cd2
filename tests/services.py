"""A real Celery worker for tests: another process on the same test database, files and broker."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


class Worker:
    """A Celery worker in a process group of its own. `kill` ends it without a goodbye, as a power cut would."""

    def __init__(self) -> None:
        self.log = Path(settings.VAR_DIR) / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, purge: bool = True) -> None:
        """Start the worker and wait until it takes jobs; `purge` forgets the messages of earlier tests."""
        command = [sys.executable, "-m", "celery", "-A", "ninhgiang", "worker", "--concurrency", "1"]
        command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle", *(["--purge"] if purge else [])]
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "ninhgiang.settings_test",
            "NINHGIANG_TEST_DB": str(connection.settings_dict["NAME"]),
            "NINHGIANG_VAR": str(settings.VAR_DIR),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while " ready." not in self.output():
            if not self.alive() or time.monotonic() > deadline:
                raise AssertionError(f"the worker did not start:\n{self.output()}")
            time.sleep(0.1)

    def alive(self) -> bool:
        """Tell whether the worker process runs."""
        return self.process is not None and self.process.poll() is None

    def output(self) -> str:
        """Return what the worker has written since its start."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """Ask the worker to end and wait; kill it when it does not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the worker and the process that runs its job at once (kill -9)."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)
