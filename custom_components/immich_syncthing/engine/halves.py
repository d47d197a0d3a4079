"""Which two files are one live photo, as far as their names tell. Pure.

iPhones write a live photo as two files of one stem in one directory, e.g. ``IMG_1.HEIC`` (or ``.JPG``, where the phone
is set to "most compatible") and ``IMG_1.MOV``; whatever copies a camera roll keeps the two names alike. Immich itself
pairs by an identifier inside of both files, but only where its metadata job finds one.

A pair that is none would be costly: Immich hides the video, and it goes when the photo goes. So nothing but ``.mov``
is taken: phones that write ``.mp4`` keep the motion part inside of the ``.jpg`` (Google, Samsung), while cameras and
drones give the same number to a photo and to a clip of its own (``DJI_0001.JPG`` and ``DJI_0001.MP4``). And a motion
part lasts some three seconds, so that a larger file is a clip.
"""

from collections.abc import Iterator
from enum import StrEnum

from .naming import extension

MOTION_BYTES = 64 * 1024 * 1024
"""No motion part is larger: live photos last some three seconds, 3 to 8 MB."""

_STILLS = frozenset({".heic", ".heif", ".jpg", ".jpeg"})
_USUAL = frozenset({".heic", ".heif"})
MOTION = ".mov"
"""The ending of a motion part, in small letters."""


class Half(StrEnum):
    """Which part of a live photo a file may be."""

    STILL = "still"
    MOTION = "motion"


def half_of(name: str, size: int) -> Half | None:
    """Return which part a file of this name and size may be, ``None`` for neither."""
    match extension(name):
        case ending if ending in _STILLS:
            return Half.STILL
        case ending if ending == MOTION and size <= MOTION_BYTES:
            return Half.MOTION
        case _:
            return None


def is_motion_of(motion: str, size: int, still: str) -> bool:
    """Return whether a path, of so many bytes, is by its name the motion part of a still, a path in the same folder."""
    directory, _, name = motion.rpartition("/")
    beside, _, other = still.rpartition("/")
    halves = (half_of(name, size), half_of(other, 0))
    return directory == beside and halves == (Half.MOTION, Half.STILL) and stem_of(other) in stems_like(name)


def is_written_with_motion(name: str) -> bool:
    """Return whether a still's name is the usual one of a live photo, rather than one that it may have."""
    return extension(name) in _USUAL


def motion_of(still: str) -> str:
    """Return the name of a motion part beside its still, in capitals if the still's extension is."""
    ending = still[len(stem_of(still)) :]
    return f"{stem_of(still)}{MOTION.upper() if ending.isupper() else MOTION}"


def stem_of(name: str) -> str:
    """Return the name without its extension."""
    return name[: len(name) - len(extension(name))]


def stems_like(name: str) -> Iterator[str]:
    """Yield the spellings of the stem that the other half may have; its own first.

    Both halves come from one program, which spells them alike; what renames them changes the case of both or of one.
    """
    stem = stem_of(name)
    yield from dict.fromkeys((stem, stem.lower(), stem.upper()))
