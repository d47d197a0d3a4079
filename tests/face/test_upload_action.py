"""Single files go to Immich by an action, such as a doorbell's picture: each once, and only from allowed places."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.setup import async_setup_component

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.permissions import REQUIRED

from .automations import Automations
from .household import Household
from .photo_calls import ask, do


@pytest.fixture
async def media(household: Household) -> Path:
    """Return the media directory, beside an account without folders."""
    await household.set_up(folders=False)
    return household.photos.parent


def saved(media: Path, name: str, content: bytes = b"a picture") -> str:
    path = media / name
    path.write_bytes(content)
    return str(path)


def states(told: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(one["state"], one["reason"]) for one in told["files"]]


async def test_a_file_goes_up_once_with_album_and_tags(hass: HomeAssistant, household: Household, media: Path) -> None:
    file = saved(media, "door.jpg")
    await household.immich.settle()
    told = await ask(hass, "upload", files=file, album="Door")
    [row] = told["files"]
    asset = household.immich.browser.find("door.jpg")
    assert (row["file"], row["state"], row["asset_id"]) == (file, "uploaded", asset.id)
    assert row["link"] == f"{household.immich.url}/photos/{asset.id}"
    assert (told["album"]["created"], told["album"]["added"]) == (True, [asset.id])
    assert household.immich.browser.content(asset.id) == b"a picture"
    again = await ask(hass, "upload", files=[saved(media, "copy.jpg")], album="Door", tags="House/Door")
    assert states(again) == [("already", None)]
    assert again["album"]["already"] == again["tags"][0]["added"] == [asset.id]
    assert len(household.immich.browser.assets()) == 1


async def test_a_picture_goes_into_no_album_that_somebody_else_shares(
    hass: HomeAssistant, household: Household, media: Path
) -> None:
    bob = household.immich.browser_of(household.immich.world.add_user("Bob"))
    theirs = bob.make_album("Door")
    bob.share_album(theirs, household.immich.admin)
    await household.immich.settle()
    told = await ask(hass, "upload", files=saved(media, "door.jpg"), album="Door")
    assert told["album"]["created"]
    assert household.immich.world.tables.albums[theirs].asset_ids == []


async def test_two_files_alike_are_one_photo(hass: HomeAssistant, household: Household, media: Path) -> None:
    told = await ask(hass, "upload", files=[saved(media, "a.jpg"), saved(media, "b.jpg")])
    assert states(told) == [("uploaded", None), ("already", None)]
    assert len(household.immich.browser.assets()) == 1


async def test_what_is_in_the_trash_stays_there(hass: HomeAssistant, household: Household, media: Path) -> None:
    household.immich.browser.trash(household.immich.browser.upload(b"a picture", "door.jpg"))
    told = await ask(hass, "upload", files=saved(media, "door.jpg"), album="Door")
    assert states(told) == [("in_trash", None)]
    assert "album" not in told
    assert household.immich.browser.find("door.jpg").is_trashed
    with pytest.raises(HomeAssistantError) as failed:
        await do(hass, "upload", files=[saved(media, "door.jpg"), saved(media, "other.jpg", b"another")])
    assert failed.value.translation_key == "photos_failed"
    assert len(household.immich.browser.assets()) == 2, "the other one went up"


async def test_an_account_that_is_loaded_anew_meanwhile_loses_no_file(
    hass: HomeAssistant, household: Household, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = ImmichClient.bulk_upload_check

    async def reloading(client: ImmichClient, checksums: Sequence[bytes]) -> Any:
        assert household.entry is not None
        assert await hass.config_entries.async_reload(household.entry.entry_id)
        return await checked(client, checksums)

    monkeypatch.setattr(ImmichClient, "bulk_upload_check", reloading)
    assert states(await ask(hass, "upload", files=saved(media, "door.jpg"))) == [("uploaded", None)]


async def test_one_bad_file_hinders_no_other(
    hass: HomeAssistant, household: Household, media: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "secret.jpg"
    outside.write_bytes(b"secret")
    (media / "link.jpg").symlink_to(outside)
    files = [
        str(outside),
        str(media / "link.jpg"),
        "door.jpg",
        str(media / "nowhere.jpg"),
        str(media),
        saved(media, "empty.jpg", b""),
        saved(media, "words.txt"),
        saved(media, "good.jpg", b"good"),
    ]
    told = await ask(hass, "upload", files=files)
    assert states(told) == [
        ("failed", "not_allowed"),
        ("failed", "not_allowed"),
        ("failed", "missing"),
        ("failed", "missing"),
        ("failed", "missing"),
        ("failed", "empty"),
        ("failed", "immich_unsupported_type"),
        ("uploaded", None),
    ]
    assert [asset.name for asset in household.immich.browser.assets()] == ["good.jpg"]
    with pytest.raises(HomeAssistantError) as failed:
        await do(hass, "upload", files=files)
    assert (failed.value.translation_key, (failed.value.translation_placeholders or {})["count"]) == (
        "photos_failed",
        "7",
    )


async def test_a_file_of_the_media_browser(hass: HomeAssistant, household: Household, media: Path) -> None:
    assert await async_setup_component(hass, "media_source", {})
    saved(media, "door.jpg")
    chosen = {"media_content_id": "media-source://media_source/local/door.jpg", "media_content_type": "image/jpeg"}
    assert states(await ask(hass, "upload", media=chosen)) == [("uploaded", None)]
    for wrong in ("media-source://nobody/door.jpg", "media-source://immich_syncthing/x"):
        with pytest.raises(ServiceValidationError) as refused:
            await ask(hass, "upload", media=[wrong])
        assert refused.value.translation_key == "media_not_a_file"


async def test_nothing_to_send_is_refused(hass: HomeAssistant, media: Path) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await do(hass, "upload")
    assert refused.value.translation_key == "upload_what"


async def test_a_key_that_may_not_sends_nothing(hass: HomeAssistant, household: Household, media: Path) -> None:
    household.allow(*REQUIRED)
    with pytest.raises(HomeAssistantError) as failed:
        await do(hass, "upload", files=saved(media, "door.jpg"), album="Door", tags="Door")
    told = (failed.value.translation_placeholders or {})["permission"]
    assert told == "album.read, album.create, albumAsset.create, tag.create, tag.asset"
    assert household.immich.browser.assets() == []


# --- the doorbell ------------------------------------------------------------------------------------------------


@pytest.fixture
async def automations(hass: HomeAssistant) -> AsyncIterator[Automations]:
    made = Automations(hass)
    yield made
    await made.stop()


async def test_a_ring_puts_a_picture_into_the_album(
    hass: HomeAssistant, household: Household, media: Path, automations: Automations
) -> None:
    async def snapshot(call: ServiceCall) -> None:
        await hass.async_add_executor_job(Path(call.data["filename"]).write_bytes, b"somebody rang")

    hass.services.async_register("camera", "snapshot", snapshot)
    hass.states.async_set("binary_sensor.bell", "off")
    await automations.make(
        "doorbell_to_album", doorbell="binary_sensor.bell", camera="camera.front", directory=str(media), tags=["Door"]
    )
    browser = household.immich.browser
    hass.states.async_set("binary_sensor.bell", "unavailable")
    hass.states.async_set("binary_sensor.bell", "on")
    await hass.async_block_till_done()
    assert browser.assets() == []
    hass.states.async_set("binary_sensor.bell", "off")
    hass.states.async_set("binary_sensor.bell", "on")
    await household.becomes(lambda: bool(browser.assets()) and bool(browser.assets()[0].tag_ids))
    [asset] = browser.assets()
    assert asset.name.startswith("front_")
    [album] = household.immich.world.tables.albums.values()
    assert (album.name, album.asset_ids) == ("Doorbell", [asset.id])
