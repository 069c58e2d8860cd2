"""Addresses of appeals and corrections."""

from django.urls import path

from emulation.views import appeals

urlpatterns = [
    path("phieu/<int:scorecard_id>/kien-nghi/", appeals.appeal_create, name="appeal-create"),
    path("phieu/<int:scorecard_id>/kien-nghi/ghi-nhan/", appeals.appeal_record, name="appeal-record"),
    path("phieu/<int:scorecard_id>/dinh-chinh/", appeals.correction_create, name="correction-create"),
    path("kien-nghi/", appeals.appeal_list, name="appeal-list"),
    path("kien-nghi/<int:appeal_id>/", appeals.appeal_detail, name="appeal-detail"),
    path("kien-nghi/<int:appeal_id>/rut/", appeals.appeal_withdraw, name="appeal-withdraw"),
    path("kien-nghi/<int:appeal_id>/xac-nhan/", appeals.appeal_confirm, name="appeal-confirm"),
    path("kien-nghi/<int:appeal_id>/mo-lai/", appeals.appeal_reopen, name="appeal-reopen"),
    path("kien-nghi/<int:appeal_id>/y-kien/", appeals.appeal_note, name="appeal-note"),
]
