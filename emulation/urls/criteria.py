"""Addresses of criteria sets."""

from django.urls import path

from emulation.views import analysis, criteria

urlpatterns = [
    path("bo-tieu-chi/", criteria.set_list, name="set-list"),
    path("nhap-bo-tieu-chi/", criteria.set_import, name="set-import"),
    path("bo-tieu-chi/<slug:code>/", criteria.set_detail, name="set-detail"),
    path("bo-tieu-chi/<slug:code>/tai-ve/", criteria.set_download, name="set-download"),
    path("bo-tieu-chi/<slug:code>/chep/", criteria.set_copy, name="set-copy"),
    path("bo-tieu-chi/<slug:code>/khac-biet/", criteria.set_difference, name="set-difference"),
    path("bo-tieu-chi/<slug:code>/chay-thu/", analysis.set_rehearsal, name="set-rehearsal"),
    path("bo-tieu-chi/<slug:code>/ban-hanh/", criteria.set_issue, name="set-issue"),
    path("bo-tieu-chi/<slug:code>/thu-hoi/", criteria.set_withdraw, name="set-withdraw"),
]
