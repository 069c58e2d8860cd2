"""Addresses. Vietnamese without diacritics, verbs as POST end points."""

from django.urls import include, path

from . import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("units.urls")),
    path("", include("reform_tasks.urls")),
    path("", include("emulation.urls")),
    path("", include("reports.urls")),
]
