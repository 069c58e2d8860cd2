"""May a published result be computed anew by an amended set. Pure.

The rows have to be the same, so that every stored answer has its place. Weights, rules, limits and grades may differ.
"""

from collections.abc import Mapping

from emulation.set_spec import RowSpec, SetSpec

SAME_DECIMALS = "Bộ sửa đổi phải giữ số lẻ của chỉ số như bộ đang áp dụng."


def shape_problems(current: SetSpec, amended: SetSpec) -> list[str]:
    """Return in Vietnamese why an amended set does not fit the answers under the current one; empty if it does."""
    old, new = _shape(current), _shape(amended)
    found = []
    if gone := sorted(old.keys() - new.keys()):
        found.append(f"Bộ sửa đổi thiếu dòng {', '.join(gone)}.")
    if more := sorted(new.keys() - old.keys()):
        found.append(f"Bộ sửa đổi có thêm dòng {', '.join(more)}, chưa có số liệu.")
    if moved := sorted(code for code in old.keys() & new.keys() if old[code] != new[code]):
        found.append(f"Dòng {', '.join(moved)} đứng ở chỗ khác hoặc thành loại khác.")
    if current.index_decimals != amended.index_decimals:
        found.append(SAME_DECIMALS)
    return found


def _shape(spec: SetSpec) -> Mapping[str, tuple[str, str, bool]]:
    """Return {code: (kind, code of the row above, whether rows stand below)}."""
    return {
        placed.row.code: (placed.kind, placed.parent, isinstance(placed.row, RowSpec) and bool(placed.row.children))
        for placed in spec.nodes()
    }
