"""The event stream against a server that plays what real Syncthing does rarely: holes, odd ids, bad moments."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web

from custom_components.immich_syncthing.syncthing.client import SyncthingClient
from custom_components.immich_syncthing.syncthing.errors import SyncthingUnexpectedAnswerError
from custom_components.immich_syncthing.syncthing.events import DISK_EVENTS, EventStream, disk_change
from custom_components.immich_syncthing.syncthing.models import Event, EventBatch

from .answering import answering


@dataclass
class Stage:
    """A Syncthing of which a test decides identity, age and the ids of its events."""

    start_time: str = "2026-11-20T14:53:28Z"
    uptime: int = 100
    ids: list[int] = field(default_factory=list)
    restart_after_next_poll: bool = False
    waits: list[float] = field(default_factory=list)

    async def play(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/rest/system/status":
            return web.json_response({"myID": "ME", "startTime": self.start_time, "uptime": self.uptime})
        assert request.path == "/rest/events"
        assert request.query["events"] == "LocalChangeDetected,RemoteChangeDetected"
        since, limit = int(request.query["since"]), int(request.query.get("limit", 1000))
        told = [number for number in self.ids if number > since][-limit:]
        if self.restart_after_next_poll:
            self.start_time = "2026-11-20T14:54:07.5+00:00"
        return web.json_response([event(number) for number in told])

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.uptime += 1

    @asynccontextmanager
    async def stream(self, session: aiohttp.ClientSession) -> AsyncIterator[EventStream]:
        async with answering(self.play) as url:
            client = SyncthingClient(session, url, "key", sleep=self.sleep)
            stream = EventStream(client, DISK_EVENTS, timeout_s=0)
            assert await stream.poll() == EventBatch(events=(), gap=True)
            yield stream


def event(number: int) -> dict[str, object]:
    data = {"action": "modified", "folder": "photos", "path": f"{number}.jpg", "type": "file", "modifiedBy": "PHONE"}
    return {"id": number, "time": "2026-11-20T14:53:30.123456789+01:00", "type": "RemoteChangeDetected", "data": data}


def told(batch: EventBatch) -> tuple[list[int], bool]:
    return [event.id for event in batch.events], batch.gap


async def test_ids_in_a_row_are_no_gap(session: aiohttp.ClientSession) -> None:
    stage = Stage(ids=[1, 2, 3])
    async with stage.stream(session) as stream:
        stage.ids += [4, 5]
        assert told(await stream.poll()) == ([4, 5], False)
        assert told(await stream.poll()) == ([], False)
        stage.ids += [6]
        assert told(await stream.poll()) == ([6], False)


@pytest.mark.parametrize("fresh", [[5], [5, 6], [4, 6], [4, 5, 7], [2000]])
async def test_a_hole_is_a_gap_once_and_the_events_are_told_all_the_same(
    session: aiohttp.ClientSession, fresh: list[int]
) -> None:
    stage = Stage(ids=[1, 2, 3])
    async with stage.stream(session) as stream:
        stage.ids += fresh
        assert told(await stream.poll()) == (fresh, True)
        stage.ids += [fresh[-1] + 1]
        assert told(await stream.poll()) == ([fresh[-1] + 1], False)


async def test_another_start_time_is_a_gap_even_if_the_ids_fit(session: aiohttp.ClientSession) -> None:
    stage = Stage(ids=[1, 2, 3])
    async with stage.stream(session) as stream:
        stage.ids += [4]
        stage.start_time = "2026-11-20T14:54:07Z"
        assert told(await stream.poll()) == ([], True)
        stage.ids += [5]
        assert told(await stream.poll()) == ([5], False)


async def test_the_same_start_time_in_another_zone_is_the_same(session: aiohttp.ClientSession) -> None:
    stage = Stage(ids=[1])
    async with stage.stream(session) as stream:
        stage.ids += [2]
        stage.start_time = "2026-11-20T15:53:28+01:00"
        assert told(await stream.poll()) == ([2], False)


async def test_a_restart_right_behind_the_events_is_a_gap(session: aiohttp.ClientSession) -> None:
    stage = Stage(ids=[1, 2, 3])
    async with stage.stream(session) as stream:
        stage.ids += [4]
        stage.restart_after_next_poll = True
        assert told(await stream.poll()) == ([], True)


async def test_events_in_disorder_are_taken_for_a_new_beginning(session: aiohttp.ClientSession) -> None:
    stage = Stage(ids=[1, 2, 3])
    async with stage.stream(session) as stream:
        stage.ids += [5, 4]
        assert told(await stream.poll()) == ([], True)


async def test_a_process_too_young_to_be_told_from_the_next_one_is_waited_for(session: aiohttp.ClientSession) -> None:
    stage = Stage(uptime=0)
    async with stage.stream(session):
        assert stage.waits == [1.0, 1.0]


async def test_an_event_that_cannot_be_read_is_asked_for_again(session: aiohttp.ClientSession) -> None:
    stage = Stage(ids=[1])
    async with stage.stream(session) as stream:
        stage.ids += [2]
        stage.start_time = "no time at all"
        with pytest.raises(SyncthingUnexpectedAnswerError):
            await stream.poll()
        stage.start_time = "2026-11-20T14:53:28Z"
        assert told(await stream.poll()) == ([2], False)


@pytest.mark.parametrize("missing", ["path", "action", "folder"])
def test_a_disk_change_without_its_path_is_an_odd_answer(missing: str) -> None:
    data = {"action": "deleted", "folder": "photos", "path": "a.jpg", "type": "file"}
    del data[missing]
    broken = Event(id=1, type="LocalChangeDetected", time=datetime(2026, 11, 20, tzinfo=UTC), data=data)

    with pytest.raises(SyncthingUnexpectedAnswerError):
        disk_change(broken)
