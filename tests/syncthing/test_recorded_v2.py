"""Syncthing 2.1.3, which is in no package archive: recorded answers, given by a small server."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from custom_components.immich_syncthing.syncthing import answers
from custom_components.immich_syncthing.syncthing.client import SyncthingClient
from custom_components.immich_syncthing.syncthing.errors import (
    FolderFaultError,
    FolderPausedError,
    HostCheckError,
    SyncthingError,
    SyncthingUnexpectedAnswerError,
    SyncthingWrongKeyError,
    UnknownFolderError,
)
from custom_components.immich_syncthing.syncthing.events import disk_change
from custom_components.immich_syncthing.syncthing.models import FolderErrorEntry, FolderType

from .answering import answering, saying

RECORDED = json.loads((Path(__file__).parents[1] / "fixtures/syncthing/recorded-2.1.3.json").read_text())
SERVER = "W3JFUU7-N3M7ZWP-6GU7RAO-YGBB37U-5O2LDML-BDPNJEL-5SIBAFF-MTRC7QG"
PHONE = "QTKGBFQ-AOAIUVE-RQUV3AS-X56A2NX-74ZEWIK-4CXGW46-VZXIHQ5-UEOUMQH"

type Replay = Callable[[str], AbstractAsyncContextManager[SyncthingClient]]


def key(method: str, url: URL) -> tuple[str, str, tuple[str | None, ...]]:
    """Return what tells one recorded call from another; paging and the like do not."""
    return method, url.path, tuple(url.query.get(name) for name in ("folder", "file", "device"))


@pytest.fixture
def replay(session: aiohttp.ClientSession) -> Replay:
    """Run a server that answers as recorded in a situation; what the situation does not say, it answers as usual."""

    @asynccontextmanager
    async def replay(situation: str) -> AsyncIterator[SyncthingClient]:
        entries = [*RECORDED["answers"], *RECORDED["situations"].get(situation, [])]
        recorded = {key(entry.get("method", "GET"), URL(entry["path"])): entry for entry in entries}

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            entry: dict[str, Any] = recorded[key(request.method, request.rel_url)]
            body = entry["body"] if isinstance(entry["body"], str) else json.dumps(entry["body"])
            return web.Response(status=entry["status"], body=body.encode(), headers={"Content-Type": entry["type"]})

        async with answering(answer) as url:
            yield SyncthingClient(session, url, "key")

    return replay


async def test_everyday_answers_are_understood(replay: Replay) -> None:
    async with replay("usual") as client:
        await client.ping()
        status, version = await client.status(), await client.version()
        (folder,) = await client.folders()
        devices = {device.id: device.name for device in await client.devices()}
        connections = await client.connections()
        device_stats, folder_stats = await client.device_stats(), await client.folder_stats()
        folder_status = await client.folder_status("photos")
        here, there = await client.completion("photos"), await client.completion("photos", PHONE)
        errors = await client.folder_errors("photos")

    assert (status.my_id, version.version, version.major) == (SERVER, "v2.1.3", 2)
    assert (folder.id, folder.label, folder.type) == ("photos", "Phone Photos", FolderType.SEND_RECEIVE)
    assert (folder.paused, folder.marker_name, set(folder.device_ids)) == (False, ".stfolder", {SERVER, PHONE})
    assert devices == {SERVER: "server", PHONE: "phone"}
    assert list(connections) == [PHONE]
    assert (connections[PHONE].connected, connections[PHONE].client_version) == (True, "v2.1.3")
    assert device_stats[SERVER].last_seen is None
    assert device_stats[PHONE].last_seen is not None
    assert (folder_stats["photos"].last_file, folder_stats["photos"].last_file_deleted) == ("DCIM/a.jpg", True)
    assert (folder_status.state, folder_status.error, folder_status.local_files) == ("idle", "", 1)
    assert (here.completion, there.completion, there.remote_state) == (100.0, 100.0, "valid")
    assert errors == ()


async def test_files_are_present_deleted_or_never_known(replay: Replay) -> None:
    async with replay("usual") as client:
        present = await client.file("photos", "DCIM/b.jpg")
        deleted = await client.file("photos", "DCIM/a.jpg")
        directory = await client.file("photos", "DCIM")
        never = await client.file("photos", "DCIM/nope.jpg")

    assert present is not None
    assert (present.settled, present.local.size, present.local.deleted) == (True, 6000, False)
    assert present.local.modified == datetime(2026, 11, 20, 15, 27, 6, 754_733, tzinfo=UTC)
    assert deleted is not None
    assert (deleted.settled, deleted.local.size, deleted.local.deleted) == (True, 0, True)
    assert directory is not None
    assert directory.local.name == "DCIM"
    assert never is None


async def test_a_file_on_its_way_and_an_ignored_one_are_not_settled(replay: Replay) -> None:
    async with replay("file_on_its_way") as client:
        coming = await client.file("photos", "tmp/BIG_0001.mp4")
    async with replay("ignored_file") as client:
        ignored = await client.file("photos", "ig/.trashed-1-a.jpg")

    assert coming is not None
    assert (coming.local.known, coming.settled, coming.global_.size) == (False, False, 12582912)
    assert ignored is not None
    assert (ignored.local.ignored, ignored.local.invalid, ignored.settled) == (True, True, False)


async def test_a_paused_folder_is_paused_and_not_empty(replay: Replay) -> None:
    async with replay("folder_paused") as client:
        assert (await client.folders())[0].paused
        for call in (
            client.folder_status("photos"),
            client.folder_errors("photos"),
            client.completion("photos"),
        ):
            with pytest.raises(FolderPausedError):
                await call


async def test_zeros_without_a_state_are_no_empty_folder_even_if_the_folder_is_not_paused(replay: Replay) -> None:
    # The picture of a paused folder, while the configuration says that it runs: it is just being restarted.
    paused = next(entry for entry in RECORDED["situations"]["folder_paused"] if "db/status" in entry["path"])
    RECORDED["situations"]["folder_restarting"] = [paused]
    async with replay("folder_restarting") as client:
        with pytest.raises(FolderFaultError):
            await client.folder_status("photos")


async def test_an_unknown_folder_is_unknown(replay: Replay) -> None:
    async with replay("unknown_folder") as client:
        for call in (
            client.folder_status("nope"),
            client.folder_errors("nope"),
            client.completion("nope"),
        ):
            with pytest.raises(UnknownFolderError):
                await call


async def test_a_missing_path_keeps_its_old_counters_and_says_error(replay: Replay) -> None:
    async with replay("path_missing") as client:
        status = await client.folder_status("photos")
        with pytest.raises(FolderFaultError, match="folder path missing"):
            await client.scan("photos")
        assert await client.folder_errors("photos") == ()

    assert (status.state, status.error, status.local_files) == ("error", "folder path missing", 5)


async def test_an_unreadable_file_is_named(replay: Replay) -> None:
    async with replay("local_unreadable_file") as client:
        (error,) = await client.folder_errors("photos")
        status = await client.folder_status("photos")

    assert isinstance(error, FolderErrorEntry)
    assert error.path == "d/unreadable.jpg"
    assert error.error.endswith("permission denied")
    assert (status.state, status.errors) == ("idle", 1)


async def test_what_the_phone_keeps_and_what_the_server_may_not_send_shows(replay: Replay) -> None:
    async with replay("receive_only_with_local_changes") as client:
        receive_only = await client.folder_status("photos")
    kept = next(
        entry
        for entry in RECORDED["situations"]["phone_keeps_what_the_server_deleted"]
        if "device=PHONE" in entry["path"]
    )

    assert receive_only.receive_only_changed > 0
    completion = answers.completion(kept["body"])
    assert (completion.completion, completion.need_deletes, completion.need_items) == (95.0, 1, 0)


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        ("wrongkey_rest", SyncthingWrongKeyError),
        ("pw_wrongkey", SyncthingWrongKeyError),
        ("host_docker_name", HostCheckError),
        ("unknown_endpoint", SyncthingUnexpectedAnswerError),
        ("useTLS_plain_http_request", SyncthingUnexpectedAnswerError),
    ],
)
async def test_refusals_are_understood(
    session: aiohttp.ClientSession, refusal: str, error: type[SyncthingError]
) -> None:
    recorded = RECORDED["refusals"][refusal]

    def answer() -> web.Response:
        return web.Response(status=recorded["status"], headers=recorded["headers"], body=recorded["body"].encode())

    async with saying(answer) as url:
        with pytest.raises(error):
            await SyncthingClient(session, url, "key").ping()


@pytest.mark.parametrize(
    ("operation", "changes"),
    [
        ("phone_add", [("DCIM/Camera/IMG_0002.jpg", False, True)]),
        ("phone_touch_mtime_only", [("DCIM/Camera/IMG_0002.jpg", False, True)]),
        (
            "phone_rename_file",
            [("DCIM/Camera/IMG_0002_renamed.jpg", False, True), ("DCIM/Camera/IMG_0002.jpg", True, True)],
        ),
        ("phone_delete", [("DCIM/Camera/IMG_0003.jpg", True, True)]),
        (
            "server_local_rename",
            [("DCIM/Camera/LOCAL_0002.jpg", False, False), ("DCIM/Camera/LOCAL_0001.jpg", True, False)],
        ),
        (
            "android_trash",
            [
                ("DCIM/Camera/.trashed-1796592000-IMG_0101.jpg", False, True),
                ("DCIM/Camera/IMG_0101.jpg", True, True),
            ],
        ),
    ],
)
def test_disk_events_become_changes(operation: str, changes: list[tuple[str, bool, bool]]) -> None:
    (events,) = (entry["events"] for entry in RECORDED["disk_events"] if entry["operation"] == operation)
    found = [disk_change(answers.event(entry)) for entry in events]

    assert [(change.path, change.deleted, change.remote) for change in found if change] == changes
    assert all(change and (change.folder_id, change.kind) == ("photos", "file") for change in found)
