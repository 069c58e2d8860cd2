"""Addresses of reform_tasks."""

from django.urls import path

from .views import (
    board,
    calendars,
    closing,
    duties,
    evidence,
    imports,
    lateness,
    plans,
    progress,
    reminders,
    requests,
    unit_page,
    work,
)

app_name = "reform_tasks"
urlpatterns = [
    # plans
    path("ke-hoach/", plans.plan_list, name="plan-list"),
    path("ke-hoach/nhap/", imports.import_upload, name="import-upload"),
    path("ke-hoach/nhap/<uuid:pk>/", imports.import_preview, name="import-preview"),
    path("ke-hoach/<int:pk>/", plans.plan_detail, name="plan-detail"),
    path("ke-hoach/<int:pk>/khoa-so/", closing.plan_close, name="plan-close"),
    path("ke-hoach/<int:pk>/phu-luc.xlsx", imports.plan_export, name="plan-export"),
    path("ke-hoach/<int:pk>/nhiem-vu/<str:number>/", plans.task_detail, name="task-detail"),
    path("ke-hoach/<int:pk>/nhiem-vu/<str:number>/chu-tri/", plans.task_leads, name="task-leads"),
    # work of the units
    path("viec-cua-toi/", work.my_work, name="my-work"),
    path("ky/<int:pk>/", progress.occurrence_detail, name="occurrence-detail"),
    path("ky/<int:pk>/luu/", progress.report_save, name="report-save"),
    path("ky/<int:pk>/minh-chung/", progress.evidence_upload, name="evidence-upload"),
    path("ky/<int:pk>/nop/", progress.report_submit, name="report-submit"),
    path("ky/<int:pk>/trinh/", progress.report_hand, name="report-hand"),
    path("ky/<int:pk>/soan-tiep/", progress.report_hand_back, name="report-hand-back"),
    path("ky/<int:pk>/rut/", progress.report_withdraw, name="report-withdraw"),
    path("ky/<int:pk>/tiep/", progress.report_continue, name="report-continue"),
    path("ky/<int:pk>/chap-nhan/", progress.report_accept, name="report-accept"),
    path("ky/<int:pk>/chap-nhan-mot-phan/", progress.report_accept_part, name="report-accept-part"),
    path("ky/<int:pk>/tra-lai/", progress.report_return, name="report-return"),
    path("ky/<int:pk>/han/", progress.due_date, name="due-date"),
    # beside the report
    path("ky/<int:pk>/gia-han/", requests.extension_ask, name="occurrence-extension-ask"),
    path("ky/<int:pk>/gia-han/quyet-dinh/", requests.extension_decide, name="occurrence-extension-decide"),
    path("ky/<int:pk>/gia-han/rut/", requests.extension_withdraw, name="occurrence-extension-withdraw"),
    path("ky/<int:pk>/vuong-mac/", requests.hindrance_claim, name="occurrence-hindrance-claim"),
    path("ky/<int:pk>/vuong-mac/tham-dinh/", requests.hindrance_review, name="occurrence-hindrance-review"),
    path("ky/<int:pk>/vuong-mac/het/", requests.hindrance_end, name="occurrence-hindrance-end"),
    path("ky/<int:pk>/vuong-mac/rut/", requests.hindrance_withdraw, name="occurrence-hindrance-withdraw"),
    path("ky/<int:pk>/dien-thoai/", requests.phone_record, name="occurrence-phone-record"),
    path("ky/<int:pk>/dien-thoai/xac-nhan/", requests.phone_confirm, name="occurrence-phone-confirm"),
    path("ky/<int:pk>/dien-thoai/sua/", requests.phone_correct, name="occurrence-phone-correct"),
    path("ky/<int:pk>/dien-thoai/rut/", requests.phone_withdraw, name="occurrence-phone-withdraw"),
    path("de-nghi/", requests.request_list, name="request-list"),
    path("minh-chung/<uuid:pk>/", evidence.evidence_file, name="evidence-file"),
    # Phòng Văn hóa - Xã hội
    path("tham-dinh-nhiem-vu/", work.review_list, name="review-queue"),
    # đôn đốc
    path("don-doc/", reminders.reminder_list, name="reminder-list"),
    path("don-doc/gui/", reminders.reminder_create, name="reminder-create"),
    path("don-doc/cai-dat/", reminders.reminder_settings, name="reminder-settings"),
    path("don-doc/<int:pk>/", reminders.reminder_detail, name="reminder-detail"),
    # lịch của tôi
    path("lich-cua-toi/", calendars.my_calendar, name="my-calendar"),
    path("lich-cua-toi/tao/", calendars.calendar_make, name="calendar-make"),
    path("lich-cua-toi/huy/", calendars.calendar_revoke, name="calendar-revoke"),
    path("lich/<str:token>.ics", calendars.calendar_feed, name="calendar-feed"),
    path("theo-doi/", board.progress, name="progress"),
    path("theo-doi/cham-muon/", lateness.lateness, name="lateness"),
    path("don-vi/", unit_page.unit_pages, name="unit-pages"),
    path("don-vi/<int:pk>/", unit_page.unit_page, name="unit-page"),
    # the list behind every number
    path("nhiem-vu/", duties.duty_list, name="duty-list"),
    path("nhiem-vu/xuat/", duties.duty_export, name="duty-export"),
    path("nhiem-vu/chap-nhan/", duties.duties_accept, name="duties-accept"),
    path("nhiem-vu/giao/", duties.duties_assign, name="duties-assign"),
]
