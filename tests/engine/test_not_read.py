"""Immich does not read what it was sent: what belongs to a photo waits, its owner learns of it, and nothing is lost."""

import pytest

from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.engine.report import CycleReport
from tests.servers.immich.jobs import METADATA

from .latest import life
from .living import CAMERA, Life, ten_photos
from .test_edits import EDITED, THIRD, asset_of, cherish, let_immich_work, tags_of
from .test_sidecars import described, says

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")

HOUR = 3600.0
SIDECAR = "Camera/IMG_3.xmp"


async def edited_unread(life: Life) -> dict[str, bytes]:
    """Let a cherished photo be edited while Immich's jobs are paused; return the photos of before."""
    photos = await ten_photos(life)
    cherish(life, photos[THIRD])
    await let_immich_work(life)
    life.server.jobs.pause(METADATA)
    life.phone_adds(THIRD, EDITED)
    await life.settle()
    return photos


async def hours_pass(life: Life, hours: int) -> CycleReport:
    for _ in range(hours):
        life.clock.skip(HOUR)
        report = await life.cycle()
    return report


async def history(life: Life) -> list[tuple[str, str | None, str]]:
    entries = [view.entry for view in await life.account.history()]
    return [(one.action, one.path, one.result) for one in entries if one.result != "done"]


async def test_an_edit_waits_for_a_day_and_then_says_so_until_it_can_go_on(life: Life) -> None:
    photos = await edited_unread(life)
    report = await hours_pass(life, 23)
    assert (report.state, report.problem, report.counts.failed) == (FolderState.IN_AGREEMENT, None, 0)
    assert await history(life) == []

    report = await hours_pass(life, 3)
    assert report.problem is not None
    assert (report.problem.code, report.counts.failed) == ("items_failed", 1)
    assert await history(life) == [("carry_over", THIRD, "failed:not_read")]
    assert life.in_immich() == {*photos.values(), EDITED}

    life.server.jobs.resume(METADATA)
    await let_immich_work(life)
    await hours_pass(life, 2)
    report = await life.settle()
    assert (report.problem, report.counts.failed) == (None, 0)
    assert life.in_immich(trashed=True) == {photos[THIRD]}
    assert tags_of(life, asset_of(life, EDITED)) == {"sea"}


async def test_immich_is_not_asked_about_an_unread_edit_in_every_cycle(life: Life) -> None:
    await edited_unread(life)
    await hours_pass(life, 2)
    before = len(life.server.log)
    for _ in range(5):
        await life.cycle()
    assert [one.path for one in life.server.log[before:] if asset_of(life, EDITED).id in one.path] == []


async def test_a_sidecar_waits_for_a_day_and_then_says_so_until_it_can_be_passed_on(life: Life) -> None:
    life.server.jobs.pause(METADATA)
    await ten_photos(life)
    life.phone_adds(SIDECAR, says("a cat"))
    await life.settle()
    report = await hours_pass(life, 23)
    assert report.problem is None

    report = await hours_pass(life, 3)
    assert report.problem is not None
    assert (report.problem.code, report.problem.placeholders) == ("not_read", {"detail": SIDECAR})
    assert report.folder_id == CAMERA
    assert described(life, "IMG_3.jpg") == ""

    life.server.jobs.resume(METADATA)
    await let_immich_work(life)
    report = await hours_pass(life, 2)
    assert report.problem is None
    assert described(life, "IMG_3.jpg") == "a cat"
