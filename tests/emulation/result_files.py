"""Files of results published elsewhere, as people send them."""

from io import BytesIO

from openpyxl import Workbook

CSV = """Kết quả năm 2025;;;;;;
STT;Đơn vị;Khối;Tổng điểm;Điểm tối đa;Chỉ số;Hạng;Xếp loại;Ghi chú
1;Phòng Kinh tế;Phòng;68,32;84;81,33;1;Tốt;
2;P. Văn hóa - Xã hội;Phòng;70;100;70,00;2;Khá;
3;Trường Mầm non Ngoài xã;Trường;79,995;100;80,00;1;Tốt;
"""


def csv_file(text=CSV, encoding="utf-8"):
    return BytesIO(text.encode(encoding))


def book_file(*rows, formats=None, change=None):
    """A workbook of these rows; `formats` are number formats by cell, `change` a function of the workbook."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, form in (formats or {}).items():
        book.active[cell].number_format = form
    if change:
        change(book)
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream
