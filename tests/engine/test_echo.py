"""What comes back after it was removed: its owner's wish, or a device that spoke late."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from custom_components.immich_syncthing.engine.actions import Ask, Record, RestoreAsset
from custom_components.immich_syncthing.engine.echo import MTIME_TOLERANCE_NS, spoke_late
from custom_components.immich_syncthing.engine.facts import World, facts_of
from custom_components.immich_syncthing.engine.ledger.views import ContentView
from custom_components.immich_syncthing.engine.model import (
    POLICIES,
    AssetState,
    Base,
    Departure,
    FileRow,
    FileStatus,
    GonePath,
    HoldKind,
    Preset,
)
from custom_components.immich_syncthing.engine.outcomes import SETTLED, WAIT
from custom_components.immich_syncthing.engine.plan import decide

from .worlds import ASSET, CAMERA, PHOTO, TABLET, asset, file

PATH = "DCIM/IMG_1.jpg"
CONFLICT = "DCIM/IMG_1.sync-conflict-20261120-144020-E74PNSZ.jpg"
MTIME = 1_700_000_000_123_456_789
FOLDERS = frozenset({CAMERA, TABLET})


def tombstone(
    path: str = PATH,
    folder: str = CAMERA,
    *,
    confirmed: bool = True,
    departure: Departure = Departure.ABSENT,
    unbinned: bool = False,
) -> GonePath:
    return GonePath(folder, path, MTIME, departure, confirmed, unbinned)


def here(path: str = PATH, folder: str = CAMERA, *, mtime_ns: int = MTIME) -> FileRow:
    row = file(path, folder)
    return replace(row, signature=replace(row.signature, mtime_ns=mtime_ns))


def removed(
    *tombstones: GonePath, present: tuple[FileRow, ...] = (), state: AssetState = AssetState.GONE
) -> ContentView:
    return ContentView(
        checksum=PHOTO,
        base=Base.REMOVED,
        base_asset_id=ASSET,
        size=1000,
        asset=asset(state),
        present=present,
        gone=tombstones,
        holders=frozenset({CAMERA}),
        decision=None,
        held=None,
        attempts=0,
    )


LATER = MTIME + 3_600_000_000_000


@pytest.mark.parametrize(
    ("row", "grave", "late"),
    [
        (here(), tombstone(), True),
        (here(mtime_ns=MTIME + MTIME_TOLERANCE_NS), tombstone(), True),
        (here(CONFLICT), tombstone(), True),
        (here(), tombstone(CONFLICT), True),
        (here("DCIM/IMG_1.sync-conflict-20261120-144020-E74PNSZ"), tombstone("DCIM/IMG_1"), True),
        (here(folder=TABLET), tombstone(), True),
        (here(mtime_ns=LATER), tombstone(), False),
        (here("DCIM/again.jpg"), tombstone(), False),
        (here("Other/IMG_1.jpg"), tombstone(), False),
        (here(CONFLICT, mtime_ns=LATER), tombstone(), False),
        (here("DCIM/IMG_1.sync-conflict-yesterday.jpg"), tombstone(), False),
        (here(mtime_ns=LATER), tombstone(confirmed=False), True),
        (here("DCIM/again.jpg"), tombstone(confirmed=False), True),
        (here("DCIM/again.jpg", TABLET), tombstone(confirmed=False), False),
        (here(), tombstone(departure=Departure.BINNED), True),
        (here(), tombstone(departure=Departure.BINNED, unbinned=True), False),
        (here(), tombstone(departure=Departure.BINNED, unbinned=True, confirmed=False), False),
        (here("DCIM/again.jpg"), tombstone(unbinned=True, confirmed=False), True),
    ],
)
def test_a_file_that_is_here_again(row: FileRow, grave: GonePath, *, late: bool) -> None:
    assert spoke_late(removed(grave, present=(row,))) is late


def test_one_file_by_its_owners_wish_is_enough() -> None:
    wish = here("DCIM/again.jpg")
    assert not spoke_late(removed(tombstone(), present=(here(), wish)))
    assert spoke_late(removed(tombstone(), present=(here(), replace(wish, status=FileStatus.UNSURE))))


@pytest.mark.parametrize("base", Base)
def test_only_what_was_removed_or_freed_can_come_back_late(base: Base) -> None:
    one = replace(removed(tombstone(), present=(here(),)), base=base)
    assert spoke_late(one) == (base in {Base.REMOVED, Base.RELEASED})


@pytest.mark.parametrize(
    "without_tombstone",
    [{"base": Base.RELEASED}, {"base": Base.REMOVED, "suspect": True}],
    ids=["let go", "removed, nobody knows from where"],
)
@pytest.mark.parametrize(
    "row",
    [here(), here(mtime_ns=LATER), here("Other/again.jpg", mtime_ns=LATER), here(folder=TABLET)],
    ids=["as it was", "touched", "renamed", "elsewhere"],
)
@pytest.mark.parametrize("state", [AssetState.TRASHED, AssetState.GONE])
def test_where_no_tombstone_is_left_nobody_can_tell_and_it_is_asked(
    without_tombstone: dict[str, Any], row: FileRow, state: AssetState
) -> None:
    """A folder that keeps assets let it go, or it was hidden when it went: nothing tells where it was, and when."""
    one = replace(removed(present=(row,), state=state), **without_tombstone)
    assert decide(facts_of(one, WORLD)) == Ask(PHOTO, HoldKind.CAME_BACK, (row.folder_id,))


def test_a_file_that_was_there_again_when_its_asset_was_trashed_was_added_again() -> None:
    """Its tombstones were dropped when it came; it is not suspect."""
    assert not spoke_late(removed(present=(here(),)))


@pytest.mark.parametrize("base", [Base.REMOVED, Base.RELEASED])
def test_what_left_no_tombstone_and_is_in_immich_is_simply_linked(base: Base) -> None:
    one = replace(removed(present=(here(),), state=AssetState.ACTIVE), base=base)
    assert decide(facts_of(one, WORLD)) == Record(PHOTO, Base.LINKED, ASSET)


def test_what_nobody_sees_is_no_echo() -> None:
    assert not spoke_late(removed())
    assert not spoke_late(removed(tombstone()))
    assert not spoke_late(removed(tombstone(), present=(replace(here(), status=FileStatus.UNSETTLED),)))


def test_a_wish_is_carried_out_and_an_echo_is_asked_about() -> None:
    wish = removed(tombstone(), present=(here(mtime_ns=LATER),), state=AssetState.TRASHED)
    assert isinstance(decide(facts_of(wish, WORLD)), RestoreAsset)
    echo = replace(wish, present=(here(),))
    assert decide(facts_of(echo, WORLD)) == Ask(PHOTO, HoldKind.CAME_BACK, (CAMERA,))


WORLD = World(dict.fromkeys(FOLDERS, POLICIES[Preset.MIRROR]), FOLDERS, FOLDERS, complete=True)

paths = st.sampled_from([PATH, CONFLICT, "DCIM/again.jpg", "IMG_1.jpg"])
mtimes = st.sampled_from([MTIME, MTIME + 1, LATER, -1])
folders = st.sampled_from(sorted(FOLDERS))
unheard = st.builds(
    GonePath,
    st.just(CAMERA),
    paths,
    mtimes,
    st.sampled_from([Departure.ABSENT, Departure.BINNED]),
    st.just(value=False),
)
anything = st.builds(GonePath, folders, paths, mtimes, st.sampled_from(Departure), st.booleans())
statuses = st.sampled_from(FileStatus)


@given(
    late=st.lists(st.builds(here, paths, st.just(CAMERA), mtime_ns=mtimes), min_size=1, max_size=3),
    unclear=st.lists(st.tuples(st.builds(here, paths, folders, mtime_ns=mtimes), statuses), max_size=2),
    graves=st.lists(anything, max_size=3),
    open_grave=unheard,
    state=st.sampled_from(AssetState),
    presets=st.tuples(st.sampled_from(Preset), st.sampled_from(Preset)),
    deletable=st.sets(folders),
    complete=st.booleans(),
)
def test_an_echo_is_never_restored_or_deleted_by_itself(
    late: list[FileRow],
    unclear: list[tuple[FileRow, FileStatus]],
    graves: list[GonePath],
    open_grave: GonePath,
    state: AssetState,
    presets: tuple[Preset, Preset],
    deletable: set[str],
    *,
    complete: bool,
) -> None:
    """Whatever lies beside it: while a device had not confirmed, a file back in its folder is at most asked about."""
    doubtful = [replace(row, status=status) for row, status in unclear if status is not FileStatus.SETTLED]
    view = removed(*graves, open_grave, present=(*late, *doubtful), state=state)
    policies = {one: POLICIES[preset] for one, preset in zip(sorted(FOLDERS), presets, strict=True)}
    world = World(policies, frozenset(deletable), FOLDERS, complete)
    outcome = decide(facts_of(view, world))
    if state in {AssetState.TRASHED, AssetState.GONE}:
        assert isinstance(outcome, Ask)
        assert outcome.kind is HoldKind.CAME_BACK
    elif state is AssetState.ACTIVE:
        assert not isinstance(outcome, Ask)
    else:
        assert outcome in (WAIT, SETTLED)


@given(
    rows=st.lists(st.builds(here, paths, folders, mtime_ns=mtimes), min_size=1, max_size=3),
    graves=st.lists(anything, min_size=1, max_size=4),
)
def test_confirmation_only_ever_makes_a_wish_of_an_echo(rows: list[FileRow], graves: list[GonePath]) -> None:
    before = spoke_late(removed(*graves, present=tuple(rows)))
    after = spoke_late(removed(*(replace(one, confirmed=True) for one in graves), present=tuple(rows)))
    assert before or not after
