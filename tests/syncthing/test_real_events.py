"""The event stream of real Syncthing 1.19 and 1.29: what is told, and that nothing is missed in silence."""

import asyncio

import aiohttp
import pytest

from custom_components.immich_syncthing.syncthing.client import SyncthingClient
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError
from custom_components.immich_syncthing.syncthing.events import DISK_EVENTS, EventStream, disk_change
from custom_components.immich_syncthing.syncthing.models import DiskChange, Event

from ..servers.syncthing_pair import SyncthingPair
from .conftest import Lone

SHORT_S = 2
"""How long a poll may wait where a test expects nothing, in whole seconds as Syncthing takes them."""

RING = 1000
"""So many events of a subscription Syncthing keeps."""


@pytest.fixture
async def stream(lone: Lone, session: aiohttp.ClientSession) -> EventStream:
    """A stream of disk changes that has caught up."""
    stream = EventStream(lone.client(session), DISK_EVENTS, timeout_s=SHORT_S)
    first = await stream.poll()
    assert (first.events, first.gap) == ((), True)
    return stream


async def add(lone: Lone, *names: str) -> None:
    for name in names:
        (lone.directory / name).write_bytes(name.encode())
    await lone.process.scan("photos")


def paths(events: tuple[Event, ...]) -> list[str]:
    return [change.path for event in events if (change := disk_change(event))]


async def changes_in(stream: EventStream, corner: str, count: int) -> list[DiskChange]:
    """Poll until this many changes of files in a corner were told."""
    found: list[DiskChange] = []
    async with asyncio.timeout(60):
        while len(found) < count:
            batch = await stream.poll()
            assert not batch.gap
            changes = [change for event in batch.events if (change := disk_change(event))]
            found += [change for change in changes if change.path.startswith(f"{corner}/") and change.kind == "file"]
    return found


async def test_what_the_phone_and_the_server_do_is_told_apart(
    pair: SyncthingPair, client: SyncthingClient, corner: str
) -> None:
    for directory in (pair.phone_dir / corner, pair.server_dir / corner):
        directory.mkdir()
    (pair.phone_dir / corner / "old.jpg").write_bytes(b"phone")
    (pair.server_dir / corner / "here.jpg").write_bytes(b"server")
    await pair.wait_in_sync()
    stream = EventStream(client, DISK_EVENTS, timeout_s=10)
    await stream.poll()

    (pair.phone_dir / corner / "old.jpg").rename(pair.phone_dir / corner / ".trashed-1796592000-old.jpg")
    await pair.phone.scan("photos")
    by_phone = await changes_in(stream, corner, 2)
    (pair.server_dir / corner / "here.jpg").unlink()
    await client.scan("photos", [f"{corner}/here.jpg"])
    by_server = await changes_in(stream, corner, 1)

    phone, server = pair.phone.device_id[:7], pair.server.device_id[:7]
    assert sorted(by_phone, key=lambda change: change.path) == [
        DiskChange("photos", f"{corner}/.trashed-1796592000-old.jpg", False, "file", True, phone),
        DiskChange("photos", f"{corner}/old.jpg", True, "file", True, phone),
    ]
    assert by_server == [DiskChange("photos", f"{corner}/here.jpg", True, "file", False, server)]


async def test_events_come_once_and_in_order(lone: Lone, stream: EventStream) -> None:
    await add(lone, "a.jpg", "b.jpg")
    first = await stream.poll()
    await add(lone, "c.jpg")
    second = await stream.poll()
    third = await stream.poll()

    assert sorted(paths(first.events)) == ["a.jpg", "b.jpg"]
    assert paths(second.events) == ["c.jpg"]
    assert third.events == ()
    assert not first.gap | second.gap | third.gap
    ids = [event.id for event in (*first.events, *second.events)]
    assert ids == list(range(ids[0], ids[0] + 3))


async def test_a_waiting_poll_ends_with_the_first_event(lone: Lone, session: aiohttp.ClientSession) -> None:
    stream = EventStream(lone.client(session), DISK_EVENTS)
    await stream.poll()
    waiting = asyncio.create_task(stream.poll())

    await asyncio.sleep(0)
    await add(lone, "a.jpg")

    async with asyncio.timeout(30):
        assert paths((await waiting).events) == ["a.jpg"]


async def test_only_the_wanted_types_are_told(lone: Lone, session: aiohttp.ClientSession) -> None:
    states = EventStream(lone.client(session), ["StateChanged", "FolderPaused"], timeout_s=SHORT_S)
    await states.poll()
    await add(lone, "a.jpg")
    await lone.process.change_folder("photos", paused=True)

    told = (await states.poll()).events

    assert {event.type for event in told} == {"StateChanged", "FolderPaused"}
    assert told[-1].data["id"] == "photos"
    assert all(disk_change(event) is None for event in told)


