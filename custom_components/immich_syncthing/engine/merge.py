"""What a look at a directory means for the ledger's rows of it. Pure: listing and rows in, changed rows out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from . import naming
from .listing import Entry, Kind, Listing, join
from .model import (
    Departure,
    FileRow,
    FileStatus,
    Signature,
)
from .naming import NameKind
from .patterns import Filter

_SIDECAR_ENDINGS = frozenset({".xmp", ".XMP", ".Xmp"})

NO_INODE = 0
"""No file has it: marks an unsure or excluded row whose bytes were never read under its signature."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How to judge.

    ``filter`` hides what the owner's patterns exclude. ``still`` tells whether a path has been at rest under a
    signature for long enough to be read. ``unreadable`` are files that could not be read just now. ``moved`` is
    (old, new) when the folder's disk has another device number than before. Without any ``uploadable`` extension,
    because Immich has not told them yet, what was a file stays one and nothing new becomes one.
    """

    folder_id: str
    uploadable: frozenset[str]
    still: Callable[[str, Signature], bool]
    unreadable: Mapping[str, Signature] = field(default_factory=dict)
    moved: tuple[int, int] | None = None
    filter: Filter = field(default_factory=Filter)


@dataclass(slots=True)
class Merged:
    """What changes: ``seen`` rows to write and ``departed`` paths; and what was met, changed or not.

    ``files`` counts usable files; ``unsettled`` and ``pending`` are the paths to look at again, as they look now;
    ``directories`` are those among the listed names. ``binned`` are names of Android's bin, with their mtimes.
    ``sidecars`` are the names of those.
    """

    seen: list[FileRow] = field(default_factory=list)
    departed: list[tuple[str, Departure]] = field(default_factory=list)
    files: int = 0
    unsettled: dict[str, Signature] = field(default_factory=dict)
    pending: dict[str, Signature] = field(default_factory=dict)
    directories: list[str] = field(default_factory=list)
    sidecars: dict[str, Signature] = field(default_factory=dict)
    binned: dict[str, int] = field(default_factory=dict)


def merge(listing: Listing, rows: Iterable[FileRow], rules: Rules) -> Merged:
    """Compare a directory, or some names of it, with the ledger's ``rows`` of the same names."""
    merged = Merged()
    waiting = {row.path: row for row in rows}
    visible = rules.filter.within(listing.directory)
    for entry in listing.entries:
        path = join(listing.directory, entry.name)
        if entry.kind is Kind.DIRECTORY:
            merged.directories.append(path)
        if visible.excludes(path):
            continue
        row = waiting.pop(path, None)
        if entry.name[-4:] in _SIDECAR_ENDINGS:
            _note_sidecar(merged, path, entry)
        _note(merged, path, entry, rules.uploadable)
        _settle_on(merged, row, _present(path, entry, row, rules))
    for row in waiting.values():
        known = _moved(row, rules)
        if visible.excludes(row.path):
            _hide(merged, row, known)
            continue
        absent = listing.error is None and known.signature.device == listing.device
        _settle_on(merged, row, None if absent else _unsure(known))
    return merged


def same_file(before: Signature, now: Signature) -> bool:
    """Return whether both are one unchanged file. A remount may number the device anew: that alone says nothing."""
    return before == now or before == replace(now, device=before.device)


def _note(merged: Merged, path: str, entry: Entry, uploadable: frozenset[str]) -> None:
    if entry.kind is not Kind.FILE or entry.signature is None:
        return
    # Most names are settled by their first letters already: this is asked for each file of each walk.
    pending = entry.name.startswith(naming.PENDING_PREFIX) and naming.classify(path, uploadable) is NameKind.PENDING
    if pending:
        merged.pending[path] = entry.signature
    elif entry.name.startswith(naming.TRASHED_PREFIX) and naming.binned_name(entry.name) is not None:
        merged.binned[entry.name] = entry.signature.mtime_ns


def _note_sidecar(merged: Merged, path: str, entry: Entry) -> None:
    if entry.kind is Kind.FILE and entry.signature is not None and naming.is_sidecar(path):
        merged.sidecars[entry.name] = entry.signature


def _settle_on(merged: Merged, before: FileRow | None, after: FileRow | None) -> None:
    if after is None:
        if before is not None:
            merged.departed.append((before.path, Departure.ABSENT))
        return
    if after != before:
        merged.seen.append(after)
    if after.status is FileStatus.UNSETTLED:
        merged.unsettled[after.path] = after.signature
    if after.status in {FileStatus.SETTLED, FileStatus.UNHASHED, FileStatus.UNSETTLED}:
        merged.files += 1


def _present(path: str, entry: Entry, before: FileRow | None, rules: Rules) -> FileRow | None:
    """Return the row of a name that is there, or ``None`` for none."""
    row = None if before is None else _moved(before, rules)
    if entry.signature is None:
        return None if row is None else _unsure(row)
    if not _is_usable(path, entry, entry.signature, rules, known=row is not None):
        return None if row is None or row.checksum is None else replace(row, status=FileStatus.UNUSABLE)
    if row is None:
        return FileRow(rules.folder_id, path, entry.signature, _fresh(path, entry.signature, rules), None)
    status = _status(row, entry.signature, rules)
    if status is row.status and entry.signature == row.signature:
        return row
    return replace(row, signature=entry.signature, status=status)


def _status(row: FileRow, signature: Signature, rules: Rules) -> FileStatus:
    """Return what becomes of a usable file that has a row: bytes are trusted only if the file is still the same."""
    if not same_file(row.signature, signature):
        return _fresh(row.path, signature, rules)
    match row.status:
        case FileStatus.SETTLED | FileStatus.UNSURE | FileStatus.EXCLUDED:
            return FileStatus.SETTLED
        case FileStatus.UNHASHED:
            return FileStatus.UNHASHED
        case FileStatus.UNSETTLED | FileStatus.UNUSABLE:
            return _fresh(row.path, signature, rules)


def _fresh(path: str, signature: Signature, rules: Rules) -> FileStatus:
    return FileStatus.UNHASHED if rules.still(path, signature) else FileStatus.UNSETTLED


def _is_usable(path: str, entry: Entry, signature: Signature, rules: Rules, *, known: bool) -> bool:
    named = naming.classify(path, rules.uploadable) is NameKind.MEDIA or (known and not rules.uploadable)
    return named and entry.kind is Kind.FILE and signature.size > 0 and rules.unreadable.get(path) != signature


def _hide(merged: Merged, before: FileRow, known: FileRow) -> None:
    """Take a row out of sight, whether its file is there or not; one whose bytes were never read was never ours."""
    _settle_on(merged, before, None if known.checksum is None else _doubtful(known, FileStatus.EXCLUDED))


def _unsure(row: FileRow) -> FileRow:
    """Return the row as one that nobody can say anything about."""
    return _doubtful(row, FileStatus.UNSURE)


def _doubtful(row: FileRow, status: FileStatus) -> FileRow:
    """Return the row with a status to be trusted again only if its bytes were read."""
    if row.status in {FileStatus.SETTLED, FileStatus.UNSURE, FileStatus.EXCLUDED}:
        return replace(row, status=status)
    return replace(row, status=status, signature=replace(row.signature, inode=NO_INODE))


def _moved(row: FileRow, rules: Rules) -> FileRow:
    if rules.moved is None or row.signature.device != rules.moved[0]:
        return row
    return replace(row, signature=replace(row.signature, device=rules.moved[1]))
