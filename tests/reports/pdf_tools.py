"""Reading PDFs with poppler's own programs, as the people who get them would."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

MM = 72 / 25.4
NAMES = {"x": "http://www.w3.org/1999/xhtml"}


@dataclass(frozen=True)
class Word:
    """A word and its box on its page, in millimetres from the top left corner."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def stored(pdf: bytes, folder: Path) -> str:
    """Write the bytes to a file and return its path."""
    path = folder / "document.pdf"
    path.write_bytes(pdf)
    return str(path)


def text_of(path: str, *options: str) -> str:
    """Return the text; `-layout` keeps columns."""
    return _run("pdftotext", *options, path, "-")


def flat(text: str) -> str:
    """Return the text with its line breaks and runs of spaces as single spaces."""
    return " ".join(text.split())


def fonts_of(path: str) -> set[str]:
    """Return the names of the fonts without their subset mark."""
    return {line.split()[0].partition("+")[2] for line in _run("pdffonts", path).splitlines()[2:]}


def words_of(path: str) -> list[Word]:
    """Return every word with its place."""
    tree = ET.fromstring(_run("pdftotext", "-bbox", path, "-"))  # noqa: S314
    words = []
    for number, page in enumerate(tree.iterfind(".//x:page", NAMES), start=1):
        for word in page.iterfind("x:word", NAMES):
            box = [float(word.attrib[name]) / MM for name in ("xMin", "yMin", "xMax", "yMax")]
            words.append(Word(word.text or "", number, *box))
    return words


def pages_of(path: str) -> list[tuple[float, float]]:
    """Return the size of each page in millimetres."""
    tree = ET.fromstring(_run("pdftotext", "-bbox", path, "-"))  # noqa: S314
    found = tree.iterfind(".//x:page", NAMES)
    return [(float(page.attrib["width"]) / MM, float(page.attrib["height"]) / MM) for page in found]


def phrase(words: list[Word], text: str, page: int | None = None) -> list[Word]:
    """Return the words of the first place where `text` stands; AssertionError when it stands nowhere."""
    wanted = text.split()
    kept = [word for word in words if page is None or word.page == page]
    for start in range(len(kept) - len(wanted) + 1):
        if [word.text for word in kept[start : start + len(wanted)]] == wanted:
            return kept[start : start + len(wanted)]
    raise AssertionError(f"{text!r} is not on the page")
