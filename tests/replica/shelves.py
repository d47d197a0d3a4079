"""What lies in a store."""

from custom_components.immich_syncthing.stores.store import Store

OWNER = "the-administrator"
"""Whose backups they are, unless a test says otherwise."""


async def keys(store: Store) -> list[str]:
    return [one.key async for page in store.list() for one in page]


async def content(store: Store, name: str) -> bytes:
    return b"".join([chunk async for chunk in store.read(f"database/{name}")])
