"""What is told about a copy: its line in the manifest, and the sidecar beside it."""

import hashlib
import json

from ..immich.models import AssetDetails
from .index import Index
from .layout import sidecar_of
from .ports import Surroundings
from .xmp import write_xmp


class Describer:
    """Keeps line and sidecar of a copy as Immich tells its asset."""

    def __init__(self, around: Surroundings, index: Index) -> None:
        """Describe nothing yet."""
        self._store = around.store
        self._local = around.local
        self._blocking = around.blocking
        self._index = index

    async def describe(self, details: AssetDetails) -> bool:
        """Bring both up to date; return whether anything changed. Raises ``StoreError``."""
        asset = details.asset
        copy = await self._blocking.run(self._index.copies.find, asset.checksum)
        if copy is None:
            return False
        albums = await self._blocking.run(self._index.shown.albums_of, asset.id)
        line = json.dumps(
            {
                "asset": asset.id,
                "name": asset.file_name,
                "captured_at": None if asset.captured_at is None else asset.captured_at.isoformat(),
                "albums": albums,
                "description": details.description,
                "tags": sorted(tag.value for tag in details.tags),
                "favorite": asset.is_favorite,
                "rating": details.rating,
                "visibility": asset.visibility.value,
                "live_photo_video": asset.live_photo_video_id,
            },
            ensure_ascii=False,
        )
        sidecar = await self._sidecar(details)
        told = None if sidecar is None else hashlib.sha1(sidecar, usedforsecurity=False).digest()
        if told != copy.sidecar:
            if sidecar is None:
                await self._store.delete([sidecar_of(copy.key)])
            else:
                await self._store.put_small(sidecar_of(copy.key), sidecar)
        if (line, told) == (copy.line, copy.sidecar):
            return False
        await self._blocking.run(self._index.copies.describe, asset.checksum, line, told)
        return True

    async def _sidecar(self, details: AssetDetails) -> bytes | None:
        """Return the one that lies beside the file, else one that tells what Immich was told."""
        local = await self._local.sidecar(details.asset.checksum)
        if local is not None:
            return local
        tags = tuple(sorted(tag.value for tag in details.tags))
        return write_xmp(details.description, details.rating, tags, details.asset.captured_at)
