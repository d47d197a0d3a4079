"""What is done in the folder: looking, putting a copy there, taking one away. Blocking, and never through a link.

A copy arrives as :mod:`..engine.arriving` says. It is taken away through the quarantine, which compares it with what we
wrote first.
"""

import contextlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..engine.arriving import ArrivingFile, room_in
from ..engine.errors import DiskFullError, RootUnreadableError, WorldChangedError
from ..engine.listing import Kind, Present, join
from ..engine.model import FileRow, FileStatus, Signature
from ..engine.naming import PENDING_PREFIX, TEMPORARY_PREFIXES, TRASHED_PREFIX
from ..engine.placing import disk_errors
from ..engine.quarantine import discard, leftovers, quarantine, restore_leftover
from ..engine.scan import Root
from .errors import AlbumNoRoomError
from .model import Copy
from .settings import AlbumFolderSettings

_DATE_STEPS_NS = 2_000_000_000
"""FAT and some network mounts keep the time of a file in steps of two seconds."""

_NO_FILES = (*TEMPORARY_PREFIXES, TRASHED_PREFIX, PENDING_PREFIX)


def open_root(settings: AlbumFolderSettings) -> Root:
    """Open the folder. Raises ``EngineError``: it is not there, or has no marker, so that its disk may be away."""
    return Root.open(settings.root, settings.marker_name)


def tidy(settings: AlbumFolderSettings) -> None:
    """Put back what an interrupted removal left in quarantine: it is looked at anew. Raises ``EngineError``."""
    with open_root(settings) as root:
        for token, path in leftovers(root).items():
            restore_leftover(root, token, path)


@dataclass(frozen=True, slots=True)
class Files:
    """All files of the folder by their paths; Syncthing's own are none. ``unread``: directories that cannot be read."""

    seen: Mapping[str, Signature]
    unread: tuple[str, ...] = ()

    def hides(self, path: str) -> bool:
        """Return whether nobody can tell what lies there."""
        return any(path.startswith(f"{directory}/") for directory in self.unread)


def files_of(settings: AlbumFolderSettings) -> Files:
    """Walk through the folder. Raises ``EngineError``, also where the folder itself cannot be read."""
    found: dict[str, Signature] = {}
    unread: list[str] = []
    with open_root(settings) as root:
        for listing in root.walk():
            if listing.error is not None:
                if not listing.directory:
                    raise RootUnreadableError(listing.error)
                unread.append(listing.directory)
            for name, stamp in listing.files.items():
                if not name.startswith(_NO_FILES):
                    found[join(listing.directory, name)] = Signature(*stamp)
    return Files(found, tuple(unread))


@dataclass(frozen=True, slots=True)
class Found:
    """A copy that is there: its name, and how it looks."""

    name: str
    signature: Signature


@dataclass(slots=True)
class Look:
    """What became of copies. ``touched``: the same bytes look otherwise; ``moved``: they have another name.

    ``held``: they are missing, and a file that we did not write holds the same photo, be it under their name.
    """

    missing: list[Copy] = field(default_factory=list)
    changed: list[Copy] = field(default_factory=list)
    touched: list[tuple[Copy, Signature]] = field(default_factory=list)
    moved: list[tuple[Copy, str, Signature]] = field(default_factory=list)
    held: list[tuple[Copy, str, Signature]] = field(default_factory=list)


def look_at(settings: AlbumFolderSettings, copies: Iterable[Copy], there: Files) -> Look:
    """Compare copies with the files that are ``there``. Raises ``EngineError``.

    One that somebody moved is no missing one: it is the very file that we wrote. A device that moves a copy may send
    another file instead; it holds the same bytes and date, and so does what its owner had put there all along.
    """
    found, files = Look(), there.seen
    known = [copy for copy in copies if not there.hides(copy.name)]
    names = {copy.name for copy in known}
    strangers: dict[tuple[int, int], list[str]] = {}
    for path, signature in files.items():
        if path not in names:
            strangers.setdefault((signature.size, signature.mtime_ns), []).append(path)
    with open_root(settings) as root:
        for copy in known:
            now = files.get(copy.name)
            if now is None:
                _look_elsewhere(root, copy, files, strangers, found)
            elif now != copy.signature:
                same = holds(root, copy.name, now, copy.checksum)
                if same and _is_touched(copy, now):
                    found.touched.append((copy, now))
                elif same:
                    found.held.append((copy, copy.name, now))
                elif same is False:
                    found.changed.append(copy)
    return found


def _is_touched(copy: Copy, now: Signature) -> bool:
    """Return whether a file with a copy's name and bytes is that copy, and not one that was moved over it.

    FAT and some network mounts number their files anew. What came after a copy bears a later ctime, which nobody sets.
    """
    before = copy.signature
    if before is None:
        return False
    return now.inode == before.inode or (now.mtime_ns == before.mtime_ns and now.ctime_ns <= before.ctime_ns)


