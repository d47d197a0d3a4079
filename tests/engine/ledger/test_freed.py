"""Marks of folders that freed a content: they last until it is there again, or its owner deleted it in Immich."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState, Base, Departure

from .earlier import turn_back
from .stories import CAT, DOG, OWL, PHONE, TABLET, content, dirty, entry, linked, photo, settle


def in_both(ledger: Ledger) -> None:
    linked(ledger, "cat.jpg", CAT)
    photo(ledger, "copy.jpg", CAT, folder=TABLET)
    settle(ledger, [CAT])


def phone_frees(ledger: Ledger) -> None:
    ledger.let_go(CAT, [PHONE])
    ledger.apply_observation(PHONE, [], [("cat.jpg", Departure.ABSENT)], 2.0)
    settle(ledger, [CAT])


def test_a_mark_lasts_whatever_becomes_of_the_content_elsewhere(ledger: Ledger) -> None:
    in_both(ledger)
    phone_frees(ledger)
    assert content(ledger, CAT).freed == {PHONE}
    ledger.apply_observation(TABLET, [], [("copy.jpg", Departure.ABSENT)], 3.0)
    ledger.record(CAT, Base.RELEASED, None, 3.0)
    photo(ledger, "again.jpg", CAT, folder=TABLET)
    ledger.record(CAT, Base.LINKED, "asset", 4.0)
    ledger.forget_folder(TABLET)
    assert content(ledger, CAT).freed == {PHONE}


def test_what_is_marked_is_looked_at_again_and_is_unmarked_where_it_stayed(ledger: Ledger) -> None:
    in_both(ledger)
    ledger.let_go(CAT, [PHONE, TABLET])
    assert dirty(ledger) == [CAT]
    settle(ledger, [CAT])
    assert content(ledger, CAT).freed == set()


def test_what_is_linked_again_was_not_freed_where_it_is(ledger: Ledger) -> None:
    in_both(ledger)
    ledger.let_go(CAT, [PHONE])
    ledger.record(CAT, Base.RELEASED, "asset", 2.0)
    ledger.record(CAT, Base.LINKED, "asset", 3.0)
    assert content(ledger, CAT).freed == set()


def test_a_mark_ends_when_a_file_is_there_again(ledger: Ledger) -> None:
    in_both(ledger)
    phone_frees(ledger)
    photo(ledger, "again.jpg", CAT)
    assert content(ledger, CAT).freed == set()


@pytest.mark.parametrize(("state", "marked"), [(AssetState.TRASHED, False), (AssetState.GONE, True)])
def test_a_mark_ends_with_a_deletion_that_was_seen(ledger: Ledger, state: AssetState, marked: bool) -> None:
    in_both(ledger)
    phone_frees(ledger)
    ledger.set_assets([(CAT, AssetFact(state))], 3.0)
    ledger.record(CAT, Base.REMOVED, None, 3.0)
    assert bool(content(ledger, CAT).freed) is marked


def test_the_marks_of_a_folder_are_forgotten_when_it_has_no_say_any_more(ledger: Ledger) -> None:
    in_both(ledger)
    ledger.let_go(CAT, [PHONE, TABLET])
    ledger.forget_folder(PHONE)
    assert content(ledger, CAT).freed == {PHONE, TABLET}
    ledger.forget_freed(PHONE)
    assert content(ledger, CAT).freed == {TABLET}


NEWER = 10_000_000_000


@pytest.mark.parametrize("mtime", [1, NEWER])
def test_what_an_earlier_ledger_knew_may_be_whatever_is_found(ledger: Ledger, mtime: int) -> None:
    ledger.overtake_fences({PHONE: 7}, [PHONE])
    photo(ledger, "copy.jpg", CAT, folder=TABLET, mtime=mtime)
    photo(ledger, "dog.jpg", DOG, mtime=mtime)
    for one in (CAT, DOG):
        ledger.record(one, Base.LINKED, "asset", 6.0, found=True)
    assert content(ledger, CAT).freed == {PHONE}
    assert content(ledger, DOG).freed == set()


@pytest.mark.parametrize("mtime", [1, NEWER])
@pytest.mark.parametrize("sent", [True, False])
def test_what_an_earlier_ledger_knew_may_be_what_was_found_before_that_was_known(
    ledger: Ledger, mtime: int, *, sent: bool
) -> None:
    """The folder's mark, read later than the other folder's files, says that it freed something."""
    ledger.forget_folder(PHONE)
    ledger.add_folder(PHONE, "/media/phone", 5.0)
    photo(ledger, "copy.jpg", CAT, folder=TABLET, mtime=mtime)
    photo(ledger, "dog.jpg", DOG, mtime=mtime)
    for one in (CAT, DOG):
        told = replace(entry("upload" if sent else "link"), checksum=one)
        ledger.record(one, Base.LINKED, "asset", 6.0, found=not sent, action=told)
    ledger.overtake_fences({PHONE: 7}, [PHONE])
    assert content(ledger, CAT).freed == (set() if sent else {PHONE})
    assert content(ledger, DOG).freed == set()
    assert ledger.fence(PHONE).freed
    assert not ledger.fence(TABLET).freed


def test_what_was_sent_is_new_to_every_folder(ledger: Ledger) -> None:
    ledger.overtake_fences({PHONE: 7}, [PHONE], since=5.0)
    photo(ledger, "copy.jpg", CAT, folder=TABLET)
    ledger.record(CAT, Base.LINKED, "asset", 6.0)
    assert content(ledger, CAT).freed == set()


def test_what_was_agreed_about_in_an_old_ledger_may_have_been_freed_since(ledger: Ledger) -> None:
    in_both(ledger)
    linked(ledger, "dog.jpg", DOG, folder=TABLET)
    linked(ledger, "owl.jpg", OWL)
    ledger.apply_observation(PHONE, [], [("cat.jpg", Departure.ABSENT)], 2.0)
    settle(ledger, [CAT])
    ledger.overtake_fences({PHONE: 7}, [PHONE], since=5.0)
    assert [content(ledger, one).freed for one in (CAT, DOG, OWL)] == [{PHONE}, {PHONE}, set()]


def test_what_is_new_to_an_old_ledger_was_not_freed_yet(ledger: Ledger) -> None:
    photo(ledger, "copy.jpg", CAT, folder=TABLET)
    ledger.overtake_fences({PHONE: 7}, [PHONE], since=5.0)
    assert content(ledger, CAT).freed == set()


@pytest.mark.parametrize("again", [True, False])
def test_what_was_removed_in_an_old_ledger_and_is_there_again_may_have_been_freed_since(
    ledger: Ledger, again: bool
) -> None:
    linked(ledger, "copy.jpg", CAT, folder=TABLET)
    ledger.apply_observation(TABLET, [], [("copy.jpg", Departure.ABSENT)], 2.0)
    ledger.record(CAT, Base.REMOVED, None, 2.0)
    if again:
        photo(ledger, "copy.jpg", CAT, folder=TABLET)
    ledger.overtake_fences({PHONE: 7}, [PHONE], since=5.0)
    assert bool(content(ledger, CAT).freed) is again


def test_a_ledger_is_not_too_old_for_a_folder_whose_mark_is_as_it_says(ledger: Ledger) -> None:
    linked(ledger, "copy.jpg", CAT, folder=TABLET)
    (generation,) = ledger.begin_bumps([PHONE]).values()
    ledger.overtake_fences({PHONE: generation, TABLET: 7}, [PHONE], since=5.0)
    assert content(ledger, CAT).freed == set()


def test_that_a_folder_freed_what_the_ledger_does_not_know_outlives_its_move(ledger: Ledger) -> None:
    ledger.overtake_fences({PHONE: 7}, [PHONE])
    ledger.begin_anew(PHONE, "/media/elsewhere", 5.0)
    assert ledger.root(PHONE) == "/media/elsewhere"
    assert ledger.fence(PHONE).freed
    ledger.begin_anew(TABLET, "/media/elsewhere too", 5.0)
    assert not ledger.fence(TABLET).freed


def test_a_folder_with_marks_has_freed_something(ledger: Ledger) -> None:
    in_both(ledger)
    assert not ledger.fence(PHONE).freed
    phone_frees(ledger)
    assert ledger.fence(PHONE).freed


def test_nothing_is_noted_of_what_nobody_knows(ledger: Ledger) -> None:
    ledger.let_go(CAT, [PHONE])
    assert ledger.content(CAT) is None


def test_what_earlier_versions_freed_is_known_from_the_history(ledger: Ledger, place: Path) -> None:
    in_both(ledger)
    linked(ledger, "dog.jpg", DOG)
    linked(ledger, "owl.jpg", OWL)
    phone_frees(ledger)
    for checksum in (CAT, DOG, OWL):
        ledger.add_history(replace(entry("free", "cat.jpg"), checksum=checksum), 2.0)
    ledger.set_assets([(OWL, AssetFact(AssetState.TRASHED, "asset-owl"))], 3.0)
    ledger.apply_observation(PHONE, [], [("owl.jpg", Departure.ABSENT)], 3.0)
    ledger.record(OWL, Base.REMOVED, None, 3.0)
    ledger.close()
    turn_back(place, 7)
    with closing(sqlite3.connect(place)) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'freed'").fetchall()
    migrated = Ledger.open(place)
    assert {one: content(migrated, one).freed for one in (CAT, DOG, OWL)} == {CAT: {PHONE}, DOG: set(), OWL: set()}
    migrated.close()
