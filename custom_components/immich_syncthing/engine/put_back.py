"""Putting a file back into the folder: whole or not at all, and never over anything else.

Done again it finds the file, and does nothing. Syncthing removes what an interrupted try left after 24 hours.
"""

import contextlib
import os
from collections.abc import AsyncIterator

from ..vault.writing import finished, in_blocks
from .arriving import ArrivingFile
from .errors import WorldChangedError
from .listing import Kind, Present, join
from .placing import Place, disk_errors, made_parent, spellings, sync_names
from .scan import Root
from .settings import FolderSettings
from .workers import Workers


async def put_back(
    folder: FolderSettings,
    path: str,
    chunks: AsyncIterator[bytes],
    checksum: bytes,
    mtime_ns: int,
    workers: Workers,
    size: int | None = None,
) -> str:
    """Write the bytes that ``chunks`` yields to ``path``, with that mtime, and return the path that was used.

    Missing directories are made. An occupied path gets `` (restored)``, `` (restored 2)`` …; one that already holds
    these bytes is returned as it is, and ``chunks`` is not even started. Where this program is root, what it makes
    belongs to the owner of the directory. ``size`` is checked if it is known.

    Raises what ``chunks`` raises, and
        WorldChangedError: the bytes are not those of ``checksum``.
        RootMissingError, MarkerMissingError, RootUnreadableError, ReadOnlyError, DiskFullError: the folder's disk.
        UnsafePathError: no path below the root.
    Nothing is left behind then but directories.
    """
    disk = workers.disk
    arrival = _Arrival(folder, path, checksum, size)
    try:
        if (there := await finished(disk.run(arrival.begin))) is not None:
            return there
        async for block in in_blocks(chunks):
            await finished(disk.run(arrival.write, block))
        return await finished(disk.run(arrival.finish, mtime_ns))
    finally:
        await finished(disk.run(arrival.close))


async def find_put_back(folder: FolderSettings, path: str, checksum: bytes, workers: Workers) -> str | None:
    """Return the path where ``put_back`` left these bytes, ``None`` if it did not come that far.

    Missing directories are made. Raises ``RootMissingError``, ``MarkerMissingError``, ``RootUnreadableError``,
    ``ReadOnlyError``, ``DiskFullError``, ``UnsafePathError``.
    """
    arrival = _Arrival(folder, path, checksum, None)
    try:
        return await finished(workers.disk.run(arrival.begin))
    finally:
        await finished(workers.disk.run(arrival.close))


class _Arrival:
    """A file on its way back to the directory where it was. Blocking."""

    def __init__(self, folder: FolderSettings, path: str, checksum: bytes, size: int | None) -> None:
        self._folder = folder
        self._path = path
        self._checksum = checksum
        self._size = size
        self._opened = contextlib.ExitStack()
        self._root: Root
        self._place: Place
        self._file: ArrivingFile

    def begin(self) -> str | None:
        """Open the directory; return the path where the bytes already are, if they are."""
        self._root = self._opened.enter_context(Root.open(self._folder.root, self._folder.marker_name))
        with disk_errors(self._path):
            self._place = self._opened.enter_context(made_parent(self._root, self._path))
            self._file = self._opened.enter_context(contextlib.closing(ArrivingFile(self._place.fd)))
            for name in spellings(self._place.name):
                if not self._is_taken(name):
                    return None
                if self._holds_it(name):
                    return join(self._place.directory, name)
        raise AssertionError

    def write(self, block: bytes) -> None:
        """Append ``block``."""
        with disk_errors(self._path):
            self._file.write(block)

    def finish(self, mtime_ns: int) -> str:
        """Give the file its name and return its path."""
        if self._file.checksum != self._checksum or self._size not in {None, self._file.size}:
            raise WorldChangedError(self._path)
        with disk_errors(self._path):
            self._file.set_mtime(mtime_ns)
            self._file.sync()
            name = self._named()
        return join(self._place.directory, name)

    def close(self) -> None:
        """Let everything go; without ``finish`` nothing stays."""
        self._opened.close()

    def _named(self) -> str:
        for name in spellings(self._place.name):
            try:
                self._file.take_name(name)
            except FileExistsError:
                if not self._holds_it(name):
                    continue
                sync_names(self._place.fd)
            return name
        raise AssertionError

    def _is_taken(self, name: str) -> bool:
        try:
            os.stat(name, dir_fd=self._place.fd, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def _holds_it(self, name: str) -> bool:
        """Return whether the file of that name has these bytes; one that cannot be read does not."""
        path = join(self._place.directory, name)
        found = self._root.look(path)
        if not isinstance(found, Present) or found.kind is not Kind.FILE:
            return False
        if self._size not in {None, found.signature.size}:
            return False
        try:
            return self._root.hash_file(path, found.signature) == self._checksum
        except OSError:
            return False
