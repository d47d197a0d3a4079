"""What a person switches of a folder: whether it works, and which deletions are passed on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.exceptions import HomeAssistantError

from .engine.errors import EngineError
from .engine.model import POLICIES, OnAssetDeleted, OnFileDeleted, Policy, Preset
from .entity import FolderEntity
from .errors import translated
from .folder_coordinator import FolderCoordinator
from .preset_change import async_change_preset

SYNC = SwitchEntityDescription(key="sync", translation_key="sync")


@dataclass(frozen=True, kw_only=True)
class DeletionSwitchDescription(SwitchEntityDescription):
    """One of the two deletions that a preset stands for; together they name it."""

    passes: Callable[[Policy], bool]


PASS_TO_IMMICH = DeletionSwitchDescription(
    key="pass_deletions_to_immich",
    translation_key="pass_deletions_to_immich",
    entity_category=EntityCategory.CONFIG,
    passes=lambda policy: policy.on_file_deleted is OnFileDeleted.TRASH,
)
PASS_TO_PHONE = DeletionSwitchDescription(
    key="pass_deletions_to_phone",
    translation_key="pass_deletions_to_phone",
    entity_category=EntityCategory.CONFIG,
    passes=lambda policy: policy.on_asset_deleted is OnAssetDeleted.DELETE,
)
DELETIONS = (PASS_TO_IMMICH, PASS_TO_PHONE)


def folder_switches(folder: FolderCoordinator) -> list[SwitchEntity]:
    """Return the switches of one folder."""
    return [SyncSwitch(folder, SYNC), *(DeletionSwitch(folder, one) for one in DELETIONS)]


class SyncSwitch(FolderEntity, SwitchEntity):
    """Off while the folder is paused, by whatever means. It stays on while everything is stopped."""

    @property
    @override
    def is_on(self) -> bool:
        return not self.coordinator.engine.paused_alone

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        try:
            await self.coordinator.async_resume()
        except EngineError as err:
            raise HomeAssistantError(**translated(err)) from err

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        try:
            await self.coordinator.async_pause(None)
        except EngineError as err:
            raise HomeAssistantError(**translated(err)) from err


class DeletionSwitch(FolderEntity, SwitchEntity):
    """On while deletions of one side are carried out on the other."""

    entity_description: DeletionSwitchDescription

    @property
    @override
    def is_on(self) -> bool:
        return self.entity_description.passes(POLICIES[self.coordinator.engine.settings.preset])

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._async_switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_switch(on=False)

    async def _async_switch(self, *, on: bool) -> None:
        def switched(preset: Preset) -> Preset:
            """Return the preset that is as this one in the other deletion, and as wanted in this."""
            policy = POLICIES[preset]
            wanted = {one: on if one is self.entity_description else one.passes(policy) for one in DELETIONS}
            return next(one for one in Preset if all(each.passes(POLICIES[one]) is wanted[each] for each in DELETIONS))

        await async_change_preset(self.coordinator, switched)
