"""Where the bytes of what is gone can be had: the vault, which is near, then Syncthing's own versions, then Immich."""

import logging
import os
from collections.abc import AsyncIterator
from enum import StrEnum

from ...vault.writing import BLOCK, finished
from ..errors import EngineError
from ..listing import Kind, Present, UnsafePathError
from ..scan import Root
from ..versions import kept_versions
from .context import Context

_LOGGER = logging.getLogger(__name__)


class Source(StrEnum):
    """Where the bytes of a file come from."""

    FOLDER = "folder"
    """Nothing has to be written: a file has them."""
    VAULT = "vault"
    VERSIONS = "versions"
    IMMICH = "immich"


async def version_of(context: Context, folder_id: str, path: str, size: int, checksum: bytes) -> str | None:
    """Return the path, from the folder's root, of an old version with these bytes; ``None`` if none is to be had."""
    settings = context.folders[folder_id].settings

    def look() -> str | None:
        with Root.open(settings.root, settings.marker_name) as root:
            return next((one for one in kept_versions(root, path, size) if _has(root, one, checksum)), None)

    try:
        return await context.workers.disk.run(look)
    except (EngineError, OSError, UnsafePathError) as error:
        _LOGGER.debug("Syncthing's versions do not help: %s", error)
        return None


async def read_version(context: Context, folder_id: str, version: str) -> AsyncIterator[bytes]:
    """Yield the bytes of an old version in blocks of 1 MiB. Raises ``EngineError``, ``OSError``."""
    settings, disk = context.folders[folder_id].settings, context.workers.disk

    def begin() -> int:
        with Root.open(settings.root, settings.marker_name) as root:
            return root.open_file(version)

    fd = await finished(disk.run(begin))
    try:
        while block := await finished(disk.run(os.read, fd, BLOCK)):
            yield block
    finally:
        await finished(disk.run(os.close, fd))


def _has(root: Root, version: str, checksum: bytes) -> bool:
    found = root.look(version)
    if not isinstance(found, Present) or found.kind is not Kind.FILE:
        return False
    try:
        return root.hash_file(version, found.signature) == checksum
    except OSError:
        return False
