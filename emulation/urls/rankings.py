"""Addresses of rankings, their published versions and vetoes."""

from django.urls import path

from emulation.views import analysis, decisions, rankings

urlpatterns = [
    path("xep-hang/", rankings.ranking_list, name="ranking-list"),
    path("xep-hang/<int:round_id>/", rankings.ranking, name="ranking"),
    path("xep-hang/<int:round_id>/phan-tich/", analysis.round_analysis, name="round-analysis"),
    path("xep-hang/<int:round_id>/ban-moi/", decisions.version_create, name="version-create"),
    path("xep-hang/<int:round_id>/ban/<int:number>/", decisions.ranking_version, name="ranking-version"),
    path("phieu/<int:scorecard_id>/khong-che/", decisions.veto_create, name="veto-create"),
    path("phieu/<int:scorecard_id>/khong-che/<int:veto_id>/bo/", decisions.veto_lift, name="veto-lift"),
]
