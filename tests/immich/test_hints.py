"""What Immich tells by itself reaches us as hints; whatever else comes over that line does no harm."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from engineio import base_client  # type: ignore[import-untyped]
from yarl import URL

from custom_components.immich_syncthing.immich import hints, wire
from custom_components.immich_syncthing.immich.hints import Hint, HintKind, HintStream
from custom_components.immich_syncthing.immich.wire import with_key
from tests.servers.immich import FaultKind, ImmichStandIn, socket
from tests.standin.asking import jpeg

from .listening import Ear, listening
from .odd_server import odd_server


@pytest.fixture
async def ear(immich: ImmichStandIn, session: aiohttp.ClientSession) -> AsyncIterator[Ear]:
    """Listen with a key that may, from the moment on when the line is open."""
    async with listening(immich.url, immich.key, session) as ear:
        await ear.hears(HintKind.OPENED)
        ear.heard.clear()
        yield ear


async def test_the_life_of_a_photo_is_told(immich: ImmichStandIn, ear: Ear) -> None:
    browser = immich.browser
    asset_id = browser.upload(jpeg(1), "a.jpg")
    await immich.settle()
    await ear.hears(HintKind.UPLOADED, HintKind.UPLOADED)
    browser.describe(asset_id, "the sea")
    await ear.until(lambda: HintKind.UPDATED in ear.kinds())
    browser.trash(asset_id)
    browser.restore(asset_id)
    browser.delete_permanently(asset_id)
    await immich.settle()
    await ear.until(lambda: HintKind.DELETED in ear.kinds())
    told = dict.fromkeys(ear.kinds())
    assert list(told) == [
        HintKind.UPLOADED,
        HintKind.UPDATED,
        HintKind.TRASHED,
        HintKind.RESTORED,
        HintKind.DELETED,
    ]


@pytest.mark.parametrize("permissions", [("asset.read", "asset.delete"), ()])
async def test_a_key_that_may_not_listen_is_not_tried_every_minute(
    immich: ImmichStandIn, session: aiohttp.ClientSession, permissions: tuple[str, ...]
) -> None:
    key = immich.make_key(*permissions) if permissions else "wrong"
    async with listening(immich.url, key, session) as ear:
        await ear.until(lambda: len(ear.pauses) > 1)
    assert ear.kinds() == [HintKind.REFUSED]
    assert set(ear.pauses) == {hints.REFUSED_PAUSE}


async def test_a_line_that_breaks_is_opened_again_and_says_so(immich: ImmichStandIn, ear: Ear) -> None:
    immich.cut_lines()
    await ear.hears(HintKind.LOST, HintKind.OPENED)
    immich.browser.trash(immich.browser.upload(jpeg(1), "a.jpg"))
    await ear.until(lambda: HintKind.TRASHED in ear.kinds())


async def test_a_restart_of_immich_is_waited_for_patiently(immich: ImmichStandIn, ear: Ear) -> None:
    await immich.stop()
    await ear.until(lambda: len(ear.pauses) >= 9)
    assert ear.kinds() == [HintKind.LOST]
    assert ear.pauses[:9] == [1, 2, 4, 8, 16, 32, 64, hints.LONGEST_PAUSE, hints.LONGEST_PAUSE]
    await immich.start()
    await ear.until(lambda: HintKind.OPENED in ear.kinds())
    assert ear.kinds() == [HintKind.LOST, HintKind.OPENED]


async def test_lines_that_hold_are_opened_again_soon_and_others_later_and_later(
    immich: ImmichStandIn, ear: Ear
) -> None:
    for lived in (0.0, 0.0, hints.STEADY_SECONDS, 0.0):
        ear.heard.clear()
        ear.now += lived
        immich.cut_lines()
        await ear.hears(HintKind.LOST, HintKind.OPENED)
    assert ear.pauses == [1, 2, 1, 2]


async def test_a_line_that_is_dead_and_does_not_know_it_is_given_up(
    immich: ImmichStandIn, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "PING_INTERVAL", 0.2)
    monkeypatch.setattr(socket, "PING_TIMEOUT", 1.0)
    async with listening(immich.url, immich.key, session) as ear:
        await ear.hears(HintKind.OPENED)
        immich.faults.socket.silent = True
        await ear.until(lambda: HintKind.LOST in ear.kinds())
        immich.faults.clear()
        await ear.until(lambda: ear.kinds()[-1] is HintKind.OPENED)


async def test_events_that_come_twice_or_overtake_each_other_are_hints_as_well(immich: ImmichStandIn, ear: Ear) -> None:
    browser = immich.browser
    asset_id = browser.upload(jpeg(1), "a.jpg")
    await immich.settle()
    await ear.hears(HintKind.UPLOADED, HintKind.UPLOADED)
    ear.heard.clear()
    immich.faults.socket.twice = immich.faults.socket.swapped = True
    browser.trash(asset_id)
    browser.restore(asset_id)
    await ear.until(lambda: len(ear.heard) >= 4)
    assert ear.kinds() == [HintKind.RESTORED, HintKind.RESTORED, HintKind.TRASHED, HintKind.TRASHED]


NONSENSE = [
    *("", "4", "42", "42[]", "42{}", "42null", "42[[1]]", "42[null]", '42["nonsense"]', "4{}", '4{"a":1}', "4[]"),
    *('42/other,["on_asset_trash",[]]', "40/other,", "40[1]", '451-["x",{"_placeholder":true,"num":7}]', "43[]"),
    *("47", "4x", '42["on_asset_trash"', f"42{'[' * 50_000}", "x", "😀", "4299999999999-[1]"),
    *('427["on_asset_trash",[]]', "41", '44{"message":"x"}', "1"),
]


@pytest.mark.parametrize("text", NONSENSE, ids=range(len(NONSENSE)))
async def test_nonsense_ends_the_line_and_nothing_else(
    immich: ImmichStandIn, ear: Ear, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
    immich.say(text)
    await ear.until(lambda: HintKind.OPENED in ear.kinds())
    assert ear.kinds() == [HintKind.LOST, HintKind.OPENED]
    loud = [record for record in caplog.records if record.levelno >= logging.WARNING and record.name != "asyncio"]
    assert (faults, loud) == ([], [])


async def test_a_second_greeting_is_passed_over(immich: ImmichStandIn, ear: Ear) -> None:
    immich.say("0{}")
    immich.browser.trash(immich.browser.upload(jpeg(1), "a.jpg"))
    await ear.until(lambda: HintKind.TRASHED in ear.kinds())
    assert HintKind.LOST not in ear.kinds()


@pytest.mark.parametrize(
    "payload",
    [[], [None], [1], [{}], [{"asset": 3}], [["../../etc/passwd", 7, None, {"id": ["x"]}]], ["x" * 100_000]],
    ids=range(7),
)
async def test_what_a_payload_says_is_not_relied_upon(immich: ImmichStandIn, ear: Ear, payload: list[object]) -> None:
    immich.say("42" + json.dumps(["on_asset_trash", *payload]))
    await ear.hears(HintKind.TRASHED)
    assert ear.heard == [Hint(HintKind.TRASHED)]


async def test_a_permanent_deletion_says_of_which_asset(immich: ImmichStandIn, ear: Ear) -> None:
    asset_id = immich.browser.upload(jpeg(1), "a.jpg")
    await immich.settle()
    await ear.hears(HintKind.UPLOADED, HintKind.UPLOADED)
    immich.browser.delete_permanently(asset_id)
    await ear.until(lambda: HintKind.DELETED in ear.kinds())
    assert ear.heard[-1] == Hint(HintKind.DELETED, asset_id)


@pytest.mark.parametrize(
    "payload",
    [
        *([], [None], [1], ["../../etc/passwd"], ["x" * 100_000]),
        [["3c703271-c8d6-42f2-aeb3-998c25a97759"]],
        ["3c703271-c8d6-42f2-aeb3-998c25a97759\n"],
        ["3c703271-c8d6-42f2-aeb3-998c25a97759", "more"],
    ],
    ids=range(8),
)
async def test_a_permanent_deletion_of_nobody_knows_what_is_a_reason_to_look_and_no_more(
    immich: ImmichStandIn, ear: Ear, payload: list[object]
) -> None:
    immich.say("42" + json.dumps(["on_asset_delete", *payload]))
    await ear.hears(HintKind.DELETED)
    assert ear.heard == [Hint(HintKind.DELETED)]


async def test_what_is_too_big_to_be_kept_in_memory_ends_the_line(immich: ImmichStandIn, ear: Ear) -> None:
    immich.say("42" + json.dumps(["on_asset_trash", ["x" * 5_000_000]]))
    await ear.until(lambda: HintKind.OPENED in ear.kinds())
    assert ear.kinds() == [HintKind.LOST, HintKind.OPENED]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (FaultKind.STATUS, {"status": 502}),
        (FaultKind.LOGIN_PAGE, {}),
        (FaultKind.RESET_BEFORE, {}),
        (FaultKind.REDIRECT, {"location": "http://127.0.0.2:9"}),
    ],
)
async def test_a_proxy_that_knows_no_websockets_costs_a_try_now_and_then(
    immich: ImmichStandIn, session: aiohttp.ClientSession, kind: FaultKind, options: dict[str, object]
) -> None:
    rule = immich.faults.add(kind, "socket.io", **options)
    async with listening(immich.url, immich.key, session) as ear:
        await ear.until(lambda: rule.hits >= 4 and len(ear.pauses) >= 3)
        assert ear.kinds() == [HintKind.LOST]
        assert ear.pauses[:3] == [1, 2, 4]
        immich.faults.clear()
        await ear.until(lambda: HintKind.OPENED in ear.kinds())


async def test_a_redirect_leads_to_no_other_server(immich: ImmichStandIn, session: aiohttp.ClientSession) -> None:
    async with odd_server("127.0.0.2") as other:
        rule = immich.faults.add(FaultKind.REDIRECT, "socket.io", location=other.url)
        async with listening(immich.url, immich.key, session) as ear:
            await ear.until(lambda: rule.hits >= 2)
        assert other.seen == []


async def test_a_session_that_cannot_look_after_the_key_does_not_send_it(immich: ImmichStandIn) -> None:
    async with aiohttp.ClientSession() as session, listening(immich.url, immich.key, session) as ear:
        await ear.hears(HintKind.REFUSED)


@pytest.mark.parametrize(
    ("api_root", "url", "same"),
    [
        ("http://home:2283/api", "ws://home:2283/api/socket.io/", True),
        ("http://home:2283/api", "https://home/api/socket.io/", True),
        ("http://home:2283/api", "http://home:80/api/socket.io/", False),
        ("http://home/api", "ws://elsewhere/api/socket.io/", False),
        ("https://home/api", "wss://home:443/api/socket.io/", True),
        ("https://home/api", "ws://home:443/api/socket.io/", False),
        ("https://home/api", "https://home:8443/api/socket.io/", False),
    ],
)
async def test_who_may_see_the_key(api_root: str, url: str, same: bool) -> None:
    assert wire.Addressee(URL(api_root).origin(), "key").is_at(URL(url)) is same


@pytest.mark.parametrize(
    "greeting",
    ["", "0", "0[]", '0{"sid":1}', '0{"sid":"x","upgrades":[],"pingInterval":9e99,"pingTimeout":1}', "4", "\x00"],
)
async def test_a_websocket_that_is_not_immichs_is_given_up(session: aiohttp.ClientSession, greeting: str) -> None:
    async def serve(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(greeting)
        await socket.receive()
        return socket

    async with odd_server() as server:
        server.routes["GET /api/socket.io/"] = serve
        async with listening(server.url, "key", session) as ear:
            await ear.until(lambda: len(ear.pauses) > 2)
        assert ear.kinds() == [HintKind.LOST]


async def test_who_never_lets_us_in_is_not_waited_for_for_ever(
    immich: ImmichStandIn, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "CONNECT_SECONDS", 0.1)
    rule = immich.faults.add(FaultKind.HANG, "socket.io")
    async with listening(immich.url, immich.key, session) as ear:
        await ear.until(lambda: rule.hits >= 2)
        assert ear.kinds() == [HintKind.LOST]


async def test_the_key_is_nowhere_to_be_read(
    immich: ImmichStandIn, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with listening(immich.url, immich.key, session) as ear:
        await ear.hears(HintKind.OPENED)
        immich.say("nonsense")
        await ear.until(lambda: HintKind.LOST in ear.kinds())
    async with listening(immich.url, f"{immich.key}\nx", session) as ear:
        await ear.until(lambda: ear.pauses)
    assert immich.key not in caplog.text
    assert immich.key not in repr(HintStream(session, immich.url, immich.key))


async def test_a_prefix_and_a_certificate_of_ones_own_are_no_hindrance() -> None:
    async with (
        ImmichStandIn(prefix="/photos", tls=True) as immich,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False), middlewares=(with_key,)) as session,
    ):
        heard: asyncio.Queue[Hint] = asyncio.Queue()
        stream = HintStream(session, f"{immich.url}/api", immich.key, verify_ssl=False)
        task = asyncio.create_task(stream.listen(heard.put_nowait))
        async with asyncio.timeout(20):
            assert await heard.get() == Hint(HintKind.OPENED)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_who_listens_no_more_leaves_nothing_behind(immich: ImmichStandIn, session: aiohttp.ClientSession) -> None:
    async with listening(immich.url, immich.key, session) as ear:
        await ear.hears(HintKind.OPENED)
    await ear.until(lambda: not immich.server.lines)
    assert base_client.connected_clients == []
    assert not session.closed
