"""Addresses of emulation, put together from one module a noun."""

from . import appeals, appraisal, awards, criteria, history, rankings, rounds, scorecards

app_name = "emulation"
urlpatterns = [
    *criteria.urlpatterns,
    *rounds.urlpatterns,
    *scorecards.urlpatterns,
    *appraisal.urlpatterns,
    *rankings.urlpatterns,
    *appeals.urlpatterns,
    *awards.urlpatterns,
    *history.urlpatterns,
]
