"""Turns that a folder's life seldom takes: more to upload than a plan holds, an Immich never seen, a pause between."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from custom_components.immich_syncthing.engine.apply import safekeeping
from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.errors import PausedError
from custom_components.immich_syncthing.engine.model import Answer
from custom_components.immich_syncthing.engine.pausing import Pause
from custom_components.immich_syncthing.engine.settings import QUIET_SECONDS
from custom_components.immich_syncthing.engine.versions import kept_versions
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError

from .living import CAMERA, Life, living, ten_photos
from .test_sidecars import SIDECAR, at_rest, described, fill_vault, left_behind, says

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_the_progress_counts_also_what_one_plan_does_not_hold(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two thousand photos would take their time.
    figures: dict[str, Any] = vars(FolderEngine)["_draft"].__kwdefaults__
    monkeypatch.setitem(figures, "uploads", 2)
    photos = [life.phone_adds(f"Camera/IMG_{number}.jpg") for number in range(10)]
    report = await life.cycle()
    assert (report.uploaded, report.counts.linked) == (2, 2)
    assert life.folder.transfer.percent == pytest.approx(20.0)
    assert report.more
    await life.settle()
    assert life.in_immich() == set(photos)
    assert life.folder.transfer.percent is None


async def test_a_preview_before_immich_was_seen_tells_what_the_ledger_knows_and_why_it_must_wait(life: Life) -> None:
    await ten_photos(life)
    await life.restart()
    life.server.faults.database_down = True
    life.phone_adds("Camera/new.jpg")
    life.phone_deletes("Camera/IMG_1.jpg")
    life.clock.skip(QUIET_SECONDS)
    preview = await life.folder.preview()
    assert preview.problem is not None
    assert preview.problem.code.startswith("immich_")
    assert preview.actions == {"trash_asset": 1}
    life.server.faults.clear()
    assert len(life.in_immich()) == 10


async def test_a_pause_comes_between_two_sidecars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with living(tmp_path) as life:
        names = ("IMG_1", "IMG_2")
        for name in names:
            life.phone_adds(f"Camera/{name}.jpg")
        await at_rest(life)
        for name in names:
            life.phone_adds(f"Camera/{name}.xmp", says("a cat"))
        with monkeypatch.context() as patch:
            patch.setattr(ImmichClient, "update", followed_by(ImmichClient.update, lambda: life.folder.pause(None)))
            await life.cycle()
        assert sorted(described(life, f"{name}.jpg") for name in names) == ["", "a cat"]
        await life.folder.resume()
        await at_rest(life)
        assert [described(life, f"{name}.jpg") for name in names] == ["a cat", "a cat"]


def followed_by[**P, T](done: Callable[P, Awaitable[T]], event: Callable[[], Awaitable[object]]) -> Any:
    """Return something as it is, after which something else happens before anybody hears of its end."""

    async def both(*args: P.args, **kwargs: P.kwargs) -> T:
        told = await done(*args, **kwargs)
        await event()
        return told

    return both


async def test_a_sidecar_that_stayed_is_not_taken_while_deletions_do_not_pass(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        sidecar = await left_behind(life)
        fill_vault(life, sidecar, full=False)

        life.syncthing.failure = SyncthingCannotConnectError("gone")
        life.clock.skip(7200)
        for _ in range(3):
            await life.cycle()
        assert life.on_phone()[SIDECAR] == sidecar
        life.syncthing.failure = None
        life.clock.skip(7200)
        await at_rest(life)
        assert set(life.on_phone()) == {"other.jpg"}
        assert await life.in_vault(sidecar)


async def test_what_takes_too_long_is_no_pause(life: Life) -> None:
    """A share that does not answer in time raises Python's own ``TimeoutError``."""
    await ten_photos(life)
    pause = Pause(life.account._context, CAMERA)  # noqa: SLF001 - a folder's own one is not to be had
    with pytest.raises(TimeoutError):
        async with pause.breakable():
            raise TimeoutError
    pausing = asyncio.create_task(pause.begin(None))
    with pytest.raises(PausedError):
        async with pause.breakable():
            await life.clock.sleep(60)
    await pausing


async def test_a_sidecar_that_stayed_is_tried_again_for_as_long_as_the_vault_refuses_it(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        sidecar = await left_behind(life)
        for _ in range(2):
            life.clock.skip(7200)
            await at_rest(life)
            assert life.on_phone()[SIDECAR] == sidecar
        fill_vault(life, sidecar, full=False)
        life.clock.skip(7200)
        await at_rest(life)
        assert set(life.on_phone()) == {"other.jpg"}
        assert await life.in_vault(sidecar)


async def test_a_sidecar_that_stayed_is_looked_at_before_it_is_taken_at_last(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        sidecar = await left_behind(life)
        fill_vault(life, sidecar, full=False)
        life.clock.skip(7200)
        (life.root / SIDECAR).write_bytes(says("written by somebody of whom Syncthing has not told yet"))
        await life.cycle()
        assert set(life.on_phone()) == {SIDECAR, "other.jpg"}


async def test_a_version_that_syncthings_cleaner_takes_first_is_downloaded(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = await ten_photos(life)
    kept = life.root / ".stversions/Camera/IMG_3.jpg"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(photos["Camera/IMG_3.jpg"])

    def listed_then_cleaned(*args: Any) -> list[str]:
        found = kept_versions(*args)
        kept.unlink()
        kept.parent.rmdir()
        return found

    monkeypatch.setattr(safekeeping, "kept_versions", listed_then_cleaned)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}
    assert await life.in_vault(photos["Camera/IMG_3.jpg"])


async def test_a_preview_says_of_what_was_approved_that_it_was_answered(life: Life) -> None:
    photos = await ten_photos(life)
    for path in photos:
        life.phone_deletes(path)
    await life.settle()
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, Answer.APPROVE)
    preview = await life.folder.preview()
    assert preview.actions == {"trash_asset": 10}
    assert {item.reason for item in preview.items} == {"answered"}
    await life.settle()
    assert life.in_immich() == set()
