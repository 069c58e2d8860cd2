"""Addresses of appraisers: the queue of a round, and the blind second check."""

from django.urls import path

from emulation.views import appraisal, second_checks

urlpatterns = [
    path("dot-cham-diem/<int:round_id>/tham-dinh/", appraisal.appraisal_queue, name="appraisal-queue"),
    path("dot-cham-diem/<int:round_id>/doc-lap/", second_checks.second_check_list, name="second-check-list"),
    path("tham-dinh-doc-lap/<int:check_id>/", second_checks.second_check, name="second-check"),
]
