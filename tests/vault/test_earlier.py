"""A vault was exchanged for another one: what lies in the old one is found and read, and stays as it is."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.earlier import VaultWithEarlier
from custom_components.immich_syncthing.vault.errors import NotInVaultError, VaultUnavailableError
from custom_components.immich_syncthing.vault.model import Blocking, VaultUsage
from tests.checksums import sha1

from .things import PHOTO, everything, objects_in, opened, origin_of, pieces


@pytest.fixture
async def old(tmp_path: Path, disk: Blocking, clock: Callable[[], float]) -> DirectoryVault:
    vault = DirectoryVault(tmp_path / "old vault", disk, clock)
    await vault.prepare()
    return vault


@pytest.fixture
def both(vault: DirectoryVault, old: DirectoryVault) -> VaultWithEarlier:
    return VaultWithEarlier(vault, [old])


async def test_what_was_kept_before_is_found_and_read(both: VaultWithEarlier, old: DirectoryVault) -> None:
    kept = await old.store_stream(pieces(PHOTO), origin_of(PHOTO))

    assert await both.find(sha1(PHOTO)) == kept
    assert await both.entries_of(sha1(PHOTO)) == (kept,)
    assert await everything(both, sha1(PHOTO)) == PHOTO


async def test_what_comes_now_goes_into_the_new_one_alone(
    both: VaultWithEarlier, vault: DirectoryVault, old: DirectoryVault, folder: Path
) -> None:
    await old.store_stream(pieces(PHOTO), origin_of(PHOTO))
    (folder / "IMG_1.jpg").write_bytes(PHOTO)

    with opened(folder / "IMG_1.jpg") as source:
        await both.store_file(source, origin_of(PHOTO, "B.jpg"))
    await both.store_stream(pieces(b"other"), origin_of(b"other"))

    assert set(objects_in(vault.directory).values()) == {PHOTO, b"other"}
    assert set(objects_in(old.directory).values()) == {PHOTO}
    assert await both.usage() == await vault.usage()


async def test_only_the_new_one_is_emptied(both: VaultWithEarlier, vault: DirectoryVault, old: DirectoryVault) -> None:
    for one in (vault, old):
        await one.store_stream(pieces(PHOTO), origin_of(PHOTO))

    assert await both.remove(sha1(PHOTO)) == len(PHOTO)

    assert await vault.usage() == VaultUsage(0, 0, None)
    assert await everything(both, sha1(PHOTO)) == PHOTO
    assert [page async for page in both.contents()] == []


async def test_the_entries_of_both_come_as_those_of_one(
    both: VaultWithEarlier, vault: DirectoryVault, old: DirectoryVault
) -> None:
    contents = sorted((f"photo {number}".encode() for number in range(7)), key=sha1)
    for number, content in enumerate(contents):
        await (vault if number % 3 else old).store_stream(pieces(content), origin_of(content))
    again = await old.store_stream(pieces(contents[1]), origin_of(contents[1], "B.jpg"))

    pages = [page async for page in both.entries(page=3)]

    assert [len(page) for page in pages] == [3, 3, 2]
    found = [one.origin.checksum for page in pages for one in page]
    assert found == sorted([*map(sha1, contents), sha1(contents[1])])
    assert (await both.entries_of(sha1(contents[1])))[-1] == again
    rest = [one.origin.checksum async for page in both.entries(after=sha1(contents[3])) for one in page]
    assert rest == [sha1(one) for one in contents[4:]]


async def test_a_vault_that_is_away_hides_nothing_that_another_has(
    both: VaultWithEarlier, vault: DirectoryVault, old: DirectoryVault
) -> None:
    kept = await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    shutil.rmtree(old.directory)

    assert await both.find(sha1(PHOTO)) == kept
    assert await everything(both, sha1(PHOTO)) == PHOTO


async def test_with_a_vault_away_nobody_says_that_a_content_is_nowhere(
    both: VaultWithEarlier, old: DirectoryVault
) -> None:
    assert await both.find(sha1(PHOTO)) is None
    with pytest.raises(NotInVaultError):
        await everything(both, sha1(PHOTO))

    shutil.rmtree(old.directory)

    with pytest.raises(VaultUnavailableError):
        await both.find(sha1(PHOTO))
    with pytest.raises(VaultUnavailableError):
        await everything(both, sha1(PHOTO))


async def test_a_note_of_before_counts_until_there_is_a_newer_one(
    both: VaultWithEarlier, vault: DirectoryVault, old: DirectoryVault
) -> None:
    await old.write_note("fence", b"7")
    assert await both.read_note("fence") == b"7"

    await both.write_note("fence", b"8")
    assert await both.read_note("fence") == b"8"
    assert await vault.read_note("fence") == b"8"
    assert await old.read_note("fence") == b"7"

    await both.remove_note("fence")
    assert await both.read_note("fence") is None
