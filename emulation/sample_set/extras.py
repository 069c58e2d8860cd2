"""Bonus and penalty rows of the sample set."""

from .build import options, row

BONUSES = (
    row(
        "C1",
        "Mô hình, cách làm về cải cách hành chính được cấp trên khen hoặc nhân rộng",
        "2",
        "count_capped",
        {"per": "1", "noun": "mô hình", "count_label": "Số mô hình được khen hoặc nhân rộng"},
        evidence_required=True,
    ),
    row(
        "C2",
        "Hoàn thành nhiệm vụ đột xuất do UBND xã giao",
        "1",
        "choice",
        options(
            ("excellent", "Hoàn thành xuất sắc", "1"),
            ("good", "Hoàn thành tốt", "0.75"),
            ("done", "Hoàn thành", "0.5"),
            ("none", "Không có nhiệm vụ đột xuất", "0"),
        ),
        evidence_required=True,
    ),
)

PENALTIES = (
    row(
        "T1",
        "Nộp phiếu tự chấm điểm chậm",
        "2",
        "count_capped",
        {"per": "0.5", "noun": "ngày chậm", "count_label": "Số ngày nộp chậm"},
    ),
    row(
        "T2",
        "Số liệu, minh chứng không đúng thực tế",
        "3",
        "count_capped",
        {"per": "1", "noun": "trường hợp", "count_label": "Số trường hợp bị phát hiện khi thẩm định"},
    ),
    row(
        "T3",
        "Có phản ánh về nhũng nhiễu, gây phiền hà được kết luận là đúng",
        "2",
        "yes_no",
        {"yes_label": "Có", "no_label": "Không"},
    ),
)
