"""The power fails when another vault was just chosen: Home Assistant notes what an entry holds a second later."""

from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing import chosen_vaults
from custom_components.immich_syncthing.const import DOMAIN

from .household import Household
from .migrating import HIDDEN, migrate, places
from .vaulting import delete_in_immich, fill_in, option, read

type Data = dict[str, Any]


@pytest.fixture(autouse=True)
def _noted_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen_vaults, "NOTED_SECONDS", 600.0)


@pytest.fixture
async def disks(household: Household) -> list[Data]:
    """Set the account up, with a photo in its vault; return two other places for that."""
    for number in range(3, 9):
        household.take_photo(f"IMG_{number}.jpg")
    await household.set_up(preset="mirror")
    await household.notice()
    await delete_in_immich(household, "IMG_0.jpg")
    found = [household.photos.parent / name for name in ("disk", "other disk")]
    for directory in found:
        directory.mkdir()
    return [{"kind": "directory", "directory": str(one / HIDDEN)} for one in found]


async def choose(hass: HomeAssistant, household: Household, vault: Data) -> None:
    form = await option(hass, household, "store", "store_directory")
    await fill_in(hass, form, directory=str(Path(vault["directory"]).parent))
    await hass.async_block_till_done()


async def power_fails(hass: HomeAssistant, household: Household, as_written: Data) -> None:
    """Let Home Assistant begin again with what it had written down."""
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    hass.config_entries.async_update_entry(household.entry, data=as_written)
    await household.load()


def written_of(household: Household) -> Data:
    assert household.entry is not None
    return dict(household.entry.data)


def note_of(household: Household) -> str:
    assert household.entry is not None
    return f"{DOMAIN}.chosen_vaults.{household.entry.entry_id}"


async def test_what_came_into_it_before_that_is_not_lost(
    hass: HomeAssistant, household: Household, disks: list[Data]
) -> None:
    as_written, (before, _) = written_of(household), places(household)
    await choose(hass, household, disks[0])
    new = await delete_in_immich(household, "IMG_1.jpg")

    await power_fails(hass, household, as_written)

    assert places(household) == (disks[0], [before])
    assert await read(household, new) == new


async def test_nor_is_what_came_into_one_that_was_chosen_for_a_moment(
    hass: HomeAssistant, household: Household, disks: list[Data]
) -> None:
    as_written, (before, _) = written_of(household), places(household)
    await choose(hass, household, disks[0])
    first = await delete_in_immich(household, "IMG_1.jpg")
    await choose(hass, household, disks[1])
    second = await delete_in_immich(household, "IMG_2.jpg")

    await power_fails(hass, household, as_written)

    assert places(household) == (disks[1], [disks[0], before])
    assert [await read(household, one) for one in (first, second)] == [first, second]


async def test_reconfiguring_is_noted_too(hass: HomeAssistant, household: Household, disks: list[Data]) -> None:
    assert household.entry is not None
    await choose(hass, household, disks[0])
    as_written = dict(household.entry.data)
    beside = places(household)[1][0]
    form = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": household.entry.entry_id}
    )
    form = await hass.config_entries.flow.async_configure(form["flow_id"], {"next_step_id": "store"})
    await hass.config_entries.flow.async_configure(form["flow_id"], {"next_step_id": "vault_beside"})
    await hass.async_block_till_done()
    new = await delete_in_immich(household, "IMG_1.jpg")

    await power_fails(hass, household, as_written)

    assert places(household) == (beside, [disks[0]])
    assert await read(household, new) == new


async def test_once_it_is_written_the_note_goes(
    hass_storage: Data, hass: HomeAssistant, household: Household, disks: list[Data], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert household.entry is not None
    monkeypatch.setattr(chosen_vaults, "NOTED_SECONDS", 2.0)
    await choose(hass, household, disks[0])
    assert note_of(household) in hass_storage

    await household.becomes(lambda: note_of(household) not in hass_storage)

    noted = {one["entry_id"]: one["data"] for one in hass_storage["core.config_entries"]["data"]["entries"]}
    assert noted[household.entry.entry_id]["vault"] == disks[0]


async def test_a_vault_that_moves_on_or_is_forgotten_is_not_chosen_again(
    hass: HomeAssistant, household: Household, disks: list[Data]
) -> None:
    assert household.entry is not None
    entry, (before, _) = household.entry, places(household)
    await choose(hass, household, disks[0])
    await migrate(hass, kind="directory", directory=str(Path(disks[1]["directory"]).parent))
    await household.becomes(lambda: places(household)[0] == disks[1])
    await hass.config_entries.async_reload(entry.entry_id)
    assert places(household) == (disks[1], [disks[0], before])

    await choose(hass, household, disks[0])
    await choose(hass, household, disks[1])
    await fill_in(hass, await option(hass, household, "earlier_vaults"), earlier_vaults=[])
    await hass.async_block_till_done()
    await hass.config_entries.async_reload(entry.entry_id)
    assert places(household) == (disks[1], [])


async def test_nothing_of_it_stays_of_an_account_that_is_removed(
    hass_storage: Data, hass: HomeAssistant, household: Household, disks: list[Data]
) -> None:
    assert household.entry is not None
    await choose(hass, household, disks[0])
    await hass.config_entries.async_remove(household.entry.entry_id)
    assert note_of(household) not in hass_storage
