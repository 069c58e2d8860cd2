"""Addresses of emulation, put together from one module a noun."""

from . import awards, criteria, rankings, rounds, scorecards

app_name = "emulation"
urlpatterns = [
    *criteria.urlpatterns,
    *rounds.urlpatterns,
    *scorecards.urlpatterns,
    *rankings.urlpatterns,
    *awards.urlpatterns,
]
