"""Addresses of reports."""

from django.urls import path

from .views import compilations, documents

app_name = "reports"
urlpatterns = [
    path("tong-hop/", compilations.compile_home, name="compile-home"),
    path("tong-hop/dot/<int:round_id>/", compilations.compile_start, name="compile-start"),
    path("tong-hop/<int:compilation_id>/", compilations.compilation_detail, name="compilation-detail"),
    path("tong-hop/tep/<uuid:export_id>", compilations.export_file, name="export-file"),
    path("van-ban/", documents.document_list, name="document-list"),
    path("van-ban/<uuid:document_id>/", documents.document_detail, name="document-detail"),
    path("van-ban/<uuid:document_id>/sua/", documents.document_edit, name="document-edit"),
    path("van-ban/<uuid:document_id>/pdf", documents.document_pdf, name="document-pdf"),
    path("van-ban/<uuid:document_id>/buoc/<slug:step>", documents.document_step, name="document-step"),
]
