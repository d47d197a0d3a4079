"""A move that waits says so where people look, and what is too damaged to be moved is decided about by its owner."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing import migration_coordinator
from custom_components.immich_syncthing.migration_coordinator import Damage
from custom_components.immich_syncthing.migration_wishes import Wish
from custom_components.immich_syncthing.stores.errors import StoreFullError
from custom_components.immich_syncthing.stores.model import Stored
from custom_components.immich_syncthing.stores.store import Store
from tests.checksums import sha1

from .household import Household
from .migrating import HIDDEN, complete, migrate, objects_in, places
from .repairing import opened, shown, submitted, told
from .vaulting import delete_in_immich, read

SENSOR = "sensor.admin_127_0_0_1_vault_migration"


@pytest.fixture
async def disk(hass: HomeAssistant, household: Household) -> Path:
    """Return another directory; the vault beside the folder holds three photos."""
    assert await async_setup_component(hass, "repairs", {})
    for number in range(3, 12):
        household.take_photo(f"IMG_{number}.jpg")
    await household.set_up(preset="mirror")
    await household.notice()
    for number in range(3):
        await delete_in_immich(household, f"IMG_{number}.jpg")
    directory = household.photos.parent / "disk"
    directory.mkdir()
    return directory


def content_of(number: int) -> bytes:
    return f"photo IMG_{number}.jpg ".encode() * 50


def damage(vault: dict[str, Any], number: int) -> Path:
    """Damage a photo in a vault."""
    name = sha1(content_of(number)).hex()
    path = Path(vault["directory"], "objects", name[:2], name)
    path.write_bytes(b"x" * path.stat().st_size)
    return path


def attributes(hass: HomeAssistant) -> dict[str, Any]:
    state = hass.states.get(SENSOR)
    assert state is not None
    return dict(state.attributes)


async def minutes_later(hass: HomeAssistant, passing: Any) -> None:
    passing(700)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2))
    await hass.async_block_till_done()


async def waits_for_its_owner(hass: HomeAssistant, household: Household, disk: Path) -> None:
    await migrate(hass, kind="directory", directory=str(disk))
    await household.becomes(lambda: household.runtime.migrations["vault"].data.damage is not None)


async def test_damaged_photos_stay_behind_when_their_owner_says_so_and_go_only_when_that_is_said_too(
    hass: HomeAssistant, household: Household, disk: Path, hass_client: ClientSessionGenerator, passing: Any
) -> None:
    before, _ = places(household)
    damaged = damage(before, 1)
    await waits_for_its_owner(hass, household, disk)
    assert {key: attributes(hass)[key] for key in ("phase", "damaged", "damaged_names")} == {
        "phase": "waiting",
        "damaged": 1,
        "damaged_names": ["IMG_1.jpg"],
    }
    assert "migration_damaged" not in shown(hass), "it may pass by itself"
    await minutes_later(hass, passing)
    assert told(hass, "migration_damaged")["count"] == "1"
    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, damaged=2)
    assert refused.value.translation_key == "damaged_count"
    assert places(household) == (before, [])

    client = await hass_client()
    menu = await opened(client, shown(hass)["migration_damaged"])
    assert menu["menu_options"] == ["leave", "again"]
    assert menu["description_placeholders"]["sample"] == "- `IMG_1.jpg`"
    assert (await submitted(client, menu, next_step_id="leave"))["type"] == "create_entry"
    new = {"kind": "directory", "directory": str(disk / HIDDEN)}
    await household.becomes(lambda: places(household) == (new, [before | {"left_behind": 1}]))
    await complete(household)
    assert "migration_damaged" not in shown(hass)
    assert len(objects_in(new)) == 2
    assert [await read(household, content_of(number)) for number in (0, 2)] == [content_of(0), content_of(2)]

    found = await migrate(hass, remove_old=0, dry_run=True)
    assert found["damaged"] == 1
    for confirmed in ({}, {"damaged": 2}):
        with pytest.raises(ServiceValidationError) as refused:
            await migrate(hass, remove_old=found["old_objects"], **confirmed)
        assert refused.value.translation_key == "left_behind"
    assert damaged.exists()
    await migrate(hass, remove_old=found["old_objects"], damaged=1)
    await household.becomes(lambda: places(household)[1] == [])
    await complete(household)
    assert objects_in(before) == set()


async def test_what_is_repaired_comes_along(
    hass: HomeAssistant, household: Household, disk: Path, hass_client: ClientSessionGenerator, passing: Any
) -> None:
    before, _ = places(household)
    damaged = damage(before, 1)
    await waits_for_its_owner(hass, household, disk)
    await minutes_later(hass, passing)
    client = await hass_client()
    menu = await opened(client, shown(hass)["migration_damaged"])
    damaged.write_bytes(content_of(1))
    assert (await submitted(client, menu, next_step_id="again"))["type"] == "create_entry"
    await household.becomes(lambda: places(household)[1] == [before])
    await complete(household)
    assert "migration_damaged" not in shown(hass)
    assert await read(household, content_of(1)) == content_of(1)
    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, damaged=1)
    assert refused.value.translation_key == "nothing_damaged"


async def test_what_is_damaged_besides_is_asked_about_anew(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    before, _ = places(household)
    damage(before, 1)
    await waits_for_its_owner(hass, household, disk)
    migration = household.runtime.migrations["vault"]
    seen = migration.data.damage
    assert seen is not None
    assert not await migration.async_leave(Damage(1, ("IMG_1.jpg",), "something else"))
    # Repaired and brought over, but another one is not whole any more: as many, and not the same.
    damaged = Path(before["directory"], "objects", sha1(content_of(1)).hex()[:2], sha1(content_of(1)).hex())
    damaged.write_bytes(content_of(1))
    damage(before, 2).touch()
    new = disk / HIDDEN / "objects" / sha1(content_of(2)).hex()[:2] / sha1(content_of(2)).hex()
    new.unlink()

    assert (await migrate(hass, damaged=1))["started"]
    await household.becomes(lambda: (migration.data.damage or seen).which != seen.which)
    assert migration.data.damage is not None
    assert (migration.data.damage.count, migration.data.damage.names) == (1, ("IMG_2.jpg",))
    assert places(household) == (before, [])


async def test_a_move_that_waits_for_its_destination_says_so_until_it_goes_on(
    hass: HomeAssistant, household: Household, disk: Path, monkeypatch: pytest.MonkeyPatch, passing: Any
) -> None:
    monkeypatch.setattr(migration_coordinator, "FIRST_REST_SECONDS", 0.1)
    monkeypatch.setattr(migration_coordinator, "MOST_REST_SECONDS", 0.1)
    before, _ = places(household)
    place = Path(before["directory"])
    away = place.rename(place.with_name("away"))
    migration = household.runtime.migrations["vault"]
    await migration.async_begin(Wish({"kind": "directory", "directory": str(disk / HIDDEN)}))
    await household.becomes(lambda: migration.data.problem is not None)
    assert "migration_waits" not in shown(hass)
    await minutes_later(hass, passing)
    assert str(place) in told(hass, "migration_waits")["reason"]
    away.rename(place)
    await household.becomes(lambda: places(household)[1] == [before])
    await complete(household)
    assert "migration_waits" not in shown(hass)


async def test_a_destination_that_is_full_is_no_damage(
    hass: HomeAssistant, household: Household, disk: Path, passing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small files still find room, the film does not: nobody is asked to leave it behind."""
    put = Store.put

    async def full(self: Store, key: str, chunks: AsyncIterator[bytes], size: int | None = None) -> Stored:
        if key.endswith(sha1(content_of(1)).hex()):
            raise StoreFullError
        return await put(self, key, chunks, size)

    monkeypatch.setattr(Store, "put", full)
    await migrate(hass, kind="directory", directory=str(disk))
    migration = household.runtime.migrations["vault"]
    await household.becomes(lambda: migration.data.problem is not None)
    assert (migration.data.damage, attributes(hass)["problem"]) == (None, "store_full")
    await minutes_later(hass, passing)
    assert "migration_waits" in shown(hass)
    assert "migration_damaged" not in shown(hass)
    await migrate(hass, call_off=True)
    assert "migration_waits" not in shown(hass)


