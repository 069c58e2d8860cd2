"""How gunicorn serves the program; bin/serve and the Docker image add only the address."""

import os
import threading
from typing import Any

wsgi_app = "ninhgiang.wsgi:application"
worker_class = "gthread"
preload_app = True  # Django is loaded once, not once a worker
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
WARM_UP_AFTER = 5  # seconds


def post_worker_init(worker: Any) -> None:
    """Load what PDFs need when nobody waits: pages are served meanwhile, and the start of the program is over."""
    from reports.pdf import warm_up  # only once Django is set up

    later = threading.Timer(WARM_UP_AFTER, warm_up)
    later.daemon = True
    later.start()
