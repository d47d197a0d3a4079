"""What every kind of vault promises: what is kept, in how many copies, and how it is found again."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.errors import (
    NotInVaultError,
    VaultMismatchError,
    VaultSourceError,
    VaultUnavailableError,
)
from custom_components.immich_syncthing.vault.model import VaultUsage
from tests.checksums import sha1

from .kinds import Place
from .things import PHOTO, everything, never, opened, origin_of, pieces


async def test_the_same_content_is_kept_once_and_remembered_for_each_place(place: Place, folder: Path) -> None:
    origins = [origin_of(PHOTO, name) for name in ("A.jpg", "B.jpg")]
    for origin in origins:
        (folder / origin.path).write_bytes(PHOTO)
        with opened(folder / origin.path) as source:
            await place.vault.store_file(source, origin)
        (folder / origin.path).unlink()

    assert list((await place.objects()).values()) == [PHOTO]
    entries = [entry async for page in place.vault.entries() for entry in page]
    assert [entry.origin for entry in entries] == origins
    newest = await place.vault.find(sha1(PHOTO))
    assert newest is not None
    assert newest.origin == origins[1]


async def test_the_same_deletion_twice_leaves_one_entry_with_the_later_time(place: Place) -> None:
    first = await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    second = await place.vault.store_stream(never(), origin_of(PHOTO))

    assert second.stored_at > first.stored_at
    assert [page async for page in place.vault.entries()] == [(second,)]


async def test_what_was_deleted_on_the_phone_is_not_fetched_if_it_is_here(place: Place) -> None:
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "A.jpg"))

    await place.vault.store_stream(never(), origin_of(PHOTO, "B.jpg"))

    assert [len(page) async for page in place.vault.entries()] == [2]


async def test_entries_come_in_pages_and_by_folder(place: Place) -> None:
    for number in range(7):
        content = f"photo {number}".encode()
        folder_id = "camera" if number % 2 else "screenshots"
        await place.vault.store_stream(pieces(content), origin_of(content, f"{number}.jpg", folder_id))

    assert [len(page) async for page in place.vault.entries(page=3)] == [3, 3, 1]
    of_camera = [entry.origin.path async for page in place.vault.entries("camera", page=2) for entry in page]
    assert sorted(of_camera) == ["1.jpg", "3.jpg", "5.jpg"]


async def test_a_new_installation_finds_everything_in_the_place_alone(place: Place) -> None:
    odd = origin_of(PHOTO, 'DCIM/Ka"mera\n😀\udcff.jpg')
    kept = await place.vault.store_stream(pieces(PHOTO), odd)

    later = place.again()
    await later.prepare(create=False)

    assert await later.find(sha1(PHOTO)) == kept
    assert await everything(later, sha1(PHOTO)) == PHOTO


async def test_an_entry_says_everything_in_plain_json(place: Place) -> None:
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "DCIM/Übersee.jpg"))

    [key] = [key async for key in place.keys(f"entries/{sha1(PHOTO).hex()}")]

    assert json.loads(await place.store.read_small(key) or b"") == {
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


async def test_a_broken_entry_hides_no_other(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    kept = await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    beside = f"entries/{sha1(PHOTO).hex()}"
    await place.store.put_small(f"{beside}/0000000000001-aa.json", b"{")
    await place.store.put_small(f"{beside}/0000000000002-bb.json", b'{"checksum": "zz"}')
    await place.store.put_small(f"{beside}/0000000000003-cc.json", b"[]")

    assert [page async for page in place.vault.entries()] == [(kept,)]
    assert caplog.text.count("cannot be read") == 3


async def test_what_is_not_here_is_not_found(place: Place) -> None:
    assert await place.vault.find(sha1(PHOTO)) is None
    with pytest.raises(NotInVaultError):
        await everything(place.vault, sha1(PHOTO))


async def test_an_entry_whose_bytes_went_bad_is_not_found(place: Place) -> None:
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    await place.spoil(PHOTO[:-1] + b"?")

    assert await place.vault.find(sha1(PHOTO)) is None
    with pytest.raises(VaultMismatchError):
        await everything(place.vault, sha1(PHOTO))


async def test_a_part_of_a_content_is_had_alone(place: Place) -> None:
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO))

    for offset, end in ((0, None), (0, 2), (5, 40_000), (7, None), (7, 7), (len(PHOTO) - 1, 10**9), (len(PHOTO), None)):
        part = [block async for block in place.vault.read(sha1(PHOTO), offset=offset, end=end)]
        assert b"".join(part) == PHOTO[offset:end]
    with pytest.raises(NotInVaultError):
        await anext(aiter(place.vault.read(sha1(b"another"), offset=1)))


@pytest.mark.parametrize("content", [PHOTO[:-1] + b"?", PHOTO + b"?", PHOTO[:-1], b""], ids=len)
async def test_other_bytes_than_planned_are_not_kept(place: Place, folder: Path, content: bytes) -> None:
    photo = folder / "IMG_1.jpg"
    photo.write_bytes(content)

    with opened(photo) as source, pytest.raises(VaultMismatchError):
        await place.vault.store_file(source, origin_of(PHOTO))
    with pytest.raises(VaultMismatchError):
        await place.vault.store_stream(pieces(content), origin_of(PHOTO))

    assert photo.read_bytes() == content
    assert await place.objects() == {}
    assert await place.nothing_unfinished()
    assert [page async for page in place.vault.entries()] == []


async def test_only_a_regular_file_is_kept(place: Place, folder: Path) -> None:
    (folder / "secret").write_bytes(PHOTO)
    (folder / "link.jpg").symlink_to(folder / "secret")
    os.mkfifo(folder / "pipe.jpg")
    (folder / "directory.jpg").mkdir()

    for name in ("link.jpg", "pipe.jpg", "directory.jpg", "gone.jpg"):
        with opened(folder / name) as source, pytest.raises(VaultSourceError):
            await place.vault.store_file(source, origin_of(PHOTO, name))

    assert await place.objects() == {}


async def test_a_stream_that_breaks_leaves_nothing(place: Place) -> None:
    async def broken() -> object:
        for _ in range(3):
            yield os.urandom(1024 * 1024)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await place.vault.store_stream(broken(), origin_of(PHOTO))  # type: ignore[arg-type]

    assert await place.nothing_unfinished()
    assert await place.objects() == {}


@pytest.mark.parametrize("damage", [PHOTO[:-1] + b"?", b"", PHOTO + b"!"], ids=["changed", "emptied", "grown"])
async def test_a_damaged_object_is_replaced_and_never_believed(place: Place, folder: Path, damage: bytes) -> None:
    (folder / "IMG_1.jpg").write_bytes(PHOTO)
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    await place.spoil(damage)

    with opened(folder / "IMG_1.jpg") as source:
        await place.vault.store_file(source, origin_of(PHOTO))

    assert await place.objects() == {sha1(PHOTO).hex(): PHOTO}


async def test_an_object_of_another_size_is_not_found_whoever_asks(place: Place) -> None:
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    assert await place.vault.find(sha1(PHOTO), relying=False) is not None

    await place.spoil(PHOTO + b"!")

    assert await place.vault.find(sha1(PHOTO), relying=False) is None


async def test_what_is_removed_is_gone_with_its_entries(place: Place) -> None:
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "A.jpg"))
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "B.jpg"))
    other = await place.vault.store_stream(pieces(b"other"), origin_of(b"other"))

    assert await place.vault.remove(sha1(PHOTO)) == len(PHOTO)
    assert await place.vault.remove(sha1(PHOTO)) == 0

    assert await place.vault.find(sha1(PHOTO)) is None
    assert list((await place.objects()).values()) == [b"other"]
    assert [page async for page in place.vault.entries()] == [(other,)]


async def test_what_came_again_meanwhile_is_not_removed(place: Place) -> None:
    first = await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "A.jpg"))
    looked = first.stored_at + 0.5
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "B.jpg"))

    assert await place.vault.remove(sha1(PHOTO), before=looked) == 0
    assert await everything(place.vault, sha1(PHOTO)) == PHOTO

    assert await place.vault.remove(sha1(PHOTO), before=looked + 1) == len(PHOTO)


async def test_a_removal_that_was_cut_off_is_finished_by_the_next(place: Place) -> None:
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    [key] = [key async for key in place.keys("objects")]
    await place.store.delete([key])

    await place.vault.remove(sha1(PHOTO))

    assert [page async for page in place.vault.entries()] == []


async def test_nobody_removes_what_another_account_is_just_keeping(place: Place) -> None:
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "A.jpg"))
    await place.spoil(b"damaged")
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def arriving() -> AsyncIterator[bytes]:
        begun.set()
        await go_on.wait()
        yield PHOTO

    keeping = asyncio.create_task(place.vault.store_stream(arriving(), origin_of(PHOTO, "B.jpg")))
    await begun.wait()
    [entry] = [entry async for page in place.vault.entries() for entry in page]
    removing = asyncio.create_task(place.again().remove(sha1(PHOTO), before=entry.stored_at + 0.5))
    await asyncio.sleep(0)
    go_on.set()

    assert (await keeping).origin.path == "B.jpg"
    assert await removing == 0
    assert await everything(place.vault, sha1(PHOTO)) == PHOTO


async def test_how_much_is_here(place: Place) -> None:
    assert await place.vault.usage() == VaultUsage(0, 0, None)

    oldest = await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "A.jpg"))
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "B.jpg"))
    await place.vault.store_stream(pieces(b"other"), origin_of(b"other"))

    assert await place.vault.usage() == VaultUsage(2, len(PHOTO) + 5, oldest.stored_at)


async def test_notes_are_kept_replaced_and_removed(place: Place) -> None:
    assert await place.vault.read_note("fence") is None
    await place.vault.write_note("fence", b"one")
    await place.vault.write_note("fence", b"two")
    assert await place.again().read_note("fence") == b"two"
    await place.vault.remove_note("fence")
    await place.vault.remove_note("fence")
    assert await place.vault.read_note("fence") is None


@pytest.mark.parametrize("name", ["", "../escape", ".hidden", "a/b", "a" * 101, "ü"])
async def test_the_name_of_a_note_stays_in_its_place(place: Place, name: str) -> None:
    for call in (place.vault.read_note(name), place.vault.write_note(name, b""), place.vault.remove_note(name)):
        with pytest.raises(ValueError, match="not the name of a note"):
            await call


async def test_an_absent_vault_does_not_look_like_an_empty_one(place: Place, folder: Path) -> None:
    await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    (folder / "IMG_1.jpg").write_bytes(PHOTO)
    await place.store.delete([one.key async for page in place.store.list() for one in page])
    if place.directory is not None:
        shutil.rmtree(place.directory)
        place.directory.mkdir()

    with opened(folder / "IMG_1.jpg") as source, pytest.raises(VaultUnavailableError):
        await place.vault.store_file(source, origin_of(PHOTO))
    for call in (
        place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO)),
        place.vault.find(sha1(PHOTO)),
        place.vault.find(sha1(PHOTO), relying=False),
        everything(place.vault, sha1(PHOTO)),
        anext(place.vault.entries()),
        place.vault.remove(sha1(PHOTO)),
        place.vault.usage(),
        place.vault.read_note("fence"),
        place.vault.write_note("fence", b""),
        place.vault.remove_note("fence"),
        place.vault.prepare(create=False),
    ):
        with pytest.raises(VaultUnavailableError):
            await call
    assert [page async for page in place.store.list()] == []