@pytest.mark.parametrize("choice", ["leave", "again"])
async def test_a_repair_that_is_open_when_the_account_is_unloaded_says_so(
    hass: HomeAssistant,
    household: Household,
    disk: Path,
    hass_client: ClientSessionGenerator,
    passing: Any,
    choice: str,
) -> None:
    damage(places(household)[0], 1)
    await waits_for_its_owner(hass, household, disk)
    await minutes_later(hass, passing)
    issue, client = shown(hass)["migration_damaged"], await hass_client()
    menu = await opened(client, issue)
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    assert (await submitted(client, menu, next_step_id=choice))["reason"] == "not_loaded"
    assert (await opened(client, issue))["reason"] == "not_loaded"


async def test_a_repair_that_is_open_when_the_move_is_called_off_is_settled(
    hass: HomeAssistant, household: Household, disk: Path, hass_client: ClientSessionGenerator, passing: Any
) -> None:
    before, _ = places(household)
    damage(before, 1)
    await waits_for_its_owner(hass, household, disk)
    await minutes_later(hass, passing)
    client = await hass_client()
    menu = await opened(client, shown(hass)["migration_damaged"])
    migration = household.runtime.migrations["vault"]
    seen, migration.data = migration.data, replace(migration.data, damage=None)
    assert (await opened(client, shown(hass)["migration_damaged"]))["reason"] == "settled"
    migration.data = seen
    await migrate(hass, call_off=True)
    assert (await submitted(client, menu, next_step_id="leave"))["reason"] == "settled"
    assert places(household) == (before, [])


async def test_damaged_objects_are_named_as_far_as_their_vault_tells(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    before, _ = places(household)
    movable = household.runtime.migrations["vault"].movable
    photo, stranger = (f"objects/{one[:2]}/{one}" for one in (sha1(content_of(1)).hex(), "ab" * 20))
    names = await movable.names(before, ["notes/1.json", photo, stranger])
    assert names == ["notes/1.json", "IMG_1.jpg", stranger]
    place = Path(before["directory"])
    place.rename(place.with_name("away"))
    assert await movable.names(before, [photo]) == [photo]
