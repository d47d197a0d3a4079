"""The vault moves to another place while everything works, and the old one goes when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.immich_syncthing import migration_coordinator
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.migration_wishes import Wish, wishes_of
from custom_components.immich_syncthing.stop import STOP
from tests.servers.s3 import S3Server, moto

from .household import Household
from .migrating import HIDDEN, bucket, complete, migrate, objects_in, places
from .vaulting import delete_in_immich, fill_in, kept, option, read

__all__ = ["moto"]

SENSOR = "sensor.admin_127_0_0_1_vault_migration"


@pytest.fixture
def disk(household: Household) -> Path:
    """Return another directory that Home Assistant may use."""
    directory = household.photos.parent / "disk"
    directory.mkdir()
    return directory


@pytest.fixture
async def deleted(household: Household) -> list[bytes]:
    """Return the photos that the vault of the household holds, beside its folder."""
    for number in range(3, 9):
        household.take_photo(f"IMG_{number}.jpg")
    await household.set_up(preset="mirror")
    await household.notice()
    return [await delete_in_immich(household, f"IMG_{number}.jpg") for number in range(2)]


async def test_a_vault_moves_into_a_bucket_and_the_old_one_goes_when_it_is_told_to(
    hass: HomeAssistant, household: Household, deleted: list[bytes], moto: S3Server
) -> None:
    name = moto.new_bucket()
    before, _ = places(household)
    assert household.shown(SENSOR) == "unknown"

    told = await migrate(hass, dry_run=True, **bucket(moto, name))
    assert (told["started"], told["objects"], told["missing_objects"]) == (False, 4, 4)
    assert told["from"] == [before["directory"]]
    assert told["to"] == f"{name}/immich/vault (127.0.0.1)"
    assert moto.keys(name) == []
    assert places(household) == (before, [])

    told = await migrate(hass, **bucket(moto, name))
    assert (told["started"], told["missing_objects"]) == (True, 4)
    await household.becomes(lambda: places(household)[0] != before)
    await complete(household)

    assert places(household) == (bucket(moto, name), [before])
    assert [await read(household, content) for content in deleted] == deleted
    assert sum("/objects/" in key for key in moto.keys(name)) == 2
    assert len(objects_in(before)) == 2

    new = await delete_in_immich(household, "IMG_2.jpg")
    assert sum("/objects/" in key for key in moto.keys(name)) == 3
    assert len(objects_in(before)) == 2

    told = await migrate(hass, remove_old=0, dry_run=True)
    assert told["old_objects"] == 4
    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, remove_old=5)
    assert refused.value.translation_key == "other_count"
    assert len(objects_in(before)) == 2

    await migrate(hass, remove_old=told["old_objects"])
    await household.becomes(lambda: places(household)[1] == [])
    await complete(household)
    assert objects_in(before) == set()
    assert [await read(household, content) for content in [*deleted, new]] == [*deleted, new]
    assert await wishes_of(hass).get(household.runtime.account.config_entry.entry_id) is None


async def test_what_is_vaulted_meanwhile_comes_too(
    hass: HomeAssistant, household: Household, deleted: list[bytes], disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both passes are through, and one more photo is deleted just before the places are switched."""
    meanwhile: list[bytes] = []

    await migrate(hass, kind="directory", directory=str(disk), dry_run=True)
    assert list(disk.iterdir()) == []
    vaults = household.runtime.vault.vaults
    still = vaults.gate.still

    @asynccontextmanager
    async def later() -> AsyncIterator[None]:
        meanwhile.append(await delete_in_immich(household, "IMG_3.jpg"))
        async with still():
            yield

    monkeypatch.setattr(vaults.gate, "still", later)
    await migrate(hass, kind="directory", directory=str(disk))
    await household.becomes(lambda: places(household)[1] != [])
    await complete(household)

    assert len(meanwhile) == 1
    assert len(objects_in({"directory": str(disk / HIDDEN)})) == 3
    assert [await read(household, content) for content in [*deleted, *meanwhile]] == [*deleted, *meanwhile]


async def test_it_goes_on_after_a_restart(
    hass: HomeAssistant, household: Household, deleted: list[bytes], disk: Path
) -> None:
    assert household.entry is not None
    before, _ = places(household)
    await migrate(hass, kind="directory", directory=str(disk))
    await hass.config_entries.async_unload(household.entry.entry_id)
    await household.load()
    await household.becomes(lambda: places(household)[1] == [before])
    await complete(household)
    assert [await read(household, content) for content in deleted] == deleted
    assert places(household)[0] == {"kind": "directory", "directory": str(disk / HIDDEN)}


