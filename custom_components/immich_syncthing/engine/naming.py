"""Which names are files: the one matcher that decides what of a folder exists for us.

Matching goes by the name alone; what lies under it (a directory, a link, nothing) is the disk's to say.
"""

import re
from enum import StrEnum

REMOVED_MARKER_PREFIX = ".stfolder.removed-"
"""What Syncthing renames a marker to that is not empty, when its folder is removed: our quarantine may lie in it."""

INTERNAL_NAMES = frozenset({".stfolder", ".stversions", ".stignore"})
"""Syncthing's own, at the root of a folder only: nested ones sync like any other (measured with 1.29.5)."""

TEMPORARY_PREFIXES = (".syncthing.", "~syncthing~")
"""Downloads in progress, in any directory, with or without ``.tmp``. They have their final size from the start."""

TRASHED_PREFIX = ".trashed-"
"""Android's bin: ``.trashed-<unix time of expiry>-NAME``."""

PENDING_PREFIX = ".pending-"
"""Android's files in the making: ``.pending-<unix time of expiry>-NAME``."""

CONFLICT_MARK = ".sync-conflict-"
"""In the name of every conflict copy, and of hardly anything else."""

_CONFLICT = re.compile(r"\.sync-conflict-\d{8}-\d{6}-[A-Z2-7]{7}")
"""What Syncthing puts before the extension of a file that lost against another (measured with 1.19.2 to 2.1.3)."""

_BINNED = re.compile(r"\.trashed-(\d{1,18})-(.+)", re.DOTALL)


class NameKind(StrEnum):
    """What a path is for us, as far as its name tells."""

    MEDIA = "media"
    """Immich takes files with this extension."""
    PENDING = "pending"
    """Android is still writing it and will rename it to a media name."""
    HIDDEN = "hidden"
    """No file for us: Android's bin, a download in progress, Syncthing's own."""
    OTHER = "other"
    """Immich takes no files with this extension."""


def classify(path: str, uploadable: frozenset[str]) -> NameKind:
    """Return what ``path``, relative to its folder's root, is.

    ``uploadable`` are the extensions that Immich accepts, lower case with the dot. An empty set makes every name
    ``OTHER``, so ask only when the server has told them.
    """
    name = path.rpartition("/")[2]
    if is_internal(path) or name.startswith((*TEMPORARY_PREFIXES, TRASHED_PREFIX)):
        return NameKind.HIDDEN
    if extension(name) not in uploadable:
        return NameKind.OTHER
    return NameKind.PENDING if name.startswith(PENDING_PREFIX) else NameKind.MEDIA


def is_sidecar(path: str) -> bool:
    """Return whether a path is that of a sidecar: no file, but what is said of the files of its stem."""
    name = path.rpartition("/")[2]
    hidden = name.startswith((*TEMPORARY_PREFIXES, TRASHED_PREFIX, PENDING_PREFIX))
    return extension(name) == ".xmp" and not hidden and not is_internal(path)


def is_internal(path: str) -> bool:
    """Return whether ``path`` is Syncthing's own or lies below it; such directories are never entered."""
    top = path.partition("/")[0]
    return top in INTERNAL_NAMES or top.startswith(REMOVED_MARKER_PREFIX)


def binned_name(name: str) -> tuple[str, int] | None:
    """Return what a name of Android's bin was before, and its expiry in unix seconds; ``None`` for any other name."""
    found = _BINNED.fullmatch(name)
    return None if found is None else (found[2], int(found[1]))


def without_conflict(path: str) -> str:
    """Return a path as it was before Syncthing made it a conflict copy; any other path as it is."""
    return _CONFLICT.sub("", path)


def is_conflict_copy(path: str) -> bool:
    """Return whether Syncthing gave a file this name because another change of the same file won."""
    return without_conflict(path) != path


def extension(name: str) -> str:
    """Return the extension as Immich sees it: lower case with the dot, or an empty text.

    Immich 2.7.5 asks Node's ``path.extname``: ``.jpg`` alone has none, and that of ``a.jpg.`` is a mere dot.
    """
    stem, dot, ending = name.rpartition(".")
    return f"{dot}{ending}".lower() if stem else ""
