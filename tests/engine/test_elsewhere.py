"""Before the vault lets go of something: where else its bytes are, and what waits for it."""

import os
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import RecoveryError
from custom_components.immich_syncthing.engine.ledger.views import HistoryFilter
from custom_components.immich_syncthing.engine.model import Answer, Preset
from custom_components.immich_syncthing.vault.model import VaultEntry, VaultOrigin, VaultReason
from custom_components.immich_syncthing.vault.retention import Elsewhere
from tests.checksums import sha1

from .living import CAMERA, Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

NOTHING = Elsewhere(frozenset(), frozenset())


@pytest.fixture
async def photos(life: Life) -> dict[str, bytes]:
    return await ten_photos(life)


async def found(life: Life, content: bytes) -> bool:
    return sha1(content) in (await life.account.elsewhere([sha1(content)])).found


async def needed(life: Life, content: bytes) -> bool:
    return sha1(content) in (await life.account.elsewhere([sha1(content)])).needed


def only_in_the_folder(life: Life, photos: dict[str, bytes], path: str) -> bytes:
    """Let Immich lose a photo so that nobody hears of it."""
    life.web.purge(life.web.find(path.rpartition("/")[2]).id)
    return photos[path]


async def test_what_is_nowhere_else_is_not_found(life: Life, photos: dict[str, bytes]) -> None:
    assert await life.account.elsewhere([]) == NOTHING
    assert await life.account.elsewhere([sha1(b"never seen")]) == NOTHING
    assert photos


async def test_what_immich_has_is_found_also_in_its_trash(life: Life, photos: dict[str, bytes]) -> None:
    life.phone_deletes("Camera/IMG_1.jpg")
    await life.settle()
    assert photos["Camera/IMG_1.jpg"] in life.in_immich(trashed=True)

    assert await found(life, photos["Camera/IMG_1.jpg"])
    life.web.empty_trash()
    life.web.purge(*(one.id for one in life.web.assets(trashed=True)))
    assert not await found(life, photos["Camera/IMG_1.jpg"])


async def test_what_only_the_folder_has_is_found_as_long_as_it_is_as_it_was(
    life: Life, photos: dict[str, bytes]
) -> None:
    content = only_in_the_folder(life, photos, "Camera/IMG_1.jpg")
    assert await found(life, content)

    file = life.root / "Camera/IMG_1.jpg"
    os.utime(file, (1, 1))
    assert not await found(life, content), "somebody wrote to it: nobody knows what it holds"

    file.unlink()
    assert not await found(life, content)


async def test_another_thing_under_the_name_is_no_photo(life: Life, photos: dict[str, bytes]) -> None:
    content = only_in_the_folder(life, photos, "Camera/IMG_1.jpg")
    file = life.root / "Camera/IMG_1.jpg"
    file.rename(life.root / "elsewhere.jpg")
    file.symlink_to(life.root / "elsewhere.jpg")

    assert not await found(life, content)


@pytest.fixture
async def asked(life: Life) -> dict[str, bytes]:
    """Give ten photos, all of which somebody trashed in Immich: that is asked about."""
    photos = await ten_photos(life)
    life.web.trash(*(one.id for one in life.web.assets()))
    await life.settle()
    return photos


async def test_what_is_asked_about_is_needed_until_the_answer_is_carried_out(
    life: Life, asked: dict[str, bytes]
) -> None:
    content = asked["Camera/IMG_1.jpg"]
    assert await needed(life, content)

    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, Answer.APPROVE)
    assert await needed(life, content), "the answer is a decision that is not carried out yet"

    await life.settle()
    assert life.on_phone() == {}
    assert not await needed(life, content)
    assert await life.in_vault(content)


async def test_while_everything_is_compared_anew_nobody_can_tell(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.server.world.tables.versions.clear()
        life.tablet_root.rename(life.tablet_root.with_name("elsewhere"))
        await life.folder.run(full=True)
        for _ in range(4):
            life.clock.skip(60)
            await life.cycle()

        with pytest.raises(RecoveryError):
            await life.account.elsewhere([sha1(photos["Camera/IMG_1.jpg"])])


async def test_that_an_only_copy_went_is_history(life: Life) -> None:
    origin = VaultOrigin(
        sha1(b"only"), 4, CAMERA, "Camera", "IMG_1.jpg", 0, "an-asset", "user", VaultReason.ASSET_DELETED
    )

    await life.account.note_removed(VaultEntry(origin, 1_763_700_000.0), "vault_kept_long_enough", "vault")

    [told] = await life.account.history(wanted=HistoryFilter(action="unvault"))
    assert (told.entry.path, told.entry.folder_id, told.entry.checksum) == ("IMG_1.jpg", CAMERA, sha1(b"only"))
    assert (told.entry.why, told.entry.result) == ("vault_kept_long_enough", "done")
