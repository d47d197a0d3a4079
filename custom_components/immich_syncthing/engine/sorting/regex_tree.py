r"""Regular expressions as trees, as far as a rule may use them: what each part of one may take of a name.

Texts, classes (``[a-z]``, ``\d``, ``.``), ``^ $ \A \Z \b``, groups, alternatives and repetitions. Whatever looks at
other places of the name than where it stands is not among them: backreferences, lookarounds and conditions. Nor are
atomic and possessive parts, comments and flags inside of the expression.
"""

import re
from dataclasses import dataclass
from typing import Final

FLAGS: Final = re.IGNORECASE | re.DOTALL

_MAX_DEPTH: Final = 20
_TOKEN: Final = re.compile(
    r"(?P<open>\((?!\?)|\(\?P<\w+>)|(?P<plain>\(\?:)|(?P<refused>\(\?|\\[0-9])|(?P<close>\))|(?P<or>\|)"
    r"|(?P<place>[\^$]|\\[AZzbB])"
    r"|(?P<one>\\x..|\\u.{4}|\\U.{8}|\\N\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.)",
    re.DOTALL,
)
_TIMES: Final = re.compile(
    r"(?:(?P<sign>[*+?])|\{(?!\})(?P<least>[0-9]*)(?P<range>,(?P<most>[0-9]*))?\})(?P<how>[?+]?)"
)


@dataclass(frozen=True, slots=True)
class One:
    """One character, or with ``is_place`` none: what stands before and behind decides. ``text`` says which."""

    text: str
    is_place: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Parts that follow one another."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives; the first that fits counts."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What is kept of a name under a number, from 1."""

    number: int
    inner: Node


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something so many times, ``most`` is ``None`` for no end; as often as it fits, or ``seldom``."""

    inner: Node
    least: int
    most: int | None
    seldom: bool


type Node = One | Chain | Choice | Group | Repeat


def parse(text: str) -> Node:
    """Return the tree of an expression. Raises ``ValueError`` for none, and for one that says more than it may."""
    try:
        re.compile(text, FLAGS)
    except (re.PatternError, OverflowError, RecursionError) as error:
        raise ValueError(text) from error
    return _Parser(text).whole()


def may_be_empty(node: Node) -> bool:
    """Return whether something may take nothing of a name."""
    match node:
        case One():
            return node.is_place
        case Chain():
            return all(may_be_empty(part) for part in node.parts)
        case Choice():
            return any(may_be_empty(option) for option in node.options)
        case Group():
            return may_be_empty(node.inner)
        case Repeat():
            return not node.least or may_be_empty(node.inner)


class _Parser:
    """Reads an expression that Python has understood."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._groups = 0
        self._depth = 0

    def whole(self) -> Node:
        """Read up to the end of the expression, or of the group that was opened last."""
        options: list[Node] = []
        parts: list[Node] = []
        while (found := _TOKEN.match(self._text, self._at)) is not None and found.lastgroup != "close":
            self._at = found.end()
            if found.lastgroup == "or":
                options.append(Chain(tuple(parts)))
                parts = []
            else:
                parts.append(self._repeated(self._single(found)))
        last = Chain(tuple(parts))
        return Choice((*options, last)) if options else last

    def _single(self, found: re.Match[str]) -> Node:
        match found.lastgroup:
            case "open":
                self._groups += 1
                return Group(self._groups, self._inner())
            case "plain":
                return self._inner()
            case "refused":
                raise ValueError(self._text)
            case kind:
                return One(found[0], is_place=kind == "place")

    def _inner(self) -> Node:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ValueError(self._text)
        inner = self.whole()
        self._at += 1
        self._depth -= 1
        return inner

    def _repeated(self, node: Node) -> Node:
        times = _TIMES.match(self._text, self._at)
        if times is None:
            return node
        self._at = times.end()
        least, most = _range(times)
        if times["how"] == "+" or (most != 1 and may_be_empty(node)):
            raise ValueError(self._text)
        return Repeat(node, least, most, seldom=times["how"] == "?")


def _range(times: re.Match[str]) -> tuple[int, int | None]:
    match times["sign"]:
        case "*":
            return 0, None
        case "+":
            return 1, None
        case "?":
            return 0, 1
        case _:
            least = int(times["least"] or 0)
            most = times["most"] if times["range"] else times["least"]
            return least, int(most) if most else None
