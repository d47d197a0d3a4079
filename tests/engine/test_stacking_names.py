"""What belongs into one stack by its names, and what looks like it but does not."""

from datetime import datetime, timedelta

import pytest

from custom_components.immich_syncthing.engine.sorting.stacking import (
    IN_TURN,
    MOST,
    Group,
    Stacking,
    group_of,
    in_order,
    of_one_moment,
)

BOTH = frozenset(Stacking)
NOON = datetime(2024, 1, 1, 12)


def grouped(*paths: str, kinds: frozenset[Stacking] = BOTH) -> list[tuple[str, ...]]:
    """The stacks that these files make."""
    stacks: list[tuple[str, ...]] = []
    for kind in (one for one in IN_TURN if one in kinds):
        groups: dict[Group, list[str]] = {}
        for path in paths:
            group = group_of(path, kind)
            if group is not None and not any(path in stack for stack in stacks):
                groups.setdefault(group, []).append(path)
        stacks += [stack for group, some in groups.items() if (stack := in_order(group, some))]
    return stacks


@pytest.mark.parametrize(
    "stack",
    [
        ("DCIM/IMG_1.JPG", "DCIM/IMG_1.CR3"),
        ("IMG_1.HEIC", "IMG_1.jpg", "IMG_1.dng"),
        ("a/PXL_20231207_032111247.RAW-01.COVER.jpg", "a/PXL_20231207_032111247.RAW-02.ORIGINAL.dng"),
        ("PXL_20231207_032111247.RAW-01.MP.COVER.jpg", "PXL_20231207_032111247.RAW-02.ORIGINAL.dng"),
        ("PXL_20231207_032111247.jpg", "PXL_20231207_032111247.dng"),
        ("IMG_20240101_120000_BURST002_COVER.jpg", "IMG_20240101_120000_BURST001.jpg"),
        ("IMG_20240101_120000_BURST1.jpg", "IMG_20240101_120000_BURST2.jpg", "IMG_20240101_120000_BURST10.jpg"),
        ("IMG20240101120000_BURST000_COVER.jpg", "IMG20240101120000_BURST001.jpg"),
        ("IMG_20150101_BURST001_COVER_TOP.jpg", "IMG_20150101_BURST000.jpg"),
        ("20160101_120000_Burst01.jpg", "20160101_120000_Burst02.jpg"),
        ("00015IMG_00015_BURST20171111030039_COVER.jpg", "00001IMG_00001_BURST20171111030039.jpg"),
        ("00100lPORTRAIT_00100_BURST20181229213517346_COVER.jpg", "00000PORTRAIT_00000_BURST20181229213517346.jpg"),
        ("DSC_0035_BURST20230709220904977_COVER.JPG", "DSC_0001_BURST20230709220904977.JPG"),
        ("DSCPDC_0000_BURST20230709220904977.JPG", "DSCPDC_0001_BURST20230709220904977.JPG"),
        ("20240101_120000_001.jpg", "20240101_120000_002.jpg", "20240101_120000_010.jpg"),
        ("PXL_20230330_184138390.MOTION-01.COVER.jpg", "PXL_20230330_184138390.MOTION-02.ORIGINAL.jpg"),
        ("IMG_1_BURST001.jpg", "IMG_1_BURST002.jpg", "IMG_1_BURST001.dng", "IMG_1_BURST002.dng"),
        ("IMG_1_BURST001.jpg", "IMG_1_BURST001.dng"),
    ],
)
def test_what_belongs_together_is_one_stack_in_its_order(stack: tuple[str, ...]) -> None:
    assert grouped(*reversed(stack)) == [stack]
    assert grouped(*stack, "IMG_2.jpg", "other/IMG_1.dng") == [stack]


@pytest.mark.parametrize(
    "paths",
    [
        ("IMG_1.jpg", "IMG_1.heic"),
        ("IMG_1.dng", "IMG_1.arw"),
        ("IMG_1.mov", "IMG_1.dng"),
        ("IMG_1.png", "IMG_1.dng"),
        ("a/IMG_1.jpg", "b/IMG_1.dng"),
        ("IMG_1.jpg", "IMG_10.dng"),
        ("IMG_1.jpg", "IMG_1~2.dng"),
        ("IMG_20240101_120000.jpg", "IMG_20240101_120001.jpg"),
        ("20240101_120000.jpg", "20240101_120000(0).jpg"),
        ("20240101_120000_001.jpg", "20240101_120001_002.jpg"),
        ("a/IMG_1_BURST001.jpg", "b/IMG_1_BURST002.jpg"),
        ("IMG_1_BURST001.jpg", "IMG_2_BURST002.jpg"),
        ("IMG_1_BURST001.jpg", "IMG_1_BURST001(1).jpg"),
        ("IMG_1_BURST001.mp4", "IMG_1_BURST002.mp4"),
        ("00001IMG_00001_BURST20171111030039.jpg", "00002IMG_00002_BURST20171111030040.jpg"),
        ("IMG_1_BURST001.jpg",),
        tuple(f"IMG_1_BURST{number:03}.jpg" for number in range(MOST + 1)),
    ],
)
def test_what_only_looks_alike_is_none(paths: tuple[str, ...]) -> None:
    assert grouped(*paths) == []


def test_only_what_is_wished_is_stacked() -> None:
    pair, burst = ("IMG_1.jpg", "IMG_1.dng"), ("IMG_1_BURST001.jpg", "IMG_1_BURST002.jpg")
    assert grouped(*pair, *burst, kinds=frozenset({Stacking.RAW})) == [pair]
    assert grouped(*pair, *burst, kinds=frozenset({Stacking.BURSTS})) == [burst]
    assert grouped(*pair, *burst, kinds=frozenset()) == []
    raw_of_one = ("IMG_1_BURST001.jpg", "IMG_1_BURST001.dng")
    assert grouped(*raw_of_one, kinds=frozenset({Stacking.BURSTS})) == []
    assert grouped(*raw_of_one, kinds=frozenset({Stacking.RAW})) == [raw_of_one]


def test_together_is_what_was_taken_within_a_minute() -> None:
    minute = timedelta(seconds=60)
    assert of_one_moment([NOON, NOON + minute])
    assert not of_one_moment([NOON, NOON + minute + timedelta(seconds=1)])
    assert not of_one_moment([NOON, None])
    assert not of_one_moment([])
