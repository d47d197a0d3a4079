"""A link shares its bytes with the file. The vault relies on no object that somebody else can still write to."""

import os
from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.errors import VaultMismatchError
from tests.checksums import sha1

from .things import PHOTO, everything, objects_in, opened, origin_of, pieces


def _rewrite(photo: Path) -> None:
    """Change the file's first byte in place, as an editor of metadata does."""
    with photo.open("r+b") as file:
        file.write(b"!")


async def _keep(vault: DirectoryVault, photo: Path) -> None:
    with opened(photo) as source:
        await vault.store_file(source, origin_of(PHOTO, photo.name))


@pytest.fixture
def photo(folder: Path) -> Path:
    photo = folder / "A.jpg"
    photo.write_bytes(PHOTO)
    return photo


@pytest.fixture
def twin(folder: Path) -> Path:
    twin = folder / "B.jpg"
    twin.write_bytes(PHOTO)
    return twin


async def test_a_file_that_stayed_after_all_cannot_spoil_what_its_twin_relies_on(
    vault: DirectoryVault, photo: Path, twin: Path
) -> None:
    await _keep(vault, photo)  # and then its deletion fails: it stays, linked to the object
    await _keep(vault, twin)
    twin.unlink()

    _rewrite(photo)

    assert await everything(vault, sha1(PHOTO)) == PHOTO


async def test_what_the_phone_deleted_is_fetched_if_only_a_living_file_holds_it(
    vault: DirectoryVault, photo: Path
) -> None:
    await _keep(vault, photo)
    await vault.store_stream(pieces(PHOTO), origin_of(PHOTO, "deleted on the phone.jpg"))

    _rewrite(photo)

    assert await everything(vault, sha1(PHOTO)) == PHOTO


async def test_a_file_with_a_further_name_is_copied(vault: DirectoryVault, photo: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.jpg"
    elsewhere.hardlink_to(photo)

    await _keep(vault, photo)
    _rewrite(elsewhere)

    assert objects_in(vault.directory) == {sha1(PHOTO).hex(): PHOTO}


async def test_trying_again_after_a_crash_needs_no_second_copy(vault: DirectoryVault, photo: Path) -> None:
    await _keep(vault, photo)
    await _keep(vault, photo)

    [kept] = (vault.directory / "objects").glob("*/*")
    assert kept.samefile(photo)


@pytest.mark.parametrize("damage", [b"!", b"", PHOTO + b"!"], ids=["changed", "emptied", "grown"])
async def test_a_damaged_object_is_replaced_and_never_believed(
    vault: DirectoryVault, photo: Path, damage: bytes
) -> None:
    await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    [kept] = (vault.directory / "objects").glob("*/*")
    kept.write_bytes(damage)

    await _keep(vault, photo)

    assert objects_in(vault.directory) == {sha1(PHOTO).hex(): PHOTO}


async def test_a_damaged_object_stays_when_the_source_is_no_better(vault: DirectoryVault, photo: Path) -> None:
    await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    [kept] = (vault.directory / "objects").glob("*/*")
    kept.write_bytes(PHOTO[::-1])
    photo.write_bytes(PHOTO[::-1])

    with opened(photo) as source, pytest.raises(VaultMismatchError):
        await vault.store_file(source, origin_of(PHOTO))

    assert await vault.find(sha1(PHOTO)) is None


async def test_a_file_rewritten_while_it_is_kept_is_not_kept(
    vault: DirectoryVault, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def link_then_rewrite(*args: object, **kwargs: object) -> None:
        link(*args, **kwargs)  # type: ignore[arg-type]
        _rewrite(photo)

    monkeypatch.setattr(os, "link", link_then_rewrite)

    with opened(photo) as source, pytest.raises(VaultMismatchError):
        await vault.store_file(source, origin_of(PHOTO))

    assert objects_in(vault.directory) == {}
    assert photo.exists()


async def test_a_file_swapped_while_it_is_kept_is_not_kept(
    vault: DirectoryVault, photo: Path, twin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def swap_then_link(*args: object, **kwargs: object) -> None:
        twin.replace(photo)
        link(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "link", swap_then_link)

    with opened(photo) as source, pytest.raises(VaultMismatchError):
        await vault.store_file(source, origin_of(PHOTO))

    assert objects_in(vault.directory) == {}
