"""Vietnamese text: one normal form for storing, one folded form for comparing, numbers written in words."""

import re
import unicodedata

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣-"), "-")
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
MAX_MONEY = 10**12


def nfc(text: str) -> str:
    """Return the text in Unicode form C, the only form the program stores (macOS and old fonts send form D)."""
    return unicodedata.normalize("NFC", text)


def plain(text: str) -> str:
    """Return the text case-folded and without diacritics, punctuation kept: "Quý II – IV" -> "quy ii - iv".

    Every kind of dash becomes "-"; đ becomes d. Line breaks and spaces stay as they are.
    """
    decomposed = unicodedata.normalize("NFD", nfc(text).casefold())
    bare = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
    return nfc(bare.replace("đ", "d").translate(_DASHES))


_PAPER_NUMBER = re.compile(r"[0-9]{1,5}[A-ZĐ]?/[0-9A-ZĐ]+(?:[-.][0-9A-ZĐ]+)*")


def paper_number(text: str) -> str:
    """Return a paper's số, ký hiệu in its one form (" 14/kh-ubnd" -> "14/KH-UBND"), "" for anything else."""
    number = clean(text).upper().replace(" ", "").replace("–", "-")
    return number if len(number) <= 40 and _PAPER_NUMBER.fullmatch(number) else ""


def fold(text: str) -> str:
    """Return the key under which two writings of one name are equal: lower-case words without diacritics.

    "&" reads "va"; every run of punctuation and spaces becomes one space, so "P. VH-XH" and "p.vh – xh" are both
    "p vh xh". Folding twice changes nothing; text without a letter or digit gives "".
    """
    words = plain(text).replace("&", " va ")
    return " ".join("".join(letter if letter.isalnum() else " " for letter in words).split())


def is_broken(letter: str) -> bool:
    """Tell whether a character is none that can be printed: a control, half a character, or U+FFFE and its like.

    The last, which Unicode sets aside as no characters, look like unassigned letters but no workbook can hold them.
    """
    code = ord(letter)
    no_character = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return no_character or unicodedata.category(letter) in {"Cc", "Cs"}


def _printable(text: str) -> str:
    """Drop control, invisible and broken characters, keeping white space."""
    return "".join(
        letter
        for letter in nfc(text)
        if letter.isspace() or not (is_broken(letter) or unicodedata.category(letter) == "Cf")
    )


def clean(text: str) -> str:
    """Return one tidy line: form C, no control or zero-width characters, single spaces, trimmed."""
    return " ".join(_printable(text).split())


def clean_lines(text: str) -> str:
    """Return tidy text like `clean`, but with its line breaks kept (as "\\n") and empty lines dropped."""
    lines = (" ".join(line.split()) for line in _printable(text).splitlines())
    return "\n".join(line for line in lines if line)


def upper(text: str) -> str:
    """Return the text in capitals for titles, in form C: "ủy ban nhân dân" -> "ỦY BAN NHÂN DÂN"."""
    return nfc(nfc(text).upper())


def capital_first(text: str) -> str:
    """Return the text with its first letter in capitals, the rest untouched: "đề án" -> "Đề án"."""
    text = nfc(text)
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Return the text with its first letter small, for use inside a sentence: "Đề án" -> "đề án"."""
    text = nfc(text)
    return text[:1].lower() + text[1:]


def _hundreds_in_words(number: int, *, full: bool) -> list[str]:
    """Return the words of 1..999; `full` speaks the empty hundreds of an inner group ("không trăm linh năm")."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens > 1:
        words += [_DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif ones and words:
        words.append("linh")
    if ones == 1 and tens > 1:
        words.append("mốt")
    elif ones == 4 and tens > 1:
        words.append("tư")
    elif ones == 5 and tens:
        words.append("lăm")
    elif ones:
        words.append(_DIGITS[ones])
    return words


def money_in_words(amount: int) -> str:
    """Return whole đồng in words, as decisions and lists of awards print them.

    710000 -> "Bảy trăm mười nghìn đồng"; 0 -> "Không đồng". Raises ValueError outside 0..10^12.
    """
    if not 0 <= amount <= MAX_MONEY:
        raise ValueError(f"money_in_words reads 0..{MAX_MONEY}, got {amount}")
    if amount == MAX_MONEY:
        return "Một nghìn tỷ đồng"
    words: list[str] = []
    for size, name in ((10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        group, amount = divmod(amount, size)
        if group:
            words += _hundreds_in_words(group, full=bool(words))
            if name:
                words.append(name)
    return capital_first(" ".join([*(words or ["không"]), "đồng"]))


def show_money(amount: int) -> str:
    """Return whole đồng grouped by dots, without the unit: 1520000 -> "1.520.000"."""
    return f"{amount:,}".replace(",", ".")
