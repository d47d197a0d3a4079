"""What belongs into the folder, as Immich lists it now."""

import hashlib
import json
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

from ..immich.errors import NotFoundError
from ..immich.finding import Wanted
from ..immich.models import Asset, MediaTypes, Visibility
from ..immich.search import Words, WordsIn
from .base import Base
from .errors import AlbumOtherUserError, AlbumSearchMissingError
from .model import Shown
from .naming import ending
from .ports import Library, Surroundings
from .settings import AlbumFolderSettings, SearchBy, Source

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

WHOLE_SECONDS = 86_400.0
"""How often albums are listed although nothing about them says that they changed."""

_WORDS_IN = {
    SearchBy.DESCRIPTION: WordsIn.DESCRIPTION,
    SearchBy.FILE_NAME: WordsIn.FILE_NAME,
    SearchBy.TEXT: WordsIn.TEXT,
}


@dataclass(frozen=True, slots=True)
class Learned:
    """``whole``: what was not listed does not belong here. ``missing``: chosen albums that are not there."""

    whole: bool
    missing: frozenset[str] = frozenset()


class Observer:
    """Keeps the base's picture of what belongs here true. Raises ``ImmichError`` and ``AlbumFolderError``."""

    def __init__(self, around: Surroundings, base: Base, settings: AlbumFolderSettings) -> None:
        """Observe nothing yet."""
        self._library = around.library
        self._clock = around.clock
        self._blocking = around.blocking
        self._base = base
        self._settings = settings
        self._types: MediaTypes

    async def user(self) -> str:
        """Return the account's user. Raises ``AlbumOtherUserError`` if it is not the one whose photos lie here."""
        user = await self._library.me()
        known = await self._blocking.run(self._base.get, "user")
        if known not in {None, user.id}:
            raise AlbumOtherUserError
        await self._blocking.run(self._base.put, user=user.id)
        return user.id

    async def learn(self, user_id: str) -> Learned:
        """List what belongs here, unless nothing of it can have changed."""
        stamps, missing = await self._stamps()
        stamp = self._stamp(stamps)
        if stamps and await self._is_fresh(stamp):
            return Learned(whole=True, missing=missing)
        self._types = await self._library.media_types()
        started = self._clock.wall()
        number = int(await self._blocking.run(self._base.get, "listing") or 0) + 1
        await self._blocking.run(self._base.put, listing=str(number), listed=None)
        whole = True
        async with aclosing(listed(self._library, self._settings, user_id, stamps)) as pages:
            async for assets, cut in pages:
                await self._blocking.run(self._base.see, self._own(assets, user_id), number)
                whole &= not cut
        if whole:
            await self._blocking.run(self._base.finish_listing, number)
            await self._blocking.run(self._base.put, listed=stamp, listed_at=str(started))
        return Learned(whole, missing)

    async def _stamps(self) -> tuple[dict[str, str], frozenset[str]]:
        """Return of each chosen album what tells its state, and which are not there."""
        stamps: dict[str, str] = {}
        missing: set[str] = set()
        for album_id in sorted(self._settings.albums if self._settings.source is Source.ALBUMS else ()):
            try:
                album = await self._library.album(album_id)
            except NotFoundError:
                missing.add(album_id)
            else:
                # Adding moves the date, taking out and trashing the count.
                stamps[album_id] = f"{album.updated_at.isoformat()} {album.asset_count}"
        return stamps, frozenset(missing)

    def _stamp(self, stamps: dict[str, str]) -> str:
        told = json.dumps([sorted(self._settings.albums), stamps], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    async def _is_fresh(self, stamp: str) -> bool:
        if await self._blocking.run(self._base.get, "listed") != stamp:
            return False
        at = await self._blocking.run(self._base.get, "listed_at")
        return at is not None and 0 <= self._clock.wall() - float(at) < WHOLE_SECONDS

    def _own(self, assets: Iterable[Asset], user_id: str) -> list[Shown]:
        return [self._shown(one) for one in assets if belongs(one, user_id)]

    def _shown(self, asset: Asset) -> Shown:
        return Shown(
            asset_id=asset.id,
            name=asset.file_name,
            taken=max(0, int((asset.captured_at or asset.file_created_at).timestamp())),
            size=asset.size,
            checksum=None if asset.library_id is not None else asset.checksum,
            is_video=ending(asset.file_name) in self._types.video,
        )


async def listed(
    library: Library, settings: AlbumFolderSettings, user_id: str, albums: Iterable[str]
) -> AsyncGenerator[tuple[Iterable[Asset], bool]]:
    """Yield assets of what the settings choose, and whether some more hide beside them; ``albums``: those to look at.

    Raises ``ImmichError``, ``AlbumSearchMissingError``.
    """
    match settings.source:
        case Source.ALBUMS:
            listings = [library.listing(EPOCH, user_id, album_id=one) for one in albums]
        case Source.FAVORITES:
            listings = [library.listing(EPOCH, user_id, favorite=True)]
        case Source.SEARCH:
            await _require_search(library, settings.search_by)
            if settings.search_by is SearchBy.CONTEXT:
                yield (await library.find_similar(Wanted(), settings.query, settings.most_found)).assets, False
                return
            words = Words(_WORDS_IN[settings.search_by], settings.query)
            listings = [library.listing(EPOCH, user_id, words=words)]
    for listing in listings:
        async with aclosing(listing) as pages:
            async for page in pages:
                yield page.assets, page.cut is not None


def belongs(asset: Asset, user_id: str) -> bool:
    """Return whether a listed asset is a photo that can be copied: the user's own, in timeline or archive."""
    visible = asset.visibility in {Visibility.TIMELINE, Visibility.ARCHIVE}
    return visible and not asset.is_trashed and asset.owner_id == user_id


async def _require_search(library: Library, search_by: SearchBy) -> None:
    """Raise ``AlbumSearchMissingError`` where Immich would not search, or ignore what is searched for."""
    features = await library.server_features()
    offered = {SearchBy.CONTEXT: features.smart_search, SearchBy.TEXT: features.ocr}
    if not offered.get(search_by, True):
        raise AlbumSearchMissingError
