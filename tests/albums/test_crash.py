"""Killed between any two steps of disk, base and requests, and then let live, the folder is as it should be."""

import dataclasses
from pathlib import Path

import pytest

from custom_components.immich_syncthing.albums.settings import OnDeletedHere
from custom_components.immich_syncthing.engine.workers import InlinePool
from tests.crashing import Killed, killed_after
from tests.replica.faulty import DyingPool, Steps

from .tablet import Tablet

PHOTOS = ("IMG_1.jpg", "img_1.JPG", "IMG_3.jpg")


def fresh(tablet: Tablet, place: Path) -> Tablet:
    """The same Immich, and an empty folder."""
    root = place / "tablet"
    (root / ".stfolder").mkdir(parents=True)
    (root / "mine.txt").write_bytes(b"mine")
    sync = dataclasses.replace(tablet.sync, roots={"tablet": root}, scans=[])
    settings = dataclasses.replace(tablet.settings, root=root)
    return dataclasses.replace(tablet, home=place, settings=settings, sync=sync, blocking=InlinePool())


async def killed_in_base(tablet: Tablet, last: int, *, after: bool) -> bool:
    """A run that dies at a step of the base; whether it came to its end."""
    doomed = dataclasses.replace(tablet, blocking=DyingPool(Steps(last, after)))
    try:
        await (await doomed.open()).run()
    except Killed, BaseExceptionGroup:
        return False
    finally:
        doomed.bury()
    return True


async def killed_on_disk(tablet: Tablet, last: int) -> bool:
    """A run that dies at a call that changes the disk; whether it came to its end."""
    try:
        with killed_after(last):
            await (await tablet.open()).run()
    except Killed, BaseExceptionGroup:
        return False
    finally:
        tablet.bury()
    return True


async def expect(tablet: Tablet, *names: str) -> None:
    """After a life without trouble the folder holds these photos, and what is nobody's; no more runs are needed."""
    await tablet.well()
    await tablet.well()
    wanted = {f"bytes of {name}".encode() for name in names} | {b"mine"}
    found = tablet.files()
    assert (set(found.values()), len(found)) == (wanted, len(wanted))
    assert not (await tablet.well()).changed
    assert [one for one in (tablet.root / ".stfolder").rglob("*") if one.is_file()] == []


@pytest.mark.parametrize("after", [False, True])
async def test_a_copying_run_may_die_anywhere(tablet: Tablet, tmp_path: Path, after: bool) -> None:
    await tablet.album(*PHOTOS)
    for last in range(0, 1000, 2):
        world = fresh(tablet, tmp_path / f"{last}")
        finished = await killed_in_base(world, last, after=after)
        await expect(world, *PHOTOS)
        if finished:
            return
    pytest.fail("a run without an end")


async def test_a_copying_run_may_die_at_any_call_of_the_disk(tablet: Tablet, tmp_path: Path) -> None:
    await tablet.album(*PHOTOS)
    for last in range(1000):
        world = fresh(tablet, tmp_path / f"{last}")
        finished = await killed_on_disk(world, last)
        await expect(world, *PHOTOS)
        if finished:
            return
    pytest.fail("a run without an end")


@pytest.mark.parametrize("on_disk", [False, True])
async def test_a_photo_may_leave_while_its_copying_died(tablet: Tablet, tmp_path: Path, on_disk: bool) -> None:
    album = await tablet.album(*PHOTOS)
    one = tablet.web.find("IMG_1.jpg").id
    for last in range(1000):
        world = fresh(tablet, tmp_path / f"{last}")
        finished = await killed_on_disk(world, last) if on_disk else await killed_in_base(world, last, after=False)
        tablet.web.take_from_album(album, one)
        await expect(world, *PHOTOS[1:])
        tablet.web.put_into_album(album, one)
        if finished:
            return
    pytest.fail("a run without an end")


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize("choice", [OnDeletedHere.STAY_AWAY, OnDeletedHere.TAKE_OUT])
async def test_a_removing_run_may_die_and_its_photo_come_back(
    tablet: Tablet, tmp_path: Path, on_disk: bool, choice: OnDeletedHere
) -> None:
    """What we were about to remove is not taken for deleted by its owner."""
    album = await tablet.album(*PHOTOS)
    tablet.set(on_deleted_here=choice)
    one = tablet.web.find("IMG_1.jpg").id
    for last in range(1000):
        world = fresh(tablet, tmp_path / f"{last}")
        await world.well()
        tablet.web.take_from_album(album, one)
        finished = await killed_on_disk(world, last) if on_disk else await killed_in_base(world, last, after=False)
        tablet.web.put_into_album(album, one)
        await expect(world, *PHOTOS)
        if finished:
            return
    pytest.fail("a run without an end")


async def test_taking_out_of_an_album_may_die_anywhere(tablet: Tablet, tmp_path: Path) -> None:
    album = await tablet.album(*PHOTOS)
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    one = tablet.web.find("IMG_1.jpg").id
    for last in range(1000):
        tablet.web.put_into_album(album, one)
        world = fresh(tablet, tmp_path / f"{last}")
        await world.well()
        (world.root / "IMG_1.jpg").unlink(missing_ok=True)
        for path in world.root.glob("*.jpg"):
            if path.read_bytes() == b"bytes of IMG_1.jpg":
                path.unlink()
        finished = await killed_in_base(world, last, after=True)
        await expect(world, *PHOTOS[1:])
        assert one not in tablet.server.world.tables.albums[album].asset_ids
        assert tablet.web.assets(trashed=True) == []
        if finished:
            return
    pytest.fail("a run without an end")


async def test_without_its_base_nothing_is_copied_again_and_nothing_leaves(tablet: Tablet) -> None:
    album = await tablet.album(*PHOTOS)
    await tablet.well()
    before = tablet.files()
    tablet.lose_base()
    asked = len(tablet.server.log)
    await tablet.well()
    assert tablet.files() == before
    assert [one for one in tablet.server.log[asked:] if one.path.endswith("/original")] == []
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.files() == before


async def test_a_damaged_base_is_put_aside(tablet: Tablet) -> None:
    await tablet.album(*PHOTOS)
    await tablet.well()
    before = tablet.files()
    tablet.lose_base()
    tablet.base.write_bytes(b"no database at all" * 500)
    await tablet.well()
    assert tablet.files() == before
    assert len(list(tablet.home.glob("album.sqlite.damaged*"))) == 1
