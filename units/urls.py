"""Addresses of units."""

from django.urls import path

from . import views

app_name = "units"
urlpatterns = [
    path("", views.home, name="home"),
    path("dang-nhap/", views.sign_in, name="sign-in"),
    path("dang-xuat/", views.sign_out, name="sign-out"),
    path("doi-mat-khau/", views.password_change, name="password-change"),
    path("thong-bao/", views.notices, name="notices"),
    path("thong-bao/da-doc/", views.notices_read, name="notices-read"),
    path("thong-bao/<int:notice_id>/", views.notice_open, name="notice-open"),
    path("thong-bao/cach-nhan/", views.notice_settings, name="notice-settings"),
    path("ban-tin/<int:digest_id>/", views.digest_detail, name="digest-detail"),
    path("tien-trinh/<uuid:job_id>/", views.job_detail, name="job-detail"),
    path("tien-trinh/<uuid:job_id>/chay-lai/", views.job_retry, name="job-retry"),
    path("quan-tri/nguoi-dung/", views.person_list, name="person-list"),
    path("quan-tri/nguoi-dung/them/", views.person_create, name="person-create"),
    path("quan-tri/nguoi-dung/<int:person_id>/", views.person_detail, name="person-detail"),
    path("quan-tri/nguoi-dung/<int:person_id>/sua/", views.person_change, name="person-change"),
    path("quan-tri/nguoi-dung/<int:person_id>/mat-khau/", views.person_reset, name="person-reset"),
    path("quan-tri/nguoi-dung/<int:person_id>/khoa/", views.person_lock, name="person-lock"),
    path("quan-tri/nguoi-dung/<int:person_id>/mo/", views.person_unlock, name="person-unlock"),
    path("quan-tri/nguoi-dung/<int:person_id>/vai-tro/", views.role_add, name="role-add"),
    path("quan-tri/nguoi-dung/<int:person_id>/vai-tro/<int:role_id>/bo/", views.role_remove, name="role-remove"),
    path("quan-tri/don-vi/", views.unit_list, name="unit-list"),
    path("quan-tri/sap-xep/", views.reorganisation_list, name="reorganisation-list"),
    path("quan-tri/sap-xep/them/", views.reorganisation_create, name="reorganisation-create"),
    path("quan-tri/sap-xep/<int:reorganisation_id>/", views.reorganisation_detail, name="reorganisation-detail"),
    path("quan-tri/sap-xep/<int:reorganisation_id>/chon/", views.reorganisation_choose, name="reorganisation-choose"),
    path(
        "quan-tri/sap-xep/<int:reorganisation_id>/xac-nhan/",
        views.reorganisation_confirm,
        name="reorganisation-confirm",
    ),
    path("quan-tri/sap-xep/<int:reorganisation_id>/huy/", views.reorganisation_cancel, name="reorganisation-cancel"),
    path("quan-tri/thu-dien-tu/", views.mail_list, name="mail-list"),
    path("quan-tri/thu-dien-tu/thu/", views.mail_test, name="mail-test"),
    path("quan-tri/thu-dien-tu/<int:mail_id>/gui-lai/", views.mail_resend, name="mail-resend"),
    path("nhat-ky/", views.audit_list, name="audit-list"),
]
