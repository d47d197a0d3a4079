"""How a file comes back into the folder: whole, and over nothing."""

import asyncio
import errno
import os
import platform
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings, strategies as st

from custom_components.immich_syncthing.engine import placing
from custom_components.immich_syncthing.engine.errors import (
    DiskFullError,
    MarkerMissingError,
    ReadOnlyError,
    RootMissingError,
    WorldChangedError,
)
from custom_components.immich_syncthing.engine.listing import UnsafePathError
from custom_components.immich_syncthing.engine.placing import spellings
from custom_components.immich_syncthing.engine.put_back import put_back
from custom_components.immich_syncthing.engine.scan import Root
from custom_components.immich_syncthing.engine.settings import FolderSettings
from custom_components.immich_syncthing.engine.workers import Workers
from tests.checksums import sha1
from tests.crashing import Killed, killed_after
from tests.synced import watching_syncs

from .one_folder import PATH, PHOTO, OneFolder, never, pieces

MTIME = 1_763_600_000_123_456_789


@pytest.fixture
def workers() -> Iterator[Workers]:
    workers = Workers.threads("test")
    yield workers
    workers.close()


def _settings(folder: OneFolder) -> FolderSettings:
    return FolderSettings(id="1", syncthing_id="camera", label="Phone Photos", root=folder.directory)


async def _back(folder: OneFolder, workers: Workers, path: str = PATH, content: bytes = PHOTO) -> str:
    return await put_back(_settings(folder), path, pieces(content), sha1(content), MTIME, workers)


async def test_a_file_comes_back_with_its_time(folder: OneFolder, workers: Workers) -> None:
    assert await _back(folder, workers) == PATH

    assert folder.tree() == {PATH: PHOTO}
    assert (folder.directory / PATH).stat().st_mtime_ns == MTIME
    assert folder.temporary() == []


async def test_what_came_back_survives_a_power_cut(folder: OneFolder, workers: Workers) -> None:
    with watching_syncs() as synced:
        await _back(folder, workers)

    for made in (PATH, "DCIM/Camera", "DCIM", "."):
        assert folder.directory / made in synced


async def test_a_newer_file_at_its_path_stays(folder: OneFolder, workers: Workers) -> None:
    folder.write(PATH, b"newer")
    folder.write("DCIM/Camera/IMG_1 (restored).jpg", b"restored earlier, then edited")

    assert await _back(folder, workers) == "DCIM/Camera/IMG_1 (restored 2).jpg"

    assert folder.tree() == {
        PATH: b"newer",
        "DCIM/Camera/IMG_1 (restored).jpg": b"restored earlier, then edited",
        "DCIM/Camera/IMG_1 (restored 2).jpg": PHOTO,
    }


@pytest.mark.parametrize("where", [PATH, "DCIM/Camera/IMG_1 (restored).jpg"])
async def test_what_is_back_already_is_not_fetched(folder: OneFolder, workers: Workers, where: str) -> None:
    folder.write(PATH, b"newer")
    folder.write(where)
    before = folder.tree()

    path = await put_back(_settings(folder), PATH, never(), sha1(PHOTO), MTIME, workers, len(PHOTO))

    assert path == where
    assert folder.tree() == before