def holds(root: Root, path: str, signature: Signature, checksum: bytes) -> bool | None:
    """Return whether a file that looks so has these bytes; ``None`` where nobody can say now."""
    try:
        read = root.hash_file(path, signature)
    except OSError:
        return None
    return None if read is None else read == checksum


def like_ours(root: Root, name: str, checksum: bytes, mtime_ns: int) -> Signature | None:
    """Return how a file looks that has these bytes, and the date that a copy of ours bears."""
    found = root.look(name)
    if not isinstance(found, Present) or found.kind is not Kind.FILE:
        return None
    if abs(found.signature.mtime_ns - mtime_ns) > _DATE_STEPS_NS:
        return None
    return found.signature if holds(root, name, found.signature, checksum) else None


def is_very_file(copy: Copy, signature: Signature) -> bool:
    """Return whether a file that looks so is the one that we wrote, wherever it was since."""
    before = copy.signature
    sameness = signature.inode, signature.size, signature.mtime_ns
    return before is not None and sameness == (before.inode, before.size, before.mtime_ns)


def find_like_ours(settings: AlbumFolderSettings, names: Iterable[str], checksum: bytes, mtime_ns: int) -> Found | None:
    """Return under which of some names a file lies that looks like a copy, whoever wrote it. Raises ``EngineError``."""
    with open_root(settings) as root:
        for name in names:
            if (signature := like_ours(root, name, checksum, mtime_ns)) is not None:
                return Found(name, signature)
    return None


def remove(settings: AlbumFolderSettings, copy: Copy) -> bool:
    """Take a copy away if it still is what we wrote; return whether it is gone. Raises ``EngineError``."""
    if copy.signature is None:
        return True
    row = FileRow("", copy.name, copy.signature, FileStatus.SETTLED, copy.checksum)
    token = secrets.token_hex(8)
    with open_root(settings) as root:
        if not isinstance(root.look(copy.name), Present):
            return True
        try:
            quarantine(root, row, token, settings.marker_name)
        except WorldChangedError:
            return False
        discard(root, token)
    return True


@dataclass(frozen=True, slots=True)
class Written:
    """What was brought to stable storage: its checksum, how many bytes, and the inode by which it is known as ours."""

    checksum: bytes
    size: int
    inode: int


class Arrival:
    """A copy on its way into the folder, hashed while it is written."""

    def __init__(self, settings: AlbumFolderSettings) -> None:
        """Open nothing yet."""
        self._settings = settings
        self._opened = contextlib.ExitStack()
        self._mtime_ns = 0
        self._root: Root
        self._file: ArrivingFile

    def begin(self, size: int, title: str) -> None:
        """Open the folder, and see whether there is room for so many bytes of a photo with this ``title``.

        Raises:
            AlbumNoRoomError: not for this one.
            DiskFullError: for none.
            EngineError: the folder is not there.
        """
        self._root = self._opened.enter_context(open_root(self._settings))
        with disk_errors(str(self._settings.root)):
            directory_fd, _ = self._opened.enter_context(self._root.open_parent("x"))
            self._file = self._opened.enter_context(contextlib.closing(ArrivingFile(directory_fd)))
            left = room_in(directory_fd)
        if left <= 0:
            raise DiskFullError(str(self._settings.root))
        if size > left:
            raise AlbumNoRoomError(title)

    def write(self, block: bytes) -> None:
        """Append ``block``."""
        with disk_errors(str(self._settings.root)):
            self._file.write(block)

    def finish(self, mtime_ns: int) -> Written:
        """Bring the bytes to stable storage."""
        self._mtime_ns = mtime_ns
        with disk_errors(str(self._settings.root)):
            self._file.set_mtime(mtime_ns)
            self._file.sync()
            return Written(self._file.checksum, self._file.size, self._file.inode)

    def take_name(self, name: str) -> Signature | None:
        """Give the copy its name; ``None`` if something else has it, or it was changed in that very moment."""
        with disk_errors(name):
            try:
                self._file.take_name(name)
            except FileExistsError:
                return None
        return like_ours(self._root, name, self._file.checksum, self._mtime_ns)

    def close(self) -> None:
        """Let everything go; without a name nothing stays."""
        self._opened.close()


def _look_elsewhere(
    root: Root,
    copy: Copy,
    files: Mapping[str, Signature],
    strangers: Mapping[tuple[int, int], list[str]],
    found: Look,
) -> None:
    before = copy.signature
    like_it = strangers.get((before.size, before.mtime_ns), []) if before is not None else []
    for path in like_it:
        if holds(root, path, files[path], copy.checksum):
            like_it.remove(path)
            is_ours = before is not None and files[path].inode == before.inode
            (found.moved if is_ours else found.held).append((copy, path, files[path]))
            return
    found.missing.append(copy)
