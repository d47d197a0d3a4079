"""Look for directories that may be a Syncthing folder, as Home Assistant sees them. Blocks: call it off the event loop.

Syncthing often runs elsewhere (another app, another container) and knows the directory under another path. Its marker
tells: since 1.28 it holds a text file with the line ``folderID: <id>`` (seen with 1.29.5); that of 1.19 is empty, and
then only the files can tell.
"""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import RootError
from .roots import RootRules, check_root
from .syncthing.models import FolderConfig

MAX_DEPTH = 4
"""How many levels below an allowed directory are looked at, e.g. ``/share/syncthing/phones/anna/DCIM``."""

MAX_DIRECTORIES = 5_000
"""How many directories are looked at in all: the form is waiting, and a library can be large."""

MAX_CANDIDATES = 32
"""How many directories are compared with Syncthing's listing."""

_ID_LINE = "folderID:"
_MAX_MARKER_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Search:
    """What was found: the directory whose marker names the folder, else those whose markers say nothing.

    ``namesake``: the first of these that has the name of Syncthing's own directory. It comes first among them.
    """

    marked: Path | None
    silent: tuple[Path, ...]
    namesake: Path | None


def search(folder: FolderConfig, rules: RootRules) -> Search:
    """Look at Syncthing's own path, then below all allowed directories."""
    name = Path(folder.path).name
    silent: dict[Path, None] = {}
    for candidate in _candidates(folder, rules):
        try:
            root = check_root(str(candidate), rules, marker_name=folder.marker_name, writes=False)
        except RootError:
            continue
        marked_as = marker_folder_id(root / folder.marker_name)
        if marked_as == folder.id:
            return Search(root, (), None)
        if marked_as is None:
            silent[root] = None
    likely = sorted(silent, key=lambda root: root.name != name)
    namesake = next((root for root in likely if root.name == name), None)
    return Search(None, tuple(likely[:MAX_CANDIDATES]), namesake)


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
