"""Immich's websocket, which tells of permanent deletions: at once, late, twice, or never; each asset has its lot."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any

LOTS = ("at once", "at once", "at once", "late", "twice", "late and twice", "never")
LATEST = 8
"""After how many steps a late word comes at most."""


@dataclass(slots=True)
class Line:
    """``hear`` takes an asset's id, if anybody listens. ``open``: whether the key may listen at all."""

    seed: int
    hear: Callable[[str], None]
    steps: int = 0
    waiting: list[tuple[int, str]] = field(default_factory=list)
    """After which step what is told."""

    @property
    def open(self) -> bool:
        return self.seed % 4 > 0

    def tell(self, asset_id: str) -> None:
        """Immich's job deleted an asset for good. The lot hangs on the asset alone, so that a story can be cut."""
        if not self.open:
            return
        chance = Random(f"{self.seed} {asset_id}")
        lot = chance.choice(LOTS)
        if lot in {"at once", "twice"}:
            self.hear(asset_id)
        if "late" in lot or "twice" in lot:
            self.waiting.append((self.steps + chance.randint(1, LATEST), asset_id))

    def step(self) -> None:
        """Let so much time pass as a step takes."""
        self.steps += 1
        due = [asset_id for at, asset_id in self.waiting if at <= self.steps]
        self.waiting = [one for one in self.waiting if one[0] > self.steps]
        for asset_id in due:
            self.hear(asset_id)

    def cut(self) -> None:
        """Immich starts anew: it repeats nothing."""
        self.waiting.clear()


def at_once(work: Coroutine[Any, Any, None]) -> None:
    """Let happen between two steps of the engine what waits for nothing: all pools work inline."""
    try:
        work.send(None)
    except StopIteration:
        return
    message = "the engine waited for something"
    raise AssertionError(message)
