"""Backups of Immich's database: Immich makes them, we see to it that a whole one lies elsewhere too.

Immich tells nobody when a backup is done (2.7.5): its queue is followed until it is idle, then the list is looked at
for what was not there before. What is listed may be half of a dump, so nothing is called a backup before it was
unpacked to its end.
"""

import logging
from contextlib import suppress
from functools import partial

from ..immich.errors import ImmichError, MissingPermissionError
from ..immich.models import DatabaseDump
from ..immich.permissions import Feature, missing
from ..stores.store import Store
from .dump_shelf import DumpShelf, Keeping, Shelf, StoredDump
from .errors import (
    BrokenDumpError,
    DumpQueuePausedError,
    DumpRunningError,
    DumpTimedOutError,
    NoDumpError,
    NotAdministratorError,
    ServerTooOldError,
)
from .ports import Clock, DumpsPort, Pool

_LOGGER = logging.getLogger(__name__)

OLDEST = (2, 5)
"""The first Immich whose backups can be listed and fetched, as major and minor number."""

_MADE = "immich-db-backup-"

PATIENCE_SECONDS = 3 * 3600.0
"""How long Immich may take for a dump. One of some 10 GB takes minutes; the queue may be busy with another."""

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0
_LISTING_TRIES = 5
"""Looks at the list once the queue is idle, ``_FIRST_PAUSE`` apart: a slow disk may show the new file late."""


class DatabaseBackups:
    """Makes and keeps backups of the database behind one API key. One at a time."""

    def __init__(self, immich: DumpsPort, store: Store, pool: Pool, clock: Clock, owner: str) -> None:
        """Keep them in ``store``, as those of ``owner``: the id of the key's user."""
        self._immich = immich
        self._shelf = DumpShelf(store, pool, owner)
        self._clock = clock
        self.running = False

    async def make(self, keeping: Keeping) -> StoredDump:
        """Have Immich make a backup, fetch it, check it, keep it, and remove old ones of ours.

        Raises:
            NotAdministratorError, ServerTooOldError: this key, or this Immich, cannot do that.
            DumpError: it did not come to a whole backup.
            ImmichError, StoreError: one of the sides failed.
        """
        if self.running:
            raise DumpRunningError
        self.running = True
        try:
            before = frozenset(one.name for one in await self.in_immich())
            await self._shelf.tidy()
            made_at = self._clock.wall()
            await self._immich.start_database_backup()
            await self._until_idle()
            stored = await self._fetch(await self._new(before), made_at)
            dropped = await self._shelf.keep(keeping, self._clock.wall())
        finally:
            self.running = False
        _LOGGER.info("Immich's database was backed up as %s; %d old ones were removed", stored.name, len(dropped))
        return stored

    async def stored(self) -> Shelf:
        """Return what lies in the store. Raises ``StoreError``."""
        return await self._shelf.look()

    async def in_immich(self) -> tuple[DatabaseDump, ...]:
        """Return what lies in Immich, which may be half of a dump. Raises as ``make``."""
        await self._require()
        return await self._immich.database_backups()

    async def _require(self) -> None:
        """Raise unless this Immich lets this key do all of it."""
        version = await self._immich.version()
        if (version.major, version.minor) < OLDEST:
            raise ServerTooOldError(str(version), ".".join(map(str, OLDEST)))
        if not (await self._immich.me()).is_admin:
            raise NotAdministratorError
        if lacking := missing(await self._immich.api_key(), Feature.DATABASE_BACKUPS):
            raise MissingPermissionError(", ".join(lacking))

    async def _until_idle(self) -> None:
        """Follow the queue to its end. An Immich that is away for a while is asked again."""
        deadline = self._clock.monotonic() + PATIENCE_SECONDS
        pause = _FIRST_PAUSE
        while self._clock.monotonic() < deadline:
            try:
                queue = await self._immich.database_backup_queue()
            except ImmichError as err:
                if not err.retryable:
                    raise
                _LOGGER.debug("Immich does not say whether the backup is done: %s", err)
            else:
                if queue.is_idle:
                    return
                if queue.is_paused and not queue.active:
                    raise DumpQueuePausedError
            await self._clock.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        raise DumpTimedOutError(str(round(PATIENCE_SECONDS / 60)))

    async def _new(self, before: frozenset[str]) -> DatabaseDump:
        """Return the newest dump that Immich made since; the time is in its name."""
        for _ in range(_LISTING_TRIES):
            new = [one for one in await self._immich.database_backups() if one.name not in before and _is_made(one)]
            if new:
                return max(new, key=lambda one: one.name)
            await self._clock.sleep(_FIRST_PAUSE)
        raise NoDumpError

    async def _fetch(self, dump: DatabaseDump, made_at: float) -> StoredDump:
        fetch = partial(self._immich.download_database_backup, dump.name)
        try:
            return await self._shelf.take(dump, made_at, fetch)
        except BrokenDumpError as err:
            _LOGGER.warning("The backup %s that Immich made is not whole: %s", dump.name, err.detail)
            with suppress(ImmichError):
                await self._remove_broken(dump)
            raise

    async def _remove_broken(self, dump: DatabaseDump) -> None:
        """Remove what our job left in Immich, where it looks like any other; not what still is being written."""
        idle = (await self._immich.database_backup_queue()).is_idle
        if idle and dump in await self._immich.database_backups():
            await self._immich.delete_database_backups([dump.name])


def _is_made(dump: DatabaseDump) -> bool:
    """Return whether Immich itself made a dump; people can put others there."""
    return dump.name.startswith(_MADE) and dump.name.endswith(".sql.gz")
