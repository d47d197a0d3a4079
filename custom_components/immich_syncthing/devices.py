"""The devices of the servers: the account, Syncthing, and Syncthing's remote devices below it."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType
from homeassistant.helpers.typing import UNDEFINED

from .const import CONF_IMMICH_URL, CONF_SYNCTHING_URL, DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .entity import device_identifier, device_prefix, immich_identifier, syncthing_identifier
from .markdown import one_line


@callback
def async_follow_devices(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    """Register the servers, to which folders and entities then refer, and keep what is said of them true.

    To be called before entities are added: on each update devices come and go before their entities look.
    """

    @callback
    def look_at_account() -> None:
        _register_account(hass, entry)

    @callback
    def look_at_syncthing() -> None:
        if entry.runtime_data.syncthing.last_update_success:
            _register_syncthing(hass, entry)

    for coordinator, look in (
        (entry.runtime_data.account, look_at_account),
        (entry.runtime_data.syncthing, look_at_syncthing),
    ):
        look()
        entry.async_on_unload(coordinator.async_add_listener(look))


def _register_account(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={immich_identifier(entry)},
        entry_type=DeviceEntryType.SERVICE,
        name=one_line(entry.title),
        manufacturer="Immich",
        model="Immich account",
        sw_version=str(entry.runtime_data.account.data.version),
        configuration_url=entry.data[CONF_IMMICH_URL].removesuffix("/api"),
    )


def _register_syncthing(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    registry, facts = dr.async_get(hass), entry.runtime_data.syncthing.data
    server = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={syncthing_identifier(entry)},
        entry_type=DeviceEntryType.SERVICE,
        name="Syncthing",
        manufacturer="Syncthing",
        model="Syncthing server",
        sw_version=facts.version.version.removeprefix("v"),
        configuration_url=entry.data[CONF_SYNCTHING_URL],
    )
    for device_id in facts.devices:
        connection = facts.connections.get(device_id)
        registry.async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={device_identifier(entry, device_id)},
            name=facts.device_name(device_id),
            manufacturer="Syncthing",
            model="Syncthing device",
            # Syncthing forgets the version of a device that is away.
            sw_version=(connection.client_version.removeprefix("v") if connection else "") or UNDEFINED,
            via_device_id=server.id,
        )
    _remove_gone(registry, entry)


def _remove_gone(registry: dr.DeviceRegistry, entry: ImmichSyncthingConfigEntry) -> None:
    """Remove devices that Syncthing does not know any more; their entities go with them."""
    known = {device_identifier(entry, device_id) for device_id in entry.runtime_data.syncthing.data.devices}
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        remote = {one for one in device.identifiers if one[0] == DOMAIN and one[1].startswith(device_prefix(entry))}
        if remote and not remote & known:
            registry.async_remove_device(device.id)
