"""Photos as a phone takes them: small real JPEGs, each with content of its own."""

import colorsys
import io
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
    exif = Image.Exif()
    taken = _FIRST_TAKEN + timedelta(minutes=number)
    exif.get_ifd(_EXIF_SUB_IFD)[_EXIF_DATE_TIME_ORIGINAL] = taken.strftime("%Y:%m:%d %H:%M:%S")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70, exif=exif)
    return out.getvalue()


def camera_name(number: int) -> str:
    """Return the path that a phone would give to photo ``number``."""
    return f"DCIM/Camera/IMG_{number:04}.jpg"
