"""A plug that can be pulled at any step of a life."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from custom_components.immich_syncthing.engine.workers import InlinePool

from .living import Life, open_account

EVERY = int(os.environ.get("CRASH_EVERY", "9"))
"""Which share of the steps is tried in the ordinary run; 1 tries them all."""


class PlugPulled(BaseException):
    """The process ends here; nobody may handle it."""


class Plug(InlinePool):
    """Runs functions like its parent, until its time has come: then before the function, or just after it."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.after = False
        self.steps = 0

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        await asyncio.sleep(0)
        self.steps += 1
        pulled = self._pulled()
        if pulled and not self.after:
            raise PlugPulled
        result = function(*args, **kwargs)
        if pulled:
            raise PlugPulled
        return result

    @contextmanager
    def pulled(self, step: int, *, after: bool = False) -> Iterator[None]:
        """Be pulled at this step of what the block does, before or just after it; the block ends there."""
        self.left, self.after = step, after
        with suppress(PlugPulled):
            yield
        self.left = None

    def _pulled(self) -> bool:
        if self.left is None:
            return False
        self.left -= 1
        return self.left < 0


async def begin_anew(life: Life) -> None:
    """Start again with what is on the disk."""
    await life.account.close()
    life.account = await open_account(life.home, life)
