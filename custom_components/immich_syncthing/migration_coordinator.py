"""Moving a vault, or a replica, to another place: begun by an action, going on over restarts, shown by a sensor."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .coordinator import ImmichSyncthingConfigEntry
from .engine.report import CodedError
from .migration_wishes import Wish, wishes_of
from .replica.errors import ReplicaError
from .stop import STOP
from .stores.clearing import Clearing
from .stores.errors import StoreError
from .stores.migration import Comparison, Failure, Migration, Progress
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

NOTED_SECONDS: Final = 10.0
"""Until what an entry holds is on the disk for sure: Home Assistant writes it a second after its last change."""


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


class Movable(Protocol):
    """What can be moved, as its owner sees it. Places are stores as they are stored."""

    @property
    def key(self) -> str:
        """Return what its wish is kept under."""
        ...

    @property
    def state_path(self) -> Path:
        """Return where is noted what was compared already."""
        ...

    def present(self) -> dict[str, Any]:
        """Return where it is."""
        ...

    def earlier(self) -> list[dict[str, Any]]:
        """Return where it was, newest first."""
        ...

    def is_there(self, stored: dict[str, Any]) -> bool:
        """Return whether it is in that place."""
        ...

    def sharers(self, stored: dict[str, Any]) -> list[str]:
        """Return the names of others who keep things in the same place."""
        ...

    def strangers(self) -> list[dict[str, Any]]:
        """Return the places that it cannot be in, because something else is."""
        ...

    def directory_in(self, directory: Path) -> Path:
        """Return where it is in a directory that somebody named."""
        ...

    async def compare(self, source: dict[str, Any], to: dict[str, Any]) -> Comparison:
        """Look what there is to copy from one place to the other; nothing is made. Raises ``StoreError``."""
        ...

    async def prepare(self, to: dict[str, Any]) -> None:
        """Make a place ready. Raises ``ReplicaError``, ``StoreError``, ``VaultError``."""
        ...

    def migration(self, source: dict[str, Any], to: dict[str, Any], verified: Verified, at_once: int) -> Migration:
        """Return what copies from one place to the other."""
        ...

    def clearing(self, old: dict[str, Any]) -> Clearing:
        """Return what removes from an earlier place what the present one holds."""
        ...

    def still(self) -> AbstractAsyncContextManager[None]:
        """Let nobody write to the present place until the block ends."""
        ...

    async def switch(self, to: dict[str, Any]) -> None:
        """Have the place be the present one from now on; it is still."""
        ...

    def forget(self, old: dict[str, Any]) -> None:
        """Have an earlier place be none of ours any more."""
        ...


@dataclass(frozen=True, slots=True)
class MigrationState:
    """How far it is. ``problem``: why it waits. ``removed`` and ``kept``: objects of the earlier places."""

    phase: Phase = Phase.IDLE
    progress: Progress | None = None
    problem: CodedError | None = None
    removed: int = 0
    kept: int = 0
    kept_told: tuple[Failure, ...] = ()


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
        try:
            while not await self._attempt(wish, verified):
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
                await self._remove()
                return True
            done = await (self._gather(wish, verified) if wish.to is None else self._move(wish.to, wish, verified))
        except (ReplicaError, StoreError, VaultError) as err:
            _LOGGER.warning("%s waits: %s (%s)", self.name, err.code, err.detail)
            self._show(Phase.WAITING, err)
            return False
        except Exception as err:
            # One that stands still without a word is worse than any fault.
            _LOGGER.exception("%s failed", self.name)
            self._show(Phase.WAITING, StoreError(type(err).__name__))
            return False
        self._show(Phase.COMPLETE if done else Phase.WAITING)
        if done:
            _LOGGER.info("%s is complete", self.name)
        return done

    async def _move(self, to: dict[str, Any], wish: Wish, verified: Verified) -> bool:
        """Copy the present place to another one and switch, but only when nothing is missing there."""
        if self.movable.is_there(to):
            return await self._note()
        await self.movable.prepare(to)
        self._migration = self.movable.migration(self.movable.present(), to, verified, wish.at_once)
        self._show(Phase.COPYING)
        # The second pass takes what came during the first: so the last one, for which all wait, is short.
        for _ in range(2):
            if (await self._migration.run()).failed:
                return False
        self._show(Phase.FINISHING)
        try:
            async with asyncio.timeout(self._still_seconds), self.movable.still():
                if (await self._migration.run()).failed:
                    return False
                await self.movable.switch(to)
        except TimeoutError:
            self._still_seconds *= 2
            return False
        return await self._note()

    async def _note(self) -> bool:
        """Wait until the switch is on the disk. Until then the wish is all that knows of the new place."""
        self._show(Phase.FINISHING)
        await asyncio.sleep(NOTED_SECONDS)
        return True

    async def _gather(self, wish: Wish, verified: Verified) -> bool:
        """Bring what lies in the earlier places into the present one."""
        failed = 0
        for old in self.movable.earlier():
            self._migration = self.movable.migration(old, self.movable.present(), verified, wish.at_once)
            self._show(Phase.COPYING)
            failed += (await self._migration.run()).failed
        return not failed

    async def _remove(self) -> None:
        """Remove the earlier places, as far as the present one has what they hold."""
        removed, kept, told = 0, 0, list[Failure]()
        self._migration = None
        for old in self.movable.earlier():
            self.async_set_updated_data(MigrationState(Phase.REMOVING, removed=removed, kept=kept))
            cleared = await self.movable.clearing(old).run()
            removed, kept = removed + cleared.objects, kept + cleared.kept
            told += cleared.failures
            if not cleared.kept:
                self.movable.forget(old)
        await asyncio.sleep(NOTED_SECONDS)
        self.async_set_updated_data(MigrationState(Phase.COMPLETE, removed=removed, kept=kept, kept_told=tuple(told)))

    def _show(self, phase: Phase, problem: CodedError | None = None) -> None:
        progress = self._migration.progress if self._migration is not None else None
        if not self._stopped:
            self.async_set_updated_data(MigrationState(phase, progress, problem))

    @callback
    def _follow(self, _: datetime) -> None:
        if self._migration is not None and self._migration.progress != self.data.progress:
            self._show(self.data.phase, self.data.problem)


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
