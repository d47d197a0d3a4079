"""What the tests of the stores put into them and see of them."""

from collections.abc import AsyncIterator
from hashlib import sha256

from custom_components.immich_syncthing.stores.store import Store

KIB, MIB = 1024, 1024 * 1024
CROWD = 1010
"""More objects than a page of a list has."""


async def film(size: int, piece: int = 700 * KIB) -> AsyncIterator[bytes]:
    """Yield ``size`` bytes in which no two blocks are alike, in pieces that fit into no part."""
    for start in range(0, size, piece):
        yield _filled(start, min(piece, size - start))


def filmed(size: int, piece: int = 700 * KIB) -> str:
    """Return the SHA-256 of ``film``."""
    digest = sha256()
    for start in range(0, size, piece):
        digest.update(_filled(start, min(piece, size - start)))
    return digest.hexdigest()


async def seen(store: Store, key: str, offset: int = 0) -> str:
    """Return the SHA-256 of what the store gives back."""
    digest = sha256()
    async for block in store.read(key, offset=offset):
        digest.update(block)
    return digest.hexdigest()


async def keys(store: Store, prefix: str = "", after: str | None = None) -> list[str]:
    return [one.key async for page in store.list(prefix, after) for one in page]


def _filled(start: int, size: int) -> bytes:
    return (f"{start:016d}".encode() * (size // 16 + 1))[:size]
