"""Android's bin as the ledger remembers it."""

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.bins import REMEMBERED_SECONDS, TOGETHER_SECONDS
from custom_components.immich_syncthing.engine.model import Base, Departure, GonePath

from .stories import CAT, PHONE, content, dirty, linked, look, photo, row, settle

PATH = "DCIM/cat.jpg"
BINNED = ".trashed-5000-cat.jpg"
MTIME = 2**64
"""One that SQLite keeps as text."""


def removed(ledger: Ledger, departure_first: bool = True) -> None:
    """Let the cat go by way of the bin, and be removed."""
    linked(ledger, PATH, CAT, mtime=MTIME)
    if not departure_first:
        ledger.note_bin(PHONE, "DCIM", {BINNED: MTIME}, 2.0)
    ledger.apply_observation(PHONE, [], [(PATH, Departure.ABSENT)], 2.0)
    if departure_first:
        ledger.note_bin(PHONE, "DCIM", {BINNED: MTIME}, 2.0)
    ledger.record(CAT, Base.REMOVED, None, 3.0)
    settle(ledger, [CAT])


def grave(ledger: Ledger) -> GonePath:
    [gone] = content(ledger, CAT).gone
    return gone


def back(ledger: Ledger, now: float) -> None:
    look_now = look(MTIME)
    ledger.apply_observation(PHONE, [row(PATH, signature=look_now)], [], now)
    assert ledger.set_hash(PHONE, PATH, look_now, CAT, now)


def test_whether_bin_or_departure_is_seen_first_does_not_matter(ledger: Ledger) -> None:
    removed(ledger)
    assert grave(ledger).departure is Departure.BINNED
    back(ledger, 4.0)
    ledger.record(CAT, Base.LINKED, "asset", 4.0)
    ledger.note_bin(PHONE, "DCIM", {}, 4.0)
    removed(ledger, departure_first=False)
    assert grave(ledger).departure is Departure.BINNED


def test_another_photo_of_that_name_in_the_bin_says_nothing(ledger: Ledger) -> None:
    linked(ledger, PATH, CAT, mtime=1)
    ledger.note_bin(PHONE, "DCIM", {BINNED: 2}, 2.0)
    ledger.apply_observation(PHONE, [], [(PATH, Departure.ABSENT)], 2.0)
    ledger.note_bin(PHONE, "DCIM", {BINNED: 2, ".trashed-6000-cat.jpg": 3}, 2.0)
    assert grave(ledger).departure is Departure.ABSENT


def test_the_bin_of_another_directory_says_nothing(ledger: Ledger) -> None:
    linked(ledger, PATH, CAT)
    ledger.note_bin(PHONE, "", {BINNED: 1}, 2.0)
    ledger.apply_observation(PHONE, [], [(PATH, Departure.ABSENT)], 2.0)
    assert grave(ledger).departure is Departure.ABSENT


def test_out_of_the_bin_in_one_look(ledger: Ledger) -> None:
    removed(ledger)
    back(ledger, 10.0)
    assert not grave(ledger).unbinned
    settle(ledger, [CAT])
    ledger.note_bin(PHONE, "DCIM", {}, 10.0)
    assert grave(ledger).unbinned
    assert dirty(ledger) == [CAT]


def test_out_of_the_bin_before_the_bytes_were_read(ledger: Ledger) -> None:
    removed(ledger)
    ledger.note_bin(PHONE, "DCIM", {}, 10.0)
    back(ledger, 10.0 + TOGETHER_SECONDS)
    assert grave(ledger).unbinned


def test_long_apart_is_not_together(ledger: Ledger) -> None:
    removed(ledger)
    ledger.note_bin(PHONE, "DCIM", {}, 10.0)
    back(ledger, 11.0 + TOGETHER_SECONDS)
    assert not grave(ledger).unbinned


def test_what_left_the_bin_after_its_time_was_deleted(ledger: Ledger) -> None:
    removed(ledger)
    back(ledger, 5000.0)
    ledger.note_bin(PHONE, "DCIM", {}, 5000.0)
    assert not grave(ledger).unbinned


def test_what_was_not_looked_for_is_still_there(ledger: Ledger) -> None:
    removed(ledger)
    back(ledger, 10.0)
    ledger.note_bin(PHONE, "DCIM", {}, 10.0, only={"cat.jpg"})
    assert not grave(ledger).unbinned
    ledger.note_bin(PHONE, "DCIM", {}, 10.0, only={"cat.jpg", BINNED})
    assert grave(ledger).unbinned


def test_into_the_bin_again_is_a_new_departure(ledger: Ledger) -> None:
    removed(ledger)
    back(ledger, 10.0)
    ledger.note_bin(PHONE, "DCIM", {}, 10.0)
    ledger.apply_observation(PHONE, [], [(PATH, Departure.ABSENT)], 20.0)
    ledger.note_bin(PHONE, "DCIM", {".trashed-9000-cat.jpg": MTIME}, 20.0)
    assert grave(ledger) == GonePath(PHONE, PATH, MTIME, Departure.BINNED)


def test_what_left_the_bin_is_forgotten_in_time(ledger: Ledger) -> None:
    removed(ledger)
    ledger.note_bin(PHONE, "DCIM", {}, 10.0)
    ledger.note_bin(PHONE, "DCIM", {".trashed-9000-dog.jpg": 1}, 11.0 + REMEMBERED_SECONDS)
    back(ledger, 10.0)
    assert not grave(ledger).unbinned


def test_a_forgotten_folder_has_no_bin(ledger: Ledger) -> None:
    ledger.note_bin(PHONE, "DCIM", {BINNED: 1}, 1.0)
    ledger.forget_folder(PHONE)
    ledger.add_folder(PHONE, "/media/elsewhere", 0.0)
    photo(ledger, PATH, CAT)
    ledger.apply_observation(PHONE, [], [(PATH, Departure.ABSENT)], 2.0)
    assert grave(ledger).departure is Departure.ABSENT
