"""Pulling the plug during recovery and during every step of a fence: the next start goes on, and nothing is deleted."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import FolderState, HoldKind
from custom_components.immich_syncthing.engine.workers import Workers
from tests.crashing import Killed, killed_after

from .living import Life, living, ten_photos
from .plugs import EVERY, Plug, begin_anew

pytestmark = pytest.mark.usefixtures("socket_enabled")

STEPS = 190
"""At least as many steps as each story has."""


async def an_older_dump(life: Life) -> None:
    """Immich has seven photos less, and one was deleted on the phone just now."""
    for number in range(3, 10):
        life.server.world.remove_asset(life.web.find(f"IMG_{number}.jpg").id)
    life.phone_deletes("Camera/IMG_1.jpg")


async def a_lost_mark(life: Life) -> None:
    """Syncthing's directory was made anew; one photo was deleted on the phone, one in Immich, and one came."""
    (life.root / ".stfolder" / "immich_syncthing" / "fence.json").unlink()
    life.phone_deletes("Camera/IMG_1.jpg")
    life.web.trash(life.web.find("IMG_2.jpg").id)


type Story = Callable[[Life], Awaitable[None]]


async def live_through(life: Life, plug: Plug, step: int, *, after: bool) -> None:
    with plug.pulled(step, after=after):
        for _ in range(5):
            await life.cycle()
    await begin_anew(life)
    await life.settle()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(0, STEPS, EVERY))
@pytest.mark.parametrize(
    ("story", "asked"),
    [
        (an_older_dump, {HoldKind.VANISHED: 7}),
        (a_lost_mark, {HoldKind.TRASHED_BEFORE_FIRST_SYNC: 1}),
    ],
)
async def test_kill_anywhere_in_recovery(
    tmp_path: Path, story: Story, asked: dict[HoldKind, int], step: int, *, after: bool
) -> None:
    plug = Plug()
    async with living(tmp_path, workers=Workers(plug, plug)) as life:
        photos = await ten_photos(life)
        await story(life)
        active, trashed = life.in_immich(), life.in_immich(trashed=True)
        await live_through(life, plug, step, after=after)
        del photos["Camera/IMG_1.jpg"]
        assert life.on_phone() == photos
        assert (life.in_immich(), life.in_immich(trashed=True)) == (active, trashed)
        assert {hold.kind: hold.count for hold in await life.account.holds()} == asked
        view = await life.account.recovery()
        assert view is not None
        assert view.ended_at is not None
        await life.account.acknowledge_recovery()
        await life.restart()
        assert (await life.settle()).state is FolderState.WAITING_FOR_DECISION
        assert await life.account.recovery() is None


@pytest.mark.parametrize("story", [an_older_dump, a_lost_mark])
async def test_no_story_has_more_steps_than_are_tried(tmp_path: Path, story: Story) -> None:
    plug = Plug()
    async with living(tmp_path, workers=Workers(plug, plug)) as life:
        await ten_photos(life)
        await story(life)
        before = plug.steps
        for _ in range(5):
            await life.cycle()
        assert 60 < plug.steps - before <= STEPS


@pytest.mark.parametrize("calls", range(0, 40, 3))
async def test_a_crash_of_the_disk_within_a_bump(tmp_path: Path, calls: int) -> None:
    """Not only between the steps: in the midst of writing the mark."""
    async with living(tmp_path, workers=Workers.inline()) as life:
        photos = await ten_photos(life)
        life.phone_deletes("Camera/IMG_1.jpg")
        try:
            with killed_after(calls):
                await life.cycle()
        except* Killed:
            pass
        await begin_anew(life)
        await life.settle()
        assert await life.account.recovery() is None
        assert life.in_immich(trashed=True) == {photos["Camera/IMG_1.jpg"]}
