"""The kinds of vault that keep the same promises, and what lies in them."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.model import Blocking
from custom_components.immich_syncthing.vault.object_vault import ObjectVault
from tests.servers.azure import AzureServer
from tests.servers.s3 import S3Kind, S3Server

from .things import unfinished_in

KINDS = ("directory", "store in memory", "store in a directory")
FAR = tuple(f"store in {server}" for server in (*S3Kind, "azurite"))
"""The same in two S3 servers, and in Azure's stand-in."""


@dataclass
class Place:
    """A vault that a test has, and the same seen past it: as a store, and by whoever looks into its place."""

    vault: DirectoryVault | ObjectVault
    store: Store
    again: Callable[[], DirectoryVault | ObjectVault]
    """Another vault in the same place, as of a new installation."""
    directory: Path | None

    async def objects(self) -> dict[str, bytes]:
        """Return each object by the last part of its key."""
        return {key.rpartition("/")[2]: await self._read(key) async for key in self.keys("objects")}

    async def keys(self, prefix: str) -> AsyncIterator[str]:
        async for page in self.store.list(prefix):
            for one in page:
                yield one.key

    async def spoil(self, content: bytes) -> None:
        """Put other bytes in the place of the one object."""
        [key] = [key async for key in self.keys("objects")]
        await self.store.put_small(key, content)

    async def nothing_unfinished(self) -> bool:
        if self.directory is None:
            return True
        if isinstance(self.vault, DirectoryVault):
            return unfinished_in(self.directory) == []
        return [path for path in self.directory.rglob("*#*") if path.is_file()] == []

    async def _read(self, key: str) -> bytes:
        return await self.store.read_small(key) or b""


def place_of(kind: str, directory: Path, disk: Blocking, clock: Callable[[], float]) -> Place:
    """Return a place for a vault that is not prepared yet."""
    if kind == "directory":
        store = Store(StoreSettings(StoreKind.DIRECTORY, directory=str(directory)))
        return Place(
            DirectoryVault(directory, disk, clock), store, lambda: DirectoryVault(directory, disk, clock), directory
        )
    if kind == "store in memory":
        store = Store.memory()
        return Place(ObjectVault(store, clock, disk), store, lambda: ObjectVault(store, clock, disk), None)
    directory.mkdir()
    settings = StoreSettings(StoreKind.DIRECTORY, prefix="immich/vault", directory=str(directory))
    return _in_store(settings, disk, clock, directory)


def place_in(server: S3Server | AzureServer, disk: Blocking, clock: Callable[[], float]) -> Place:
    """Return a place in a new bucket, for a vault that is not prepared yet."""
    return _in_store(server.settings(server.new_bucket(), prefix="immich/vault"), disk, clock, None)


def _in_store(settings: StoreSettings, disk: Blocking, clock: Callable[[], float], directory: Path | None) -> Place:
    store = Store(settings)
    return Place(ObjectVault(store, clock, disk), store, lambda: ObjectVault(Store(settings), clock, disk), directory)
