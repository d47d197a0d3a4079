"""What every kind of vault tells of its contents without reading them: how much, since when, and where from."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.errors import VaultUnavailableError
from custom_components.immich_syncthing.vault.model import Blocking, VaultContent
from tests.checksums import sha1

from .kinds import Place, place_of
from .things import PHOTO, origin_of, pieces

FIRST = 1_763_700_000


async def test_each_content_is_told_once_with_its_oldest_and_newest_time(place: Place) -> None:
    for content, path in ((b"one", "A.jpg"), (b"the other", "B.jpg"), (b"one", "C.jpg")):
        await place.vault.store_stream(pieces(content), origin_of(content, path))

    told = [one async for page in place.vault.contents() for one in page]

    wanted = [
        VaultContent(sha1(b"one"), 3, FIRST, FIRST + 2),
        VaultContent(sha1(b"the other"), 9, FIRST + 1, FIRST + 1),
    ]
    assert told == sorted(wanted, key=lambda one: one.checksum)


async def test_bytes_without_an_entry_and_an_entry_without_bytes_are_no_content(place: Place) -> None:
    contents = sorted((f"photo {number}".encode() for number in range(5)), key=sha1)
    for number, content in enumerate(contents):
        await place.vault.store_stream(pieces(content), origin_of(content, f"{number}.jpg"))
    for number in (0, 3):
        name = sha1(contents[number]).hex()
        await place.store.delete([f"objects/{name[:2]}/{name}"])
    for number in (1, 4):
        keys = [key async for key in place.keys(f"entries/{sha1(contents[number]).hex()}")]
        await place.store.delete(keys)

    assert [one.checksum async for page in place.vault.contents() for one in page] == [sha1(contents[2])]


async def test_the_entries_of_one_content_come_by_time(place: Place) -> None:
    for path in ("B.jpg", "A.jpg"):
        await place.vault.store_stream(pieces(PHOTO), origin_of(PHOTO, path))
    await place.vault.store_stream(pieces(b"other"), origin_of(b"other"))

    assert [one.origin.path for one in await place.vault.entries_of(sha1(PHOTO))] == ["B.jpg", "A.jpg"]
    assert await place.vault.entries_of(sha1(b"never kept")) == ()


async def test_a_list_goes_on_behind_a_content(place: Place) -> None:
    contents = sorted((f"photo {number}".encode() for number in range(5)), key=sha1)
    for content in contents:
        for path in ("A.jpg", "B.jpg"):
            await place.vault.store_stream(pieces(content), origin_of(content, path))

    rest = [one async for page in place.vault.entries(after=sha1(contents[2])) for one in page]

    assert [one.origin.checksum for one in rest] == [sha1(one) for one in contents[3:] for _ in range(2)]


async def test_a_place_that_is_no_vault_has_no_contents_to_tell(place: Place, tmp_path: Path, disk: Blocking) -> None:
    nothing = place_of("directory", tmp_path / "nothing", disk, lambda: 0.0)
    with pytest.raises(VaultUnavailableError):
        _ = [page async for page in nothing.vault.contents()]
    with pytest.raises(VaultUnavailableError):
        await nothing.vault.entries_of(sha1(PHOTO))
    await place.store.delete(["README.txt"])
    if not hasattr(place.vault, "directory"):
        with pytest.raises(VaultUnavailableError):
            _ = [page async for page in place.vault.contents()]
