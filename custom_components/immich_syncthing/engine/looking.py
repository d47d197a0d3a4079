"""How far a look at both sides is: for whoever watches, nothing is decided by it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What a look may take long with."""

    WALKING = "walking"
    """Looking through the folder, in files that were met."""
    READING = "reading"
    """Reading new files for their checksums, in files."""
    COMPARING = "comparing"
    """Asking Immich what changed, and now and then about every content, in contents."""


type Progress = Callable[[int], None]
"""Hears how much is done."""


@dataclass(slots=True)
class Looking:
    """One step after the other, and nothing in between. ``moved`` is called with every change."""

    moved: Callable[[], None]
    step: Step | None = None
    done: int = 0
    _total: int = 0

    @property
    def total(self) -> int | None:
        """How much there is to do; ``None`` where nobody knows, or where there was more of it than was thought."""
        return self._total if self.step is not None and self._total > self.done else None

    @contextmanager
    def at(self, step: Step, total: int = 0) -> Iterator[Progress]:
        """Take a step, of which ``total`` is to be done, if that is known."""
        self._become(step, total)
        try:
            yield self._advance
        finally:
            self._become(None, 0)

    def _advance(self, done: int) -> None:
        self.done = done
        self.moved()

    def _become(self, step: Step | None, total: int) -> None:
        self.step, self.done, self._total = step, 0, total
        self.moved()
