"""Draw the brand images of the integration: a photo inside two arrows that chase each other.

Run as ``.venv/bin/python scripts/draw_brand.py``; the images lie in ``custom_components/immich_syncthing/brand``. The
warm arrow is the photo library's, the cool one the synchronisation's. Sizes are those that Home Assistant asks of brand
images: icons of 256 and 512 pixels, logos 128 and 256 pixels high.
"""

import math
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

BRAND = Path(__file__).parents[1] / "custom_components/immich_syncthing/brand"
FONT = "DejaVuSans-Bold.ttf"  # of Debian's fonts-dejavu-core

CANVAS = 4096
"""Drawn at eight times the largest icon, then scaled down: that is what smooths the edges."""

type Colour = tuple[int, int, int]
type Point = tuple[float, float]

WARM: tuple[Colour, ...] = ((0xFF, 0xC1, 0x07), (0xFF, 0x7A, 0x2F), (0xEB, 0x36, 0x6F))
COOL: tuple[Colour, ...] = ((0x12, 0xB5, 0xCB), (0x1B, 0x84, 0xE7), (0x5B, 0x4B, 0xDB))
SKY: tuple[Colour, ...] = ((0x2B, 0x57, 0xA7), (0x6F, 0xA8, 0xE8), (0xFF, 0xD9, 0xA8))
SUN: Colour = (0xFF, 0xF3, 0xC4)
FAR_HILL: Colour = (0x3C, 0x6E, 0x8F)
NEAR_HILL: Colour = (0x1D, 0x45, 0x5F)
PAPER: Colour = (0xFF, 0xFF, 0xFF)


def blend(stops: tuple[Colour, ...], at: float) -> Colour:
    """Return the colour at ``at`` (0 to 1) of a gradient of evenly spaced stops."""
    place = min(max(at, 0.0), 1.0) * (len(stops) - 1)
    index = min(int(place), len(stops) - 2)
    share = place - index
    red, green, blue = (
        round(first + (second - first) * share) for first, second in zip(stops[index], stops[index + 1], strict=True)
    )
    return red, green, blue


def on_circle(radius: float, degrees: float) -> Point:
    """Return a point around the middle of the canvas; 0 is right, degrees run clockwise."""
    angle = math.radians(degrees)
    return CANVAS / 2 + radius * math.cos(angle), CANVAS / 2 + radius * math.sin(angle)


def draw_arrow(draw: ImageDraw.ImageDraw, start: float, colours: tuple[Colour, ...]) -> None:
    """Draw one of the two arrows: an arc of 130 degrees with a round tail and a head of another 30."""
    middle, width, sweep, head = CANVAS * 0.432, CANVAS * 0.108, 130, 30
    inner, outer = middle - width / 2, middle + width / 2
    steps = [start + sweep * index / 256 for index in range(257)]
    tail_x, tail_y = on_circle(middle, start)
    draw.ellipse((tail_x - width / 2, tail_y - width / 2, tail_x + width / 2, tail_y + width / 2), fill=colours[0])
    for index, (here, there) in enumerate(pairwise(steps)):
        corners = [
            on_circle(inner, here),
            on_circle(outer, here),
            on_circle(outer, there + 0.4),
            on_circle(inner, there + 0.4),
        ]
        draw.polygon(corners, fill=blend(colours, index / 256))
    end = start + sweep
    barb = width * 0.46
    draw.polygon(
        [on_circle(inner - barb, end), on_circle(outer + barb, end), on_circle(middle, end + head)], fill=colours[-1]
    )


def photo() -> Image.Image:
    """Return the photo: a white-framed print of a sunrise over hills, with round corners."""
    size = int(CANVAS * 0.47)
    border, radius = int(size * 0.075), int(size * 0.17)
    sky = Image.new("RGB", (1, 256))
    sky.putdata([blend(SKY, row / 150) for row in range(256)])
    picture = sky.resize((size, size), Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(picture)

    def scaled(*points: Point) -> list[Point]:
        return [(x * size, y * size) for x, y in points]

    draw.ellipse(scaled((0.57, 0.24), (0.79, 0.46)), fill=SUN)
    draw.polygon(scaled((0.30, 1), (0.72, 0.50), (1.2, 1)), fill=FAR_HILL)
    draw.polygon(scaled((-0.2, 1), (0.35, 0.40), (0.90, 1)), fill=NEAR_HILL)

    print_ = Image.new("RGBA", (size, size))
    ImageDraw.Draw(print_).rounded_rectangle((0, 0, size - 1, size - 1), radius, fill=PAPER)
    mask = Image.new("L", (size, size))
    ImageDraw.Draw(mask).rounded_rectangle((border, border, size - border, size - border), radius - border, fill=255)
    print_.paste(picture, mask=mask)
    return print_


def icon() -> Image.Image:
    """Return the icon on a transparent canvas."""
    image = Image.new("RGBA", (CANVAS, CANVAS))
    draw = ImageDraw.Draw(image)
    draw_arrow(draw, 190, WARM)
    draw_arrow(draw, 10, COOL)
    picture = photo()
    corner = (CANVAS - picture.width) // 2
    image.alpha_composite(picture, (corner, corner))
    return image


def logo(mark: Image.Image, ink: Colour) -> Image.Image:
    """Return the icon beside the name of the product, trimmed, 512 pixels high."""
    height = 512
    font = ImageFont.truetype(FONT, 172)
    image = Image.new("RGBA", (2400, height))
    image.alpha_composite(mark.resize((height, height), Image.Resampling.LANCZOS))
    draw = ImageDraw.Draw(image)
    for line, baseline in (("Immich", 236), ("Syncthing", 428)):
        draw.text((height + 56, baseline), line, font=font, fill=ink, anchor="ls")
    return image.crop(image.getbbox())


def save(image: Image.Image, name: str, height: int) -> None:
    """Scale to a height and write as a small PNG."""
    width = round(image.width * height / image.height)
    image.resize((width, height), Image.Resampling.LANCZOS).save(BRAND / f"{name}.png", optimize=True)


def main() -> None:
    """Write all images."""
    BRAND.mkdir(exist_ok=True)
    mark = icon()
    save(mark, "icon", 256)
    save(mark, "icon@2x", 512)
    for prefix, ink in (("", (0x1F, 0x29, 0x37)), ("dark_", (0xF3, 0xF4, 0xF6))):
        words = logo(mark, ink)
        save(words, f"{prefix}logo", 128)
        save(words, f"{prefix}logo@2x", 256)


if __name__ == "__main__":
    main()
