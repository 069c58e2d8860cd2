"""Is there a serif font that draws every Vietnamese letter? Without one, text falls back to another face mid-word.

Tinos (Debian: fonts-croscore) has the metrics of Times New Roman and all 134 accented letters; Debian's Liberation
Serif 1.07 lacks 74 of them. The documents name Tinos only, so exactly one serif family gets embedded.
"""

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

FAMILY = "Tinos"
PACKAGE = "fonts-croscore"
STYLES = ("Regular", "Bold", "Italic", "Bold Italic")

_BASES = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # ngang, huyền, hỏi, ngã, sắc, nặng


def vietnamese_letters() -> str:
    """Return the 134 letters Vietnamese adds to ASCII, both cases, NFC, in dictionary order."""
    from unicodedata import normalize  # a table of a few lines needs no module-level name

    lower = "".join(normalize("NFC", base + tone) for base in _BASES for tone in _TONES)
    added = "".join(letter for letter in lower if not letter.isascii()) + "đ"
    return added + added.upper()


def _installed_file(style: str) -> Path | None:
    """Return the file fontconfig would use for a style of the family, or None when it is not installed."""
    tool = shutil.which("fc-list")
    if tool is None:
        return None
    found = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        [tool, f":family={FAMILY}:style={style}", "file"], capture_output=True, text=True, timeout=20, check=False
    )
    names = sorted(line.partition(":")[0] for line in found.stdout.splitlines() if line.strip())
    return Path(names[0]) if names else None


def missing_letters(path: Path) -> str:
    """Return the Vietnamese letters that a font file cannot draw, "" when it has them all."""
    from fontTools.ttLib import TTFont  # comes with WeasyPrint; slow to import, needed here only

    with TTFont(path, lazy=True, fontNumber=0) as font:
        known = font.getBestCmap()
    return "".join(letter for letter in vietnamese_letters() if ord(letter) not in known)


@lru_cache(maxsize=4)
def outline(text: str) -> tuple[str, int, int]:
    """Return `text` as one SVG path in bold Tinos, with its width and height in font units.

    A watermark drawn as a path stays out of the document's text: copying and searching find only what was written.
    """
    from fontTools.pens.svgPathPen import SVGPathPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.ttLib import TTFont

    path = _installed_file("Bold")
    if path is None:
        raise LookupError(f"{FAMILY} Bold is not installed")
    with TTFont(path, fontNumber=0) as font:
        glyphs, names, ascent = font.getGlyphSet(), font.getBestCmap(), font["hhea"].ascent
        pen, width = SVGPathPen(glyphs), 0
        for letter in text:
            glyph = glyphs[names[ord(letter)]]
            glyph.draw(TransformPen(pen, (1, 0, 0, -1, width, ascent)))
            width += int(glyph.width)
        return pen.getCommands(), width, int(ascent - font["hhea"].descent)


@lru_cache(maxsize=1)
def font_problem() -> str:
    """Return "" when documents can be rendered, else one Vietnamese sentence naming what to install.

    The answer is kept for the life of the process: install the font, then restart the program.
    """
    for style in STYLES:
        path = _installed_file(style)
        if path is None:
            return (
                f"Máy chủ chưa có phông chữ {FAMILY} ({style}) nên chưa tạo được văn bản PDF. "
                f"Cài gói {PACKAGE} (và fontconfig) rồi khởi động lại chương trình."
            )
        if missing := missing_letters(path):
            return (
                f"Phông chữ {FAMILY} tại {path} thiếu {len(missing)} chữ cái tiếng Việt ({missing[:12]}…). "
                f"Cài gói {PACKAGE} rồi khởi động lại chương trình."
            )
    return ""
