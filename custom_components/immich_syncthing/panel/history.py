"""The history: what was done, page by page, and from now on as it is done."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import voluptuous as vol
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..coordinator import ImmichSyncthingConfigEntry
from ..engine.chronicle import line_of
from ..engine.ledger.views import HistoryFilter, HistoryView, Told
from ..history_actions import ATTR_BEFORE, ATTR_SINCE, ATTR_UNTIL, ID, KINDS, wall_seconds
from ..media_types import is_video
from ..targets import label_of, text
from .command import ACCOUNT, ATTR_FOLDER_ID, ATTR_LIMIT, PAGE, Asked, Command, Subscription

ATTR_ACTION: Final = "action"
ATTR_TEXT: Final = "text"


async def _history(asked: Asked) -> Mapping[str, Any]:
    """Tell what was done, newest first."""
    entry, data = asked.entry, asked.data
    folder_id = asked.folder.engine.settings.id if ATTR_FOLDER_ID in data else None
    wanted = HistoryFilter(
        since=wall_seconds(data.get(ATTR_SINCE)),
        until=wall_seconds(data.get(ATTR_UNTIL)),
        folder_id=folder_id,
        action=data.get(ATTR_ACTION),
        text=data.get(ATTR_TEXT),
    )
    limit = data[ATTR_LIMIT]
    found = await entry.runtime_data.engine.history(limit, data.get(ATTR_BEFORE), wanted)
    entries = [_line(entry, one) for one in found]
    return {"entries": entries, "next_before": found[-1].id if len(found) == limit else None}


class Followed:
    """Tells each entry that an account's history gets, also after the account was loaded anew, until ``end``."""

    def __init__(self, asked: Asked) -> None:
        """Begin to listen."""
        self._asked = asked
        self._entry = asked.entry
        self._stop_hearing: Callable[[], None] | None = None
        self._stop_watching = async_dispatcher_connect(asked.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed)
        self._listen()

    @callback
    def end(self) -> None:
        """Listen no more."""
        self._stop_watching()
        self._forget()

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.entry_id == self._entry.entry_id:
            self._forget()
            self._listen()

    @callback
    def _listen(self) -> None:
        if self._entry.state is ConfigEntryState.LOADED:
            self._stop_hearing = self._entry.runtime_data.engine.add_history_listener(self._heard)

    @callback
    def _forget(self) -> None:
        if self._stop_hearing is not None:
            self._stop_hearing()
            self._stop_hearing = None

    @callback
    def _heard(self, told: Told) -> None:
        self._asked.tell(_line(self._entry, told.view))


def _line(entry: ImmichSyncthingConfigEntry, view: HistoryView) -> dict[str, Any]:
    label = label_of(entry, view.entry.folder_id)
    return line_of(view) | {"folder": label, "is_video": is_video(view.entry.path)}


@callback
def _follow(asked: Asked) -> CALLBACK_TYPE:
    return Followed(asked).end


HISTORY: Final = Command(
    _history,
    {
        **ACCOUNT,
        **PAGE,
        vol.Optional(ATTR_FOLDER_ID): text,
        vol.Optional(ATTR_ACTION): vol.In(KINDS),
        vol.Optional(ATTR_TEXT): text,
        vol.Optional(ATTR_SINCE): cv.datetime,
        vol.Optional(ATTR_UNTIL): cv.datetime,
        vol.Optional(ATTR_BEFORE): ID,
    },
)
SUBSCRIBE: Final = Subscription(_follow, ACCOUNT)
