"""The recorded queues, backups, refusals and bad days, lived through again."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from yarl import URL

from .asking import Asker, install_recorded_people, jpeg, sha1
from .recorded import check, entry_of, replayable

type Play = Callable[[], Awaitable[tuple[int, Any]]]


async def test_keys_are_kept_out_of_the_sync_stream(asker2: Asker) -> None:
    keys = install_recorded_people(asker2.server)
    for entry in replayable("06-sync"):
        asker2.key = keys["minimal" if "minimal" in entry.label else "all"]
        check(entry, *await asker2.ask(entry.method, entry.path, entry.body))


async def test_every_recorded_question_about_queues_and_backups_is_answered_as_it_was(asker2: Asker) -> None:
    keys, server = install_recorded_people(asker2.server), asker2.server
    for entry in replayable("08-jobs-backups"):
        minimal, user2 = "minimal" in entry.label, "non-admin" in entry.label or "user2" in entry.label
        asker2.key = keys["minimal" if minimal else "user2" if user2 else "all"]
        if entry.label == "download traversal":
            check(entry, *await _traverse(asker2))
        elif entry.request:
            backups = server.world.tables.backups
            path = entry.path.replace("{f}", backups[0].filename if backups else "")
            check(entry, *await asker2.ask(entry.method, path, entry.body))
        elif entry.label == "download with Range":
            path = f"/admin/database-backups/{server.world.tables.backups[0].filename}"
            assert (await asker2.ask("GET", path, headers={"Range": "bytes=0-9"}))[0] == entry.status
        else:
            name = entry.label.removeprefix("POST /jobs ")
            assert (await asker2.ask("POST", "/jobs", {"name": name}))[0] == entry.status
        await server.settle()


async def _traverse(asker: Asker) -> tuple[int, Any]:
    url = URL(f"{asker.server.url}/api/admin/database-backups/..%2Fx.sql.gz", encoded=True)
    async with asker.session.get(url, headers={"x-api-key": asker.key}) as answer:
        return answer.status, await answer.json()


async def test_maintenance_mode_looks_like_a_server_without_routes(asker2: Asker) -> None:
    server = asker2.server
    start = entry_of("15-maintenance", "start maintenance")
    assert (await asker2.ask("POST", "/admin/maintenance", start.body))[0] == start.status
    play: dict[str, Play] = {
        "ping": lambda: asker2.ask("GET", "/server/ping"),
        "version": lambda: asker2.ask("GET", "/server/version"),
        "config": lambda: asker2.ask("GET", "/server/config"),
        "features": lambda: asker2.ask("GET", "/server/features"),
        "users/me": lambda: asker2.ask("GET", "/users/me"),
        "bulk-upload-check": lambda: asker2.ask("POST", "/assets/bulk-upload-check", {"assets": []}),
        "upload": lambda: asker2.upload(jpeg()),
        "delete": lambda: asker2.ask("DELETE", "/assets", {"ids": []}),
        "maintenance/status": lambda: asker2.ask("GET", "/admin/maintenance/status"),
        "api-keys/me": lambda: asker2.ask("GET", "/api-keys/me"),
    }
    for entry in replayable("15-maintenance"):
        name = entry.label.removeprefix("maintenance mode: ")
        if name in play:
            check(replace(entry, response=json.loads(entry.body)), *await play[name](), frozenset({"maintenanceMode"}))
    async with asker2.session.get(server.url, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/maintenance?continue=%2F")
    server.faults.clear()
    assert (await asker2.ask("GET", "/api-keys/me"))[0] == 200


DATABASE_DOWN = ("ping", "version", "config", "users/me", "bulk-upload-check", "upload", "delete")


@pytest.mark.parametrize("what", DATABASE_DOWN)
async def test_without_its_database_the_server_says_500_to_nearly_everything(asker2: Asker, what: str) -> None:
    asker2.server.faults.database_down = True
    play: dict[str, Play] = {
        "ping": lambda: asker2.ask("GET", "/server/ping"),
        "version": lambda: asker2.ask("GET", "/server/version"),
        "config": lambda: asker2.ask("GET", "/server/config"),
        "users/me": lambda: asker2.ask("GET", "/users/me"),
        "bulk-upload-check": lambda: asker2.ask("POST", "/assets/bulk-upload-check", {"assets": []}),
        "upload": lambda: asker2.upload(jpeg()),
        "delete": lambda: asker2.ask("DELETE", "/assets", {"ids": []}),
    }
    entry = entry_of("14-failures", f"Postgres down: {what}")
    check(replace(entry, response=json.loads(entry.body)), *await play[what]())


async def test_a_full_disk_fails_the_upload_and_keeps_half_a_file(asker2: Asker) -> None:
    server, picture = asker2.server, jpeg(1)
    entry = entry_of("14-failures", "upload of 3 MB on a full disk (1 MB tmpfs)")
    server.faults.disk_full = True
    check(replace(entry, response=json.loads(entry.body)), *await asker2.upload(picture))
    assert len(list((server.world.storage / "incoming").iterdir())) == 1
    server.faults.clear()
    assert await _oracle(asker2, picture) == "accept"
    assert (await asker2.upload(picture))[0] == entry_of("14-failures", "retry after space is back").status


async def test_without_its_queue_an_upload_is_stored_and_never_answered(asker2: Asker) -> None:
    asker2.server.faults.queue_down = True
    waiting = asyncio.create_task(asker2.upload(jpeg(9)))
    while not asker2.server.browser.assets():
        await asyncio.sleep(0.01)
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    waiting.cancel()
    assert not done
    asker2.server.faults.clear()
    assert await _oracle(asker2, jpeg(9)) == "reject"
    assert (await asker2.upload(jpeg(9)))[1]["status"] == "duplicate"


async def test_a_file_missing_on_the_server_is_500_and_changes_nothing(asker2: Asker) -> None:
    asset_id = (await asker2.upload(jpeg(1)))[1]["id"]
    await asker2.server.settle()
    path = asker2.server.world.path_of(asker2.server.browser.find("a.jpg"))
    assert path is not None
    path.unlink()
    entry = entry_of("14-failures", "GET original whose file is missing on disk")
    answered = await asker2.ask("GET", f"/assets/{asset_id}/original")
    check(replace(entry, response=json.loads(entry.body)), *answered)
    assert (await asker2.ask("GET", f"/assets/{asset_id}"))[1]["isOffline"] is False


async def test_a_switched_off_trash_still_takes_what_is_deleted(asker2: Asker) -> None:
    asker2.server.quirks.trash_enabled = False
    entry = entry_of("14-failures", "DELETE without force while trash is disabled")
    asset_id = (await asker2.upload(jpeg(1)))[1]["id"]
    assert (await asker2.ask("DELETE", "/assets", {"ids": [asset_id]}))[0] == entry.status
    assert (await asker2.ask("GET", f"/assets/{asset_id}"))[1]["isTrashed"] is entry.extra["isTrashed"]
    assert (await asker2.ask("GET", "/server/features"))[1]["trash"] is False


async def test_six_uploads_of_the_same_bytes_at_once_make_one_asset(asker2: Asker) -> None:
    entry = entry_of("17-misc", "6 concurrent uploads of the same bytes")
    answers = await asyncio.gather(*(asker2.upload(jpeg(1)) for _ in range(6)))
    statuses, recorded_statuses = [status for status, _ in answers], entry.extra["statuses"]
    assert {str(status): statuses.count(status) for status in statuses} == recorded_statuses
    assert len({answered["id"] for _, answered in answers}) == entry.extra["ids"]


async def _oracle(asker: Asker, picture: bytes) -> str:
    asked = {"assets": [{"id": "1", "checksum": sha1(picture)}]}
    answered = (await asker.ask("POST", "/assets/bulk-upload-check", asked))[1]
    return str(answered["results"][0]["action"])
