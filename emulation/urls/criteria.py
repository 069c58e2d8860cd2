"""Addresses of criteria sets."""

from django.urls import path

from emulation.views import criteria

urlpatterns = [
    path("bo-tieu-chi/", criteria.set_list, name="set-list"),
    path("bo-tieu-chi/<slug:code>/", criteria.set_detail, name="set-detail"),
]
