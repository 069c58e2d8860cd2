"""Addresses of criteria sets."""

from django.urls import path

from emulation.views import analysis, criteria, set_files
from emulation.views.set_editing import heading, rows, tree

urlpatterns = [
    path("bo-tieu-chi/", criteria.set_list, name="set-list"),
    path("tao-bo-tieu-chi/", criteria.set_create, name="set-create"),
    path("nhap-bo-tieu-chi/", set_files.set_import, name="set-import"),
    path("bo-tieu-chi/<slug:code>/", criteria.set_detail, name="set-detail"),
    path("bo-tieu-chi/<slug:code>/tai-ve/", set_files.set_download, name="set-download"),
    path("bo-tieu-chi/<slug:code>/chep/", criteria.set_copy, name="set-copy"),
    path("bo-tieu-chi/<slug:code>/khac-biet/", criteria.set_difference, name="set-difference"),
    path("bo-tieu-chi/<slug:code>/chay-thu/", analysis.set_rehearsal, name="set-rehearsal"),
    path("bo-tieu-chi/<slug:code>/sua/", tree.set_edit, name="set-edit"),
    path("bo-tieu-chi/<slug:code>/sua/chung/", heading.set_heading, name="set-heading"),
    path("bo-tieu-chi/<slug:code>/sua/xep-loai/", heading.set_grades, name="set-grades"),
    path("bo-tieu-chi/<slug:code>/sua/xep-loai/kiem-tra/", heading.set_grades_check, name="set-grades-check"),
    path("bo-tieu-chi/<slug:code>/sua/them/", rows.set_row_add, name="set-row-add"),
    path("bo-tieu-chi/<slug:code>/sua/them/kiem-tra/", rows.set_row_add_check, name="set-row-add-check"),
    path("bo-tieu-chi/<slug:code>/sua/dong/<str:row>/", rows.set_row_edit, name="set-row-edit"),
    path("bo-tieu-chi/<slug:code>/sua/dong/<str:row>/kiem-tra/", rows.set_row_check, name="set-row-check"),
    path("bo-tieu-chi/<slug:code>/sua/dong/<str:row>/buoc/", tree.set_row_step, name="set-row-step"),
    path("bo-tieu-chi/<slug:code>/sua/dong/<str:row>/bo/", tree.set_row_remove, name="set-row-remove"),
    path("bo-tieu-chi/<slug:code>/ban-hanh/", criteria.set_issue, name="set-issue"),
    path("bo-tieu-chi/<slug:code>/thu-hoi/", criteria.set_withdraw, name="set-withdraw"),
    path("bo-tieu-chi/<slug:code>/xoa/", criteria.set_delete, name="set-delete"),
]
