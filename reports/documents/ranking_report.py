"""The report on reform tasks tied to emulation, written from the compiled results (outline: documents.md 11.2).

Pure: the same data gives the same words. It states only what the data says; causes and judgements are for the people
who edit the draft.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ninhgiang.calendar import day_text
from ninhgiang.points import percent, show
from ninhgiang.vietnamese import capital_first, lower_first

from .annexes import Annex
from .blocks import Block, parse
from .compiled import BlockResult, Compiled, Counts, UnitResult, all_entries, total_counts
from .phrases import count_text, listed, period_name, sentence_end, share
from .ranking_annexes import ranking_annexes

SUBJECT = "kết quả thực hiện nhiệm vụ cải cách hành chính gắn với công tác thi đua, khen thưởng"
RECIPIENTS = [
    "UBND thành phố;",
    "TT Đảng ủy, HĐND xã;",
    "Lãnh đạo UBND xã;",
    "Các cơ quan, đơn vị trực thuộc;",
    "Lưu: VT, VHXH.",
]


@dataclass(frozen=True, slots=True)
class Draft:
    """A document before it is stored."""

    title: str
    body: list[Block]
    annexes: list[Annex]
    recipients: list[str]
    year: int


def ranking_report(data: Compiled) -> Draft:
    """Return the draft report of one published round: four parts; the ranking, points by area and reasons annexed."""
    start, end = _period(data)
    period = period_name(start, end)
    paragraphs = [
        _lead(data, period),
        "I. KẾT QUẢ THỰC HIỆN NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH",
        *_direction(data),
        *_tasks(data),
        "II. KẾT QUẢ CHẤM ĐIỂM, XẾP HẠNG",
        *_rankings(data),
        "III. ĐÁNH GIÁ CHUNG",
        *_achievements(data),
        *_shortcomings(data),
        "IV. PHƯƠNG HƯỚNG, KIẾN NGHỊ",
        *_directions_ahead(data),
        f"Trên đây là báo cáo {SUBJECT} {period} của Ủy ban nhân dân xã./.",
    ]
    return Draft(
        title=f"{capital_first(SUBJECT)} {period}",
        body=parse("\n\n".join(paragraphs)),
        annexes=ranking_annexes(data, period),
        recipients=list(RECIPIENTS),
        year=end.year,
    )


def _period(data: Compiled) -> tuple[date, date]:
    round_ = data["round"]
    return date.fromisoformat(round_["period_start"]), date.fromisoformat(round_["period_end"])


def _day(iso: str) -> str:
    return day_text(date.fromisoformat(iso))


def _lead(data: Compiled, period: str) -> str:
    plans = [
        f"Kế hoạch số {plan['number']} ngày {_day(plan['issued_on'])} của Ủy ban nhân dân xã" for plan in data["plans"]
    ]
    ground = f"Thực hiện {listed(plans)} về cải cách hành chính nhà nước, " if plans else ""
    return f"{ground}Ủy ban nhân dân xã báo cáo {SUBJECT} {period}, như sau:"


def _direction(data: Compiled) -> list[str]:
    """I.1: what was given to whom, how it was followed, how it was scored."""
    followed = "Phòng Văn hóa - Xã hội theo dõi, đôn đốc và thẩm định báo cáo tiến độ của từng cơ quan, đơn vị."
    scored = (
        f"Có {count_text(len(all_entries(data)))} cơ quan, đơn vị được chấm điểm theo "
        f"{lower_first(data['round']['criteria_set'])}; kết quả tự chấm của đơn vị được Phòng Văn hóa - Xã hội "
        f"thẩm định{_published(data)}."
    )
    return ["1. Công tác chỉ đạo, điều hành", " ".join([*_given(data), followed]), scored]


def _given(data: Compiled) -> list[str]:
    """Return the sentences on tasks given and duties due; none when there are none."""
    sentences = []
    if data["task_count"]:
        sentences.append(
            f"Ủy ban nhân dân xã giao {count_text(data['task_count'])} nhiệm vụ thuộc "
            f"{count_text(len(data['area_tasks']))} lĩnh vực cải cách hành chính cho các cơ quan, đơn vị chủ trì "
            "thực hiện."
        )
    units = sum(1 for row in data["unit_tasks"] if row["due"])
    if units:
        sentences.append(
            f"Tính đến hết ngày {_day(data['round']['as_of'])}, "
            f"{count_text(total_counts(data['unit_tasks'])['due'])} lượt nhiệm vụ trong kỳ của {count_text(units)} "
            "cơ quan, đơn vị đã đến hạn thực hiện."
        )
    return sentences


def _published(data: Compiled) -> str:
    round_ = data["round"]
    if round_["decision_number"] and round_["decision_on"]:
        return f", được công bố theo Quyết định số {round_['decision_number']} ngày {_day(round_['decision_on'])}"
    return f", được công bố ngày {_day(round_['published_on'])}" if round_["published_on"] else ""


def _counts_clause(row: Counts) -> str:
    """Return "hoàn thành 10/12 lượt (83,33%), trong đó đúng hạn 09 lượt, sau hạn 01 lượt; chưa hoàn thành 02 lượt"."""
    text = f"hoàn thành {row['done']}/{row['due']} lượt nhiệm vụ đến hạn ({share(row['done'], row['due'])})"
    if row["done"]:
        text += f", đúng hạn {count_text(row['on_time'])} lượt"
    if row["late"]:
        text += f", sau hạn {count_text(row['late'])} lượt"
    if row["missing"]:
        text += f", chưa hoàn thành {count_text(row['missing'])} lượt"
    return text


def _tasks(data: Compiled) -> list[str]:
    """I.2 and I.3: the whole and by area."""
    whole = total_counts(data["unit_tasks"])
    if not whole["due"]:
        return ["2. Kết quả thực hiện nhiệm vụ", "Trong kỳ không có nhiệm vụ đến hạn thực hiện."]
    rows = [
        f"- {_area_name(row['name'])}: {_counts_clause(row) if row['due'] else 'không có nhiệm vụ đến hạn trong kỳ'}"
        for row in data["area_tasks"]
    ]
    return [
        "2. Kết quả thực hiện nhiệm vụ",
        (
            f"Các cơ quan, đơn vị {_counts_clause(whole)}; tỷ lệ hoàn thành đúng hạn trên tổng số lượt đến hạn là "
            f"{share(whole['on_time'], whole['due'])}. Kết quả theo từng lĩnh vực:"
        ),
        *sentence_end(rows),
    ]


def _area_name(name: str) -> str:
    """Return the name of an area in running text; plans print it in capitals."""
    return capital_first(name.lower()) if name == name.upper() else name


def _rankings(data: Compiled) -> list[str]:
    """II: one small part per block."""
    parts = [
        (
            "Các cơ quan, đơn vị được xếp hạng trong từng khối theo chỉ số cải cách hành chính, là tỷ lệ phần trăm "
            "giữa tổng điểm đạt được và tổng điểm tối đa của các tiêu chí áp dụng đối với cơ quan, đơn vị."
        )
    ]
    for position, block in enumerate(data["blocks"], start=1):
        parts += [f"{position}. {block['name']}", _block_text(data, block)]
    parts.append(
        "Kết quả xếp hạng chi tiết tại Phụ lục I, điểm theo từng lĩnh vực tại Phụ lục II, giải thích kết quả của "
        "từng cơ quan, đơn vị tại Phụ lục III kèm theo Báo cáo này."
    )
    return parts


def _block_text(data: Compiled, block: BlockResult) -> str:
    entries = block["entries"]
    grades = ", ".join(f"{count_text(count)} xếp loại {name}" for name, count in _grades(data, entries))
    text = f"Khối có {count_text(len(entries))} cơ quan, đơn vị: {grades}.{_first_text(entries)}"
    out = [entry["unit"] for entry in entries if entry["rank"] is None]
    if out:
        text += f" Không xếp hạng: {', '.join(out)} (lý do tại Phụ lục I)."
    text += _veto_text(entries)
    silent = [entry["unit"] for entry in entries if not entry["submitted"]]
    if len(silent) == len(entries):
        return f"{text} Các đơn vị trong khối không nộp phiếu tự chấm điểm."
    return f"{text} Không nộp phiếu tự chấm điểm: {', '.join(silent)}." if silent else text


def _first_text(entries: list[UnitResult]) -> str:
    """Return who stands first with the index, and the grade, which a veto may have made another for one of several."""
    first = [entry for entry in entries if entry["rank"] == 1]
    if not first:
        return ""
    together = "Cùng xếp thứ nhất" if len(first) > 1 else "Xếp thứ nhất"
    index = first[0]["index"].replace(".", ",")
    if len({entry["grade"] for entry in first}) == 1:
        names = ", ".join(entry["unit"] for entry in first)
        return f" {together}: {names} (chỉ số {index}%, xếp loại {first[0]['grade']})."
    names = ", ".join(f"{entry['unit']} (xếp loại {entry['grade']})" for entry in first)
    return f" {together} với chỉ số {index}%: {names}."


def _veto_text(entries: list[UnitResult]) -> str:
    """Return which units a veto touched, with their first grade; the reasons stand under annex I."""
    lowered = [
        f"{entry['unit']} (xếp loại {entry['grade']}, trước khống chế là {entry['original_grade']})"
        for entry in entries
        if entry["grade"] != entry["original_grade"]
    ]
    barred = [entry["unit"] for entry in entries if not entry["award_allowed"]]
    text = f" Hạ xếp loại do trường hợp khống chế: {', '.join(lowered)}." if lowered else ""
    return f"{text} Không xét khen thưởng: {', '.join(barred)}." if barred else text


def _grades(data: Compiled, entries: list[UnitResult]) -> list[tuple[str, int]]:
    """Return (grade, how many), best first, without those nobody has."""
    counts = [(name, sum(1 for entry in entries if entry["grade"] == name)) for name in data["grades"]]
    return [(name, count) for name, count in counts if count]


def _achievements(data: Compiled) -> list[str]:
    """III.1: what went well, as counted."""
    with_duties = [row for row in data["unit_tasks"] if row["due"]]
    punctual = [row["name"] for row in with_duties if row["on_time"] == row["due"]]
    grades = listed(
        [f"{count_text(count)} cơ quan, đơn vị xếp loại {name}" for name, count in _grades(data, all_entries(data))]
    )
    parts = ["1. Kết quả đạt được"]
    if punctual:
        whole = f"{count_text(len(punctual))}/{count_text(len(with_duties))}"
        parts.append(
            f"- Có {whole} cơ quan, đơn vị hoàn thành đúng hạn toàn bộ nhiệm vụ đến hạn trong kỳ: "
            f"{', '.join(punctual)}."
        )
    parts.append(f"- Kết quả xếp loại toàn xã: {grades}.")
    return parts


def _shortcomings(data: Compiled) -> list[str]:
    """III.2: late and missing duties by unit, and the area with the lowest share of points."""
    rows = [row for row in data["unit_tasks"] if row["late"] or row["missing"]]
    parts = ["2. Tồn tại, hạn chế"]
    if rows:
        parts.append("Một số cơ quan, đơn vị còn nhiệm vụ hoàn thành sau hạn hoặc chưa hoàn thành:")
        parts += sentence_end([f"- {row['name']}: {_unit_lateness(data, row)}" for row in rows])
    else:
        parts.append("Trong kỳ không có nhiệm vụ hoàn thành sau hạn hoặc chưa hoàn thành.")
    weakest = _weakest_area(data)
    if weakest:
        parts.append(weakest)
    return parts


def _unit_lateness(data: Compiled, row: Counts) -> str:
    mine = {task["number"] for task in data["late_tasks"] if task["unit"] == row["name"]}
    numbers = sorted(mine, key=lambda text: (len(text), text))
    parts = []
    if row["late"]:
        parts.append(f"{count_text(row['late'])} lượt hoàn thành sau hạn")
    if row["missing"]:
        parts.append(f"{count_text(row['missing'])} lượt chưa hoàn thành")
    where = f" (nhiệm vụ số {', '.join(numbers)})" if numbers else ""
    return f"{', '.join(parts)}{where}"


def _weakest_area(data: Compiled) -> str:
    """Return a sentence on the area whose points are the lowest share of what could be had, "" when all are full."""
    shares: list[tuple[Decimal, int, str]] = []
    for position, area in enumerate(data["areas"]):
        got = most = Decimal(0)
        for entry in all_entries(data):
            points = entry["areas"].get(area["code"])
            if points is not None:
                got, most = got + Decimal(points), most + Decimal(entry["area_max"][area["code"]])
        if most:
            shares.append((got / most, position, f"{show(percent(got, most))}%"))
    if not shares or min(shares)[0] >= 1:
        return ""
    _ratio, position, text = min(shares)
    return (
        f"Lĩnh vực có tỷ lệ điểm đạt được thấp nhất là {lower_first(_area_name(data['areas'][position]['name']))}: "
        f"{text} tổng điểm tối đa của các cơ quan, đơn vị được đánh giá."
    )


def _directions_ahead(data: Compiled) -> list[str]:
    """IV: what follows from the numbers."""
    behind = [row["name"] for row in data["unit_tasks"] if row["missing"]]
    steps = []
    if behind:
        steps.append(
            f"{', '.join(behind)} tập trung hoàn thành các nhiệm vụ còn lại, báo cáo kết quả về Phòng Văn hóa - "
            "Xã hội; người đứng đầu làm rõ nguyên nhân, trách nhiệm đối với nhiệm vụ chậm tiến độ."
        )
    steps += [
        (
            "Thủ trưởng các cơ quan, đơn vị rà soát các tiêu chí chưa đạt điểm tối đa, có biện pháp khắc phục cụ thể "
            "trong kỳ tiếp theo."
        ),
        (
            "Phòng Văn hóa - Xã hội tiếp tục hướng dẫn, đôn đốc các cơ quan, đơn vị thực hiện nhiệm vụ cải cách hành "
            "chính đúng tiến độ, bảo đảm chất lượng."
        ),
        (
            "Trung tâm Dịch vụ sự nghiệp công tuyên truyền các tập thể, cá nhân có thành tích và phương pháp làm việc "
            "tiên tiến trong công tác cải cách hành chính."
        ),
        (
            "Đề nghị Hội đồng Thi đua - Khen thưởng xã sử dụng kết quả xếp hạng tại Phụ lục I làm một trong các căn cứ "
            "bình xét thi đua, khen thưởng."
        ),
    ]
    return [f"{position}. {step}" for position, step in enumerate(steps, start=1)]
