"""Small pictures of photos that Immich does not show: made here, of the kinds that every browser knows."""

import io
from typing import Final

from PIL import Image, ImageOps

SIDE: Final = 400
"""Pixels of the longer side."""

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a photo that is opened; larger ones are shown without a picture."""

MOST_PIXELS: Final = 50_000_000
"""Pixels that are decoded: four bytes of memory each."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")


def thumbnail(content: bytes) -> bytes | None:
    """Return a small JPEG of a photo, ``None`` of what is none, or is damaged, or far too large. Blocks."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
            pixels = opened.width * opened.height
            # A JPEG is read at the size that is wanted: far less work, and memory.
            opened.draft("RGB", (SIDE, SIDE))
            # One that comes in several passes is kept in memory at its full size all the same.
            if not opened.info.get("progressive"):
                pixels = opened.width * opened.height
            if pixels > MOST_PIXELS:
                return None
            small = ImageOps.exif_transpose(opened)
            small.thumbnail((SIDE, SIDE))
            made = io.BytesIO()
            small.convert("RGB").save(made, "JPEG", quality=80)
    except OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError:
        return None
    return made.getvalue()
