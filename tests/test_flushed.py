"""What a flush between transactional tests must leave standing."""

import pytest

from emulation.models import AwardMultiplier, BaseSalary


@pytest.mark.parametrize("turn", [1, 2])
def test_award_numbers_stand_after_a_flush(transactional_db, turn):
    assert (BaseSalary.objects.count(), AwardMultiplier.objects.count()) == (2, 2)
