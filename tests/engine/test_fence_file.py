"""A folder's mark on real disks: in its place, in the vault, or nowhere; whole whatever happens."""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import MarkerMissingError, NoFenceError
from custom_components.immich_syncthing.engine.fence import Damaged, Mark, Unreadable
from custom_components.immich_syncthing.engine.fence_file import FenceFile, parse, render
from custom_components.immich_syncthing.engine.settings import FolderSettings
from custom_components.immich_syncthing.engine.workers import Workers
from custom_components.immich_syncthing.vault.directory import DirectoryVault
from tests.crashing import Killed, killed_after

MARK = Mark("home", 7)
NEXT = Mark("home", 8)


@dataclass
class Place:
    """A folder and a vault, and the mark of the one."""

    root: Path
    vault: Path
    marker_name: str = ".stfolder"

    @property
    def ours(self) -> Path:
        return self.root / ".stfolder" / "immich_syncthing"

    @property
    def file(self) -> Path:
        return self.ours / "fence.json"

    @property
    def notes(self) -> list[bytes]:
        return [note.read_bytes() for note in sorted((self.vault / "notes").iterdir())]

    def fence(self) -> FenceFile:
        """Return the mark as a fresh start sees it."""
        workers = Workers.inline()
        folder = FolderSettings("camera", "camera", "Camera", self.root, marker_name=self.marker_name)
        return FenceFile(folder, DirectoryVault(self.vault, workers.disk, lambda: 1.0), workers)


@pytest.fixture
async def place(tmp_path: Path) -> Place:
    one = Place(tmp_path / "root", tmp_path / "vault")
    (one.root / ".stfolder").mkdir(parents=True)
    await DirectoryVault(one.vault, Workers.inline().disk, lambda: 1.0).prepare()
    return one


async def test_what_is_written_is_read(place: Place) -> None:
    assert await place.fence().read() is None
    fence = place.fence()
    await fence.write(MARK)
    assert await fence.read() == MARK
    assert await place.fence().read() == MARK
    await fence.write(NEXT)
    assert await place.fence().read() == NEXT
    assert [file.name for file in place.ours.iterdir()] == ["fence.json"]
    assert place.notes == []


async def test_it_belongs_to_whom_the_folder_belongs(place: Place) -> None:
    await place.fence().write(MARK)
    marker, file = (place.root / ".stfolder").stat(), place.file.stat()
    assert (file.st_uid, file.st_gid) == (marker.st_uid, marker.st_gid)


@pytest.mark.parametrize("calls", range(12))
async def test_a_crash_leaves_the_mark_before_or_after_and_never_half(place: Place, calls: int) -> None:
    await place.fence().write(MARK)
    with killed_after(calls), suppress(Killed):
        await place.fence().write(NEXT)
    assert await place.fence().read() in (MARK, NEXT)
    await place.fence().write(NEXT)
    assert await place.fence().read() == NEXT


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\0" * 40,
        b"{",
        b"[]",
        b"7",
        b'{"instance": "home"}',
        b'{"instance": 1, "generation": 7}',
        b'{"instance": "home", "generation": "7"}',
        b'{"instance": "home", "generation": true}',
        b'{"instance": "home", "generation": 0}',
        b'{"instance": "home", "generation": -1}',
        b'{"instance": "home", "generation": 7.5}',
        b'{"instance": "home", "generation": 99999999999999999999}',
        b'{"instance": "home", "generation": 7}' + b" " * 2000,
        b"\xff\xfe",
        b"[" * 900,
    ],
)
async def test_anything_else_is_no_mark(place: Place, text: bytes) -> None:
    assert parse(text) == Damaged()
    await place.fence().write(MARK)
    place.file.write_bytes(text)
    assert await place.fence().read() == Damaged()
    await place.fence().write(NEXT)
    assert await place.fence().read() == NEXT


def test_a_mark_survives_being_written() -> None:
    assert parse(render(Mark('ho"me\n', 2**62))) == Mark('ho"me\n', 2**62)
    assert parse(render(Mark("home", 7, freed=True))) == Mark("home", 7, freed=True)
    assert parse(b'{"instance": "home", "generation": 7, "freed": "yes"}') == Mark("home", 7)


