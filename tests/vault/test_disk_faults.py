"""What disks and neighbours do to a vault in the middle of its work. A vault that cannot be sure keeps nothing."""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.errors import VaultSourceError, VaultUnavailableError
from custom_components.immich_syncthing.vault.model import LocalFile
from custom_components.immich_syncthing.vault.objects import Objects
from custom_components.immich_syncthing.vault.writing import BLOCK, suppress_unsupported, sync_directory
from tests.checksums import sha1

from .things import PHOTO, everything, objects_in, opened, origin_of, pieces, unfinished_in

VIDEO = os.urandom(BLOCK + 17)


@pytest.fixture
def photo(folder: Path) -> Path:
    photo = folder / "A.jpg"
    photo.write_bytes(PHOTO)
    return photo


def before_the_first(monkeypatch: pytest.MonkeyPatch, name: str, event: Callable[[], object]) -> list[str]:
    """Let something happen just before the first call of a function of ``os``; return a list that tells when it did."""
    call, happened = getattr(os, name), list[str]()

    def late(*args: Any, **kwargs: Any) -> Any:
        if not happened:
            happened.append(name)
            event()
        return call(*args, **kwargs)

    monkeypatch.setattr(os, name, late)
    return happened


@pytest.fixture
def bad_sector(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let the second megabyte of every file be unreadable; give where a read met that."""
    pread, met = os.pread, list[int]()

    def failing(fd: int, count: int, offset: int) -> bytes:
        if offset < BLOCK:
            return pread(fd, count, offset)
        met.append(offset)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", failing)
        yield met


@pytest.mark.parametrize("way", ["link", "copy"])
async def test_a_video_on_a_bad_sector_is_not_kept_by_halves(
    vault: DirectoryVault, folder: Path, other_disk: Path, bad_sector: list[int], way: str
) -> None:
    video = (other_disk if way == "copy" else folder) / "VID_1.mp4"
    video.write_bytes(VIDEO)

    with opened(video) as source, pytest.raises(VaultSourceError, match=r"VID_1\.mp4: Input/output error"):
        await vault.store_file(source, origin_of(VIDEO))

    assert bad_sector == [BLOCK]
    assert objects_in(vault.directory) == {}
    assert unfinished_in(vault.directory) == []
    assert [page async for page in vault.entries()] == []


async def test_a_file_that_goes_while_it_is_kept_is_said_to_be_gone(
    vault: DirectoryVault, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened = before_the_first(monkeypatch, "link", photo.unlink)

    with opened(photo) as source, pytest.raises(VaultSourceError):
        await vault.store_file(source, origin_of(PHOTO))

    assert happened
    assert objects_in(vault.directory) == {}


async def test_a_place_for_arriving_bytes_that_is_none_makes_the_vault_unavailable(
    vault: DirectoryVault, photo: Path
) -> None:
    (vault.directory / "incoming").rmdir()
    (vault.directory / "incoming").write_text("a file")

    with opened(photo) as source, pytest.raises(VaultUnavailableError, match="Not a directory"):
        await vault.store_file(source, origin_of(PHOTO))

    assert objects_in(vault.directory) == {}
    assert photo.read_bytes() == PHOTO


async def test_two_accounts_that_keep_the_same_photo_at_once_keep_it_once_and_unshared(
    vault: DirectoryVault, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = photo.with_name("B.jpg")
    twin.write_bytes(PHOTO)
    fd = os.open(twin.parent, os.O_RDONLY)
    other = Objects(vault.directory)
    happened = before_the_first(
        monkeypatch, "fsync", lambda: other.keep(LocalFile(fd, twin.name), sha1(PHOTO), len(PHOTO))
    )
    (vault.directory / "objects" / sha1(PHOTO).hex()[:2]).mkdir()

    with opened(photo) as source:
        await vault.store_file(source, origin_of(PHOTO))
    os.close(fd)

    assert happened
    [kept] = (vault.directory / "objects").glob("*/*")
    assert kept.stat().st_nlink == 1
    assert kept.read_bytes() == PHOTO
    assert unfinished_in(vault.directory) == []


async def test_an_entry_whose_bytes_are_gone_is_not_found(vault: DirectoryVault) -> None:
    await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    [kept] = (vault.directory / "objects").glob("*/*")
    kept.unlink()

    assert await vault.find(sha1(PHOTO)) is None


async def test_entries_that_cannot_be_listed_are_not_taken_for_none(vault: DirectoryVault) -> None:
    place = vault.directory / "entries" / sha1(PHOTO).hex()
    place.symlink_to(place)

    with pytest.raises(VaultUnavailableError):
        await vault.find(sha1(PHOTO))
    with pytest.raises(VaultUnavailableError):
        await anext(vault.entries())


async def test_a_stray_file_among_the_entries_hides_none(vault: DirectoryVault) -> None:
    kept = await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    (vault.directory / "entries" / ".directory").write_text("[Desktop Entry]")

    assert [page async for page in vault.entries()] == [(kept,)]


async def test_an_entry_that_is_replaced_while_all_are_read_is_left_out(vault: DirectoryVault) -> None:
    for name in ("A.jpg", "B.jpg", "C.jpg"):
        await vault.store_stream(pieces(PHOTO), origin_of(PHOTO, name))
    pages = vault.entries(page=1)
    [first] = await anext(pages)
    sorted((vault.directory / "entries").glob("*/*"))[1].unlink()

    assert [first.origin.path, *[entry.origin.path async for [entry] in pages]] == ["A.jpg", "C.jpg"]


async def test_where_nothing_can_be_locked_leftovers_go_all_the_same(
    vault: DirectoryVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", without_locks)
    (vault.directory / "incoming" / "0123456789abcdef.tmp").write_bytes(PHOTO)

    await vault.prepare()
    await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))

    assert await everything(vault, sha1(PHOTO)) == PHOTO
    assert unfinished_in(vault.directory) == []


def test_a_file_system_that_syncs_no_directories_is_used_as_it_is() -> None:
    directory = Path("/proc/self")
    fd = os.open(directory, os.O_RDONLY)
    with pytest.raises(OSError, match="Invalid argument"):
        os.fsync(fd)
    os.close(fd)

    sync_directory(directory)


def test_a_disk_that_fails_is_no_file_system_that_cannot() -> None:
    with pytest.raises(OSError, match="Bad file descriptor"), suppress_unsupported():
        os.fsync(1_000_000)
