"""The check that a serif font with all Vietnamese letters is there, on a machine that has none."""

import pytest

from ninhgiang.errors import DomainError
from reports.checks import vietnamese_serif_font
from reports.pdf import render_pdf
from reports.pdf.fetcher import NothingFetcher
from reports.pdf.fonts import font_problem, missing_letters, outline, vietnamese_letters


@pytest.fixture
def no_fonts(tmp_path, monkeypatch):
    """A fontconfig that knows no font at all."""
    config = tmp_path / "fonts.conf"
    config.write_text("<?xml version='1.0'?><fontconfig></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    font_problem.cache_clear()
    yield
    font_problem.cache_clear()


def test_this_machine_can_render():
    font_problem.cache_clear()
    assert font_problem() == ""
    assert vietnamese_serif_font(None) == []


def test_without_the_font_the_check_names_the_package(no_fonts):
    (warning,) = vietnamese_serif_font(None)
    assert warning.id == "reports.W001"
    assert "fonts-croscore" in warning.msg


def test_without_the_font_nothing_is_rendered(no_fonts, plan_document):
    with pytest.raises(DomainError, match="fonts-croscore"):
        render_pdf(plan_document)


def test_a_font_without_the_letters_is_noticed(tmp_path):
    from fontTools.fontBuilder import FontBuilder

    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "a"])
    builder.setupCharacterMap({ord("a"): "a", ord("ạ"): "a"})
    path = tmp_path / "thin.ttf"
    builder.font.save(path)
    assert missing_letters(path) == vietnamese_letters().replace("ạ", "", 1)


def test_outline_of_the_watermark_has_a_width():
    path, width, height = outline("DỰ THẢO")
    assert path.startswith("M")
    assert width > height > 0


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1/", "data:text/plain,a"])
def test_nothing_is_fetched(url):
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        NothingFetcher().fetch(url)
