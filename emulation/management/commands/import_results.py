"""Import results published elsewhere (other years, the city's index), all or nothing."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from emulation.enums import SetState
from emulation.models import CriteriaSet, PastRound
from emulation.results_table import ResultTable, read_results
from emulation.services.history import Imported, PastHeading, import_results, read_decision_number
from emulation.sheets import CellProblem, WorkbookRefused
from ninhgiang.errors import DomainError, file_trouble
from ninhgiang.fields import VietnameseDateField
from ninhgiang.vietnamese import clean
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
        parser.add_argument("--year", help="Năm; mặc định đọc trong mã")
        parser.add_argument("--publisher", help="Cơ quan công bố")
        parser.add_argument("--decision-number", help="Số, ký hiệu quyết định công bố")
        parser.add_argument("--decision-on", help="Ngày quyết định, dạng 20/01/2026 hoặc 2026-01-20")
        parser.add_argument(
            "--bands-of", help="Mã bộ tiêu chí để tính lại; mặc định như đã nhập, nhập mới thì bộ mới nhất đã ban hành"
        )
        parser.add_argument("--rank-scope", help="block: hạng công bố trong khối; overall: hạng chung")
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
            self._refuse([CellProblem("Tệp", f"không đọc được: {file_trouble(error)}.")], as_json=options["json"])
        except WorkbookRefused as refused:
            self._refuse(refused.problems, as_json=options["json"])
        except DomainError as error:
            option = f"--{error.field.replace('_', '-')}" if error.field in options else ""
            place = {"--code": "--round", "--file": "Tệp"}.get(option, option)
            self._refuse([CellProblem(place or "Tệp", error.message)], as_json=options["json"])
        else:
            self._print(made, table, as_json=options["json"])

    def _refuse(self, problems: list[CellProblem], *, as_json: bool) -> NoReturn:
        if as_json:
            told = [{"place": one.place, "message": one.message} for one in problems]
            self.stdout.write(json.dumps({"problems": told}, ensure_ascii=False, indent=2))
            raise SystemExit(1)
        for problem in problems:
            self.stderr.write(f"{problem.place}: {problem.message}")
        raise CommandError(f"Có {len(problems)} chỗ cần sửa; chưa ghi gì.")

    def _print(self, made: Imported, table: ResultTable, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(_as_json(made, table), ensure_ascii=False, indent=2))
            return
        for one in made.lines:
            for message in one.differences:
                self.stdout.write(f"{one.line.unit_name}: {message}")
        for note in table.notes:
            self.stdout.write(note)
        if table.unused:
            self.stdout.write(f"Cột không dùng: {', '.join(table.unused)}.")
        if made.unmatched:
            self.stdout.write(f"Không phải đơn vị của xã, giữ tên như đã công bố: {', '.join(made.unmatched)}.")
        different = sum(bool(one.differences) for one in made.lines)
        words = {"created": "Đã nhập", "replaced": "Đã thay", "unchanged": "Không có gì thay đổi:"}[made.what]
        self.stdout.write(
            f"{words} “{made.past_round.name}”: {len(made.lines)} đơn vị, {different} đơn vị có chỗ khác khi tính lại."
        )


def _heading(issuer: Unit, options: dict[str, Any]) -> PastHeading:
    """Return the heading typed; what is not given stays as it is stored under the code."""
    code = options["code"]
    stored = PastRound.objects.filter(issuer=issuer, code=code).first()
    names = ("name", "year", "publisher", "decision_number", "decision_on", "rank_scope")
    kept = {name: getattr(stored, name, None) if options[name] is None else options[name] for name in names}
    return PastHeading(
        code=code,
        name=clean(kept["name"] or f"Kết quả {code}"),
        year=_year(kept["year"], code),
        publisher=clean(kept["publisher"] or ""),
        decision_number=read_decision_number(kept["decision_number"] or ""),
        decision_on=_day(kept["decision_on"]),
        rank_scope=kept["rank_scope"] or "block",
        bands_of=None if stored and not options["bands_of"] else _set(issuer, options["bands_of"]),
    )


def _year(given: int | str | None, code: str) -> int:
    found = _YEAR.search(code)
    text = str(given or (found[0] if found else ""))
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise DomainError("Hãy nêu năm bằng --year (từ 2000 đến 2100).", field="year")
    return int(text)


def _day(given: date | str | None) -> date | None:
    try:
        return VietnameseDateField(required=False).clean(given)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), field="decision_on") from None


def _set(issuer: Unit, code: str | None) -> CriteriaSet:
    sets = CriteriaSet.objects.filter(issuer=issuer).exclude(state=SetState.DRAFT).order_by("is_sample", "-year")
    found = (sets.filter(code=code) if code else sets).first()
    if found is None:
        known = ", ".join(sets.values_list("code", flat=True)) or "chưa có"
        raise DomainError(f"Hãy chọn bộ tiêu chí bằng --bands-of (các mã: {known}).", field="bands_of")
    return found


def _as_json(made: Imported, table: ResultTable) -> dict[str, Any]:
    stored = made.past_round
    return {
        "round": stored.code,
        "name": stored.name,
        "year": stored.year,
        "result": made.what,
        "lines": len(made.lines),
        "unmatched": made.unmatched,
        "unused_columns": table.unused,
        "notes": table.notes,
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
