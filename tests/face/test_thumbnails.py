"""A photo that a phone sent is opened in little memory, whatever it is."""

import io

import pytest
from PIL import Image

from custom_components.immich_syncthing import thumbnails
from custom_components.immich_syncthing.thumbnails import SIDE, thumbnail


def jpeg(*, progressive: bool) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (4000, 3000), "red").save(made, "JPEG", progressive=progressive)
    return made.getvalue()


def test_of_a_photo_in_several_passes_its_full_size_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is decoded to all of its pixels, also for a small picture: 2 MB of one may take 1 GB."""
    monkeypatch.setattr(thumbnails, "MOST_PIXELS", 11_999_999)
    assert thumbnail(jpeg(progressive=True)) is None
    small = thumbnail(jpeg(progressive=False))
    assert small is not None
    assert max(Image.open(io.BytesIO(small)).size) == SIDE

    monkeypatch.setattr(thumbnails, "MOST_PIXELS", 12_000_000)
    assert thumbnail(jpeg(progressive=True)) is not None


@pytest.mark.parametrize("content", [b"", b"no photo at all", jpeg(progressive=False)[:200]])
def test_of_what_is_no_photo_or_is_damaged_no_picture_is_made(content: bytes) -> None:
    assert thumbnail(content) is None
