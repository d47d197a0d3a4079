"""Which release of each server runs, and whether there is a newer one. Nothing is installed from here."""

from typing import override

from homeassistant.components.update import UpdateEntity, UpdateEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AccountCoordinator, ImmichSyncthingConfigEntry
from .entity import ServerEntity, async_add_as_they_come, immich_identifier, syncthing_identifier
from .immich.permissions import Feature
from .syncthing_coordinator import SyncthingCoordinator

PARALLEL_UPDATES = 0

IMMICH = UpdateEntityDescription(
    key="immich_release",
    translation_key="immich_release",
    entity_category=EntityCategory.DIAGNOSTIC,
)
SYNCTHING = UpdateEntityDescription(
    key="syncthing_release",
    translation_key="syncthing_release",
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up one for each server that tells of newer releases."""
    account, syncthing = entry.runtime_data.account, entry.runtime_data.syncthing
    async_add_as_they_come(
        account,
        lambda: [IMMICH] if account.data.allows(Feature.RELEASES) else [],
        lambda _: async_add_entities([ImmichRelease(account)]),
        removed=False,
    )
    async_add_as_they_come(
        syncthing,
        lambda: [SYNCTHING] if syncthing.data.upgrade else [],
        lambda _: async_add_entities([SyncthingRelease(syncthing)]),
        removed=False,
    )


class ImmichRelease(ServerEntity[AccountCoordinator], UpdateEntity):
    """Immich's release; the newest one is unknown where Immich does not look for it."""

    _attr_title = "Immich"

    def __init__(self, coordinator: AccountCoordinator) -> None:
        """Show it on the account's device."""
        super().__init__(coordinator, immich_identifier(coordinator.config_entry), IMMICH)

    @property
    @override
    def available(self) -> bool:
        return super().available and self.coordinator.data.allows(Feature.RELEASES)

    @property
    @override
    def installed_version(self) -> str:
        return str(self.coordinator.data.version)

    @property
    @override
    def latest_version(self) -> str | None:
        return self.coordinator.data.latest

    @property
    @override
    def release_url(self) -> str | None:
        latest = self.latest_version
        return f"https://github.com/immich-app/immich/releases/tag/v{latest}" if latest else None


class SyncthingRelease(ServerEntity[SyncthingCoordinator], UpdateEntity):
    """Syncthing's release, of a build that looks for newer ones."""

    _attr_title = "Syncthing"

    def __init__(self, coordinator: SyncthingCoordinator) -> None:
        """Show it on Syncthing's device."""
        super().__init__(coordinator, syncthing_identifier(coordinator.config_entry), SYNCTHING)

    @property
    @override
    def installed_version(self) -> str:
        return self.coordinator.data.version.version.removeprefix("v")

    @property
    @override
    def latest_version(self) -> str | None:
        upgrade = self.coordinator.data.upgrade
        return upgrade.latest.removeprefix("v") if upgrade else None

    @property
    @override
    def release_url(self) -> str | None:
        latest = self.latest_version
        return f"https://github.com/syncthing/syncthing/releases/tag/v{latest}" if latest else None
