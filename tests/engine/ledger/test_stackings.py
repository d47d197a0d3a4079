"""What may be stacked with a photo is found by its name, whatever else lies in the same directory."""

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.sorting.stacking import Stacking, group_of

from .stories import PHONE, linked, photo, sha

NEXUS = [f"DCIM/{number:05}IMG_{number:05}_BURST20171111{burst:06}.jpg" for burst in range(40) for number in range(3)]
"""Only the middle of their names tells which belong together."""

BURSTS = list(dict.fromkeys(group_of(path, Stacking.BURSTS) for path in NEXUS))


def taking(ledger: Ledger, bursts: int, others: int = 0) -> int:
    """How much work it is for SQLite to find so many bursts, in instructions of its own machine."""
    for number in range(others):
        photo(ledger, f"DCIM/IMG_{number}.jpg", sha(f"other {number}"))
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    groups = [group for group in BURSTS[:bursts] if group is not None]
    ledger._db.connection.set_progress_handler(count, 1)  # noqa: SLF001 - nothing else sees what SQLite does
    found = ledger.neighbours(PHONE, groups)
    ledger._db.connection.set_progress_handler(None, 1)  # noqa: SLF001
    assert [len(one) for one in found] == [3] * bursts
    return counted


@pytest.fixture
def ledger(ledger: Ledger) -> Ledger:
    for path in NEXUS:
        linked(ledger, path, sha(path))
    return ledger


def test_other_photos_of_the_directory_cost_nothing(ledger: Ledger) -> None:
    alone = taking(ledger, 40)
    assert taking(ledger, 40, others=500) <= alone


def test_the_names_are_read_once_for_however_many_bursts(ledger: Ledger) -> None:
    assert taking(ledger, 40) < 40 * taking(ledger, 1) / 2


def test_each_group_gets_its_own_photos(ledger: Ledger) -> None:
    pair = ["DCIM/IMG_1.jpg", "DCIM/IMG_1.dng"]
    strangers = ["other/IMG_1.jpg", "DCIM/IMG_10.jpg", "DCIM/IMG_1.mp4", "DCIM/00IMG_1.jpg"]
    for path in pair + strangers:
        linked(ledger, path, sha(path))
    raw, burst = group_of(pair[0], Stacking.RAW), BURSTS[7]
    assert raw is not None
    assert burst is not None
    found = ledger.neighbours(PHONE, [raw, burst])
    assert [sorted(one.path for one in some) for some in found] == [sorted(pair), NEXUS[21:24]]
