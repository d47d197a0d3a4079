"""Photos as a phone takes them: small real JPEGs, each with content of its own."""

import colorsys
import io
import math
import random
from datetime import UTC, datetime, timedelta

from PIL import Image, ImageDraw

_FIRST_TAKEN = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
_EXIF_DATE_TIME_ORIGINAL, _EXIF_SUB_IFD = 0x9003, 0x8769


def photo(number: int) -> bytes:
    """Return photo ``number``: a coloured sky with the number on it, taken ``number`` minutes after the first."""
    sky = Image.linear_gradient("L").resize((320, 240))
    red, green, blue = (int(255 * part) for part in colorsys.hsv_to_rgb(number * 0.618 % 1, 0.6, 1))
    picture = Image.merge(
        "RGB", [sky.point([level * part // 255 for level in range(256)]) for part in (red, green, blue)]
    )
    ImageDraw.Draw(picture).text((20, 20), f"{number}", fill="black", font_size=90)
    return _taken(picture, number)


def scene(number: int) -> bytes:
    """Return photo ``number`` as one that is nice to look at: hills below a sky with the sun in it."""
    draws = random.Random(number)
    hue, light = draws.random(), draws.uniform(0.75, 1)
    top, low = (colorsys.hsv_to_rgb(0.58 - hue * 0.1, 0.55, light), colorsys.hsv_to_rgb(0.05 + hue * 0.1, 0.35, light))
    column = Image.new("RGB", (1, 2))
    column.putdata([tuple(int(255 * part) for part in colour) for colour in (top, low)])
    picture = column.resize((320, 240), Image.Resampling.BILINEAR)
    pen = ImageDraw.Draw(picture)
    x, y, size = draws.randrange(40, 280), draws.randrange(30, 110), draws.randrange(14, 26)
    pen.ellipse([x - size, y - size, x + size, y + size], fill=(255, 244, 214))
    for hill in range(3):
        green = colorsys.hsv_to_rgb(0.25 + hue * 0.3, 0.45, 0.62 - 0.17 * hill)
        steep, shift, base = draws.uniform(45, 90), draws.uniform(0, 6), 130 + 38 * hill
        ridge = [(x, base + 22 * math.sin(x / steep + shift)) for x in range(0, 321, 8)]
        pen.polygon([(0, 240), *ridge, (320, 240)], fill=tuple(int(255 * part) for part in green))
    return _taken(picture, number)


def _taken(picture: Image.Image, number: int) -> bytes:
    exif = Image.Exif()
    taken = _FIRST_TAKEN + timedelta(minutes=number)
    exif.get_ifd(_EXIF_SUB_IFD)[_EXIF_DATE_TIME_ORIGINAL] = taken.strftime("%Y:%m:%d %H:%M:%S")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70, exif=exif)
    return out.getvalue()


def camera_name(number: int) -> str:
    """Return the path that a phone would give to photo ``number``."""
    return f"DCIM/Camera/IMG_{number:04}.jpg"
