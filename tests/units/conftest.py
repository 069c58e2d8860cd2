"""The commune as units alone knows it: without the plan, scores and papers the apps above add to the demo."""

import pytest

from tests.conftest import Commune
from units.demo import load_demo
from units.models import Block, Unit, User


@pytest.fixture
def commune(db):
    """The demo commune, fresh for each test."""
    issuer = load_demo()
    return Commune(
        issuer=issuer,
        blocks={block.code: block for block in Block.objects.filter(issuer=issuer)},
        units={unit.code: unit for unit in Unit.objects.filter(parent=issuer)},
        people={user.username: user for user in User.objects.select_related("unit")},
    )
