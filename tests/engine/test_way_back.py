"""How each content comes back, or why not: every base, every state of the asset, the file there or away."""

from dataclasses import replace
from itertools import product

import pytest

from custom_components.immich_syncthing.engine.ledger.views import ContentView, Deletion
from custom_components.immich_syncthing.engine.model import (
    AssetFact,
    AssetState,
    Base,
    Departure,
    FileRow,
    FileStatus,
    GonePath,
    HoldKind,
    Signature,
    Successor,
)
from custom_components.immich_syncthing.engine.patterns import parse_patterns
from custom_components.immich_syncthing.engine.selection import BURST_SECONDS, Selection, newest_burst
from custom_components.immich_syncthing.engine.way_back import Comeback, Obstacle, Way, way_back

CHECKSUM = bytes(20)
GONE = GonePath("camera", "DCIM/a.jpg", 1, Departure.ABSENT)
HERE = FileRow("camera", "DCIM/a.jpg", Signature(1, 1, 1, 1, 1), FileStatus.SETTLED, CHECKSUM)


def content(base: Base, state: AssetState, *, here: bool) -> ContentView:
    return ContentView(
        checksum=CHECKSUM,
        base=base,
        base_asset_id="id" if base is Base.LINKED else None,
        size=1,
        asset=AssetFact(state, "id", trash_seen=state is AssetState.TRASHED),
        present=(HERE,) if here else (),
        gone=() if here else (GONE,),
        holders=frozenset({"camera"}),
        decision=None,
        held=None,
        attempts=0,
    )


def back(kind: HoldKind, comeback: Comeback, *, file: bool = False, removed: bool = False) -> Way:
    return Way(kind, comeback, (GONE,) if file else (), removed)


FILES, ASSETS = HoldKind.MANY_FILES, HoldKind.MANY_ASSETS
LINKED_HERE: dict[AssetState, Way | Obstacle] = {
    AssetState.UNKNOWN: Obstacle.UNDER_WAY,
    AssetState.ACTIVE: Obstacle.ALREADY_THERE,
    AssetState.TRASHED: back(FILES, Comeback.FROM_TRASH),
    AssetState.GONE: back(HoldKind.VANISHED, Comeback.UPLOADED_AGAIN),
    AssetState.UNTOUCHABLE: Obstacle.LOCKED,
    AssetState.DYING: Obstacle.UNDER_WAY,
}
LINKED_AWAY: dict[AssetState, Way | Obstacle] = {
    AssetState.UNKNOWN: Obstacle.UNDER_WAY,
    AssetState.ACTIVE: back(ASSETS, Comeback.THERE, file=True),
    AssetState.TRASHED: back(FILES, Comeback.FROM_TRASH, file=True, removed=True),
    AssetState.GONE: back(FILES, Comeback.UPLOADED_AGAIN, file=True, removed=True),
    AssetState.UNTOUCHABLE: Obstacle.LOCKED,
    AssetState.DYING: Obstacle.UNDER_WAY,
}
OTHERS_HERE: dict[AssetState, Way | Obstacle] = LINKED_HERE | {AssetState.GONE: back(FILES, Comeback.UPLOADED_AGAIN)}
OTHERS_AWAY: dict[AssetState, Way | Obstacle] = {
    AssetState.UNKNOWN: back(FILES, Comeback.NOT_KNOWN, file=True),
    AssetState.ACTIVE: back(FILES, Comeback.THERE, file=True),
    AssetState.TRASHED: back(FILES, Comeback.FROM_TRASH, file=True),
    AssetState.GONE: back(FILES, Comeback.UPLOADED_AGAIN, file=True),
    AssetState.UNTOUCHABLE: Obstacle.LOCKED,
    AssetState.DYING: back(FILES, Comeback.UPLOADED_AGAIN, file=True),
}
NEW_HERE: dict[AssetState, Way | Obstacle] = OTHERS_HERE | {
    AssetState.TRASHED: Obstacle.UNDER_WAY,
    AssetState.GONE: Obstacle.UNDER_WAY,
}


def expected(base: Base, state: AssetState, *, here: bool) -> Way | Obstacle:
    if base is Base.LINKED:
        return (LINKED_HERE if here else LINKED_AWAY)[state]
    if base is Base.NEW and here:
        return NEW_HERE[state]
    return (OTHERS_HERE if here else OTHERS_AWAY)[state]


@pytest.mark.parametrize(("base", "state", "here"), list(product(Base, AssetState, [False, True])))
def test_every_row(base: Base, state: AssetState, *, here: bool) -> None:
    view = content(base, state, here=here)
    found = way_back(view, view.gone, under_way=False)
    assert found == expected(base, state, here=here)
    assert way_back(view, view.gone, under_way=True) is Obstacle.UNDER_WAY


