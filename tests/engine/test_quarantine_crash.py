"""What a crash leaves in quarantine, and how it ends well."""

import os
import shutil
from itertools import count
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import (
    WorldChangedError,
)
from custom_components.immich_syncthing.engine.quarantine import (
    discard,
    leftover_is,
    leftovers,
    quarantine,
    restore_leftover,
)
from custom_components.immich_syncthing.engine.scan import Root
from tests.checksums import sha1
from tests.crashing import Killed, killed_after

from .one_folder import PATH, PHOTO, TOKEN, OneFolder


@pytest.mark.usefixtures("moving")
def test_what_a_crash_left_goes_back(folder: OneFolder, root: Root) -> None:
    quarantine(root, folder.write(), TOKEN)

    assert restore_leftover(root, TOKEN, leftovers(root)[TOKEN]) == PATH

    assert folder.tree() == {PATH: PHOTO}
    assert leftovers(root) == {}
    assert folder.notes() == []


@pytest.mark.usefixtures("moving")
def test_going_back_makes_the_directory_again_and_replaces_nothing(folder: OneFolder, root: Root) -> None:
    quarantine(root, folder.write(), TOKEN)
    shutil.rmtree(folder.directory / "DCIM")
    (folder.directory / "DCIM").write_bytes(b"a file of that name")

    assert restore_leftover(root, TOKEN, PATH) == "DCIM (restored)/Camera/IMG_1.jpg"

    assert folder.tree() == {"DCIM": b"a file of that name", "DCIM (restored)/Camera/IMG_1.jpg": PHOTO}


def test_going_back_never_leaves_the_folder(folder: OneFolder, root: Root, tmp_path: Path) -> None:
    quarantine(root, folder.write(), TOKEN)
    shutil.rmtree(folder.directory / "DCIM")
    (tmp_path / "outside").mkdir()
    (folder.directory / "DCIM").symlink_to(tmp_path / "outside")

    assert restore_leftover(root, TOKEN, PATH) == "DCIM (restored)/Camera/IMG_1.jpg"

    assert list((tmp_path / "outside").iterdir()) == []


def test_without_note_the_owner_sees_the_file_all_the_same(folder: OneFolder, root: Root) -> None:
    quarantine(root, folder.write(), TOKEN)
    [note] = folder.directory.rglob("*.path")
    note.write_text("../../outside.jpg")

    [path] = leftovers(root).values()
    restore_leftover(root, TOKEN, path)

    assert folder.tree() == {f"recovered {TOKEN}": PHOTO}


def test_only_the_planned_bytes_may_be_discarded_after_a_crash(folder: OneFolder, root: Root) -> None:
    quarantine(root, folder.write(), TOKEN)

    assert leftover_is(root, TOKEN, sha1(PHOTO))
    assert not leftover_is(root, TOKEN, sha1(b"other bytes"))
    with pytest.raises(WorldChangedError):
        leftover_is(root, "never-used", sha1(PHOTO))


def _recovered(root: Root, vaulted: Path) -> None:
    """Do what the engine does at its start: finish what the vault has, put back everything else."""
    for token, path in leftovers(root).items():
        if leftover_is(root, token, sha1(vaulted.read_bytes())):
            discard(root, token)
        else:
            restore_leftover(root, token, path)


@pytest.mark.usefixtures("moving")
@pytest.mark.parametrize("rewritten", [False, True], ids=["as planned", "rewritten at the last moment"])
def test_kill_anywhere_while_a_file_is_deleted(tmp_path: Path, *, rewritten: bool) -> None:
    for calls in count():
        folder = OneFolder.made(tmp_path / f"folder {calls}")
        row = folder.write()
        vaulted = tmp_path / f"vaulted {calls}"
        vaulted.write_bytes(PHOTO)
        if rewritten:
            (folder.directory / PATH).write_bytes(PHOTO[::-1])
            os.utime(folder.directory / PATH, ns=(row.signature.mtime_ns, row.signature.mtime_ns))
        bytes_now = (folder.directory / PATH).read_bytes()

        with folder.opened() as root, killed_after(calls) as happened:
            try:
                quarantine(root, row, TOKEN)
                discard(root, TOKEN)
            except Killed:
                ended = False
            except WorldChangedError:
                assert rewritten
                ended = True
            else:
                assert not rewritten
                ended = True

        assert bytes_now in {*folder.tree().values(), *folder.hidden(), vaulted.read_bytes()}
        assert set(folder.tree()) <= {PATH}

        with folder.opened() as root:
            _recovered(root, vaulted)
        assert folder.hidden() == []
        assert folder.notes() == []
        if rewritten or PATH in folder.tree():
            assert folder.tree() == {PATH: bytes_now}
        if ended:
            assert "rename" in happened
            return


@pytest.mark.usefixtures("moving")
def test_kill_anywhere_while_a_file_goes_back(tmp_path: Path) -> None:
    for calls in count():
        folder = OneFolder.made(tmp_path / f"folder {calls}")
        with folder.opened() as root:
            quarantine(root, folder.write(), TOKEN)
        shutil.rmtree(folder.directory / "DCIM")

        with folder.opened() as root, killed_after(calls):
            try:
                restore_leftover(root, TOKEN, PATH)
            except Killed:
                ended = False
            else:
                ended = True

        assert PHOTO in {*folder.tree().values(), *folder.hidden()}
        with folder.opened() as root:
            for token, path in leftovers(root).items():
                restore_leftover(root, token, path)
        assert folder.tree() == {PATH: PHOTO}
        assert folder.hidden() == []
        assert folder.notes() == []
        if ended:
            return