async def test_a_link_is_not_followed(place: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_bytes(render(MARK))
    place.ours.mkdir()
    place.file.symlink_to(elsewhere)
    assert await place.fence().read() == Damaged()
    await place.fence().write(NEXT)
    assert elsewhere.read_bytes() == render(MARK)
    assert not place.file.is_symlink()
    assert await place.fence().read() == NEXT


async def test_a_linked_directory_is_not_entered(place: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "fence.json").write_bytes(render(MARK))
    place.ours.symlink_to(elsewhere)
    assert await place.fence().read() is None
    await place.fence().write(NEXT)
    assert (elsewhere / "fence.json").read_bytes() == render(MARK)
    assert place.notes == [render(NEXT)]
    assert await place.fence().read() == NEXT


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["directory", "pipe"])
async def test_something_else_in_its_place_is_no_mark(place: Place, make: Callable[[Path], None]) -> None:
    place.ours.mkdir()
    make(place.file)
    assert await place.fence().read() == Damaged()
    await place.fence().write(NEXT)
    assert await place.fence().read() == NEXT


async def test_a_draft_that_a_crash_left_is_no_hindrance(place: Place) -> None:
    place.ours.mkdir()
    (place.ours / "fence.json.new").write_bytes(b"half")
    await place.fence().write(MARK)
    assert await place.fence().read() == MARK


async def test_a_marker_that_is_a_file_leaves_it_to_the_vault(place: Place) -> None:
    (place.root / ".stfolder").rmdir()
    (place.root / ".stfolder").write_bytes(b"")
    assert await place.fence().read() is None
    await place.fence().write(MARK)
    assert place.notes == [render(MARK)]
    assert await place.fence().read() == MARK


async def test_a_marker_of_another_name_leaves_it_to_the_vault(place: Place) -> None:
    (place.root / ".stfolder").rename(place.root / ".marker")
    place.marker_name = ".marker"
    await place.fence().write(MARK)
    assert place.notes == [render(MARK)]
    assert await place.fence().read() == MARK


async def test_a_root_without_its_marker_is_not_believed(place: Place) -> None:
    (place.root / ".stfolder").rmdir()
    with pytest.raises(MarkerMissingError):
        await place.fence().read()


async def test_read_only_it_stands_in_the_vault_and_comes_home_later(
    place: Place, read_only: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.fence().write(MARK)
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", _refused)
        fence = place.fence()
        await fence.write(NEXT)
        assert place.notes == [render(NEXT)]
        assert await fence.read() == NEXT
        assert await place.fence().read() == NEXT
    await fence.write(Mark("home", 9))
    assert place.notes == []
    assert await place.fence().read() == Mark("home", 9)
    read_only(place.root)
    await place.fence().write(Mark("home", 10))
    assert await place.fence().read() == Mark("home", 10)


def _refused(*_: object, **__: object) -> None:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


async def test_nowhere_to_write(place: Place, read_only: Callable[[Path], None]) -> None:
    await place.fence().write(MARK)
    place.vault.rename(place.vault.with_name("away"))
    read_only(place.root)
    with pytest.raises(NoFenceError):
        await place.fence().write(NEXT)
    assert await place.fence().read() == MARK


async def test_on_a_full_disk_the_old_mark_stays(tmp_path: Path, small_disk: Path) -> None:
    place = Place(small_disk / "root", tmp_path / "vault")
    (place.root / ".stfolder").mkdir(parents=True)
    await place.fence().write(MARK)
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "filler").write_bytes(bytes(2**20))
    with pytest.raises(NoFenceError):
        await place.fence().write(NEXT)
    assert place.file.read_bytes() == render(MARK)


async def test_without_the_vault_nobody_knows_that_there_is_none(place: Place) -> None:
    place.vault.rename(place.vault.with_name("away"))
    assert isinstance(await place.fence().read(), Unreadable)
    await place.fence().write(MARK)
    assert await place.fence().read() == MARK


async def test_what_cannot_be_read_may_be_a_mark(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    await place.fence().write(MARK)
    fence = place.fence()
    open_file = os.open

    def refusing(path: str, *args: int, **kwargs: int) -> int:
        if path == "fence.json":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return open_file(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refusing)
    assert await fence.read() == Unreadable("Input/output error")


async def test_a_stale_note_in_the_vault_does_not_count(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", _refused)
        await place.fence().write(MARK)
    fence = place.fence()
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", _refused)
        patch.setattr(Path, "unlink", _refused)
        await fence.write(NEXT)
    assert await place.fence().read() == NEXT
