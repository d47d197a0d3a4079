"""Steps: what one line of a story is. Each is a word and what it is about, so that stories can be cut and replayed."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from .world import World

type Act = Callable[..., str | None]
type Arg = int | float | str | bool | tuple[Arg, ...] | Step | None

ACTS: dict[str, Act] = {}
"""What happens at once, also in the middle of a cycle."""

DEEDS: dict[str, Callable[..., Awaitable[str | None]]] = {}
"""What Home Assistant does, which takes its time."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens. One that does not fit the world any more does nothing."""

    word: str
    args: tuple[Arg, ...] = ()

    def __str__(self) -> str:
        """Return the step as a line of a story."""
        return " ".join([self.word, *(_told(arg) for arg in self.args if arg not in {None, ()})])

    def happen(self, world: World) -> None:
        """Let an act happen."""
        result = ACTS[self.word](world, *self.args)
        world.trace.append(f"{self}{' -> ' + result if result else ''}")

    async def take(self, world: World) -> None:
        """Let it happen, and look whether the promises held. Raises ``Violation``."""
        world.clock.skip(0.05)
        world.line.step()
        if self.word in ACTS:
            self.happen(world)
            return
        position = len(world.trace)
        result: str | None = "a promise was broken"
        try:
            result = await DEEDS[self.word](world, *self.args)
        finally:
            world.trace.insert(position, f"{self}{' -> ' + result if result else ''}")
        world.check()


def act(function: Act) -> Act:
    """Register what happens at once."""
    ACTS[function.__name__] = function
    return function


def deed[**P](function: Callable[P, Awaitable[str | None]]) -> Callable[P, Awaitable[str | None]]:
    """Register what takes its time."""
    assert inspect.iscoroutinefunction(function)
    DEEDS[cast("Any", function).__name__] = function
    return function


def _told(arg: Arg) -> str:
    if isinstance(arg, tuple):
        return f"[{', '.join(_told(one) for one in arg)}]"
    return str(arg)
