"""Rules that stack: RAW files under their pictures and bursts under their covers, and nothing that may be otherwise."""

import os
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.apply import stacking
from custom_components.immich_syncthing.engine.model import Preset
from custom_components.immich_syncthing.engine.report import SortingReport
from custom_components.immich_syncthing.engine.sorting.model import Effect
from custom_components.immich_syncthing.engine.sorting.parsing import parse_rules
from tests.servers.immich import FaultKind

from .living import TABLET, Life, living
from .rule_life import Stored, at_rest, named, with_rules
from .test_sorting_fails import key_without, refuse, report

pytestmark = pytest.mark.usefixtures("socket_enabled")

STACKS: Stored = {"id": "s", "stack": ["raw", "bursts"]}
PAIR = ("IMG_1.jpg", "IMG_1.dng")
BURST = ("B_BURST002_COVER.jpg", "B_BURST001.jpg", "B_BURST003.jpg")


def stacks(life: Life) -> list[list[str]]:
    """The stacks in Immich by their photos' names, that on top first."""
    tables = life.server.server.world.tables
    found = []
    for stack in tables.stacks.values():
        others = (tables.assets[one].name for one in stack.asset_ids if one != stack.primary_id)
        found.append([tables.assets[stack.primary_id].name, *sorted(others)])
    return sorted(found)


def made(life: Life) -> int:
    return len(life.server.requests_of("POST", "/api/stacks"))


async def arrive(life: Life, *names: str) -> None:
    for name in names:
        life.phone_adds(f"DCIM/{name}")
    await at_rest(life)


@pytest.mark.parametrize("version", ["2.7.5", "3.2.2"])
async def test_pairs_and_bursts_are_stacked_once(tmp_path: Path, version: str) -> None:
    async with living(tmp_path, version=version) as life:
        await with_rules(life, STACKS)
        await arrive(life, *PAIR, *BURST, "cat.jpg", "IMG_2.jpg", "IMG_3.dng")
        assert stacks(life) == [[*BURST], [*PAIR]]
        await life.restart()
        await at_rest(life)
        assert made(life) == 2
        assert report(life) == SortingReport(waiting=0)


async def test_nothing_is_stacked_unless_a_rule_says_so(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, {"id": "a", "favorite": True}, {"id": "s", "path": "RAW/*", "stack": ["raw"]})
        await arrive(life, *PAIR, *BURST)
        assert stacks(life) == []


@pytest.mark.parametrize("late", ["IMG_1.jpg", "IMG_1.dng"])
async def test_a_late_half_is_stacked_with_the_one_that_is_there(tmp_path: Path, late: str) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await arrive(life, *(name for name in PAIR if name != late))
        assert stacks(life) == []
        await arrive(life, late)
        assert stacks(life) == [[*PAIR]]


