"""The whole ledger rewritten, in one transaction."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import (
    Answer,
    AssetFact,
    AssetState,
    Base,
    Departure,
    FileStatus,
    HoldKind,
)

from .stories import CAT, DOG, OWL, PHONE, content, dirty, linked, look, photo, row, settle

GONE = AssetFact(AssetState.GONE)


@pytest.fixture
def ledger(place: Path) -> Iterator[Ledger]:
    one = Ledger.open(place)
    one.add_folder(PHONE, "/media/phone", 0.0)
    yield one
    one.close()


def test_each_row_by_its_files_and_its_asset(ledger: Ledger) -> None:
    linked(ledger, "cat.jpg", CAT)
    linked(ledger, "dog.jpg", DOG)
    linked(ledger, "owl.jpg", OWL)
    ledger.set_assets([(CAT, GONE)], 2.0)
    ledger.apply_observation(PHONE, [], [("dog.jpg", Departure.ABSENT)], 2.0)
    ledger.apply_observation(PHONE, [row("owl.jpg", FileStatus.UNUSABLE, OWL, signature=look())], [], 2.0)
    assert ledger.rewrite(3.0) == {Base.NEW: 1, Base.RELEASED: 2}
    views = [content(ledger, one) for one in (CAT, DOG, OWL)]
    assert [(view.base, view.suspect, view.base_asset_id) for view in views] == [
        (Base.NEW, True, None),
        (Base.RELEASED, False, None),
        (Base.RELEASED, False, None),
    ]
    assert dirty(ledger) == [CAT, DOG, OWL]


def test_a_tombstone_that_is_here_again_is_suspect_and_stays_one(ledger: Ledger) -> None:
    linked(ledger, "cat.jpg", CAT)
    ledger.apply_observation(PHONE, [], [("cat.jpg", Departure.ABSENT)], 2.0)
    ledger.set_assets([(CAT, AssetFact(AssetState.TRASHED, "asset"))], 2.0)
    ledger.record(CAT, Base.REMOVED, "asset", 2.0)
    settle(ledger, [CAT])
    photo(ledger, "cat.jpg", CAT, mtime=5)
    assert ledger.rewrite(3.0) == {Base.REMOVED: 1}
    view = content(ledger, CAT)
    assert (view.base, view.suspect, view.base_asset_id) == (Base.REMOVED, True, "asset")


@pytest.mark.parametrize("still", [GONE, AssetFact(AssetState.TRASHED, "still"), AssetFact(AssetState.ACTIVE, "still")])
@pytest.mark.parametrize("present", [True, False])
def test_a_video_does_not_follow_a_photo_that_is_removed(ledger: Ledger, still: AssetFact, present: bool) -> None:
    linked(ledger, "IMG.HEIC", CAT)
    video_id = linked(ledger, "IMG.MOV", DOG)
    ledger.set_motions([(CAT, video_id)], 2.0)
    ledger.set_assets([(CAT, still)], 2.0)
    if not present:
        ledger.apply_observation(PHONE, [], [("IMG.HEIC", Departure.ABSENT)], 2.0)
    before = content(ledger, DOG).base
    ledger.rewrite(3.0)
    view = content(ledger, CAT)
    assert before is Base.LINKED
    assert (content(ledger, DOG).base is Base.KEPT) is (view.base is Base.REMOVED)
    assert (view.base is Base.REMOVED) is (not present and still.state is not AssetState.ACTIVE)
    assert view.motion_asset_id == (None if still == GONE else video_id)


def test_answers_and_waiting_times_from_before_are_void(ledger: Ledger) -> None:
    for name, checksum in (("cat.jpg", CAT), ("dog.jpg", DOG), ("owl.jpg", OWL)):
        photo(ledger, name, checksum)
    ledger.ask([(HoldKind.VANISHED, (PHONE,), CAT)], 1.0)
    [hold] = ledger.holds()
    ledger.answer(hold.id, hold.revision, Answer.APPROVE, 1.0)
    ledger.ask([(HoldKind.VANISHED, (PHONE,), DOG)], 1.0)
    ledger.fail(OWL, 1.0, 5000.0, "server_error", False)
    assert ledger.rewrite(3.0) == {}
    assert content(ledger, CAT).decision is None
    assert content(ledger, DOG).held is HoldKind.VANISHED
    assert OWL in dirty(ledger, 3.0)


def test_a_question_about_what_is_rewritten_is_asked_anew(ledger: Ledger) -> None:
    linked(ledger, "cat.jpg", CAT)
    ledger.set_assets([(CAT, GONE)], 2.0)
    ledger.ask([(HoldKind.VANISHED, (PHONE,), CAT)], 2.0)
    ledger.rewrite(3.0)
    assert ledger.holds() == []


def test_more_rows_than_a_page(ledger: Ledger) -> None:
    many = [number.to_bytes(20) for number in range(1, 2_502)]
    rows = [row(f"{number}.jpg", FileStatus.SETTLED, one) for number, one in enumerate(many)]
    ledger.apply_observation(PHONE, rows, [], 1.0)
    with ledger.together():
        for one in many:
            ledger.record(one, Base.LINKED, "asset", 1.0)
    ledger.set_assets([(one, GONE) for one in many], 1.0)
    assert ledger.rewrite(2.0) == {Base.NEW: 2_501}
    assert ledger.linked_assets() == 0


def test_what_was_linked_last(ledger: Ledger) -> None:
    assert not ledger.newest_vanished()
    for at, name, checksum in ((1.0, "cat.jpg", CAT), (2.0, "dog.jpg", DOG), (2.0, "owl.jpg", OWL)):
        photo(ledger, name, checksum)
        ledger.record(checksum, Base.LINKED, name, at)
    assert not ledger.newest_vanished()
    ledger.set_assets([(CAT, GONE), (DOG, GONE)], 3.0)
    assert not ledger.newest_vanished()
    ledger.set_assets([(OWL, GONE)], 3.0)
    assert ledger.newest_vanished()


def test_what_is_asked_about_is_no_sign_when_all_that_came_later_has_gone(ledger: Ledger) -> None:
    for at, name, checksum in ((1.0, "cat.jpg", CAT), (2.0, "dog.jpg", DOG)):
        photo(ledger, name, checksum)
        ledger.record(checksum, Base.LINKED, name, at)
    ledger.set_assets([(CAT, GONE)], 3.0)
    ledger.ask([(HoldKind.VANISHED, (PHONE,), CAT)], 3.0)
    ledger.record(DOG, Base.KEPT, "dog.jpg", 4.0)
    assert not ledger.newest_vanished()


@pytest.mark.parametrize(
    "fact",
    [
        AssetFact(AssetState.GONE, "asset", trash_seen=True),
        AssetFact(AssetState.GONE, "asset", was_untouchable=True),
        AssetFact(AssetState.TRASHED, "asset"),
        AssetFact(AssetState.UNKNOWN),
    ],
)
def test_what_went_in_sight_or_is_not_known_has_not_vanished(ledger: Ledger, fact: AssetFact) -> None:
    linked(ledger, "cat.jpg", CAT)
    ledger.set_assets([(CAT, fact)], 2.0)
    assert not ledger.newest_vanished()
