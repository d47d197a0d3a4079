"""An owner who changes their mind, or whose phone does, while the engine works: what has not happened yet does not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import Answer, FolderState, Preset
from custom_components.immich_syncthing.vault.model import LocalFile, VaultOrigin
from tests.servers.immich import FaultKind

from .latest import life
from .living import CAMERA, TABLET, Life, living, open_account, ten_photos
from .test_sidecars import SIDECAR, at_rest, described, fill_vault, left_behind, says

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD, FOURTH = "Camera/IMG_3.jpg", "Camera/IMG_4.jpg"


def while_it_is_vaulted(life: Life, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Awaitable[None]]) -> None:
    """Let something happen when the bytes of the first photo were fetched: a video over a slow line takes minutes."""
    really, left = life.vault.store_stream, [happens]

    async def stored(chunks: AsyncIterator[bytes], origin: VaultOrigin) -> object:
        kept = await really(chunks, origin)
        while left:
            await left.pop()()
        return kept

    monkeypatch.setattr(life.vault, "store_stream", stored)


# --- deletions that are being prepared ----------------------------------------------------------------------------


async def test_a_preset_that_keeps_assets_keeps_those_that_are_just_vaulted(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = await ten_photos(life)
    for path in (THIRD, FOURTH):
        life.phone_deletes(path)

    async def second_thoughts() -> None:
        await life.account.set_preset(CAMERA, Preset.BACKUP)

    while_it_is_vaulted(life, monkeypatch, second_thoughts)
    await life.settle()
    assert life.in_immich() == set(photos.values())
    assert (await life.cycle()).state is FolderState.IN_AGREEMENT


@pytest.mark.parametrize("all_of_it", [False, True])
async def test_a_pause_keeps_those_that_are_just_vaulted(
    life: Life, monkeypatch: pytest.MonkeyPatch, *, all_of_it: bool
) -> None:
    photos = await ten_photos(life)
    for path in (THIRD, FOURTH):
        life.phone_deletes(path)

    async def second_thoughts() -> None:
        if all_of_it:
            life.account.stop()
        else:
            await life.folder.pause(None)

    while_it_is_vaulted(life, monkeypatch, second_thoughts)
    await life.settle()
    assert life.in_immich() == set(photos.values())
    life.account.go_on()
    await life.folder.resume()
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[THIRD], photos[FOURTH]}


async def test_a_file_that_came_back_while_its_bytes_were_vaulted_keeps_its_asset(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The phone restored a backup, with the old time of the file: trashed, it would be asked about as an echo."""
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    life.phone_deletes(FOURTH)

    async def back() -> None:
        life.phone_adds(THIRD, photos[THIRD])
        life.phone_adds(FOURTH, photos[FOURTH])

    while_it_is_vaulted(life, monkeypatch, back)
    await life.settle()
    assert life.in_immich() == set(photos.values())
    assert await life.account.holds() == []
    assert life.on_phone() == photos


async def while_a_file_is_vaulted(
    life: Life, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Awaitable[None]]
) -> None:
    """Let something happen when the vault has a file and the folder has it, too."""
    really = life.vault.store_file

    async def stored(source: LocalFile, origin: VaultOrigin) -> object:
        kept = await really(source, origin)
        await happens()
        return kept

    monkeypatch.setattr(life.vault, "store_file", stored)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()