async def test_a_place_that_went_away_is_waited_for(
    hass: HomeAssistant, household: Household, deleted: list[bytes], disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration_coordinator, "FIRST_REST_SECONDS", 0.1)
    monkeypatch.setattr(migration_coordinator, "MOST_REST_SECONDS", 0.1)
    before, _ = places(household)
    place = Path(before["directory"])
    hidden = place.rename(place.with_name("away"))
    await household.runtime.migrations["vault"].async_begin(
        Wish({"kind": "directory", "directory": str(disk / HIDDEN)})
    )
    await household.becomes(lambda: household.runtime.migrations["vault"].data.phase == "waiting")
    state = hass.states.get(SENSOR)
    assert state is not None
    assert (state.attributes["phase"], state.attributes["problem"]) == ("waiting", "store_unreachable")
    assert places(household) == (before, [])

    hidden.rename(place)
    await household.becomes(lambda: places(household)[1] == [before])
    await complete(household)
    assert [await read(household, content) for content in deleted] == deleted


async def test_a_damaged_photo_keeps_the_vault_where_it_is_until_that_is_called_off(
    hass: HomeAssistant, household: Household, deleted: list[bytes], disk: Path
) -> None:
    before, _ = places(household)
    [damaged, *_] = Path(before["directory"]).glob("objects/*/*")
    content = damaged.read_bytes()
    damaged.write_bytes(b"x" * len(content))

    await migrate(hass, kind="directory", directory=str(disk))
    await household.becomes(lambda: household.runtime.migrations["vault"].data.phase == "waiting")

    state = hass.states.get(SENSOR)
    assert state is not None
    assert float(state.state) < 100
    assert (state.attributes["failed"], state.attributes["left_objects"]) == (1, 1)
    assert state.attributes["failures"] == [f"objects/{damaged.name[:2]}/{damaged.name}: store_mismatch"]
    assert places(household) == (before, [])
    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, remove_old=0)
    assert refused.value.translation_key == "nothing_to_migrate"

    await migrate(hass, call_off=True)
    assert not household.runtime.migrations["vault"].running
    assert household.shown(SENSOR) == "unknown"
    assert places(household) == (before, [])


async def test_what_lies_in_an_earlier_vault_is_brought_into_the_present_one(
    hass: HomeAssistant, household: Household, deleted: list[bytes], disk: Path
) -> None:
    """Somebody chose another vault in the forms, which works at once; then the old one is to go."""
    assert household.entry is not None
    before, _ = places(household)
    new = {"kind": "directory", "directory": str(disk / HIDDEN)}
    await household.runtime.migrations["vault"].movable.prepare(new, create=True)
    data = {key: value for key, value in household.entry.data.items() if key != "vault_path"}
    hass.config_entries.async_update_entry(household.entry, data=data | {"vault": new, "earlier_vaults": [before]})
    await hass.async_block_till_done()
    assert objects_in(new) == set()

    told = await migrate(hass)
    assert (told["from"], told["to"], told["missing_objects"]) == ([before["directory"]], new["directory"], 4)
    await complete(household)

    assert household.shown(SENSOR) == "100.0"
    assert objects_in(new) == objects_in(before)
    assert places(household) == (new, [before])
    assert len(await kept(household)) == 4


async def test_while_everything_is_stopped_nothing_moves_and_nothing_is_removed(
    hass: HomeAssistant, household: Household, deleted: list[bytes], disk: Path
) -> None:
    before, _ = places(household)
    await hass.data[STOP].async_set(stopped=True)
    await migrate(hass, kind="directory", directory=str(disk))
    await household.becomes(lambda: household.runtime.migrations["vault"].data.phase == "waiting")
    assert list(disk.iterdir()) == []

    await hass.data[STOP].async_set(stopped=False)
    await household.becomes(lambda: places(household)[1] == [before])
    await complete(household)

    await hass.data[STOP].async_set(stopped=True)
    await migrate(hass, remove_old=4)
    await household.becomes(lambda: household.runtime.migrations["vault"].data.phase == "waiting")
    assert len(objects_in(before)) == 2
    await hass.data[STOP].async_set(stopped=False)
    await household.becomes(lambda: places(household)[1] == [])
    await complete(household)
    assert objects_in(before) == set()


