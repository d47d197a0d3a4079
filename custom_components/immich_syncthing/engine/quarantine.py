"""The deletion of one file, after the vault has it: out of sight by one rename, compared, then gone. Blocking.

The quarantine lies at ``.stfolder/immich_syncthing/quarantine``: on the folder's own file system, so that moving is a
rename; never synced, because Syncthing treats ``.stfolder`` as its own whatever the marker is called. A note beside
each file says where it was, so that it can go back even when the ledger is lost.

A crash (or a lost power line) after each step leaves the bytes somewhere, and one way to go on:

| last step that happened                    | the bytes are            | and then                               |
| ------------------------------------------ | ------------------------ | -------------------------------------- |
| note written                               | old path, vault          | nothing began; the note is forgotten   |
| renamed into quarantine                    | quarantine, vault        | ``leftover_is`` tells: ``discard`` or  |
|                                            |                          | ``restore_leftover``                   |
| compared and equal                         | quarantine, vault        | the same                               |
| compared and different, moved back         | old (or restored) path   | the note is forgotten                  |
| the same, where a move is link and unlink: |                          |                                        |
| linked at the old path                     | old path, quarantine     | ``restore_leftover`` drops the second  |
| unlinked from quarantine                   | vault                    | finished; the note is forgotten        |

The comparison reads all bytes again. It must: a vault that keeps files by hard link shares the bytes with the file, so
whoever wrote to it after the vault had hashed it has changed both. Different bytes go back to their path, and the next
deletion of this content makes the vault look at its object again. ``ctime`` says nothing here: both the link and the
rename change it. What nobody can see is a program that opened the file earlier and writes after the comparison.
"""

import contextlib
import errno
import os
import re
import stat
from dataclasses import dataclass

from .errors import MarkerMissingError, NoQuarantineError, WorldChangedError
from .listing import Kind, Present, join, split
from .model import FileRow, Signature
from .placing import (
    disk_errors,
    made_parent,
    make_directory,
    move_without_replacing,
    open_directory,
    spellings,
    sync_names,
)
from .scan import Root

INTERNAL = ".stfolder"
"""What Syncthing never syncs, whatever the marker is called (its ``fs.IsInternal`` has this very name)."""

OURS = "immich_syncthing"
"""Our own directory in there."""

_PLACE = f"{INTERNAL}/{OURS}/quarantine"
_NOTE = ".path"
_TOKEN = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that was taken away: its bytes were compared with what was planned."""

    token: str
    path: str
    signature: Signature


def quarantine(root: Root, row: FileRow, token: str, marker_name: str = INTERNAL) -> Quarantined:
    """Take the file away from its path and make sure that it is the one that was planned; else it is back there.

    ``token`` names it in quarantine: letters, digits, hyphens, never used before. With the marker's usual name a
    missing ``.stfolder`` is not made: the disk may not be mounted.

    Raises:
        WorldChangedError: the file at the path is not, or no longer, the planned one.
        MarkerMissingError: there is no ``.stfolder``.
        NoQuarantineError: the quarantine lies on another file system, or its place is taken.
        ReadOnlyError, DiskFullError, RootUnreadableError: the disk refuses; the file is at its path.
    """
    _require_token(token)
    with disk_errors(row.path):
        _make_place(root, marker_name)
        with root.open_parent(f"{_PLACE}/{token}") as (place, _), root.open_parent(row.path) as (parent, name):
            if not _is_like(os.stat(name, dir_fd=parent, follow_symlinks=False), row):
                raise WorldChangedError(row.path)
            _write_note(place, token, row.path)
            try:
                _take_away(parent, name, place, token)
            except OSError, NoQuarantineError:
                _forget_note(place, token)
                raise
            try:
                sync_names(place)
                sync_names(parent)
                signature = _compared(root, row, token)
            except OSError, WorldChangedError:
                restore_leftover(root, token, row.path)
                raise
    return Quarantined(token, row.path, signature)


def discard(root: Root, token: str) -> None:
    """Let a file in quarantine go for good, on stable storage. One that is not there is gone already.

    Raises ``ReadOnlyError``, ``RootUnreadableError``.
    """
    _require_token(token)
    with (
        disk_errors(_PLACE),
        contextlib.suppress(FileNotFoundError),
        root.open_parent(f"{_PLACE}/{token}") as (place, _),
    ):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(token, dir_fd=place)
        sync_names(place)
        _forget_note(place, token)


def leftover_is(root: Root, token: str, checksum: bytes) -> bool:
    """Return whether a file in quarantine has these bytes: only then may it be discarded after a crash.

    The crash may have come before the comparison. Raises ``WorldChangedError`` if nothing is there, ``ReadOnlyError``,
    ``RootUnreadableError``.
    """
    _require_token(token)
    path = f"{_PLACE}/{token}"
    with disk_errors(path):
        found = root.look(path)
        if not isinstance(found, Present) or found.kind is not Kind.FILE:
            raise WorldChangedError(path)
        return root.hash_file(path, found.signature) == checksum


def restore_leftover(root: Root, token: str, path: str) -> str:
    """Put a file in quarantine back and return its path: the old one or, where that is taken, a restored one.

    Raises ``WorldChangedError`` if it is not there, ``ReadOnlyError``, ``DiskFullError``, ``RootUnreadableError``.
    """
    _require_token(token)
    with disk_errors(path), root.open_parent(f"{_PLACE}/{token}") as (place, _), made_parent(root, path) as target:
        quarantined = os.stat(token, dir_fd=place, follow_symlinks=False)
        for name in spellings(target.name):
            try:
                move_without_replacing(place, token, target.fd, name)
            except FileExistsError:
                if not _is_also(quarantined, target.fd, name):
                    continue
                # A crash between link and unlink: it is back already, under two names.
                sync_names(target.fd)
                os.unlink(token, dir_fd=place)
            sync_names(target.fd)
            sync_names(place)
            _forget_note(place, token)
            return join(target.directory, name)
    raise AssertionError


def leftovers(root: Root, *, tidy: bool = True) -> dict[str, str]:
    """Return what a crash left in quarantine: token → the path where it was. ``tidy``: forget notes without a file.

    Where the note was lost, the path is ``recovered <token>``: the owner then at least sees the file again.
    Raises ``ReadOnlyError``, ``RootUnreadableError``.
    """
    found: dict[str, str] = {}
    nothing_there = contextlib.suppress(FileNotFoundError, NotADirectoryError)
    with disk_errors(_PLACE), nothing_there, root.open_parent(f"{_PLACE}/x") as (place, _):
        names = set(os.listdir(place))  # noqa: PTH208 - Path cannot list an open directory
        for name in names:
            if _TOKEN.fullmatch(name):
                found[name] = _read_note(place, name) or f"recovered {name}"
            elif tidy and name.removesuffix(_NOTE) not in names:
                _forget_note(place, name.removesuffix(_NOTE))
    return found


def _make_place(root: Root, marker_name: str) -> None:
    """Make the quarantine's directory. Never through a link; raises ``OSError`` as well."""
    if isinstance(found := root.look(_PLACE), Present) and found.kind is Kind.DIRECTORY:
        return
    with root.open_parent(INTERNAL) as (top, _):
        fd = os.dup(top)
        try:
            for part in _PLACE.split("/"):
                nested = _enter(fd, part, may_make=part != INTERNAL or marker_name != INTERNAL)
                os.close(fd)
                fd = nested
        finally:
            os.close(fd)