async def test_a_late_photo_of_a_burst_joins_its_stack(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await arrive(life, *BURST[1:])
        assert stacks(life) == [["B_BURST001.jpg", "B_BURST003.jpg"]]
        await arrive(life, BURST[0], "B_BURST004.jpg")
        assert stacks(life) == [[*BURST, "B_BURST004.jpg"]]
        assert made(life) == 2


async def test_a_burst_of_one_with_its_raw_file_is_a_pair_until_more_of_it_come(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await arrive(life, "B_BURST001.jpg", "B_BURST001.dng")
        assert stacks(life) == [["B_BURST001.jpg", "B_BURST001.dng"]]
        await arrive(life, "B_BURST002.jpg", "B_BURST002.dng")
        assert stacks(life) == [["B_BURST001.jpg", "B_BURST001.dng", "B_BURST002.dng", "B_BURST002.jpg"]]
        shown = await life.folder.preview_rules(parse_rules([STACKS], "Camera"), limit=1)
        assert len(shown[0].stacked) == 4


async def test_the_top_that_the_owner_chose_stays_on_top(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await arrive(life, *BURST[1:])
        (stack,) = life.server.server.world.tables.stacks.values()
        stack.primary_id = named(life, BURST[2]).id
        await arrive(life, BURST[0])
        assert stacks(life) == [[BURST[2], *sorted(BURST[:2])]]


async def test_what_the_owner_took_apart_stays_apart_until_the_rules_are_applied_anew(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await arrive(life, *BURST)
        tables = life.server.server.world.tables
        tables.stacks.clear()
        for asset in tables.assets.values():
            asset.stack_id = None
        await arrive(life, "B_BURST004.jpg")
        assert stacks(life) == []
        told = await life.folder.apply_rules(dry_run=True)
        assert (told.photos, told.effects) == (4, {Effect.STACK: 4})
        assert {one.stacked for one in told.sample} == {tuple(f"DCIM/{name}" for name in (*BURST, "B_BURST004.jpg"))}
        assert stacks(life) == []
        assert await life.folder.apply_rules(dry_run=False) == told
        await at_rest(life)
        assert stacks(life) == [[*BURST, "B_BURST004.jpg"]]
        assert (await life.folder.apply_rules(dry_run=True)).photos == 0


async def test_a_stack_of_the_owner_is_left_as_it_is(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        mine = life.web.stack(life.web.upload(b"raw", "IMG_1.dng"), life.web.upload(b"cat", "cat.jpg"))
        life.phone_adds("DCIM/IMG_1.dng", b"raw")
        await arrive(life, "IMG_1.jpg")
        assert stacks(life) == [["IMG_1.dng", "cat.jpg"]]
        assert mine in life.server.server.world.tables.stacks
        assert not (await life.folder.apply_rules(dry_run=True)).photos


async def test_what_is_trashed_or_locked_is_stacked_with_nothing(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.BACKUP) as life:
        await with_rules(life, STACKS)
        await arrive(life, PAIR[1], BURST[0])
        life.web.trash(named(life, PAIR[1]).id)
        life.web.lock(named(life, BURST[0]).id)
        await arrive(life, PAIR[0], *BURST[1:])
        assert stacks(life) == [["B_BURST001.jpg", "B_BURST003.jpg"]]


async def test_names_that_came_again_years_later_are_no_pair(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await arrive(life, PAIR[1])
        life.phone_adds(f"DCIM/{PAIR[0]}", old=False)
        await at_rest(life)
        assert stacks(life) == []


async def test_equal_photos_are_no_stack(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        for name in BURST:
            life.phone_adds(f"DCIM/{name}", b"same")
        await at_rest(life)
        assert (stacks(life), made(life)) == ([], 0)
        assert report(life) == SortingReport(waiting=0)


async def test_nothing_is_stacked_across_folders_and_directories(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await with_rules(life, STACKS)
        life.tablet_adds(PAIR[1], b"raw")
        life.phone_adds(PAIR[0])
        life.phone_adds(f"other/{PAIR[1]}", b"another raw")
        await at_rest(life)
        assert stacks(life) == []
        assert life.account.folders[TABLET].last_report is not None


async def test_one_stack_that_immich_refuses_keeps_no_other(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        refuse(life, FaultKind.STATUS, "POST", r"/stacks$", status=500, times=3)
        await arrive(life, *PAIR, *BURST)
        assert len(stacks(life)) == 1
        missed = 5 - len(stacks(life)[0])
        assert report(life) == SortingReport(waiting=missed, failed=missed, problem="immich_server_error")
        life.clock.skip(3600)
        await at_rest(life)
        assert stacks(life) == [[*BURST], [*PAIR]]


async def test_a_photo_that_immich_cannot_show_is_in_no_stack(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await arrive(life, PAIR[1])
        refuse(life, FaultKind.STATUS, "GET", rf"/assets/{named(life, PAIR[1]).id}$", status=500)
        await arrive(life, PAIR[0])
        assert stacks(life) == []
        assert report(life) == SortingReport(waiting=0)


async def test_a_key_that_may_not_stack_is_named_and_keeps_nothing_else(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, {**STACKS, "favorite": True})
        key_without(life, "stack.create")
        await arrive(life, *PAIR)
        assert named(life, PAIR[0]).is_favorite
        assert report(life) == SortingReport(waiting=2, failed=2, missing=("stack.create",))
        key_without(life)
        await life.folder.run(retry=True)
        await at_rest(life)
        assert stacks(life) == [[*PAIR]]


async def test_many_groups_are_looked_up_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacking, "_LOOKED_UP", 2)
    async with living(tmp_path) as life:
        await with_rules(life, STACKS)
        await arrive(life, *(f"IMG_{number}.{kind}" for number in range(5) for kind in ("jpg", "dng")))
        assert stacks(life) == [[f"IMG_{number}.jpg", f"IMG_{number}.dng"] for number in range(5)]


async def test_the_preview_shows_which_stacks_there_would_be(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await arrive(life, *PAIR, "IMG_2.jpg")
        for name in ("IMG_3.jpg", "IMG_3.dng"):
            life.phone_adds(f"DCIM/{name}")
        os.utime(life.root / "DCIM" / "IMG_3.dng", (1_600_000_000, 1_600_000_000))
        await life.folder.preview()
        shown = await life.folder.preview_rules(parse_rules([STACKS], "Camera"), limit=2)
        pair = tuple(f"DCIM/{name}" for name in PAIR)
        assert {one.path: one.stacked for one in shown if one.path in pair} == dict.fromkeys(pair, pair)
        everything = await life.folder.preview_rules(parse_rules([STACKS], "Camera"))
        assert [one.stacked for one in everything if one.path not in pair] == [()] * 3
        assert stacks(life) == []
