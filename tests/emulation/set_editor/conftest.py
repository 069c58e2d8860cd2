"""A draft to edit, and the reviewer who edits it."""

import pytest

from emulation.models import CriteriaSet
from emulation.services.criteria import copy_set


@pytest.fixture
def draft(commune):
    source = CriteriaSet.objects.get(issuer=commune.issuer, code="mau-2026")
    return copy_set(actor=commune.people["vhxh"], criteria_set=source, code="cchc-2027", name="Bộ 2027", year=2027)


@pytest.fixture
def client(sign_in):
    return sign_in("vhxh")
