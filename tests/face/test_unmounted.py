"""What is left of a disk that is not mounted, an empty directory, is no vault, no replica, and no destination."""

from pathlib import Path

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing import migration_coordinator
from custom_components.immich_syncthing.migration_wishes import wishes_of
from tests.mounts import mount, unmount

from .household import Household
from .migrating import HIDDEN, complete, migrate, places
from .repairing import opened, shown, submitted, told
from .second_house import copied, copies, run
from .vaulting import delete_in_immich, fill_in, option, read

__all__ = ["copied"]


async def test_a_migration_goes_on_once_its_destination_is_mounted(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration_coordinator, "FIRST_REST_SECONDS", 0.1)
    monkeypatch.setattr(migration_coordinator, "MOST_REST_SECONDS", 0.1)
    for number in range(2, 9):
        household.take_photo(f"IMG_{number}.jpg")
    entry = await household.set_up(preset="mirror")
    await household.notice()
    content = await delete_in_immich(household, "IMG_1.jpg")
    before, _ = places(household)
    disk = household.photos.parent / "disk"
    disk.mkdir()
    [kept] = Path(before["directory"]).glob("objects/*/*")
    whole = kept.read_bytes()
    kept.write_bytes(b"x" * len(whole))
    await migrate(hass, kind="directory", directory=str(disk))
    await household.becomes(lambda: household.runtime.migrations["vault"].data.phase == "waiting")
    await hass.config_entries.async_unload(entry.entry_id)
    away = unmount(disk)
    kept.write_bytes(whole)

    await household.load()
    migration = household.runtime.migrations["vault"]
    await household.becomes(lambda: migration.data.problem is not None)
    assert (migration.data.phase, migration.data.problem and migration.data.problem.code) == (
        "waiting",
        "vault_unavailable",
    )
    assert list(disk.iterdir()) == []
    assert places(household) == (before, [])

    mount(away, disk)
    await household.becomes(lambda: places(household)[1] == [before])
    await complete(household)
    assert await read(household, content) == content
    assert await wishes_of(hass).get(entry.entry_id) is None


async def test_a_vault_that_is_chosen_again_is_not_made_again(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    disk = household.photos.parent / "disk"
    disk.mkdir()
    await fill_in(hass, await option(hass, household, "store", "store_directory"), directory=str(disk))
    assert (disk / HIDDEN / "objects").is_dir()
    away = unmount(disk)

    refused = await fill_in(hass, await option(hass, household, "store", "store_directory"), directory=str(disk))

    assert refused["errors"] == {"directory": "store_unreachable"}
    assert list(disk.iterdir()) == []
    mount(away, disk)
    assert (await fill_in(hass, refused, directory=str(disk)))["reason"] == "reconfigure_successful"


async def test_a_replica_is_filled_again_only_when_its_owner_says_that_it_was_emptied(
    hass: HomeAssistant, copied: Household, hass_client: ClientSessionGenerator, passing: object
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    disk = copied.photos.parent / "disk"
    unmount(disk)
    await run(copied)
    assert copied.shown("sensor.second_house_status") == "problem"
    assert copied.shown("sensor.second_house_complete") == "100.0"
    assert "replica_unmarked" not in shown(hass)
    assert callable(passing)
    passing(3700)
    await run(copied)
    assert told(hass, "replica_unmarked") == {"name": "Second house", "place": str(disk)}
    assert list(disk.iterdir()) == []

    client = await hass_client()
    assert (await submitted(client, await opened(client, shown(hass)["replica_unmarked"])))["type"] == "create_entry"
    await copied.becomes(lambda: len(copies(disk)) == 2)
    await run(copied)
    assert "replica_unmarked" not in shown(hass)
