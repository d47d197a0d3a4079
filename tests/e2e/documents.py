"""Keep of the pictures that were taken those that the documents show, small: ``scripts/pictures`` calls it."""

import re
import sys
from pathlib import Path

from PIL import Image

CHECKOUT = Path(__file__).parents[2]
TAKEN = CHECKOUT / ".pictures"
KEPT = CHECKOUT / "docs" / "images"
_SHOWN = re.compile(r"images/([\w-]+\.png)")
_COLOURS = 256
_ROUNDS = 2
"""How often the colours are moved to where most of the picture is: else a white page turns pink."""


def shown() -> set[str]:
    """Return the names of all pictures that a document shows."""
    documents = (CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md"))
    return {name for document in documents for name in _SHOWN.findall(document.read_text())}


def keep() -> None:
    """Replace the pictures of the documents by those that were taken."""
    names = shown()
    if missing := sorted(name for name in names if not (TAKEN / name).is_file()):
        sys.exit(f"the documents show what was not taken: {', '.join(missing)}")
    for old in KEPT.glob("*.png"):
        old.unlink()
    for name in sorted(names):
        with Image.open(TAKEN / name) as picture:
            small = picture.convert("RGB").quantize(
                _COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=_ROUNDS, dither=Image.Dither.NONE
            )
        small.save(KEPT / name, optimize=True)
        print(f"{(KEPT / name).stat().st_size // 1024:4} KiB  docs/images/{name}")  # noqa: T201 - tells what it made


if __name__ == "__main__":
    keep()
