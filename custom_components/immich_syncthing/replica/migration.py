"""A replica in another store: all of it as it is, its manifest and Immich's database dumps too."""

from collections.abc import Sequence, Set

from ..stores.clearing import Clearing
from ..stores.migration import Layout, Migration
from ..stores.store import Store
from ..stores.verified import Verified
from .dump_shelf import PREFIX
from .layout import ORIGINALS, SIDECAR
from .manifest import ABOUT, MANIFEST

REPLICA_LAYOUT = Layout((PREFIX.rstrip("/"), MANIFEST, ORIGINALS.rstrip("/")), ABOUT, lambda _: None)
"""A key does not tell the checksum of what lies under it: both sides are read and compared."""


def replica_migration(source: Store, destination: Store, verified: Verified, *, at_once: int = 4) -> Migration:
    """Return what copies a replica into another store."""
    return Migration(source, destination, REPLICA_LAYOUT, verified, at_once=at_once)


def replica_clearing(old: Store, new: Store, others: Sequence[Store] = (), giving_up: int = 0) -> Clearing:
    """Return what removes from the old store what the new one holds, unless it is one of ``others`` too."""
    return Clearing(old, new, REPLICA_LAYOUT, _outlived, _belongs, others, giving_up)


async def _outlived(new: Store, key: str) -> bool:
    """Return whether the new store's own has taken its place: the manifest, and sidecars, are written anew."""
    if key.startswith(f"{MANIFEST}/"):
        return await new.head(ABOUT) is not None
    return key.endswith(SIDECAR) and await new.head(key) is not None


def _belongs(key: str, stay: Set[str]) -> bool:
    """Return whether a key is of what tells of an original that stays: its sidecar, or the manifest."""
    return key.removesuffix(SIDECAR) in stay or (key.startswith(f"{MANIFEST}/") and bool(stay))
