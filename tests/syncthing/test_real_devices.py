"""Who changed what, who has confirmed a deletion, and how a forgotten index shows: real Syncthing 1.19 and 1.29."""

import aiohttp

from custom_components.immich_syncthing.syncthing.client import SyncthingClient

from ..servers.syncthing import Release, wait_until
from ..servers.syncthing_pair import SyncthingPair
from .conftest import Lone


async def test_who_changed_a_file_is_told_by_the_start_of_the_device_id(
    pair: SyncthingPair, client: SyncthingClient, corner: str
) -> None:
    names = {device.short_id: device.name for device in await client.devices()}
    (pair.phone_dir / corner).mkdir()
    for name in ("kept.jpg", "gone.jpg"):
        (pair.phone_dir / corner / name).write_bytes(b"by the phone")
    await pair.wait_in_sync()
    (pair.server_dir / corner / "gone.jpg").unlink()
    await pair.wait_in_sync()

    kept, gone = await client.file("photos", f"{corner}/kept.jpg"), await client.file("photos", f"{corner}/gone.jpg")
    assert kept is not None
    assert gone is not None
    assert names[kept.global_.modified_by] == "phone"
    assert names[gone.global_.modified_by] == "server"
    assert gone.global_.deleted


async def test_a_deletion_counts_until_the_phone_has_confirmed_it(
    pair: SyncthingPair, client: SyncthingClient, corner: str, release: Release
) -> None:
    (pair.server_dir / corner).mkdir()
    (pair.server_dir / corner / "gone.jpg").write_bytes(b"soon gone")
    await pair.wait_in_sync()
    await pair.phone.change_folder("photos", paused=True)
    try:
        if release is not Release.V1_19:

            async def told() -> bool:
                return (await client.completion("photos", pair.phone.device_id)).remote_state == "paused"

            await wait_until(told, "the server knows that the phone's folder is paused")
        (pair.server_dir / corner / "gone.jpg").unlink()
        await client.scan("photos", [f"{corner}/gone.jpg"])
        waiting = await client.completion("photos", pair.phone.device_id)
        assert waiting.need_deletes == 1
        assert waiting.completion < 100
    finally:
        await pair.phone.change_folder("photos", paused=False)
    await pair.wait_in_sync()
    assert (await client.completion("photos", pair.phone.device_id)).need_deletes == 0
    assert not (pair.phone_dir / corner / "gone.jpg").exists()


async def test_a_folder_that_was_added_again_has_forgotten_its_deletions(
    lone: Lone, session: aiohttp.ClientSession
) -> None:
    client = lone.client(session)
    for name in ("kept.jpg", "gone.jpg"):
        (lone.directory / name).write_bytes(b"photo")
    await client.scan("photos")
    (lone.directory / "gone.jpg").unlink()
    await client.scan("photos")
    before, process = await client.folder_status("photos"), await client.status()
    assert before.local_deleted == 1
    assert await client.file("photos", "gone.jpg") is not None

    await lone.process.call("DELETE", "config/folders/photos")
    await lone.process.add_folder("photos", "Photos", lone.directory, fsWatcherEnabled=False)
    await client.scan("photos")
    after = await client.folder_status("photos")
    assert (after.local_deleted, after.local_files) == (0, 1)
    assert after.sequence < before.sequence
    assert await client.file("photos", "gone.jpg") is None
    assert (await client.status()).start_time == process.start_time
