"""How everything is: told at once, and again whenever something changed, at most twice a second."""

import asyncio
from typing import Any, Final

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, callback

from ..const import CONF_IMMICH_URL, DOMAIN
from ..coordinator import ImmichSyncthingConfigEntry
from ..engine.errors import EngineError
from ..rights import may
from ..runtime import Runtime
from ..status import hold_told
from ..stop import STOP
from ..texts import Texts
from .command import Asked, Subscription
from .copies import copies
from .folder_view import folder_view
from .watching import Watch

LEAST_SECONDS: Final = 0.5
"""Between two tellings."""

_COMING: Final = frozenset({ConfigEntryState.NOT_LOADED, ConfigEntryState.SETUP_IN_PROGRESS})
"""What an account is in that is about to work, unless its owner disabled it."""


class Overview:
    """Tells one listener how everything is, until ``end``."""

    def __init__(self, asked: Asked) -> None:
        """Tell soon."""
        self._asked = asked
        self._told: dict[str, Any] | None = None
        self._told_at = -LEAST_SECONDS
        self._timer: asyncio.TimerHandle | None = None
        self._telling: asyncio.Task[None] | None = None
        self._again = self._ended = False
        self._watch = Watch(asked.hass, self._changed)
        self._changed()

    @callback
    def end(self) -> None:
        """Tell nothing more."""
        self._ended = True
        self._watch.end()
        if self._timer is not None:
            self._timer.cancel()
        if self._telling is not None:
            self._telling.cancel()

    @callback
    def _changed(self) -> None:
        if self._ended:
            return
        if self._telling is not None:
            self._again = True
        elif self._timer is None:
            due = self._told_at + LEAST_SECONDS
            self._timer = self._asked.hass.loop.call_at(due, self._due)

    @callback
    def _due(self) -> None:
        self._timer = None
        self._telling = self._asked.hass.async_create_background_task(
            self._tell(), f"{DOMAIN} overview", eager_start=False
        )

    async def _tell(self) -> None:
        """Tell how everything is, unless that was told; what changes meanwhile is told next."""
        self._again = False
        try:
            found = await self._snapshot()
            if found != self._told:
                self._asked.tell(found)
                self._told = found
        finally:
            self._telling = None
            self._told_at = self._asked.hass.loop.time()
            if self._again:
                self._changed()

    async def _snapshot(self) -> dict[str, Any]:
        hass, texts = self._asked.hass, self._asked.texts
        stopped = hass.data[STOP].stopped
        found: dict[str, Any] = {"may_decide": self._asked.connection.user.is_admin, "stopped": stopped}
        found |= {"accounts": [], "folders": [], "copies": [], "holds": []}
        for entry in hass.config_entries.async_entries(DOMAIN):
            if not may(hass, self._asked.connection.user, POLICY_READ, entry.entry_id):
                continue
            for name, rows in (await self._of_account(entry, texts, stopped=stopped)).items():
                found[name] += rows
        return found

    async def _of_account(
        self, entry: ImmichSyncthingConfigEntry, texts: Texts, *, stopped: bool
    ) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of one account; it may be unloaded at any moment."""
        if not _works(entry):
            return {"accounts": [_not_loaded(entry, texts)]}
        runtime = entry.runtime_data
        folders = [await folder_view(runtime, folder, texts, stopped=stopped) for folder in runtime.folders.values()]
        kept = [{"entry_id": entry.entry_id} | one for one in copies(runtime, texts)]
        try:
            holds, recovering = await self._watch.questions(entry.entry_id).read()
            problem = None
        except EngineError as err:
            holds, recovering, problem = [], False, texts.error(err.code, err.placeholders)
        if not _works(entry):
            return {"accounts": [_not_loaded(entry, texts)]}
        told = [await hold_told(entry, hold, texts) | {"joined_revision": joined} for hold, joined in holds]
        account = _loaded(entry, runtime, recovering=recovering, problem=problem)
        return {"accounts": [account], "folders": folders, "copies": kept, "holds": [_hold(one) for one in told]}


def _works(entry: ImmichSyncthingConfigEntry) -> bool:
    """Return whether anything can be asked; when Home Assistant stops, an account is closed and not unloaded."""
    return entry.state is ConfigEntryState.LOADED and not entry.runtime_data.closed


def _hold(told: dict[str, Any]) -> dict[str, Any]:
    names = ("hold_id", "revision", "joined_revision", "kind", "question", "answers", "folders", "count", "asked_at")
    return {"entry_id": told["config_entry_id"]} | {name: told[name] for name in names}


def _loaded(
    entry: ImmichSyncthingConfigEntry, runtime: Runtime, *, recovering: bool, problem: str | None
) -> dict[str, Any]:
    return _account(entry) | {
        "loaded": True,
        "problem": problem,
        "immich_connected": runtime.account.last_update_success,
        "syncthing_connected": runtime.syncthing.last_update_success,
        "changes": runtime.changes.way.value,
        "recovering": recovering,
        "version": str(runtime.account.data.version),
    }


def _not_loaded(entry: ImmichSyncthingConfigEntry, texts: Texts) -> dict[str, Any]:
    """Return an account that does not work now, and why, as far as Home Assistant knows."""
    key, problem = entry.error_reason_translation_key, entry.reason
    if entry.error_reason_translation_domain == DOMAIN and key is not None:
        problem = texts.error(key, entry.error_reason_translation_placeholders or {})
    elif problem is None and (entry.disabled_by is not None or entry.state not in _COMING):
        problem = texts.error("account_not_loaded", {"account": entry.title})
    return _account(entry) | {
        "loaded": False,
        "problem": problem,
        "immich_connected": False,
        "syncthing_connected": False,
        "changes": None,
        "recovering": False,
        "version": None,
    }


def _account(entry: ImmichSyncthingConfigEntry) -> dict[str, Any]:
    address = str(entry.data[CONF_IMMICH_URL]).removesuffix("/api")
    return {"entry_id": entry.entry_id, "title": entry.title, "immich_url": address}


@callback
def _follow(asked: Asked) -> CALLBACK_TYPE:
    return Overview(asked).end


SUBSCRIBE: Final = Subscription(_follow, {})
