"""What lies on a side, so that whole sides can be compared."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

type Tree = Mapping[str, str]
"""Path → SHA-1 of the bytes in hexadecimal, or ``-> target`` for a link. Syncthing's own files are no part of it."""

_INTERNAL = {".stfolder", ".stversions", ".stignore"}
_NO_PHOTO = (".trashed-", ".pending-")


def tree(root: Path) -> Tree:
    """Return what a directory holds now. What vanishes meanwhile is not in it."""
    return dict(_entries(root))


def photos(files: Tree) -> frozenset[str]:
    """Return the content that belongs in Immich: no links, nothing empty, nothing in Android's bin."""
    return frozenset(
        content
        for path, content in files.items()
        if not content.startswith("->") and content != EMPTY and not path.rpartition("/")[2].startswith(_NO_PHOTO)
    )


def sha1(content: bytes) -> str:
    """Return the checksum by which Immich knows content, in hexadecimal."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


EMPTY = sha1(b"")


@dataclass(frozen=True, slots=True)
class Sides:
    """The phone, the server and Immich at one moment; ``assets`` are the checksums of what is active in Immich."""

    phone: Tree
    server: Tree
    assets: frozenset[str]

    @property
    def agree(self) -> bool:
        """Whether the three hold the same photos, and the phone and the server the same files."""
        return self.phone == self.server and photos(self.server) == self.assets

    def difference(self) -> str:
        """Say what is where and not elsewhere."""
        here, there = photos(self.server), self.assets
        return "; ".join(
            (
                f"only on the phone: {_paths(self.phone.items() - self.server.items())}",
                f"only on the server: {_paths(self.server.items() - self.phone.items())}",
                f"not in Immich: {sorted(path for path, content in self.server.items() if content in here - there)}",
                f"only in Immich: {sorted(there - here)}",
            )
        )


def _paths(items: Iterable[tuple[str, str]]) -> list[str]:
    return sorted(path for path, _ in items)


def _entries(root: Path) -> Iterator[tuple[str, str]]:
    for directory, directories, names in os.walk(root):
        here = Path(directory)
        if here == root:
            directories[:] = [name for name in directories if name not in _INTERNAL]
        for name in (*names, *(name for name in directories if (here / name).is_symlink())):
            path = here / name
            if name.startswith(".syncthing.") or (here == root and name in _INTERNAL):
                continue
            try:
                content = f"-> {path.readlink()}" if path.is_symlink() else sha1(path.read_bytes())
            except FileNotFoundError:
                continue
            yield str(path.relative_to(root)), content
