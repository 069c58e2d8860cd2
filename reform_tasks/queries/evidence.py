"""Reads of evidence files."""

from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import Http404

from reform_tasks.models import Evidence
from reform_tasks.rules import may_see_evidence
from units.models import Unit, User

SHOWN_IN_LIBRARY = 50


def library_of(unit: Unit) -> QuerySet[Evidence]:
    """Return a unit's files, newest first, with `use_count`: how many reports rest on each."""
    return Evidence.objects.filter(unit__in=[unit.pk, *unit.inherited_ids]).annotate(use_count=Count("reports"))


def get_evidence_for(user: User, pk: UUID) -> Evidence:
    """Return a file the person may open; raises Http404 otherwise."""
    evidence = Evidence.objects.filter(pk=pk).select_related("unit__parent").first()
    if evidence is None or not may_see_evidence(user, evidence):
        raise Http404
    return evidence
