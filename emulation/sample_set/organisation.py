"""Areas IV, V and VI of the sample set: organisation, civil service, public finance."""

from .build import INVESTMENT, area, options, rate, row

ORGANISATION = area(
    "IV",
    "Cải cách tổ chức bộ máy",
    "7",
    row(
        "4.1",
        "Ban hành, cập nhật quy chế làm việc và phân công nhiệm vụ của đơn vị",
        "2",
        "yes_no",
        {"yes_label": "Đã ban hành, cập nhật đầy đủ", "no_label": "Chưa ban hành hoặc chưa cập nhật"},
        evidence_required=True,
    ),
    row(
        "4.2",
        "Thực hiện nhiệm vụ được phân cấp, ủy quyền",
        "3",
        "proportional",
        rate(
            "nhiệm vụ thực hiện đúng quy định",
            "Số nhiệm vụ thực hiện đúng quy định",
            "Số nhiệm vụ được phân cấp, ủy quyền",
            no_case_full=True,
        ),
    ),
    row(
        "4.3",
        "Bố trí công chức, viên chức đúng vị trí việc làm",
        "2",
        "proportional",
        rate("người bố trí đúng vị trí", "Số người bố trí đúng vị trí việc làm", "Tổng số người làm việc"),
    ),
)

CIVIL_SERVICE = area(
    "V",
    "Cải cách chế độ công vụ",
    "12",
    row(
        "5.1",
        "Công chức, viên chức tham gia đào tạo, bồi dưỡng theo kế hoạch",
        "3",
        "proportional",
        rate(
            "người hoàn thành bồi dưỡng",
            "Số người hoàn thành bồi dưỡng",
            "Số người được cử đi theo kế hoạch",
            no_case_full=True,
        ),
    ),
    row(
        "5.2",
        "Đánh giá, xếp loại công chức, viên chức đúng quy định",
        "2",
        "choice",
        options(
            ("on_time", "Đúng quy định, đúng hạn", "2"),
            ("late", "Đúng quy định, chậm", "1"),
            ("none", "Không đúng", "0"),
        ),
        evidence_required=True,
    ),
    row(
        "5.3",
        "Chuyển đổi vị trí công tác theo kế hoạch",
        "1",
        "proportional",
        rate(
            "người đã chuyển đổi",
            "Số người đã chuyển đổi vị trí",
            "Số người phải chuyển đổi theo kế hoạch",
            no_case_full=True,
        ),
    ),
    row(
        "5.4",
        "Chấp hành giờ giấc, quy tắc ứng xử, văn hóa công sở",
        "2",
        "deduct",
        {"step": "0.5", "noun": "lần bị nhắc nhở", "count_label": "Số lần bị nhắc nhở qua kiểm tra công vụ"},
    ),
    row(
        "5.5",
        "Kỷ luật công chức, viên chức của đơn vị",
        "4",
        "deduct",
        {
            "steps": [
                {"code": "khien_trach", "label": "người bị khiển trách", "points": "1"},
                {"code": "canh_cao", "label": "người bị cảnh cáo trở lên", "points": "2"},
            ]
        },
        guidance="Tính theo quyết định kỷ luật có hiệu lực trong kỳ.",
    ),
)

FINANCE = area(
    "VI",
    "Cải cách tài chính công",
    "8",
    row(
        "6.1",
        "Giải ngân vốn đầu tư công",
        "4",
        "proportional_floor",
        rate(
            "triệu đồng đã giải ngân",
            "Số vốn đã giải ngân (triệu đồng)",
            "Kế hoạch vốn được giao (triệu đồng)",
            floor="80",
            decimals=3,
        ),
        requires_trait=INVESTMENT,
        evidence_required=True,
        guidance="Dưới 80 % kế hoạch không tính điểm. Không áp dụng với đơn vị không được giao vốn đầu tư.",
    ),
    row(
        "6.2",
        "Ban hành quy chế chi tiêu nội bộ và quy chế quản lý, sử dụng tài sản công",
        "2",
        "choice",
        options(("both", "Có cả hai quy chế", "2"), ("one", "Có một quy chế", "1"), ("none", "Không có", "0")),
        evidence_required=True,
    ),
    row(
        "6.3",
        "Công khai dự toán, quyết toán đúng hạn",
        "2",
        "proportional",
        rate(
            "lần công khai đúng hạn", "Số lần công khai đúng hạn", "Số lần phải công khai trong kỳ", no_case_full=True
        ),
    ),
)
