"""Observation of a folder: what the disk shows is merged into the ledger, which then knows each path's state.

A row follows its path: *unsettled* while it may still be written, *unhashed* once it stands still, *settled* once
its bytes were read; *unusable* or *unsure* while nobody can tell its content; and it departs only when its path is
positively absent. What all that means for photos is decided elsewhere.

Only a call that returned is an observation. One that was cancelled or raised may have merged a part (the old half
of a rename and not the new one): make it again before believing that anything is gone.
"""

import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import accumulate

from . import naming
from .errors import MarkerMissingError, RootChangedError, RootMissingError, RootUnreadableError
from .hashing import Reading, hash_file
from .ledger import Ledger
from .listing import Absent, Kind, Present, UnsafePathError, split
from .model import FileRow, FileStatus, Signature
from .ports import Clock
from .same_disk import evidence, proves_same_disk
from .scan import Root
from .settings import SETTLE_SECONDS, FolderSettings
from .survey import FolderObservation, Survey, Watch
from .trees import by_directory, directories_of, is_at_or_below, outermost, within
from .workers import Workers

_LOGGER = logging.getLogger(__name__)

_NO_ROOT = (RootMissingError, MarkerMissingError, RootUnreadableError)


class FolderObserver:
    """Looks at one folder and keeps its rows in the ledger true."""

    def __init__(
        self,
        folder: FolderSettings,
        ledger: Ledger,
        workers: Workers,
        clock: Clock,
        *,
        uploadable: Callable[[], frozenset[str]],
    ) -> None:
        """Observe ``folder``; ``uploadable`` gives the extensions that Immich accepts, none while it has not told."""
        self._folder = folder
        self._ledger = ledger
        self._workers = workers
        self._clock = clock
        self._uploadable = uploadable
        self._walked_with: frozenset[str] | None = None
        self._watch = Watch()
        self._unreadable: set[str] = set()

    async def full(self, progress: Callable[[int], None] | None = None) -> FolderObservation:
        """Walk the whole folder. ``progress`` hears how many files were met so far.

        Raises:
            RootMissingError, MarkerMissingError, RootUnreadableError: there is nothing to observe.
            RootChangedError: another disk is mounted there; nothing of it was taken in.
        """
        async with self._open() as root:
            return await self._full(root, frozenset(), progress)

    async def paths(self, paths: Collection[str], complete: Collection[str] = ()) -> FolderObservation:
        """Look at the paths that events named, and at all below those that are or were directories.

        ``complete`` paths were put in place by Syncthing, which renames a finished file: they need not settle.
        Becomes a full walk where paths are not enough: the folder was not walked yet, its disk has another device
        number, or Immich accepts other extensions than before. Raises as ``full``.
        """
        async with self._open() as root:
            if self._walked_with != self._uploadable() or not await self._is_known(root):
                return await self._full(root, complete)
            return await self._some(root, {*paths, *complete}, complete)

    async def settle(self) -> FolderObservation:
        """Look again at the unsettled files whose time has come. Raises as ``full``."""
        fresh = self._watch.unsettled.younger_than(SETTLE_SECONDS, self._clock.monotonic())
        waiting = await self._workers.ledger.run(self._ledger.unsettled, self._folder.id)
        return await self.paths({waiter.row.path for waiter in waiting} - fresh)

    async def hash_pending(
        self,
        limit_files: int,
        limit_bytes: int,
        progress: Callable[[int], None] | None = None,
        interrupted: Callable[[], bool] = lambda: False,
    ) -> int:
        """Read still files, newest first, and return how many are settled now. ``progress`` hears that number too.

        At least one file is read however large it is, and no more for long once ``interrupted`` says so. Files that
        changed meanwhile or cannot be read are looked at again, so that the next call does not meet them unchanged.
        Raises as ``full``, except for another disk: then nothing is read.
        """
        rows = await self._workers.ledger.run(self._ledger.unhashed, self._folder.id, limit_files)
        return await self._hash(_within(rows, limit_bytes) or rows[:1], progress, interrupted) if rows else 0

    async def read_ahead(self, limit_files: int, limit_bytes: int, interrupted: Callable[[], bool]) -> int:
        """Read as ``hash_pending`` does, beside other work, so that nothing else is taken in.

        What changed meanwhile, or cannot be read, is left as it is, and so is a file that exceeds the limit by itself:
        the next ``hash_pending`` meets them. Raises as that.
        """
        waiting = await self._workers.ledger.run(self._ledger.unhashed, self._folder.id, limit_files)
        rows = _within([row for row in waiting if row.signature.size <= limit_bytes], limit_bytes)
        return await self._hash(rows, interrupted=interrupted, looks_again=False) if rows else 0

    async def arrived(self, path: str) -> FileRow | None:
        """Look at a file that is complete, read it at once, and return its row if it is settled. Raises as ``full``."""
        await self.paths([path], complete=[path])
        row = await self._workers.ledger.run(self._ledger.file, self._folder.id, path)
        if row is not None and row.status is FileStatus.UNHASHED:
            await self._hash([row])
            row = await self._workers.ledger.run(self._ledger.file, self._folder.id, path)
        return row if row is not None and row.status is FileStatus.SETTLED else None

    async def still_absent(self, path: str) -> bool:
        """Return whether the path is positively absent right now; whatever is doubtful is not."""
        try:
            async with self._open() as root:
                found = await self._workers.disk.run(root.look, path)
                return isinstance(found, Absent) and await self._is_known(root)
        except _NO_ROOT:
            return False

    async def still_without(self, path: str, checksum: bytes) -> bool:
        """Return whether the path does not hold this content right now: it is absent, or has other bytes, read."""
        if await self.still_absent(path):
            return True
        row = await self._workers.ledger.run(self._ledger.file, self._folder.id, path)
        others = row is not None and row.status is FileStatus.SETTLED and row.checksum != checksum
        return row is not None and others and await self.still_same(row)

    async def still_same(self, row: FileRow, *, rehash: bool = False) -> bool:
        """Return whether the file is as ``row`` says; with ``rehash``, to the last byte."""
        try:
            if not rehash:
                return await self._workers.disk.run(self._looks_like, row)
            async with self._open() as root:
                return await hash_file(self._workers, root, row) == row.checksum
        except (*_NO_ROOT, OSError):
            return False

    def _looks_like(self, row: FileRow) -> bool:
        with Root.open(self._folder.root, self._folder.marker_name) as root:
            found = root.look(row.path)
            return isinstance(found, Present) and found.kind is Kind.FILE and found.signature == row.signature

    @property
    def pending(self) -> int:
        """How many files Android is still writing; leftovers of a crashed camera do not count."""
        return self._watch.pending_at(self._clock.monotonic())

    @property
    def knows_photos(self) -> bool:
        """Whether the folder was walked with the extensions that Immich accepts now."""
        return bool(self._walked_with) and self._walked_with == self._uploadable()

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Files and directories that could not be read when they were last looked at, in order."""
        return tuple(sorted(self._unreadable))

    async def _hash(
        self,
        rows: Sequence[FileRow],
        progress: Callable[[int], None] | None = None,
        interrupted: Callable[[], bool] = lambda: False,
        *,
        looks_again: bool = True,
    ) -> int:
        async with self._open() as root:
            if not await self._is_known(root):
                return 0
            reading = Reading(self._folder.id, self._ledger, self._workers, self._clock, progress)
            await reading.read_all(root, rows, interrupted)
            if looks_again and (reading.changed or reading.unreadable):
                await self._some(root, {*reading.changed, *reading.unreadable}, unreadable=reading.unreadable)
            return reading.settled

    async def _full(
        self, root: Root, complete: Collection[str], progress: Callable[[int], None] | None = None
    ) -> FolderObservation:
        known = await self._workers.ledger.run(self._ledger.root_device, self._folder.id)
        moved = None
        if known is not None and known != root.device:
            await self._require_same_disk(root, known)
            moved = (known, root.device)
        uploadable = self._uploadable()
        survey = self._survey(root, complete=complete, moved=moved)
        directories = await self._workers.ledger.run(self._ledger.directories, self._folder.id)
        await survey.tree("", directories, progress)
        if known != root.device:
            await self._workers.ledger.run(self._ledger.set_root_device, self._folder.id, root.device)
        self._walked_with = uploadable
        observation = await survey.observation(full=True, covered=lambda _: True)
        self._unreadable = {*observation.unreadable}
        return observation

    async def _some(
        self,
        root: Root,
        paths: Iterable[str],
        complete: Collection[str] = (),
        unreadable: Mapping[str, Signature] | None = None,
    ) -> FolderObservation:
        dirty = {path for path in paths if _is_inside(path)}
        dirty |= await self._workers.ledger.run(self._rows_among, directories_of(dirty))
        survey = self._survey(root, complete=complete, unreadable=unreadable)
        directories: list[str] = []
        if dirty:
            # There may be as many as a library has days: a look at nothing asks for none.
            directories = await self._workers.ledger.run(self._ledger.directories, self._folder.id)
        trees = {path for path in dirty if within(path, directories)}
        for directory, names in by_directory(dirty).items():
            trees.update((await survey.names(directory, names)).directories)
        tops = outermost(trees)
        for tree in tops:
            await survey.tree(tree, within(tree, directories))
        covered = frozenset((*dirty, *tops))
        observation = await survey.observation(full=False, covered=lambda path: is_at_or_below(path, covered))
        elsewhere = {path for path in self._unreadable if not is_at_or_below(path, covered)}
        self._unreadable = {*elsewhere, *observation.unreadable, *(unreadable or ())}
        return observation

    def _survey(
        self,
        root: Root,
        *,
        complete: Collection[str] = (),
        unreadable: Mapping[str, Signature] | None = None,
        moved: tuple[int, int] | None = None,
    ) -> Survey:
        uploadable = self._uploadable()
        return Survey(
            self._folder.id,
            root,
            self._watch,
            self._ledger,
            self._workers,
            self._clock,
            uploadable,
            hides=self._folder.filter,
            complete=complete,
            unreadable=unreadable,
            moved=moved,
            judged=self._walked_with == uploadable and not unreadable and moved is None,
        )

    def _rows_among(self, directories: Iterable[str]) -> set[str]:
        """Return the directories that are files in the ledger: they were replaced.

        Syncthing tells only of the new directory and sends no ``deleted`` (measured with 1.19.2, 1.29.5 and 2.1.3).
        """
        return {path for path in directories if self._ledger.file(self._folder.id, path) is not None}

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Root]:
        root = await self._workers.disk.run(Root.open, self._folder.root, self._folder.marker_name)
        try:
            yield root
        finally:
            root.close()

    async def _is_known(self, root: Root) -> bool:
        return await self._workers.ledger.run(self._ledger.root_device, self._folder.id) == root.device

    async def _require_same_disk(self, root: Root, known: int) -> None:
        """Return if a file proves it, or none was ever read there.

        Raises:
            RootChangedError: not one of the files that were read there lies here.
        """
        seen = 0
        for directory in await self._workers.ledger.run(self._ledger.directories, self._folder.id):
            rows = await self._workers.ledger.run(self._ledger.directory, self._folder.id, directory)
            witnesses = evidence(rows, known)
            if await self._workers.disk.run(proves_same_disk, root, witnesses):
                return
            seen += len(witnesses)
        if seen:
            raise RootChangedError(str(self._folder.root))


def _within(rows: Sequence[FileRow], limit_bytes: int) -> Sequence[FileRow]:
    """Return as many of the first files as are not larger together."""
    sizes = accumulate(row.signature.size for row in rows)
    return [row for row, size in zip(rows, sizes, strict=True) if size <= limit_bytes]


def _is_inside(path: str) -> bool:
    try:
        return bool(split(path)) and not naming.is_internal(path)
    except UnsafePathError:
        _LOGGER.debug("Not a path inside a folder: %r", path)
        return False
