"""Addresses of rankings."""

from django.urls import path

from emulation.views import rankings

urlpatterns = [
    path("xep-hang/", rankings.ranking_list, name="ranking-list"),
    path("xep-hang/<int:round_id>/", rankings.ranking, name="ranking"),
]
