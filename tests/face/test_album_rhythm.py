"""When an album folder looks: after a rest, when Immich tells of something, and not more often than that."""

import asyncio
from datetime import timedelta
from pathlib import Path
from time import get_clock_info

import pytest
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing import album_coordinator, background_coordinator
from custom_components.immich_syncthing.albums.album_folder import AlbumFolder
from custom_components.immich_syncthing.albums.model import RunReport
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.immich.photos import photo

from .household import Household
from .tablets import STATUS, add_album_folder, album_folder_of, names


async def sync_now(household: Household) -> None:
    await household.hass.services.async_call("button", "press", {"entity_id": "button.tablet_sync_now"}, blocking=True)


async def without_polling(household: Household) -> tuple[str, Path]:
    """Load an account without polling whose tablet has an album of one photo; return the album and its directory.

    Immich tells nothing by itself, either.
    """
    household.allow(*REQUIRED, "album.read")
    web = household.immich.browser
    album = web.make_album("Summer", web.upload(b"one", "IMG_1.jpg"))
    entry = household.make_entry(folders=False)
    household.hass.config_entries.async_update_entry(entry, pref_disable_polling=True)
    root = await add_album_folder(household, album)
    await household.load()
    await household.becomes(lambda: names(root) == ["IMG_1.jpg"] and household.shown(STATUS) == "up_to_date")
    return album, root


async def test_it_looks_again_after_a_rest(household: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(album_coordinator, "REST_SECONDS", 0.05)
    monkeypatch.setattr(background_coordinator, "PROGRESS_INTERVAL", timedelta(milliseconds=10))
    web = household.immich.browser
    album = web.make_album("Summer")
    household.make_entry(folders=False)
    root = await add_album_folder(household, album)
    await household.load()
    for number in range(2):
        web.put_into_album(album, web.upload(f"photo {number}".encode(), f"IMG_{number}.jpg"))
        await household.becomes(lambda wanted=number + 1: len(names(root)) == wanted)  # type: ignore[misc]


async def test_with_polling_switched_off_it_looks_only_when_it_is_told_to(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(album_coordinator, "REST_SECONDS", 0.05)
    album, root = await without_polling(household)
    web = household.immich.browser
    web.put_into_album(album, web.upload(b"two", "IMG_2.jpg"))
    await asyncio.sleep(0.5)
    assert names(root) == ["IMG_1.jpg"]
    await sync_now(household)
    await household.becomes(lambda: names(root) == ["IMG_1.jpg", "IMG_2.jpg"])


async def test_without_polling_it_goes_on_by_itself_after_a_pause_in_syncthing(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(album_coordinator, "REST_SECONDS", 0.2)
    album, root = await without_polling(household)
    await household.syncthing.change_folder("tablet", paused=True)
    household.immich.browser.put_into_album(album, household.immich.browser.upload(b"two", "IMG_2.jpg"))
    await sync_now(household)
    await household.becomes(lambda: household.shown(STATUS) == "paused")
    await household.syncthing.change_folder("tablet", paused=False)
    await household.becomes(lambda: names(root) == ["IMG_1.jpg", "IMG_2.jpg"])
    await household.becomes(lambda: household.shown(STATUS) == "up_to_date")


async def test_what_immich_tells_of_is_looked_at_soon(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(album_coordinator, "HINT_SECONDS", 0.2)
    household.allow("all")
    web = household.immich.browser
    album = web.make_album("Summer", web.upload(b"one", "IMG_1.jpg"))
    household.make_entry(folders=False)
    root = await add_album_folder(household, album)
    await household.load()
    await household.becomes(lambda: names(root) == ["IMG_1.jpg"] and household.runtime.changes.told["opened"] == 1)
    # Immich tells of what it can make a picture of.
    web.put_into_album(album, *[web.upload(photo(number), f"MORE_{number}.jpg") for number in range(5)])
    await household.immich.settle()
    await household.becomes(lambda: len(names(root)) == 6)
    told_before = household.runtime.changes.told["album"]
    known = web.upload(b"known", "KNOWN.jpg")
    await household.immich.settle()
    await hass.services.async_call(DOMAIN, "add_to_album", {"asset_ids": [known], "album": album}, blocking=True)
    await household.becomes(lambda: len(names(root)) == 7)
    assert household.runtime.changes.told["album"] > told_before


@pytest.mark.parametrize("fails", [False, True])
async def test_what_is_told_while_it_runs_is_looked_at_half_a_minute_later(
    household: Household, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    monkeypatch.setattr(album_coordinator, "HINT_SECONDS", 0.5)
    await without_polling(household)
    folder, now = album_folder_of(household), household.hass.loop.time
    begun, ended, go_on = list[float](), list[float](), asyncio.Event()
    run = AlbumFolder.run

    async def follow(worker: AlbumFolder) -> RunReport:
        begun.append(now())
        await go_on.wait()
        try:
            if fails:
                raise ZeroDivisionError
            return await run(worker)
        finally:
            ended.append(now())

    monkeypatch.setattr(AlbumFolder, "run", follow)
    folder.async_hear()
    folder.async_wake()
    await household.becomes(lambda: len(begun) == 1 and now() > begun[0] + 2 * album_coordinator.HINT_SECONDS)
    for _ in range(3):
        folder.async_hear()
    go_on.set()
    await household.becomes(lambda: len(begun) == 2)
    assert begun[1] >= ended[0] + album_coordinator.HINT_SECONDS - get_clock_info("monotonic").resolution
