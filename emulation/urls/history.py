"""Addresses of results over the years and of those imported from elsewhere."""

from django.urls import path

from emulation.views import history

urlpatterns = [
    path("ket-qua-cac-nam/", history.result_history, name="result-history"),
    path("nhap-ket-qua/", history.results_import, name="results-import"),
    path("nhap-ket-qua/tep-mau/", history.results_template, name="results-template"),
    path("ket-qua-cac-nam/<slug:code>/", history.past_round, name="past-round"),
    path("ket-qua-cac-nam/<slug:code>/bo/", history.past_round_remove, name="past-round-remove"),
]
