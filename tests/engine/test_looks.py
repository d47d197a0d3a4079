"""Looks at single assets: together where several want one, each its own answer, and none forgotten."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.looks import MOST, REST_SECONDS, Look, Looks
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState
from custom_components.immich_syncthing.immich import models
from custom_components.immich_syncthing.immich.errors import CannotConnectError, ServerError

from .living import RealClock, living

PATIENCE_SECONDS = 60


class Clock(RealClock):
    """Stands still; while ``rested`` is not set, nobody's rest ends."""

    def __init__(self) -> None:
        super().__init__()
        self.rested = asyncio.Event()
        self.rested.set()

    def monotonic(self) -> float:
        return self.ahead

    async def sleep(self, seconds: float) -> None:
        await self.rested.wait()
        self.skip(seconds)


class Immich:
    """Answers for as long as ``open`` says so. ``asked``: numbers of assets that were looked at with one request."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.asked: list[int] = []
        self.hidden: set[str] = set()
        self.missing: set[str] = set()
        self.broken: Exception | None = None
        self.clock = Clock()
        self.looks = Looks(self.one, self.many, self.clock)

    async def one(self, asset_id: str, checksum: bytes, owner_id: str) -> AssetFact:
        self.asked.append(1)
        await self.open.wait()
        if asset_id in self.missing:
            raise ServerError(500)
        return AssetFact(AssetState.ACTIVE, asset_id)

    async def many(self, looks: Sequence[Look]) -> dict[bytes, AssetFact]:
        self.asked.append(len(looks))
        await self.open.wait()
        if self.broken is not None:
            raise self.broken
        return {
            one.checksum: AssetFact(AssetState.ACTIVE, one.asset_id)
            for one in looks
            if one.asset_id not in self.hidden | self.missing
        }

    def look(self, number: int) -> asyncio.Task[AssetFact]:
        return asyncio.create_task(self.looks.look(f"asset {number}", number.to_bytes(20), "me"))


@pytest.fixture
async def immich() -> Immich:
    return Immich()


async def begun(immich: Immich, requests: int = 1) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(immich.asked) < requests:
            await asyncio.sleep(0)


async def answers(tasks: Sequence[asyncio.Task[AssetFact]]) -> list[AssetFact | BaseException]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await asyncio.gather(*tasks, return_exceptions=True)


def active(*numbers: int) -> list[AssetFact]:
    return [AssetFact(AssetState.ACTIVE, f"asset {number}") for number in numbers]


async def test_who_comes_while_somebody_looks_is_answered_with_the_others(immich: Immich) -> None:
    first = immich.look(0)
    await begun(immich)
    others = [immich.look(number) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    immich.open.set()
    assert await answers([first, *others]) == active(0, 1, 2, 3)
    assert immich.asked == [1, 3]


async def test_of_those_who_follow_each_other_some_are_answered_together(immich: Immich) -> None:
    immich.open.set()
    assert await answers([immich.look(0)]) == active(0)
    immich.clock.rested.clear()
    others = [immich.look(number) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    assert immich.asked == [1]
    immich.clock.rested.set()
    assert await answers(others) == active(1, 2, 3)
    assert immich.asked == [1, 3]


async def test_who_comes_later_waits_for_nobody(immich: Immich) -> None:
    immich.open.set()
    assert await answers([immich.look(0)]) == active(0)
    immich.clock.rested.clear()
    immich.clock.skip(REST_SECONDS)
    assert await answers([immich.look(1)]) == active(1)


async def test_no_request_is_about_too_many(immich: Immich) -> None:
    first = immich.look(0)
    await begun(immich)
    others = [immich.look(number) for number in range(1, MOST + 3)]
    await asyncio.sleep(0)
    immich.open.set()
    assert await answers([first, *others]) == active(*range(MOST + 3))
    assert immich.asked == [1, MOST, 2]


async def test_what_does_not_show_with_the_others_is_looked_at_by_itself(immich: Immich) -> None:
    immich.hidden, immich.missing = {"asset 2"}, {"asset 3"}
    first = immich.look(0)
    await begun(immich)
    others = [immich.look(number) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    immich.open.set()
    *shown, missing = await answers([first, *others])
    assert shown == active(0, 1, 2)
    assert isinstance(missing, ServerError)
    assert immich.asked == [1, 3, 1, 1]


async def test_another_asset_with_the_same_content_is_not_taken_for_it(immich: Immich) -> None:
    first = immich.look(0)
    await begun(immich)
    twins = [asyncio.create_task(immich.looks.look(name, b"same", "me")) for name in ("one", "other")]
    await asyncio.sleep(0)
    immich.open.set()
    seen = await answers([first, *twins])
    assert seen[1:] == [AssetFact(AssetState.ACTIVE, name) for name in ("one", "other")]


async def test_where_the_search_stumbles_each_is_looked_at_by_itself(immich: Immich) -> None:
    immich.broken = ServerError(500)
    first = immich.look(0)
    await begun(immich)
    others = [immich.look(number) for number in (1, 2)]
    await asyncio.sleep(0)
    immich.open.set()
    assert await answers([first, *others]) == active(0, 1, 2)
    assert immich.asked == [1, 2, 1, 1]


async def test_where_immich_is_away_everybody_hears_of_it(immich: Immich) -> None:
    immich.broken = CannotConnectError()
    immich.missing = {"asset 2"}
    first = immich.look(0)
    await begun(immich)
    others = [immich.look(number) for number in (1, 2)]
    await asyncio.sleep(0)
    immich.open.set()
    seen = await answers([first, *others])
    assert [type(one) for one in seen] == [AssetFact, CannotConnectError, ServerError]


async def test_who_is_cancelled_leaves_the_look_to_the_others(immich: Immich) -> None:
    first = immich.look(0)
    await begun(immich)
    second, third, fourth = (immich.look(number) for number in (1, 2, 3))
    await asyncio.sleep(0)
    first.cancel()
    await begun(immich, 2)
    second.cancel()
    await begun(immich, 3)
    immich.open.set()
    assert await answers([third, fourth]) == active(2, 3)
    assert immich.asked == [1, 3, 2]
    assert await answers([immich.look(9)]) == active(9)


@pytest.mark.usefixtures("socket_enabled")
async def test_no_photo_waits_until_the_asset_of_another_was_looked_at(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        context = life.folder._context  # noqa: SLF001 - the line between engine and client
        context.under_way.pace.limit = 1
        look, upload, seen, sent = context.immich.asset, context.immich.upload, asyncio.Event(), asyncio.Semaphore(0)

        async def slow(asset_id: str) -> models.Asset:
            await seen.wait()
            return await look(asset_id)

        async def counted(request: models.Upload) -> models.UploadResult:
            sent.release()
            return await upload(request)

        context.immich.asset = slow  # type: ignore[method-assign]
        context.immich.upload = counted  # type: ignore[assignment]
        life.phone_adds("Camera/old.jpg")
        life.phone_adds("Camera/new.jpg")
        life.clock.skip(3)
        running = asyncio.create_task(life.folder.run())
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await sent.acquire()
                await sent.acquire()
            assert await context.workers.ledger.run(context.ledger.linked_assets) == 0
        finally:
            seen.set()
            report = await running
        assert (report.uploaded, report.counts.linked) == (2, 2)
