"""How gunicorn serves the program; bin/serve and the Docker image add only the address."""

import os
import threading
from typing import Any

wsgi_app = "ninhgiang.wsgi:application"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60  # a report is rendered by the job worker, never in a request
graceful_timeout = 8
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def post_worker_init(worker: Any) -> None:
    """Load what PDFs need while nobody waits; pages are served meanwhile."""
    from reports.pdf import warm_up  # only once Django is set up

    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
