"""Immich's newest change is missing: what explains that, and what does not."""

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import HoldKind
from custom_components.immich_syncthing.engine.recovery import Sign
from tests.servers.immich.records import Status

from .living import Life, open_account, ten_photos
from .test_recovering import asked, ended

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_the_newest_one_was_purged_from_the_trash(life: Life) -> None:
    await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    life.web.empty_trash()
    await life.server.jobs.settle()
    await life.settle()
    assert await life.account.recovery() is None
    stranger = life.web.upload(b"not from the phone", "other.jpg")
    await life.settle()
    life.web.trash(stranger)
    await life.settle()
    life.web.empty_trash()
    await life.server.jobs.settle()
    await life.settle()
    assert await life.account.recovery() is None


async def test_the_newest_one_was_seen_in_the_trash_by_another_way(life: Life) -> None:
    await ten_photos(life)
    life.web.favourite(life.web.find("IMG_3.jpg").id)
    await life.settle()
    # In the trash without a newer change, as after a clock that was set back: only the oracle tells of it.
    asset = life.web.find("IMG_3.jpg")
    asset.deleted_at, asset.status = life.server.world.clock.now(), Status.TRASHED
    life.syncthing.state = "scanning"
    await life.folder.run(full=True)
    life.web.empty_trash()
    await life.server.jobs.settle()
    life.syncthing.state = "idle"
    await life.settle()
    assert await life.account.recovery() is None
    assert "Camera/IMG_3.jpg" not in life.on_phone()


async def test_the_newest_one_was_locked(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.favourite(life.web.find("IMG_3.jpg").id)
    await life.settle()
    life.web.lock(life.web.find("IMG_3.jpg").id)
    await life.settle()
    assert await life.account.recovery() is None
    assert life.on_phone() == photos


async def test_the_newest_change_was_taken_back(life: Life) -> None:
    """The same assets, the last of them as it was before its last change."""
    await ten_photos(life)
    dump = life.server.world.snapshot()
    life.web.favourite(life.web.find("IMG_3.jpg").id)
    await life.settle()
    life.server.world.load(dump)
    await life.settle()
    await ended(life, Sign.SERVER_OLDER)


async def test_a_ledger_of_an_older_version_that_remembers_no_newest_asset(life: Life) -> None:
    await ten_photos(life)
    dump = life.server.world.snapshot()
    life.web.favourite(life.web.find("IMG_3.jpg").id)
    await life.settle()
    await life.account.close()
    ledger = Ledger.open(life.home / "ledgers" / "ledger.sqlite")
    ledger.set("newest_asset", None)
    ledger.close()
    life.server.world.load(dump)
    life.account = await open_account(life.home, life)
    await life.settle()
    await ended(life, Sign.SERVER_OLDER)


async def test_an_account_that_was_empty_has_nothing_to_lose(life: Life) -> None:
    await life.settle()
    await life.settle()
    assert await life.account.recovery() is None


async def test_what_went_up_just_now_is_a_change_that_was_seen(life: Life) -> None:
    """Immich goes back between an upload and the next look at what changed there."""
    await ten_photos(life)
    dump = life.server.world.snapshot()
    content = life.phone_adds("Camera/IMG_10.jpg")
    assert (await life.cycle()).uploaded == 1
    life.server.world.load(dump)
    await life.settle()
    await ended(life, Sign.SERVER_OLDER)
    assert await asked(life) == {HoldKind.VANISHED: 1}
    assert life.on_phone()["Camera/IMG_10.jpg"] == content


async def test_what_went_up_just_now_was_trashed_and_purged_at_once(life: Life) -> None:
    await ten_photos(life)
    life.phone_adds("Camera/IMG_10.jpg")
    assert (await life.cycle()).uploaded == 1
    life.web.trash(life.web.find("IMG_10.jpg").id)
    await life.cycle()
    life.web.empty_trash()
    await life.server.jobs.settle()
    await life.settle()
    assert await life.account.recovery() is None


async def test_what_went_up_just_now_was_locked_at_once(life: Life) -> None:
    await ten_photos(life)
    content = life.phone_adds("Camera/IMG_10.jpg")
    assert (await life.cycle()).uploaded == 1
    life.web.lock(life.web.find("IMG_10.jpg").id)
    await life.settle()
    assert await life.account.recovery() is None
    assert life.on_phone()["Camera/IMG_10.jpg"] == content


async def test_what_changed_last_together_is_remembered_once(life: Life) -> None:
    """Immich shows it in another order each time, and every look wrote another of them into the ledger."""
    await ten_photos(life)
    now = life.server.world.clock.now()
    for asset in life.server.world.tables.assets.values():
        asset.updated_at = now
    await life.settle()
    ledger: Ledger = life.folder._context.ledger  # noqa: SLF001 - nobody else tells what it remembers
    remembered = ledger.get("newest_asset")
    for _ in range(5):
        await life.cycle()
        assert ledger.get("newest_asset") == remembered
