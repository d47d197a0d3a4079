"""The part of Immich's port that carries over what owners have said about their photos."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Unpack

from custom_components.immich_syncthing.immich.models import (
    Asset,
    AssetDetails,
    Change,
    StackRef,
    Tag,
    Visibility,
)

from .immich import SimulatedAsset, SimulatedImmich


class Calling(Protocol):
    """How a call reaches the server, or fails on the way."""

    server: SimulatedImmich

    async def _call[R](self, work: Callable[[], R]) -> R: ...
    def _visible(self, asset_id: str) -> SimulatedAsset: ...


@dataclass(slots=True)
class Care:
    """What is asked and said about single assets."""

    async def details(self: Calling, asset_id: str) -> AssetDetails:
        def answer() -> AssetDetails:
            asset = self._visible(asset_id)
            tags = tuple(Tag(f"tag-{value}", value) for value in sorted(asset.tags))
            members = [one for one in self.server.assets.values() if asset.stack and one.stack == asset.stack]
            primary = self.server.stacks.get(asset.stack or 0, asset_id)
            stack = StackRef(str(asset.stack), primary, len(members)) if members else None
            return AssetDetails(self.server.seen(asset), asset.description, asset.rating, tags, stack, is_read=True)

        return await self._call(answer)

    async def albums_of(self: Calling, asset_id: str) -> tuple[str, ...]:
        def answer() -> tuple[str, ...]:
            asset = self.server.assets.get(asset_id)
            return () if asset is None else tuple(sorted(asset.albums))

        return await self._call(answer)

    async def copy(
        self: Calling,
        source_id: str,
        target_id: str,
        *,
        albums: bool = True,
        favorite: bool = True,
        shared_links: bool = True,
        sidecar: bool = True,
        stack: bool = True,
    ) -> None:
        def work() -> None:
            source, target = self._visible(source_id), self._visible(target_id)
            if albums:
                target.albums |= source.albums
            if favorite:
                target.favorite = source.favorite
            if stack and source.stack is not None:
                target.stack = source.stack
            target.updated_at = self.server.stamp()

        await self._call(work)

    async def update(self: Calling, asset_id: str, **change: Unpack[Change]) -> Asset:
        def work() -> Asset:
            asset = self._visible(asset_id)
            apply_change(self.server, asset, change)
            if "live_photo_video_id" in change:
                link(self.server, asset, change["live_photo_video_id"])
            return self.server.seen(asset)

        return await self._call(work)

    async def link_motion(self: Calling, still_id: str, video_id: str) -> Asset:
        def work() -> Asset:
            still = self._visible(still_id)
            link(self.server, still, self._visible(video_id).id)
            return self.server.seen(still)

        return await self._call(work)

    async def tag(self: Calling, asset_id: str, values: Sequence[str]) -> tuple[Tag, ...]:
        def work() -> tuple[Tag, ...]:
            asset = self._visible(asset_id)
            asset.tags.update(values)
            asset.updated_at = self.server.stamp()
            return tuple(Tag(f"tag-{value}", value) for value in values)

        return await self._call(work)

    async def stack(self: Calling, primary_id: str, *others: str) -> str:
        def work() -> str:
            self.server.numbers += 1
            self.server.stacks[self.server.numbers] = primary_id
            for asset_id in (primary_id, *others):
                self._visible(asset_id).stack = self.server.numbers
            return f"{self.server.numbers:08x}-0000-4000-8000-00000000c000"

        return await self._call(work)


def apply_change(server: SimulatedImmich, asset: SimulatedAsset, change: Change) -> None:
    """Change what is given, at the next stamp."""
    asset.description = change.get("description", asset.description)
    asset.rating = change.get("rating", asset.rating)
    asset.favorite = change.get("is_favorite", asset.favorite)
    asset.visibility = change.get("visibility", asset.visibility)
    asset.position = change.get("position", asset.position)
    captured: datetime | None = change.get("captured_at", asset.captured_at)
    asset.captured_at = captured
    asset.updated_at = server.stamp()


def link(server: SimulatedImmich, still: SimulatedAsset, video_id: str | None) -> None:
    """Link a still with its video, which becomes hidden; an earlier one becomes visible again."""
    before = server.assets.get(still.live_photo_video_id or "")
    if before is not None:
        before.visibility = Visibility.TIMELINE
        before.updated_at = server.stamp()
    still.live_photo_video_id = video_id
    still.updated_at = server.stamp()
    video = server.assets.get(video_id or "")
    if video is not None:
        server.played_for.setdefault(video.data, set()).add(still.data)
        video.visibility = Visibility.HIDDEN
        video.updated_at = server.stamp()
