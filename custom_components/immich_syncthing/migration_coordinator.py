"""Moving a vault, or a replica, to another place: begun by an action, going on over restarts, shown by a sensor."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import CONF_LEFT_BEHIND, NOTED_SECONDS
from .coordinator import ImmichSyncthingConfigEntry
from .faults.coded import Coded
from .migration_wishes import Wish, wishes_of
from .movable import Movable
from .replica.errors import ReplicaError
from .stop import STOP
from .stores.errors import StoreError
from .stores.migration import Failure, Migration, Progress
from .stores.verified import Verified
from .vault.errors import VaultError

_LOGGER = logging.getLogger(__name__)

VAULT: Final = "vault"
"""What the migration of the vault is found under; that of a replica is by its subentry."""

FOLLOW: Final = timedelta(seconds=10)
"""How far apart the sensor follows: the recorder keeps every state."""

FIRST_REST_SECONDS: Final = 60.0
MOST_REST_SECONDS: Final = 3600.0
"""How long what failed waits for its next try: twice as long each time, an hour at most."""


STILL_SECONDS: Final = 600.0
"""How long others wait for the last pass. One that takes longer is broken off, and has twice as long the next time."""

TOLD: Final = 5
"""Objects that are named."""


class Phase(StrEnum):
    """What is being done."""

    IDLE = "idle"
    COPYING = "copying"
    FINISHING = "finishing"
    """Nothing new is put away meanwhile: what came last is copied, the places are switched, and that is noted."""
    REMOVING = "removing"
    WAITING = "waiting"
    """Something failed, or everything is stopped; it goes on by itself."""
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Damage:
    """Objects that cannot be brought over though all others are. ``names``: some; ``which``: stands for all of them."""

    count: int
    names: tuple[str, ...]
    which: str


@dataclass(frozen=True, slots=True)
class MigrationState:
    """How far it is. ``problem``: why it waits; ``damage``: what its owner decides about.

    ``removed`` and ``kept``: objects of the earlier places.
    """

    phase: Phase = Phase.IDLE
    progress: Progress | None = None
    problem: Coded | None = None
    removed: int = 0
    kept: int = 0
    kept_told: tuple[Failure, ...] = ()
    damage: Damage | None = None


class MigrationCoordinator(DataUpdateCoordinator[MigrationState]):
    """Carries out one wish after the other."""

    config_entry: ImmichSyncthingConfigEntry

    def __init__(self, hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, movable: Movable) -> None:
        """Do nothing before ``async_start``."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"Migration of {movable.key}")
        self.data = MigrationState()
        self.movable = movable
        self._task: asyncio.Task[None] | None = None
        self._trying: asyncio.Task[bool] | None = None
        self._migration: Migration | None = None
        self._source: dict[str, Any] = {}
        """Where the migration copies from."""
        self._wish = Wish()
        self._damage: Damage | None = None
        """As the last try found it: while it is tried again that is still what is known."""
        self._still_seconds = STILL_SECONDS
        self._wake = asyncio.Event()
        self._changing = asyncio.Lock()
        self._stopped = False

    @property
    def running(self) -> bool:
        """Return whether a wish is being carried out, or waits for its next try."""
        return self._task is not None and not self._task.done()

    @callback
    def async_start(self) -> None:
        """Go on with what was wished for before a restart."""
        if not self._stopped:
            self._spawn(None)

    @callback
    def async_heed(self) -> None:
        """Rest while everything is stopped, and go on after that."""
        if self._trying is not None and self.hass.data[STOP].stopped:
            self._trying.cancel()
        self._wake.set()

    async def async_stop(self) -> None:
        """Break off: it goes on with the next start."""
        self._stopped = True
        await self._end()

    async def async_begin(self, wish: Wish) -> None:
        """Carry a wish out, in the background. Another one that runs is broken off."""
        async with self._changing:
            await self._end()
            await wishes_of(self.hass).put(self.movable.key, wish)
            if not self._stopped:
                self._spawn(wish)

    async def async_leave(self, damage: Damage) -> bool:
        """Go on without the damaged objects, which stay where they are; return whether it waits because of just them.

        Others that turn out to be damaged are asked about anew.
        """
        async with self._changing:
            known = self.data.damage
            if known is None or known.which != damage.which or not self.running:
                return False
            await self._end()
            wish = replace(self._wish, leaving=(*self._wish.leaving, damage.which))
            await wishes_of(self.hass).put(self.movable.key, wish)
            if not self._stopped:
                self._spawn(wish)
            return True

    @callback
    def async_try_again(self) -> None:
        """Try now what waits."""
        self._wake.set()

    async def async_call_off(self) -> None:
        """Forget what was wished for. What was copied stays where it is."""
        async with self._changing:
            await self._end()
            await wishes_of(self.hass).put(self.movable.key, None)
            self.async_set_updated_data(MigrationState())

    @override
    async def _async_update_data(self) -> MigrationState:
        """Tell what is known when somebody asks Home Assistant to update an entity: no store is asked."""
        return self.data

    def _spawn(self, wish: Wish | None) -> None:
        self._damage = None
        self._task = self.config_entry.async_create_background_task(self.hass, self._carry_out(wish), self.name)

    async def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _carry_out(self, wish: Wish | None) -> None:
        wish = wish or await wishes_of(self.hass).get(self.movable.key)
        if wish is None:
            return
        unfollow = async_track_time_interval(self.hass, self._follow, FOLLOW)
        try:
            await self._fulfil(wish)
        finally:
            unfollow()
        await wishes_of(self.hass).put(self.movable.key, None)
        await self.hass.async_add_executor_job(_unlink, self.movable.state_path)

    async def _fulfil(self, wish: Wish) -> None:
        verified = await self.hass.async_add_executor_job(Verified, self.movable.state_path)
        rest = FIRST_REST_SECONDS
        self._wish = wish
        try:
            while not await self._attempt(self._wish, verified):
                self._wake.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), rest)
                rest = min(MOST_REST_SECONDS, 2 * rest)
        finally:
            await asyncio.shield(self.hass.async_add_executor_job(verified.close))

    async def _attempt(self, wish: Wish, verified: Verified) -> bool:
        """Try to fulfil the wish, unless everything is stopped, or will be; return whether it is."""
        if self.hass.data[STOP].stopped:
            self._show(Phase.WAITING)
            return False
        self._trying = asyncio.ensure_future(self._try(wish, verified))
        try:
            await asyncio.wait([self._trying])
        except asyncio.CancelledError:
            self._trying.cancel()
            await asyncio.wait([self._trying])
            raise
        trying, self._trying = self._trying, None
        if trying.cancelled():
            self._show(Phase.WAITING)
            return False
        return trying.result()

    async def _try(self, wish: Wish, verified: Verified) -> bool:
        """Return whether the wish is fulfilled."""
        try:
            if wish.remove:
                await self._remove(wish)
                return True
            done = await (self._gather(wish, verified) if wish.to is None else self._move(wish.to, wish, verified))
            self._damage = None if done else await self._found()
        except (ReplicaError, StoreError, VaultError) as err:
            _LOGGER.warning("%s waits: %s (%s)", self.name, err.code, err.detail)
            self._show(Phase.WAITING, err)
            return False
        except Exception as err:
            # One that stands still without a word is worse than any fault.
            _LOGGER.exception("%s failed", self.name)
            self._show(Phase.WAITING, StoreError(type(err).__name__))
            return False
        hindrance = None if done or self._migration is None else self._migration.progress.hindrance
        self._show(Phase.COMPLETE if done else Phase.WAITING, hindrance)
        if done:
            _LOGGER.info("%s is complete", self.name)
        return done

    async def _move(self, to: dict[str, Any], wish: Wish, verified: Verified) -> bool:
        """Copy the present place to another one and switch, but only when nothing is missing there."""
        if self.movable.is_there(to):
            return await self._note()
        await self.movable.prepare(to, create=not wish.prepared)
        if not wish.prepared:
            # From now on an empty directory is one whose disk is not mounted.
            wish = await self._keep(replace(wish, prepared=True))
        self._source = self.movable.present()
        self._migration = self.movable.migration(self._source, to, verified, wish.at_once)
        self._show(Phase.COPYING)
        # The second pass takes what came during the first: so the last one, for which all wait, is short.
        for _ in range(2):
            if not await _has_all(self._migration, wish):
                return False
        self._show(Phase.FINISHING)
        try:
            async with asyncio.timeout(self._still_seconds), self.movable.still():
                if not await _has_all(self._migration, wish):
                    return False
                await self.movable.switch(to, self._migration.progress.failed)
        except TimeoutError:
            self._still_seconds *= 2
            return False
        return await self._note()

    async def _note(self) -> bool:
        """Wait until the switch is on the disk. Until then the wish is all that knows of the new place."""
        self._show(Phase.FINISHING)
        await asyncio.sleep(NOTED_SECONDS)
        return True

    async def _keep(self, wish: Wish) -> Wish:
        """Keep what is known of the wish that is being carried out."""
        self._wish = wish
        await wishes_of(self.hass).put(self.movable.key, wish)
        return wish

    async def _gather(self, wish: Wish, verified: Verified) -> bool:
        """Bring what lies in the earlier places into the present one."""
        lacking: tuple[Migration, dict[str, Any]] | None = None
        for old in self.movable.earlier():
            self._migration, self._source = (
                self.movable.migration(old, self.movable.present(), verified, wish.at_once),
                old,
            )
            self._show(Phase.COPYING)
            if not await _has_all(self._migration, wish):
                lacking = lacking or (self._migration, old)
            elif self._migration.progress.failed != old.get(CONF_LEFT_BEHIND, 0):
                self.movable.note_left(old, self._migration.progress.failed)
        if lacking is not None:
            self._migration, self._source = lacking
        return lacking is None

    async def _found(self) -> Damage | None:
        """Return which objects its owner has to decide about, if nothing else is in the way."""
        if self._migration is None or not self._migration.lacking or self._migration.progress.hindrance is not None:
            return None
        progress = self._migration.progress
        names = await self.movable.names(self._source, [one.key for one in progress.failures[:TOLD]])
        return Damage(progress.failed, tuple(names), self._migration.lacking)

    async def _remove(self, wish: Wish) -> None:
        """Remove the earlier places, as far as the present one has what they hold, and so many damaged objects."""
        removed, kept, told = 0, 0, list[Failure]()
        self._migration = None
        for old in self.movable.earlier():
            self.async_set_updated_data(MigrationState(Phase.REMOVING, removed=removed, kept=kept))
            if old not in wish.cleared:
                left = min(wish.giving_up, old.get(CONF_LEFT_BEHIND, 0))
                clearing = self.movable.clearing(old, left)
                cleared = await clearing.run()
                removed, kept = removed + cleared.objects, kept + cleared.kept
                told += cleared.failures
                if cleared.kept:
                    continue
                # An empty place looks like a disk that is not mounted to whoever does not know that it was emptied.
                wish = await self._keep(replace(wish, cleared=(*wish.cleared, old)))
                await clearing.finish()
            self.movable.forget(old)
        await asyncio.sleep(NOTED_SECONDS)
        self.async_set_updated_data(MigrationState(Phase.COMPLETE, removed=removed, kept=kept, kept_told=tuple(told)))

    def _show(self, phase: Phase, problem: Coded | None = None) -> None:
        progress = self._migration.progress if self._migration is not None else None
        if not self._stopped:
            self.async_set_updated_data(MigrationState(phase, progress, problem, damage=self._damage))

    @callback
    def _follow(self, _: datetime) -> None:
        if self._migration is not None and self._migration.progress != self.data.progress:
            self._show(self.data.phase, self.data.problem)


async def _has_all(migration: Migration, wish: Wish) -> bool:
    """Have a pass, and return whether nothing lacks but what its owner leaves behind. Raises ``StoreError``."""
    progress = await migration.run()
    return not progress.failed or migration.lacking in wish.leaving


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