@pytest.mark.parametrize(("base", "state"), list(product(Base, [AssetState.ACTIVE, AssetState.TRASHED])))
def test_without_a_place_no_file_comes_back(base: Base, state: AssetState) -> None:
    assert way_back(content(base, state, here=False), (), under_way=False) is Obstacle.NO_PLACE


def test_what_the_ledger_does_not_know_comes_back_as_something_new() -> None:
    assert way_back(None, [GONE], under_way=False) == back(FILES, Comeback.NOT_KNOWN, file=True)
    assert way_back(None, [], under_way=False) is Obstacle.NO_PLACE


def test_what_was_edited_away_a_moment_ago_comes_back_beside_its_new_version() -> None:
    by = Successor(b"x" * 20, Base.LINKED, AssetFact(AssetState.ACTIVE, "new"), "camera", GONE.path)
    view = replace(content(Base.LINKED, AssetState.ACTIVE, here=False), successor=by)
    assert way_back(view, view.gone, under_way=False) == back(HoldKind.CHANGED_IN_BULK, Comeback.THERE, file=True)


@pytest.mark.parametrize("status", [FileStatus.UNSETTLED, FileStatus.UNHASHED, FileStatus.UNSURE])
def test_a_file_of_which_nobody_knows_is_waited_for(status: FileStatus) -> None:
    view = replace(content(Base.REMOVED, AssetState.TRASHED, here=True), present=(replace(HERE, status=status),))
    assert way_back(view, (), under_way=False) is Obstacle.UNDER_WAY


def test_a_file_that_is_hidden_stays_as_it_is() -> None:
    hidden = (replace(HERE, status=FileStatus.EXCLUDED),)
    view = replace(content(Base.KEPT, AssetState.TRASHED, here=True), present=hidden)
    assert way_back(view, (), under_way=False) is Obstacle.EXCLUDED


def test_an_asset_whose_deletion_was_seen_is_sent_again_without_a_question() -> None:
    view = content(Base.LINKED, AssetState.GONE, here=True)
    view = replace(view, asset=replace(view.asset, trash_seen=True))
    assert way_back(view, (), under_way=False) == back(FILES, Comeback.UPLOADED_AGAIN)


@pytest.mark.parametrize(
    ("lines", "path", "wanted"),
    [
        (["DCIM/"], "DCIM/a.jpg", True),
        (["DCIM/"], "Other/a.jpg", False),
        (["*.jpg"], "DCIM/b/a.jpg", True),
        (["/*.jpg"], "DCIM/a.jpg", False),
        (["*", "!*.mp4"], "DCIM/a.mp4", False),
        ([], "DCIM/a.jpg", True),
    ],
)
def test_patterns_are_those_that_hide_files(lines: list[str], path: str, *, wanted: bool) -> None:
    assert Selection(frozenset({"camera"}), patterns=parse_patterns(lines)).wants_path(path) is wanted


def test_only_its_wanted_paths_count_and_what_was_edited_away_only_by_name() -> None:
    edited = GonePath("camera", "DCIM/b.jpg", 1, Departure.REPLACED)
    elsewhere = GonePath("tablet", "DCIM/a.jpg", 1, Departure.ABSENT)
    everywhere = frozenset({"camera", "tablet"})
    known = [elsewhere, edited, GONE]
    assert Selection(frozenset({"camera"})).places(CHECKSUM, known) == (GONE,)
    assert Selection(everywhere).places(CHECKSUM, known) == (GONE, elsewhere)
    assert Selection(everywhere, paths=frozenset({"DCIM/b.jpg"})).places(CHECKSUM, known) == (edited,)
    assert Selection(everywhere, checksums=frozenset({CHECKSUM})).places(CHECKSUM, known) == (GONE, edited, elsewhere)


def line(number: int, at: float) -> Deletion:
    return Deletion(number, at, CHECKSUM, "camera", "DCIM/a.jpg")


def test_an_operation_ends_where_nothing_was_deleted_for_a_while() -> None:
    page = [line(4, 9_000), line(3, 9_000 - BURST_SECONDS), line(2, 100), line(1, 99)]
    burst, newest, goes_on = newest_burst(page, None)
    assert ([one.id for one in burst], newest, goes_on) == ([4, 3], 9_000 - BURST_SECONDS, False)
    assert newest_burst(page[:2], None) == (page[:2], 9_000 - BURST_SECONDS, True)
    assert newest_burst(page[2:], 9_000) == ([], 9_000, False)
