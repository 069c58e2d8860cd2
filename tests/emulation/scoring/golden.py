"""The golden file of scoring: inputs of every kind with what they gave under one version of the rules."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from emulation.scoring import VERSION, score
from ninhgiang.canonical import canonical_json

FILE = Path(__file__).with_name("golden.json")


def evaluated(row: dict[str, Any]) -> dict[str, Any]:
    """Return a stored row with its points, explanation and applicability computed again from its own inputs."""
    result = score(row["kind"], row["params"], row["value"], Decimal(row["max"]))
    return row | {
        "points": f"{result.points:f}",
        "explanation": result.explanation,
        "applicable": result.applicable,
    }


def write() -> None:
    """Write the file from the examples of docs/formulas.md and a sweep of values over the sample set."""
    from emulation.sample_set import SAMPLE_SET
    from tests.emulation.scoring.test_formulas_page import EXAMPLES

    rows = [{name: one[name] for name in ("kind", "params", "max", "value")} for one in EXAMPLES]
    for row in SAMPLE_SET.rows():
        base = {"kind": row.rule_kind, "params": dict(row.rule_params), "max": str(row.max_points)}
        rows += [base | {"value": value} for value in _values(row.rule_kind, row.rule_params)]
    data = {"version": VERSION, "rows": [evaluated(row) for row in rows]}
    FILE.write_text(canonical_json(data) + "\n", encoding="utf-8")


def _values(kind: str, params: Any) -> list[dict[str, Any]]:
    if kind in ("yes_no", "choice"):
        return [{"option": one["code"]} for one in params.get("options", [{"code": "yes"}, {"code": "no"}])]
    if kind in ("count_capped", "deduct"):
        names = [one["code"] for one in params.get("steps", [{"code": "count"}])]
        return [dict.fromkeys(names, count) for count in (0, 1, 3, 7)]
    if kind == "imported_ratio":
        return [{"value": one} for one in ("0", "7.77", params["of_max"])]
    if params.get("input") == "percent":
        return [{"percent": one} for one in ("0", "66.67", "89.99", "90", "100")]
    return [{"numerator": part, "denominator": 300} for part in (0, 100, 209, 210, 239, 240, 269, 270, 299, 300)]


if __name__ == "__main__":
    write()
