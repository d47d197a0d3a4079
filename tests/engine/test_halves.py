"""Which two paths are one live photo, as far as their names tell."""

import pytest

from custom_components.immich_syncthing.engine.halves import MOTION_BYTES, is_motion_of


@pytest.mark.parametrize(
    ("motion", "still"),
    [
        ("IMG_1.MOV", "IMG_1.HEIC"),
        ("DCIM/IMG_1.mov", "DCIM/IMG_1.jpg"),
        ("img_1.mov", "IMG_1.JPG"),
        ("IMG_1.MOV", "img_1.heif"),
        ("a.b.mov", "a.b.jpeg"),
    ],
)
def test_the_same_stem_in_the_same_directory(motion: str, still: str) -> None:
    assert is_motion_of(motion, MOTION_BYTES, still)
    assert not is_motion_of(motion, MOTION_BYTES + 1, still)
    assert not is_motion_of(still, 1, motion)


@pytest.mark.parametrize(
    ("motion", "still"),
    [
        ("IMG_1.MOV", "DCIM/IMG_1.HEIC"),
        ("dcim/IMG_1.MOV", "DCIM/IMG_1.HEIC"),
        ("IMG_1.MOV", "IMG_2.HEIC"),
        ("IMG_1.MOV", "Img_1.HEIC"),
        ("IMG_1.MOV", "IMG_1.png"),
        ("IMG_1.mp4", "IMG_1.HEIC"),
        ("IMG_1.jpg", "IMG_1.HEIC"),
        ("IMG_1.MOV", "IMG_1.MOV"),
    ],
)
def test_anything_else_is_none(motion: str, still: str) -> None:
    assert not is_motion_of(motion, 1, still)
