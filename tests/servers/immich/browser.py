"""What a user does in Immich's own web page: changes that come from neither the integration nor its key."""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .ingest import Upload, admit
from .records import Album, Asset, SharedLink, Stack, Tag, Visibility, new_id
from .trash import in_trash, mark_deleted, remove

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .records import User
    from .standin import Server


class Browser:
    """One person at the browser. Ids are asset ids; unknown ones raise KeyError."""

    def __init__(self, server: Server, user: User) -> None:
        self._server = server
        self.user = user

    def assets(self, *, trashed: bool | None = None) -> list[Asset]:
        """All assets of the person, in every visibility, oldest upload first; or only those (not) in the trash."""
        own = self._server.world.assets_of(self.user.id)
        return [asset for asset in own if trashed is None or asset.is_trashed is trashed]

    def find(self, name: str) -> Asset:
        """The one asset with this file name; raises LookupError for none or several."""
        found = [asset for asset in self.assets() if asset.name == name]
        if len(found) != 1:
            raise LookupError(name)
        return found[0]

    def upload(self, content: bytes, name: str, *, taken: datetime | None = None) -> str:
        """Drop a file on the page; the id of the new asset, or of the one that has these bytes already."""
        path = self._server.world.storage / "incoming" / str(uuid.uuid4())
        path.write_bytes(content)
        moment = taken or datetime.now(UTC)
        checksum = hashlib.sha1(content, usedforsecurity=False).digest()
        upload = Upload(path, checksum, len(content), name, moment, moment, name, "WEB")
        try:
            return admit(self._server, self.user, upload)[1]
        finally:
            path.unlink(missing_ok=True)

    def content(self, asset_id: str) -> bytes:
        path = self._server.world.path_of(self._asset(asset_id))
        if path is None:
            raise FileNotFoundError(asset_id)
        return path.read_bytes()

    def trash(self, *asset_ids: str) -> None:
        self._server.world.trash(self._assets(asset_ids))
        self._emit("on_asset_trash", [*asset_ids])

    def restore(self, *asset_ids: str) -> None:
        self._server.world.restore(self._assets(asset_ids))
        self._emit("on_asset_restore", [*asset_ids])

    def restore_everything(self) -> None:
        """The button "restore all", which no websocket hears of (measured)."""
        self._server.world.restore(in_trash(self._server, self.user.id))

    def empty_trash(self) -> None:
        mark_deleted(self._server, in_trash(self._server, self.user.id), touch=False)

    def delete_permanently(self, *asset_ids: str) -> None:
        """The button behind shift: gone when the background queue gets to it."""
        mark_deleted(self._server, self._assets(asset_ids))

    def purge(self, *asset_ids: str) -> None:
        """Gone at once, as after the nightly job; the websocket hears of each."""
        for asset in self._assets(asset_ids):
            remove(self._server, asset.id)

    def favourite(self, *asset_ids: str, on: bool = True) -> None:
        for asset in self._assets(asset_ids):
            asset.is_favorite = on
            self._server.world.touch(asset)

    def archive(self, *asset_ids: str) -> None:
        self._show(asset_ids, Visibility.ARCHIVE)

    def show_in_timeline(self, *asset_ids: str) -> None:
        self._show(asset_ids, Visibility.TIMELINE)

    def hide(self, *asset_ids: str) -> None:
        self._show(asset_ids, Visibility.HIDDEN)

    def lock(self, *asset_ids: str) -> None:
        """Into the locked folder, where no key sees it."""
        self._show(asset_ids, Visibility.LOCKED)

    def make_album(self, name: str, *asset_ids: str) -> str:
        """A new album with these assets; its id."""
        now = self._server.world.clock.now()
        members = [asset.id for asset in self._assets(asset_ids)]
        album = Album(new_id(), self.user.id, name, "", now, now, members, members[0] if members else None)
        self._server.world.tables.albums[album.id] = album
        self._server.world.changed()
        return album.id

    def share_album(self, album_id: str, user: User, role: str = "editor") -> None:
        """Let somebody else see it, and put photos into it."""
        self._server.world.tables.albums[album_id].shared_with[user.id] = role
        self._server.world.changed()

    def put_into_album(self, album_id: str, *asset_ids: str) -> None:
        album = self._server.world.tables.albums[album_id]
        album.asset_ids += [asset.id for asset in self._assets(asset_ids) if asset.id not in album.asset_ids]
        album.updated_at = self._server.world.clock.now()
        self._server.world.changed()

    def take_from_album(self, album_id: str, *asset_ids: str) -> None:
        """Taking out moves no date of the album (server source)."""
        album = self._server.world.tables.albums[album_id]
        album.asset_ids = [one for one in album.asset_ids if one not in asset_ids]
        self._server.world.changed()

    def delete_album(self, album_id: str) -> None:
        """Its photos stay."""
        del self._server.world.tables.albums[album_id]
        self._server.world.changed()

    def stack(self, primary_id: str, *asset_ids: str) -> str:
        """A new stack of assets that are in none; its id."""
        stack = Stack(new_id(), self.user.id, primary_id, [primary_id, *asset_ids])
        self._server.world.tables.stacks[stack.id] = stack
        for asset in self._assets(stack.asset_ids):
            asset.stack_id = stack.id
            self._server.world.touch(asset)
        return stack.id

    def share(self, *asset_ids: str) -> str:
        """A new link to these assets; its id."""
        link = SharedLink(new_id(), self.user.id, [asset.id for asset in self._assets(asset_ids)])
        self._server.world.tables.shared_links[link.id] = link
        self._server.world.changed()
        return link.id

    def tag(self, asset_id: str, value: str) -> None:
        """Give the asset a new tag without parents."""
        now = self._server.world.clock.now()
        tag = Tag(new_id(), self.user.id, value, None, now, now)
        self._server.world.tables.tags[tag.id] = tag
        self._asset(asset_id).tag_ids.append(tag.id)
        self._server.world.touch(self._asset(asset_id))

    def rate(self, asset_id: str, stars: int) -> None:
        self._asset(asset_id).exif.rating = stars
        self._server.jobs.add("sidecar", "sidecar", asset_id)

    def describe(self, asset_id: str, text: str) -> None:
        self._asset(asset_id).exif.description = text
        self._server.jobs.add("sidecar", "sidecar", asset_id)

    def set_date(self, asset_id: str, taken: datetime) -> None:
        """Say when a photo was taken."""
        asset = self._asset(asset_id)
        asset.file_created_at = asset.exif.date_time_original = taken
        self._server.world.touch(asset)

    def play(self, still_id: str, video_id: str | None) -> None:
        """Link a live photo's video in the menu, or unlink it: then it is visible again."""
        still = self._asset(still_id)
        if video_id is None:
            self._show([still.live_photo_video_id or ""], still.visibility)
        else:
            self._show([video_id], Visibility.HIDDEN)
        still.live_photo_video_id = video_id
        self._server.world.touch(still)

    def _show(self, asset_ids: Iterable[str], visibility: Visibility) -> None:
        for asset in self._assets(asset_ids):
            self._server.world.show(asset, visibility)

    def _asset(self, asset_id: str) -> Asset:
        return self._server.world.tables.assets[asset_id]

    def _assets(self, asset_ids: Iterable[str]) -> list[Asset]:
        return [self._asset(asset_id) for asset_id in asset_ids]

    def _emit(self, name: str, ids: list[str]) -> None:
        self._server.world.rooms.emit(self.user.id, name, ids)
