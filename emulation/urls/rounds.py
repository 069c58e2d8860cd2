"""Addresses of scoring rounds."""

from django.urls import path

from emulation.views import rounds

urlpatterns = [
    path("dot-cham-diem/", rounds.round_list, name="round-list"),
    path("dot-cham-diem/tao/", rounds.round_create, name="round-create"),
    path("dot-cham-diem/<int:round_id>/", rounds.round_detail, name="round-detail"),
    path("dot-cham-diem/<int:round_id>/han/", rounds.round_dates, name="round-dates"),
    path("dot-cham-diem/<int:round_id>/buoc/<slug:action>/", rounds.round_step, name="round-step"),
]
