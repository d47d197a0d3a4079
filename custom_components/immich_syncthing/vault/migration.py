"""A vault in another place: what of it moves there, entry by entry as it is, so that nothing in it becomes younger."""

from collections.abc import Sequence, Set
from contextlib import AbstractAsyncContextManager, nullcontext

from ..stores.clearing import Clearing
from ..stores.migration import Layout, Migration, Turn
from ..stores.settings import StoreKind, StoreSettings
from ..stores.store import Store
from ..stores.verified import Verified
from .directory import DirectoryVault
from .object_vault import ObjectVault
from .turns import Turns, turns_at

_OBJECTS, _ENTRIES, _NOTES, _DATABASE = "objects", "entries", "notes", "database"


def checksum_in(key: str) -> bytes | None:
    """Return the SHA-1 that the key of an object names; of other keys ``None``."""
    root, _, rest = key.partition("/")
    shard, _, name = rest.partition("/")
    if root != _OBJECTS:
        return None
    try:
        checksum = bytes.fromhex(name)
    except ValueError:
        return None
    return checksum if key == f"{_OBJECTS}/{shard}/{checksum.hex()}" and shard == name[:2] else None


VAULT_LAYOUT = Layout((_DATABASE, _ENTRIES, _NOTES, _OBJECTS), "README.txt", checksum_in)
"""Entries come before objects: whoever empties a vault that two share does not take an object for nobody's."""


def store_behind(vault: DirectoryVault | ObjectVault, *, made: bool = True) -> Store:
    """Return the store that a vault is: both kinds have the same keys. ``made``: whether it must be one already."""
    if isinstance(vault, ObjectVault):
        return vault.store
    settings = StoreSettings(StoreKind.DIRECTORY, directory=str(vault.directory))
    return Store(settings, mark=VAULT_LAYOUT.mark if made else None)


def vault_migration(
    source: DirectoryVault | ObjectVault,
    destination: DirectoryVault | ObjectVault,
    verified: Verified,
    *,
    at_once: int = 4,
) -> Migration:
    """Return what copies a vault into another, which is prepared already and may be another account's too."""
    place = destination.directory if isinstance(destination, DirectoryVault) else destination.store.settings.place
    turn = _turn(turns_at(place))
    return Migration(
        store_behind(source), store_behind(destination), VAULT_LAYOUT, verified, at_once=at_once, turn=turn
    )


def vault_clearing(
    old: DirectoryVault | ObjectVault,
    new: DirectoryVault | ObjectVault,
    others: Sequence[DirectoryVault | ObjectVault] = (),
    giving_up: int = 0,
) -> Clearing:
    """Return what removes from an old vault what the new one holds, unless it is one of ``others`` too."""
    elsewhere = [store_behind(one, made=False) for one in others]
    return Clearing(store_behind(old), store_behind(new), VAULT_LAYOUT, _outlived, _belongs, elsewhere, giving_up)


def _turn(turns: Turns) -> Turn:
    """Let nobody remove a content from the destination while it is looked at there, or comes."""

    def turn(key: str) -> AbstractAsyncContextManager[object]:
        checksum = checksum_in(key)
        return nullcontext() if checksum is None else turns.of(checksum)

    return turn


async def _outlived(new: Store, key: str) -> bool:
    """Return whether something is of no use any more: a note, or an entry that a newer one superseded."""
    root, _, rest = key.partition("/")
    if root == _NOTES:
        # Notes are of now; the vault in use has those of its folders.
        return True
    checksum = rest.partition("/")[0]
    if root != _ENTRIES or await new.head(_object(checksum)) is None:
        return False
    return [page async for page in new.list(f"{_ENTRIES}/{checksum}")] != []


def _belongs(key: str, stay: Set[str]) -> bool:
    """Return whether a key is of an entry whose content stays."""
    root, _, rest = key.partition("/")
    return root == _ENTRIES and _object(rest.partition("/")[0]) in stay


def _object(checksum: str) -> str:
    return f"{_OBJECTS}/{checksum[:2]}/{checksum}"
