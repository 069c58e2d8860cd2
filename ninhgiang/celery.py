"""Celery application; all its settings live in settings.py under CELERY_."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ninhgiang.settings")

app = Celery("ninhgiang")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
