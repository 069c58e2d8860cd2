"""Database triggers that freeze a signed document.

After the signature the content and its hash cannot change and the state can only go to "issued"; after the issue the
row cannot change at all. Deleting is stopped by the sign-offs' foreign keys. A later migration that alters the table
on SQLite rebuilds it without triggers and must call `install` again; tests/reports/test_triggers.py notices.
"""

from ninhgiang.triggers import Triggers

TABLE = "reports_document"
CONTENT = (
    "kind",
    "title",
    "body",
    "annexes",
    "recipients",
    "authority_lines",
    "signer_name",
    "content_sha256",
    "issuer_id",
)
ISSUED = ("number", "issued_on", "year", "month", "pdf", "pdf_sha256", "state", "version")


def _changed(names: tuple[str, ...], different: str) -> str:
    return " OR ".join(f"NEW.{name} {different} OLD.{name}" for name in names)


def _condition(different: str) -> str:
    thawed = f"NEW.state NOT IN ('signed', 'issued') OR {_changed(CONTENT, different)}"
    rewritten = _changed(ISSUED, different)
    return f"(OLD.state IN ('signed', 'issued') AND ({thawed})) OR (OLD.state = 'issued' AND ({rewritten}))"


_INSTALL = {
    "sqlite": (
        (
            f"CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE ON {TABLE} WHEN {_condition('IS NOT')} "
            "BEGIN SELECT RAISE(ABORT, 'a signed document is frozen'); END"
        ),
    ),
    "postgresql": (
        (
            f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a signed document is frozen' USING ERRCODE = 'restrict_violation'; END $$"
        ),
        (
            f"CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE ON {TABLE} FOR EACH ROW "
            f"WHEN ({_condition('IS DISTINCT FROM')}) EXECUTE FUNCTION {TABLE}_refuse()"
        ),
    ),
}
_REMOVE = {
    "sqlite": (f"DROP TRIGGER IF EXISTS {TABLE}_frozen",),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS {TABLE}_frozen ON {TABLE}",
        f"DROP FUNCTION IF EXISTS {TABLE}_refuse()",
    ),
}

_triggers = Triggers(creating=_INSTALL, dropping=_REMOVE)
install = _triggers.install
remove = _triggers.remove
