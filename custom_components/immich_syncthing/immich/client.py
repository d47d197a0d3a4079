"""The one door to Immich: a client for one API key, for Immich 2.7 and 3.0 to 3.2."""

import asyncio
import logging
import random as random_module
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Unpack

import aiohttp

from . import (
    albums,
    assets,
    carry,
    delta,
    dumps,
    finding,
    jobs,
    oracle,
    pictures,
    search,
    server,
    stacks,
    tags,
    trash,
    update,
    workflows,
)
from .download import download
from .errors import UnexpectedAnswerError
from .finding import Found, Wanted
from .hints import HintStream
from .jobs import PhotoJob, QueueName
from .models import (
    Album,
    ApiKeyInfo,
    Asset,
    AssetCounts,
    AssetDetails,
    BatchResult,
    Change,
    ChangePage,
    DatabaseDump,
    Delta,
    GroupResult,
    MediaTypes,
    OracleAnswer,
    Queue,
    QueueState,
    ServerAbout,
    ServerConfig,
    ServerFeatures,
    ServerStatistics,
    ServerStorage,
    ServerVersion,
    Tag,
    TimelineBucket,
    Upload,
    UploadResult,
    User,
    VersionCheck,
    VersionHistoryEntry,
    Visibility,
)
from .pictures import Picture, PictureSize
from .search import Words
from .transport import Transport
from .upload import send
from .url import normalize_url
from .workflows import Webhook

_LISTS_ALL = ServerVersion(3, 0, 0)
_FINDS_CHECKSUMS = ServerVersion(3, 2, 0)

_LOGGER = logging.getLogger(__name__)


