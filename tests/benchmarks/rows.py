"""What a benchmark gives: rows, each a figure that may have a target."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

type Measure = Callable[[], AsyncIterator[Row]]
"""Measures, and yields rows as they come."""

type Prepare = Callable[[Path, Wish], AbstractAsyncContextManager[Measure]]
"""Sets up in an empty directory, and clears away afterwards."""


class Of(StrEnum):
    """What of a row a target is about."""

    VALUE = "value"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Target:
    """A limit, of the value in its unit or of the ratio. ``least``: it is not to be exceeded but to be reached."""

    of: Of
    limit: float
    least: bool = False

    def met_by(self, row: Row) -> bool:
        """Return whether the row keeps to it."""
        found = row.value if self.of is Of.VALUE else row.ratio
        return found is not None and (found >= self.limit if self.least else found <= self.limit)

    def __str__(self) -> str:
        return f"{self.of} {'>=' if self.least else '<='} {self.limit:g}"


def at_most(limit: float, of: Of = Of.VALUE) -> Target:
    return Target(of, limit)


def at_least(limit: float, of: Of = Of.VALUE) -> Target:
    return Target(of, limit, least=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``ratio``: to the same of somebody else, or of a small library, measured in the same run."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    target: Target | None = None

    @property
    def met(self) -> bool:
        """Whether the target is met; a figure without one misses nothing."""
        return self.target is None or self.target.met_by(self)

    def told(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "name": self.name,
            "value": _short(self.value),
            "unit": self.unit,
            "ratio": None if self.ratio is None else _short(self.ratio),
            "target": None if self.target is None else str(self.target),
            "met": self.met,
        }


def _short(figure: float) -> float:
    """Return it with four digits that count."""
    return float(f"{figure:.4g}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What whoever runs it wants: ``samples`` of each latency, ``rounds`` of what takes turns, ``minutes`` at rest."""

    samples: int = 200
    rounds: int = 3
    minutes: float = 30.0


@dataclass(frozen=True, slots=True)
class Bench:
    """One benchmark, of one or several rows whose names begin with its own.

    ``quick``: it takes a few seconds. ``by_name``: it takes so long that it runs only if it is asked for by its name.
    """

    name: str
    prepare: Prepare = field(repr=False)
    quick: bool = False
    by_name: bool = False
