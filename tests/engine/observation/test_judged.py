"""What was judged once and is as it was is not judged again; what comes of it is the same."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings, strategies as st

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.listing import Entry, Kind, Listing
from custom_components.immich_syncthing.engine.merge import Merged, Rules, merge
from custom_components.immich_syncthing.engine.model import FileStatus, Signature
from custom_components.immich_syncthing.engine.patterns import Filter
from custom_components.immich_syncthing.engine.survey import compare

NAMES = ("a.jpg", "b.JPG", "c.xmp", "d.txt", ".pending-1-e.jpg", ".trashed-1-f.jpg", "secret.jpg", "dir.jpg", "é.jpg")
# An inode or a time that SQLite keeps as text, and another device, as of a file that is mounted there.
STAMP = st.tuples(
    st.integers(0, 2), st.sampled_from([1, 2, 2**63]), st.integers(1, 2), st.sampled_from([1, 2**64 - 1]),
    st.sampled_from([1, 1, 1, 2]),
)  # fmt: skip
OTHER = st.builds(
    lambda kind, stamp: (kind, None if kind is Kind.UNKNOWN else Signature(*stamp)),
    st.sampled_from([kind for kind in Kind if kind is not Kind.FILE]),
    STAMP,
)
FOUND = st.dictionaries(st.sampled_from(NAMES), STAMP | OTHER)
FAILED = Listing("DCIM", 1, error="Input/output error")


def listing_of(found: dict[str, tuple[Kind, Signature | None] | tuple[int, int, int, int, int]]) -> Listing:
    files = {name: what for name, what in found.items() if len(what) == 5}
    others = [Entry(name, *what) for name, what in found.items() if len(what) == 2]
    return Listing("DCIM", 1, files, others)


LISTING = FOUND.map(listing_of)


def in_order(merged: Merged) -> Merged:
    return replace(merged, seen=sorted(merged.seen, key=lambda row: row.path), departed=sorted(merged.departed))


def seen_in(ledger: Ledger, listing: Listing, rules: Rules, left: Collection[str]) -> None:
    """Take a directory in as it is, and read what can be read, but what is ``left``."""
    ledger.apply_observation("camera", merge(listing, (), rules).seen, (), 1.0)
    for number, row in enumerate(ledger.directory("camera", "DCIM")):
        if row.path.rpartition("/")[2] not in left:
            ledger.set_hash("camera", row.path, row.signature, bytes([number]) * 20, 1.0)


def looked_at(ledger: Ledger, listing: Listing, rules: Rules) -> Merged:
    """Take in what is changed, as a survey does."""
    merged = compare(ledger, listing, rules, judged=True)
    ledger.apply_observation("camera", merged.seen, merged.departed, 1.0)
    return merged


@settings(deadline=None)
@given(
    before=LISTING,
    then=st.lists(LISTING | st.just(FAILED), max_size=2),
    now=LISTING | st.just(FAILED),
    left=st.sets(st.sampled_from(NAMES)),
    patterns=st.sampled_from([(), ("secret*",), ("*.JPG",), ("DCIM/",)]),
)
def test_a_directory_means_the_same(
    before: Listing, then: list[Listing], now: Listing, left: set[str], patterns: tuple[str, ...]
) -> None:
    """Its rows are of every kind: settled, unhashed, unusable and unsure."""
    rules = Rules("camera", frozenset({".jpg"}), lambda *_: True, filter=Filter.of(patterns, ()))
    with TemporaryDirectory() as place:
        ledger = Ledger.open(Path(place) / "ledger")
        try:
            ledger.add_folder("camera", place, 0.0)
            seen_in(ledger, before, rules, left)
            for listing in (*then, before, now):
                slowly = compare(ledger, listing, rules, judged=False)
                assert in_order(looked_at(ledger, listing, rules)) == in_order(slowly)
        finally:
            ledger.close()


def test_what_is_as_it_was_is_not_handed_on(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.add_folder("camera", str(tmp_path), 0.0)
    rules = Rules("camera", frozenset({".jpg"}), lambda *_: True)
    there = Listing("DCIM", 1, {"a.jpg": (1, 1, 1, 1, 1), "b.jpg": (1, 1, 1, 2, 1), "c.jpg": (1, 1, 1, 3, 1)})
    seen_in(ledger, there, rules, left={"c.jpg"})

    changed = {**there.files, "b.jpg": (1, 2, 2, 2, 1)}
    rows, files = ledger.changed_in("camera", "DCIM", changed)

    assert [(row.path, row.status) for row in rows] == [
        ("DCIM/b.jpg", FileStatus.SETTLED),
        ("DCIM/c.jpg", FileStatus.UNHASHED),
    ]
    assert files == {name: changed[name] for name in ("b.jpg", "c.jpg")}
    ledger.close()