def _enter(fd: int, part: str, *, may_make: bool) -> int:
    try:
        return open_directory(fd, part)
    except FileNotFoundError as err:
        if not may_make:
            raise MarkerMissingError(part) from err
        with contextlib.suppress(FileExistsError):
            make_directory(fd, part)
    except (NotADirectoryError, PermissionError) as err:
        detail = f"{part}: {err.strerror}"
        raise NoQuarantineError(detail) from err
    return open_directory(fd, part)


def _is_like(status: os.stat_result, row: FileRow) -> bool:
    planned = row.signature
    found = (status.st_ino, status.st_size, status.st_mtime_ns)
    as_planned = found == (planned.inode, planned.size, planned.mtime_ns)
    return as_planned and stat.S_ISREG(status.st_mode) and row.checksum is not None


def _take_away(parent: int, name: str, place: int, token: str) -> None:
    """Rename the file into quarantine, in one step; a used token is refused."""
    with contextlib.suppress(FileNotFoundError):
        os.stat(token, dir_fd=place, follow_symlinks=False)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), token)
    try:
        os.rename(name, token, src_dir_fd=parent, dst_dir_fd=place)
    except OSError as err:
        if err.errno == errno.EXDEV:
            raise NoQuarantineError(name) from err
        raise


def _compared(root: Root, row: FileRow, token: str) -> Signature:
    """Return the signature of what lies in quarantine. Raises ``WorldChangedError`` if its bytes are not the planned.

    The inode is not compared again: some network and FUSE file systems make it from the path, and equal bytes under
    another inode are in the vault just as well.
    """
    path = f"{_PLACE}/{token}"
    found = root.look(path)
    if isinstance(found, Present) and found.kind is Kind.FILE:
        signature = found.signature
        expected = (row.signature.size, row.signature.mtime_ns)
        if (signature.size, signature.mtime_ns) == expected and root.hash_file(path, signature) == row.checksum:
            return signature
    raise WorldChangedError(row.path)


def _is_also(quarantined: os.stat_result, parent: int, name: str) -> bool:
    """Return whether ``name`` is a second name of the file in quarantine."""
    try:
        return os.path.samestat(quarantined, os.stat(name, dir_fd=parent, follow_symlinks=False))
    except FileNotFoundError:
        return False


def _write_note(place: int, token: str, path: str) -> None:
    fd = os.open(token + _NOTE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600, dir_fd=place)
    with os.fdopen(fd, "wb") as note:
        note.write(path.encode())


def _read_note(place: int, token: str) -> str | None:
    """Return the path that was noted, ``None`` if the note was lost or is none."""
    try:
        fd = os.open(token + _NOTE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place)
        with os.fdopen(fd, "rb") as note:
            path = note.read().decode()
        return path if split(path) else None
    except OSError, ValueError:
        return None


def _forget_note(place: int, token: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(token + _NOTE, dir_fd=place)


def _require_token(token: str) -> None:
    if not _TOKEN.fullmatch(token):
        message = f"no token: {token!r}"
        raise ValueError(message)
