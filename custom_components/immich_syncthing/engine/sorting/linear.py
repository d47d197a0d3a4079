"""Regular expressions that no name keeps busy.

Python's own try every way to divide a name among their repetitions, which for some names are more than a machine could
ever try. These try no part of the expression twice at the same place of the name: what did not fit there before will
not fit now, as nothing but the rest of the name matters to it (RE2 has the idea, its ``BitState``). So there are never
more steps than parts times characters, and the groups are the same as Python's.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from .regex_tree import FLAGS, Chain, Choice, Group, Node, One, Repeat, parse

MAX_PARTS: Final = 600
"""Into how many parts an expression may fall, where ``\\d{4}`` is four."""

type _Groups = tuple[str | None, ...]
type _Kept = tuple[int, int, _Kept] | None
"""Where a group begins (even) or ends (odd), and what was noted before."""


@dataclass(frozen=True, slots=True)
class _Char:
    fits: Callable[[str], object]
    then: int


@dataclass(frozen=True, slots=True)
class _Place:
    fits: Callable[[str, int], object]
    then: int


@dataclass(frozen=True, slots=True)
class _Keep:
    slot: int
    then: int


@dataclass(frozen=True, slots=True)
class _Either:
    """The last one is tried first."""

    ways: tuple[int, ...]


type _Part = _Char | _Place | _Keep | _Either | None
"""``None`` is the end of the expression."""


@dataclass(frozen=True, slots=True)
class LinearRegex:
    """A regular expression for whole texts, for which upper and lower case are the same."""

    text: str
    names: Mapping[str, int]
    """The numbers of the groups that have names."""
    count: int
    """How many groups there are."""
    _parts: tuple[_Part, ...] = field(repr=False, compare=False)

    @classmethod
    def of(cls, text: str) -> Self:
        """Understand an expression. Raises ``ValueError`` for none, and for one that is too large or says too much."""
        parts = _Builder(text).build(parse(text))
        compiled = re.compile(text, FLAGS)
        return cls(text, dict(compiled.groupindex), compiled.groups, tuple(parts))

    def groups(self, name: str) -> _Groups | None:
        """Return what the groups take of a text, ``None`` each that takes no part; ``None`` if it does not fit."""
        end, width = len(name), len(name) + 1
        seen = bytearray(len(self._parts) * width)
        ways: list[tuple[int, int, _Kept]] = [(len(self._parts) - 1, 0, None)]
        while ways:
            at, place, kept = ways.pop()
            if seen[at * width + place]:
                continue
            seen[at * width + place] = 1
            match self._parts[at]:
                case None if place == end:
                    return self._taken(name, kept)
                case _Char(fits, then) if place < end and fits(name[place]):
                    ways.append((then, place + 1, kept))
                case _Place(fits, then) if fits(name, place):
                    ways.append((then, place, kept))
                case _Keep(slot, then):
                    ways.append((then, place, (slot, place, kept)))
                case _Either(several):
                    ways.extend((then, place, kept) for then in several)
                case _:
                    continue
        return None

    def _taken(self, name: str, kept: _Kept) -> _Groups:
        places: dict[int, int] = {}
        while kept is not None:
            slot, place, kept = kept
            places.setdefault(slot, place)
        spans = ((places.get(slot), places.get(slot + 1)) for slot in range(0, 2 * self.count, 2))
        return tuple(None if end is None else name[begin:end] for begin, end in spans)


class _Builder:
    """Lays the parts of an expression out, from its end to its beginning, which is the last part."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[_Part] = [None]

    def build(self, tree: Node) -> list[_Part]:
        self._add(_Either((self._lay(tree, 0),)))
        return self._parts

    def _add(self, part: _Part) -> int:
        if len(self._parts) >= MAX_PARTS:
            raise ValueError(self._text)
        self._parts.append(part)
        return len(self._parts) - 1

    def _lay(self, node: Node, then: int) -> int:
        """Add what a node takes; return where it begins. ``then``: what follows it."""
        match node:
            case One(text, is_place):
                one = re.compile(text, FLAGS)
                return self._add(_Place(one.match, then) if is_place else _Char(one.fullmatch, then))
            case Chain(parts):
                for part in reversed(parts):
                    then = self._lay(part, then)
                return then
            case Choice(options):
                return self._add(_Either(tuple(self._lay(option, then) for option in reversed(options))))
            case Group(number, inner):
                closing = self._add(_Keep(2 * number - 1, then))
                return self._add(_Keep(2 * number - 2, self._lay(inner, closing)))
            case Repeat():
                return self._repeat(node, then)

    def _repeat(self, node: Repeat, then: int) -> int:
        least = node.least
        if node.most is None:
            again = self._add(None)
            begins = self._lay(node.inner, again)
            self._parts[again] = _either(begins, then, seldom=node.seldom)
            then, least = (begins, least - 1) if least else (again, 0)
        else:
            behind = then
            for _ in range(node.most - least):
                then = self._add(_either(self._lay(node.inner, then), behind, seldom=node.seldom))
        for _ in range(least):
            then = self._lay(node.inner, then)
        return then


def _either(once_more: int, enough: int, *, seldom: bool) -> _Either:
    return _Either((once_more, enough) if seldom else (enough, once_more))
