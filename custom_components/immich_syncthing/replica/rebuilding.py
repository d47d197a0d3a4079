"""Making a lost index again from the store alone, without sending anything twice."""

import logging

from ..stores.paging import in_pages
from .index import Index
from .layout import ORIGINALS, SIDECAR
from .manifest import Manifest
from .ports import Surroundings

_LOGGER = logging.getLogger(__name__)

BATCH = 1_000


async def rebuild(around: Surroundings, index: Index, manifest: Manifest) -> int:
    """Read manifest and listing into the index; return how many of its copies are missing. Raises ``StoreError``.

    Broken off, it begins anew the next time. What lies in the store without a line is found when its original is to be
    copied: it is read back then.
    """
    await around.blocking.run(index.copies.clear)
    async for told in in_pages(manifest.lines(), BATCH):
        await around.blocking.run(index.copies.recall, told)
    strays = 0
    async for page in around.store.list(ORIGINALS.rstrip("/")):
        seen = [(one.key, one.size, one.modified_at, one.etag) for one in page if not one.key.endswith(SIDECAR)]
        strays += await around.blocking.run(index.copies.see, seen)
    missing = await around.blocking.run(index.copies.miss, around.clock.wall())
    await around.blocking.run(index.shown.look_at_all)
    await around.blocking.run(index.put, rebuilt="yes", strays="yes" if strays else None)
    _LOGGER.info("Read the index of the replica from its store; %s copies are missing", missing)
    return missing
