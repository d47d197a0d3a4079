"""Keeps Syncthing folders and Immich accounts in agreement."""

from functools import partial

from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.typing import ConfigType
from homeassistant.loader import async_get_integration

from .asset_view import AssetView
from .chosen_vaults import async_forget_choice, async_take_up_choice
from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .devices import async_follow_devices
from .engine.errors import EngineError
from .errors import translated
from .issues.board import REMOVED_TOPIC, IssueBoard
from .issues.not_loaded import async_watch_entries
from .issues.replicas import removed_issue
from .media_view import MediaView
from .migration_wishes import wishes_of
from .panel.registration import async_setup_panel
from .panel.setup import async_setup_commands
from .preset_change import Taken
from .runtime import async_open
from .services import async_setup_services
from .state_place import forget_all
from .stop import STOP, async_setup_stop
from .telling import async_tell_engine
from .webhook import async_answer_webhook, async_go_on_telling_immich, async_remove_webhooks

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.UPDATE,
]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register actions and the panel's commands, serve pictures, watch the entries, and know whether all is stopped."""
    async_setup_services(hass)
    async_setup_commands(hass)
    hass.http.register_view(AssetView(hass))
    hass.http.register_view(MediaView(hass))
    async_watch_entries(hass, (await async_get_integration(hass, DOMAIN)).documentation)
    await async_setup_stop(hass)
    await async_setup_panel(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> bool:
    """Set up an account: connect and show it; its folders are looked at once Home Assistant has started."""
    await async_take_up_choice(hass, entry)
    try:
        runtime = await async_open(hass, entry)
    except EngineError as err:
        raise ConfigEntryError(**translated(err)) from err
    entry.runtime_data = runtime
    stop = hass.data[STOP]
    runtime.async_heed(stop)
    try:
        async_follow_devices(hass, entry)
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    except BaseException:
        await runtime.async_close()
        raise

    async def close(_: Event) -> None:
        await runtime.async_close()

    @callback
    def start(_: HomeAssistant) -> None:
        runtime.async_start()

    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, close))
    entry.async_on_unload(entry.add_update_listener(_async_update))
    entry.async_on_unload(stop.async_listen(partial(runtime.async_heed, stop)))
    entry.async_on_unload(async_at_started(hass, start))
    entry.async_on_unload(async_tell_engine(runtime.engine, runtime.account, runtime.syncthing))
    async_answer_webhook(hass, entry)
    entry.async_on_unload(async_go_on_telling_immich(hass, entry))
    runtime.issues.async_start()
    if Taken.of(entry) != runtime.taken:
        # A folder came or went while this was being set up, when nobody listened yet.
        hass.config_entries.async_schedule_reload(entry.entry_id)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> bool:
    """Stop an account and leave nothing running."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await entry.runtime_data.async_close()
    entry.runtime_data.issues.async_end()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    """Remove the account's ledger and what is said of it. Vault and replicas stay: they hold photos."""
    IssueBoard(hass, entry.entry_id).clear()
    await wishes_of(hass).forget(entry.entry_id)
    await async_forget_choice(hass, entry.entry_id)
    await hass.async_add_executor_job(forget_all, hass, entry.entry_id)
    await async_remove_webhooks(hass, entry, entry.data)
    if not hass.config_entries.async_entries(DOMAIN) and (stop := hass.data.get(STOP)):
        await stop.async_forget()


async def _async_update(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    """Take up a change of servers, folders or replicas; the only place that reloads."""
    _say_that_copies_stay(entry)
    if not await entry.runtime_data.async_take_presets(entry):
        await hass.config_entries.async_reload(entry.entry_id)


def _say_that_copies_stay(entry: ImmichSyncthingConfigEntry) -> None:
    """Tell of each replica that was removed where its copies lie on: only their owner may delete those."""
    runtime = entry.runtime_data
    for subentry_id, replica in runtime.replicas.items():
        if subentry_id not in entry.subentries:
            issue = removed_issue(replica.subentry.title, replica.store.in_words, subentry_id)
            runtime.issues.board.show(f"{REMOVED_TOPIC}-{subentry_id}", [issue])
