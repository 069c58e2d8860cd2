"""Addresses of criteria sets."""

from django.urls import path

from emulation.views import analysis, criteria, set_editing

urlpatterns = [
    path("bo-tieu-chi/", criteria.set_list, name="set-list"),
    path("nhap-bo-tieu-chi/", criteria.set_import, name="set-import"),
    path("bo-tieu-chi/<slug:code>/", criteria.set_detail, name="set-detail"),
    path("bo-tieu-chi/<slug:code>/tai-ve/", criteria.set_download, name="set-download"),
    path("bo-tieu-chi/<slug:code>/chep/", criteria.set_copy, name="set-copy"),
    path("bo-tieu-chi/<slug:code>/khac-biet/", criteria.set_difference, name="set-difference"),
    path("bo-tieu-chi/<slug:code>/chay-thu/", analysis.set_rehearsal, name="set-rehearsal"),
    path("bo-tieu-chi/<slug:code>/sua/", set_editing.set_edit, name="set-edit"),
    path("bo-tieu-chi/<slug:code>/sua/chung/", set_editing.set_heading, name="set-heading"),
    path("bo-tieu-chi/<slug:code>/sua/them/", set_editing.set_row_add, name="set-row-add"),
    path("bo-tieu-chi/<slug:code>/sua/dong/<str:row>/", set_editing.set_row_edit, name="set-row-edit"),
    path("bo-tieu-chi/<slug:code>/sua/dong/<str:row>/buoc/", set_editing.set_row_step, name="set-row-step"),
    path("bo-tieu-chi/<slug:code>/ban-hanh/", criteria.set_issue, name="set-issue"),
    path("bo-tieu-chi/<slug:code>/thu-hoi/", criteria.set_withdraw, name="set-withdraw"),
]
