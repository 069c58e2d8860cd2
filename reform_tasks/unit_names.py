"""From the words of a plan ("Các trường học; Trạm Y tế xã") to units, with suggestions for names not known.

Pure Python: the caller gives the units as `UnitName` rows. Nothing is guessed: a name is a unit, a group, someone
named later, or unknown.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ninhgiang.vietnamese import clean, clean_lines, fold

SCHOOL_KIND = "school"  # UnitKind.SCHOOL
# Longer ways to write the same word; both sides of a comparison are expanded.
_SHORT_FORMS = {
    "p": "phong",
    "tt": "trung tam",
    "vp": "van phong",
    "bch": "ban chi huy",
    "hdnd": "hoi dong nhan dan",
    "ubnd": "uy ban nhan dan",
}
_OF_THE_COMMUNE = (" uy ban nhan dan xa", " thuoc xa", " truc thuoc", " thuoc uy ban nhan dan xa", " cua xa", " xa")
_EVERYONE = frozenset(
    {
        "cac co quan don vi",
        "tat ca cac co quan don vi",
        "cac don vi",
        "tat ca cac don vi",
        "toan the cac co quan don vi",
    }
)
_SCHOOLS = frozenset({"cac truong hoc", "cac truong", "cac don vi truong hoc", "tat ca cac truong hoc"})
_LATER = re.compile(
    r"(?:cac )?(?:co quan |don vi |co quan don vi )(?:duoc (?:kiem tra|giao|phan cong|thanh tra|kiem toan)|"
    r"(?:co )?lien quan|chu tri)(?: [a-z ]+)?"
)
_SEPARATOR = re.compile(r"(\s*,\s*|\s+và\s+|\s*[&/+]\s*|\s+[-–—]\s+)", re.IGNORECASE)
# What a person may say of a name besides which unit it is.
LATER, NOBODY = "later", "nobody"


@dataclass(frozen=True)
class UnitName:
    """One unit with every name it is known by."""

    id: int
    name: str
    short_name: str
    code: str
    kind: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resolved:
    """What a cell names: units, everyone, the schools, someone named later, and words not known (as typed)."""

    unit_ids: tuple[int, ...] = ()
    all_units: bool = False
    all_schools: bool = False
    named_later: str = ""
    unknown: tuple[str, ...] = ()


@dataclass
class _Found:
    """Collects while a cell is read."""

    unit_ids: list[int] = field(default_factory=list)
    all_units: bool = False
    all_schools: bool = False
    named_later: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class Directory:
    """The units by every folded name; a name that two units share names neither.

    `taught` is what a person said of names, by fold(name): a unit's id, LATER, or NOBODY (not of the commune). It
    counts before everything else.
    """

    def __init__(self, units: Iterable[UnitName], taught: Mapping[str, int | str] | None = None) -> None:
        self.units = tuple(units)
        self.taught = taught or {}
        self._known: dict[str, Resolved] = {}
        self._ids: dict[str, set[int]] = {}
        self._loose: dict[str, set[int]] = {}
        self._tight: dict[str, set[int]] = {}
        for unit in self.units:
            for name in (unit.name, unit.short_name, unit.code, *unit.aliases):
                if key := _key(name):
                    self._ids.setdefault(key, set()).add(unit.id)
                    self._loose.setdefault(_without_commune(key), set()).add(unit.id)
                    self._tight.setdefault(_tight(name), set()).add(unit.id)
            self._tight.setdefault(_initials(unit.name), set()).add(unit.id)

    def find(self, name: str) -> int | None:
        """Return the unit's id for a written name, None when unknown or shared.

        By name, then without "xã" and the like, then without spaces or by initials ("TTDVSNC", "TT-DVSNC").
        """
        key = _key(name)
        ids = self._ids.get(key) or self._loose.get(_without_commune(key)) or self._tight.get(_tight(name), set())
        return next(iter(ids)) if len(ids) == 1 else None

    def add(self, name: str, found: _Found) -> bool:
        """Put what a whole name means into `found`; say whether it means anything."""
        key = _without_commune(_key(name))
        said = self.taught.get(fold(name))
        if said == LATER:
            found.named_later.append(clean(name))
        elif isinstance(said, int):
            found.unit_ids.append(said)
        elif said == NOBODY:
            pass
        elif key in _EVERYONE:
            found.all_units = True
            found.unit_ids += [unit.id for unit in self.units]
        elif key in _SCHOOLS:
            found.all_schools = True
            found.unit_ids += [unit.id for unit in self.units if unit.kind == SCHOOL_KIND]
        elif (unit_id := self.find(name)) is not None:
            found.unit_ids.append(unit_id)
        elif _LATER.fullmatch(key):
            found.named_later.append(clean(name))
        else:
            return False
        return True

    def resolve(self, text: str) -> Resolved:
        """Return whom a cell of the plan names; the same text is read once."""
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> Resolved:
        found = _Found()
        for part in re.split(r"[;\n]", clean_lines(text)):
            if name := part.strip(" .,-–+"):
                _read_part(name, self, found)
        return Resolved(
            unit_ids=tuple(dict.fromkeys(found.unit_ids)),
            all_units=found.all_units,
            all_schools=found.all_schools,
            named_later="; ".join(found.named_later),
            unknown=tuple(dict.fromkeys(found.unknown)),
        )


def _key(name: str) -> str:
    return " ".join(_SHORT_FORMS.get(word, word) for word in fold(name).split())


def _tight(name: str) -> str:
    """Return a name without spaces, "và" and "xã": "TT. DVSNC" is "TTDVSNC xã", "HĐND&UBND" is "HĐND-UBND"."""
    return "".join(word for word in _without_commune(fold(name)).split() if word != "va")


def _initials(name: str) -> str:
    """Return the first letters of a name of three words or more, else nothing that is ever written."""
    words = [word for word in fold(name).split() if word != "va"]
    return "".join(word[0] for word in words) if len(words) > 2 else f" {name}"


def _without_commune(key: str) -> str:
    for ending in _OF_THE_COMMUNE:
        if key.endswith(ending):
            return key.removesuffix(ending)
    return key


def resolve_units(text: str, units: Iterable[UnitName]) -> Resolved:
    """Return whom a cell of the plan names.

    Names are parted by ";" or line breaks, and by ",", "và", "&", "/", "+" or a dash between spaces where these are
    not inside a known name ("Các cơ quan, đơn vị", "Văn phòng HĐND và UBND"). Case, diacritics, dashes and usual
    short forms do not matter.
    """
    return Directory(units).resolve(text)


def _read_part(text: str, directory: Directory, found: _Found) -> None:
    """Read one part from left to right, always taking the longest run of words between separators that is known."""
    pieces = _SEPARATOR.split(text)  # name, separator, name, …
    at, after_unknown = 0, False
    while at < len(pieces):
        stops = range(len(pieces), at, -2)
        stop = next((stop for stop in stops if directory.add("".join(pieces[at:stop]), found)), None)
        if stop is None and after_unknown and "," not in pieces[at - 1]:
            found.unknown[-1] += pieces[at - 1] + pieces[at]  # "Sở Tài chính và Đầu tư" stays one name
        elif stop is None and pieces[at]:
            found.unknown.append(pieces[at])
        after_unknown = stop is None
        at = (stop or at + 1) + 1


def suggest_units(name: str, units: Iterable[UnitName], count: int = 3) -> list[int]:
    """Return the ids of up to `count` units whose names look most like an unknown one, best first."""
    ids_by_key: dict[str, list[int]] = {}
    for unit in units:
        for known in (unit.name, unit.short_name, *unit.aliases):
            ids_by_key.setdefault(_without_commune(_key(known)), []).append(unit.id)
    close = difflib.get_close_matches(_without_commune(_key(name)), list(ids_by_key), n=count * 3, cutoff=0.6)
    ordered = dict.fromkeys(unit_id for key in close for unit_id in ids_by_key[key])
    return list(ordered)[:count]
