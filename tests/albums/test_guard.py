"""The guard's numbers, without a world around them."""

import pytest

from custom_components.immich_syncthing.albums.guard import believes_deletions, limit, may_leave
from custom_components.immich_syncthing.albums.model import Copy, Evidence, Leaving, State


def leaving(**counts: int) -> list[Leaving]:
    kinds = [Evidence(kind) for kind, count in counts.items() for _ in range(count)]
    copies = [Copy(str(number), "name", State.HERE, "original", b"", 0) for number in range(len(kinds))]
    return [Leaving(copy, kind) for copy, kind in zip(copies, kinds, strict=True)]


def test_a_tenth_or_twenty_pass_within_a_day() -> None:
    assert [limit(copies) for copies in (0, 200, 1000)] == [20, 20, 100]


@pytest.mark.parametrize(
    ("going", "lately", "copies", "approved", "allowed", "held"),
    [
        ({"elsewhere": 500, "own_choice": 500}, 20, 1000, 0, 1000, 0),
        ({"trashed": 20}, 0, 100, 0, 20, 0),
        ({"trashed": 20}, 1, 100, 0, 0, 20),
        ({"trashed": 10, "gone": 11, "elsewhere": 3}, 0, 100, 0, 3, 21),
        ({"no_match": 100}, 0, 1000, 0, 100, 0),
        ({"album_gone": 1}, 0, 100, 0, 0, 1),
        ({"album_gone": 1, "trashed": 1}, 0, 100, 0, 1, 1),
        ({"album_gone": 1, "trashed": 1}, 0, 100, 1, 2, 0),
        ({"trashed": 30}, 0, 100, 30, 30, 0),
        ({"trashed": 31}, 0, 100, 30, 31, 0),
        ({"trashed": 51}, 0, 100, 30, 30, 21),
        ({"trashed": 30, "album_gone": 2}, 5, 100, 31, 31, 1),
    ],
)
def test_what_immich_has_leaves_and_the_rest_is_bounded(
    going: dict[str, int], lately: int, copies: int, approved: int, allowed: int, held: int
) -> None:
    split = may_leave(leaving(**going), lately, copies, {str(number) for number in range(approved)})
    assert (len(split.allowed), len(split.held)) == (allowed, held)


@pytest.mark.parametrize(
    ("missing", "lately", "present", "approved", "believed"),
    [
        (4, 0, 0, False, True),
        (5, 0, 0, False, False),
        (5, 0, 0, True, True),
        (20, 0, 1, False, True),
        (20, 1, 1, False, False),
        (100, 0, 900, False, True),
        (101, 0, 900, False, False),
    ],
)
def test_few_deletions_are_believed(missing: int, lately: int, present: int, approved: bool, believed: bool) -> None:
    assert believes_deletions(missing, lately, present, approved=approved) is believed
