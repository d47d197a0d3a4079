"""Changes of the ledger that share a commit: each has its own result, its own error, and is on the disk or is not."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.apply.context import Run
from custom_components.immich_syncthing.engine.apply.settle import settle_intents
from custom_components.immich_syncthing.engine.committing import Committing
from custom_components.immich_syncthing.engine.errors import IntentOpenError, LedgerError
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import IntentKind
from custom_components.immich_syncthing.engine.report import Tallies
from custom_components.immich_syncthing.engine.workers import InlinePool

from .living import CAMERA, living

ONE, TWO, THREE = (bytes([number]) * 20 for number in range(3))


class CountingLedger(Ledger):
    """Counts its transactions."""

    transactions = 0

    @contextmanager
    def together(self) -> Iterator[None]:
        self.transactions += 1
        with super().together():
            yield


class SlowDisk(InlinePool):
    """Runs nothing until ``free`` is set."""

    def __init__(self) -> None:
        self.free = asyncio.Event()

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        await self.free.wait()
        return function(*args, **kwargs)


class Desk:
    """A ledger whose changes wait for the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ledger = CountingLedger.open(path)
        self.disk = SlowDisk()
        self._committing = Committing(self.ledger, self.disk)

    def opens(self, checksum: bytes) -> asyncio.Task[int]:
        """Begin to open an intent."""
        change = lambda: self.ledger.open_intent(IntentKind.UPLOAD, checksum, "camera", {}, 1.0)  # noqa: E731
        return asyncio.create_task(self._committing.make(change))

    def on_disk(self) -> dict[bytes, int]:
        """Return the intents as another process finds them."""
        other = Ledger.open(self.path)
        found = {one.checksum: one.id for one in other.open_intents()}
        other.close()
        return found


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "ledger.sqlite")


async def test_what_waits_at_the_same_time_shares_one_transaction(desk: Desk) -> None:
    wanted = [desk.opens(one) for one in (ONE, TWO, THREE)]
    await asyncio.sleep(0)
    assert desk.on_disk() == {}
    desk.disk.free.set()
    ids = await asyncio.gather(*wanted)
    assert desk.on_disk() == dict(zip((ONE, TWO, THREE), ids, strict=True))
    assert desk.ledger.transactions == 1


async def test_what_comes_later_has_a_transaction_of_its_own(desk: Desk) -> None:
    desk.disk.free.set()
    ids = {ONE: await desk.opens(ONE), TWO: await desk.opens(TWO)}
    assert desk.on_disk() == ids
    assert desk.ledger.transactions == 2


async def test_one_that_cannot_be_made_keeps_no_other(desk: Desk) -> None:
    first, again, other = desk.opens(ONE), desk.opens(ONE), desk.opens(TWO)
    desk.disk.free.set()
    ids = {ONE: await first, TWO: await other}
    with pytest.raises(IntentOpenError):
        await again
    assert desk.on_disk() == ids


async def test_who_was_cancelled_before_it_began_wants_nothing(desk: Desk) -> None:
    gone, stays = desk.opens(ONE), desk.opens(TWO)
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    desk.disk.free.set()
    intent = await stays
    assert desk.on_disk() == {TWO: intent}


async def test_all_learn_of_a_ledger_that_cannot_be_written(desk: Desk) -> None:
    wanted = [desk.opens(one) for one in (ONE, TWO)]
    desk.ledger.close()
    desk.disk.free.set()
    for one in wanted:
        with pytest.raises(LedgerError):
            await one


@pytest.mark.usefixtures("socket_enabled")
async def test_nobody_settles_what_is_opened_with_the_commit_of_somebody_else(tmp_path: Path) -> None:
    """The intent is on the disk before whoever opened it hears of that."""
    async with living(tmp_path) as life:
        context = life.folder._context  # noqa: SLF001 - the line between engine and steps
        run = Run("", Tallies(), life.folder.transfer)
        busy, at_work = threading.Event(), asyncio.Event()

        async def works() -> int:
            intent = await context.journal(IntentKind.UPLOAD, ONE, CAMERA, {"path": "IMG_1.jpg"})
            assert intent is not None
            with context.at_work(intent):
                await at_work.wait()
            return intent

        blocked = asyncio.create_task(context.workers.ledger.run(busy.wait))
        await asyncio.sleep(0)
        other = asyncio.create_task(context.commit(lambda: None))
        await asyncio.sleep(0)
        settling = asyncio.create_task(settle_intents(context, run))
        await asyncio.sleep(0)
        working = asyncio.create_task(works())
        await asyncio.sleep(0)
        busy.set()
        await asyncio.gather(blocked, other)
        assert await settling == 0
        left = [one.id for one in await context.workers.ledger.run(context.ledger.open_intents)]
        at_work.set()
        assert left == [await working]
