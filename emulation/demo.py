"""What a fresh installation needs of emulation: the sample criteria set."""

from emulation.models import CriteriaSet
from emulation.sample_set import SAMPLE_SET
from emulation.services.criteria import load_set
from units.models import Unit


def load(issuer: Unit) -> CriteriaSet:
    """Return the issuer's sample set (code mau-2026), created as issued when it has none; safe to call again."""
    return load_set(issuer=issuer, spec=SAMPLE_SET)
