"""Photos are saved by an action where Home Assistant may write: whole, never over anything else, never among photos."""

import asyncio
import errno
import hashlib
import os
import threading
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.immich.photos import photo
from tests.servers.immich import FaultKind

from .household import Household
from .photo_calls import NOBODY, ask, do, in_immich


@pytest.fixture
async def ids(household: Household) -> list[str]:
    """Return the ids of three photos in Immich, beside an account without folders."""
    await household.set_up(folders=False)
    return await in_immich(household)


@pytest.fixture
def frame(household: Household) -> Path:
    """Return a directory of the media that is not there yet."""
    return household.photos.parent / "frames" / "kitchen"


def reasons(told: dict[str, Any]) -> dict[str, str]:
    return {one["asset_id"]: one["reason"] for one in told["failed"]}


def content(number: int) -> bytes:
    return f"photo {number}".encode() * 50


def names(directory: Path) -> set[str]:
    return {one.name for one in directory.iterdir()}


async def test_originals_are_saved_once(hass: HomeAssistant, ids: list[str], frame: Path) -> None:
    told = await ask(hass, "download", asset_ids=[ids[0], ids[1], ids[0]], directory=str(frame))
    assert (told["account"], told["failed"]) == ("Admin @ 127.0.0.1", [])
    assert told["photos"] == [
        {"asset_id": ids[at], "state": "saved", "path": str(frame / f"IMG_{at}.jpg"), "size": 350} for at in (0, 1)
    ]
    assert names(frame) == {"IMG_0.jpg", "IMG_1.jpg"}
    assert (frame / "IMG_1.jpg").read_bytes() == content(1)
    before = (frame / "IMG_1.jpg").stat()
    again = await ask(hass, "download", asset_ids=ids[1], directory=str(frame))
    [row] = again["photos"]
    assert (row["state"], row["path"], row["size"]) == ("already", str(frame / "IMG_1.jpg"), 350)
    assert (frame / "IMG_1.jpg").stat().st_ino == before.st_ino
    await do(hass, "download", asset_ids=ids[2], directory=str(frame))
    assert names(frame) == {"IMG_0.jpg", "IMG_1.jpg", "IMG_2.jpg"}


async def test_a_photo_bears_the_date_that_it_was_taken(
    hass: HomeAssistant, household: Household, ids: list[str], frame: Path
) -> None:
    await do(hass, "download", asset_ids=ids[0], directory=str(frame))
    asset = household.immich.browser.find("IMG_0.jpg")
    assert (frame / "IMG_0.jpg").stat().st_mtime == int(asset.file_created_at.timestamp())


async def test_nothing_is_overwritten(hass: HomeAssistant, ids: list[str], frame: Path) -> None:
    frame.mkdir(parents=True)
    secret = frame.parent / "secret.txt"
    secret.write_bytes(b"secret")
    (frame / "IMG_0.jpg").symlink_to(secret)
    (frame / "IMG_1.jpg").write_bytes(b"somebody's")
    (frame / "IMG_2.jpg").mkdir()
    told = await ask(hass, "download", asset_ids=ids, directory=str(frame))
    assert [Path(one["path"]).name for one in told["photos"]] == [f"IMG_{at} ({ids[at][:8]}).jpg" for at in range(3)]
    assert (secret.read_bytes(), (frame / "IMG_1.jpg").read_bytes()) == (b"secret", b"somebody's")
    assert (frame / "IMG_0.jpg").is_symlink()
    assert [Path(one["path"]).read_bytes() for one in told["photos"]] == [content(at) for at in range(3)]


async def test_where_all_names_are_taken_nothing_is_saved(hass: HomeAssistant, ids: list[str], frame: Path) -> None:
    taken = {f"IMG_0{mark}.jpg" for mark in ("", f" ({ids[0][:8]})", f" ({ids[0]})")}
    frame.mkdir(parents=True)
    for name in taken:
        (frame / name).write_bytes(b"somebody's")
    assert reasons(await ask(hass, "download", asset_ids=ids[0], directory=str(frame))) == {ids[0]: "no_name"}
    assert names(frame) == taken


async def test_previews_are_saved_and_found_again(
    hass: HomeAssistant, household: Household, ids: list[str], frame: Path
) -> None:
    picture = household.immich.browser.upload(photo(), "beach.heic")
    household.immich.jobs.pause("thumbnailGeneration")
    late = household.immich.browser.upload(b"not seen yet", "late.jpg")
    household.immich.jobs.resume("thumbnailGeneration")
    await household.immich.settle()
    household.immich.world.tables.assets[late].has_thumbnail = False
    told = await ask(hass, "download", asset_ids=[picture, late], directory=str(frame), preview=True)
    [row] = told["photos"]
    saved = Path(row["path"])
    assert (saved.stem, saved.stat().st_size, row["state"]) == ("beach", row["size"], "saved")
    assert reasons(told) == {late: "no_preview"}
    again = await ask(hass, "download", asset_ids=picture, directory=str(frame), preview=True)
    assert [(one["state"], one["path"]) for one in again["photos"]] == [("already", str(saved))]
    assert names(frame) == {saved.name}


async def test_one_bad_photo_hinders_no_other(
    hass: HomeAssistant, household: Household, ids: list[str], frame: Path
) -> None:
    household.immich.faults.add(FaultKind.STATUS, f"{ids[0]}/original", status=500, times=10)
    wrong = household.immich.world.tables.assets[ids[1]]
    wrong.checksum = hashlib.sha1(b"another", usedforsecurity=False).digest()
    told = await ask(hass, "download", asset_ids=[ids[0], "no-id", NOBODY, ids[1], ids[2]], directory=str(frame))
    assert reasons(told) == {ids[0]: "not_sent", "no-id": "not_found", NOBODY: "not_found", ids[1]: "wrong_bytes"}
    assert [one["asset_id"] for one in told["photos"]] == [ids[2]]
    assert names(frame) == {"IMG_2.jpg"}
    with pytest.raises(HomeAssistantError) as failed:
        await do(hass, "download", asset_ids=[NOBODY, ids[2]], directory=str(frame))
    assert failed.value.translation_key == "photos_failed"