async def test_a_stop_in_the_middle_breaks_off_and_it_goes_on(
    hass: HomeAssistant, household: Household, deleted: list[bytes], disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = places(household)
    gate = household.runtime.vault.vaults.gate
    still, reached = gate.still, asyncio.Event()

    @asynccontextmanager
    async def held() -> AsyncIterator[None]:
        reached.set()
        await asyncio.Event().wait()
        yield

    monkeypatch.setattr(gate, "still", held)
    await migrate(hass, kind="directory", directory=str(disk))
    async with asyncio.timeout(30):
        await reached.wait()
    await hass.data[STOP].async_set(stopped=True)
    await household.becomes(lambda: household.runtime.migrations["vault"].data.phase == "waiting")
    assert places(household) == (before, [])
    monkeypatch.setattr(gate, "still", still)
    await hass.data[STOP].async_set(stopped=False)
    await household.becomes(lambda: places(household)[1] == [before])
    await complete(household)


async def test_who_writes_does_not_wait_for_ever(
    hass: HomeAssistant, household: Household, deleted: list[bytes], disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last pass hangs: it is broken off, the vault works again, and later it has more time."""
    monkeypatch.setattr(migration_coordinator, "FIRST_REST_SECONDS", 0.1)
    migration, before = household.runtime.migrations["vault"], places(household)[0]
    monkeypatch.setattr(migration, "_still_seconds", 0.5)
    gate, hung = household.runtime.vault.vaults.gate, 0
    still = gate.still

    @asynccontextmanager
    async def hanging() -> AsyncIterator[None]:
        nonlocal hung
        async with still():
            hung += 1
            if hung == 1:
                await asyncio.Event().wait()
            yield

    monkeypatch.setattr(gate, "still", hanging)
    await migrate(hass, kind="directory", directory=str(disk))
    await household.becomes(lambda: hung > 1)
    await household.becomes(lambda: places(household)[1] == [before])
    await complete(household)
    assert [await read(household, content) for content in deleted] == deleted


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "nothing_to_migrate"),
        ({"remove_old": 0}, "nothing_to_migrate"),
        ({"kind": "directory", "directory": "{media}/.immich-syncthing-vault"}, "same_place"),
        ({"kind": "directory", "directory": "{media}"}, "root_taken"),
        ({"kind": "directory", "directory": "{media}/none"}, "root_not_found"),
        ({"kind": "directory", "directory": "{media}/phone"}, "root_taken"),
        ({"kind": "directory", "directory": "/etc"}, "root_not_allowed"),
        ({"kind": "directory"}, "root_not_absolute"),
        ({"kind": "s3", "bucket": "../x"}, "bad_destination"),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    hass: HomeAssistant, household: Household, deleted: list[bytes], data: dict[str, Any], said: str
) -> None:
    media = str(household.photos.parent)
    asked = {key: one.format(media=media) if isinstance(one, str) else one for key, one in data.items()}
    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, **asked)
    assert refused.value.translation_key == said
    assert not household.runtime.migrations["vault"].running


async def test_a_store_that_refuses_is_told_before_anything_begins(
    hass: HomeAssistant, household: Household, deleted: list[bytes], moto: S3Server
) -> None:
    with pytest.raises(HomeAssistantError) as refused:
        await migrate(hass, **bucket(moto, moto.new_bucket()) | {"bucket": "no-such-bucket"})
    assert refused.value.translation_key == "store_bucket_missing"
    with pytest.raises(vol.Invalid):
        await migrate(hass, kind="floppy")


async def test_a_vault_that_is_reached_by_another_name_is_not_removed_as_the_earlier_one(
    hass: HomeAssistant, household: Household, deleted: list[bytes], moto: S3Server
) -> None:
    """Its server got a name: for the settings that is another place, but everything lies in it."""
    name = moto.new_bucket()
    await migrate(hass, **bucket(moto, name))
    await household.becomes(lambda: places(household)[0] == bucket(moto, name))
    await complete(household)
    named = bucket(moto, name)["endpoint"].replace("127.0.0.1", "localhost")
    form = await option(hass, household, "store", "store_s3")
    more = {"path_style": True, "verify_ssl": True, "encryption": "none"}
    typed = {key: value for key, value in bucket(moto, name).items() if key not in {"kind", "secret_key"}}
    await fill_in(hass, form, **typed | {"endpoint": named, "more": more})
    assert places(household)[1][0] == bucket(moto, name)
    before = moto.keys(name)

    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, remove_old=len(before) - 1)

    assert refused.value.translation_key == "same_place"
    assert moto.keys(name) == before
    assert [await read(household, content) for content in deleted] == deleted


async def test_an_earlier_vault_that_another_account_uses_stays(
    hass: HomeAssistant, household: Household, deleted: list[bytes], disk: Path
) -> None:
    before, _ = places(household)
    await migrate(hass, kind="directory", directory=str(disk))
    await household.becomes(lambda: places(household)[1] == [before])
    await complete(household)
    other = MockConfigEntry(domain=DOMAIN, title="Eve", unique_id="eve", data={"vault_path": before["directory"]})
    other.add_to_hass(hass)
    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, remove_old=5)
    assert refused.value.translation_key == "vault_shared"
    assert len(objects_in(before)) == 2


async def test_only_administrators_move_it(
    hass: HomeAssistant, household: Household, deleted: list[bytes], hass_read_only_user: MockUser, disk: Path
) -> None:
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            "migrate_vault",
            {"kind": "directory", "directory": str(disk)},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert list(disk.iterdir()) == []


async def test_an_account_that_is_removed_leaves_no_wish(
    hass: HomeAssistant, household: Household, deleted: list[bytes]
) -> None:
    assert household.entry is not None
    entry_id = household.entry.entry_id
    await wishes_of(hass).put(entry_id, Wish({"kind": "directory", "directory": "/none"}))
    await hass.config_entries.async_remove(entry_id)
    assert await wishes_of(hass).get(entry_id) is None
