"""An album folder in Home Assistant: it follows by itself, shows what it does, and asks where it must."""

import asyncio
import json
import logging
import os
import re
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.immich_syncthing import background_coordinator
from custom_components.immich_syncthing.album_entities import AlbumStatus, status_of
from custom_components.immich_syncthing.albums.album_folder import AlbumFolder
from custom_components.immich_syncthing.albums.model import AlbumFolderState, Doing
from custom_components.immich_syncthing.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from custom_components.immich_syncthing.engine import arriving
from custom_components.immich_syncthing.entity import subentry_identifier
from custom_components.immich_syncthing.errors import RootTakenError
from custom_components.immich_syncthing.faults.coded import Problem
from custom_components.immich_syncthing.roots import RootRules, check_root
from custom_components.immich_syncthing.state_place import state_directory
from custom_components.immich_syncthing.syncthing.errors import FolderFaultError
from tests.servers.immich.faults import FaultKind

from .household import Household
from .repairing import opened, shown, submitted, told
from .tablets import STATUS, TABLET, add_album_folder, album_folder_of, names, until
from .test_registered import shown as registered
from .test_stop import switch as stop_everything


@pytest.fixture
async def tablet(hass: HomeAssistant, household: Household) -> Household:
    """Return a household whose tablet has an album of two photos."""
    assert await async_setup_component(hass, "repairs", {})
    web = household.immich.browser
    album = web.make_album("Summer", web.upload(b"one", "IMG_1.jpg"), web.upload(b"two", "IMG_2.jpg"))
    household.make_entry(folders=False)
    root = await add_album_folder(household, album)
    await household.load()
    await until(household, root, "IMG_1.jpg", "IMG_2.jpg")
    return household


async def test_it_follows_an_album_and_syncthing_knows_the_copies(household: Household) -> None:
    web = household.immich.browser
    album = web.make_album("Summer", web.upload(b"one", "IMG_1.jpg"))
    household.make_entry(folders=False)
    root = await add_album_folder(household, album)
    await household.load()
    await until(household, root, "IMG_1.jpg")
    assert household.shown("sensor.tablet_photos") == "1"
    assert household.shown("sensor.tablet_last_change") != "unknown"
    web.put_into_album(album, web.upload(b"two", "IMG_2.jpg"))
    await until(household, root, "IMG_1.jpg", "IMG_2.jpg")
    for name in ("IMG_1.jpg", "IMG_2.jpg"):
        await until_syncthing_knows(household, name, deleted=False)
    web.take_from_album(album, web.find("IMG_1.jpg").id)
    await until(household, root, "IMG_2.jpg")
    await until_syncthing_knows(household, "IMG_1.jpg", deleted=True)
    assert web.assets(trashed=True) == []


async def until_syncthing_knows(household: Household, name: str, *, deleted: bool) -> None:
    async with asyncio.timeout(30):
        while True:
            info = await household.runtime.syncthing.client.file("tablet", name)
            if info is not None and info.local.deleted is deleted:
                return
            await asyncio.sleep(0.05)


async def test_its_device_stands_below_the_account(tablet: Household, device_registry: dr.DeviceRegistry) -> None:
    assert tablet.entry is not None
    devices = dr.async_entries_for_config_entry(device_registry, tablet.entry.entry_id)
    [device] = [one for one in devices if one.name == "Tablet"]
    [account] = [one for one in devices if one.model == "Immich account"]
    assert (device.model, device.via_device_id, device.config_subentry_id) == ("Album folder", account.id, TABLET)


async def test_its_entities(tablet: Household, entity_registry: er.EntityRegistry, snapshot: SnapshotAssertion) -> None:
    assert tablet.entry is not None
    found = er.async_entries_for_config_entry(entity_registry, tablet.entry.entry_id)
    entities = sorted((one for one in found if TABLET in one.unique_id), key=lambda one: one.entity_id)
    assert {one.entity_id: registered(one, {tablet.entry.entry_id: "ENTRY"}) for one in entities} == snapshot


