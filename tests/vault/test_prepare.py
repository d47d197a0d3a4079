"""Making a directory a vault, and refusing what is none."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.errors import VaultUnavailableError
from custom_components.immich_syncthing.vault.model import Blocking
from tests.checksums import sha1

from .things import PHOTO, everything, objects_in, origin_of, pieces, unfinished_in


async def test_a_new_vault_is_ours_alone_and_says_what_it_is(vault: DirectoryVault) -> None:
    assert vault.directory.stat().st_mode & 0o777 == 0o700
    assert (vault.directory / ".nomedia").exists()
    readme = (vault.directory / "README.txt").read_text()
    assert "Immich Syncthing" in readme
    assert "do not delete" in readme


async def test_preparing_again_changes_nothing(vault: DirectoryVault) -> None:
    await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    await vault.prepare()
    assert await everything(vault, sha1(PHOTO)) == PHOTO


async def test_a_link_is_refused(tmp_path: Path, disk: Blocking, clock: Callable[[], float]) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "vault").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(VaultUnavailableError):
        await DirectoryVault(tmp_path / "vault", disk, clock).prepare()

    assert list((tmp_path / "elsewhere").iterdir()) == []


async def test_a_directory_with_other_things_is_left_as_it_is(
    tmp_path: Path, disk: Blocking, clock: Callable[[], float]
) -> None:
    (tmp_path / "holiday.jpg").write_bytes(PHOTO)
    tmp_path.chmod(0o755)

    with pytest.raises(VaultUnavailableError, match="holiday"):
        await DirectoryVault(tmp_path, disk, clock).prepare()

    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]
    assert tmp_path.stat().st_mode & 0o777 == 0o755


async def test_a_file_in_its_place_is_refused(tmp_path: Path, disk: Blocking, clock: Callable[[], float]) -> None:
    (tmp_path / "vault").write_text("a file")

    with pytest.raises(VaultUnavailableError):
        await DirectoryVault(tmp_path / "vault", disk, clock).prepare()


async def test_what_a_crash_left_goes(vault: DirectoryVault) -> None:
    (vault.directory / "incoming" / "0123456789abcdef.tmp").write_bytes(PHOTO)

    await vault.prepare()

    assert unfinished_in(vault.directory) == []


async def test_a_second_account_starts_while_the_first_receives_a_video(
    vault: DirectoryVault, disk: Blocking, clock: Callable[[], float]
) -> None:
    video = os.urandom(3 * 1024 * 1024)
    second = DirectoryVault(vault.directory, disk, clock)

    async def arriving() -> AsyncIterator[bytes]:
        yield video[: 2 * 1024 * 1024]
        await second.prepare()
        yield video[2 * 1024 * 1024 :]

    await vault.store_stream(arriving(), origin_of(video))

    assert await everything(second, sha1(video)) == video


async def test_a_cancelled_arrival_leaves_nothing(vault: DirectoryVault) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield os.urandom(1024 * 1024)
            begun.set()
            await asyncio.sleep(0)

    storing = asyncio.create_task(vault.store_stream(endless(), origin_of(PHOTO)))
    await begun.wait()
    storing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await storing

    assert unfinished_in(vault.directory) == []
    assert objects_in(vault.directory) == {}
