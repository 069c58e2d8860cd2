"""Why a file cannot be opened, in Vietnamese."""

from pathlib import Path

import pytest

from ninhgiang.errors import file_trouble


def trouble(path: Path) -> str:
    """Return what is said when this path is opened."""
    with pytest.raises(OSError, match="Errno") as error:
        path.open("rb")
    return file_trouble(error.value)


def test_the_usual_causes_are_said_in_vietnamese(tmp_path: Path) -> None:
    file = tmp_path / "tep.xlsx"
    file.touch()
    assert trouble(tmp_path / "khac.xlsx") == "không có tệp hoặc thư mục này"
    assert trouble(tmp_path) == "đây là thư mục, không phải tệp"
    assert trouble(file / "trong") == "đường dẫn đi qua một tệp không phải thư mục"
    assert trouble(tmp_path / ("t" * 300)) == "tên tệp quá dài"
    assert file_trouble(PermissionError(13, "Permission denied")) == "không có quyền"


def test_any_other_cause_keeps_its_number() -> None:
    assert file_trouble(OSError(5, "Input/output error")) == "lỗi hệ thống số 5"
