"""How others lost photos, as far as the vault is concerned. The names are those of the gallery of incidents."""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.workers import InlinePool
from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.errors import VaultFullError, VaultUnavailableError
from custom_components.immich_syncthing.vault.model import Blocking
from tests.checksums import sha1
from tests.crashing import Killed, killed_after

from .things import PHOTO, everything, never, objects_in, opened, origin_of, pieces, unfinished_in

TOO_LARGE = os.urandom(600 * 1024)
"""More than the small disk holds."""


async def test_vault_unavailable_because_the_disk_is_full(small_vault: DirectoryVault, folder: Path) -> None:
    video = folder / "VID_1.mp4"
    video.write_bytes(TOO_LARGE)

    with opened(video) as source, pytest.raises(VaultFullError):
        await small_vault.store_file(source, origin_of(TOO_LARGE))
    with pytest.raises(VaultFullError):
        await small_vault.store_stream(pieces(TOO_LARGE), origin_of(TOO_LARGE))

    assert video.read_bytes() == TOO_LARGE
    assert objects_in(small_vault.directory) == {}
    assert unfinished_in(small_vault.directory) == []


async def test_vault_unavailable_for_one_large_video_still_takes_photos(small_vault: DirectoryVault) -> None:
    with pytest.raises(VaultFullError):
        await small_vault.store_stream(pieces(TOO_LARGE), origin_of(TOO_LARGE))

    await small_vault.store_stream(pieces(PHOTO), origin_of(PHOTO))

    assert objects_in(small_vault.directory) == {sha1(PHOTO).hex(): PHOTO}


async def test_vault_unavailable_because_its_disk_is_gone(vault: DirectoryVault, folder: Path) -> None:
    photo = folder / "IMG_1.jpg"
    photo.write_bytes(PHOTO)
    away = vault.directory.rename(vault.directory.with_name("pulled out"))

    with opened(photo) as source, pytest.raises(VaultUnavailableError):
        await vault.store_file(source, origin_of(PHOTO))
    with pytest.raises(VaultUnavailableError):
        await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    with pytest.raises(VaultUnavailableError):
        await vault.find(sha1(PHOTO))
    with pytest.raises(VaultUnavailableError):
        await everything(vault, sha1(PHOTO))
    with pytest.raises(VaultUnavailableError):
        await anext(vault.entries())
    with pytest.raises(VaultUnavailableError):
        await vault.prepare(create=False)

    assert not vault.directory.exists(), "the empty mount point would have been filled"
    assert objects_in(away) == {}


async def test_vault_unavailable_because_only_its_mount_point_is_left(vault: DirectoryVault) -> None:
    vault.directory.rename(vault.directory.with_name("pulled out"))
    vault.directory.mkdir()

    with pytest.raises(VaultUnavailableError):
        await vault.find(sha1(PHOTO))
    with pytest.raises(VaultUnavailableError, match="mounted"):
        await vault.prepare(create=False)
    assert list(vault.directory.iterdir()) == []


async def test_vault_unavailable_because_its_disk_became_read_only(
    tmp_path: Path, disk: Blocking, clock: Callable[[], float], read_only: Callable[[Path], None]
) -> None:
    vault = DirectoryVault(tmp_path / "vault", disk, clock)
    await vault.prepare()
    await vault.store_stream(pieces(b"kept before"), origin_of(b"kept before"))
    read_only(vault.directory)

    with pytest.raises(VaultUnavailableError):
        await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    with pytest.raises(VaultUnavailableError):
        await vault.store_stream(never(), origin_of(b"kept before", "its twin.jpg"))
    with pytest.raises(VaultUnavailableError):
        await vault.prepare()

    assert await everything(vault, sha1(b"kept before")) == b"kept before"


@pytest.mark.parametrize("link", [True, False], ids=["same disk", "another disk"])
@pytest.mark.parametrize("damaged", [True, False], ids=["over a damaged object", "new"])
async def test_kill_anywhere_while_a_file_is_kept(
    tmp_path: Path, other_disk: Path, clock: Callable[[], float], *, link: bool, damaged: bool
) -> None:
    for calls in count():
        photo = (tmp_path if link else other_disk) / f"{calls}.jpg"
        photo.write_bytes(PHOTO)
        vault = DirectoryVault(tmp_path / f"vault {calls}", InlinePool(), clock)
        await vault.prepare()
        if damaged:
            await vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "earlier.jpg"))
            next((vault.directory / "objects").glob("*/*")).write_bytes(b"bad")
        with opened(photo) as source, killed_after(calls) as happened:
            try:
                await vault.store_file(source, origin_of(PHOTO))
            except Killed:
                counted = False
            else:
                counted = True

        later = DirectoryVault(vault.directory, InlinePool(), clock)
        found = await later.find(sha1(PHOTO))
        assert photo.read_bytes() == PHOTO
        assert found is None or await everything(later, sha1(PHOTO)) == PHOTO
        if counted:
            assert found is not None
            assert unfinished_in(vault.directory) == []
            assert len(happened) > 5
            return

        await later.prepare(create=False)
        assert unfinished_in(vault.directory) == []
        with opened(photo) as source:
            await later.store_file(source, origin_of(PHOTO))
        photo.unlink()
        assert await everything(later, sha1(PHOTO)) == PHOTO


async def test_kill_anywhere_while_bytes_arrive(tmp_path: Path, clock: Callable[[], float]) -> None:
    for calls in count():
        vault = DirectoryVault(tmp_path / f"vault {calls}", InlinePool(), clock)
        await vault.prepare()
        with killed_after(calls):
            try:
                await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
            except Killed:
                counted = False
            else:
                counted = True

        later = DirectoryVault(vault.directory, InlinePool(), clock)
        await later.prepare(create=False)
        assert unfinished_in(vault.directory) == []
        assert set(objects_in(vault.directory).values()) <= {PHOTO}
        if counted:
            assert await everything(later, sha1(PHOTO)) == PHOTO
            return
        await later.store_stream(pieces(PHOTO), origin_of(PHOTO))
        assert await everything(later, sha1(PHOTO)) == PHOTO


async def test_kill_anywhere_while_the_vault_is_made(tmp_path: Path, clock: Callable[[], float]) -> None:
    for calls in count():
        vault = DirectoryVault(tmp_path / f"vault {calls}", InlinePool(), clock)
        with killed_after(calls):
            try:
                await vault.prepare()
            except Killed:
                made = False
            else:
                made = True

        await vault.prepare()
        await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
        assert await everything(vault, sha1(PHOTO)) == PHOTO
        if made:
            return
