"""Folders come, move and go."""

import pytest

from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import FolderCounts, IntentKind
from custom_components.immich_syncthing.engine.model import (
    Answer,
    Base,
    Departure,
    HoldKind,
)

from .stories import CAT, DOG, OWL, PHONE, TABLET, content, dirty, linked, photo, row, settle


def test_folders_are_known_once(ledger: Ledger) -> None:
    ledger.add_folder(PHONE, "/media/phone", 0.0)
    assert ledger.folder_ids() == (PHONE, TABLET)


def test_a_folder_that_is_not_known_is_named(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="'elsewhere' is not in the ledger"):
        ledger.apply_observation("elsewhere", [row("a.jpg")], [], 1.0)


def test_adding_a_folder_again_forgets_nothing(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    ledger.add_folder(PHONE, "/media/phone", 0.0)
    assert content(ledger, CAT).base is Base.LINKED
    assert dirty(ledger) == []


def test_a_folder_that_points_elsewhere_starts_anew(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    ledger.set_root_device(PHONE, 66)
    ledger.begin_anew(PHONE, "/media/other", 2.0)
    assert ledger.folder_ids() == (PHONE, TABLET)
    assert ledger.directories(PHONE) == []
    assert ledger.root_device(PHONE) is None
    assert content(ledger, CAT).base is Base.RELEASED


@pytest.mark.parametrize("device", [0, 66, 2**64 - 1])
def test_the_device_of_the_root(ledger: Ledger, device: int) -> None:
    assert ledger.root_device(PHONE) is None
    ledger.set_root_device(PHONE, device)
    assert ledger.root_device(PHONE) == device
    assert ledger.root_device("nobody") is None


def test_linked_content_of_a_forgotten_folder_is_released(ledger: Ledger) -> None:
    asset_id = linked(ledger, "a.jpg", CAT)
    ledger.forget_folder(PHONE)
    view = content(ledger, CAT)
    assert (view.base, view.base_asset_id) == (Base.RELEASED, asset_id)
    assert (view.present, view.gone, view.holders) == ((), (), frozenset())
    assert dirty(ledger) == [CAT]
    assert ledger.folder_ids() == (TABLET,)
    assert ledger.counts(PHONE) == FolderCounts()


def test_content_that_another_folder_holds_stays_linked_and_is_planned_anew(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    photo(ledger, "b.jpg", CAT, folder=TABLET)
    settle(ledger, [CAT])
    ledger.forget_folder(PHONE)
    view = content(ledger, CAT)
    assert (view.base, view.holders, len(view.present)) == (Base.LINKED, frozenset({TABLET}), 1)
    assert dirty(ledger) == [CAT]


def test_content_that_was_deleted_in_the_only_other_folder_is_released_too(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    photo(ledger, "b.jpg", CAT, folder=TABLET)
    ledger.apply_observation(TABLET, [], [("b.jpg", Departure.ABSENT)], 2.0)
    ledger.forget_folder(PHONE)
    view = content(ledger, CAT)
    assert (view.base, view.gone) == (Base.RELEASED, ())


def test_the_other_folders_of_the_account_notice_nothing(ledger: Ledger) -> None:
    linked(ledger, "b.jpg", DOG, folder=TABLET)
    linked(ledger, "a.jpg", CAT)
    before = content(ledger, DOG)
    ledger.forget_folder(PHONE)
    ledger.forget_folder("nobody")
    assert content(ledger, DOG) == before
    assert DOG not in dirty(ledger)


def test_new_content_is_none_of_ours_any_more(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    ledger.forget_folder(PHONE)
    assert ledger.content(CAT) is None


def test_what_was_kept_stays_kept_wherever_it_is_found_again(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    ledger.record(CAT, Base.KEPT, None, 2.0)
    ledger.forget_folder(PHONE)
    assert content(ledger, CAT).base is Base.KEPT
    photo(ledger, "b.jpg", CAT, folder=TABLET)
    assert content(ledger, CAT).base is Base.KEPT


def test_what_is_linked_after_its_folder_was_forgotten_is_released_and_suspect(ledger: Ledger) -> None:
    """An upload may end after that."""
    photo(ledger, "a.jpg", CAT)
    ledger.open_intent(IntentKind.UPLOAD, CAT, PHONE, {}, 1.0)
    ledger.forget_folder(PHONE)
    ledger.record(CAT, Base.LINKED, "asset", 2.0)
    assert (content(ledger, CAT).base, content(ledger, CAT).suspect) == (Base.RELEASED, True)


def test_a_tombstone_without_a_place_stays_suspect(ledger: Ledger) -> None:
    """What Immich's owner trashed while the folder was not looked after is asked about when it is found again."""
    linked(ledger, "a.jpg", CAT)
    ledger.forget_folder(PHONE)
    ledger.record(CAT, Base.REMOVED, "asset", 2.0)
    assert content(ledger, CAT).suspect
    ledger.add_folder(PHONE, "/media/phone", 0.0)
    photo(ledger, "a.jpg", CAT)
    assert content(ledger, CAT).suspect
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 3.0)
    ledger.record(CAT, Base.REMOVED, "asset", 4.0)
    assert not content(ledger, CAT).suspect


def test_tombstones_outlive_the_folder(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 2.0)
    ledger.record(CAT, Base.REMOVED, None, 2.0)
    ledger.forget_folder(PHONE)
    assert content(ledger, CAT).base is Base.REMOVED


def test_what_is_under_way_is_not_forgotten(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    ledger.open_intent(IntentKind.UPLOAD, CAT, PHONE, {"path": "a.jpg"}, 2.0)
    ledger.forget_folder(PHONE)
    assert content(ledger, CAT).base is Base.NEW
    assert [intent.checksum for intent in ledger.open_intents()] == [CAT]


def test_questions_about_a_forgotten_folder_are_taken_back(ledger: Ledger) -> None:
    for path, checksum in (("a.jpg", CAT), ("b.jpg", DOG), ("c.jpg", OWL)):
        linked(ledger, path, checksum)
        linked(ledger, path, checksum, folder=TABLET)
    both, tablet, phone = ((PHONE, TABLET), CAT), ((TABLET,), DOG), ((PHONE,), OWL)
    ledger.ask([(HoldKind.VANISHED, folders, checksum) for folders, checksum in (both, tablet, phone)], 2.0)
    ledger.forget_folder(PHONE)
    assert [(hold.folder_ids, hold.count) for hold in ledger.holds()] == [((TABLET,), 1)]
    assert [one for one in (CAT, DOG, OWL) if content(ledger, one).held] == [DOG]
    assert {CAT, OWL} <= set(dirty(ledger))


def test_a_decision_dies_with_the_folder_it_was_about(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    (hold,) = ledger.ask([(HoldKind.MANY_ASSETS, (PHONE,), CAT)], 2.0)
    ledger.answer(hold.id, hold.revision, Answer.APPROVE, 3.0)
    ledger.forget_folder(PHONE)
    assert content(ledger, CAT).decision is None
