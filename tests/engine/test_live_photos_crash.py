"""Pulling the plug while live photos and their sidecars are sent, deleted and brought back: both halves end as one."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.workers import Workers
from tests.servers.immich import Visibility

from .living import Life, living
from .plugs import EVERY, Plug, begin_anew
from .test_sidecars import says

pytestmark = pytest.mark.usefixtures("socket_enabled")

STEPS = 560
"""At least as many steps as the story has; see ``test_crash``."""

HALVES = ("HEIC", "MOV", "xmp")


def live_photo(life: Life, name: str) -> dict[str, bytes]:
    """Let a live photo with a sidecar arrive; path to content."""
    paths = [f"Camera/{name}.{ending}" for ending in HALVES]
    return {path: life.phone_adds(path, says(name) if path.endswith("xmp") else None) for path in paths}


async def beginning(life: Life) -> dict[str, bytes]:
    files = {
        path: content for name in ("trashed", "restored", "gone") for path, content in live_photo(life, name).items()
    }
    for number in range(8):
        life.phone_adds(f"Camera/IMG_{number}.jpg")
    await life.settle()
    life.web.trash(life.web.find("restored.HEIC").id)
    await life.settle()
    return files


async def story(life: Life) -> dict[str, bytes]:
    """A live photo arrives, one is deleted in Immich, one is restored there, one is deleted on the phone."""
    new = live_photo(life, "new")
    life.web.trash(life.web.find("trashed.HEIC").id)
    life.web.restore(life.web.find("restored.HEIC").id)
    life.phone_deletes("Camera/gone.HEIC")
    life.phone_deletes("Camera/gone.MOV")
    return new


def plays(life: Life, name: str) -> bool:
    video = life.web.find(f"{name}.MOV")
    return life.web.find(f"{name}.HEIC").live_photo_video_id == video.id and video.visibility is Visibility.HIDDEN


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(0, STEPS, 5 * EVERY))
async def test_kill_anywhere(tmp_path: Path, step: int, *, after: bool) -> None:
    plug = Plug()
    async with living(tmp_path, workers=Workers(plug, plug)) as life:
        files = await beginning(life)
        files |= await story(life)
        with plug.pulled(step, after=after):
            for _ in range(6):
                await life.cycle()
        await begin_anew(life)
        await life.settle()

        names = {path for path in life.on_phone() if "IMG_" not in path}
        expected = {f"Camera/{name}.{half}" for name in ("new", "restored") for half in HALVES}
        assert names == expected | {"Camera/gone.xmp"}
        assert all(life.on_phone()[path] == files[path] for path in expected)
        assert plays(life, "new")
        assert plays(life, "restored")
        assert life.in_immich(trashed=True) == {files["Camera/trashed.HEIC"], files["Camera/gone.HEIC"]}
        for path in ("trashed.HEIC", "trashed.MOV", "trashed.xmp", "gone.HEIC", "gone.MOV"):
            assert await life.in_vault(files[f"Camera/{path}"])
        report = await life.cycle()
        changed = (report.uploaded, report.linked, report.trashed, report.deleted, report.brought_back)
        assert changed == (0, 0, 0, 0, 0)
        assert (report.waiting, report.counts.held) == (0, 0)


async def test_the_story_has_no_more_steps_than_are_tried(tmp_path: Path) -> None:
    plug = Plug()
    async with living(tmp_path, workers=Workers(plug, plug)) as life:
        await beginning(life)
        await story(life)
        before = plug.steps
        for _ in range(6):
            await life.cycle()
        assert 200 < plug.steps - before <= STEPS
