"""The small language of formulas (R18): + - * / min max round if and comparisons on Decimal. Never evaluated as code.

    expression = term {("+" | "-") term}            arguments are parted by ";", a decimal is written 0,5 or 0.5
    term       = factor {("*" | "/") factor}        × ÷ − ≤ ≥ ≠ are read like * / - <= >= !=
    factor     = number | name | "(" expression ")" | "-" factor | call
    call       = min(a; b; ...) | max(a; b; ...) | round(a; places) | if(a comparison b; then; else)
    comparison = < | <= | > | >= | = | !=

Only the chosen branch of an "if" is computed, so if(y = 0; 0; x / y) is safe. Every error names its place (1-based).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .numbers import decimals_of
from .params import RuleError, shown

MAX_LENGTH = 500
MAX_TOKENS = 200
MAX_DEPTH = 20
MAX_DIGITS = 12
MAX_DECIMALS = 6
MAX_ROUND = 6
NAME = re.compile(r"[a-z][a-z0-9_]{0,19}", re.ASCII)
FUNCTIONS = {"min": (2, 20), "max": (2, 20), "round": (2, 2), "if": (3, 3)}

_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:[.,][0-9]+)*)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign><=|>=|!=|[-+*/();<>=≤≥≠×÷−–·])"
)
# Signs people paste from documents, and the one the parser knows.
_SAME_SIGN = {"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "!="}
_COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a formula and where it starts (1-based); kind is number, name, sign or end."""

    kind: str
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Negative:
    """A value with its sign changed."""

    of: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two values and a sign between them, of arithmetic or comparison; the position is the sign's."""

    sign: str
    left: "Node"
    right: "Node"
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple["Node", ...]
    position: int


type Node = Number | Name | Negative | Binary | Call


