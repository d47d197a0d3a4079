"""Waiting for the background queues ends, one way or the other."""

import pytest

from .asking import Asker, jpeg


async def test_a_queue_that_never_gets_done_is_named(asker: Asker) -> None:
    server = asker.server
    asset_id = (await asker.upload(jpeg(1)))[1]["id"]
    await server.settle()
    server.jobs.delays["backgroundTask"] = 3600
    await asker.ask("DELETE", "/assets", {"ids": [asset_id], "force": True})
    with pytest.raises(TimeoutError, match=r"still to do: \{'backgroundTask': 1\}"):
        await server.settle(0.05)
    server.jobs.pause("backgroundTask")
    await server.settle(0.05)
