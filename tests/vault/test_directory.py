"""A directory as vault: what is kept, in how many copies, and how it is found again."""

import os
from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.model import Vault
from tests.checksums import sha1
from tests.synced import watching_syncs

from .things import PHOTO, everything, objects_in, opened, origin_of, pieces, unfinished_in


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


async def test_it_is_a_vault_as_the_engine_knows_it(vault: DirectoryVault) -> None:
    known: Vault = vault
    assert await known.find(sha1(PHOTO)) is None
