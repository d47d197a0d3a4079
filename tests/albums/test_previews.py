"""Previews become smaller, and are called as what they are."""

import io

from PIL import Image

from custom_components.immich_syncthing.albums.previews import ending_of, shrunk


def picture(kind: str, width: int = 40, height: int = 20) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), (9, 9, 9)).save(made, kind)
    return made.getvalue()


def test_a_large_one_becomes_small_and_a_small_one_stays() -> None:
    large = picture("WEBP")
    small = shrunk(large, 10)
    assert small is not None
    with Image.open(io.BytesIO(small)) as opened:
        assert (opened.format, opened.size) == ("JPEG", (10, 5))
    assert shrunk(large, 40) == large


def test_what_is_no_picture_is_none() -> None:
    assert shrunk(b"no picture", 10) is None
    assert shrunk(picture("JPEG")[:60], 40) is None


def test_its_bytes_tell_its_ending() -> None:
    assert [ending_of(picture(kind)) for kind in ("JPEG", "WEBP", "PNG")] == [".jpg", ".webp", ".png"]
