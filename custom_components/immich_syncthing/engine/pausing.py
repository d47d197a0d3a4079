"""A folder that its owner lets rest: until a moment, or until it is told to go on.

Nothing is begun in it meanwhile: it is neither looked at, nor is anything uploaded, deleted or brought back, also not
by the cycles of other folders of the account. What was begun before is finished, so that no action stays half done.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager

from .apply.context import Context
from .errors import PausedError
from .ledger import Ledger

_KEY = "paused:{}"


class Pause:
    """The pause of one folder: whether it rests now, and what can be broken off when that begins."""

    def __init__(self, context: Context, folder_id: str) -> None:
        """Keep the pause of ``folder_id``; what the ledger knows of it is in the context already."""
        self._context = context
        self._folder_id = folder_id
        self._stretch: asyncio.Timeout | None = None

    @property
    def active(self) -> bool:
        """Whether the folder rests now."""
        return self._context.is_paused(self._folder_id)

    @property
    def own(self) -> bool:
        """Whether this folder was paused, whatever holds for all of them."""
        now = self._context.clock.wall()
        return self._context.paused.get(self._folder_id, now) > now

    @property
    def until(self) -> float | None:
        """When it ends by itself, in wall seconds; ``None`` where it does not, or where there is none."""
        moment = self._context.paused.get(self._folder_id, math.inf)
        return moment if self.own and not self._context.stopped and math.isfinite(moment) else None

    @property
    def remaining(self) -> float | None:
        """How many seconds are left of it; ``None`` as in ``until``."""
        return None if self.until is None else max(0.0, self.until - self._context.clock.wall())

    async def begin(self, until: float | None) -> None:
        """Rest from now on, and break off what may be broken off. Raises ``LedgerError``: then all goes on."""
        moment = math.inf if until is None else until
        await self._context.workers.ledger.run(self._context.ledger.set, _KEY.format(self._folder_id), repr(moment))
        self._context.paused[self._folder_id] = moment
        self.break_off()

    def break_off(self) -> None:
        """Break off what may be broken off, if the folder rests now."""
        if self._stretch is not None and self._stretch.when() is None and self.active:
            self._stretch.reschedule(asyncio.get_running_loop().time())

    async def end(self) -> None:
        """Go on. Harmless without a pause. Raises ``LedgerError``: then the folder goes on resting."""
        await self._context.workers.ledger.run(self._context.ledger.set, _KEY.format(self._folder_id), None)
        self._context.paused.pop(self._folder_id, None)

    async def check(self) -> None:
        """Let nothing pass while the folder rests; forget a pause that is over. Raises ``PausedError``."""
        if self.active:
            raise PausedError
        if self._folder_id in self._context.paused:
            await self.end()

    @asynccontextmanager
    async def breakable(self) -> AsyncIterator[None]:
        """Do what can be broken off at any moment without harm. Raises ``PausedError`` when that happened."""
        await self.check()
        before, stretch = self._stretch, asyncio.timeout(None)
        try:
            async with stretch:
                self._stretch = stretch
                yield
        except TimeoutError as error:
            if stretch.expired():
                raise PausedError from error
            raise
        finally:
            self._stretch = before

    @contextmanager
    def unbreakable(self) -> Iterator[None]:
        """Within what is breakable, do what must be finished once it was begun. Check the pause afterwards."""
        before, self._stretch = self._stretch, None
        try:
            yield
        finally:
            self._stretch = before


def known_pauses(ledger: Ledger, folder_ids: Iterable[str]) -> dict[str, float]:
    """Return until when folders rest, in wall seconds, as an earlier life noted it. Raises ``LedgerError``."""
    found = {one: ledger.get(_KEY.format(one)) for one in folder_ids}
    return {folder_id: float(moment) for folder_id, moment in found.items() if moment is not None}


def forget_pause(ledger: Ledger, folder_id: str) -> None:
    """Forget the pause of a folder that is no more. Raises ``LedgerError``."""
    ledger.set(_KEY.format(folder_id), None)
