"""Why copies that are not wanted any more may leave: each photo is looked at before its copy goes."""

import logging
from collections.abc import Iterable

from ..immich.errors import NotFoundError
from ..immich.models import Asset, Visibility
from .base import Base
from .model import Copy, Evidence, Leaving
from .observing import Learned
from .ports import Surroundings
from .settings import AlbumFolderSettings, Source

_LOGGER = logging.getLogger(__name__)


class Witness:
    """Looks at photos whose copies are to leave. Raises ``ImmichError``, ``AlbumBaseError``."""

    def __init__(self, around: Surroundings, base: Base, settings: AlbumFolderSettings) -> None:
        """Look at nothing yet."""
        self._library = around.library
        self._blocking = around.blocking
        self._base = base
        self._settings = settings

    async def look_at(self, copies: Iterable[Copy], learned: Learned) -> list[Leaving]:
        """Return which may leave, and why; those that belong here after all are left out."""
        found = []
        for copy in copies:
            if await self._blocking.run(self._base.is_shown, copy.asset_id):
                found.append(Leaving(copy, Evidence.OWN_CHOICE))
            elif (evidence := await self._evidence(copy.asset_id, learned)) is not None:
                found.append(Leaving(copy, evidence))
            else:
                _LOGGER.debug("The photo %s belongs here although no listing shows it", copy.asset_id)
        return found

    async def _evidence(self, asset_id: str, learned: Learned) -> Evidence | None:
        try:
            asset = await self._library.asset(asset_id)
        except NotFoundError:
            return Evidence.GONE
        if asset.is_trashed:
            return Evidence.TRASHED
        if asset.visibility in {Visibility.HIDDEN, Visibility.LOCKED}:
            return Evidence.ELSEWHERE
        return await self._of_active(asset, learned)

    async def _of_active(self, asset: Asset, learned: Learned) -> Evidence | None:
        match self._settings.source:
            case Source.ALBUMS:
                if self._settings.albums & set(await self._library.albums_of(asset.id)):
                    return None
                return Evidence.ALBUM_GONE if learned.missing else Evidence.ELSEWHERE
            case Source.FAVORITES:
                return None if asset.is_favorite else Evidence.ELSEWHERE
            case Source.SEARCH:
                return Evidence.NO_MATCH
