"""Settings for pytest: everything the tests write goes into one throw-away folder per process.

A worker that a test starts is another process on the same data: it is given NINHGIANG_VAR (the folder) and
NINHGIANG_TEST_DB (the test database's name), see tests/services.py.
"""

import atexit
import os
import re
import shutil
import tempfile

if "NINHGIANG_TEST_DB" not in os.environ:
    os.environ["NINHGIANG_VAR"] = tempfile.mkdtemp(prefix="ninhgiang-test-")
    atexit.register(shutil.rmtree, os.environ["NINHGIANG_VAR"], ignore_errors=True)
    # Processes of one pytest-xdist run must not take each other's jobs.
    if url := os.environ.get("REDIS_URL"):
        number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        os.environ["REDIS_URL"] = f"{re.sub(r'/[0-9]*$', '', url)}/{number}"

from .settings import *  # noqa: F403
from .settings import DATABASES, MEDIA_ROOT, STATIC_ROOT, STORAGES, VAR_DIR

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the live server's threads and a real worker open it too.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
if name := os.environ.get("NINHGIANG_TEST_DB"):
    DATABASES["default"]["NAME"] = name

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT.mkdir(exist_ok=True)
MEDIA_ROOT.mkdir(exist_ok=True)
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
AXES_ENABLED = False
