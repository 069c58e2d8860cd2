"""The body of a document between a text box and typed blocks.

The convention people write by (shown beside the text box):

* an empty line separates paragraphs;
* "I. TIÊU ĐỀ" (Roman number, then capitals) is a heading;
* "1. Tên mục" that does not end in a punctuation mark is a small heading, otherwise a numbered paragraph;
* a line that starts with "- " or "+ " is an item;
* paragraphs at the top that start with "Căn cứ" or "Theo đề nghị" are the legal bases (italic);
* "Kính gửi: ..." at the top is the addressee; the first other paragraph before a heading is the lead.
"""

import re
from typing import TypedDict

from ninhgiang.vietnamese import nfc


class Block(TypedDict):
    """One paragraph: what it is and its words."""

    type: str
    text: str


ADDRESSEE, BASIS, LEAD, HEADING, SUBHEADING, PARAGRAPH, ITEM = (
    "addressee",
    "basis",
    "lead",
    "heading",
    "subheading",
    "paragraph",
    "item",
)
BLOCK_TYPES = (ADDRESSEE, BASIS, LEAD, HEADING, SUBHEADING, PARAGRAPH, ITEM)

_HEADING = re.compile(r"[IVX]+\.\s+\S")
_NUMBERED = re.compile(r"\d+(\.\d+)*\.\s+\S")
_BASIS = ("Căn cứ ", "Theo đề nghị ")
_ENDS = (".", ";", ":", ",", "/", "!", "?")


def _is_heading(text: str) -> bool:
    """Tell whether a paragraph is "I. MỤC ĐÍCH, YÊU CẦU": a Roman number and not one small letter after it."""
    return bool(_HEADING.match(text)) and text == text.upper()


def _is_subheading(text: str) -> bool:
    return bool(_NUMBERED.match(text)) and len(text) <= 150 and not text.endswith(_ENDS)


def _kind_of(text: str, *, at_top: bool, lead_seen: bool) -> str:
    if _is_heading(text):
        return HEADING
    if text.startswith(("- ", "+ ")):
        return ITEM
    if _is_subheading(text):
        return SUBHEADING
    if at_top and not lead_seen:
        if text.startswith("Kính gửi:"):
            return ADDRESSEE
        return BASIS if text.startswith(_BASIS) else LEAD
    return PARAGRAPH


def parse(text: str) -> list[Block]:
    """Read what was typed into blocks, NFC, spaces collapsed; see the module's text for the convention."""
    blocks: list[Block] = []
    for chunk in _paragraphs(nfc(text)):
        kinds = {block["type"] for block in blocks}
        at_top = not kinds & {HEADING, SUBHEADING, ITEM}
        blocks.append(Block(type=_kind_of(chunk, at_top=at_top, lead_seen=LEAD in kinds), text=chunk))
    return blocks


def _paragraphs(text: str) -> list[str]:
    """Split at empty lines, and before a line that starts an item or a heading even without an empty line."""
    chunks: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        words = " ".join(line.split())
        if not words:
            chunks.append([])
            continue
        if words.startswith(("- ", "+ ")) or _is_heading(words) or (chunks[-1] and _is_heading(chunks[-1][0])):
            chunks.append([])
        chunks[-1].append(words)
    return [" ".join(chunk) for chunk in chunks if chunk]


def text_of(blocks: list[Block]) -> str:
    """Return the text that `parse` reads back into the same blocks."""
    return "\n\n".join(block["text"] for block in blocks)


def recipients_of(text: str) -> list[str]:
    """Read "Nơi nhận", one recipient a line; a leading dash is taken off, the writing of the rest is kept."""
    lines = (" ".join(line.split()) for line in nfc(text).splitlines())
    return [line.removeprefix("- ").removeprefix("-").strip() for line in lines if line.strip("- ")]
