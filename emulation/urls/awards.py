"""Addresses of award lists; emulation.urls puts them together."""

from django.urls import path

from emulation.views import awards

urlpatterns = [
    path("xep-hang/<int:round_id>/khen-thuong/", awards.award_create, name="award-create"),
    path("khen-thuong/", awards.award_list, name="award-list"),
    path("khen-thuong/<int:proposal_id>/", awards.award_detail, name="award-detail"),
    path("khen-thuong/<int:proposal_id>/trinh/", awards.award_propose, name="award-propose"),
    path("khen-thuong/<int:proposal_id>/bo/", awards.award_discard, name="award-discard"),
    path(
        "khen-thuong/<int:proposal_id>/doi-tuong/<int:candidate_id>/dua-ra/",
        awards.candidate_exclude,
        name="candidate-exclude",
    ),
    path(
        "khen-thuong/<int:proposal_id>/doi-tuong/<int:candidate_id>/dua-lai/",
        awards.candidate_include,
        name="candidate-include",
    ),
]