async def test_diagnostics_tell_how_it_is_and_not_where(
    hass: HomeAssistant, tablet: Household, device_registry: dr.DeviceRegistry
) -> None:
    assert tablet.entry is not None
    told_of_entry = await async_get_config_entry_diagnostics(hass, tablet.entry)
    [folder] = told_of_entry["album_folders"]
    assert (folder["source"], folder["albums"], folder["state"]["figures"]["copies"]) == ("albums", 1, 2)
    devices = dr.async_entries_for_config_entry(device_registry, tablet.entry.entry_id)
    [device] = [one for one in devices if subentry_identifier(album_folder_of(tablet)) in one.identifiers]
    told_of_device = await async_get_device_diagnostics(hass, tablet.entry, device)
    assert told_of_device["album_folder"]["id"] == TABLET
    text = json.dumps([told_of_entry, told_of_device], default=str)
    assert [word for word in ("Tablet", "IMG_1", str(tablet.photos.parent)) if word in text] == []


async def test_it_looks_at_once_when_it_is_told_to(hass: HomeAssistant, tablet: Household) -> None:
    web, root = tablet.immich.browser, tablet.photos.parent / "tablet"
    web.put_into_album(next(iter(tablet.immich.world.tables.albums)), web.upload(b"three", "IMG_3.jpg"))
    await hass.services.async_call("button", "press", {"entity_id": "button.tablet_sync_now"}, blocking=True)
    await tablet.becomes(lambda: len(names(root)) == 3)


async def test_it_rests_while_everything_is_stopped(hass: HomeAssistant, tablet: Household) -> None:
    await stop_everything(hass, on=True)
    await tablet.becomes(lambda: tablet.shown(STATUS) == "paused")
    await album_folder_of(tablet).async_refresh()
    root = tablet.photos.parent / "tablet"
    web = tablet.immich.browser
    web.put_into_album(next(iter(tablet.immich.world.tables.albums)), web.upload(b"three", "IMG_3.jpg"))
    await stop_everything(hass, on=False)
    await tablet.becomes(lambda: len(names(root)) == 3)


async def test_what_is_stopped_before_it_is_loaded_begins_nothing(hass: HomeAssistant, household: Household) -> None:
    web = household.immich.browser
    album = web.make_album("Summer", web.upload(b"one", "IMG_1.jpg"))
    household.make_entry(folders=False)
    root = await add_album_folder(household, album)
    assert await async_setup_component(hass, "switch", {})
    await household.load()
    await stop_everything(hass, on=True)
    assert household.entry is not None
    await hass.config_entries.async_reload(household.entry.entry_id)
    await household.becomes(lambda: household.shown(STATUS) == "paused")
    for path in root.glob("*.jpg"):
        path.unlink()
    album_folder_of(household).async_wake()
    await stop_everything(hass, on=False)
    await household.becomes(lambda: household.shown(STATUS) == "up_to_date")


async def test_whoever_asks_something_of_a_stopped_one_is_told(hass: HomeAssistant, tablet: Household) -> None:
    folder = album_folder_of(tablet)
    await folder.async_stop()
    await folder.async_stop()
    folder.async_heed(stopped=True)
    await hass.async_block_till_done()
    with pytest.raises(HomeAssistantError):
        await folder.async_approve_leaving("")


async def test_many_deletions_on_the_tablet_are_asked_about(
    hass: HomeAssistant, tablet: Household, hass_client: ClientSessionGenerator
) -> None:
    web, root = tablet.immich.browser, tablet.photos.parent / "tablet"
    more = [web.upload(f"more {number}".encode(), f"MORE_{number}.jpg") for number in range(4)]
    web.put_into_album(next(iter(tablet.immich.world.tables.albums)), *more)
    every = [f"MORE_{number}.jpg" for number in range(4)] + ["IMG_1.jpg", "IMG_2.jpg"]
    await until(tablet, root, *every)
    await tablet.becomes(lambda: album_folder_of(tablet).data.figures.copies == 6)
    for name in every:
        (root / name).unlink()
    await tablet.syncthing.scan("tablet")
    # A run that was under way may have seen some of it only.
    await hass.services.async_call("button", "press", {"entity_id": "button.tablet_sync_now"}, blocking=True)
    await tablet.becomes(lambda: album_folder_of(tablet).data.deleted_held == 6)
    assert tablet.shown(STATUS) == "waiting_for_decision"
    assert told(hass, "album_deleted") == {"name": "Tablet", "count": "6"}
    client = await hass_client()
    done = await submitted(client, await opened(client, shown(hass)["album_deleted"]))
    assert done["type"] == "create_entry"
    await tablet.becomes(lambda: "album_deleted" not in shown(hass))
    assert names(root) == []
    assert web.assets(trashed=True) == []


