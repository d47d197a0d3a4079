"""The photo that went up last: fetched from Immich when somebody looks, and only then."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later

from .coordinator import ImmichSyncthingConfigEntry
from .engine.account import AccountEngine
from .engine.errors import EngineError
from .engine.ledger.views import HistoryFilter, HistoryView, Told
from .entity import FolderEntity, async_add_as_they_come
from .folder_coordinator import FolderCoordinator
from .immich.client import ImmichClient
from .immich.errors import ImmichError
from .immich.permissions import Feature
from .servers import immich_client

PARALLEL_UPDATES = 1
"""Immich is asked by these entities themselves."""

LAST_PHOTO = ImageEntityDescription(key="last_photo", translation_key="last_photo")

SOME = 20
"""How many of the last uploads are looked through for one that succeeded, when the entity is added."""

WINDOW_SECONDS = 60.0
"""How long a picture stays at least: each is a state that Home Assistant's recorder keeps, and they come in thousands.
"""

_LOGGER = logging.getLogger(__name__)


async def async_setup_entry(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up one for each folder, as soon as the API key may see pictures."""
    runtime = entry.runtime_data
    client = immich_client(hass, entry.data)

    @callback
    def add(_: list[Feature]) -> None:
        for subentry_id, folder in runtime.folders.items():
            async_add_entities([LastPhoto(folder, runtime.engine, client)], config_subentry_id=subentry_id)

    async_add_as_they_come(
        runtime.account,
        lambda: [Feature.LAST_PHOTO] if runtime.account.data.allows(Feature.LAST_PHOTO) else [],
        add,
        removed=False,
    )


class LastPhoto(FolderEntity, ImageEntity):
    """A picture of the last upload, kept until there is another one."""

    def __init__(self, coordinator: FolderCoordinator, account: AccountEngine, client: ImmichClient) -> None:
        """Show the last upload of the folder of ``coordinator``; nothing is fetched yet."""
        FolderEntity.__init__(self, coordinator, LAST_PHOTO)
        ImageEntity.__init__(self, coordinator.hass)
        self._account = account
        self._immich = client
        self._asset_id: str | None = None
        self._content: bytes | None = None
        self._fetching = asyncio.Lock()
        self._newest: HistoryView | None = None
        self._end_window: Callable[[], None] | None = None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._account.add_history_listener(self._heard))
        self.async_on_remove(self._forget_window)
        uploads = HistoryFilter(folder_id=self.coordinator.subentry.subentry_id, action="upload")
        try:
            views = await self._account.history(SOME, wanted=uploads)
        except EngineError as err:
            _LOGGER.debug("The last upload is not known: %s", err)
            return
        last = next((view for view in views if view.entry.asset_id), None)
        if last is not None and self._asset_id is None:
            self._take(last)

    @override
    async def async_image(self) -> bytes | None:
        async with self._fetching:
            asset_id = self._asset_id
            if self._content is not None or asset_id is None:
                return self._content
            try:
                picture = await self._immich.picture(asset_id)
            except ImmichError as err:
                _LOGGER.debug("Immich shows no picture of the last photo: %s", err.code)
                return None
            if asset_id == self._asset_id:
                self._content = picture.content
                self._attr_content_type = picture.content_type
            return picture.content

    @callback
    def _heard(self, told: Told) -> None:
        entry = told.view.entry
        concerned = self.coordinator.subentry.subentry_id in told.folder_ids
        if concerned and entry.action == "upload" and entry.asset_id:
            self._newest = told.view
            if self._end_window is None:
                self._show()

    @callback
    def _show(self, _: datetime | None = None) -> None:
        """Show the newest upload, and no other within the window that begins now."""
        self._end_window = None
        if self._newest is None:
            return
        self._take(self._newest)
        self._newest = None
        self._end_window = async_call_later(self.hass, WINDOW_SECONDS, self._show)
        self.async_write_ha_state()

    @callback
    def _forget_window(self) -> None:
        if self._end_window is not None:
            self._end_window()

    @callback
    def _take(self, view: HistoryView) -> None:
        self._asset_id = view.entry.asset_id
        self._content = None
        self._attr_image_last_updated = datetime.fromtimestamp(view.at, UTC)
