"""Addresses of scoring rounds."""

from django.urls import path

from emulation.views import round_upkeep, rounds

urlpatterns = [
    path("dot-cham-diem/", rounds.round_list, name="round-list"),
    path("dot-cham-diem/tao/", rounds.round_create, name="round-create"),
    path("dot-cham-diem/<int:round_id>/", rounds.round_detail, name="round-detail"),
    path("dot-cham-diem/<int:round_id>/sua/", round_upkeep.round_edit, name="round-edit"),
    path("dot-cham-diem/<int:round_id>/bo/", round_upkeep.round_drop, name="round-drop"),
    path("dot-cham-diem/<int:round_id>/luu-tru/", round_upkeep.round_archive, name="round-archive"),
    path("dot-cham-diem/<int:round_id>/lay-lai/", round_upkeep.round_restore, name="round-restore"),
    path("dot-cham-diem/<int:round_id>/han/", rounds.round_dates, name="round-dates"),
    path("dot-cham-diem/<int:round_id>/buoc/<slug:action>/", rounds.round_step, name="round-step"),
]
