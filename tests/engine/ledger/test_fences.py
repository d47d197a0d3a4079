"""What the ledger says of the folders' marks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.fence import Known
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import Departure

from .stories import CAT, PHONE, TABLET, linked, row


@pytest.fixture
def ledger(place: Path) -> Iterator[Ledger]:
    one = Ledger.open(place)
    one.add_folder(PHONE, "/media/phone", 0.0)
    one.add_folder(TABLET, "/media/tablet", 0.0)
    yield one
    one.close()


def test_nothing_is_known_of_a_new_folder(ledger: Ledger) -> None:
    assert ledger.fence(PHONE) == Known(0, None, blank=True)
    with pytest.raises(LedgerError):
        ledger.fence("stranger")


def test_a_bump_is_noted_before_and_after(ledger: Ledger) -> None:
    assert ledger.begin_bumps([PHONE, TABLET]) == {PHONE: 1, TABLET: 1}
    assert ledger.fence(PHONE) == Known(1, 0, blank=True)
    ledger.end_bump(PHONE, 1)
    assert ledger.fence(PHONE) == Known(1, None, blank=True)
    assert ledger.begin_bumps([PHONE, TABLET]) == {PHONE: 2, TABLET: 1}
    assert (ledger.fence(PHONE), ledger.fence(TABLET)) == (Known(2, 1), Known(1, 0))


def test_the_end_of_another_bump_is_not_its_end(ledger: Ledger) -> None:
    ledger.begin_bumps([PHONE])
    ledger.end_bump(PHONE, 7)
    assert ledger.fence(PHONE).bump_from == 0


@pytest.mark.parametrize(("found", "beyond"), [(9, 10), (1, 3), (-1, 3), (0, 3)])
def test_beyond_the_mark_and_the_ledger(ledger: Ledger, found: int, beyond: int) -> None:
    ledger.begin_bumps([PHONE])
    ledger.end_bump(PHONE, 1)
    ledger.begin_bumps([PHONE])
    ledger.overtake_fences({PHONE: found})
    assert ledger.fence(PHONE) == Known(beyond, found)


def test_a_batch_is_under_way_until_it_ended(ledger: Ledger) -> None:
    for folders in ([PHONE], [PHONE, TABLET]):
        ledger.begin_bumps(folders, batch=True)
        ledger.begin_bumps([PHONE])
        assert ledger.broken_off() == tuple(folders)
    ledger.begin_bumps([PHONE], batch=False)
    assert ledger.broken_off() == ()


def test_a_folder_that_holds_or_held_a_file_is_not_blank(ledger: Ledger) -> None:
    ledger.apply_observation(TABLET, [row("new.jpg", folder=TABLET)], [], 1.0)
    assert not ledger.fence(TABLET).blank
    linked(ledger, "cat.jpg", CAT)
    ledger.apply_observation(PHONE, [], [("cat.jpg", Departure.ABSENT)], 2.0)
    assert not ledger.fence(PHONE).blank


def test_what_is_forgotten_begins_anew(ledger: Ledger) -> None:
    linked(ledger, "cat.jpg", CAT)
    ledger.begin_bumps([PHONE])
    ledger.forget_folder(PHONE)
    ledger.add_folder(PHONE, "/media/phone", 0.0)
    assert ledger.fence(PHONE) == Known(0, None, blank=True)