@pytest.mark.parametrize("way", ["renameat2", "link"])
@pytest.mark.parametrize("newcomer", [b"newer", PHOTO], ids=["other bytes", "same bytes"])
async def test_the_path_is_taken_while_the_bytes_arrive(
    folder: OneFolder, workers: Workers, newcomer: bytes, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "link":
        monkeypatch.setattr(placing, "rename_no_replace", _unknown_here)

    async def slowly() -> AsyncIterator[bytes]:
        yield PHOTO[:1000]
        folder.write(PATH, newcomer)
        yield PHOTO[1000:]

    path = await put_back(_settings(folder), PATH, slowly(), sha1(PHOTO), MTIME, workers)

    assert folder.tree() == {PATH: newcomer, path: PHOTO}
    assert path == (PATH if newcomer == PHOTO else "DCIM/Camera/IMG_1 (restored).jpg")
    assert folder.temporary() == []


def _unknown_here(*_: object) -> None:
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


@pytest.mark.parametrize("occupant", ["directory", "symlink", "dangling symlink", "pipe"])
async def test_whatever_has_the_name_stays(folder: OneFolder, workers: Workers, occupant: str, tmp_path: Path) -> None:
    target = folder.directory / "IMG_1.jpg"
    outside = tmp_path / "outside.jpg"
    match occupant:
        case "directory":
            target.mkdir()
        case "symlink":
            outside.write_bytes(PHOTO)
            target.symlink_to(outside)
        case "dangling symlink":
            target.symlink_to(outside)
        case _:
            os.mkfifo(target)
    before = target.lstat()

    assert await _back(folder, workers, "IMG_1.jpg") == "IMG_1 (restored).jpg"

    assert os.path.samestat(target.lstat(), before)
    assert outside.exists() == (occupant == "symlink")
    assert (folder.directory / "IMG_1 (restored).jpg").read_bytes() == PHOTO


async def test_what_cannot_be_read_stays_whatever_it_is(
    folder: OneFolder, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write(PATH, PHOTO)

    def broken(*_: object, **__: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Root, "hash_file", broken)
    path = await _back(folder, workers)

    assert path == "DCIM/Camera/IMG_1 (restored).jpg"
    assert folder.tree() == {PATH: PHOTO, path: PHOTO}


@pytest.mark.parametrize("machine", ["riscv64", "vax"])
async def test_on_a_machine_that_we_do_not_know_nothing_is_replaced_either(
    folder: OneFolder, workers: Workers, monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert await _back(folder, workers) == PATH
    folder.write(PATH, b"a newer photo")
    path = await _back(folder, workers)
    assert folder.tree() == {PATH: b"a newer photo", path: PHOTO}


async def test_who_is_not_root_owns_what_comes_back(
    folder: OneFolder, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    (folder.directory / "DCIM/Camera").mkdir(parents=True)
    if os.getuid() == 0:
        os.chown(folder.directory / "DCIM/Camera", 65534, 65534)
    path = await _back(folder, workers)
    assert (folder.directory / path).stat().st_uid == os.getuid()


async def test_a_link_on_the_way_is_not_followed(folder: OneFolder, workers: Workers, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (folder.directory / "DCIM").symlink_to(tmp_path / "outside")

    assert await _back(folder, workers) == "DCIM (restored)/Camera/IMG_1.jpg"

    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("path", ["../IMG_1.jpg", "/etc/IMG_1.jpg", "DCIM/../../IMG_1.jpg", "", "DCIM//IMG_1.jpg"])
async def test_a_path_that_leads_out_is_refused(folder: OneFolder, workers: Workers, path: str) -> None:
    with pytest.raises(UnsafePathError):
        await put_back(_settings(folder), path, never(), sha1(PHOTO), MTIME, workers)
    assert folder.tree() == {}


@pytest.mark.parametrize(
    "content", [PHOTO[:-1], PHOTO + b"!", b"", b"!" + PHOTO[1:]], ids=["short", "long", "none", "bad"]
)
async def test_other_bytes_than_promised_leave_nothing(folder: OneFolder, workers: Workers, content: bytes) -> None:
    with pytest.raises(WorldChangedError):
        await put_back(_settings(folder), PATH, pieces(content), sha1(PHOTO), MTIME, workers)

    assert folder.tree() == {}
    assert folder.temporary() == []


async def test_a_download_that_breaks_leaves_nothing(folder: OneFolder, workers: Workers) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield PHOTO * 40
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await put_back(_settings(folder), PATH, broken(), sha1(PHOTO), MTIME, workers)

    assert folder.tree() == {}
    assert folder.temporary() == []


async def test_a_cancelled_return_leaves_nothing(folder: OneFolder, workers: Workers) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield os.urandom(1024 * 1024)
            begun.set()
            await asyncio.sleep(0)

    returning = asyncio.create_task(put_back(_settings(folder), PATH, endless(), sha1(PHOTO), MTIME, workers))
    await begun.wait()
    returning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await returning

    assert folder.tree() == {}
    assert folder.temporary() == []


async def test_syncthing_never_syncs_what_is_still_arriving(folder: OneFolder, workers: Workers) -> None:
    seen: list[str] = []

    async def watched() -> AsyncIterator[bytes]:
        yield PHOTO * 40
        seen.extend(folder.tree())
        yield b"the end"

    await put_back(_settings(folder), PATH, watched(), sha1(PHOTO * 40 + b"the end"), MTIME, workers)

    [name] = seen
    assert name.startswith("DCIM/Camera/.syncthing.immich-")
    assert name.endswith(".tmp")


# --- where it cannot be --------------------------------------------------------------------------------------------


async def test_nothing_comes_back_to_a_disk_that_is_not_mounted(folder: OneFolder, workers: Workers) -> None:
    (folder.directory / ".stfolder").rmdir()
    with pytest.raises(MarkerMissingError):
        await _back(folder, workers)
    folder.directory.rmdir()
    with pytest.raises(RootMissingError):
        await _back(folder, workers)


async def test_a_read_only_folder_is_said(
    folder: OneFolder, workers: Workers, read_only: Callable[[Path], None]
) -> None:
    read_only(folder.directory)
    with pytest.raises(ReadOnlyError):
        await _back(folder, workers)


async def test_a_full_disk_is_said_and_left_as_it_was(small_disk: Path, workers: Workers) -> None:
    folder = OneFolder.made(small_disk / "folder")
    with pytest.raises(DiskFullError):
        await _back(folder, workers, content=os.urandom(600 * 1024))

    assert folder.tree() == {}
    assert folder.temporary() == []
    await _back(folder, workers)
    assert folder.tree() == {PATH: PHOTO}


# --- whose it is ---------------------------------------------------------------------------------------------------


async def test_what_comes_back_can_be_handled_by_syncthing(folder: OneFolder, workers: Workers) -> None:
    """Made as root, it belongs to the directory's owner; made as anybody else, to that user and readable."""
    owner = folder.directory.stat()
    if os.geteuid() == 0:
        os.chown(folder.directory, 4711, 4712)
        owner = folder.directory.stat()

    await _back(folder, workers)

    for made in (PATH, "DCIM/Camera", "DCIM"):
        found = (folder.directory / made).stat()
        assert (found.st_uid, found.st_gid) == (owner.st_uid, owner.st_gid)
    umask = os.umask(0)
    os.umask(umask)
    assert (folder.directory / PATH).stat().st_mode & 0o777 == 0o666 & ~umask
    assert (folder.directory / "DCIM").stat().st_mode & 0o777 == 0o777 & ~umask


# --- names ---------------------------------------------------------------------------------------------------------

_CHARACTERS = st.characters(exclude_characters="/\0", exclude_categories=["Cs"])
NAMES = st.text(_CHARACTERS, min_size=1, max_size=120).filter(
    lambda name: name not in {".", ".."} and len(name.encode()) <= placing.LONGEST_NAME
)


@given(NAMES)
@example("a" * 255)
@example("." + "a" * 254)
@example("ä" * 127)
@example("a." + "b" * 253)
@example("IMG.jpg.")
@example(".jpg")
def test_every_name_has_further_spellings(name: str) -> None:
    found = list(islice(spellings(name), 12))

    assert found[0] == name
    assert len(set(found)) == 12
    assert all(0 < len(spelling.encode()) <= placing.LONGEST_NAME for spelling in found)
    assert not any("/" in spelling or spelling in {".", ".."} for spelling in found)


def test_a_spelling_keeps_what_immich_goes_by() -> None:
    assert list(islice(spellings("IMG_1.jpg"), 3)) == ["IMG_1.jpg", "IMG_1 (restored).jpg", "IMG_1 (restored 2).jpg"]
    assert next(islice(spellings("x" * 251 + ".jpg"), 1, None)).endswith("x (restored).jpg")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["IMG.jpg", "img.jpg", "é.jpg", "a/IMG.jpg", "a"]), st.integers(0, 3)), max_size=8
    )
)
def test_whatever_comes_back_in_whatever_order_nothing_is_lost(arrivals: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as directory:
        folder, workers = OneFolder.made(Path(directory) / "folder"), Workers.inline()
        for path, number in arrivals:
            before = folder.tree()
            content = f"photo {number}".encode()
            used = asyncio.run(_back(folder, workers, path, content))
            assert folder.tree() == {**before, used: content}
            assert before.get(used, content) == content


# --- crashes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["renameat2", "link"])
def test_kill_anywhere_while_a_file_comes_back(tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "link":
        monkeypatch.setattr(placing, "rename_no_replace", _unknown_here)
    for calls in count():
        folder = OneFolder.made(tmp_path / f"folder {calls}")
        folder.write(PATH, b"newer")
        with killed_after(calls) as happened:
            try:
                asyncio.run(_back(folder, Workers.inline()))
            except Killed:
                ended = False
            else:
                ended = True

        assert folder.tree()[PATH] == b"newer"
        visible = {path: content for path, content in folder.tree().items() if "/.syncthing." not in path}
        restored = "DCIM/Camera/IMG_1 (restored).jpg"
        assert visible in ({PATH: b"newer"}, {PATH: b"newer", restored: PHOTO})

        assert asyncio.run(_back(folder, Workers.inline())) == restored
        if ended:
            assert folder.temporary() == []
            assert "write" in happened
            return