async def test_a_preset_that_keeps_files_keeps_the_one_that_was_just_vaulted(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = await ten_photos(life)
    await while_a_file_is_vaulted(life, monkeypatch, partial(life.account.set_preset, CAMERA, Preset.PHONE_DECIDES))
    assert life.on_phone() == photos
    assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_a_pause_keeps_the_file_that_was_just_vaulted(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = await ten_photos(life)
    await while_a_file_is_vaulted(life, monkeypatch, partial(life.folder.pause, None))
    assert life.on_phone() == photos
    await life.folder.resume()
    monkeypatch.undo()
    await life.settle()
    assert THIRD not in life.on_phone()


async def test_a_preset_that_keeps_files_keeps_those_whose_deletion_was_approved(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = await ten_photos(life)
    for number in range(6):
        life.web.trash(life.web.find(f"IMG_{number}.jpg").id)
    await life.settle()
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, Answer.APPROVE)
    tightened = partial(life.account.set_preset, CAMERA, Preset.PHONE_DECIDES)
    really = life.vault.store_file

    async def stored(source: LocalFile, origin: VaultOrigin) -> object:
        kept = await really(source, origin)
        await tightened()
        return kept

    monkeypatch.setattr(life.vault, "store_file", stored)
    await life.settle()
    assert life.on_phone() == photos


async def test_what_was_asked_about_its_very_files_is_done_whatever_the_preset_says(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    await life.account.close()
    life.web.purge(asset)
    life.account = await open_account(life.home, life)
    await life.settle()
    [hold] = await life.account.holds()
    await life.account.set_preset(CAMERA, Preset.BACKUP)
    await life.account.answer(hold.id, hold.revision, Answer.APPROVE)
    await life.settle()
    assert life.on_phone().keys() == photos.keys() - {THIRD}


# --- files that come back -----------------------------------------------------------------------------------------


async def test_a_preset_that_brings_nothing_back_holds_before_the_file_is_written(life: Life) -> None:
    await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.web.trash(asset)
    await life.settle()
    life.web.restore(asset)
    real = life.folder._context.immich_observer.look  # noqa: SLF001

    async def look(*args: object) -> object:
        fact = await real(*args)  # type: ignore[arg-type]
        await life.account.set_preset(CAMERA, Preset.PHONE_DECIDES)
        return fact

    life.folder._context.immich_observer.look = look  # type: ignore[method-assign,assignment] # noqa: SLF001
    await life.settle()
    assert THIRD not in life.on_phone()


def while_assets_are_looked_at(
    life: Life, monkeypatch: pytest.MonkeyPatch, method: str, happens: Callable[[], object]
) -> None:
    """Let something happen when Immich was asked how an asset is, and has answered."""
    immich = life.folder._context.immich  # noqa: SLF001
    really = getattr(immich, method)

    async def asked(*args: object, **more: object) -> object:
        answer = await really(*args, **more)
        happens()
        return answer

    monkeypatch.setattr(immich, method, asked)


async def test_everything_stopped_leaves_an_asset_in_the_trash_that_was_just_looked_at(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    await life.hear()
    life.phone_adds(THIRD, photos[THIRD], old=False)
    while_assets_are_looked_at(life, monkeypatch, "asset", life.account.stop)
    await life.cycle()
    assert life.in_immich(trashed=True) == {photos[THIRD]}
    monkeypatch.undo()
    life.account.go_on()
    await life.settle()
    assert life.in_immich() == set(photos.values())


async def test_everything_stopped_leaves_the_old_photo_of_an_edit_that_was_just_carried_over(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = await ten_photos(life)
    await at_rest(life)
    life.phone_adds(THIRD, b"edited")
    while_assets_are_looked_at(life, monkeypatch, "copy", life.account.stop)
    await at_rest(life)
    assert life.in_immich() == {b"edited", *photos.values()}
    monkeypatch.undo()
    life.account.go_on()
    await at_rest(life)
    assert life.in_immich(trashed=True) == {photos[THIRD]}


# --- sidecars -----------------------------------------------------------------------------------------------------


async def test_once_the_owner_pauses_no_further_sidecar_is_passed_on(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ten_photos(life)
    await at_rest(life)
    immich = life.folder._context.immich  # noqa: SLF001
    really = immich.update

    async def update(*args: object, **change: object) -> None:
        await really(*args, **change)  # type: ignore[arg-type]
        life.account.stop()

    monkeypatch.setattr(immich, "update", update)
    for number in range(3):
        life.phone_adds(f"Camera/IMG_{number}.xmp", says("a cat"))
    await at_rest(life)
    assert sum(described(life, f"IMG_{number}.jpg") == "a cat" for number in range(3)) == 1
    monkeypatch.undo()
    life.account.go_on()
    await at_rest(life)
    assert all(described(life, f"IMG_{number}.jpg") == "a cat" for number in range(3))


async def test_a_sidecar_that_stayed_is_taken_only_while_deletions_may_pass(life: Life) -> None:
    sidecar = await left_behind(life)
    fill_vault(life, sidecar, full=False)
    life.clock.skip(7200)
    life.syncthing.need_files = 3
    for _ in range(3):
        await life.cycle()
    assert SIDECAR in life.on_phone()
    life.syncthing.need_files = 0
    life.clock.skip(7200)
    await at_rest(life)
    assert SIDECAR not in life.on_phone()


# --- fast clicks --------------------------------------------------------------------------------------------------


async def test_a_folder_that_goes_on_before_its_cycle_broke_off_is_not_shown_as_paused(life: Life) -> None:
    hanging = life.server.faults.add(FaultKind.HANG, path="/api/assets$", method="POST", times=1)
    new = life.phone_adds("a.jpg")
    running = asyncio.create_task(life.cycle())
    async with asyncio.timeout(60):
        while not hanging.hits:
            await asyncio.sleep(0.01)
        await life.folder.pause(None)
        await life.folder.resume()
        report = await running
    assert report.state is not FolderState.PAUSED
    assert life.folder.state is not FolderState.PAUSED
    assert report.again_in == 0
    await life.settle()
    assert life.in_immich() == {new}


async def test_an_answer_given_and_a_preset_tightened_before_it_was_carried_out_deletes_nothing(life: Life) -> None:
    photos = await ten_photos(life)
    for number in range(6):
        life.web.trash(life.web.find(f"IMG_{number}.jpg").id)
    await life.settle()
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, Answer.APPROVE)
    await life.account.set_preset(CAMERA, Preset.BACKUP)
    await life.settle()
    assert life.on_phone() == photos


async def test_what_moved_to_a_paused_folder_is_an_addition_when_that_goes_on(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        moved = b"taken on the tablet, moved to the phone"
        life.tablet_adds("moved.jpg", moved)
        for number in range(5):
            life.tablet_adds(f"other {number}.jpg", f"another {number}".encode())
        await life.settle()
        await life.folder.pause(None)
        life.phone_adds("Camera/moved.jpg", moved)
        life.tablet_deletes("moved.jpg")
        for _ in range(3):
            await life.account.folders[TABLET].run()
        await life.folder.resume()
        await life.settle()
        assert moved in life.in_immich()
        assert life.on_phone() == {**photos, "Camera/moved.jpg": moved}
        assert await life.account.holds() == []


# --- those who listen ---------------------------------------------------------------------------------------------


async def test_a_listener_that_fails_takes_nothing_from_the_others(life: Life) -> None:
    heard: list[str] = []

    def fails(_: object) -> None:
        raise RuntimeError

    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    life.account.add_history_listener(fails)
    life.account.add_history_listener(lambda told: heard.append(told.view.entry.action))
    life.phone_adds("a.jpg")
    assert (await life.settle()).state is FolderState.IN_AGREEMENT
    assert heard == ["upload"]
