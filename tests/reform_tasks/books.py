"""Small workbooks and files for tests."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

HEADING = ["TT", "Nhiệm vụ", "Sản phẩm, kết quả", "Cơ quan, đơn vị chủ trì", "Cơ quan, đơn vị phối hợp", "Thời hạn"]
AREA = ["I", "CẢI CÁCH THỂ CHẾ"]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def task(number=1, title="Ban hành kế hoạch", lead="Phòng Kinh tế", coordinating="", deadline="Quý II/2026"):
    """Return the cells of one task row."""
    return [number, title, "Kế hoạch", lead, coordinating, deadline]


def book(*rows):
    """Return the bytes of an appendix: heading in row 1, then the rows."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Phụ lục"
    for row in (HEADING, *rows):
        sheet.append(row)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def book_of(**sheets):
    """Return the bytes of a workbook with these sheets, each a list of rows."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def upload(content, name="phu-luc.xlsx"):
    """Return an uploaded file."""
    return SimpleUploadedFile(name, content)
