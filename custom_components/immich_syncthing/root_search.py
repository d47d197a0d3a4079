"""Find the directory in which a Syncthing folder lies, as Home Assistant sees it. Blocks: call it off the event loop.

Syncthing often runs elsewhere (another app, another container) and knows the directory under another path. Its marker
tells: since 1.28 it holds a text file with the line ``folderID: <id>`` (seen with 1.29.5); that of 1.19 is empty.
"""

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from .errors import RootError
from .roots import RootRules, check_root
from .syncthing.models import FolderConfig

MAX_DEPTH = 4
"""How many levels below an allowed directory are looked at, e.g. ``/share/syncthing/phones/anna/DCIM``."""

MAX_DIRECTORIES = 5_000
"""How many directories are looked at in all: the form is waiting, and a library can be large."""

_ID_LINE = "folderID:"
_MAX_MARKER_BYTES = 4096


def find_root(folder: FolderConfig, rules: RootRules) -> Path | None:
    """Return the directory that most likely is the folder: by the id in its marker, else by its name."""
    by_name: Path | None = None
    for candidate in _candidates(folder, rules):
        try:
            root = check_root(str(candidate), rules, marker_name=folder.marker_name, writes=False)
        except RootError:
            continue
        marked_as = marker_folder_id(root / folder.marker_name)
        if marked_as == folder.id:
            return root
        if marked_as is None and by_name is None and candidate.name == Path(folder.path).name:
            by_name = root
    return by_name


def marker_folder_id(marker: Path) -> str | None:
    """Return the folder id written in a marker, or ``None`` where it says nothing."""
    try:
        notes = [path for path in marker.iterdir() if path.suffix == ".txt" and path.is_file()]
        for note in notes:
            with note.open(encoding="utf-8", errors="replace") as text:
                for line in text.read(_MAX_MARKER_BYTES).splitlines():
                    if line.startswith(_ID_LINE):
                        return line.removeprefix(_ID_LINE).strip()
    except OSError:
        return None
    return None


def _candidates(folder: FolderConfig, rules: RootRules) -> Iterator[Path]:
    """Yield Syncthing's own path, then every marked directory below the allowed ones, nearest first."""
    if Path(folder.path).is_absolute():
        yield Path(folder.path)
    waiting = deque((path, 0) for path in rules.allowed)
    looked_at = 0
    while waiting and looked_at < MAX_DIRECTORIES:
        directory, depth = waiting.popleft()
        looked_at += 1
        names = _subdirectories(directory)
        if folder.marker_name in names:
            yield directory
        elif depth < MAX_DEPTH:
            waiting.extend((directory / name, depth + 1) for name in names if not name.startswith("."))


def _subdirectories(directory: Path) -> list[str]:
    try:
        with os.scandir(directory) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []
