"""Numbers for the face and the guard."""

import math

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import FolderCounts
from custom_components.immich_syncthing.engine.model import (
    Base,
    Departure,
    FileStatus,
    HoldKind,
)

from .stories import CAT, DOG, OWL, PHONE, TABLET, linked, look, photo, row, sha


def test_an_empty_folder(ledger: Ledger) -> None:
    assert ledger.counts(PHONE) == ledger.counts("nobody") == FolderCounts()
    assert (ledger.linked_assets(), ledger.linked_files(PHONE), ledger.unresolved()) == (0, 0, 0)


def test_a_folder_in_the_middle_of_everything(ledger: Ledger) -> None:
    linked(ledger, "linked.jpg", CAT, size=100)
    linked(ledger, "copy.jpg", CAT, size=100)
    photo(ledger, "new.jpg", DOG, size=20)
    photo(ledger, "kept.jpg", OWL, size=3)
    ledger.record(OWL, Base.KEPT, None, 1.0)
    for name in ("retried", "failed", "held"):
        photo(ledger, f"{name}.jpg", sha(name), size=1000)
    ledger.fail(sha("retried"), 1.0, 9.0, "server_error", False)
    ledger.fail(sha("failed"), 1.0, math.inf, "too_large", True)
    ledger.ask([(HoldKind.TRASHED_BEFORE_FIRST_SYNC, (PHONE,), sha("held"))], 1.0)
    linked(ledger, "freed.jpg", sha("freed"), size=5000)
    ledger.apply_observation(PHONE, [], [("freed.jpg", Departure.ABSENT)], 1.0)
    ledger.record(sha("freed"), Base.RELEASED, "asset", 1.0)
    waiting = look(size=40000)
    ledger.apply_observation(
        PHONE,
        [
            row("writing.jpg", FileStatus.UNSETTLED, signature=waiting),
            row("copied.jpg", FileStatus.UNHASHED, signature=waiting),
            row("empty.jpg", FileStatus.UNUSABLE, signature=look(size=0)),
        ],
        [],
        1.0,
    )
    assert ledger.counts(PHONE) == FolderCounts(
        files=10,
        bytes=100 + 100 + 20 + 3 + 3 * 1000 + 2 * 40000,
        linked=2,
        released=1,
        kept=1,
        to_upload=2,
        failed=2,
        held=1,
        unresolved=2,
    )
    assert (ledger.bytes_in(PHONE), ledger.bytes_in(TABLET)) == (ledger.counts(PHONE).bytes, 0)
    assert ledger.counts(TABLET) == FolderCounts()
    assert (ledger.linked_files(PHONE), ledger.linked_assets(), ledger.unresolved()) == (2, 1, 2)


def test_numbers_follow_what_becomes_of_a_file(ledger: Ledger) -> None:
    photo(ledger, "a.jpg", CAT)
    assert ledger.counts(PHONE) == FolderCounts(files=1, bytes=10, to_upload=1)
    ledger.fail(CAT, 1.0, math.inf, "too_large", True)
    assert ledger.counts(PHONE) == FolderCounts(files=1, bytes=10, failed=1)
    ledger.fail(CAT, 1.0, 2.0, "server_error", False)
    assert ledger.counts(PHONE) == FolderCounts(files=1, bytes=10, failed=1, to_upload=1)
    ledger.record(CAT, Base.LINKED, "asset", 1.0)
    assert ledger.counts(PHONE) == FolderCounts(files=1, bytes=10, linked=1)
    ledger.apply_observation(PHONE, [row("a.jpg", FileStatus.UNHASHED, CAT, signature=look(2, size=30))], [], 1.0)
    assert ledger.counts(PHONE) == FolderCounts(files=1, bytes=30, unresolved=1)
    ledger.apply_observation(PHONE, [], [("a.jpg", Departure.ABSENT)], 1.0)
    assert ledger.counts(PHONE) == FolderCounts()
    assert ledger.linked_assets() == 1
    ledger.forget_folder(PHONE)
    assert ledger.linked_assets() == 0


def test_content_counts_as_released_in_every_folder_that_held_it(ledger: Ledger) -> None:
    linked(ledger, "a.jpg", CAT)
    linked(ledger, "a.jpg", CAT, folder=TABLET)
    for folder in (PHONE, TABLET):
        ledger.apply_observation(folder, [], [("a.jpg", Departure.ABSENT)], 1.0)
    ledger.record(CAT, Base.RELEASED, "asset", 1.0)
    assert (ledger.counts(PHONE).released, ledger.counts(TABLET).released) == (1, 1)
    ledger.forget_folder(PHONE)
    assert (ledger.counts(PHONE).released, ledger.counts(TABLET).released) == (0, 1)
