"""The engine's view of the simulated Immich: each call may fail before or after it was done."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import batched

from custom_components.immich_syncthing.immich.errors import (
    CannotConnectError,
    ImmichError,
    MaintenanceError,
    MissingPermissionError,
    NotFoundError,
    ServerError,
    SourceChangedError,
    TimedOutError,
    UnexpectedAnswerError,
    UnsupportedTypeError,
    WrongKeyError,
)
from custom_components.immich_syncthing.immich.models import (
    Album,
    ApiKeyInfo,
    Asset,
    AssetCounts,
    BatchResult,
    ChangePage,
    Delta,
    MediaTypes,
    OracleAnswer,
    ServerConfig,
    ServerFeatures,
    Upload,
    UploadResult,
    User,
    VersionHistoryEntry,
    Visibility,
)

from .contents import checksum
from .faults import Points
from .immich import TRASH_DAYS, SimulatedAsset, SimulatedImmich
from .immich_care import Care, link
from .immich_sorting import Sorting

MEDIA = MediaTypes(image=frozenset({".jpg", ".heic"}), video=frozenset({".mp4", ".mov"}), sidecar=frozenset({".xmp"}))


class Trouble(StrEnum):
    """How the server is, as a whole."""

    NONE = "none"
    DOWN = "down"
    MAINTENANCE = "maintenance"
    WRONG_KEY = "wrong_key"
    NO_DELETE = "no_delete"
    NO_STATISTICS = "no_statistics"
    ERRORS = "errors"


class Failing(StrEnum):
    """How one call fails. ``LOST`` and ``LOST_500``: it was done, and its answer never came."""

    REFUSED = "refused"
    TIMEOUT = "timeout"
    ERROR_500 = "error_500"
    NONSENSE = "nonsense"
    LOST = "lost"
    LOST_500 = "lost_500"
    PARTIAL = "partial"
    """A listing that could not be completed, and says so."""


_ERRORS: dict[Failing, Callable[[], ImmichError]] = {
    Failing.REFUSED: CannotConnectError,
    Failing.TIMEOUT: TimedOutError,
    Failing.ERROR_500: lambda: ServerError(500, "simulated"),
    Failing.NONSENSE: UnexpectedAnswerError,
    Failing.LOST: TimedOutError,
    Failing.LOST_500: lambda: ServerError(502, "simulated"),
}
_AFTERWARDS = frozenset({Failing.LOST, Failing.LOST_500})
_TROUBLES: dict[Trouble, Callable[[], ImmichError]] = {
    Trouble.DOWN: CannotConnectError,
    Trouble.MAINTENANCE: MaintenanceError,
    Trouble.WRONG_KEY: WrongKeyError,
    Trouble.ERRORS: lambda: ServerError(500, "simulated"),
}


@dataclass(slots=True)
class Watch:
    """What is told of the engine's changes, just after they were made: upload, trash, restore."""

    changed: Callable[[str, SimulatedAsset], None]


