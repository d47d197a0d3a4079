"""The fence's table: what follows from a folder's mark and from what the ledger says of it."""

import pytest

from custom_components.immich_syncthing.engine.fence import (
    DAMAGED,
    NONE,
    Damaged,
    Found,
    Known,
    Mark,
    Ruling,
    Unreadable,
    foremost,
    generation_of,
    judge,
)

HOME = "home"
BLANK = Known()
USED = Known(blank=False)


def at(generation: int, bump_from: int | None = None, *, blank: bool = False) -> Known:
    return Known(generation, bump_from, blank)


def mark(generation: int, instance: str = HOME) -> Mark:
    return Mark(instance, generation)


@pytest.mark.parametrize(
    ("known", "found", "ruling"),
    [
        (BLANK, None, Ruling.GO),
        (USED, None, Ruling.GO),
        (at(7), mark(7), Ruling.GO),
        # A crash in the midst of a bump: before the mark was written, and after.
        (at(1, NONE), None, Ruling.FINISH),
        (at(8, 7), mark(7), Ruling.FINISH),
        (at(8, 7), mark(8), Ruling.FINISH),
        (at(1, DAMAGED), Damaged(), Ruling.FINISH),
        # One behind, yet the journal knows of no bump.
        (at(8), mark(7), Ruling.RECOVER),
        (at(8, 7), mark(6), Ruling.RECOVER),
        (at(8, 7), mark(9), Ruling.RECOVER),
        (at(7), mark(9), Ruling.RECOVER),
        (at(7), None, Ruling.RECOVER),
        (at(7), Damaged(), Ruling.RECOVER),
        (USED, mark(7), Ruling.RECOVER),
        (USED, Damaged(), Ruling.RECOVER),
        # The ledger knows nothing of the folder: lost, or the folder was added again.
        (BLANK, mark(7), Ruling.ADOPT),
        (BLANK, Damaged(), Ruling.ADOPT),
        (at(7, blank=True), mark(9), Ruling.RECOVER),
        *((known, mark(7, "cabin"), Ruling.OTHER_INSTANCE) for known in (BLANK, USED, at(7), at(8, 7), at(3))),
        *((known, Unreadable("EIO"), Ruling.UNKNOWN) for known in (BLANK, USED, at(7), at(8, 7))),
    ],
)
def test_what_follows(known: Known, found: Found, ruling: Ruling) -> None:
    assert judge(known, found, HOME) is ruling


@pytest.mark.parametrize(
    ("found", "counts"),
    [
        ((None, None), None),
        ((mark(3), None), mark(3)),
        ((None, mark(3)), mark(3)),
        ((mark(3), mark(4)), mark(4)),
        ((mark(3), Unreadable("away")), mark(3)),
        ((Damaged(), mark(4)), mark(4)),
        ((Damaged(), None), Damaged()),
        ((Damaged(), Unreadable("away")), Unreadable("away")),
        ((None, Unreadable("away")), Unreadable("away")),
    ],
)
def test_which_of_two_places_counts(found: tuple[Found, Found], counts: Found) -> None:
    assert foremost(*found) == counts


def test_generations_as_numbers() -> None:
    assert [generation_of(one) for one in (None, Damaged(), mark(5), Unreadable("away"))] == [NONE, DAMAGED, 5, NONE]
