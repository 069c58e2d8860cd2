"""Addresses of appraisers: the queue of a round."""

from django.urls import path

from emulation.views import appraisal

urlpatterns = [
    path("dot-cham-diem/<int:round_id>/tham-dinh/", appraisal.appraisal_queue, name="appraisal-queue"),
]
