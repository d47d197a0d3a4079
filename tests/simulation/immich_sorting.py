"""The part of Immich's port that puts photos into albums, under tags, and changes many of them alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, Unpack

from custom_components.immich_syncthing.immich.errors import NotFoundError
from custom_components.immich_syncthing.immich.models import Album, BatchResult, Change, GroupResult, Tag

from .immich import SimulatedAsset, SimulatedImmich
from .immich_care import apply_change


class Calling(Protocol):
    """How a call reaches the server, or fails on the way."""

    server: SimulatedImmich

    async def _call[R](self, work: Callable[[], R]) -> R: ...
    async def _in_batches(
        self, asset_ids: Sequence[str], work: Callable[[list[SimulatedAsset]], None], permission: str
    ) -> BatchResult: ...
    def _together(self, asset_ids: Sequence[str], add: Callable[[SimulatedAsset], bool]) -> GroupResult: ...
    def _refuse_poison(self, data: bytes) -> None: ...


@dataclass(slots=True)
class Sorting:
    """What is said about many assets at once."""

    async def own_albums(self: Calling) -> tuple[Album, ...]:
        return await self._call(
            lambda: tuple(Album(one, name, 0, self.server.stamp()) for one, name in self.server.album_names.items())
        )

    async def create_album(self: Calling, name: str) -> Album:
        def work() -> Album:
            self.server.numbers += 1
            album_id = f"{self.server.numbers:08x}-0000-4000-8000-00000000a1b0"
            self.server.album_names[album_id] = name
            return Album(album_id, name, 0, self.server.stamp())

        return await self._call(work)

    async def add_to_album(self: Calling, album_id: str, asset_ids: Sequence[str]) -> GroupResult:
        def add(asset: SimulatedAsset) -> bool:
            new = album_id not in asset.albums
            asset.albums.add(album_id)
            return new

        def work() -> GroupResult:
            if album_id not in self.server.album_names:
                raise NotFoundError(album_id)
            return self._together(asset_ids, add)

        return await self._call(work)

    async def remove_from_album(self: Calling, album_id: str, asset_ids: Sequence[str]) -> BatchResult:
        def work() -> BatchResult:
            for asset_id in asset_ids:
                if asset_id in self.server.assets:
                    self.server.assets[asset_id].albums.discard(album_id)
            return BatchResult(tuple(asset_ids), ())

        return await self._call(work)

    async def make_tags(self: Calling, values: Sequence[str]) -> tuple[Tag, ...]:
        return await self._call(lambda: tuple(Tag(f"tag-{value}", value) for value in values))

    async def add_tag(self: Calling, tag_id: str, asset_ids: Sequence[str]) -> GroupResult:
        value = tag_id.removeprefix("tag-")

        def add(asset: SimulatedAsset) -> bool:
            new = value not in asset.tags
            asset.tags.add(value)
            asset.updated_at = self.server.stamp() if new else asset.updated_at
            return new

        return await self._call(lambda: self._together(asset_ids, add))

    async def update_all(self: Calling, asset_ids: Sequence[str], **change: Unpack[Change]) -> BatchResult:
        def work(assets: list[SimulatedAsset]) -> None:
            for asset in assets:
                apply_change(self.server, asset, change)

        return await self._in_batches(asset_ids, work, "asset.update")

    def _together(self: Calling, asset_ids: Sequence[str], add: Callable[[SimulatedAsset], bool]) -> GroupResult:
        """Answer for each id, as Immich does; nothing is done where one of them is poison."""
        known = [self.server.assets[one] for one in asset_ids if one in self.server.assets]
        for asset in known:
            self._refuse_poison(asset.data)
        added = tuple(asset.id for asset in known if add(asset))
        already = tuple(asset.id for asset in known if asset.id not in added)
        return GroupResult(added, already, tuple(one for one in asset_ids if one not in self.server.assets))
