"""A criteria set as plain JSON data and back, to be carried signed between an import's preview and its confirmation."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from decimal import Decimal
from typing import Any

from emulation.set_spec import AreaSpec, RowSpec, SetSpec

_NUMBERS = frozenset({"max_points", "bonus_max", "penalty_max", "late_points", "late_points_max"})
_LISTS = frozenset({"blocks", "units", "bands", "tie_order", "veto_conditions"})


def set_data(spec: SetSpec) -> dict[str, Any]:
    """Return a set as JSON data: numbers as texts, so that nothing is rounded."""
    return _plain(asdict(spec))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Decimal) else value


def set_from(data: Mapping[str, Any]) -> SetSpec:
    """Return the set that `set_data` wrote; equal to the one it was written from."""
    given = _values(SetSpec, data)
    given["areas"] = tuple(_area(one) for one in data["areas"])
    given["bonuses"] = tuple(_row(one) for one in data["bonuses"])
    given["penalties"] = tuple(_row(one) for one in data["penalties"])
    return SetSpec(**given)


def _area(data: Mapping[str, Any]) -> AreaSpec:
    return AreaSpec(**(_values(AreaSpec, data) | {"criteria": tuple(_row(one) for one in data["criteria"])}))


def _row(data: Mapping[str, Any]) -> RowSpec:
    return RowSpec(**(_values(RowSpec, data) | {"children": tuple(_row(one) for one in data["children"])}))


def _values(kind: type[SetSpec | AreaSpec | RowSpec], data: Mapping[str, Any]) -> dict[str, Any]:
    return {one.name: _value(one.name, data[one.name]) for one in fields(kind)}


def _value(name: str, value: Any) -> Any:
    if name in _NUMBERS:
        return Decimal(value)
    return tuple(value) if name in _LISTS else value
