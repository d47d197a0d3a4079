"""Waiting for a thread that cannot be cancelled."""

import asyncio

import pytest

from custom_components.immich_syncthing.vault.writing import finished


@pytest.mark.parametrize("fails", [False, True])
async def test_a_cancelled_task_gives_way_only_after_its_thread_has_ended(*, fails: bool) -> None:
    may_end = asyncio.Event()
    ended: list[str] = []

    async def thread() -> None:
        await may_end.wait()
        ended.append("thread")
        if fails:
            raise OSError

    async def task() -> None:
        try:
            await finished(thread())
        finally:
            ended.append("task")

    running = asyncio.create_task(task())
    await asyncio.sleep(0)
    for _ in range(3):
        running.cancel()
        await asyncio.sleep(0)
    assert not running.done()

    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert ended == ["thread", "task"]


async def test_work_that_was_cancelled_itself_does_not_hold_its_caller() -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def thread() -> None:
        begun.set()
        await never.wait()

    work = asyncio.create_task(thread())
    running = asyncio.create_task(finished(work))
    await begun.wait()
    running.cancel()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
