"""A cycle in a world that stands still costs next to nothing, and the same however many photos there are."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.gate_facts import FACTS_SECONDS
from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.syncthing.models import FolderType

from .idleness import Cost, counted, fill, peak_of_a_cycle
from .living import CAMERA, Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

ROOT_MARKER_AND_FENCE = {"open .stfolder", "open immich_syncthing", "stat fence.json", "open fence.json", "fstat"}


@pytest.fixture
async def idle(tmp_path: Path) -> AsyncIterator[Life]:
    """An account whose ten photos are in agreement, and where nothing has moved since."""
    async with living(tmp_path) as life:
        await ten_photos(life)
        await life.cycle()
        yield life


async def cost_of_a_cycle(life: Life) -> Cost:
    async with counted(life) as cost:
        report = await life.cycle()
    assert (report.state, report.problem) == (FolderState.IN_AGREEMENT, None)
    return cost


def who_it_is(cost: Cost) -> bool:
    """Whether Immich was asked whether it works, and for whom."""
    return {"GET /server/config", "GET /users/me"} <= set(cost.immich)


async def test_an_idle_cycle_asks_each_server_what_only_it_can_know(idle: Life) -> None:
    cost = await cost_of_a_cycle(idle)
    assert cost.syncthing == ["folder_status"]
    assert cost.immich == ["POST /search/metadata", "GET /assets/statistics"]


async def test_an_older_immich_is_asked_once_for_each_visibility(tmp_path: Path) -> None:
    async with living(tmp_path, version="2.7.5") as life:
        await ten_photos(life)
        await life.cycle()
        assert (await cost_of_a_cycle(life)).immich == 3 * ["POST /search/metadata"] + ["GET /assets/statistics"]


async def test_an_idle_cycle_looks_at_root_marker_and_fence_only(idle: Life) -> None:
    cost = await cost_of_a_cycle(idle)
    assert cost.disk.keys() == ROOT_MARKER_AND_FENCE | {f"open {idle.root}", "stat .stfolder"}
    # Once for itself, and once for the fence.
    assert cost.disk[f"open {idle.root}"] == cost.disk["stat .stfolder"] == 2


async def test_an_idle_cycle_writes_nothing(idle: Life) -> None:
    assert (await cost_of_a_cycle(idle)).writes == 0


async def test_what_an_idle_cycle_costs_does_not_grow_with_the_library(idle: Life) -> None:
    fill(idle, 1_000)
    few = await cost_of_a_cycle(idle)
    fill(idle, 100_000)
    many = await cost_of_a_cycle(idle)
    assert (many.immich, many.syncthing, many.disk, many.writes) == (few.immich, few.syncthing, few.disk, 0)
    assert many.steps == few.steps


async def test_an_idle_cycle_takes_no_memory_for_the_library(idle: Life) -> None:
    fill(idle, 1_000)
    await peak_of_a_cycle(idle)
    few = await peak_of_a_cycle(idle)
    fill(idle, 100_000)
    # The names of its 5,000 directories alone would take more.
    assert await peak_of_a_cycle(idle) < few + 200_000


async def test_facts_that_nobody_tells_are_asked_for_now_and_then(idle: Life) -> None:
    idle.clock.skip(FACTS_SECONDS)
    old = await cost_of_a_cycle(idle)
    assert who_it_is(old)
    assert old.syncthing == ["folders", "folder_status"]
    assert old.immich.count("GET /assets/statistics") == 2
    assert not who_it_is(await cost_of_a_cycle(idle))


async def test_facts_that_somebody_tells_are_not_asked_for(idle: Life) -> None:
    client = ImmichClient(idle.session, f"{idle.server.url}/api", idle.server.key)
    for _ in range(5):
        idle.clock.skip(FACTS_SECONDS - 10)
        idle.account.note_immich(idle.server.admin.id, await client.asset_statistics(trashed=True))
        idle.account.note_folders(await idle.syncthing.folders())
        cost = await cost_of_a_cycle(idle)
        assert cost.syncthing == ["folder_status"]
        assert cost.immich == ["POST /search/metadata", "GET /assets/statistics"]


async def test_a_stranger_tells_nothing(idle: Life) -> None:
    client = ImmichClient(idle.session, f"{idle.server.url}/api", idle.server.key)
    idle.clock.skip(FACTS_SECONDS)
    idle.account.note_immich("somebody-else", await client.asset_statistics(trashed=True))
    assert who_it_is(await cost_of_a_cycle(idle))


async def test_whoever_uploads_or_deletes_asks_first_who_it_is(idle: Life) -> None:
    idle.clock.skip(30)
    idle.web.trash(idle.web.find("IMG_3.jpg").id)
    async with counted(idle) as cost:
        await idle.settle()
    assert cost.immich.index("POST /search/metadata") < cost.immich.index("GET /users/me")
    assert "Camera/IMG_3.jpg" not in idle.on_phone()
    idle.clock.skip(30)
    idle.phone_adds("Camera/new.jpg")
    async with counted(idle) as cost:
        await idle.settle()
    assert cost.immich.index("GET /users/me") < cost.immich.index("POST /assets")


async def test_a_key_that_became_somebody_elses_is_noticed_before_anything_is_concluded(idle: Life) -> None:
    photos, key = idle.on_phone(), idle.server.key
    idle.server.world.hand_over(key, idle.server.world.add_user("Other"))
    idle.clock.skip(30)
    async with counted(idle) as cost:
        report = await idle.cycle()
    assert report.problem is not None
    assert (report.state, report.problem.code) == (FolderState.ERROR, "other_account")
    assert await idle.account.recovery() is None
    assert not cost.writes
    idle.server.world.hand_over(key, idle.server.admin)
    await idle.settle()
    assert idle.on_phone() == photos
    assert await idle.account.recovery() is None


@pytest.mark.parametrize("told", [False, True])
async def test_a_folder_that_was_made_receive_only_is_noticed_before_a_deletion(idle: Life, told: bool) -> None:
    """Its status does not tell, and what is known of its configuration is a minute old."""
    photos = idle.on_phone()
    idle.syncthing.type = FolderType.RECEIVE_ONLY
    if told:
        idle.account.note_folders(await idle.syncthing.folders())
    idle.web.trash(idle.web.find("IMG_3.jpg").id)
    idle.clock.skip(30)
    await idle.cycle()
    assert idle.on_phone() == photos
    report = await idle.cycle()
    assert (report.wait_reason, report.problem and report.problem.code) == ("one_way_folder", "one_way_folder")


async def test_a_pause_a_removal_and_a_fault_are_seen_at_once(idle: Life) -> None:
    idle.syncthing.paused = True
    assert (await idle.cycle()).wait_reason == "paused"
    idle.syncthing.paused = False
    assert (await idle.cycle()).wait_reason is None
    idle.syncthing.roots["elsewhere"] = idle.syncthing.roots.pop(CAMERA)
    assert (await idle.cycle()).wait_reason == "unknown_folder"
    idle.syncthing.roots[CAMERA] = idle.syncthing.roots.pop("elsewhere")
    idle.syncthing.state = "error"
    assert (await idle.cycle()).wait_reason == "syncthing_error"


async def test_an_emptied_trash_is_noticed_when_it_is_counted_again(idle: Life) -> None:
    idle.web.trash(idle.web.find("IMG_3.jpg").id)
    await idle.settle()
    idle.web.empty_trash()
    idle.clock.skip(FACTS_SECONDS)
    async with counted(idle) as cost:
        await idle.cycle()
    assert "POST /assets/bulk-upload-check" in cost.immich
