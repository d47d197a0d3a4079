"""Turns that a folder's life seldom takes: more to upload than a plan holds, an Immich never seen, a pause between."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.errors import PausedError
from custom_components.immich_syncthing.engine.pausing import Pause
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError

from .living import CAMERA, Life, living, ten_photos
from .test_sidecars import PHOTO, SIDECAR, at_rest, described, fill_vault, says

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
        life.phone_adds(PHOTO)
        life.phone_adds("other.jpg")
        sidecar = life.phone_adds(SIDECAR, says("a cat"))
        await at_rest(life)
        fill_vault(life, sidecar)
        life.web.trash(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
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
