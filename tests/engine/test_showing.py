"""What waits for an answer can be looked at before it is answered, wherever its bytes still are."""

import pytest

from custom_components.immich_syncthing.vault.errors import VaultError
from tests.checksums import sha1

from .living import Life, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"


async def shown(life: Life, content: bytes) -> bytes:
    return b"".join([block async for block in life.account.shown_bytes(sha1(content), waiting=True)])


async def all_trashed(life: Life) -> dict[str, bytes]:
    """Let all photos be trashed in Immich, which is asked about; path to content."""
    photos = await ten_photos(life)
    life.web.trash(*[asset.id for asset in life.web.assets()])
    await life.settle()
    [hold] = await life.account.holds()
    assert hold.count == len(photos)
    return photos


async def test_what_does_not_wait_is_not_shown(life: Life) -> None:
    photos = await ten_photos(life)
    assert await life.account.shown(sha1(photos[THIRD]), waiting=True) is None
    assert await shown(life, photos[THIRD]) == b""
    assert await shown(life, b"nobody ever had this") == b""


async def test_a_file_is_shown_and_needs_nothing_of_immich(life: Life) -> None:
    photos = await all_trashed(life)
    life.web.purge(*[asset.id for asset in life.web.assets(trashed=True)])
    assert await shown(life, photos[THIRD]) == photos[THIRD]


@pytest.mark.parametrize("became", ["gone", "another", "without its disk"])
async def test_where_its_file_is_not_what_it_was_immichs_copy_is_shown(life: Life, became: str) -> None:
    photos = await all_trashed(life)
    if became == "gone":
        (life.root / THIRD).unlink()
    elif became == "another":
        (life.root / THIRD).write_bytes(b"longer than what was sent: " + photos[THIRD])
    else:
        life.root.rename(life.root.with_name("unplugged"))
    assert await shown(life, photos[THIRD]) == photos[THIRD]


async def test_a_file_that_its_folder_hides_is_not_opened(life: Life) -> None:
    hidden = "Hidden/again.jpg"
    content = life.phone_adds(hidden, b"photo Camera/IMG_3.jpg")
    life.ignore = ("Hidden/",)
    photos = await ten_photos(life)
    await life.restart()
    await life.folder.run(full=True)
    await life.settle()
    life.web.trash(*[asset.id for asset in life.web.assets()])
    await life.settle()
    (life.root / hidden).write_bytes(b"?" * len(content))
    (life.root / THIRD).unlink()
    assert photos[THIRD] == content
    assert await life.account.shown(sha1(content), waiting=True) is not None
    assert await shown(life, content) == content


async def test_what_nobody_has_is_said_and_nothing_else_is_shown(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.purge(*[asset.id for asset in life.web.assets()])
    await life.folder.run(full=True)
    await life.settle()
    assert await life.account.shown(sha1(photos[THIRD]), waiting=True) is not None
    (life.root / THIRD).unlink()
    with pytest.raises(VaultError):
        await shown(life, photos[THIRD])


async def test_what_is_decided_is_shown_from_the_vault_once_immich_has_purged_it(life: Life) -> None:
    photos = await ten_photos(life)
    checksum = sha1(photos[THIRD])
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    assert not (life.root / THIRD).exists()
    life.web.purge(*[asset.id for asset in life.web.assets(trashed=True)])
    known = await life.account.shown(checksum, waiting=False)
    assert known is not None
    assert (known.path, known.size) == (THIRD, len(photos[THIRD]))
    found = [block async for block in life.account.shown_bytes(checksum, waiting=False)]
    assert b"".join(found) == photos[THIRD]
    assert await shown(life, photos[THIRD]) == b"", "it waits for nothing"
