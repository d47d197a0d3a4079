"""What was judged once and is as it was is not judged again; what comes of it is the same."""

from dataclasses import replace

from hypothesis import given, strategies as st

from custom_components.immich_syncthing.engine.listing import Entry, Kind, Listing
from custom_components.immich_syncthing.engine.merge import Rules, merge
from custom_components.immich_syncthing.engine.model import FileStatus, Signature
from custom_components.immich_syncthing.engine.patterns import Filter

NAMES = ("a.jpg", "b.JPG", "c.xmp", "d.txt", ".pending-1-e.jpg", ".trashed-1-f.jpg", "secret.jpg", "dir.jpg")

ENTRY = st.builds(
    lambda name, kind, size, time: Entry(name, kind, None if kind is Kind.UNKNOWN else Signature(size, time, 1, 1, 1)),
    st.sampled_from(NAMES),
    st.sampled_from(Kind),
    st.integers(0, 2),
    st.integers(1, 2),
)
LISTING = st.lists(ENTRY, unique_by=lambda entry: entry.name).map(
    lambda entries: Listing("DCIM", 1, sorted(entries, key=lambda entry: entry.name))
)


@given(before=LISTING, now=LISTING, patterns=st.sampled_from([(), ("secret*",), ("*.JPG",)]))
def test_a_directory_means_the_same(before: Listing, now: Listing, patterns: tuple[str, ...]) -> None:
    rules = Rules("camera", frozenset({".jpg"}), lambda *_: True, filter=Filter.of(patterns, ()))
    rows = [
        replace(row, status=FileStatus.SETTLED, checksum=b"c" * 20) if row.status is FileStatus.UNHASHED else row
        for row in merge(before, (), rules).seen
    ]
    assert merge(now, rows, replace(rules, judged=True)) == merge(now, rows, rules)
