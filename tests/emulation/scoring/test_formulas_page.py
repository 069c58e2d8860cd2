"""docs/formulas.md says what the program does: its examples are run, every kind and each of R1-R21 has a section."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from emulation.scoring import RULES, score

PAGE = (Path(__file__).parents[3] / "docs" / "formulas.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{place}-{one['kind']}" for place, one in enumerate(EXAMPLES)])
def test_example(example):
    result = score(example["kind"], example["params"], example["value"], Decimal(example["max"]))
    assert (f"{result.points:f}", result.explanation, result.applicable) == (
        example["points"],
        example["explanation"],
        example.get("applicable", True),
    )


def test_every_kind_has_an_example():
    assert {one["kind"] for one in EXAMPLES} == set(RULES)


def test_every_rule_of_the_catalogue_has_its_section():
    assert re.findall(r"^## (R\d+) ", PAGE, re.MULTILINE) == [f"R{number}" for number in range(1, 22)]


def test_every_kind_is_the_heading_of_a_section():
    headed = set(re.findall(r"^## R\d+ .*: `(\w+)`$", PAGE, re.MULTILINE))
    assert headed == set(RULES)


@pytest.mark.parametrize("kind", list(RULES))
def test_every_parameter_is_named_on_the_page(kind):
    missing = [name for name in RULES[kind].known if f"`{name}`" not in PAGE]
    assert missing == []
