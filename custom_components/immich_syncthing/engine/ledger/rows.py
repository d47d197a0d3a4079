"""Between the engine's values and SQLite's."""

from ..model import (
    AssetFact,
    AssetState,
    FileRow,
    FileStatus,
    Signature,
)
from .database import Row

_SQLITE_INTEGERS = range(-(2**63), 2**63)

CHECKSUM_BYTES = 20

FILE_COLUMNS = "directory, name, size, mtime_ns, ctime_ns, inode, device, status, checksum"
"""What :func:`file_row` reads."""

ASSET_COLUMNS = "asset_state, asset_id, trash_seen, was_untouchable, asset_updated_ms"
"""What :func:`asset_fact` reads."""

KEY = "(SELECT key FROM folders WHERE id = ?)"
"""A folder's key; ``NULL``, and so no row at all, for an unknown folder."""


def fit(number: int) -> int | str:
    """Return ``number`` as SQLite can keep it without loss: as text where it exceeds 64 signed bits.

    Inodes and devices use all 64 bits without a sign, and some file systems know nanoseconds beyond the year 2262.
    Read it back with ``int``.
    """
    return number if number in _SQLITE_INTEGERS else str(number)


def split(path: str) -> tuple[str, str]:
    """Return the directory (``""`` for the root) and the name of a path.

    Raises:
        ValueError: empty, absolute, ends with a slash, holds NUL, or is not valid Unicode.
    """
    directory, slash, name = path.rpartition("/")
    if not name or (slash and not directory) or "\0" in path or not _is_unicode(path):
        message = f"not a path in a folder: {path!r}"
        raise ValueError(message)
    return directory, name


def join(directory: str, name: str) -> str:
    """Return the path of a name in a directory."""
    return f"{directory}/{name}" if directory else name


def file_row(folder_id: str, row: Row) -> FileRow:
    """Return what the columns ``FILE_COLUMNS`` say."""
    directory, name, size, mtime_ns, ctime_ns, inode, device, status, checksum = row
    signature = Signature(size, int(mtime_ns), int(ctime_ns), int(inode), int(device))
    return FileRow(folder_id, join(directory, name), signature, FileStatus(status), checksum)


def asset_fact(row: Row) -> AssetFact:
    """Return what the columns ``ASSET_COLUMNS`` say."""
    state, asset_id, trash_seen, was_untouchable, updated_ms = row
    return AssetFact(AssetState(state), asset_id, bool(trash_seen), bool(was_untouchable), updated_ms)


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)
