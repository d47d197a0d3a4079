"""Departures: which of them every device has heard of."""

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import IndexView, IntentKind
from custom_components.immich_syncthing.engine.model import Base, Departure

from .stories import CAT, DOG, PHONE, TABLET, content, linked, photo, sha

INDEX = IndexView(7, 1, frozenset({"PHONE", "SERVER"}))


def removed(ledger: Ledger, path: str = "cat.jpg", checksum: bytes = CAT, folder: str = PHONE) -> None:
    linked(ledger, path, checksum, folder=folder)
    ledger.apply_observation(folder, [], [(path, Departure.ABSENT)], 2.0)
    ledger.record(checksum, Base.REMOVED, None, 3.0)


def confirmed(ledger: Ledger, checksum: bytes = CAT) -> list[bool]:
    return [gone.confirmed for gone in content(ledger, checksum).gone]


def test_what_departed_by_then_is_confirmed(ledger: Ledger) -> None:
    removed(ledger)
    asked = ledger.moment()
    removed(ledger, "dog.jpg", DOG)
    assert ledger.confirm(PHONE, asked) == 1
    assert (confirmed(ledger), confirmed(ledger, DOG)) == ([True], [False])
    assert ledger.unconfirmed(PHONE)
    assert ledger.confirm(PHONE, ledger.moment()) == 1
    assert not ledger.unconfirmed(PHONE)


def test_each_folder_has_devices_of_its_own(ledger: Ledger) -> None:
    removed(ledger)
    removed(ledger, "dog.jpg", DOG, TABLET)
    assert ledger.confirm(TABLET, ledger.moment()) == 1
    assert (ledger.unconfirmed(PHONE), ledger.unconfirmed(TABLET)) == (True, False)
    assert (confirmed(ledger), confirmed(ledger, DOG)) == ([False], [True])


def test_what_is_here_again_keeps_its_departure_as_it_was(ledger: Ledger) -> None:
    removed(ledger)
    photo(ledger, "elsewhere.jpg", CAT)
    assert not ledger.unconfirmed(PHONE)
    assert ledger.confirm(PHONE, ledger.moment()) == 0
    assert confirmed(ledger) == [False]


def test_what_is_being_deleted_is_not_confirmed_yet(ledger: Ledger) -> None:
    removed(ledger)
    intent = ledger.open_intent(IntentKind.DELETE, CAT, PHONE, {}, 3.0)
    assert ledger.confirm(PHONE, ledger.moment()) == 0
    ledger.close_intent(intent)
    assert ledger.confirm(PHONE, ledger.moment()) == 1


def test_a_new_departure_from_the_same_path_has_to_be_confirmed_anew(ledger: Ledger) -> None:
    removed(ledger)
    ledger.confirm(PHONE, ledger.moment())
    photo(ledger, "cat.jpg", CAT)
    ledger.apply_observation(PHONE, [], [("cat.jpg", Departure.ABSENT)], 5.0)
    assert confirmed(ledger) == [False]


def test_doubt_takes_back_what_was_confirmed_in_that_folder(ledger: Ledger) -> None:
    removed(ledger)
    removed(ledger, "dog.jpg", DOG, TABLET)
    for folder in (PHONE, TABLET):
        ledger.confirm(folder, ledger.moment())
    assert ledger.doubt(PHONE) == 1
    assert (confirmed(ledger), confirmed(ledger, DOG)) == ([False], [True])


def test_confirmed_paths_are_free_ones_the_latest_first(ledger: Ledger) -> None:
    removed(ledger, "DCIM/cat.jpg")
    removed(ledger, "dog.jpg", DOG)
    assert ledger.confirmed_paths(PHONE, 5) == []
    ledger.confirm(PHONE, ledger.moment())
    assert ledger.confirmed_paths(PHONE, 5) == ["dog.jpg", "DCIM/cat.jpg"]
    assert ledger.confirmed_paths(PHONE, 1) == ["dog.jpg"]
    photo(ledger, "DCIM/cat.jpg", DOG)
    assert ledger.confirmed_paths(PHONE, 5) == ["dog.jpg"]


def test_confirmed_paths_are_gathered_from_as_many_pages_as_it_takes(ledger: Ledger) -> None:
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        removed(ledger, name, sha(name))
    ledger.confirm(PHONE, ledger.moment())
    photo(ledger, "2.jpg", DOG)
    assert ledger.confirmed_paths(PHONE, 2) == ["3.jpg", "1.jpg"]


def test_the_index_is_remembered_and_a_doubtful_one_doubts_all(ledger: Ledger) -> None:
    removed(ledger)
    ledger.confirm(PHONE, ledger.moment())
    assert ledger.index(PHONE) is None
    assert ledger.index("nobody's") is None
    ledger.note_index(PHONE, INDEX, doubtful=False)
    assert (ledger.index(PHONE), confirmed(ledger)) == (INDEX, [True])
    ledger.note_index(PHONE, IndexView(1, 0, frozenset()), doubtful=True)
    assert (ledger.index(PHONE), confirmed(ledger)) == (IndexView(1, 0, frozenset()), [False])
