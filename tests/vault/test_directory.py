"""A directory as vault: what is kept, in how many copies, and how it is found again."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.errors import (
    NotInVaultError,
    VaultMismatchError,
    VaultSourceError,
)
from custom_components.immich_syncthing.vault.model import Blocking, Vault
from tests.synced import watching_syncs

from .things import PHOTO, everything, never, objects_in, opened, origin_of, pieces, sha1, unfinished_in


async def test_a_file_on_the_same_disk_is_kept_as_a_link(vault: DirectoryVault, folder: Path) -> None:
    photo = folder / "IMG_1.jpg"
    photo.write_bytes(PHOTO)

    with opened(photo) as source:
        await vault.store_file(source, origin_of(PHOTO))

    [kept] = (vault.directory / "objects").glob("*/*")
    assert kept.samefile(photo)
    assert kept.name == sha1(PHOTO).hex()
    assert kept.parent.name == kept.name[:2]
    photo.unlink()
    assert await everything(vault, sha1(PHOTO)) == PHOTO
    assert unfinished_in(vault.directory) == []


async def test_a_file_on_another_disk_is_copied(vault: DirectoryVault, other_disk: Path) -> None:
    photo = other_disk / "IMG_1.jpg"
    photo.write_bytes(PHOTO)
    assert photo.stat().st_dev != vault.directory.stat().st_dev

    with opened(photo) as source:
        await vault.store_file(source, origin_of(PHOTO))

    assert photo.read_bytes() == PHOTO
    assert objects_in(vault.directory) == {sha1(PHOTO).hex(): PHOTO}
    assert unfinished_in(vault.directory) == []


@pytest.mark.parametrize("way", ["link", "copy", "stream", "known already"])
async def test_what_counts_survives_a_power_cut(
    vault: DirectoryVault, folder: Path, other_disk: Path, way: str
) -> None:
    photo = (other_disk if way == "copy" else folder) / "IMG_1.jpg"
    photo.write_bytes(PHOTO)
    if way == "known already":
        await vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "earlier.jpg"))

    with opened(photo) as source, watching_syncs() as synced:
        if way == "stream":
            await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
        else:
            await vault.store_file(source, origin_of(PHOTO))

    [kept] = (vault.directory / "objects").glob("*/*")
    entry = max((vault.directory / "entries").glob("*/*"))
    assert kept in synced
    assert kept.parent in synced
    assert entry in synced
    assert entry.parent in synced
    if way != "known already":
        assert kept.parent.parent in synced
        assert entry.parent.parent in synced


async def test_a_video_larger_than_a_block_is_read_in_blocks(vault: DirectoryVault) -> None:
    video = os.urandom(2 * 1024 * 1024 + 17)
    await vault.store_stream(pieces(video, 65_536), origin_of(video))

    blocks = [block async for block in vault.read(sha1(video))]

    assert [len(block) for block in blocks] == [1024 * 1024, 1024 * 1024, 17]
    assert b"".join(blocks) == video


async def test_the_same_content_is_kept_once_and_remembered_for_each_place(vault: DirectoryVault, folder: Path) -> None:
    origins = [origin_of(PHOTO, name) for name in ("A.jpg", "B.jpg")]
    for origin in origins:
        (folder / origin.path).write_bytes(PHOTO)
        with opened(folder / origin.path) as source:
            await vault.store_file(source, origin)
        (folder / origin.path).unlink()

    assert list(objects_in(vault.directory).values()) == [PHOTO]
    entries = [entry async for page in vault.entries() for entry in page]
    assert [entry.origin for entry in entries] == origins
    newest = await vault.find(sha1(PHOTO))
    assert newest is not None
    assert newest.origin == origins[1]


async def test_the_same_deletion_twice_leaves_one_entry_with_the_later_time(vault: DirectoryVault) -> None:
    first = await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    second = await vault.store_stream(never(), origin_of(PHOTO))

    assert second.stored_at > first.stored_at
    assert [page async for page in vault.entries()] == [(second,)]


async def test_what_was_deleted_on_the_phone_is_not_fetched_if_it_is_here(vault: DirectoryVault) -> None:
    await vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "A.jpg"))

    await vault.store_stream(never(), origin_of(PHOTO, "B.jpg"))

    assert [len(page) async for page in vault.entries()] == [2]


async def test_entries_come_in_pages_and_by_folder(vault: DirectoryVault) -> None:
    for number in range(7):
        content = f"photo {number}".encode()
        folder_id = "camera" if number % 2 else "screenshots"
        await vault.store_stream(pieces(content), origin_of(content, f"{number}.jpg", folder_id))

    assert [len(page) async for page in vault.entries(page=3)] == [3, 3, 1]
    of_camera = [entry.origin.path async for page in vault.entries("camera", page=2) for entry in page]
    assert sorted(of_camera) == ["1.jpg", "3.jpg", "5.jpg"]


async def test_a_new_installation_finds_everything_in_the_directory_alone(
    vault: DirectoryVault, disk: Blocking, clock: Callable[[], float]
) -> None:
    odd = origin_of(PHOTO, 'DCIM/Ka"mera\n😀\udcff.jpg')
    kept = await vault.store_stream(pieces(PHOTO), odd)

    moved = vault.directory.rename(vault.directory.with_name("moved"))
    later = DirectoryVault(moved, disk, clock)
    await later.prepare(create=False)

    assert await later.find(sha1(PHOTO)) == kept
    assert await everything(later, sha1(PHOTO)) == PHOTO


async def test_an_entry_says_everything_in_plain_json(vault: DirectoryVault) -> None:
    await vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "DCIM/Übersee.jpg"))

    [path] = (vault.directory / "entries" / sha1(PHOTO).hex()).iterdir()

    assert json.loads(path.read_text()) == {
        "product": "Immich Syncthing",
        "format": 1,
        "checksum": sha1(PHOTO).hex(),
        "size": len(PHOTO),
        "folder_id": "camera",
        "folder_label": "Phone Photos",
        "path": "DCIM/Übersee.jpg",
        "mtime_ns": 1_763_600_000_123_456_789,
        "asset_id": "0e3ad5cb-5a4c-4c15-a0d1-1a2b3c4d5e6f",
        "account_id": "user-1",
        "reason": "asset_deleted",
        "stored_at": 1_763_700_000.0,
    }


async def test_a_broken_entry_hides_no_other(vault: DirectoryVault, caplog: pytest.LogCaptureFixture) -> None:
    kept = await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    place = vault.directory / "entries" / sha1(PHOTO).hex()
    (place / "0000000000001-aa.json").write_text("{")
    (place / "0000000000002-bb.json").write_text('{"checksum": "zz"}')
    (place / "0000000000003-cc.json").write_text("[]")

    assert [page async for page in vault.entries()] == [(kept,)]
    assert caplog.text.count("cannot be read") == 3


async def test_what_is_not_here_is_not_found(vault: DirectoryVault) -> None:
    assert await vault.find(sha1(PHOTO)) is None
    with pytest.raises(NotInVaultError):
        await everything(vault, sha1(PHOTO))


async def test_an_entry_whose_bytes_went_bad_is_not_found(vault: DirectoryVault) -> None:
    await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    [kept] = (vault.directory / "objects").glob("*/*")
    kept.write_bytes(PHOTO[:-1] + b"?")

    assert await vault.find(sha1(PHOTO)) is None
    with pytest.raises(VaultMismatchError):
        await everything(vault, sha1(PHOTO))


@pytest.mark.parametrize("content", [PHOTO[:-1] + b"?", PHOTO + b"?", PHOTO[:-1], b""], ids=len)
async def test_other_bytes_than_planned_are_not_kept(vault: DirectoryVault, folder: Path, content: bytes) -> None:
    photo = folder / "IMG_1.jpg"
    photo.write_bytes(content)

    with opened(photo) as source, pytest.raises(VaultMismatchError):
        await vault.store_file(source, origin_of(PHOTO))
    with pytest.raises(VaultMismatchError):
        await vault.store_stream(pieces(content), origin_of(PHOTO))

    assert photo.read_bytes() == content
    assert objects_in(vault.directory) == {}
    assert unfinished_in(vault.directory) == []
    assert [page async for page in vault.entries()] == []


async def test_only_a_regular_file_is_kept(vault: DirectoryVault, folder: Path) -> None:
    (folder / "secret").write_bytes(PHOTO)
    (folder / "link.jpg").symlink_to(folder / "secret")
    os.mkfifo(folder / "pipe.jpg")
    (folder / "directory.jpg").mkdir()

    for name in ("link.jpg", "pipe.jpg", "directory.jpg", "gone.jpg"):
        with opened(folder / name) as source, pytest.raises(VaultSourceError):
            await vault.store_file(source, origin_of(PHOTO, name))

    assert objects_in(vault.directory) == {}


async def test_a_stream_that_breaks_leaves_nothing(vault: DirectoryVault) -> None:
    async def broken() -> object:
        for _ in range(3):
            yield os.urandom(1024 * 1024)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await vault.store_stream(broken(), origin_of(PHOTO))  # type: ignore[arg-type]

    assert unfinished_in(vault.directory) == []
    assert objects_in(vault.directory) == {}


async def test_it_is_a_vault_as_the_engine_knows_it(vault: DirectoryVault) -> None:
    known: Vault = vault
    assert await known.find(sha1(PHOTO)) is None
