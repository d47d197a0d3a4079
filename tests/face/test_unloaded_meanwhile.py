"""An account may be unloaded, or a folder removed, while somebody answers or changes something."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing import preset_change
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.folder_proof import async_prove_folder
from custom_components.immich_syncthing.repair_flows import relocation
from custom_components.immich_syncthing.repair_flows.proof import async_prove

from .household import FOLDER, Household
from .repairing import opened, shown, submitted


def followed_by[**P, T](done: Callable[P, Awaitable[T]], event: Callable[[], Awaitable[object]]) -> Any:
    """Return something as it is, after which something else happens before anybody hears of its end."""

    async def both(*args: P.args, **kwargs: P.kwargs) -> T:
        told = await done(*args, **kwargs)
        await event()
        return told

    return both


async def unload(hass: HomeAssistant, household: Household) -> None:
    assert household.entry is not None
    if household.entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(household.entry.entry_id)


async def remove_folder(hass: HomeAssistant, household: Household) -> None:
    assert household.entry is not None
    hass.config_entries.async_remove_subentry(household.entry, FOLDER)


async def test_an_answer_that_was_noted_is_taken(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await hass_client()
    menu = await opened(client, shown(hass)["hold_many_assets"])
    monkeypatch.setattr(AccountEngine, "answer", followed_by(AccountEngine.answer, lambda: unload(hass, all_deleted)))
    assert (await submitted(client, menu, next_step_id="leave"))["type"] == "create_entry"
    await all_deleted.load()
    await all_deleted.sync()
    assert len(all_deleted.immich.browser.assets(trashed=False)) == 3
    assert "hold_many_assets" not in shown(hass)


async def test_an_action_says_that_it_was_stopped(
    hass: HomeAssistant, all_deleted: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AccountEngine, "holds", followed_by(AccountEngine.holds, lambda: unload(hass, all_deleted)))
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(DOMAIN, "holds", {}, blocking=True, return_response=True)
    assert raised.value.translation_key == "stopped"


async def test_a_folder_that_was_removed_is_not_switched(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    await household.set_up(preset="backup")
    await household.sync()
    prove = followed_by(async_prove_folder, lambda: remove_folder(hass, household))
    monkeypatch.setattr(preset_change, "async_prove_folder", prove)
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(
            "switch", "turn_on", {"entity_id": "switch.phone_pass_deletions_to_immich"}, blocking=True
        )
    assert raised.value.translation_key == "stopped"
    await hass.async_block_till_done()


async def test_a_folder_that_was_removed_is_not_relocated(
    hass: HomeAssistant,
    household: Household,
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
    passing: Callable[[float], None],
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    await household.set_up()
    await household.sync()
    elsewhere = household.photos.with_name("elsewhere")
    household.photos.rename(elsewhere)
    await household.sync()
    passing(3600)
    await household.sync()
    client = await hass_client()
    form = await opened(client, shown(hass)["root_missing"])
    monkeypatch.setattr(relocation, "async_prove", followed_by(async_prove, lambda: remove_folder(hass, household)))
    told = await submitted(client, form, path=str(elsewhere))
    assert (told["type"], told["reason"]) == ("abort", "not_loaded")
    await hass.async_block_till_done()


async def test_a_folder_that_is_added_while_its_account_is_set_up_is_taken_up(
    hass: HomeAssistant, household: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = tmp_path / "media" / "tablet"
    tablet.mkdir()
    await household.syncthing.add_folder("tablet", "Tablet", tablet, fsWatcherEnabled=False)

    async def add_folder() -> None:
        assert household.entry is not None
        if "tablet" not in household.entry.subentries:
            household.add_folder("tablet", "Tablet", tablet)

    set_up = hass.config_entries.async_forward_entry_setups
    monkeypatch.setattr(hass.config_entries, "async_forward_entry_setups", followed_by(set_up, add_folder))
    entry = household.make_entry()
    await hass.config_entries.async_setup(entry.entry_id)
    await household.becomes(
        lambda: entry.state is ConfigEntryState.LOADED and household.runtime.folders.keys() == {FOLDER, "tablet"}
    )
    await hass.async_block_till_done()
