"""What the directory vault knows of each deletion: ``entries/<checksum>/<ms since 1970>-<random>.json``.

Each entry tells everything, so the vault's index is its directory: nothing else has to be kept, or can be lost.
"""

import json
import logging
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from .model import VaultEntry, VaultOrigin, VaultReason
from .writing import create_small, remove, sync_directory

_LOGGER = logging.getLogger(__name__)

FORMAT = 1
"""The version of the entries' fields."""

LATEST = 250_000_000_000.0
"""No entry came after this moment (s since 1970): the year 9892, and the last that all calendars here can tell."""

_LARGEST = 2**63
"""What a disk and SQLite count up to."""
_CHECKSUM = re.compile(r"[0-9a-f]{40}")


def encode(entry: VaultEntry) -> bytes:
    """Return the entry as JSON, in ASCII: a name of broken UTF-8 survives as lone surrogates."""
    origin = entry.origin
    fields = {
        "product": "Immich Syncthing",
        "format": FORMAT,
        "checksum": origin.checksum.hex(),
        "size": origin.size,
        "folder_id": origin.folder_id,
        "folder_label": origin.folder_label,
        "path": origin.path,
        "mtime_ns": origin.mtime_ns,
        "asset_id": origin.asset_id,
        "account_id": origin.account_id,
        "reason": origin.reason.value,
        "stored_at": entry.stored_at,
    }
    return json.dumps(fields, indent=1).encode("ascii") + b"\n"


def decode(text: bytes, place: str) -> VaultEntry:
    """Return the entry of the content ``place`` that ``text`` is. Raises ``ValueError`` for anything else."""
    try:
        fields = json.loads(text)
        entry = VaultEntry(
            VaultOrigin(
                checksum=bytes.fromhex(fields["checksum"]),
                size=int(fields["size"]),
                folder_id=str(fields["folder_id"]),
                folder_label=str(fields["folder_label"]),
                path=str(fields["path"]),
                mtime_ns=int(fields["mtime_ns"]),
                asset_id=None if fields["asset_id"] is None else str(fields["asset_id"]),
                account_id=str(fields["account_id"]),
                reason=VaultReason(fields["reason"]),
            ),
            float(fields["stored_at"]),
        )
    except (KeyError, TypeError, OverflowError, RecursionError) as err:
        raise ValueError(str(err)) from err
    if entry.origin.checksum.hex() != place:
        message = "it tells of another content"
        raise ValueError(message)
    _require_possible(entry)
    return entry


def name_of(entry: VaultEntry) -> str:
    """Return a new name for the entry; names of the same content are sorted by time."""
    return f"{int(entry.stored_at * 1000):013d}-{secrets.token_hex(4)}.json"


def time_of(name: str) -> float | None:
    """Return when the entry of this name came (s since 1970), ``None`` for a name that is none of ours."""
    milliseconds = name.partition("-")[0]
    if not milliseconds.isdecimal() or not name.endswith(".json") or len(milliseconds) > len(f"{LATEST:.0f}000"):
        return None
    time = int(milliseconds) / 1000
    return time if time < LATEST else None


def checksum_named(name: str) -> bytes | None:
    """Return the checksum that the place of a content is named by, ``None`` for a name that is none of ours."""
    return bytes.fromhex(name) if _CHECKSUM.fullmatch(name) else None


def _require_possible(entry: VaultEntry) -> None:
    """Raise ``ValueError`` for what no deletion ever was: others may write where the vault is."""
    origin = entry.origin
    if not (0 <= origin.size < _LARGEST and -_LARGEST <= origin.mtime_ns < _LARGEST and 0 <= entry.stored_at < LATEST):
        message = "a number in it cannot be"
        raise ValueError(message)
    # Only a path may hold bytes that are no text.
    for words in (origin.folder_id, origin.folder_label, origin.account_id, origin.asset_id or ""):
        words.encode()


class Entries:
    """The entries below ``directory``. Blocking; raises ``OSError`` where the disk fails."""

    def __init__(self, directory: Path) -> None:
        self._entries = directory / "entries"
        self._incoming = directory / "incoming"

    def add(self, entry: VaultEntry) -> None:
        """Keep the entry on stable storage; earlier ones with the very same origin are superseded."""
        place = self._place(entry.origin.checksum)
        if not place.is_dir():
            place.mkdir(mode=0o700, exist_ok=True)
            sync_directory(self._entries)
        before = tuple(self._read(place))
        name = name_of(entry)
        temporary = self._incoming / f"{name}.tmp"
        try:
            create_small(temporary, encode(entry))
            temporary.replace(place / name)
        finally:
            remove(temporary)
        sync_directory(place)
        for path, earlier in before:
            if earlier.origin == entry.origin:
                remove(path)

    def newest(self, checksum: bytes) -> VaultEntry | None:
        """Return the entry that was added last for this content."""
        found = [entry for _, entry in self._read(self._place(checksum))]
        return max(found, key=lambda entry: entry.stored_at, default=None)

    def all(self, after: bytes | None = None) -> Iterator[VaultEntry]:
        """Yield every entry, or those of contents behind ``after``; by checksum, then by time."""
        for place in sorted(self._entries.iterdir()):
            if after is None or place.name > after.hex():
                for _, entry in self._read(place):
                    yield entry

    def of(self, checksum: bytes) -> tuple[VaultEntry, ...]:
        """Return the entries of this content, oldest first."""
        return tuple(entry for _, entry in self._read(self._place(checksum)))

    def spans(self) -> Iterator[tuple[bytes, float, float]]:
        """Yield each content that has an entry, with the times of its oldest and its newest one; by checksum."""
        for place in sorted(self._entries.iterdir()):
            checksum = checksum_named(place.name)
            if checksum is not None and (times := list(_times(place))):
                yield checksum, min(times), max(times)

    def times(self, checksum: bytes) -> Iterator[float]:
        """Yield when each entry of this content came, to the millisecond; also of those that cannot be read."""
        return _times(self._place(checksum))

    def are_read(self, checksum: bytes) -> bool:
        """Return whether all entries of this content can be read."""
        place = self._place(checksum)
        names = [path for path in place.iterdir() if path.suffix == ".json"] if place.is_dir() else []
        return len(names) == len(self.of(checksum))

    def oldest(self) -> float | None:
        """Return when the oldest of all entries came."""
        return min((time for place in self._entries.iterdir() for time in _times(place)), default=None)

    def remove(self, checksum: bytes) -> None:
        """Remove all entries of this content."""
        place = self._place(checksum)
        if place.is_dir():
            for path in place.iterdir():
                path.unlink()
            place.rmdir()
            sync_directory(self._entries)

    def _place(self, checksum: bytes) -> Path:
        return self._entries / checksum.hex()

    def _read(self, place: Path) -> Iterator[tuple[Path, VaultEntry]]:
        try:
            # Path.glob would take a directory that cannot be listed for an empty one.
            names = os.listdir(place)  # noqa: PTH208
        except FileNotFoundError, NotADirectoryError:
            return
        for path in (place / name for name in sorted(names) if name.endswith(".json")):
            try:
                entry = decode(path.read_bytes(), place.name)
            except FileNotFoundError:
                continue
            except ValueError as err:
                _LOGGER.warning("Vault entry %s cannot be read and is left out: %s", path, err)
                continue
            yield path, entry


def _times(place: Path) -> Iterator[float]:
    if place.is_dir():
        yield from (time for path in place.iterdir() if (time := time_of(path.name)) is not None)
