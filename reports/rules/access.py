"""Who may read and move documents. Everything else asks these predicates."""

from ninhgiang.states import Move, moves_from
from reports.enums import DOCUMENT_MOVES, DocumentState
from reports.models import Document
from units.enums import RoleKind
from units.models import Unit, User
from units.rules import holds, kinds_at

# They see drafts and compiled results; everybody else in the commune reads what has been issued.
DRAFT_READERS = frozenset({RoleKind.REVIEWER, RoleKind.OFFICE, RoleKind.LEADER})
DRAFT_WRITERS = frozenset({RoleKind.REVIEWER, RoleKind.OFFICE})
COMPILERS = frozenset({RoleKind.OFFICE})


def may_read_drafts(user: User, issuer: Unit) -> bool:
    """Tell whether the person takes part in making documents of this issuer."""
    return holds(user, DRAFT_READERS, issuer)


def may_edit(user: User, document: Document) -> bool:
    """Tell whether the person may change the text now: a draft only, by those who draft."""
    return document.state == DocumentState.DRAFT and holds(user, DRAFT_WRITERS, document.issuer)


def open_moves(user: User, document: Document) -> dict[str, Move]:
    """Return {step: Move} the person may take now; signing is open to the person named as signer only."""
    moves = moves_from(DOCUMENT_MOVES, document.state, kinds_at(user, document.issuer))
    if "sign" in moves and not is_signer(user, document):
        del moves["sign"]
    return moves


def is_signer(user: User, document: Document) -> bool:
    """Tell whether the document names this person as its signer."""
    return user.full_name == document.signer_name
