"""Pulling the plug: wherever it happens, the next start ends where an undisturbed life would have."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.workers import Workers

from .living import Life, living
from .plugs import EVERY, Plug, begin_anew

pytestmark = pytest.mark.usefixtures("socket_enabled")

STEPS = 300
"""At least as many steps as the story has; a plug pulled later than its end changes nothing."""


async def story(life: Life) -> None:
    """A photo arrives, one is deleted on the phone, one in Immich, one is restored, one renamed."""
    life.phone_adds("Camera/new.jpg")
    life.phone_deletes("Camera/IMG_1.jpg")
    life.web.trash(life.web.find("IMG_2.jpg").id)
    life.web.restore(life.web.find("IMG_3.jpg").id)
    life.phone_renames("Camera/IMG_4.jpg", "Camera/other.jpg")


async def beginning(life: Life) -> None:
    for number in range(8):
        life.phone_adds(f"Camera/IMG_{number}.jpg")
    await life.settle()
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()


def the_end(life: Life) -> tuple[dict[str, bytes], set[bytes], set[bytes]]:
    return life.on_phone(), life.in_immich(), life.in_immich(trashed=True)


EXPECTED_PHONE = {
    f"Camera/{name}.jpg": f"photo Camera/{origin}.jpg".encode()
    for name, origin in [
        ("IMG_0", "IMG_0"),
        ("IMG_3", "IMG_3"),
        ("IMG_5", "IMG_5"),
        ("IMG_6", "IMG_6"),
        ("IMG_7", "IMG_7"),
        ("new", "new"),
        ("other", "IMG_4"),
    ]
}


EXPECTED_STORY = sorted(
    [
        *(("upload", f"Camera/IMG_{number}.jpg") for number in range(8)),
        ("delete", "Camera/IMG_3.jpg"),
        ("upload", "Camera/new.jpg"),
        ("trash", "Camera/IMG_1.jpg"),
        ("delete", "Camera/IMG_2.jpg"),
        ("bring_back", "Camera/IMG_3.jpg"),
    ]
)
"""What the history says of it: every change of the world once, whenever the plug was pulled."""


async def told(life: Life) -> list[tuple[str, str]]:
    return sorted((view.entry.action, view.entry.path or "") for view in await life.account.history())


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(0, STEPS, EVERY))
async def test_kill_anywhere(tmp_path: Path, step: int, *, after: bool) -> None:
    plug = Plug()
    async with living(tmp_path, workers=Workers(plug, plug)) as life:
        await beginning(life)
        await story(life)
        with plug.pulled(step, after=after):
            for _ in range(4):
                await life.cycle()
        await begin_anew(life)
        await life.settle()
        phone, active, trashed = the_end(life)
        assert phone == EXPECTED_PHONE
        assert active == set(EXPECTED_PHONE.values())
        assert trashed == {b"photo Camera/IMG_1.jpg", b"photo Camera/IMG_2.jpg"}
        for content in trashed:
            assert await life.in_vault(content)
        assert await told(life) == EXPECTED_STORY
        report = await life.cycle()
        assert report.successful
        assert (report.uploaded, report.trashed, report.deleted, report.brought_back) == (0, 0, 0, 0)


async def test_the_story_has_no_more_steps_than_are_tried(tmp_path: Path) -> None:
    plug = Plug()
    async with living(tmp_path, workers=Workers(plug, plug)) as life:
        await beginning(life)
        await story(life)
        before = plug.steps
        for _ in range(4):
            await life.cycle()
        assert 60 < plug.steps - before <= STEPS
