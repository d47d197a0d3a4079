"""The calls, made to real Syncthing 1.19 and 1.29 that share a folder with a phone."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import aiohttp
import pytest

from custom_components.immich_syncthing.syncthing.client import MAX_SUBS_LENGTH, SyncthingClient
from custom_components.immich_syncthing.syncthing.errors import (
    FolderFaultError,
    FolderPausedError,
    SyncthingError,
    UnknownFolderError,
)
from custom_components.immich_syncthing.syncthing.models import FolderType

from ..servers.syncthing import Release, wait_until
from ..servers.syncthing_pair import SyncthingPair
from .conftest import Lone


async def test_a_syncthing_says_who_it_is(pair: SyncthingPair, client: SyncthingClient, release: Release) -> None:
    await client.ping()
    status, version = await client.status(), await client.version()

    assert status.my_id == pair.server.device_id
    assert timedelta(0) <= datetime.now(UTC) - status.start_time < timedelta(hours=1)
    assert status.uptime >= 0
    assert status.path_separator == "/"
    assert version.version.startswith(f"v{release}.")
    assert version.major == 1


async def test_folders_and_devices_are_told_as_configured(pair: SyncthingPair, client: SyncthingClient) -> None:
    (folder,) = await client.folders()
    devices = {device.id: device for device in await client.devices()}

    assert (folder.id, folder.label, folder.path) == ("photos", "Phone Photos", str(pair.server_dir))
    assert folder.type is FolderType.SEND_RECEIVE
    assert (folder.paused, folder.ignore_delete, folder.watcher_enabled) == (False, False, True)
    assert (folder.marker_name, folder.versioning_type) == (".stfolder", "")
    assert set(folder.device_ids) == set(devices) == {pair.server.device_id, pair.phone.device_id}
    assert devices[pair.phone.device_id].name == "phone"
    assert not devices[pair.phone.device_id].paused


async def test_connections_name_the_phone_and_not_the_server_itself(
    pair: SyncthingPair, client: SyncthingClient
) -> None:
    connections = await client.connections()

    assert list(connections) == [pair.phone.device_id]
    phone = connections[pair.phone.device_id]
    assert (phone.connected, phone.paused) == (True, False)
    assert phone.address.startswith("127.0.0.1:")
    assert phone.client_version.startswith("v1.")


async def test_statistics_tell_the_last_file_and_who_was_never_seen(
    pair: SyncthingPair, client: SyncthingClient, corner: str
) -> None:
    (pair.phone_dir / corner).mkdir()
    (pair.phone_dir / corner / "a.jpg").write_bytes(b"a")
    await pair.wait_in_sync()

    async def told() -> bool:
        stats = (await client.folder_stats())["photos"]
        return (stats.last_file, stats.last_file_deleted) == (f"{corner}/a.jpg", False)

    await wait_until(told, "the last file is told")
    stats = (await client.folder_stats())["photos"]
    assert stats.last_scan is not None
    assert stats.last_file_at is not None
    devices = await client.device_stats()
    assert devices[pair.server.device_id].last_seen is None


async def test_a_folder_in_sync_needs_nothing(pair: SyncthingPair, client: SyncthingClient, corner: str) -> None:
    (pair.phone_dir / corner).mkdir()
    (pair.phone_dir / corner / "a.jpg").write_bytes(b"12345")
    await pair.wait_in_sync()

    status = await client.folder_status("photos")
    here, there = await client.completion("photos"), await client.completion("photos", pair.phone.device_id)

    assert (status.state, status.error, status.watch_error, status.errors) == ("idle", "", "", 0)
    assert (status.need_files, status.need_deletes, status.need_bytes, status.receive_only_changed) == (0, 0, 0, 0)
    assert status.local_files == status.global_files > 0
    assert status.sequence > 0
    assert (here.completion, here.need_items, here.need_deletes, here.need_bytes) == (100.0, 0, 0, 0)
    assert there.completion == 100.0
    assert await client.folder_errors("photos") == ()


async def test_the_index_tells_present_deleted_and_never_known_files(
    pair: SyncthingPair, client: SyncthingClient, corner: str
) -> None:
    (pair.phone_dir / corner).mkdir()
    photo = pair.phone_dir / corner / "a.jpg"
    photo.write_bytes(b"12345")
    await pair.wait_in_sync()

    present = await client.file("photos", f"{corner}/a.jpg")
    photo.unlink()
    await pair.wait_in_sync()
    deleted = await client.file("photos", f"{corner}/a.jpg")

    assert present is not None
    assert present.settled
    assert (present.local.name, present.local.size, present.local.deleted) == (f"{corner}/a.jpg", 5, False)
    assert present.local.modified is not None
    assert present.local.modified_by == pair.phone.device_id[:7]
    assert deleted is not None
    assert deleted.settled
    assert (deleted.local.deleted, deleted.local.size) == (True, 0)
    assert await client.file("photos", f"{corner}/never.jpg") is None


async def test_a_file_that_the_server_still_needs_is_not_settled(
    pair: SyncthingPair, client: SyncthingClient, corner: str
) -> None:
    await pair.server.change_folder("photos", type="sendonly")
    try:
        (pair.phone_dir / corner).mkdir()
        (pair.phone_dir / corner / "late.jpg").write_bytes(b"late")
        await pair.phone.scan("photos")

        async def announced() -> bool:
            return await client.file("photos", f"{corner}/late.jpg") is not None

        await wait_until(announced, "the phone has announced the file")
        late = await client.file("photos", f"{corner}/late.jpg")
        assert late is not None
        assert (late.global_.name, late.global_.size) == (f"{corner}/late.jpg", 4)
        assert not late.local.known
        assert not late.settled
        assert (await client.folders())[0].type is FolderType.SEND_ONLY
        assert (await client.folder_status("photos")).need_files == 1
        assert (await client.completion("photos")).need_bytes >= 4
    finally:
        await pair.server.change_folder("photos", type="sendreceive")
    await pair.wait_in_sync()
    arrived = await client.file("photos", f"{corner}/late.jpg")
    assert arrived is not None
    assert arrived.settled


async def test_a_file_that_the_server_ignores_is_not_settled(
    pair: SyncthingPair, client: SyncthingClient, corner: str
) -> None:
    await pair.server.ignore("photos", f"/{corner}/ignored.jpg")
    try:
        (pair.phone_dir / corner).mkdir()
        (pair.phone_dir / corner / "ignored.jpg").write_bytes(b"photo")
        await pair.phone.scan("photos")

        async def noted() -> bool:
            file = await client.file("photos", f"{corner}/ignored.jpg")
            return file is not None and file.local.known

        await wait_until(noted, "the server has noted the file")
        ignored = await client.file("photos", f"{corner}/ignored.jpg")
        assert ignored is not None
        assert (ignored.local.ignored, ignored.local.invalid) == (True, True)
        assert ignored.local.version == ignored.global_.version
        assert not ignored.settled
        assert not (pair.server_dir / corner / "ignored.jpg").exists()
    finally:
        await pair.server.ignore("photos")
    await pair.wait_in_sync()


@pytest.mark.parametrize(
    "name",
    [
        "plain.jpg",
        "🏖️ beach & sun + 100%25.jpg",
        "quotes \"double\" 'single'.jpg",
        "line\nbreak\ttab.jpg",
        "semi;colon=equals?question#hash&sub=plain.jpg",
        "back\\slash.jpg",
        "%2e%2e%2fescape.jpg",
        " space around .jpg ",
        "ünïcödé.jpg",
        "L" * 240 + ".jpg",
    ],
    ids=lambda name: str(name.encode("unicode_escape")[:20]),
)
async def test_a_deletion_reaches_the_phone_by_a_scan_of_its_path_whatever_the_name(
    pair: SyncthingPair, client: SyncthingClient, corner: str, name: str
) -> None:
    for directory in (pair.server_dir / corner, pair.phone_dir / corner):
        directory.mkdir(exist_ok=True)
    (pair.phone_dir / corner / name).write_bytes(b"photo")
    await pair.wait_in_sync()
    known = await client.file("photos", f"{corner}/{name}")
    (pair.server_dir / corner / name).unlink()

    await client.scan("photos", [f"{corner}/{name}"])

    gone = await client.file("photos", f"{corner}/{name}")
    assert known is not None
    assert not known.local.deleted
    assert gone is not None
    assert gone.local.deleted
    await pair.wait_in_sync(scan=False)
    assert not (pair.phone_dir / corner / name).exists()


async def test_many_paths_are_scanned_in_several_requests(
    pair: SyncthingPair, client: SyncthingClient, corner: str
) -> None:
    names = [f"IMG_{number:04}.jpg" for number in range(400)]
    assert sum(len(f"&sub={corner}%2F{name}") for name in names) > 3 * MAX_SUBS_LENGTH
    (pair.server_dir / corner).mkdir()
    for name in names:
        (pair.server_dir / corner / name).write_bytes(name.encode())
    await client.scan("photos")
    for name in names:
        (pair.server_dir / corner / name).unlink()

    await client.scan("photos", [f"{corner}/{name}" for name in names])

    for name in (names[0], names[200], names[399]):
        file = await client.file("photos", f"{corner}/{name}")
        assert file is not None
        assert file.local.deleted


async def test_a_scan_of_odd_paths_does_nothing(pair: SyncthingPair, client: SyncthingClient) -> None:
    before = await client.folder_status("photos")

    await client.scan("photos", ["never/known.jpg", "/etc/passwd", "../outside", "not utf-8 \udcff.jpg", ""])

    after = await client.folder_status("photos")
    assert (after.sequence, after.local_files, after.state) == (before.sequence, before.local_files, "idle")


async def test_a_path_that_cannot_be_read_is_among_the_folder_errors(
    pair: SyncthingPair, client: SyncthingClient, corner: str
) -> None:
    # A directory on the server, with something in it that is ignored there, cannot be deleted on the phone's behalf.
    (pair.phone_dir / corner).mkdir()
    (pair.phone_dir / corner / "a.jpg").write_bytes(b"a")
    await pair.wait_in_sync()
    await pair.server.ignore("photos", f"/{corner}/kept")
    try:
        (pair.server_dir / corner / "kept").write_bytes(b"kept")
        (pair.phone_dir / corner / "a.jpg").unlink()
        (pair.phone_dir / corner).rmdir()
        await pair.phone.scan("photos")

        async def failed() -> bool:
            return bool(await client.folder_errors("photos"))

        await wait_until(failed, "the deletion of the directory fails")
        (error,) = await client.folder_errors("photos")
        assert error.path == corner
        assert "ignored files" in error.error
        assert (await client.folder_status("photos")).errors == 1
    finally:
        (pair.server_dir / corner / "kept").unlink()
        await pair.server.ignore("photos")
        # Failed pulls are repeated after a minute; a folder that starts anew pulls at once.
        await pair.server.change_folder("photos", paused=True)
        await pair.server.change_folder("photos", paused=False)
    await pair.wait_in_sync()


async def test_a_paused_folder_is_paused_to_every_call(pair: SyncthingPair, client: SyncthingClient) -> None:
    files = (await client.folder_status("photos")).local_files
    await pair.server.change_folder("photos", paused=True)
    try:
        assert (await client.folders())[0].paused
        calls: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: client.folder_status("photos"),
            lambda: client.completion("photos"),
            lambda: client.completion("photos", pair.phone.device_id),
            lambda: client.folder_errors("photos"),
            lambda: client.file("photos", "a.jpg"),
            lambda: client.scan("photos", ["a.jpg"]),
        )
        for call in calls:
            with pytest.raises(FolderPausedError):
                await call()
    finally:
        await pair.server.change_folder("photos", paused=False)

    assert not (await client.folders())[0].paused
    await pair.wait_in_sync()
    assert (await client.folder_status("photos")).local_files == files


async def test_a_folder_that_syncthing_does_not_have_is_unknown_to_every_call(
    pair: SyncthingPair, client: SyncthingClient
) -> None:
    calls: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: client.folder_status("nope"),
        lambda: client.completion("nope"),
        lambda: client.completion("nope", pair.phone.device_id),
        lambda: client.folder_errors("nope"),
        lambda: client.file("nope", "a.jpg"),
        lambda: client.scan("nope"),
        lambda: client.scan("nope", ["a.jpg"]),
        lambda: client.scan("no such päth?"),
    )
    for call in calls:
        with pytest.raises(SyncthingError) as refused:
            await call()
        assert refused.type is UnknownFolderError


async def test_a_folder_with_a_bad_ignore_pattern_is_at_fault(lone: Lone, session: aiohttp.ClientSession) -> None:
    client = lone.client(session)

    await lone.process.ignore("photos", "[bad")

    with pytest.raises(FolderFaultError, match="invalid pattern"):
        await client.scan("photos")
    assert (await client.folder_status("photos")).state == "error"
    await lone.process.ignore("photos")
    await client.scan("photos")
    assert (await client.folder_status("photos")).state == "idle"


async def test_a_folder_id_may_be_anything(lone: Lone, session: aiohttp.ClientSession) -> None:
    client = lone.client(session)
    folder_id = "My phötos & more+100%"
    directory = lone.directory.parent / "odd"
    directory.mkdir()
    await lone.process.call(
        "POST", "config/folders", {"id": folder_id, "label": "", "path": str(directory), "fsWatcherEnabled": False}
    )
    (directory / "a.jpg").write_bytes(b"a")

    await client.scan(folder_id)

    assert {folder.id for folder in await client.folders()} == {"photos", folder_id}
    assert await client.file(folder_id, "a.jpg") is not None
    assert (await client.folder_status(folder_id)).local_files == 1
    await lone.process.call("DELETE", f"config/folders/{quote(folder_id)}")
