"""Looks at single assets, together: whoever asks while a look is on its way is answered by the next, with the others.

So a single photo waits for no company, and a thousand small uploads cost no second request each where one search shows
many.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from ..immich.errors import ServerError
from .model import AssetFact
from .ports import Clock

MOST = 100
"""Assets that are looked at together."""

REST_SECONDS = 0.03
"""Between two looks: of uploads that follow each other some are looked at, and recorded, together."""


@dataclass(eq=False, slots=True)
class Look:
    """An asset that somebody wants to see, and what was seen of it once somebody looked."""

    asset_id: str
    checksum: bytes
    owner_id: str
    seen: asyncio.Future[AssetFact] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


type One = Callable[[str, bytes, str], Awaitable[AssetFact]]
"""Looks at one asset: its id, its checksum, whose account it is."""

type Many = Callable[[Sequence[Look]], Awaitable[dict[bytes, AssetFact]]]
"""Looks at several with one request, and returns by checksum what that showed of them: all, some or none."""


class Looks:
    """Whoever is first looks for all that wait. One who is cancelled meanwhile leaves it to the next of them."""

    def __init__(self, one: One, many: Many, clock: Clock) -> None:
        """Look by these two."""
        self._one = one
        self._many = many
        self._clock = clock
        self._rests_until = 0.0
        self._waiting: list[Look] = []
        self._turn = asyncio.Lock()

    async def look(self, asset_id: str, checksum: bytes, owner_id: str) -> AssetFact:
        """Return what an asset is like at a moment after this call. Raises as the look at one."""
        mine = Look(asset_id, checksum, owner_id)
        self._waiting.append(mine)
        try:
            async with self._turn:
                while not mine.seen.done():
                    if (rest := self._rests_until - self._clock.monotonic()) > 0:
                        await self._clock.sleep(min(rest, REST_SECONDS))
                    await self._see([one for one in self._waiting if not one.seen.done()][:MOST])
                    self._rests_until = self._clock.monotonic() + REST_SECONDS
        finally:
            self._waiting.remove(mine)
        return mine.seen.result()

    async def _see(self, looks: Sequence[Look]) -> None:
        shown: dict[bytes, AssetFact] = {}
        if len(looks) > 1:
            try:
                shown = await self._many(looks)
            except ServerError:
                # What Immich stumbles over is one of them, perhaps.
                shown = {}
        left = []
        for look in looks:
            fact = shown.get(look.checksum)
            if fact is not None and fact.id == look.asset_id:
                look.seen.set_result(fact)
            else:
                left.append(look)
        async with asyncio.TaskGroup() as group:
            for look in left:
                group.create_task(self._see_one(look))

    async def _see_one(self, look: Look) -> None:
        try:
            look.seen.set_result(await self._one(look.asset_id, look.checksum, look.owner_id))
        except Exception as error:  # noqa: BLE001 - whoever asked raises it
            look.seen.set_exception(error)
            # Somebody who was cancelled meanwhile does not ask for it any more.
            look.seen.exception()
