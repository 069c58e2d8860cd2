"""Who signs and under which lines: a function of issuer and person (Nghị định 30/2020, Phụ lục I; Điều 13)."""

from dataclasses import dataclass

from ninhgiang.vietnamese import fold
from units.enums import RoleKind
from units.models import Unit, User
from units.queries import people_with

# Documents that speak for the committee carry TM.; kinds under the chairman's own authority would not.
ON_BEHALF = "TM. ỦY BAN NHÂN DÂN"
HEAD = "CHỦ TỊCH"
FOR_THE_HEAD = "KT. CHỦ TỊCH"
DEPUTY = "PHÓ CHỦ TỊCH"


@dataclass(frozen=True, slots=True)
class Signature:
    """The lines above the signature and the name below it."""

    lines: list[str]
    name: str


def signature_of(leader: User) -> Signature:
    """Return what stands over the name of a leader who signs a plan or report of the committee."""
    if fold(leader.job_title).startswith("pho chu tich"):
        return Signature([ON_BEHALF, FOR_THE_HEAD, DEPUTY], leader.full_name)
    return Signature([ON_BEHALF, HEAD], leader.full_name)


def signers_of(issuer: Unit) -> list[Signature]:
    """Return the possible signers of an issuer's plans and reports: its leaders, by name."""
    return [signature_of(leader) for leader in people_with(RoleKind.LEADER, issuer)]
