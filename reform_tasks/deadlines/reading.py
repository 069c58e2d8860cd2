"""The reader of deadline phrases: plain text in, a rule out, and a refusal for everything not wholly understood."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ninhgiang.calendar import day_text
from ninhgiang.vietnamese import clean_lines, lower_first, plain
from reform_tasks.deadlines.periods import Point, join_span, read_point, refuse_short_year
from reform_tasks.deadlines.recurring import Parts, merge, read_parts, rule_of
from reform_tasks.deadlines.rule import (
    WEEKLY,
    DeadlineRule,
    Due,
    DueMonth,
    InvalidDeadline,
    NotUnderstood,
    names_its_day,
)
from reform_tasks.enums import DeadlineKind, Shift

# "Trước ngày 15/01": offices count the day itself ("chậm nhất là ngày 15/01"). This constant alone decides.
BEFORE_INCLUDES_THE_DAY = True
MAX_LENGTH = 300
YEARS_AHEAD = 5

_PRODUCTS = {
    "phuong an": "Phương án",
    "bao cao": "Báo cáo",
    "ke hoach": "Kế hoạch",
    "quyet dinh": "Quyết định",
    "de an": "Đề án",
    "to trinh": "Tờ trình",
    "ket qua": "Kết quả",
    "ho so": "Hồ sơ",
    "du thao": "Dự thảo",
    "danh sach": "Danh sách",
    "bien ban": "Biên bản",
    "quy che": "Quy chế",
    "van ban": "Văn bản",
    "thong bao": "Thông báo",
}
_TRIGGERS = {
    "ket luan": "kết luận",
    "van ban": "văn bản",
    "quyet dinh": "quyết định",
    "huong dan": "hướng dẫn",
    "chi dao": "chỉ đạo",
    "yeu cau": "yêu cầu",
    "thong bao": "thông báo",
    "ke hoach": "kế hoạch",
    "quy dinh": "quy định",
    "phan cong": "phân công",
    "phat sinh": "phát sinh",
}
_TRIGGER = f"({'|'.join(_TRIGGERS)})"
_TAIL = r"((?: (?:[a-z-]+|[,;]))*)"
_ACCORDING = re.compile(rf"theo (?:su )?{_TRIGGER}{_TAIL}")
_WHEN = re.compile(rf"khi (?:co )?{_TRIGGER}{_TAIL}")
_DAYS_AFTER = re.compile(
    r"(?:trong )?(?:vong |thoi han )?([0-9]{1,3}) ngay( lam viec)? (?:ke tu |tu |sau )(?:ngay |khi )?"
    rf"(?:co |nhan |nhan duoc |ban hanh )?{_TRIGGER}{_TAIL}"
)
# A tail ("của thành phố") may say who, never when.
_TIME_WORD = re.compile(r"\b(?:quy(?! dinh| che| hoach)|thang|tuan|nam|ngay|truoc|hang|moi|dinh ky|thuong xuyen|lan)\b")
_CONTINUOUS = re.compile(
    r"(?:(?:thuong xuyen|lien tuc|hang ngay|moi ngay)(?: lien tuc)?(?: (?:trong|ca|suot|quanh))*"
    r"(?: nam(?: ([0-9]{4}))?)?"
    r"|(?:trong )?(?:ca|suot|quanh) nam(?: ([0-9]{4}))?)"
)
_LEAD_IN = re.compile(
    r"(?:(?:hoan thanh|thuc hien|ket thuc|xong|cham nhat|khong qua|han chot|thoi han|han|la|vao|trong|den|het|cuoi|cac)"
    r" )*(truoc )?"
)
_PRODUCT = re.compile(rf"({'|'.join(_PRODUCTS)}) (?=.)")
_NUMBERED = re.compile(r"\b(quy|q|thang) ?([ivx]+|[0-9]{1,2})(?:(?:/| nam )[0-9]{4})?")
_CONTINUED = re.compile(r"([ivx]+|[0-9]{1,2})((?:/| nam )[0-9]{4})?")
_ON_DAY_OFF = re.compile(
    r"[;,]? ?\(?(?:neu |truong hop )?(?:trung|roi)(?: vao)?(?: cac)?(?: ngay)? nghi"
    r"(?: le| tet|[,;]| hang tuan| cuoi tuan)*"
    r"[,;]? (?:thi )?(?:chuyen sang |tinh den |tinh vao |la |chuyen ve )*ngay lam viec"
    r" (tiep theo|ke tiep|lien ke|lien sau|sau do|lien truoc|truoc do|ngay truoc do)\)?$"
)
_BACKWARDS = ("truoc", "truoc do")
_LAST_WORKING_DAY = re.compile(
    r"(?:(?:dinh ky|hang thang|hang quy|truoc|vao|la|cham nhat|bao cao)[;,]? )*"
    r"ngay lam viec cuoi(?: cung)? (?:cua )?(?:moi |hang |tung )?(thang|quy|nam)"
)
_END = re.compile(r"(?:ket thuc|cho den|den het|den|het)(?: vao)? (.+)")


@dataclass(frozen=True)
class _Named:
    """One point of a list with the product it is for, if named, and whether "trước" stood before it."""

    point: Point
    product: str
    before: bool


def read_deadline(text: str, year: int, not_before: date | None = None) -> DeadlineRule:
    """Return what a deadline phrase of the plan of `year` means.

    "Trước ngày X" is due on X (see BEFORE_INCLUDES_THE_DAY); a month, quarter or span is due on its last day; a
    date without a year belongs to the plan's year or to the year named right after it in the same list.
    Case, diacritics, kinds of dash and spaces do not matter. Nothing is guessed: raises NotUnderstood with the
    reason, InvalidDeadline for an impossible date or one before `not_before`, the day the plan was issued.
    """
    words = _normal(text)
    if not words:
        raise NotUnderstood("Ô thời hạn để trống.")
    if len(words) > MAX_LENGTH:
        raise NotUnderstood("Thời hạn dài quá 300 ký tự.")
    refuse_short_year(words)
    words, shift = _split_shift(words)
    rule = _read_instruction(words) or _read_items(words, year)
    if rule is None:
        raise NotUnderstood(f"Chưa hiểu thời hạn “{clean_lines(text)}”.")
    _refuse_past(rule, not_before)
    return replace(rule, shift=shift)


def _split_shift(words: str) -> tuple[str, Shift]:
    """Return the phrase without what it says about days off, and that: "ngày làm việc cuối cùng của quý"."""
    if match := _ON_DAY_OFF.search(words):
        return words[: match.start()].strip(" ;,"), Shift.PREVIOUS if match[1].endswith(_BACKWARDS) else Shift.NEXT
    if match := _LAST_WORKING_DAY.fullmatch(words):
        return f"hang {match[1]}", Shift.PREVIOUS
    return words, Shift.NONE


def assumptions(text: str, rule: DeadlineRule, year: int) -> tuple[str, ...]:
    """Return what the reader took for granted in a phrase it understood, each a sentence for the person to see."""
    words = _normal(text)
    found = []
    if rule.kind == DeadlineKind.FIXED and not re.search(r"(?<![0-9])[12][0-9]{3}(?![0-9])", words):
        found.append(f"Không ghi năm: hiểu là năm {year} của kế hoạch.")
    if rule.kind == DeadlineKind.FIXED and re.search(r"\btruoc\b", words):
        found.append("“Trước ngày” tính cả chính ngày đó.")
    if rule.kind == DeadlineKind.RECURRING and rule.months == 1 and rule.day and rule.due_month is DueMonth.LAST:
        found.append(f"Ngày {rule.day:02d} là của chính tháng phải làm, không phải tháng sau.")
    if rule.kind == DeadlineKind.RECURRING and rule.months == WEEKLY and not re.search(r"\bthu\b", words):
        found.append("Không ghi thứ mấy: hiểu là thứ Sáu.")
    if rule.times > 1:
        found.append("Các lần trong kỳ được chia đều.")
    return tuple(found)


def _normal(text: str) -> str:
    """Return plain text with single spaces, tight slashes and dashes, ";" for line breaks."""
    words = plain(clean_lines(text)).replace("\n", ";").replace("&", " va ")
    words = re.sub(r"\bqui\b", "quy", words)
    words = re.sub(r"\s*([/;,-])\s*", r"\1", " ".join(words.split()))
    return words.replace(",", ", ").replace(";", "; ").strip(" .;,")


def _read_instruction(words: str) -> DeadlineRule | None:
    match = _DAYS_AFTER.fullmatch(words)
    if match and not _TIME_WORD.search(match[4]):
        return DeadlineRule(
            DeadlineKind.ON_INSTRUCTION,
            trigger=_TRIGGERS[match[3]],
            days_after=int(match[1]),
            working_days=bool(match[2]),
        )
    for pattern, opening in ((_ACCORDING, "Theo"), (_WHEN, "Khi")):
        match = pattern.fullmatch(words.replace(", ", " , ").replace("; ", " ; "))
        if match and not _TIME_WORD.search(match[2]):
            trigger = _TRIGGERS[match[1]]
            has = "" if opening == "Theo" or trigger == "phát sinh" else "có "
            return DeadlineRule(DeadlineKind.ON_INSTRUCTION, trigger=f"{opening} {has}{trigger}")
    return None


def _read_items(words: str, year: int) -> DeadlineRule | None:
    items = [item for item in re.split(r"[;,] ?| va ", words) if item]
    continuous = [_is_continuous(item, year) for item in items]
    if all(continuous):
        return DeadlineRule(DeadlineKind.CONTINUOUS)
    rest = [item for item, skip in zip(items, continuous, strict=True) if not skip]
    if rule := _read_recurring(rest, year):
        return rule
    if any(item.startswith(("thuong xuyen", "lien tuc")) for item in items):
        return None
    return _read_fixed(items, year)


def _is_continuous(item: str, year: int) -> bool:
    match = _CONTINUOUS.fullmatch(item)
    if match is None:
        return False
    stated = match[1] or match[2]
    if stated and int(stated) != year:
        raise NotUnderstood(f"Thời hạn ghi năm {stated}, khác năm {year} của kế hoạch.")
    return True


def _read_recurring(items: list[str], year: int) -> DeadlineRule | None:
    """Read a repetition with its details and its end, each clause once; None when no clause is a repetition."""
    clauses = [part for item in items for part in re.split(r" (?=(?:ket thuc|cho den|den het|den) )", item)]
    read = [read_parts(clause, year) for clause in clauses]
    found = [parts for parts in read if parts is not None]
    if not found:
        return None
    total = Parts()
    for parts in found:
        total = merge(total, parts)
    rule = rule_of(total)
    ends = [clause for clause, parts in zip(clauses, read, strict=True) if parts is None]
    if not ends:
        return rule
    match = _END.fullmatch(ends[0])
    point = read_point(match[1], year) if match and len(ends) == 1 else None
    if point is None:
        raise NotUnderstood("Kỳ lặp lại đi cùng một phần chưa đọc được.")
    _refuse_strange_year(point, year)
    return replace(rule, last=point.end)


def _read_fixed(items: list[str], year: int) -> DeadlineRule | None:
    items = _continued(items)
    if items in (["nam"], ["6 thang"], ["06 thang"], ["9 thang"], ["09 thang"]):
        raise NotUnderstood(f"“{items[0].replace('thang', 'tháng').replace('nam', 'năm')}” chưa rõ là hạn nào.")
    named: list[_Named] = []
    later: Point | None = None  # the nearest following point that states its year
    for item in reversed(items):
        entry = _read_named(item, later.end.year if later else year)
        if entry is None:
            return None
        if later and not entry.point.has_year and entry.point.end > later.end:
            raise NotUnderstood("Chưa rõ năm của từng mốc: hãy ghi đủ năm cho mỗi mốc.")
        _refuse_strange_year(entry.point, year)
        later = entry.point if entry.point.has_year else later
        named.append(entry)
    _refuse_day_inside_span(named)
    return DeadlineRule(DeadlineKind.FIXED, dues=tuple(sorted({_due(entry) for entry in named}, key=_by_day)))


def _by_day(due: Due) -> tuple[date, str]:
    return due.due_on or date.max, due.label


def _continued(items: list[str]) -> list[str]:
    """Give "quý I, II, III" and "tháng 2, 5" their word back; refuse a change of numerals ("quý I, 2/2026")."""
    whole: list[str] = []
    for item in items:
        match = _CONTINUED.fullmatch(item)
        numbered = list(_NUMBERED.finditer(whole[-1])) if whole else []
        before = numbered[-1] if numbered and numbered[-1].end() == len(whole[-1]) else None
        if match and before and match[1].isalpha() != before[2].isalpha():
            raise NotUnderstood(f"Chưa rõ “{item.upper()}” là quý hay tháng.")
        whole.append(f"{before[1]} {item}" if match and before else item)
    return whole


def _read_named(item: str, year: int) -> _Named | None:
    product = ""
    point = _read_point_or_span(item, year)
    if point is None and (match := _PRODUCT.match(item)):
        product, item = _PRODUCTS[match[1]], item[match.end() :]
    lead = _LEAD_IN.match(item)
    before = bool(lead and lead[1])
    if point is None and lead:
        point = _read_point_or_span(item[lead.end() :], year)
    if point is None:
        return None
    if before and point.kind != "day":
        raise NotUnderstood(f"“Trước {lower_first(point.label)}” chưa rõ là trước khi bắt đầu hay trước khi kết thúc.")
    return _Named(point, product, before)


def _read_point_or_span(item: str, year: int) -> Point | None:
    if point := read_point(item, year):
        return point
    span = item.removeprefix("tu ")
    for match in re.finditer(r"-| den (?:het )?", span):
        left_text, right_text = span[: match.start()], span[match.end() :]
        left = read_point(left_text, year)
        if left is None:
            continue
        right = _read_right(left, left_text, right_text, left.start.year if left.has_year else year)
        if right is None:
            continue
        if not left.has_year:
            left = read_point(left_text, right.end.year) or left
        return join_span(left, right)
    return None


def _read_right(left: Point, left_text: str, text: str, year: int) -> Point | None:
    """Read the end of a span; "II - IV" and "3 - 6" take the word of the start."""
    if left.kind in {"quarter", "month"} and (match := _CONTINUED.fullmatch(text)):
        start = _NUMBERED.match(left_text)
        if start is None or match[1].isalpha() != start[2].isalpha():
            return None
        return read_point(f"{start[1]} {text}", year)
    return read_point(text, year)


def _due(entry: _Named) -> Due:
    day = entry.point.end
    if entry.before and not BEFORE_INCLUDES_THE_DAY:
        day -= timedelta(days=1)
    label = entry.point.label
    return Due(f"{entry.product}, {lower_first(label)}" if entry.product else label, day)


def _refuse_strange_year(point: Point, year: int) -> None:
    if not year <= point.end.year <= year + YEARS_AHEAD:
        raise InvalidDeadline(f"Hạn {day_text(point.end)} nằm ngoài các năm của kế hoạch năm {year}.")


def _refuse_day_inside_span(named: list[_Named]) -> None:
    """Refuse "Quý I/2026, trước 15/3": one deadline told twice, or two? A named product makes it two."""
    days = [entry.point for entry in named if entry.point.kind == "day" and not entry.product]
    spans = [entry.point for entry in named if entry.point.start != entry.point.end]
    for day in days:
        for span in spans:
            if span is not day and span.start <= day.end <= span.end:
                raise NotUnderstood(f"Chưa rõ {day_text(day.end)} là hạn của “{span.label}” hay một lần khác.")


def _refuse_past(rule: DeadlineRule, not_before: date | None) -> None:
    """Refuse a named day before the plan's own date, or a rule of which nothing is left after it."""
    if not_before is None:
        return
    if rule.last and rule.last < not_before:
        raise InvalidDeadline(f"Hạn {day_text(rule.last)} sớm hơn ngày ban hành kế hoạch {day_text(not_before)}.")
    past = [due for due in rule.dues if due.due_on and due.due_on < not_before]
    named = [due.due_on for due in past if due.due_on and (names_its_day(due) or len(past) == len(rule.dues))]
    if named:
        raise InvalidDeadline(f"Hạn {day_text(named[-1])} sớm hơn ngày ban hành kế hoạch {day_text(not_before)}.")
