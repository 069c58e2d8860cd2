"""Do all scorecards of a block name the same leading unit where a rule compares with it (R7). Pure, on snapshots."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from emulation.scoring import leader_of
from ninhgiang.points import show

_ONE = Decimal(1)  # where units have no targets, results themselves are compared


@dataclass(frozen=True, slots=True)
class _Claim:
    """What one scorecard says in one criterion: the unit's own result, and the leader's as it takes it to be."""

    unit: str
    own: tuple[Decimal, Decimal]
    leader: tuple[Decimal, Decimal]


def leader_problems(cards: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return in Vietnamese where a scorecard counts with a leader that is not its block's; empty when all agree.

    The leader is the unit with the highest result (result / target) as appraised, so it is known once all are.
    """
    claims: dict[tuple[int, str], list[_Claim]] = {}
    for card in cards:
        for row in card["rows"]:
            value = row["value"]
            if row["rule_kind"] == "against_target" and row["applicable"] and value and not value.get("no_case"):
                key = (card["block"]["id"], row["code"])
                claims.setdefault(key, []).append(_claim(card["unit"]["name"], value))
    return [problem for (_, code), found in sorted(claims.items()) for problem in _problems(code, found)]


def _claim(unit: str, value: Mapping[str, Any]) -> _Claim:
    def pair(part: str, whole: str) -> tuple[Decimal, Decimal]:
        return Decimal(value[part]), Decimal(value[whole]) if whole in value else _ONE

    return _Claim(unit, pair("actual", "target"), pair("best_actual", "best_target"))


def _problems(code: str, claims: list[_Claim]) -> list[str]:
    best = leader_of(one.own for one in claims)
    if best is None:
        return []
    leader = next(one.unit for one in claims if one.own == best)
    return [
        f"Tiêu chí {code}: kết quả dẫn đầu khối là {_words(best)} ({leader}) nhưng phiếu của {one.unit} ghi "
        f"{_words(one.leader)}."
        for one in claims
        if one.leader[0] * best[1] != best[0] * one.leader[1]
    ]


def _words(result: tuple[Decimal, Decimal]) -> str:
    actual, target = result
    return show(actual) if target == _ONE else f"{show(actual)}/{show(target)}"
