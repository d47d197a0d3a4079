"""Pulling the plug during a restore: wherever it happens, the next start brings back what was asked for, once."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.selection import Selection
from custom_components.immich_syncthing.engine.workers import Workers
from tests.checksums import sha1

from .living import CAMERA, Life, living
from .plugs import EVERY, Plug, begin_anew

pytestmark = pytest.mark.usefixtures("socket_enabled")

STEPS = 320
"""At least as many steps as the restore has; a plug pulled later than its end changes nothing."""

WANTED = Selection(frozenset({CAMERA}), since=0)


async def beginning(life: Life) -> dict[str, bytes]:
    """One photo was deleted on the phone, one in Immich and purged there, one lost its copy as well."""
    photos = {f"Camera/IMG_{number}.jpg": b"" for number in range(8)}
    for path in photos:
        photos[path] = life.phone_adds(path)
    photos["Copies/IMG_5.jpg"] = life.phone_adds("Copies/IMG_5.jpg", photos["Camera/IMG_5.jpg"])
    await life.settle()
    life.phone_deletes("Camera/IMG_1.jpg")
    life.web.trash(life.web.find("IMG_2.jpg").id)
    await life.settle()
    life.web.purge(life.web.find("IMG_2.jpg").id)
    life.clock.skip(3700)
    life.phone_deletes("Camera/IMG_5.jpg")
    life.phone_deletes("Copies/IMG_5.jpg")
    await life.folder.run(full=True)
    await life.settle()
    assert len(life.on_phone()) == 5
    return photos


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(0, STEPS, EVERY))
async def test_kill_anywhere(tmp_path: Path, step: int, *, after: bool) -> None:
    plug = Plug()
    async with living(tmp_path, workers=Workers(plug, plug)) as life:
        photos = await beginning(life)
        with plug.pulled(step, after=after):
            await life.account.restore(WANTED)
            for _ in range(4):
                await life.cycle()
        await begin_anew(life)
        await life.settle()
        # What the plug cut off before it was noted was never asked for.
        await life.account.restore(WANTED)
        await life.settle()
        assert life.on_phone() == photos
        assert life.in_immich() == set(photos.values())
        assert life.in_immich(trashed=True) == set()
        assert await life.account.holds() == []
        told = [(view.entry.action, view.entry.checksum) for view in await life.account.history()]
        for path in ("Camera/IMG_1.jpg", "Camera/IMG_2.jpg"):
            assert told.count(("bring_back", sha1(photos[path]))) == 1
        assert told.count(("bring_back", sha1(photos["Camera/IMG_5.jpg"]))) == 2
        report = await life.cycle()
        assert (report.waiting, report.failed, report.counts.linked) == (0, 0, len(photos))
