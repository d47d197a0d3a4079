"""A path that its owner hides keeps what was last known of it; what leaves it then leaves it unseen."""

from dataclasses import replace

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import FolderCounts
from custom_components.immich_syncthing.engine.model import Base, Departure, FileRow, FileStatus, GonePath

from .stories import CAT, DOG, PHONE, TABLET, content, dirty, linked, look, photo, row


def hide(ledger: Ledger, path: str, folder: str = PHONE) -> FileRow:
    """Let a pattern hide a path, and return its row."""
    before = ledger.file(folder, path)
    assert before is not None
    hidden = replace(before, status=FileStatus.EXCLUDED)
    ledger.apply_observation(folder, [hidden], [], 2.0)
    return hidden


def test_a_hidden_path_keeps_its_content_and_has_it_planned_again(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    hidden = hide(ledger, "a.jpg")
    assert (content(ledger, CAT).present, content(ledger, CAT).gone) == ((hidden,), ())
    assert dirty(ledger) == [CAT]


def test_a_hidden_file_is_in_no_number(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    photo(ledger, "b.jpg", DOG)
    hide(ledger, "a.jpg")
    hide(ledger, "b.jpg")
    assert ledger.counts(PHONE) == FolderCounts()
    assert ledger.linked_files(PHONE) == 0


def test_a_hidden_file_is_not_hashed(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    hidden = hide(ledger, "a.jpg")
    assert not ledger.set_hash(PHONE, "a.jpg", hidden.signature, DOG, 3.0)
    assert ledger.unhashed(PHONE, 10) == []


def test_what_went_while_it_was_hidden_leaves_no_path(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    hide(ledger, "a.jpg")
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 3.0)
    assert (content(ledger, CAT).present, content(ledger, CAT).gone) == ((), ())
    assert dirty(ledger) == [CAT]


def test_what_went_while_it_was_hidden_and_was_removed_is_suspect(ledger: Ledger) -> None:
    """A file of it that comes later has no tombstone to tell who brings it: the owner, or a device that spoke late."""
    linked(ledger, "a.jpg", CAT)
    hide(ledger, "a.jpg")
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 3.0)
    ledger.record(CAT, Base.REMOVED, "asset", 4.0)
    assert content(ledger, CAT).suspect


def test_what_was_changed_while_it_was_hidden_was_not_replaced(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    hide(ledger, "a.jpg")
    shown = row("a.jpg", FileStatus.UNHASHED, CAT, signature=look(9))
    ledger.apply_observation(PHONE, [shown], [], 3.0)
    ledger.set_hash(PHONE, "a.jpg", look(9), DOG, 4.0)
    assert (content(ledger, CAT).present, content(ledger, CAT).gone) == ((), ())
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 5.0)
    assert content(ledger, DOG).gone == (GonePath(PHONE, "a.jpg", 9, Departure.ABSENT),)


def test_what_is_shown_again_and_read_leaves_as_before(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT, mtime=5)
    hide(ledger, "a.jpg")
    ledger.apply_observation(PHONE, [row("a.jpg", FileStatus.SETTLED, CAT, signature=look(5))], [], 3.0)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 4.0)
    assert content(ledger, CAT).gone == (GonePath(PHONE, "a.jpg", 5, Departure.ABSENT),)


def test_nobody_knows_any_more_whether_the_last_file_was_deleted(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    photo(ledger, "b.jpg", CAT, folder=TABLET)
    hide(ledger, "b.jpg", TABLET)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 3.0)
    assert content(ledger, CAT).gone == (GonePath(PHONE, "a.jpg", 1, Departure.ABSENT),)
    ledger.apply_observation(TABLET, [], [("b.jpg", Departure.ABSENT)], 4.0)
    assert content(ledger, CAT).gone == ()


def test_a_tombstone_stays_where_it_was_deleted(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 2.0)
    ledger.record(CAT, Base.REMOVED, None, 2.0)
    photo(ledger, "b.jpg", CAT)
    hide(ledger, "b.jpg")
    ledger.apply_observation(PHONE, [], [("b.jpg", Departure.ABSENT)], 3.0)
    assert content(ledger, CAT).gone == (GonePath(PHONE, "a.jpg", 1, Departure.ABSENT),)