async def test_what_happened_before_the_first_poll_is_left_to_the_first_look(
    lone: Lone, session: aiohttp.ClientSession
) -> None:
    await add(lone, "before.jpg")
    client = lone.client(session)
    assert await client.events(DISK_EVENTS, 0, timeout_s=SHORT_S), "it happened, and Syncthing told of it"
    stream = EventStream(client, DISK_EVENTS, timeout_s=SHORT_S)

    first = await stream.poll()
    await add(lone, "after.jpg")
    second = await stream.poll()

    assert (first.events, first.gap) == ((), True)
    assert (paths(second.events), second.gap) == (["after.jpg"], False)


async def test_more_events_than_syncthing_keeps_are_a_gap(lone: Lone, stream: EventStream) -> None:
    await add(lone, *(f"IMG_{number:04}.jpg" for number in range(RING + 100)))

    flood = await stream.poll()
    await add(lone, "later.jpg")
    later = await stream.poll()

    assert flood.gap
    assert len(flood.events) == RING
    assert (paths(later.events), later.gap) == (["later.jpg"], False)


async def test_exactly_as_many_events_as_syncthing_keeps_are_no_gap(lone: Lone, stream: EventStream) -> None:
    await add(lone, *(f"IMG_{number:04}.jpg" for number in range(RING)))

    seen, gaps = set[str](), False
    while len(seen) < RING:
        batch = await stream.poll()
        seen |= set(paths(batch.events))
        gaps |= batch.gap

    assert not gaps


@pytest.mark.parametrize("how", ["restart", "power cut"])
async def test_a_restart_between_two_polls_is_a_gap(lone: Lone, stream: EventStream, how: str) -> None:
    await add(lone, "before.jpg")
    assert paths((await stream.poll()).events) == ["before.jpg"]
    await (lone.process.stop() if how == "restart" else lone.process.kill())
    (lone.directory / "meanwhile.jpg").write_bytes(b"nobody was there to tell")
    await lone.process.start()

    after = await stream.poll()
    await add(lone, "after.jpg")
    later = await stream.poll()

    assert (after.events, after.gap) == ((), True)
    assert (paths(later.events), later.gap) == (["after.jpg"], False)


async def test_a_restart_is_a_gap_also_when_the_new_ids_continue_the_old_ones(lone: Lone, stream: EventStream) -> None:
    await lone.process.restart()
    assert (await stream.poll()).gap
    await add(lone, "a.jpg", "b.jpg")
    assert [event.id for event in (await stream.poll()).events] == [1, 2]
    await lone.process.restart()
    await add(lone, "c.jpg", "d.jpg", "e.jpg")

    # Asked for what follows 2, the new process would answer 3 and keep quiet about its 1 and 2.
    after = await stream.poll()

    assert after.gap


async def test_a_restart_during_a_poll_is_an_error_and_then_a_gap(lone: Lone, session: aiohttp.ClientSession) -> None:
    stream = EventStream(lone.client(session), DISK_EVENTS)
    await stream.poll()
    waiting = asyncio.create_task(stream.poll())
    await asyncio.sleep(0.2)
    await lone.process.restart()

    with pytest.raises(SyncthingCannotConnectError):
        await waiting
    after = await stream.poll()

    assert after.gap


async def test_a_poll_that_the_web_interface_cut_off_loses_nothing(lone: Lone, session: aiohttp.ClientSession) -> None:
    stream = EventStream(lone.client(session), DISK_EVENTS)
    await stream.poll()
    waiting = asyncio.create_task(stream.poll())
    await asyncio.sleep(0.2)
    await lone.process.change_gui(theme="dark")
    await add(lone, "meanwhile.jpg")

    with pytest.raises(SyncthingCannotConnectError):
        await waiting
    after = await stream.poll()

    assert (paths(after.events), after.gap) == (["meanwhile.jpg"], False)


async def test_a_cancelled_poll_loses_nothing(lone: Lone, session: aiohttp.ClientSession) -> None:
    stream = EventStream(lone.client(session), DISK_EVENTS)
    await stream.poll()
    waiting = asyncio.create_task(stream.poll())
    await asyncio.sleep(0.2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await add(lone, "meanwhile.jpg")

    after = await stream.poll()

    assert (paths(after.events), after.gap) == (["meanwhile.jpg"], False)


def test_a_type_that_syncthing_would_ignore_in_silence_is_refused(session: aiohttp.ClientSession) -> None:
    client = SyncthingClient(session, "http://127.0.0.1:1", "key")

    with pytest.raises(ValueError, match="LocalChange"):
        EventStream(client, ["LocalChange"])
    with pytest.raises(ValueError, match="no event types"):
        EventStream(client, [])
