"""How one file is deleted: taken out of sight, compared, and only then let go."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import (
    DiskFullError,
    MarkerMissingError,
    NoQuarantineError,
    ReadOnlyError,
    RootUnreadableError,
    WorldChangedError,
)
from custom_components.immich_syncthing.engine.quarantine import (
    discard,
    leftovers,
    quarantine,
    restore_leftover,
)
from custom_components.immich_syncthing.engine.scan import Root
from tests.synced import watching_syncs

from .one_folder import PATH, PHOTO, TOKEN, OneFolder


def test_a_file_is_taken_away_and_then_gone(folder: OneFolder, root: Root) -> None:
    row = folder.write()
    taken = quarantine(root, row, TOKEN)

    assert (taken.token, taken.path, taken.signature.inode) == (TOKEN, PATH, row.signature.inode)
    assert folder.tree() == {}
    assert folder.hidden() == [PHOTO]
    assert leftovers(root) == {TOKEN: PATH}

    discard(root, TOKEN)

    assert folder.hidden() == []
    assert folder.notes() == []
    assert leftovers(root) == {}


def test_each_step_survives_a_power_cut(folder: OneFolder, root: Root) -> None:
    row = folder.write()
    place = folder.directory / ".stfolder/immich_syncthing/quarantine"

    for step in (
        lambda: quarantine(root, row, TOKEN),
        lambda: restore_leftover(root, TOKEN, PATH),
        lambda: quarantine(root, folder.row(), TOKEN),
    ):
        with watching_syncs() as synced:
            step()
        assert place in synced
        assert (folder.directory / PATH).parent in synced

    with watching_syncs() as synced:
        discard(root, TOKEN)
    assert place in synced


def test_nothing_waits_where_nothing_was_ever_deleted(root: Root) -> None:
    assert leftovers(root) == {}
    discard(root, TOKEN)


def test_a_link_in_the_vault_changes_only_the_time_of_the_inode(folder: OneFolder, root: Root, tmp_path: Path) -> None:
    row = folder.write()
    (tmp_path / "vaulted").hardlink_to(folder.directory / PATH)
    assert folder.row().signature.ctime_ns >= row.signature.ctime_ns

    quarantine(root, row, TOKEN)
    discard(root, TOKEN)

    assert (tmp_path / "vaulted").read_bytes() == PHOTO
    assert (tmp_path / "vaulted").stat().st_nlink == 1


@pytest.mark.parametrize("what", ["grown", "touched", "replaced", "gone", "directory", "symlink", "never hashed"])
def test_another_file_than_planned_is_not_even_moved(
    folder: OneFolder, root: Root, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = folder.write()
    file = folder.directory / PATH
    match what:
        case "grown":
            file.write_bytes(PHOTO + b"!")
        case "touched":
            os.utime(file, ns=(1, 1))
        case "replaced":
            times = (row.signature.mtime_ns, row.signature.mtime_ns)
            (file.parent / "other").write_bytes(PHOTO[::-1])
            os.utime(file.parent / "other", ns=times)
            (file.parent / "other").replace(file)
        case "gone" | "directory" | "symlink":
            file.unlink()
            if what == "directory":
                file.mkdir()
            if what == "symlink":
                file.symlink_to("/etc/passwd")
        case _:
            row = type(row)(row.folder_id, row.path, row.signature, row.status, None)
    before = folder.tree()
    moves: list[object] = []
    monkeypatch.setattr(os, "rename", lambda *names, **_: moves.append(names))

    with pytest.raises(WorldChangedError):
        quarantine(root, row, TOKEN)

    assert moves == []
    assert folder.tree() == before
    assert folder.hidden() == []
    assert folder.notes() == []


@pytest.mark.usefixtures("moving")
def test_a_rewrite_that_keeps_size_and_time_is_seen_and_goes_back(folder: OneFolder, root: Root) -> None:
    row = folder.write()
    file = folder.directory / PATH
    with file.open("r+b") as photo:
        photo.write(b"!")
    os.utime(file, ns=(row.signature.mtime_ns, row.signature.mtime_ns))
    rewritten = file.read_bytes()

    with pytest.raises(WorldChangedError):
        quarantine(root, row, TOKEN)

    assert folder.tree() == {PATH: rewritten}
    assert folder.hidden() == []
    assert folder.notes() == []


@pytest.mark.usefixtures("moving")
def test_world_changed_after_plan(folder: OneFolder, root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is written to at the last moment, and its path is taken before it can go back."""
    row = folder.write()
    file = folder.directory / PATH
    rename = os.rename

    def rename_in_a_busy_folder(*args: object, **kwargs: object) -> None:
        with file.open("r+b") as photo:
            photo.write(b"!")
        rename(*args, **kwargs)  # type: ignore[arg-type]
        file.write_bytes(b"a newer photo")

    monkeypatch.setattr(os, "rename", rename_in_a_busy_folder)

    with pytest.raises(WorldChangedError):
        quarantine(root, row, TOKEN)

    assert folder.tree() == {
        PATH: b"a newer photo",
        "DCIM/Camera/IMG_1 (restored).jpg": b"!" + PHOTO[1:],
    }
    assert folder.hidden() == []


