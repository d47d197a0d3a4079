"""Words to tell the ledger's stories with."""

import hashlib
from collections.abc import Iterable

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import ContentView, HistoryEntry
from custom_components.immich_syncthing.engine.model import (
    AssetFact,
    AssetState,
    Base,
    FileRow,
    FileStatus,
    Signature,
)

PHONE = "folder-phone"
TABLET = "folder-tablet"


def sha(text: str) -> bytes:
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()


CAT, DOG, OWL = sorted(map(sha, ("cat", "dog", "owl")))


def look(mtime: int = 1, *, size: int = 10, inode: int = 7) -> Signature:
    return Signature(size=size, mtime_ns=mtime, ctime_ns=mtime + 1, inode=inode, device=66)


def row(
    path: str,
    status: FileStatus = FileStatus.UNHASHED,
    checksum: bytes | None = None,
    *,
    folder: str = PHONE,
    signature: Signature | None = None,
) -> FileRow:
    return FileRow(folder, path, signature or look(), status, checksum)


def photo(
    ledger: Ledger, path: str, checksum: bytes, *, folder: str = PHONE, mtime: int = 1, size: int = 10
) -> FileRow:
    """Let a file appear and be hashed."""
    signature = look(mtime, size=size)
    ledger.apply_observation(folder, [row(path, folder=folder, signature=signature)], [], 1.0)
    assert ledger.set_hash(folder, path, signature, checksum, 1.0)
    return FileRow(folder, path, signature, FileStatus.SETTLED, checksum)


def linked(ledger: Ledger, path: str, checksum: bytes, *, folder: str = PHONE, mtime: int = 1, size: int = 10) -> str:
    """Let a file be in agreement with its asset, and return the asset's id."""
    photo(ledger, path, checksum, folder=folder, mtime=mtime, size=size)
    asset_id = f"asset-{checksum.hex()[:4]}"
    ledger.set_assets([(checksum, AssetFact(AssetState.ACTIVE, asset_id))], 1.0)
    ledger.record(checksum, Base.LINKED, asset_id, 1.0)
    settle(ledger, [checksum])
    return asset_id


def settle(ledger: Ledger, checksums: Iterable[bytes]) -> None:
    ledger.settle(checksums, ledger.moment())


def content(ledger: Ledger, checksum: bytes) -> ContentView:
    view = ledger.content(checksum)
    assert view is not None
    return view


def dirty(ledger: Ledger, now: float = 1.0) -> list[bytes]:
    return [view.checksum for view in ledger.dirty(now, None, 100)]


def entry(action: str = "upload", path: str | None = "a.jpg") -> HistoryEntry:
    return HistoryEntry(action, path, PHONE, CAT, "asset", "new_file", "folder", "done")