async def test_an_album_that_is_gone_is_asked_about(
    hass: HomeAssistant, tablet: Household, hass_client: ClientSessionGenerator
) -> None:
    web, root = tablet.immich.browser, tablet.photos.parent / "tablet"
    web.delete_album(next(iter(tablet.immich.world.tables.albums)))
    album_folder_of(tablet).async_wake()
    await tablet.becomes(lambda: tablet.shown(STATUS) == "waiting_for_decision")
    assert told(hass, "album_leaving") == {"name": "Tablet", "count": "2"}
    assert names(root) == ["IMG_1.jpg", "IMG_2.jpg"]
    client = await hass_client()
    await submitted(client, await opened(client, shown(hass)["album_leaving"]))
    await tablet.becomes(lambda: names(root) == [])
    await tablet.becomes(lambda: "album_leaving" not in shown(hass))


async def test_an_answer_about_other_copies_than_those_that_wait_lets_none_go(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    web = household.immich.browser
    one = web.make_album("Summer", web.upload(b"one", "IMG_1.jpg"))
    other = web.make_album("Winter", web.upload(b"two", "IMG_2.jpg"))
    household.make_entry(folders=False)
    root = await add_album_folder(household, one, other)
    await household.load()
    await until(household, root, "IMG_1.jpg", "IMG_2.jpg")
    folder = album_folder_of(household)
    web.delete_album(one)
    folder.async_wake()
    await household.becomes(lambda: folder.data.leaving_held == 1)
    client = await hass_client()
    form = await opened(client, shown(hass)["album_leaving"])
    web.delete_album(other)
    folder.async_wake()
    await household.becomes(lambda: folder.data.leaving_held == 2)
    # What was answered is taken away, until the next run asks anew.
    await submitted(client, form)
    await household.becomes(lambda: "album_leaving" in shown(hass))
    assert names(root) == ["IMG_1.jpg", "IMG_2.jpg"]


async def test_what_stops_it_is_told_after_an_hour_and_goes_by_itself(
    hass: HomeAssistant, tablet: Household, passing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    root = tablet.photos.parent / "tablet"
    (root / ".stfolder").rename(root / "unplugged")
    with pytest.raises(FolderFaultError):
        await tablet.runtime.syncthing.client.scan("tablet")
    album_folder_of(tablet).async_wake()
    await tablet.becomes(lambda: tablet.shown(STATUS) == "problem")
    assert "album_stopped" not in shown(hass)
    passing(3700)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2))
    await hass.async_block_till_done()
    assert told(hass, "album_stopped")["name"] == "Tablet"
    (root / "unplugged").rename(root / ".stfolder")
    await until(tablet, root, "IMG_1.jpg", "IMG_2.jpg")
    assert "album_stopped" not in shown(hass)
    # Syncthing's scan fails before its folder is said to be in error.
    assert re.search("does not go on: (marker_missing|syncthing_folder_fault)", caplog.text)


