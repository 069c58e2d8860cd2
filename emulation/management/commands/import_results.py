"""Import results published elsewhere (other years, the city's index), all or nothing."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from emulation.enums import SetState
from emulation.models import CriteriaSet, PastRound
from emulation.results_table import read_results
from emulation.services.history import Imported, PastHeading, import_results
from emulation.sheets import WorkbookRefused
from ninhgiang.errors import DomainError
from units.models import Unit
from units.queries import the_issuer

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


class Command(BaseCommand):
    """The same reader and service as the screen; exit code 1 and every problem's cell when refused."""

    help = "Nhập kết quả đã công bố ở nơi khác từ tệp .xlsx hoặc .csv (xem docs/formats.md) và tính lại."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments; a code already stored keeps what is not given again."""
        parser.add_argument("file", type=Path, help="Tệp kết quả .xlsx hoặc .csv")
        parser.add_argument("--round", required=True, dest="code", help="Mã kết quả; mã đã có thì thay kết quả cũ")
        parser.add_argument("--name", help="Tên kết quả")
        parser.add_argument("--year", type=int, help="Năm; mặc định đọc trong mã")
        parser.add_argument("--publisher", help="Cơ quan công bố")
        parser.add_argument("--decision-number", help="Số, ký hiệu quyết định công bố")
        parser.add_argument("--decision-on", type=date.fromisoformat, help="Ngày quyết định, dạng 2026-01-20")
        parser.add_argument("--bands-of", help="Mã bộ tiêu chí để tính lại; mặc định bộ mới nhất đã ban hành")
        parser.add_argument("--rank-scope", choices=("block", "overall"), help="Hạng công bố trong khối hay chung")
        parser.add_argument("--issuer", help="Mã đơn vị ban hành; mặc định là đơn vị ban hành duy nhất")
        parser.add_argument("--json", action="store_true", help="In kết quả dạng JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, compute again and store; print every difference."""
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                table = read_results(file, path.name)
            issuer = the_issuer(options["issuer"])
            made = import_results(actor=None, issuer=issuer, heading=_heading(issuer, options), table=table)
        except OSError as error:
            raise CommandError(f"Không đọc được tệp: {error.strerror}.") from error
        except WorkbookRefused as refused:
            self._refuse(refused, as_json=options["json"])
        except DomainError as error:
            raise CommandError(error.message) from error
        else:
            self._print(made, table.unused, as_json=options["json"])

    def _refuse(self, refused: WorkbookRefused, *, as_json: bool) -> None:
        if as_json:
            problems = [{"place": one.place, "message": one.message} for one in refused.problems]
            self.stdout.write(json.dumps({"problems": problems}, ensure_ascii=False, indent=2))
            raise SystemExit(1)
        for problem in refused.problems:
            self.stderr.write(f"{problem.place}: {problem.message}")
        raise CommandError(f"Tệp có {len(refused.problems)} chỗ cần sửa; chưa ghi gì.") from refused

    def _print(self, made: Imported, unused: list[str], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(_as_json(made, unused), ensure_ascii=False, indent=2))
            return
        for one in made.lines:
            for message in one.differences:
                self.stdout.write(f"{one.line.unit_name}: {message}")
        if unused:
            self.stdout.write(f"Cột không dùng: {', '.join(unused)}.")
        if made.unmatched:
            self.stdout.write(f"Không phải đơn vị của xã, giữ tên như đã công bố: {', '.join(made.unmatched)}.")
        different = sum(bool(one.differences) for one in made.lines)
        words = {"created": "Đã nhập", "replaced": "Đã thay", "unchanged": "Không có gì thay đổi:"}[made.what]
        self.stdout.write(
            f"{words} “{made.past_round.name}”: {len(made.lines)} đơn vị, {different} đơn vị có chỗ khác khi tính lại."
        )


def _heading(issuer: Unit, options: dict[str, Any]) -> PastHeading:
    code = options["code"]
    if not re.fullmatch(r"[-a-zA-Z0-9_]{1,40}", code):
        raise DomainError("--round: mã chỉ gồm chữ không dấu, số và gạch nối, không quá 40 ký tự.")
    stored = PastRound.objects.filter(issuer=issuer, code=code).first()
    kept = {
        name: options[name] if options[name] is not None or stored is None else getattr(stored, name)
        for name in ("name", "year", "publisher", "decision_number", "decision_on", "rank_scope")
    }
    found = _YEAR.search(code)
    year = kept["year"] or (int(found[0]) if found else None)
    if year is None or not 2000 <= year <= 2100:
        raise DomainError("Hãy nêu năm bằng --year (từ 2000 đến 2100).")
    return PastHeading(
        code=code,
        name=kept["name"] or f"Kết quả {code}",
        year=year,
        publisher=kept["publisher"] or "",
        decision_number=kept["decision_number"] or "",
        decision_on=kept["decision_on"],
        rank_scope=kept["rank_scope"] or "block",
        bands_of=_set(issuer, options["bands_of"]),
    )


def _set(issuer: Unit, code: str | None) -> CriteriaSet:
    sets = CriteriaSet.objects.filter(issuer=issuer).exclude(state=SetState.DRAFT).order_by("is_sample", "-year")
    found = (sets.filter(code=code) if code else sets).first()
    if found is None:
        known = ", ".join(sets.values_list("code", flat=True)) or "chưa có"
        raise DomainError(f"Hãy chọn bộ tiêu chí bằng --bands-of (các mã: {known}).")
    return found


def _as_json(made: Imported, unused: list[str]) -> dict[str, Any]:
    stored = made.past_round
    return {
        "round": stored.code,
        "name": stored.name,
        "year": stored.year,
        "result": made.what,
        "lines": len(made.lines),
        "unmatched": made.unmatched,
        "unused_columns": unused,
        "units": [
            {
                "unit": one.line.unit_name,
                "block": one.line.block_name,
                "index": str(one.index),
                "rank": one.rank,
                "grade": one.grade_name,
                "differences": one.differences,
            }
            for one in made.lines
        ],
        "problems": [],
    }
