"""How many deletions were applied lately."""

from pathlib import Path

from custom_components.immich_syncthing.engine.ledger import Ledger

from .stories import CAT, DOG, OWL, PHONE, TABLET

HOUR = 3600.0
NOON = 1_000_000.0


def test_a_deletion_counts_in_each_folder_and_once_for_the_account(ledger: Ledger) -> None:
    ledger.count_applied("asset", (PHONE, TABLET, PHONE), CAT, False, NOON)
    ledger.count_applied("asset", (PHONE,), DOG, False, NOON + 1)
    now = NOON + 2
    assert ledger.applied_since("asset", None, now, HOUR) == 2
    assert ledger.applied_since("asset", PHONE, now, HOUR) == 2
    assert ledger.applied_since("asset", TABLET, now, HOUR) == 1
    assert ledger.applied_since("file", None, now, HOUR) == 0


def test_what_the_owner_approved_does_not_count(ledger: Ledger) -> None:
    ledger.count_applied("file", (PHONE,), CAT, True, NOON)
    assert ledger.applied_since("file", None, NOON, HOUR) == ledger.applied_since("file", PHONE, NOON, HOUR) == 0


def test_the_window_moves_on(ledger: Ledger) -> None:
    ledger.count_applied("file", (PHONE,), CAT, False, NOON)
    assert ledger.applied_since("file", None, NOON + HOUR - 1, HOUR) == 1
    assert ledger.applied_since("file", None, NOON + HOUR, HOUR) == 0


def test_a_clock_that_is_set_back_neither_empties_nor_hides_the_window(ledger: Ledger, place: Path) -> None:
    ledger.count_applied("file", (PHONE,), CAT, False, NOON)
    ledger.count_applied("file", (PHONE,), DOG, False, NOON - 30 * 24 * HOUR)
    ledger.close()
    again = Ledger.open(place)
    again.count_applied("file", (PHONE,), OWL, False, 0.0)
    assert again.applied_since("file", None, 0.0, HOUR) == 3
    assert again.applied_since("file", None, NOON + 1, HOUR) == 3
    again.close()


def test_a_folder_that_is_forgotten_still_counts_for_the_account(ledger: Ledger) -> None:
    ledger.count_applied("file", (PHONE,), CAT, False, NOON)
    ledger.forget_folder(PHONE)
    assert ledger.applied_since("file", None, NOON, HOUR) == 1


def test_what_no_window_reaches_is_forgotten(ledger: Ledger) -> None:
    ledger.count_applied("file", (PHONE,), CAT, False, NOON)
    ledger.count_applied("file", (PHONE,), DOG, False, NOON + 9 * 24 * HOUR)
    assert ledger.applied_since("file", None, NOON + 9 * 24 * HOUR, 1e9) == 1
