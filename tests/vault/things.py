"""What the tests of the vault put into it and see of it."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from custom_components.immich_syncthing.vault.model import LocalFile, Vault, VaultOrigin, VaultReason
from tests.checksums import sha1

PHOTO = b"\xff\xd8\xff photo " * 5000
"""Some 60 kB."""


def origin_of(content: bytes, path: str = "IMG_1.jpg", folder_id: str = "camera") -> VaultOrigin:
    return VaultOrigin(
        checksum=sha1(content),
        size=len(content),
        folder_id=folder_id,
        folder_label="Phone Photos",
        path=path,
        mtime_ns=1_763_600_000_123_456_789,
        asset_id="0e3ad5cb-5a4c-4c15-a0d1-1a2b3c4d5e6f",
        account_id="user-1",
        reason=VaultReason.ASSET_DELETED,
    )


@contextmanager
def opened(path: Path) -> Iterator[LocalFile]:
    fd = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield LocalFile(fd, path.name)
    finally:
        os.close(fd)


async def pieces(content: bytes, size: int = 10_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def never() -> AsyncIterator[bytes]:
    message = "nobody should ask for these bytes"
    raise AssertionError(message)
    yield b""


async def everything(vault: Vault, checksum: bytes) -> bytes:
    return b"".join([block async for block in vault.read(checksum)])


def objects_in(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (directory / "objects").glob("*/*")}


def unfinished_in(directory: Path) -> list[str]:
    return [path.name for path in (directory / "incoming").iterdir()]
