"""Making a preview smaller. Blocking."""

import io

from PIL import Image, ImageOps

_QUALITY = 85


def shrunk(content: bytes, side: int) -> bytes | None:
    """Return a picture as a JPEG whose longer side has so many pixels, or as it is if it has no more.

    ``None``: it is no picture, or is damaged.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            if max(opened.size) <= side:
                opened.load()
                return content
            small = ImageOps.exif_transpose(opened)
            small.thumbnail((side, side))
            made = io.BytesIO()
            small.convert("RGB").save(made, "JPEG", quality=_QUALITY)
    except OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError:
        return None
    return made.getvalue()


def ending_of(content: bytes) -> str:
    """Return how a file with this picture ends: what Immich calls it need not be what it is."""
    if content.startswith(b"\xff\xd8"):
        return ".jpg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return ".webp"
    return ".png"
