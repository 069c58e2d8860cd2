"""What many tests of scoring start from: a clock that stands still."""

import pytest
import time_machine

from tests.emulation.cycle_kit import NOW


@pytest.fixture
def clock():
    """A Monday morning, 02/11/2026, 9:00 in Vietnam; tests move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
