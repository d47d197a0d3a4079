"""What belongs into one stack, by the names that cameras and phones give: RAW files and their pictures, and bursts.

False stacks hide photos, so whatever is not clearly meant is none: the names must be of one directory and of one of
the forms below, and all must have been taken within a minute, as a camera that counts anew gives old names again.

- RAW and picture: the same name but for the extension; a Pixel writes ``PXL_….RAW-01.COVER.jpg`` and
  ``PXL_….RAW-02.ORIGINAL.dng``.
- Bursts: ``IMG_20240101_120000_BURST001_COVER.jpg`` (Huawei, Xiaomi, Motorola, OnePlus, LG),
  ``00001IMG_00001_BURST20171111030039.jpg`` and ``00100lPORTRAIT_00100_BURST…_COVER.jpg`` (Nexus, Pixel, Nothing),
  ``DSC_0001_BURST20230709220904977.JPG`` (Xperia), ``20240101_120000_001.jpg`` (Samsung), ``PXL_….MOTION-01.COVER.jpg``
  beside ``PXL_….MOTION-02.ORIGINAL.jpg`` (Pixel). An iPhone's bursts cannot be told by their names.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

MOST: Final = 200
"""More are no burst: phones end them at 100, each of which may have a RAW file."""

_APART: Final = timedelta(seconds=60)

_RAW: Final = frozenset(
    {"3fr", "ari", "arw", "cap", "cin", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "iiq", "k25", "kdc", "mrw"}
    | {"nef", "nrw", "orf", "ori", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f"}
)
_PICTURE: Final = frozenset({"jpg", "jpeg", "jpe", "heic", "heif", "hif", "avif", "jxl"})
"""Both are among what Immich 2.7.5 and 3.x take for photos (``/server/media-types``)."""

_PIXEL_RAW: Final = re.compile(r"(?P<shot>.+)\.RAW-\d\d(?:\.MP)?\.(?:COVER|ORIGINAL)")
_BURSTS: Final = (
    re.compile(r"(?P<start>.+?[_-]?BURST)(?P<number>\d{1,4})(?P<cover>_COVER(?:_TOP)?)?", re.I),
    re.compile(r"(?P<number>(?P<start>\d\d)\d{3})[a-z]*_\d{5}(?P<mark>_BURST\d{13,17})(?P<cover>_COVER)?", re.I),
    re.compile(r"(?P<start>DSC)[a-z]*_(?P<number>\d{4})(?P<mark>_BURST\d{13,17})(?P<cover>_COVER)?", re.I),
    re.compile(r"(?P<start>\d{8}_\d{6}_)(?P<number>\d{3})"),
    re.compile(r"(?P<start>PXL_\d{8}_\d{9}\.)(?!RAW-)[A-Z_]+-(?P<number>\d\d)(?:\.MP)?\.(?:(?P<cover>COVER)|ORIGINAL)"),
)


class Stacking(StrEnum):
    """What a rule stacks."""

    RAW = "raw"
    """A RAW file and the picture of the same shot, which is on top."""
    BURSTS = "bursts"
    """The photos of a burst; on top is its cover, else the first of them."""


IN_TURN: Final = (Stacking.BURSTS, Stacking.RAW)
"""What is part of a burst goes with that, and else with its RAW file."""


@dataclass(frozen=True, slots=True)
class Group:
    """What files of one shot or burst have in common: their directory, how their names begin, what these hold."""

    kind: Stacking
    directory: str
    start: str
    mark: str = ""


def group_of(path: str, kind: Stacking) -> Group | None:
    """Return the group of a kind that a file may belong to by its name."""
    where = PurePosixPath(path)
    if _extension(where) not in _RAW | _PICTURE:
        return None
    directory = path.removesuffix(where.name).removesuffix("/")
    if kind is Stacking.RAW:
        pixel = _PIXEL_RAW.fullmatch(where.stem)
        return Group(kind, directory, f"{where.stem if pixel is None else pixel['shot']}.")
    found = _burst(where.stem)
    return None if found is None else Group(kind, directory, found["start"], found.groupdict().get("mark") or "")


def in_order(group: Group, paths: Iterable[str]) -> tuple[str, ...]:
    """Return the files of a group as they are stacked, the one on top first; none where they are nothing to stack."""
    ordered = tuple(sorted(paths, key=_rank))
    if group.kind is Stacking.RAW:
        several = {_extension(PurePosixPath(path)) in _RAW for path in ordered} == {True, False}
    else:
        several = len({PurePosixPath(path).stem for path in ordered}) > 1
    return ordered if several and len(ordered) <= MOST else ()


def of_one_moment(moments: Sequence[datetime | None]) -> bool:
    """Return whether photos were taken together; what is not known is not believed."""
    known = [moment for moment in moments if moment is not None]
    return len(known) == len(moments) > 0 and max(known) - min(known) <= _APART


def _extension(where: PurePosixPath) -> str:
    return where.suffix.lower().removeprefix(".")


def _burst(stem: str) -> re.Match[str] | None:
    return next((found for pattern in _BURSTS if (found := pattern.fullmatch(stem)) is not None), None)


def _rank(path: str) -> tuple[bool, bool, int, str]:
    """Return where a file comes in its stack: pictures before RAW files, the cover before the others."""
    where = PurePosixPath(path)
    found = _burst(where.stem)
    parts = {} if found is None else found.groupdict()
    is_cover = bool(parts.get("cover")) or where.stem.endswith(".COVER")
    return _extension(where) in _RAW, not is_cover, int(parts.get("number") or 0), path
