"""Closed lists of reports, and the transition table of a document."""

from django.db.models import TextChoices

from ninhgiang.states import Move, Table
from units.enums import RoleKind


class DocumentKind(TextChoices):
    """Tên loại văn bản; abbreviations in reports.rules.SYMBOLS (Nghị định 30/2020/NĐ-CP, Phụ lục III)."""

    PLAN = "plan", "Kế hoạch"
    REPORT = "report", "Báo cáo"


class DocumentState(TextChoices):
    """Trạng thái văn bản (Nghị định 30/2020/NĐ-CP, Điều 10-18)."""

    DRAFT = "draft", "Dự thảo"
    CONTENT_CHECKED = "content_checked", "Đã kiểm tra nội dung"
    FORM_CHECKED = "form_checked", "Đã kiểm tra thể thức, trình ký"
    SIGNED = "signed", "Đã ký duyệt"
    ISSUED = "issued", "Đã phát hành"


class SignStep(TextChoices):
    """Bước ký duyệt."""

    CHECK_CONTENT = "check_content", "Kiểm tra nội dung"
    CHECK_FORM = "check_form", "Kiểm tra thể thức"
    RETURN = "return", "Trả lại"
    SIGN = "sign", "Ký duyệt"
    ISSUE = "issue", "Cấp số, phát hành"


DOCUMENT_MOVES: Table = {
    (DocumentState.DRAFT, SignStep.CHECK_CONTENT): Move(
        DocumentState.CONTENT_CHECKED, frozenset({RoleKind.REVIEWER}), "Xác nhận nội dung"
    ),
    (DocumentState.CONTENT_CHECKED, SignStep.CHECK_FORM): Move(
        DocumentState.FORM_CHECKED, frozenset({RoleKind.OFFICE}), "Xác nhận thể thức, trình ký"
    ),
    (DocumentState.CONTENT_CHECKED, SignStep.RETURN): Move(
        DocumentState.DRAFT, frozenset({RoleKind.OFFICE, RoleKind.REVIEWER}), "Trả lại dự thảo"
    ),
    (DocumentState.FORM_CHECKED, SignStep.RETURN): Move(
        DocumentState.DRAFT, frozenset({RoleKind.LEADER}), "Trả lại dự thảo"
    ),
    (DocumentState.FORM_CHECKED, SignStep.SIGN): Move(DocumentState.SIGNED, frozenset({RoleKind.LEADER}), "Ký duyệt"),
    (DocumentState.SIGNED, SignStep.ISSUE): Move(
        DocumentState.ISSUED, frozenset({RoleKind.OFFICE}), "Cấp số và phát hành"
    ),
}
