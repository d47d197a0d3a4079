"""What Immich tells by itself, as hints: something may have changed. What is true, the delta and the oracle tell.

Only a key with ``all`` may listen; Immich answers others with ``error`` "unauthorized" after they are connected. There
is no replay: what happened while nobody listened is never told. Not told either: a single asset made a favourite or
archived, "restore all" of the trash, albums of 2.x, and a file without a picture (all measured on 2.7.5).
"""

import asyncio
import logging
import random as random_module
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import aiohttp

from .fields import is_uuid
from .line import NONSENSE, open_line

_LOGGER = logging.getLogger(__name__)

CONNECT_SECONDS = 30.0
"""How long Immich may take to let us in; it takes milliseconds."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 120.0
"""Seconds before the line is opened again; doubled each time, then shortened by up to a half at random."""

STEADY_SECONDS = 60.0
"""A line that held so long was a good one: the pauses begin anew."""

REFUSED_PAUSE = 3600.0
"""Seconds until a key is tried again that may not listen."""


class HintKind(StrEnum):
    """What a hint is about: the line, assets, or albums."""

    OPENED = "opened"
    """From now on changes are told; earlier ones may have been missed."""
    LOST = "lost"
    """Nothing is told until the line is open again, which is tried from time to time."""
    REFUSED = "refused"
    """As ``LOST``; Immich does not let this key listen."""
    UPLOADED = "uploaded"
    UPDATED = "updated"
    TRASHED = "trashed"
    RESTORED = "restored"
    DELETED = "deleted"
    """For good."""
    ALBUM = "album"
    """An album was made, or holds other photos. Only 3.x tells."""


OF_ASSETS = frozenset(HintKind) - {HintKind.OPENED, HintKind.LOST, HintKind.REFUSED, HintKind.ALBUM}

_EVENTS = {
    "on_upload_success": HintKind.UPLOADED,
    "AssetUploadReadyV1": HintKind.UPLOADED,
    "AssetUploadReadyV2": HintKind.UPLOADED,
    "on_asset_update": HintKind.UPDATED,
    "on_asset_hidden": HintKind.UPDATED,
    "AssetEditReadyV1": HintKind.UPDATED,
    "AssetEditReadyV2": HintKind.UPDATED,
    "on_asset_trash": HintKind.TRASHED,
    "on_asset_restore": HintKind.RESTORED,
    "on_asset_delete": HintKind.DELETED,
    "on_album_update": HintKind.ALBUM,
}
"""Names of 2.7.5 (recorded) and 3.2.2 (SDK); Immich sends others too, of which nothing here depends."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something may have happened. To which assets is not taken from what was told: whoever hears this looks.

    ``asset_id``: with ``DELETED``, which one. Nothing that could be looked at tells of a permanent deletion afterwards
    that it was one.
    """

    kind: HintKind
    asset_id: str | None = None


type Tell = Callable[[Hint], None]
"""Called in the event loop; quick, and raises nothing."""


class HintStream:
    """Listens for one API key, opening the line again whenever it breaks.

    The session stays its owner's; it has the middleware ``wire.with_key``, and no cookies.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_root: str,
        api_key: str,
        *,
        verify_ssl: bool = True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = random_module.random,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connect to nothing yet."""
        self._session = session
        self._api_root = api_root
        self._key = api_key.strip()
        self._verify_ssl = verify_ssl
        self._sleep = sleep
        self._random = random
        self._monotonic = monotonic

    def __repr__(self) -> str:
        """Return the address; the key stays out."""
        return f"HintStream({self._api_root!r})"

    async def listen(self, tell: Tell) -> None:
        """Tell of changes until cancelled; of ``LOST`` and ``REFUSED`` once each time, not at each try."""
        tries, told = 0, None
        while True:
            began = self._monotonic()
            ear = _Ear(tell)
            await self._hear_out(ear)
            if ear.is_open or ear.ending is not told:
                told = ear.ending
                tell(Hint(told))
            if ear.is_open and self._monotonic() - began >= STEADY_SECONDS:
                tries = 0
            await self._sleep(self._pause(tries, told))
            tries += 1

    async def _hear_out(self, ear: _Ear) -> None:
        """Open the line and wait for its end, however that comes."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS) as patience:
                async with open_line(
                    self._session,
                    self._api_root,
                    self._key,
                    verify_ssl=self._verify_ssl,
                    hear=ear.hear,
                    ended=ear.end,
                ):
                    await ear.opened_or_ended()
                    patience.reschedule(None)
                    await ear.ended()
        except Exception as err:  # noqa: BLE001 - the library takes what a server sends for what it should be
            # The text of such an error may hold the address with all that is in it.
            _LOGGER.debug("The line to Immich broke: %s", type(err).__name__)

    def _pause(self, tries: int, ending: HintKind) -> float:
        longest = (
            REFUSED_PAUSE if ending is HintKind.REFUSED else min(FIRST_PAUSE * 2.0 ** min(tries, 30), LONGEST_PAUSE)
        )
        return longest * (1 - self._random() / 2)


class _Ear:
    """Hears what comes over one line, and passes on what is of use. Keeps nothing of it."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._opened_or_ended, self._ended = asyncio.Event(), asyncio.Event()
        self.is_open = False
        self.ending = HintKind.LOST

    def hear(self, *heard: object) -> None:
        name, *rest = heard or (NONSENSE,)
        if self._ended.is_set():
            return
        if name == "on_server_version":
            # Sent to whoever is let in, maybe twice (recorded).
            if not self.is_open:
                self.is_open = True
                self._opened_or_ended.set()
                self._tell(Hint(HintKind.OPENED))
        elif name == "error" and rest == ["unauthorized"] and not self.is_open:
            self.ending = HintKind.REFUSED
            self.end()
        elif name == NONSENSE or not isinstance(name, str):
            self.end()
        elif self.is_open and (kind := _EVENTS.get(name)) is not None:
            self._tell(Hint(kind, _id_in(rest) if kind is HintKind.DELETED else None))

    def end(self) -> None:
        self._ended.set()
        self._opened_or_ended.set()

    async def opened_or_ended(self) -> None:
        await self._opened_or_ended.wait()

    async def ended(self) -> None:
        await self._ended.wait()


def _id_in(told: list[object]) -> str | None:
    """Return the id that came with an event, if that is all that came."""
    match told:
        case [str(asset_id)] if is_uuid(asset_id):
            return asset_id
        case _:
            return None
