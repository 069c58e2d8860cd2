"""Deployment checks, and what the settings refuse outside demo mode."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ninhgiang import checks
from units.models import User

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-long-secret-made-for-this-test-only-0123456789-abcdefghij"


def ids(found):
    return [message.id for message in found]


def test_demo_mode_is_refused_on_a_real_installation(db, settings):
    settings.DEMO = True
    assert ids(checks.demo_is_off(None)) == ["ninhgiang.E001"]


def test_demo_accounts_are_refused_until_inactive(commune, settings):
    settings.DEMO = False
    assert ids(checks.demo_is_off(None)) == ["ninhgiang.E002"]
    User.objects.filter(is_demo=True).update(is_active=False)
    assert checks.demo_is_off(None) == []


def test_embedded_services_are_told(settings, monkeypatch):
    settings.REDIS_URL = ""
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert ids(checks.services_of_a_real_installation(None)) == ["ninhgiang.W001", "ninhgiang.W002"]


def test_real_services_pass(settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:6379/0"
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.postgresql")
    assert checks.services_of_a_real_installation(None) == []


def load_settings(tmp_path, code="", **environment):
    """Import the settings in a fresh process with exactly these variables."""
    return subprocess.run(
        [sys.executable, "-c", f"from ninhgiang import settings\n{code}"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "NINHGIANG_VAR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_needs_a_secret_key(tmp_path):
    answer = load_settings(tmp_path, NINHGIANG_DEMO="false")
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1].endswith("SECRET_KEY phải được đặt khi NINHGIANG_DEMO=false.")
    assert not (tmp_path / "secret_key").exists()


def test_demo_makes_its_own_secret_key_once(tmp_path):
    first = load_settings(tmp_path, "print(settings.SECRET_KEY)")
    assert len(first.stdout.strip()) == 50
    assert load_settings(tmp_path, "print(settings.SECRET_KEY)").stdout == first.stdout
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_SECURE", "True"),
        ("CSRF_COOKIE_SECURE", "True"),
        ("SECURE_SSL_REDIRECT", "True"),
        ("SECURE_HSTS_SECONDS", "31536000"),
        ("ALLOWED_HOSTS", "['cchc.example', '127.0.0.1']"),
        ("DEBUG", "False"),
    ],
)
def test_production_is_strict(tmp_path, name, value):
    answer = load_settings(
        tmp_path, f"print(settings.{name})", NINHGIANG_DEMO="false", SECRET_KEY=SECRET, ALLOWED_HOSTS="cchc.example"
    )
    assert answer.stdout.strip() == value
