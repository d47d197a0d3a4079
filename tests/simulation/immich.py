"""Immich in memory, as it was measured: the server and what its owner does in its web."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from custom_components.immich_syncthing.immich.models import Asset, Visibility

from .clock import VirtualClock
from .contents import checksum

OWNER = "00000000-0000-4000-8000-00000000a001"
TRASH_DAYS = 30


@dataclass(slots=True)
class SimulatedAsset:
    """A row of the server. ``dying``: deleted for good, but the server's job has not come to it yet."""

    id: str
    data: bytes
    file_name: str
    created_at: datetime
    updated_at: datetime
    taken_at: datetime
    trashed_at: float | None = None
    dying: bool = False
    visibility: Visibility = Visibility.TIMELINE
    favorite: bool = False
    live_photo_video_id: str | None = None
    captured_at: datetime | None = None
    description: str = ""
    rating: int | None = None
    tags: set[str] = field(default_factory=set)
    albums: set[str] = field(default_factory=set)
    position: tuple[float, float] | None = None
    stack: int | None = None

    @property
    def active(self) -> bool:
        return self.trashed_at is None and not self.dying


@dataclass(slots=True)
class SimulatedImmich:
    """The server with one account. ``assets`` in the order of their making."""

    clock: VirtualClock
    assets: dict[str, SimulatedAsset] = field(default_factory=dict)
    owner_id: str = OWNER
    numbers: int = 0
    versions: list[tuple[str, str, float]] = field(default_factory=list)
    """The installed versions, as its database has them: id, version, when."""
    album_names: dict[str, str] = field(default_factory=dict)
    """The albums that were made by name, by their ids."""
    stacks: dict[int, str] = field(default_factory=dict)
    """The primary asset of each stack."""
    played_for: dict[bytes, set[bytes]] = field(default_factory=dict)
    """Of which photos a video ever was the moving half, be they deleted for good since."""
    slow_purge: bool = False
    """Whether the job queue stands still, so that what is deleted for good stays dying."""
    told: Callable[[str], None] = lambda _: None
    """Hears of each asset that was deleted for good."""
    generation: int = 0
    last_stamp: int = 0

    def __post_init__(self) -> None:
        self.install("2.7.5")

    def install(self, version: str) -> None:
        """Update the server."""
        self.versions = [*self.versions, (f"version-{self.clock.now:.3f}", version, self.clock.now)]

    def stamp(self) -> datetime:
        """Return the server's time in milliseconds, a later one at each call: rows are stamped in microseconds."""
        self.last_stamp = max(self.last_stamp + 1, int(self.clock.now * 1000))
        return datetime.fromtimestamp(self.last_stamp / 1000, UTC)

    def add(self, data: bytes, file_name: str, taken_at: datetime) -> SimulatedAsset:
        """Store a new asset."""
        self.numbers += 1
        asset_id = f"{self.numbers:08x}-0000-4000-8000-{self.generation:012x}"
        now = self.stamp()
        asset = SimulatedAsset(asset_id, data, file_name, now, now, taken_at)
        # Every other photo tells when it was taken; what was made up from the file's date is no capture date.
        asset.captured_at = taken_at if data[-1:] in b"02468" else None
        self.assets[asset_id] = asset
        return asset

    def holding(self, data: bytes) -> SimulatedAsset | None:
        """Return the account's asset with these bytes, in whatever state: there is one at most."""
        return next((asset for asset in self.assets.values() if asset.data == data), None)

    def by_checksum(self, digest: bytes) -> SimulatedAsset | None:
        return next((asset for asset in self.assets.values() if checksum(asset.data) == digest), None)

    def contents(self) -> set[bytes]:
        """Return all bytes that the server has, its trash included."""
        return {asset.data for asset in self.assets.values() if not asset.dying}

    # --- what an owner does ------------------------------------------------------------------------------------

    def trash(self, asset: SimulatedAsset) -> None:
        asset.trashed_at = self.clock.now
        asset.updated_at = self.stamp()

    def restore(self, asset: SimulatedAsset) -> None:
        """Take an asset out of the trash; what is being purged stays dead, although the answer says otherwise."""
        if not asset.dying:
            asset.trashed_at = None
            asset.updated_at = self.stamp()

    def purge(self, asset: SimulatedAsset) -> None:
        """Delete an asset for good: at once, or once the job queue moves."""
        asset.dying = True
        video = self.assets.get(asset.live_photo_video_id or "")
        if video is not None and not video.dying and not self._is_played(video):
            # Measured: with the still, its hidden video is deleted for good, too, unless another still plays it.
            self.purge(video)
        asset.updated_at = self.stamp()
        if not self.slow_purge:
            self._remove(asset)

    def _is_played(self, video: SimulatedAsset) -> bool:
        return any(one.live_photo_video_id == video.id and not one.dying for one in self.assets.values())

    def work_off(self) -> None:
        """Let the job queue move."""
        self.slow_purge = False
        for asset in [one for one in self.assets.values() if one.dying]:
            self._remove(asset)

    def _remove(self, asset: SimulatedAsset) -> None:
        del self.assets[asset.id]
        self.told(asset.id)

    def expired(self) -> list[SimulatedAsset]:
        """Return what has been in the trash for its days."""
        limit = self.clock.now - TRASH_DAYS * 86_400
        return [one for one in self.assets.values() if one.trashed_at is not None and one.trashed_at <= limit]

    def change(self, asset: SimulatedAsset, visibility: Visibility) -> None:
        asset.visibility = visibility
        asset.updated_at = self.stamp()

    # --- disasters ---------------------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, SimulatedAsset]:
        return {asset_id: _copied(asset) for asset_id, asset in self.assets.items()}

    def restore_snapshot(self, rows: dict[str, SimulatedAsset], *, without_trash: bool) -> None:
        """Come back as an older database; ``without_trash``: one from before what lies in the trash went there."""
        self.generation += 1
        self.assets = {asset_id: _copied(asset) for asset_id, asset in rows.items()}
        if without_trash:
            for asset in self.assets.values():
                if asset.trashed_at is not None:
                    asset.trashed_at, asset.updated_at = None, asset.created_at

    def seen(self, asset: SimulatedAsset) -> Asset:
        """Return the asset as the API shows it."""
        return Asset(
            id=asset.id,
            owner_id=self.owner_id,
            library_id=None,
            checksum=checksum(asset.data),
            file_name=asset.file_name,
            is_trashed=not asset.active,
            visibility=asset.visibility,
            is_favorite=asset.favorite,
            has_metadata=True,
            live_photo_video_id=asset.live_photo_video_id,
            created_at=asset.created_at,
            updated_at=asset.updated_at,
            file_created_at=asset.taken_at,
            captured_at=asset.captured_at,
            local_time=asset.taken_at,
            is_read=True,
            description=asset.description,
            rating=asset.rating,
            has_position=asset.position is not None,
        )


def _copied(asset: SimulatedAsset) -> SimulatedAsset:
    return replace(asset, tags=set(asset.tags), albums=set(asset.albums))
