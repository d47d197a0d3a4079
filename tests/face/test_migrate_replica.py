"""A replica moves to another place, goes on there with all that it knows, and the old one goes when it is told to."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.migration_wishes import Wish, replica_key, wishes_of
from custom_components.immich_syncthing.replica_place import copy_index
from custom_components.immich_syncthing.stores.errors import StoreUnmarkedError
from tests.servers.s3 import S3Server, moto

from .household import Household
from .second_house import REPLICA, add_replica, copies, replica_of, store_of

__all__ = ["moto"]

SENSOR = "sensor.second_house_migration"


@pytest.fixture
async def disk(household: Household) -> Path:
    """Return the store of a replica that holds two photos."""
    household.immich.browser.upload(b"one", "IMG_1.jpg")
    household.immich.browser.upload(b"two", "IMG_2.jpg")
    household.make_entry(folders=False)
    disk = add_replica(household)
    await household.load()
    await household.becomes(lambda: household.shown("sensor.second_house_complete") == "100.0")
    await replica_of(household).async_replicate()
    return disk


async def migrate(hass: HomeAssistant, **data: Any) -> dict[str, Any]:
    data = {"replica": "Second house"} | data
    answer = await hass.services.async_call(DOMAIN, "migrate_vault", data, blocking=True, return_response=True)
    return cast("dict[str, Any]", answer)


def stored(household: Household) -> dict[str, Any]:
    assert household.entry is not None
    data = household.entry.subentries[REPLICA].data
    return {"store": data["store"], "earlier": data.get("earlier_stores", [])}


async def settled(household: Household) -> None:
    """Wait until nothing is moved any more, and the entry was loaded anew."""
    assert household.entry is not None
    entry = household.entry
    await household.becomes(
        lambda: entry.state is ConfigEntryState.LOADED and not entry.runtime_data.migrations[REPLICA].running
    )
    await household.hass.async_block_till_done()


def directory(path: Path) -> dict[str, Any]:
    return {"kind": "directory", "directory": str(path)}


async def test_a_replica_moves_and_goes_on_where_it_was(hass: HomeAssistant, household: Household, disk: Path) -> None:
    new = store_of(household, "elsewhere")
    told = await migrate(hass, dry_run=True, **directory(new))
    assert (told["started"], told["from"], told["to"]) == (False, [str(disk)], str(new))
    assert told["missing_objects"] == told["objects"] > 2
    assert list(new.iterdir()) == []
    assert household.shown(SENSOR) == "unknown"

    await migrate(hass, **directory(new))
    await household.becomes(lambda: stored(household) == {"store": directory(new), "earlier": [directory(disk)]})
    await settled(household)

    assert copies(new) == copies(disk) == {b"one", b"two"}
    household.immich.browser.upload(b"three", "IMG_3.jpg")
    await replica_of(household).async_replicate()
    assert (copies(new), copies(disk)) == ({b"one", b"two", b"three"}, {b"one", b"two"})

    told = await migrate(hass, remove_old=0, dry_run=True)
    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, remove_old=told["old_objects"] + 1)
    assert refused.value.translation_key == "other_count"
    await migrate(hass, remove_old=told["old_objects"])
    await household.becomes(lambda: stored(household)["earlier"] == [])
    await settled(household)
    assert (copies(new), copies(disk)) == ({b"one", b"two", b"three"}, set())


async def test_it_moves_into_a_bucket_and_knows_there_that_its_owner_lets_it_rest(
    hass: HomeAssistant, household: Household, disk: Path, moto: S3Server
) -> None:
    await replica_of(household).async_switch(on=False)
    settings = moto.settings(moto.new_bucket())
    place = {
        "kind": "s3",
        "endpoint": settings.endpoint,
        "region": settings.region,
        "bucket": settings.bucket,
        "access_key": settings.access_key,
        "secret_key": settings.secret_key,
    }
    await migrate(hass, **place)
    await household.becomes(lambda: stored(household)["earlier"] == [directory(disk)])
    await settled(household)
    assert settings.bucket is not None
    assert sum(key.startswith("originals/") and not key.endswith(".xmp") for key in moto.keys(settings.bucket)) == 2
    await household.becomes(lambda: household.shown("switch.second_house_replicate") == "off")


async def test_a_place_that_is_another_accounts_replica_is_not_taken(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    other = store_of(household, "of somebody else")
    (other / "manifest").mkdir()
    (other / "manifest" / "about.json").write_text('{"format": 1, "user": "somebody else"}')
    await migrate(hass, **directory(other))
    migration = household.runtime.migrations[REPLICA]
    await household.becomes(lambda: migration.data.phase == "waiting")
    state = hass.states.get(SENSOR)
    assert state is not None
    assert state.attributes["problem"] == "replica_other_user"
    assert copies(other) == set()
    assert stored(household)["store"] == directory(disk)


async def test_a_replica_and_a_vault_do_not_share_a_place(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, **directory(disk))
    assert refused.value.translation_key == "same_place"
    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call(DOMAIN, "migrate_vault", directory(disk), blocking=True)
    assert refused.value.translation_key == "same_place"


async def test_a_replica_does_not_move_into_itself(hass: HomeAssistant, household: Household, disk: Path) -> None:
    """Its old place could never be removed."""
    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, **directory(disk / "originals"))
    assert refused.value.translation_key == "same_place"
    assert copies(disk) == {b"one", b"two"}


async def test_while_it_moves_no_earlier_place_goes(hass: HomeAssistant, household: Household, disk: Path) -> None:
    new = store_of(household, "elsewhere")
    await migrate(hass, **directory(new))
    await household.becomes(lambda: stored(household)["earlier"] == [directory(disk)])
    await settled(household)
    other = store_of(household, "of somebody else")
    (other / "manifest").mkdir()
    (other / "manifest" / "about.json").write_text('{"format": 1, "user": "somebody else"}')
    await migrate(hass, **directory(other))
    assert household.runtime.migrations[REPLICA].running

    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, remove_old=0, dry_run=True)
    assert refused.value.translation_key == "migration_runs"

    await migrate(hass, call_off=True)
    assert (await migrate(hass, remove_old=0, dry_run=True))["old_objects"] > 2
    assert copies(disk) == {b"one", b"two"}


async def test_of_two_replicas_of_one_name_none_is_moved(hass: HomeAssistant, household: Household, disk: Path) -> None:
    add_replica(household, subentry_id="another", name="third disk")
    await hass.async_block_till_done()
    new = directory(store_of(household, "elsewhere"))
    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, **new)
    assert refused.value.translation_key == "several_accounts"
    assert (await migrate(hass, replica=REPLICA, dry_run=True, **new))["from"] == [str(disk)]


def known_in(index: Path) -> list[str]:
    with closing(sqlite3.connect(index)) as database:
        return [row[0] for row in database.execute("SELECT name FROM known")]


def make_index(index: Path, name: str) -> None:
    with closing(sqlite3.connect(index)) as database, database:
        database.execute("CREATE TABLE known (name TEXT)")
        database.execute("INSERT INTO known VALUES (?)", (name,))


def test_the_index_of_the_new_place_is_that_of_the_old_one(tmp_path: Path) -> None:
    """What was known there of an earlier stay goes, with all that SQLite keeps beside it."""
    old, new = tmp_path / "old.sqlite", tmp_path / "new.sqlite"
    make_index(old, "IMG_1.jpg")
    make_index(new, "something of an earlier stay")
    (tmp_path / "new.sqlite-wal").write_bytes(b"of an earlier stay")

    copy_index(old, new)

    assert known_in(new) == known_in(old) == ["IMG_1.jpg"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.sqlite", "old.sqlite"]


def test_a_damaged_index_is_not_taken_along(tmp_path: Path) -> None:
    """Without one it is made anew in the new place; half of one would be believed."""
    old, new = tmp_path / "old.sqlite", tmp_path / "new.sqlite"
    old.write_bytes(b"no database" * 1000)
    make_index(new, "something of an earlier stay")

    copy_index(old, new)

    assert [path.name for path in tmp_path.iterdir()] == ["old.sqlite"]


async def test_what_no_replica_is_called_is_refused(hass: HomeAssistant, household: Household, disk: Path) -> None:
    with pytest.raises(HomeAssistantError) as refused:
        await migrate(hass, replica="Third house", **directory(store_of(household, "x")))
    assert refused.value.translation_key == "no_such_replica"


async def test_it_rests_while_it_is_still_and_goes_on_after_that(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    replica = replica_of(household)
    async with replica.async_still():
        assert replica.data.paused
    assert not replica.data.paused
    household.immich.browser.upload(b"three", "IMG_3.jpg")
    await replica.async_replicate()
    assert copies(disk) == {b"one", b"two", b"three"}


async def test_a_replica_that_is_removed_leaves_no_wish(hass: HomeAssistant, household: Household, disk: Path) -> None:
    """It would name the keys of a store."""
    assert household.entry is not None
    entry_id = household.entry.entry_id
    wishes = wishes_of(hass)
    for key in (entry_id, replica_key(entry_id, REPLICA)):
        await wishes.put(key, Wish(directory(disk.parent / "a place that is away")))

    hass.config_entries.async_remove_subentry(household.entry, REPLICA)
    await hass.async_block_till_done()
    assert household.runtime.replicas == {}

    assert await wishes.get(replica_key(entry_id, REPLICA)) is None
    assert await wishes.get(entry_id) is not None
    await household.runtime.migrations["vault"].async_call_off()


async def test_a_place_that_tells_of_no_user_is_taken_and_one_that_was_emptied_is_not(
    household: Household, disk: Path
) -> None:
    movable = household.runtime.migrations[REPLICA].movable
    there = store_of(household, "told nothing")
    (there / "manifest").mkdir()
    (there / "manifest" / "about.json").write_text("nothing that anybody reads")
    await movable.prepare(directory(there), create=False)
    assert (there / "manifest" / "about.json").read_text() == "nothing that anybody reads"

    empty = store_of(household, "emptied")
    with pytest.raises(StoreUnmarkedError):
        await movable.prepare(directory(empty), create=False)
    assert list(empty.iterdir()) == []
    await movable.prepare(directory(empty), create=True)
    assert (empty / "manifest" / "about.json").read_bytes() == (disk / "manifest" / "about.json").read_bytes()


async def test_what_an_earlier_place_keeps_is_noted_there(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    new = store_of(household, "elsewhere")
    await migrate(hass, **directory(new))
    await household.becomes(lambda: stored(household) == {"store": directory(new), "earlier": [directory(disk)]})
    await settled(household)
    movable = household.runtime.migrations[REPLICA].movable
    assert await movable.names(directory(disk), ["originals/2026/11/IMG_1.jpg"]) == ["originals/2026/11/IMG_1.jpg"]
    movable.note_left(directory(disk), 2)
    assert stored(household)["earlier"] == [directory(disk) | {"left_behind": 2}]
    await settled(household)
