"""While the ledger is copied nothing is begun, for a while; and a ledger from such a copy never costs a photo."""

import asyncio
import shutil
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine import account as accounts
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import FolderState
from tests.servers.immich import FaultKind

from .living import Life, open_account, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


def ledgers(life: Life) -> Path:
    return life.home / "ledgers"


def copy_ledger(life: Life) -> Path:
    return shutil.copytree(ledgers(life), life.home / "copy", ignore=shutil.ignore_patterns("*-shm"))


async def restore_ledger(life: Life, copy: Path) -> None:
    await life.account.close()
    shutil.rmtree(ledgers(life))
    shutil.copytree(copy, ledgers(life))
    life.account = await open_account(life.home, life)


async def test_nothing_is_begun_until_the_copy_is_done(life: Life) -> None:
    photos = await ten_photos(life)
    await life.account.begin_copy()
    new = life.phone_adds("Camera/new.jpg")
    life.phone_deletes("Camera/IMG_1.jpg")
    cycle = asyncio.create_task(life.cycle())
    await asyncio.sleep(0.5)
    assert not cycle.done()
    assert life.in_immich() == set(photos.values())
    await life.account.end_copy()
    await cycle
    await life.settle()
    assert life.in_immich() == {new, *photos.values()} - {photos["Camera/IMG_1.jpg"]}


async def test_after_a_while_it_goes_on_and_the_copy_is_still_good(life: Life) -> None:
    photos = await ten_photos(life)
    await life.account.begin_copy()
    life.account.work_during_copy()
    new = life.phone_adds("Camera/new.jpg")
    assert (await life.settle()).state is FolderState.IN_AGREEMENT
    assert life.in_immich() == {new, *photos.values()}
    copy = copy_ledger(life)
    await life.account.end_copy()
    ledger = Ledger.open(copy / "ledger.sqlite")
    assert ledger.totals(life.camera_id).uploads == 11
    ledger.close()


async def test_a_cycle_in_the_midst_of_its_work_begins_nothing_more(life: Life) -> None:
    """The first upload is under way when the copy begins, and is finished; the others wait."""
    for number in range(10):
        life.phone_adds(f"Camera/IMG_{number}.jpg")
    rule = life.server.faults.add(FaultKind.LATENCY, "/api/assets$", method="POST", seconds=0.5)
    cycle = asyncio.create_task(life.cycle())
    async with asyncio.timeout(20):
        while not rule.hits:
            await asyncio.sleep(0.01)
    await life.account.begin_copy()
    sent = len(life.in_immich())
    assert 0 < sent < 10
    copy = copy_ledger(life)
    await cycle
    assert len(life.in_immich()) == sent
    await life.account.end_copy()
    await life.settle()
    assert len(life.in_immich()) == 10

    await restore_ledger(life, copy)
    await life.settle()
    assert (len(life.in_immich()), len(life.on_phone()), life.in_immich(trashed=True)) == (10, 10, set())


async def test_what_takes_long_is_not_waited_for(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "FINISH_SECONDS", 0.2)
    life.phone_adds("Camera/long.mp4")
    rule = life.server.faults.add(FaultKind.HANG, "/api/assets$", method="POST", times=1)
    cycle = asyncio.create_task(life.cycle())
    async with asyncio.timeout(20):
        while not rule.hits:
            await asyncio.sleep(0.01)
    async with asyncio.timeout(20):
        await life.account.begin_copy()
    copy = copy_ledger(life)
    cycle.cancel()
    await asyncio.wait([cycle])
    life.server.faults.clear()
    await restore_ledger(life, copy)
    await life.settle()
    assert len(life.in_immich()) == 1


async def test_a_ledger_of_before_loses_nothing(life: Life) -> None:
    """Between backup and restoration photos came, were deleted on either side, and one was restored."""
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_9.jpg")
    await life.settle()
    await life.account.begin_copy()
    copy = copy_ledger(life)
    await life.account.end_copy()

    new = life.phone_adds("Camera/new.jpg")
    life.phone_deletes("Camera/IMG_1.jpg")
    life.web.trash(life.web.find("IMG_2.jpg").id)
    [trashed] = [asset for asset in life.web.assets(trashed=True) if asset.name == "IMG_9.jpg"]
    life.web.restore(trashed.id)
    await life.settle()

    await restore_ledger(life, copy)
    report = await life.cycle()
    assert report.state is FolderState.RECOVERY
    await life.settle()
    for content in (new, *photos.values()):
        there = content in life.in_immich() | life.in_immich(trashed=True) | set(life.on_phone().values())
        assert there or await life.in_vault(content)
    assert life.in_immich() >= {new, *(photos[f"Camera/IMG_{number}.jpg"] for number in (0, 3, 4, 5, 6, 7, 8, 9))}
    assert len(life.in_immich(trashed=True)) == 2


async def test_an_account_that_is_opened_while_its_ledger_is_copied_waits_as_well(life: Life) -> None:
    await life.account.begin_copy()
    file = ledgers(life) / "ledger.sqlite"
    before = file.read_bytes()
    await life.account.close()
    life.account = await open_account(life.home, life, being_copied=True)
    new = life.phone_adds("Camera/new.jpg")
    cycle = asyncio.create_task(life.cycle())
    await asyncio.sleep(0.2)
    assert (cycle.done(), file.read_bytes() == before) == (False, True)
    await life.account.end_copy()
    await cycle
    await life.settle()
    assert life.in_immich() == {new}