async def test_a_file_of_an_external_library_is_known_by_its_size(
    hass: HomeAssistant, household: Household, ids: list[str], frame: Path
) -> None:
    external = household.immich.world.tables.assets[ids[0]]
    external.library_id, external.checksum = NOBODY, hashlib.sha1(b"/mnt/IMG_0.jpg", usedforsecurity=False).digest()
    for state in ("saved", "already"):
        [row] = (await ask(hass, "download", asset_ids=ids[0], directory=str(frame)))["photos"]
        assert (row["state"], row["size"], Path(row["path"]).read_bytes()) == (state, 350, content(0))
    assert names(frame) == {"IMG_0.jpg"}


async def test_a_full_disk_is_told(
    hass: HomeAssistant, ids: list[str], frame: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = namedtuple("room", "f_bavail f_frsize")
    monkeypatch.setattr(os, "fstatvfs", lambda _: room(10, 4096))
    assert reasons(await ask(hass, "download", asset_ids=ids[0], directory=str(frame))) == {ids[0]: "disk_full"}
    assert names(frame) == set()


@pytest.mark.parametrize(("number", "reason"), [(errno.ENOSPC, "disk_full"), (errno.EIO, "not_writable")])
async def test_a_disk_that_fails_meanwhile_keeps_nothing(
    hass: HomeAssistant, ids: list[str], frame: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    def fails(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fails)
    assert reasons(await ask(hass, "download", asset_ids=ids[0], directory=str(frame))) == {ids[0]: reason}
    assert names(frame) == set()


@pytest.mark.parametrize(
    ("place", "key"),
    [
        (lambda media: "frames", "download_not_allowed"),
        (lambda media: "/etc/frames", "download_not_allowed"),
        (lambda media: str(media / ".." / "elsewhere"), "download_not_allowed"),
        (lambda media: str(media / "away" / "frames"), "download_not_allowed"),
        (lambda media: str(media / "photos"), "download_among_photos"),
        (lambda media: str(media / "photos" / "new" / "frames"), "download_among_photos"),
        (lambda media: str(media / "round" / "frames"), "download_among_photos"),
        (lambda media: str(media / "file.txt"), "download_not_writable"),
        (lambda media: str(media / ("x" * 300)), "download_not_writable"),
    ],
)
async def test_where_photos_may_not_be_saved(
    hass: HomeAssistant, household: Household, tmp_path: Path, place: Callable[[Path], str], key: str
) -> None:
    await household.set_up()
    media = household.photos.parent
    outside = tmp_path / "outside"
    outside.mkdir()
    (media / "away").symlink_to(outside)
    (media / "round").symlink_to(household.photos)
    (media / "file.txt").write_bytes(b"")
    if not (media / "photos").exists():
        (media / "photos").symlink_to(household.photos)
    before = names(household.photos)
    with pytest.raises(ServiceValidationError) as refused:
        await do(hass, "download", asset_ids=NOBODY, directory=place(media))
    assert refused.value.translation_key == key
    assert names(outside) == set()
    assert names(household.photos) == before


async def test_a_directory_that_cannot_be_written_to_is_refused(
    hass: HomeAssistant, ids: list[str], frame: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame.mkdir(parents=True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ServiceValidationError) as refused:
        await do(hass, "download", asset_ids=ids, directory=str(frame))
    assert refused.value.translation_key == "download_not_writable"


async def test_a_key_that_may_not_saves_nothing(
    hass: HomeAssistant, household: Household, ids: list[str], frame: Path
) -> None:
    household.allow(*REQUIRED)
    with pytest.raises(HomeAssistantError) as failed:
        await do(hass, "download", asset_ids=ids, directory=str(frame), preview=True)
    assert (failed.value.translation_placeholders or {})["permission"] == "asset.view"
    assert not frame.exists()


async def test_an_account_that_is_loaded_anew_meanwhile_loses_no_photo(
    hass: HomeAssistant, household: Household, ids: list[str], frame: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = ImmichClient.asset

    async def reloading(client: ImmichClient, asset_id: str) -> Any:
        assert household.entry is not None
        assert await hass.config_entries.async_reload(household.entry.entry_id)
        return await looked(client, asset_id)

    monkeypatch.setattr(ImmichClient, "asset", reloading)
    await do(hass, "download", asset_ids=ids[:2], directory=str(frame))
    assert names(frame) == {"IMG_0.jpg", "IMG_1.jpg"}


async def test_a_call_that_is_cancelled_while_it_opens_its_directory_lets_it_go(
    hass: HomeAssistant, ids: list[str], frame: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, cancelled, made = threading.Event(), threading.Event(), Path.mkdir

    def waiting(path: Path, *args: Any, **how: Any) -> None:
        if path == frame:
            opening.set()
            cancelled.wait(60)
        made(path, *args, **how)

    monkeypatch.setattr(Path, "mkdir", waiting)
    call = hass.async_create_task(ask(hass, "download", asset_ids=ids, directory=str(frame)))
    await hass.async_add_executor_job(opening.wait)
    call.cancel()
    cancelled.set()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert frame.is_dir()
    assert str(frame) not in {str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()}
