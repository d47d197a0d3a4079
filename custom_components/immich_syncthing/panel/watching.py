"""Hears of everything that the panel shows, of all accounts, while they come, go and are loaded anew."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..coordinator import ImmichSyncthingConfigEntry
from ..engine.ledger.hold_views import HoldView
from ..engine.ledger.views import Told
from ..folder_coordinator import FolderCoordinator
from ..runtime import Runtime
from ..stop import STOP

_OF_QUESTIONS: Final = frozenset({"answer", "ask", "close", "forget_folder", "reconsider", "recover"})
"""What the history says when questions come or go. What a cycle changes besides, its report tells."""


class Questions:
    """What waits for an account's owner, read from the ledger when that may be something else than before."""

    def __init__(self, runtime: Runtime) -> None:
        """Read nothing yet."""
        self._runtime = runtime
        self._known: tuple[list[tuple[HoldView, int]], bool] | None = None
        self._changes = self._read_at = 0

    @callback
    def forget(self) -> None:
        """Read them again when they are wanted."""
        self._changes += 1

    async def read(self) -> tuple[list[tuple[HoldView, int]], bool]:
        """Return the open holds, each with the revision at which its newest joined, and whether all is compared anew.

        Raises ``EngineError``.
        """
        if self._known is None or self._read_at != self._changes:
            # What changes while it is read is read the next time.
            read_at, engine = self._changes, self._runtime.engine
            recovery = await engine.recovery()
            # Once all is closed, nothing can be read; then the account is shown as not loaded.
            holds = [] if self._runtime.closed else await engine.holds()
            joined = [(hold, await engine.joined_revision(hold.id)) for hold in holds if not self._runtime.closed]
            self._known = joined, recovery is not None and recovery.ended_at is None
            self._read_at = read_at
        return self._known


class Followed:
    """One loaded account, whose listeners end with ``end``."""

    def __init__(self, runtime: Runtime, changed: CALLBACK_TYPE) -> None:
        """Call ``changed`` from now on."""
        self.runtime = runtime
        self.questions = Questions(runtime)
        self._changed = changed
        self._reports = {key: folder.data for key, folder in runtime.folders.items()}
        self._enders = list(self._listen())

    def _listen(self) -> Iterator[CALLBACK_TYPE]:
        runtime, changed = self.runtime, self._changed
        yield runtime.account.async_add_listener(changed)
        yield runtime.syncthing.async_add_listener(changed)
        yield runtime.vault.async_add_listener(changed)
        yield runtime.backups.async_add_listener(changed)
        for replica in runtime.replicas.values():
            yield replica.async_add_listener(changed)
        for key, folder in runtime.folders.items():
            yield folder.async_add_listener(partial(self._folder_changed, key, folder))
            # The coordinator follows the numbers at leisure, for the recorder's sake.
            yield folder.engine.add_listener(changed)
        yield runtime.engine.add_history_listener(self._heard)

    @callback
    def end(self) -> None:
        """Listen no more."""
        for end in self._enders:
            end()

    @callback
    def _folder_changed(self, key: str, folder: FolderCoordinator) -> None:
        if folder.data is not self._reports[key]:
            self._reports[key] = folder.data
            self.questions.forget()
        self._changed()

    @callback
    def _heard(self, told: Told) -> None:
        if told.view.entry.action in _OF_QUESTIONS:
            self.questions.forget()
            self._changed()


class Watch:
    """Calls ``changed`` whenever the panel may have to show something else, until ``end``."""

    def __init__(self, hass: HomeAssistant, changed: CALLBACK_TYPE) -> None:
        """Follow all accounts that are loaded, and those that will be."""
        self._hass = hass
        self._changed = changed
        self._followed: dict[str, Followed] = {}
        self._enders = [
            async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed),
            hass.data[STOP].async_listen(changed),
        ]
        self._follow()

    @callback
    def end(self) -> None:
        """Listen to nothing any more."""
        for end in self._enders:
            end()
        for followed in self._followed.values():
            followed.end()
        self._followed.clear()

    @callback
    def questions(self, entry_id: str) -> Questions:
        """Return what tells of the questions of a loaded account."""
        return self._followed[entry_id].questions

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == DOMAIN:
            self._follow()
            self._changed()

    @callback
    def _follow(self) -> None:
        """Follow exactly the accounts that are loaded now."""
        loaded: list[ImmichSyncthingConfigEntry] = self._hass.config_entries.async_loaded_entries(DOMAIN)
        runtimes = {entry.entry_id: entry.runtime_data for entry in loaded}
        for entry_id, followed in list(self._followed.items()):
            if runtimes.get(entry_id) is not followed.runtime:
                followed.end()
                del self._followed[entry_id]
        for entry_id, runtime in runtimes.items():
            if entry_id not in self._followed:
                self._followed[entry_id] = Followed(runtime, self._changed)