class ImmichClient:
    """Calls Immich for one API key. Every call may raise any ``ImmichError``; the docstrings name special ones.

    All calls but ``upload`` are safe to repeat and are tried up to three times when the connection breaks or the server
    stumbles. The session stays its owner's: it is not closed here, and should carry an ``aiohttp.DummyCookieJar``.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_root: str,
        api_key: str,
        *,
        verify_ssl: bool = True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = random_module.random,
    ) -> None:
        """Send nothing yet. Raises ``InvalidUrlError`` when ``api_root`` is no address."""
        self.api_root = normalize_url(api_root)
        self.known_version: ServerVersion | None = None
        self.hints = HintStream(session, self.api_root, api_key, verify_ssl=verify_ssl)
        self._transport = Transport(session, self.api_root, api_key, verify_ssl=verify_ssl, sleep=sleep, random=random)

    def __repr__(self) -> str:
        """Return the address; the key stays out."""
        return f"ImmichClient({self.api_root!r})"

    async def ping(self) -> None:
        """Raise unless Immich answers."""
        await server.ping(self._transport)

    async def version(self) -> ServerVersion:
        """Ask for the version; ``known_version`` keeps it."""
        self.known_version = await server.version(self._transport)
        return self.known_version

    async def server_config(self) -> ServerConfig:
        """Return the public configuration, with the maintenance flag."""
        return await server.server_config(self._transport)

    async def server_features(self) -> ServerFeatures:
        """Return what the server has switched on."""
        return await server.server_features(self._transport)

    async def media_types(self) -> MediaTypes:
        """Return the file name extensions that the server accepts."""
        return await server.media_types(self._transport)

    async def server_about(self) -> ServerAbout:
        """Return what needs ``server.about``."""
        return await server.server_about(self._transport)

    async def server_storage(self) -> ServerStorage:
        """Return the disk's numbers; needs ``server.storage``."""
        return await server.server_storage(self._transport)

    async def version_check(self) -> VersionCheck:
        """Return the newest release that Immich knows of; needs ``server.versionCheck``."""
        return await server.version_check(self._transport)

    async def queues(self) -> tuple[Queue, ...]:
        """Return the background queues; needs ``queue.read`` and an administrator."""
        return await server.queues(self._transport)

    async def server_statistics(self) -> ServerStatistics:
        """Return counts over all users; needs ``server.statistics`` and an administrator."""
        return await server.server_statistics(self._transport)

    async def version_history(self) -> tuple[VersionHistoryEntry, ...]:
        """Return every version that the server's database has seen."""
        return await server.version_history(self._transport)

    async def api_key(self) -> ApiKeyInfo:
        """Return the key in use with its permissions; any key may ask."""
        return await server.api_key(self._transport)

    async def me(self) -> User:
        """Return the key's user; needs ``user.read``."""
        return await server.me(self._transport)

    async def bulk_upload_check(self, checksums: Sequence[bytes]) -> dict[bytes, OracleAnswer]:
        """Return for each SHA-1 whether the user has such bytes, anywhere; needs ``asset.upload``."""
        return await oracle.bulk_upload_check(self._transport, checksums)

    async def upload(self, upload: Upload) -> UploadResult:
        """Send one file, once, and never again by itself; needs ``asset.upload``.

        Raises ``SourceChangedError``, ``UnsupportedTypeError``, ``QuotaError`` or ``TooLargeError`` about the file.
        """
        return await send(self._transport, upload, self.known_version or await self.version())

    async def trash(self, asset_ids: Sequence[str]) -> BatchResult:
        """Move assets to the trash; needs ``asset.delete``."""
        return await trash.trash(self._transport, asset_ids)

    async def restore(self, asset_ids: Sequence[str]) -> BatchResult:
        """Take assets out of the trash; needs ``asset.delete``."""
        return await trash.restore(self._transport, asset_ids)

    async def changes_since(
        self, since: datetime, owner_id: str, *, visibilities: Sequence[Visibility | None] | None = None
    ) -> Delta:
        """Return own assets updated at or after ``since``, trashed ones too; needs ``asset.read``.

        Without ``visibilities``: timeline, archive and hidden; in one search where ``known_version`` lets us.
        """
        if visibilities is None:
            all_in_one = self.known_version is not None and self.known_version >= _LISTS_ALL
            visibilities = delta.AT_ONCE if all_in_one else delta.VISIBLE
        return await delta.changes_since(self._transport, since, owner_id, visibilities)

    def listing(
        self,
        since: datetime,
        owner_id: str,
        *,
        album_id: str | None = None,
        favorite: bool = False,
        words: Words | None = None,
    ) -> AsyncGenerator[ChangePage]:
        """Yield what ``changes_since`` tells, page by page; of it an album's members, favourites, what has some words.

        Close it when done.
        """
        listing = delta.Listing(album_id, favorite, words)
        return delta.change_pages(self._transport, since, owner_id, listing=listing)

    async def newest_asset(self, owner_id: str) -> Asset | None:
        """Return the user's own asset with the highest ``updatedAt``, a trashed one too; needs ``asset.read``."""
        return await delta.newest_asset(self._transport, owner_id)

    async def asset_statistics(self, *, trashed: bool = False) -> AssetCounts:
        """Return counts of timeline and archive, or of the trash; needs ``asset.statistics``."""
        return await assets.asset_statistics(self._transport, trashed=trashed)

    async def timeline_buckets(
        self, *, trashed: bool = False, visibility: Visibility | None = None
    ) -> tuple[TimelineBucket, ...]:
        """Return the timeline's months with their counts; needs ``asset.read``."""
        return await assets.timeline_buckets(self._transport, trashed=trashed, visibility=visibility)

    async def timeline_bucket_ids(
        self, time_bucket: str, *, trashed: bool = False, visibility: Visibility | None = None
    ) -> frozenset[str]:
        """Return the ids of all assets of one month; needs ``asset.read``."""
        return await assets.timeline_bucket_ids(self._transport, time_bucket, trashed=trashed, visibility=visibility)

    async def asset(self, asset_id: str) -> Asset:
        """Return one asset. Raises ``NotFoundError`` for unknown, purged, foreign and locked ones alike."""
        return await assets.asset(self._transport, asset_id)

    async def assets_with(self, checksums: Sequence[bytes]) -> tuple[Asset, ...]:
        """Return assets with these contents, as far as one search shows them; none where no search can, before 3.2.

        At most 1,000 checksums. What is missing may be there nevertheless; so may others than the user's own.
        """
        if self.known_version is None or self.known_version < _FINDS_CHECKSUMS:
            return ()
        try:
            return await search.with_checksums(self._transport, checksums)
        except UnexpectedAnswerError as error:
            _LOGGER.debug("Immich finds no contents: %s", error)
            return ()

    async def details(self, asset_id: str) -> AssetDetails:
        """Return one asset with description, rating, tags and stack. Raises ``NotFoundError`` as ``asset`` does."""
        return await assets.details(self._transport, asset_id)

    async def albums_of(self, asset_id: str) -> tuple[str, ...]:
        """Return the ids of the own and shared albums with this asset, known or not; needs ``album.read``."""
        return await albums.albums_of(self._transport, asset_id)

    async def albums(self) -> tuple[Album, ...]:
        """Return the user's own albums, on v3 shared ones as well; needs ``album.read``."""
        return await albums.albums(self._transport)

    async def create_album(self, name: str) -> Album:
        """Make an album, once, even if there is one of that name; needs ``album.create``."""
        return await albums.create(self._transport, name)

    async def add_to_album(self, album_id: str, asset_ids: Sequence[str]) -> GroupResult:
        """Put assets into an album; needs ``albumAsset.create``. Raises ``NotFoundError`` for no such album."""
        return await albums.add(self._transport, album_id, asset_ids)

    async def album(self, album_id: str) -> Album:
        """Return one album; needs ``album.read``. Raises ``NotFoundError`` where there is none for this key."""
        return await albums.album(self._transport, album_id)

    async def own_albums(self) -> tuple[Album, ...]:
        """Return the user's own albums; needs ``album.read``."""
        is_v3 = (self.known_version or await self.version()) >= _LISTS_ALL
        return await albums.own_albums(self._transport, is_v3=is_v3)

    async def remove_from_album(self, album_id: str, asset_ids: Sequence[str]) -> BatchResult:
        """Take assets out of an album; needs ``albumAsset.delete``. Raises ``NotFoundError`` for no such album."""
        return await albums.remove(self._transport, album_id, asset_ids)

    async def copy(
        self,
        source_id: str,
        target_id: str,
        *,
        albums: bool = True,
        favorite: bool = True,
        shared_links: bool = True,
        sidecar: bool = True,
        stack: bool = True,
    ) -> None:
        """Carry over what belongs to an asset, but tags, description and rating; needs ``asset.copy``.

        Without ``sidecar`` where the target was uploaded with one of its own. Raises ``NotFoundError`` for either.
        """
        await carry.copy(
            self._transport,
            source_id,
            target_id,
            albums=albums,
            favorite=favorite,
            shared_links=shared_links,
            sidecar=sidecar,
            stack=stack,
        )

    async def update(self, asset_id: str, **change: Unpack[Change]) -> Asset:
        """Change the given fields of one asset; needs ``asset.update``. Raises ``NotFoundError`` as ``asset`` does."""
        return await update.update(self._transport, asset_id, change)

    async def update_all(self, asset_ids: Sequence[str], **change: Unpack[Change]) -> BatchResult:
        """Change the given fields of many assets alike, but not a live photo's video; needs ``asset.update``."""
        return await update.update_all(self._transport, asset_ids, change)

    async def link_motion(self, still_id: str, video_id: str) -> Asset:
        """Make a video the moving part of a photo, and hidden; needs ``asset.update``.

        Raises ``NotFoundError`` when either is not there for this key, or the second is no video.
        """
        return await update.update(self._transport, still_id, {"live_photo_video_id": video_id})

    async def tags(self) -> tuple[Tag, ...]:
        """Return the user's tags; needs ``tag.read``."""
        return await tags.tags(self._transport)

    async def tag(self, asset_id: str, values: Sequence[str]) -> tuple[Tag, ...]:
        """Give an asset tags, creating what is missing; needs ``tag.create`` and ``tag.asset``."""
        return await tags.tag(self._transport, asset_id, values)

    async def tag_all(self, asset_ids: Sequence[str], values: Sequence[str]) -> dict[str, GroupResult]:
        """Give all these assets all these tags; return what became of them, by tag. Needs the same."""
        return await tags.tag_all(self._transport, asset_ids, values)

    async def make_tags(self, values: Sequence[str]) -> tuple[Tag, ...]:
        """Return the tags, created where they are missing, in this order; needs ``tag.create``."""
        return await tags.make(self._transport, values)

    async def add_tag(self, tag_id: str, asset_ids: Sequence[str]) -> GroupResult:
        """Give assets a tag that there is; needs ``tag.asset``. Raises ``NotFoundError`` where there is none."""
        return await tags.add(self._transport, tag_id, asset_ids)

    async def stack(self, primary_id: str, *others: str) -> str:
        """Stack assets, whose own stacks join in, and return the new stack's id; needs ``stack.create``."""
        return await stacks.stack(self._transport, primary_id, others)

    async def picture(self, asset_id: str, size: PictureSize = PictureSize.PREVIEW) -> Picture:
        """Return a small picture of an asset; needs ``asset.view``. Raises ``NotFoundError`` where there is none."""
        return await pictures.picture(self._transport, asset_id, size)

    async def find(self, wanted: Wanted, size: int, after: int | None = None) -> Found:
        """Return a page of photos, newest first; needs ``asset.read``. ``after``: of the page before."""
        return await finding.find(self._transport, wanted, size, after)

    async def find_similar(self, wanted: Wanted, shows: str, size: int, page: int = 1) -> Found:
        """Return a page of photos that show something, the likeliest first; needs ``asset.read`` and smart search."""
        return await finding.find_similar(self._transport, wanted, shows, size, page)

    def download(self, asset_id: str, *, offset: int = 0) -> AsyncGenerator[bytes]:
        """Yield the original from ``offset`` on, resumed by itself; needs ``asset.download``. Close it when done."""
        return download(self._transport, asset_id, offset)

    async def create_webhook(self, webhook: Webhook) -> None:
        """Have Immich call a webhook for each new photo; needs ``workflows.PERMISSIONS``. Since Immich 3.0.

        Raises ``UnexpectedAnswerError`` where it cannot; then nothing of it is left.
        """
        await workflows.create_webhook(self._transport, webhook)

    async def remove_webhook(self, name: str, url: str) -> None:
        """Have Immich call it no more; needs the same. Harmless if it does not."""
        await workflows.remove_webhook(self._transport, name, url)

    async def start_queue(self, queue: QueueName, *, everything: bool = False) -> bool:
        """Have a queue do what is missing, or all anew; ``False`` if it works already. Needs what ``jobs`` says."""
        return await jobs.start_queue(self._transport, queue, everything=everything)

    async def run_on_photos(self, job: PhotoJob, asset_ids: Sequence[str]) -> None:
        """Have some photos done anew; needs ``job.create``. Raises ``NotFoundError`` where one is not there."""
        await jobs.run_on_photos(self._transport, job, asset_ids)

    async def start_database_backup(self) -> None:
        """Have Immich back its database up, soon; needs ``job.create`` and an administrator."""
        await dumps.start_database_backup(self._transport)

    async def database_backup_queue(self) -> QueueState:
        """Return what the queue does that makes these backups; needs ``queue.read`` and an administrator."""
        return await dumps.database_backup_queue(self._transport)

    async def database_backups(self) -> tuple[DatabaseDump, ...]:
        """Return the backups that Immich has; needs ``maintenance`` and an administrator. Since Immich 2.5."""
        return await dumps.database_backups(self._transport)

    def download_database_backup(self, name: str, *, offset: int = 0) -> AsyncGenerator[bytes]:
        """Yield one of them, resumed by itself; needs ``backup.download``. Close it when done."""
        return dumps.download_database_backup(self._transport, name, offset)

    async def delete_database_backups(self, names: Sequence[str]) -> None:
        """Remove some of them on the server; needs ``backup.delete``."""
        await dumps.delete_database_backups(self._transport, names)