@dataclass(slots=True)
class ImmichPortUnderTest(Sorting, Care):
    """Implements ``ImmichPort``. ``failing``: number of a call in this run → how it fails.

    ``poison``: bytes with which nothing works. ``calls`` counts this run's calls.
    """

    server: SimulatedImmich
    points: Points
    watch: Watch
    trouble: Trouble = Trouble.NONE
    poison: set[bytes] = field(default_factory=set)
    failing: Mapping[int, Failing] = field(default_factory=dict)
    calls: int = 0
    fired: int = 0
    asked: int = 0
    """The server's last stamp when it was asked which contents it has."""
    log: list[tuple[str, bytes]] = field(default_factory=list)

    def begin(self, failing: Mapping[int, Failing]) -> None:
        """Count from nothing."""
        self.failing, self.calls = failing, 0
        self.log.clear()

    async def server_config(self) -> ServerConfig:
        if self.trouble is Trouble.MAINTENANCE:
            return ServerConfig(maintenance_mode=True, trash_days=None, is_initialized=False, external_domain="")
        return await self._call(lambda: ServerConfig(False, TRASH_DAYS, True, ""))

    async def server_features(self) -> ServerFeatures:
        return await self._call(lambda: ServerFeatures(trash=True, smart_search=False, ocr=False))

    async def media_types(self) -> MediaTypes:
        return await self._call(lambda: MEDIA)

    async def api_key(self) -> ApiKeyInfo:
        return await self._call(lambda: ApiKeyInfo("key", "key", frozenset({"all"})))

    async def me(self) -> User:
        return await self._call(
            lambda: User(self.server.owner_id, "a@example.org", "A", False, None, None, has_quota=False)
        )

    async def bulk_upload_check(self, checksums: Sequence[bytes]) -> dict[bytes, OracleAnswer]:
        def answer() -> dict[bytes, OracleAnswer]:
            self.asked = self.server.last_stamp
            known = {checksum(asset.data): asset for asset in self.server.assets.values()}
            found = ((one, known.get(one)) for one in dict.fromkeys(checksums))
            return {
                one: OracleAnswer(None, is_trashed=False)
                if asset is None
                else OracleAnswer(asset.id, is_trashed=not asset.active)
                for one, asset in found
            }

        return await self._call(answer)

    async def upload(self, upload: Upload) -> UploadResult:
        await asyncio.sleep(0)
        known = self.server.by_checksum(upload.checksum)
        if known is not None:
            # The header is trusted: the bytes are not even read.
            return await self._call(lambda: UploadResult(known.id, created=False, sent_checksum=None))
        data = b"".join([block async for block in upload.content()])
        if len(data) != upload.size:
            raise SourceChangedError(upload.file_name)
        self._refuse_poison(data)
        if not upload.file_name.lower().endswith(tuple(MEDIA.uploadable)):
            raise UnsupportedTypeError(upload.file_name)
        sent = hashlib.sha1(data, usedforsecurity=False).digest()

        def store() -> UploadResult:
            twin = self.server.holding(data)
            if twin is not None:
                if sent != upload.checksum:
                    raise SourceChangedError(upload.file_name)
                return UploadResult(twin.id, created=False, sent_checksum=sent)
            asset = self.server.add(data, upload.file_name, upload.created_at)
            asset.visibility = upload.visibility or asset.visibility
            if upload.live_photo_video_id is not None:
                link(self.server, asset, self._visible(upload.live_photo_video_id).id)
            self._changed("upload", asset)
            return UploadResult(asset.id, created=True, sent_checksum=sent)

        return await self._call(store)

    async def trash(self, asset_ids: Sequence[str]) -> BatchResult:
        def trash(assets: list[SimulatedAsset]) -> None:
            for asset in assets:
                self.server.trash(asset)
                self._changed("trash", asset)

        return await self._in_batches(asset_ids, trash)

    async def restore(self, asset_ids: Sequence[str]) -> BatchResult:
        def restore(assets: list[SimulatedAsset]) -> None:
            for asset in assets:
                if not asset.active:
                    self.server.restore(asset)
                    self._changed("restore", asset)

        return await self._in_batches(asset_ids, restore)

    async def changes_since(self, since: datetime, owner_id: str) -> Delta:
        def answer() -> Delta:
            rows = [one for one in self._listed() if one.updated_at >= since]
            if self.failing.get(self.calls) is Failing.PARTIAL:
                self.fired += 1
                shown = rows[::2]
                return Delta(tuple(map(self.server.seen, shown)), 1, _newest(shown))
            return Delta(tuple(map(self.server.seen, rows)), 0, _newest(rows))

        return await self._call(answer)

    async def listing(
        self, since: datetime, owner_id: str, *, album_id: str | None = None
    ) -> AsyncGenerator[ChangePage]:
        rows = await self._call(
            lambda: [
                one
                for one in self._listed()
                if one.updated_at >= since and (album_id is None or album_id in one.albums)
            ]
        )
        for page in batched(rows, 5, strict=False):
            yield await self._call(lambda page=page: self._page(page))  # type: ignore[misc]

    def _page(self, rows: Sequence[SimulatedAsset]) -> ChangePage:
        if self.failing.get(self.calls) is not Failing.PARTIAL:
            return ChangePage(tuple(map(self.server.seen, rows)))
        self.fired += 1
        return ChangePage(tuple(map(self.server.seen, rows[::2])), (None, int(rows[0].updated_at.timestamp() * 1000)))

    async def albums(self) -> tuple[Album, ...]:
        def answer() -> tuple[Album, ...]:
            ids = [album_id for asset in self.server.assets.values() for album_id in asset.albums]
            return tuple(Album(one, one, ids.count(one), self.server.stamp()) for one in sorted(set(ids)))

        return await self._call(answer)

    async def newest_asset(self, owner_id: str) -> Asset | None:
        def answer() -> Asset | None:
            rows = self._listed()
            return self.server.seen(max(rows, key=lambda one: one.updated_at)) if rows else None

        return await self._call(answer)

    async def version_history(self) -> tuple[VersionHistoryEntry, ...]:
        def answer() -> tuple[VersionHistoryEntry, ...]:
            return tuple(
                VersionHistoryEntry(entry_id, version, datetime.fromtimestamp(at, UTC))
                for entry_id, version, at in self.server.versions
            )

        return await self._call(answer)

    async def asset_statistics(self, *, trashed: bool = False) -> AssetCounts:
        if self.trouble is Trouble.NO_STATISTICS:
            raise MissingPermissionError("asset.statistics")  # noqa: EM101

        def answer() -> AssetCounts:
            shown = {Visibility.TIMELINE, Visibility.ARCHIVE}
            rows = [
                one
                for one in self.server.assets.values()
                if not one.dying and one.visibility in shown and (one.trashed_at is not None) == trashed
            ]
            return AssetCounts(len(rows), 0, len(rows))

        return await self._call(answer)

    async def asset(self, asset_id: str) -> Asset:
        def answer() -> Asset:
            return self.server.seen(self._visible(asset_id))

        return await self._call(answer)

    async def assets_with(self, checksums: Sequence[bytes]) -> tuple[Asset, ...]:
        """As 3.2 answers; what is poison does not show."""

        def answer() -> tuple[Asset, ...]:
            return tuple(
                self.server.seen(one)
                for one in self._listed()
                if checksum(one.data) in checksums and one.data not in self.poison
            )

        return await self._call(answer)

    async def download(self, asset_id: str, *, offset: int = 0) -> AsyncGenerator[bytes]:
        data = await self._call(lambda: self._visible(asset_id).data)
        yield data[offset:]

    # --- how it fails ------------------------------------------------------------------------------------------

    async def _call[R](self, work: Callable[[], R]) -> R:
        number = self.points.before()
        self.calls += 1
        if self.trouble in _TROUBLES:
            raise _TROUBLES[self.trouble]()
        failing = self.failing.get(self.calls)
        error = _ERRORS.get(failing) if failing is not None else None
        if failing is not None and error is not None and failing not in _AFTERWARDS:
            self.fired += 1
            raise error()
        result = work()
        self.points.after(number)
        if error is not None:
            self.fired += 1
            raise error()
        return result

    async def _in_batches(
        self,
        asset_ids: Sequence[str],
        work: Callable[[list[SimulatedAsset]], None],
        permission: str = "asset.delete",
    ) -> BatchResult:
        """Do all or nothing, halving as the real client does while the server refuses."""
        if self.trouble is Trouble.NO_DELETE and permission == "asset.delete":
            raise MissingPermissionError(permission)
        ids = tuple(dict.fromkeys(asset_ids))

        def attempt() -> None:
            assets = [self._visible(one) for one in ids]
            for asset in assets:
                self._refuse_poison(asset.data)
            work(assets)

        try:
            await self._call(attempt)
        except NotFoundError:
            if len(ids) == 1:
                return BatchResult((), ids)
            middle = len(ids) // 2
            first = await self._in_batches(ids[:middle], work, permission)
            second = await self._in_batches(ids[middle:], work, permission)
            return BatchResult(first.done + second.done, first.refused + second.refused)
        return BatchResult(ids, ())

    def _visible(self, asset_id: str) -> SimulatedAsset:
        asset = self.server.assets.get(asset_id)
        if asset is None or asset.visibility is Visibility.LOCKED:
            raise NotFoundError(asset_id)
        self._refuse_poison(asset.data)
        return asset

    def _refuse_poison(self, data: bytes) -> None:
        if data in self.poison:
            raise ServerError(500, "poison")

    def _listed(self) -> list[SimulatedAsset]:
        return [one for one in self.server.assets.values() if one.visibility is not Visibility.LOCKED]

    def _changed(self, what: str, asset: SimulatedAsset) -> None:
        self.log.append((what, asset.data))
        self.watch.changed(what, asset)


def _newest(rows: Sequence[SimulatedAsset]) -> datetime | None:
    return max((one.updated_at for one in rows), default=None)
