"""What a workbook of our own says beside its table, so that hand-made decisions survive export and import."""

import json
from typing import Any

from reform_tasks.workbook.grid import Table

KNOWN_SHEET = "Đã hiểu"
TEXTS = ("lead", "coordinating", "deadline")


def known_text(
    *, texts: dict[str, str], rule: dict[str, Any], lead: dict[str, Any], coordinating: dict[str, Any]
) -> str:
    """Return one task's line of KNOWN_SHEET: the words it stands for, its deadline rule, and its units by code."""
    data = {"texts": {name: texts[name] for name in TEXTS}, "rule": rule, "lead": lead, "coordinating": coordinating}
    return json.dumps(data, ensure_ascii=False)


def read_known(table: Table) -> tuple[dict[str, Any], ...]:
    """Return the lines of KNOWN_SHEET with their task number; a line that is damaged or strange is passed over."""
    found = []
    for row in table.rows:
        try:
            data = json.loads(row.text(1))
            texts = {name: str(data["texts"][name]) for name in TEXTS}
            whom = {name: _whom(data[name]) for name in ("lead", "coordinating")}
            found.append({"number": row.text(0), "texts": texts, "rule": dict(data["rule"]), **whom})
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
    return tuple(found)


def _whom(data: dict[str, Any]) -> dict[str, Any]:
    return {"units": [str(code) for code in data["units"]], "later": bool(data["later"])}