def test_a_file_that_cannot_be_read_again_goes_back(
    folder: OneFolder, root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = folder.write()

    def broken(*_: object, **__: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Root, "hash_file", broken)
    with pytest.raises(RootUnreadableError):
        quarantine(root, row, TOKEN)

    assert folder.tree() == {PATH: PHOTO}


def test_a_disk_that_refuses_to_move_it_leaves_it_at_its_path(
    folder: OneFolder, root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = folder.write()

    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "rename", broken)
    with pytest.raises(RootUnreadableError):
        quarantine(root, row, TOKEN)

    assert folder.tree() == {PATH: PHOTO}
    assert (folder.hidden(), folder.notes()) == ([], [])


def test_a_disk_that_may_forget_names_is_said_before_anything_is_gone(
    folder: OneFolder, root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, really = folder.write(), os.fsync

    def broken(_: int) -> None:
        monkeypatch.setattr(os, "fsync", really)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(RootUnreadableError):
        quarantine(root, row, TOKEN)

    assert folder.tree() == {PATH: PHOTO}


def test_a_token_is_used_once(folder: OneFolder, root: Root) -> None:
    quarantine(root, folder.write("A.jpg", b"first"), TOKEN)
    row = folder.write("B.jpg", b"second")

    with pytest.raises(WorldChangedError):
        quarantine(root, row, TOKEN)

    assert folder.tree() == {"B.jpg": b"second"}
    assert folder.hidden() == [b"first"]


@pytest.mark.parametrize("token", ["", "..", "a/b", "a.path", "../../x"])
def test_a_token_is_no_path(folder: OneFolder, root: Root, token: str) -> None:
    row = folder.write()
    with pytest.raises(ValueError, match="no token"):
        quarantine(root, row, token)
    assert folder.tree() == {PATH: PHOTO}


# --- where there is no quarantine ------------------------------------------------------------------------------


def test_a_missing_marker_is_not_made(folder: OneFolder, root: Root) -> None:
    row = folder.write()
    (folder.directory / ".stfolder").rmdir()

    with pytest.raises(MarkerMissingError):
        quarantine(root, row, TOKEN)

    assert not (folder.directory / ".stfolder").exists()
    assert folder.tree() == {PATH: PHOTO}


def test_with_another_marker_stfolder_is_made(folder: OneFolder) -> None:
    row = folder.write()
    (folder.directory / ".stfolder").rmdir()
    (folder.directory / ".marker").touch()

    with folder.opened(".marker") as root:
        quarantine(root, row, TOKEN, ".marker")

    assert folder.hidden() == [PHOTO]


@pytest.mark.parametrize("what", ["file", "link"])
def test_a_marker_that_can_hold_nothing_is_said(folder: OneFolder, root: Root, tmp_path: Path, what: str) -> None:
    row = folder.write()
    marker = folder.directory / ".stfolder"
    marker.rmdir()
    if what == "file":
        marker.touch()
    else:
        (tmp_path / "elsewhere").mkdir()
        marker.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(NoQuarantineError):
        quarantine(root, row, TOKEN)

    assert folder.tree()[PATH] == PHOTO
    assert not list(tmp_path.glob("elsewhere/*"))


def test_a_directory_of_another_disk_inside_the_folder_is_said(
    folder: OneFolder, root: Root, mounted: Callable[[Path], None]
) -> None:
    (folder.directory / "DCIM").mkdir()
    mounted(folder.directory / "DCIM")
    row = folder.write()

    with pytest.raises(NoQuarantineError):
        quarantine(root, row, TOKEN)

    assert folder.tree() == {PATH: PHOTO}
    assert folder.hidden() == []
    assert folder.notes() == []


def test_a_read_only_folder_is_said(folder: OneFolder, read_only: Callable[[Path], None]) -> None:
    row = folder.write()
    read_only(folder.directory)

    with folder.opened() as root, pytest.raises(ReadOnlyError):
        quarantine(root, row, TOKEN)

    assert folder.tree() == {PATH: PHOTO}


def test_a_full_disk_is_said(folder: OneFolder, root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    row = folder.write()

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "mkdir", full)
    with pytest.raises(DiskFullError):
        quarantine(root, row, TOKEN)

    assert folder.tree() == {PATH: PHOTO}
