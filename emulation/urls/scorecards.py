"""Addresses of scorecards and their rows."""

from django.urls import path

from emulation.views import explanations, rows, scorecards

urlpatterns = [
    path("phieu/<int:scorecard_id>/", scorecards.scorecard_detail, name="scorecard-detail"),
    path("phieu/<int:scorecard_id>/giai-trinh/", scorecards.scorecard_explain, name="scorecard-explain"),
    path("phieu/<int:scorecard_id>/ban/<int:number>/", scorecards.scorecard_explain, name="version-explain"),
    path("phieu/<int:scorecard_id>/linh-vuc/<str:code>/", rows.scorecard_area, name="scorecard-area"),
    path("phieu/<int:scorecard_id>/dong/<int:row_id>/", rows.row_save, name="row-save"),
    path("phieu/<int:scorecard_id>/dong/<int:row_id>/giai-thich/", rows.row_explain, name="row-explain"),
    path("phieu/<int:scorecard_id>/ban/<int:number>/dong/<int:row_id>/", rows.row_explain, name="version-row"),
    path("phieu/<int:scorecard_id>/dong/<int:row_id>/minh-chung/", rows.row_evidence, name="row-evidence"),
    # Steps, POST only.
    path("phieu/<int:scorecard_id>/nop/", scorecards.scorecard_submit, name="scorecard-submit"),
    path("phieu/<int:scorecard_id>/rut/", scorecards.scorecard_withdraw, name="scorecard-withdraw"),
    path("phieu/<int:scorecard_id>/chap-nhan/", scorecards.scorecard_accept, name="scorecard-accept"),
    path("phieu/<int:scorecard_id>/tinh-lai/", scorecards.scorecard_recount, name="scorecard-recount"),
    path("phieu/<int:scorecard_id>/hoan-thanh/", scorecards.scorecard_complete, name="scorecard-complete"),
    path("phieu/<int:scorecard_id>/mo-lai/", scorecards.scorecard_reopen, name="scorecard-reopen"),
    path("phieu/<int:scorecard_id>/dong/<int:row_id>/yeu-cau/", explanations.row_question, name="row-question"),
    path("phieu/<int:scorecard_id>/giai-trinh-lai/", explanations.explanation, name="explanation"),
    path(
        "phieu/<int:scorecard_id>/giai-trinh-lai/rut/", explanations.explanation_withdraw, name="explanation-withdraw"
    ),
    path("phieu/<int:scorecard_id>/lan-2/giu-nguyen/", explanations.second_keep, name="second-keep"),
    path("phieu/<int:scorecard_id>/lan-2/tinh-lai/", explanations.second_recount, name="second-recount"),
    path("phieu/<int:scorecard_id>/lan-2/hoan-thanh/", explanations.second_complete, name="second-complete"),
    path("phieu/<int:scorecard_id>/lan-2/mo-lai/", explanations.second_reopen, name="second-reopen"),
    path("phieu/<int:scorecard_id>/mo-khoa/", explanations.scorecard_unlock, name="scorecard-unlock"),
    path("phieu/<int:scorecard_id>/khoa-lai/", explanations.scorecard_lock, name="scorecard-lock"),
]
