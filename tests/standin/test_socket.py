"""The websocket beyond the recording."""

import asyncio

from .asking import Asker, jpeg
from .test_recorded_events import listening, until


async def test_nobody_hears_of_another_users_photos(asker: Asker) -> None:
    server = asker.server
    other = server.world.add_user("Other")
    key = server.make_key(user=other)
    async with listening(server, {"x-api-key": server.key}) as mine, listening(server, {"x-api-key": key}) as theirs:
        await until(mine, "on_server_version")
        await until(theirs, "on_server_version")
        server.browser_of(other).trash(server.browser_of(other).upload(jpeg(1), "theirs.jpg"))
        await until(theirs, "on_asset_trash")
        server.browser.trash(server.browser.upload(jpeg(2), "mine.jpg"))
        await until(mine, "on_asset_trash")
        assert mine.names().count("on_asset_trash") == theirs.names().count("on_asset_trash") == 1


async def test_3_x_speaks_of_v2_and_of_albums(asker3: Asker) -> None:
    async with listening(asker3.server, {"x-api-key": asker3.key}) as ear:
        await asker3.upload(jpeg(1))
        await asker3.ask("POST", "/albums", {"albumName": "x"})
        await until(ear, "on_server_version", "on_upload_success", "AssetUploadReadyV2", "on_album_update")
        version = dict(ear.heard)["on_server_version"]
    assert version == [{"major": 3, "minor": 2, "patch": 2, "prerelease": None}]


async def test_whoever_was_away_is_not_told_again(asker: Asker) -> None:
    asset_id = asker.server.browser.upload(jpeg(1), "a.jpg")
    asker.server.browser.purge(asset_id)
    async with listening(asker.server, {"x-api-key": asker.key}) as ear:
        await until(ear, "on_server_version")
        assert "on_asset_delete" not in ear.names()
    assert "on_asset_delete" in [event.name for event in asker.server.world.rooms.log]


async def test_when_the_server_stops_the_line_goes_dead(asker: Asker) -> None:
    async with listening(asker.server, {"x-api-key": asker.key}) as ear:
        await until(ear, "on_server_version")
        await asker.server.stop()
        await until(ear, "disconnect")


async def test_a_line_that_is_cut_ends_without_a_word(asker: Asker) -> None:
    async with listening(asker.server, {"x-api-key": asker.key}) as ear:
        await until(ear, "on_server_version")
        asker.server.cut_lines()
        await until(ear, "disconnect")


async def test_events_come_twice_overtake_each_other_or_are_nonsense_on_demand(asker: Asker) -> None:
    server = asker.server
    async with listening(server, {"x-api-key": asker.key}) as ear:
        await until(ear, "on_server_version")
        first, second = (server.browser.upload(jpeg(number), f"{number}.jpg") for number in range(2))
        await server.settle()
        server.say('42["that was all"]')
        await until(ear, "that was all")
        ear.heard.clear()
        server.faults.socket.twice = True
        server.browser.trash(first)
        server.say('42["nonsense"]')
        await until(ear, "nonsense")
        assert ear.names() == ["on_asset_trash", "on_asset_trash", "nonsense"]
        ear.heard.clear()
        server.faults.clear()
        server.faults.socket.swapped = True
        server.browser.trash(second)
        server.browser.restore(first)
        await until(ear, "on_asset_trash")
        assert ear.names() == ["on_asset_restore", "on_asset_trash"]


async def test_a_silent_line_is_open_and_says_nothing(asker: Asker) -> None:
    server = asker.server
    async with listening(server, {"x-api-key": asker.key}) as ear:
        await until(ear, "on_server_version")
        server.faults.socket.silent = True
        server.browser.trash(server.browser.upload(jpeg(1), "a.jpg"))
        await asyncio.sleep(0.1)
        assert ear.names() == ["on_server_version"]
        [line] = server.server.lines
        server.faults.clear()
        line.say('42["again"]')
        await until(ear, "again")
