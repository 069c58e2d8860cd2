"""Results are reproducible from stored JSON: the golden file, and no Django, clock or float on the way.

When a rule's arithmetic or wording changes on purpose, VERSION goes up, and golden.json is written anew by
`python -m tests.emulation.scoring.golden`.
"""

import ast
import json
import subprocess
import sys
from pathlib import Path

from emulation.scoring import RULES, VERSION
from ninhgiang.canonical import canonical_json
from tests.emulation.scoring.golden import FILE, evaluated

ROOT = Path(__file__).parents[3]


def test_stored_inputs_give_the_same_bytes_again():
    stored = FILE.read_text(encoding="utf-8")
    data = json.loads(stored)
    assert data["version"] == VERSION
    assert canonical_json({"version": VERSION, "rows": [evaluated(row) for row in data["rows"]]}) == stored.strip()
    assert {row["kind"] for row in data["rows"]} == set(RULES)


def test_neither_scoring_nor_ranking_needs_django():
    program = (
        "import sys, types\n"
        "package = types.ModuleType('ninhgiang'); package.__path__ = ['ninhgiang']\n"
        "sys.modules['ninhgiang'] = package\n"  # the package itself starts Celery; its pure modules are what is used
        "import emulation.scoring, emulation.ranking, emulation.rule_words, emulation.set_spec\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'django', 'celery', 'units', 'reform_tasks'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_no_float_and_no_clock_in_the_code():
    for folder in ("scoring", "ranking"):
        for path in sorted((ROOT / "emulation" / folder).glob("*.py")):
            code = ast.parse(path.read_text(encoding="utf-8"))
            names = {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}
            modules = {name for node in ast.walk(code) for name in _imported(node)}
            assert not names & {"eval", "exec", "float", "open", "print"}, path.name
            assert not modules & {"datetime", "time", "random", "secrets", "os"}, path.name
            assert not [node for node in ast.walk(code) if isinstance(node, ast.Constant) and type(node.value) is float]


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    return {str(node.module).partition(".")[0]} if isinstance(node, ast.ImportFrom) else set()
