"""What the tests of the editor share: addresses, what a browser posts back, what a colleague does meanwhile."""

import re
from dataclasses import replace

from django.urls import reverse

from emulation.models import CriteriaSet, Criterion
from emulation.services.criteria import replace_draft, spec_of
from emulation.set_editing import change_row, find_row


def page(name, *args):
    return reverse(f"emulation:{name}", args=["cchc-2027", *args])


def typed_of(client, url):
    """What a browser would post back from a form's page, unchanged."""
    answer = client.get(url)
    form = answer.context["form"]
    typed = {}
    for name, bound in ((name, form[name]) for name in form.fields):
        value = bound.value()
        if isinstance(value, list):
            typed[name] = value
        elif value not in (None, False):
            typed[name] = bound.field.prepare_value(value)
    return typed | dict(re.findall(r'<input type="hidden" name="(was|rule_was|kind)" value="([^"]*)">', answer.text))


def now(draft):
    """The draft's spec as it is stored now."""
    return spec_of(CriteriaSet.objects.get(pk=draft.pk))


def leaf_of(draft, **where):
    return Criterion.objects.filter(criteria_set=draft, kind="criterion", **where).exclude(rule_kind="").first()


def colleague(commune, draft, made):
    """Store another form of the set, as a colleague at another desk does."""
    current = CriteriaSet.objects.get(pk=draft.pk)
    assert replace_draft(actor=commune.people["vhxh"], criteria_set=current, spec=made, unfinished=True)


def renamed(spec, code, name):
    return change_row(spec, code, replace(find_row(spec, code).row, name=name))