async def test_a_film_that_is_larger_than_the_room_is_told(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    web = household.immich.browser
    album = web.make_album("Summer", web.upload(b"one", "IMG_1.jpg"), web.upload(bytes(5_000), "MOV_1.mp4"))
    room = os.statvfs_result((1, 1, 6_000, 4_000, 4_000, 0, 0, 0, 0, 255))
    monkeypatch.setattr(arriving, "RESERVE_BYTES", 1_000)
    monkeypatch.setattr(os, "fstatvfs", lambda _: room)
    household.make_entry(folders=False)
    root = await add_album_folder(household, album)
    await household.load()
    await until(household, root, "IMG_1.jpg")
    assert told(hass, "album_no_room") == {"name": "Tablet", "count": "1"}


async def test_a_base_that_cannot_be_opened_is_told_and_tried_again(hass: HomeAssistant, tablet: Household) -> None:
    assert tablet.entry is not None
    await hass.config_entries.async_unload(tablet.entry.entry_id)
    for path in state_directory(hass).glob("*.album-*"):
        path.unlink()
    base = state_directory(hass) / f"{tablet.entry.entry_id}.album-{TABLET}.sqlite"
    base.mkdir()
    await hass.config_entries.async_setup(tablet.entry.entry_id)
    await tablet.becomes(lambda: album_folder_of(tablet).data.problem is not None)
    assert (tablet.shown(STATUS), tablet.entry.state) == ("unavailable", ConfigEntryState.LOADED)
    base.rmdir()
    await until(tablet, tablet.photos.parent / "tablet", "IMG_1.jpg", "IMG_2.jpg")


@pytest.mark.parametrize("fault", [ZeroDivisionError, HomeAssistantError])
async def test_a_fault_of_ours_is_told_like_any_other(
    tablet: Household, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: type[Exception]
) -> None:
    async def fail(_: AlbumFolder) -> None:
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(AlbumFolder, "run", fail)
        album_folder_of(tablet).async_wake()
        await tablet.becomes(lambda: tablet.shown(STATUS) == "problem")
    assert fault.__name__ in caplog.text
    caplog.clear()
    await until(tablet, tablet.photos.parent / "tablet", "IMG_1.jpg", "IMG_2.jpg")


async def test_what_stops_it_is_logged_once_however_its_details_change(
    tablet: Household, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, background_coordinator.__name__)
    details = set[str]()
    for status in (500, 502):
        tablet.immich.faults.clear()
        tablet.immich.faults.add(FaultKind.STATUS, "/api/users/me", status=status)
        album_folder_of(tablet).async_wake()
        await tablet.becomes(lambda: str(album_folder_of(tablet).data.problem) not in {"None", *details})
        details.add(str(album_folder_of(tablet).data.problem))
    tablet.immich.faults.clear()
    await until(tablet, tablet.photos.parent / "tablet", "IMG_1.jpg", "IMG_2.jpg")
    told = [one.message for one in caplog.records if one.name == background_coordinator.__name__]
    assert [one for one in told if "Manually" not in one] == [
        "Album folder Tablet does not go on: immich_server_error",
        "Album folder Tablet works again",
    ]


async def test_removing_it_leaves_the_copies_and_forgets_the_rest(hass: HomeAssistant, tablet: Household) -> None:
    assert tablet.entry is not None
    assert len(list(state_directory(hass).glob("*.album-*.sqlite"))) == 1
    hass.config_entries.async_remove_subentry(tablet.entry, TABLET)
    await hass.async_block_till_done()
    assert names(tablet.photos.parent / "tablet") == ["IMG_1.jpg", "IMG_2.jpg"]
    assert list(state_directory(hass).glob("*.album-*")) == []


async def test_no_camera_folder_may_lie_in_it(hass: HomeAssistant, tablet: Household) -> None:
    inner = tablet.photos.parent / "tablet" / "inner"
    (inner / ".stfolder").mkdir(parents=True)
    for path in (inner, inner.parent):
        with pytest.raises(RootTakenError):
            check_root(str(path), RootRules.of(hass), marker_name=".stfolder", writes=True)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (AlbumFolderState(), None),
        (AlbumFolderState(ran=True), AlbumStatus.UP_TO_DATE),
        (AlbumFolderState(ran=True, waits=True), AlbumStatus.WAITING_FOR_SYNCTHING),
        (AlbumFolderState(ran=True, paused_there=True), AlbumStatus.PAUSED),
        (AlbumFolderState(doing=Doing.COPYING, paused_there=True), AlbumStatus.COPYING),
        (AlbumFolderState(problem=Problem("album_gone"), leaving_held=1), AlbumStatus.WAITING_FOR_DECISION),
        (AlbumFolderState(problem=Problem("disk_full"), waits=True), AlbumStatus.PROBLEM),
    ],
)
def test_the_status_is_the_first_of_what_holds(state: AlbumFolderState, status: AlbumStatus | None) -> None:
    assert status_of(state) is status
