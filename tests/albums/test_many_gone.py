"""Many copies deleted at once: asked about, and believed for those that were asked about."""

import pytest

from custom_components.immich_syncthing.albums.settings import OnDeletedHere

from .tablet import Tablet

EVERY = [f"IMG_{number}.jpg" for number in range(30)]
OTHERS = [f"MOV_{number}.jpg" for number in range(30)]


@pytest.mark.parametrize("choice", [OnDeletedHere.STAY_AWAY, OnDeletedHere.TAKE_OUT])
@pytest.mark.parametrize("count", [21, 30])
async def test_many_deletions_are_asked_about_and_then_believed(
    tablet: Tablet, choice: OnDeletedHere, count: int
) -> None:
    album = await tablet.album(*EVERY)
    tablet.set(on_deleted_here=choice)
    await tablet.well()
    for name in EVERY[:count]:
        (tablet.root / name).unlink()
    for _ in range(2):
        report = await tablet.well()
        assert (report.deleted_held, report.copied, report.taken_out) == (count, 0, 0)
    report = await tablet.approve(report)
    taken_out = count if choice is OnDeletedHere.TAKE_OUT else 0
    assert (report.deleted_held, report.taken_out) == (0, taken_out)
    assert len(tablet.server.world.tables.albums[album].asset_ids) == 30 - taken_out
    assert len(tablet.names()) == 30 - count


@pytest.mark.parametrize("brought_back", [False, True])
async def test_what_was_approved_holds_for_those_that_were_missing(tablet: Tablet, brought_back: bool) -> None:
    album = await tablet.album(*EVERY)
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    await tablet.well()
    away = tablet.root.parent / "away"
    away.mkdir()
    for name in EVERY[:25]:
        (tablet.root / name).rename(away / name)
    shown = await tablet.well()
    assert shown.deleted_held == 25
    if brought_back:
        tablet.set(on_deleted_here=OnDeletedHere.BRING_BACK)
    else:
        for name in EVERY[:25]:
            (away / name).rename(tablet.root / name)
    await tablet.approve(shown)
    await tablet.well()
    assert len(tablet.names()) == 30
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    tablet.clock.days(2)
    for name in EVERY[:25]:
        (tablet.root / name).unlink()
    report = await tablet.well()
    assert (report.deleted_held, report.taken_out) == (25, 0)
    assert len(tablet.server.world.tables.albums[album].asset_ids) == 30


async def test_what_was_approved_holds_for_no_others_that_are_as_many(tablet: Tablet) -> None:
    album = await tablet.album(*EVERY, *OTHERS)
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    await tablet.well()
    away = tablet.home / "away"
    away.mkdir()
    for name in EVERY:
        (tablet.root / name).rename(away / name)
    shown = await tablet.well()
    assert shown.deleted_held == 30
    for name, other in zip(EVERY, OTHERS, strict=True):
        (away / name).rename(tablet.root / name)
        (tablet.root / other).rename(away / other)
    report = await tablet.approve(shown)
    assert (report.deleted_held, report.taken_out) == (30, 0)
    assert len(tablet.server.world.tables.albums[album].asset_ids) == 60


async def test_a_folder_that_is_empty_at_once_is_asked_about_however_small(tablet: Tablet) -> None:
    await tablet.album(*EVERY[:5])
    await tablet.well()
    for path in tablet.root.glob("*.jpg"):
        path.unlink()
    assert (await tablet.well()).deleted_held == 5


async def test_deletions_add_up_over_a_day(tablet: Tablet) -> None:
    await tablet.album(*EVERY)
    await tablet.well()
    for name in EVERY[:15]:
        (tablet.root / name).unlink()
    assert (await tablet.well()).deleted_held == 0
    for name in EVERY[15:25]:
        (tablet.root / name).unlink()
    assert (await tablet.well()).deleted_held == 10
    tablet.clock.days(1.1)
    assert (await tablet.well()).deleted_held == 0