class FormulaProblem(RuleError):
    """A formula that cannot be read or computed; `position` is where, the message says it too."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} (vị trí {position} trong công thức).", field="formula", position=position)


def _tokens(text: str) -> Iterator[Token]:
    place = 0
    while rest := text[place:].lstrip():
        place = len(text) - len(rest)
        found = _TOKEN.match(text, place)
        if found is None:
            hint = "; dùng dấu ; để ngăn các giá trị" if text[place] == "," else ""
            raise FormulaProblem(f"Không hiểu ký tự “{text[place]}”{hint}", place + 1)
        word = found.group()
        yield Token(str(found.lastgroup), _SAME_SIGN.get(word, word), place + 1)
        place = found.end()
    yield Token("end", "", len(text) + 1)


class _Parser:
    """One reading of one formula, by recursive descent."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.now
        self.place += 1
        return token

    def expect(self, sign: str) -> Token:
        if self.now.text != sign or self.now.kind != "sign":
            found = f"“{self.now.text}”" if self.now.text else "hết công thức"
            raise FormulaProblem(f"Cần dấu “{sign}” nhưng gặp {found}", self.now.position)
        return self.take()

    def whole(self) -> Node:
        node = self.expression()
        if self.now.kind != "end":
            why = "so sánh chỉ dùng ở vế đầu của if" if self.now.text in _COMPARISONS else "thừa phần này"
            raise FormulaProblem(f"Không hiểu “{self.now.text}”: {why}", self.now.position)
        return node

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaProblem(f"Công thức lồng nhau quá {MAX_DEPTH} lớp", self.now.position)
        node = self.term()
        while self.now.kind == "sign" and self.now.text in ("+", "-"):
            sign = self.take()
            node = Binary(sign.text, node, self.term(), sign.position)
        self.depth -= 1
        return node

    def term(self) -> Node:
        node = self.factor()
        while self.now.kind == "sign" and self.now.text in ("*", "/"):
            sign = self.take()
            node = Binary(sign.text, node, self.factor(), sign.position)
        return node

    def factor(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return _number(token)
        if token.kind == "name":
            return self.call(token) if self.now.text == "(" else Name(token.text, token.position)
        if token.text == "(":
            node = self.expression()
            self.expect(")")
            return node
        if token.text == "-":
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise FormulaProblem(f"Công thức lồng nhau quá {MAX_DEPTH} lớp", token.position)
            node = self.factor()
            self.depth -= 1
            return Negative(node)
        found = f"“{token.text}”" if token.text else "hết công thức"
        raise FormulaProblem(f"Cần một số, một biến hoặc dấu ngoặc nhưng gặp {found}", token.position)

    def call(self, name: Token) -> Node:
        if name.text not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise FormulaProblem(f"Không có hàm “{name.text}”; chỉ dùng được {known}", name.position)
        self.expect("(")
        arguments = [self.condition() if name.text == "if" else self.expression()]
        while self.now.text == ";":
            self.take()
            arguments.append(self.expression())
        self.expect(")")
        least, most = FUNCTIONS[name.text]
        if not least <= len(arguments) <= most:
            need = str(least) if least == most else f"từ {least} đến {most}"
            raise FormulaProblem(
                f"Hàm “{name.text}” cần {need} giá trị ngăn bằng dấu ; nhưng có {len(arguments)}", name.position
            )
        if name.text == "round":
            _check_places(arguments[1], name)
        return Call(name.text, tuple(arguments), name.position)

    def condition(self) -> Node:
        left = self.expression()
        if self.now.text not in _COMPARISONS:
            raise FormulaProblem("Vế đầu của if phải là một so sánh (<, <=, >, >=, =, !=)", self.now.position)
        sign = self.take()
        return Binary(sign.text, left, self.expression(), sign.position)


def _number(token: Token) -> Number:
    text = token.text.replace(",", ".")
    if text.count(".") > 1:
        raise FormulaProblem(f"Không đọc được số “{token.text}”; dùng dấu ; để ngăn các giá trị", token.position)
    value = Decimal(text)
    if decimals_of(value) > MAX_DECIMALS or len(text.partition(".")[0]) > MAX_DIGITS:
        raise FormulaProblem(
            f"Số “{token.text[:20]}” có quá {MAX_DIGITS} chữ số hoặc quá {MAX_DECIMALS} chữ số thập phân",
            token.position,
        )
    return Number(value)


def _check_places(node: Node, name: Token) -> None:
    if not isinstance(node, Number) or node.value not in range(MAX_ROUND + 1):
        raise FormulaProblem(f"Số chữ số của round phải là số nguyên từ 0 đến {MAX_ROUND}", name.position)


def parse(text: object) -> Node:
    """Return a formula read into a tree, or raise FormulaProblem with cause and place.

    At most MAX_LENGTH characters, MAX_TOKENS words, MAX_DEPTH levels; names are small letters, digits and "_".
    """
    if not isinstance(text, str) or not text.strip():
        raise FormulaProblem("Chưa nhập công thức", 1)
    if len(text) > MAX_LENGTH:
        raise FormulaProblem(f"Công thức dài quá {MAX_LENGTH} ký tự", MAX_LENGTH + 1)
    tokens = list(_tokens(text))
    if len(tokens) - 1 > MAX_TOKENS:
        raise FormulaProblem(f"Công thức có quá {MAX_TOKENS} thành phần", tokens[MAX_TOKENS].position)
    return _Parser(tokens).whole()


def names_in(node: Node) -> Iterator[Name]:
    """Yield every variable of a formula, in order."""
    match node:
        case Name():
            yield node
        case Negative(of):
            yield from names_in(of)
        case Binary(_, left, right, _):
            yield from names_in(left)
            yield from names_in(right)
        case Call(_, arguments, _):
            for argument in arguments:
                yield from names_in(argument)


_LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2}
_PRINTED = {"*": "×", "-": "−", "/": "/", "+": "+", "<=": "≤", ">=": "≥", "!=": "≠"}


def words(node: Node, outer: int = 0) -> str:
    """Return a formula as it was understood, in one writing: "3 × x / (y − 1)"."""
    match node:
        case Number(value):
            return shown(value)
        case Name(name, _):
            return name
        case Negative(of):
            return f"−{words(of, 3)}"
        case Call(name, arguments, _):
            return f"{name}({'; '.join(words(one) for one in arguments)})"
        case Binary(sign, left, right, _):
            level = _LEVEL.get(sign, 0)
            text = f"{words(left, level)} {_PRINTED.get(sign, sign)} {words(right, level + 1)}"
            return f"({text})" if level < outer else text
