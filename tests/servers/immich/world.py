"""The state of the imitated server, and the changes that all of its doors (API, web, jobs, tests) share."""

import copy
import secrets
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from .clock import Clock
from .events import Rooms
from .records import (
    ApiKey,
    Asset,
    Partner,
    Session,
    Status,
    Tables,
    User,
    VersionEntry,
    Visibility,
    new_id,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from .version import Version


class World:
    """Rows in memory, bytes under ``storage``.

    Every change goes through a method here, so that the checksum index and ``updatedAt`` stay right. Events for the
    websocket are sent by whoever knows why the change happened (a restore of everything, for one, sends none).
    """

    def __init__(self, storage: Path, version: Version) -> None:
        self.storage = storage
        self.clock = Clock()
        self.rooms = Rooms()
        self.tables = Tables()
        self.changes = 0
        self._by_checksum: dict[tuple[str, bytes], list[str]] = defaultdict(list)
        for folder in ("upload", "incoming", "thumbs"):
            (storage / folder).mkdir(parents=True, exist_ok=True)
        self.tables.versions.append(VersionEntry(new_id(), self.clock.now(), str(version)))

    # Users and keys

    def add_user(self, name: str, email: str | None = None, *, admin: bool = False, quota: int | None = None) -> User:
        now = self.clock.now()
        address = email or f"{name.lower().replace(' ', '.')}@example.com"
        user = User(new_id(), address, name, admin, now, now, quota=quota, storage_label="admin" if admin else None)
        self.tables.users[user.id] = user
        self.changed()
        return user

    def add_key(self, user: User, permissions: Sequence[str] = ("all",), name: str = "key") -> ApiKey:
        now = self.clock.now()
        secret = secrets.token_hex(21)
        key = ApiKey(new_id(), user.id, name, secret, list(permissions), now, now)
        self.tables.keys[key.id] = key
        self.changed()
        return key

    def delete_key(self, secret: str) -> None:
        """Raises LookupError where there is none."""
        key = self.key_of(secret)
        if key is None:
            raise LookupError(secret)
        del self.tables.keys[key.id]
        self.changed()

    def add_session(self, user: User) -> Session:
        session = Session(new_id(), user.id, secrets.token_hex(21), self.clock.now())
        self.tables.sessions[session.id] = session
        self.changed()
        return session

    def key_of(self, secret: str) -> ApiKey | None:
        return next((key for key in self.tables.keys.values() if key.secret == secret), None)

    def quota_used(self, user_id: str) -> int:
        """Bytes that count for the quota: everything of the owner but external libraries, trash included."""
        return sum(asset.size for asset in self.assets_of(user_id) if asset.library_id is None)

    def partners_in_timeline(self, user_id: str) -> list[str]:
        return [p.shared_by_id for p in self.tables.partners if p.shared_with_id == user_id and p.in_timeline]

    def partner(self, shared_by_id: str, shared_with_id: str) -> Partner | None:
        pairs = self.tables.partners
        return next((p for p in pairs if (p.shared_by_id, p.shared_with_id) == (shared_by_id, shared_with_id)), None)

    # Assets

    def assets_of(self, user_id: str) -> list[Asset]:
        return [asset for asset in self.tables.assets.values() if asset.owner_id == user_id]

    def uploaded(self, owner_id: str, checksum: bytes) -> Asset | None:
        """The owner's uploaded asset with this checksum: the row that a new upload would collide with."""
        found = (self.tables.assets[i] for i in self._by_checksum.get((owner_id, checksum), ()))
        return next((asset for asset in found if asset.library_id is None), None)

    def known(self, owner_id: str, checksum: bytes) -> Asset | None:
        """As :meth:`uploaded`, external libraries included: what the oracle looks at."""
        ids = self._by_checksum.get((owner_id, checksum), ())
        return self.uploaded(owner_id, checksum) or next((self.tables.assets[i] for i in ids), None)

    def add_asset(self, asset: Asset) -> None:
        self.tables.assets[asset.id] = asset
        self._by_checksum[asset.owner_id, asset.checksum].append(asset.id)
        self.changed()

    def remove_asset(self, asset_id: str) -> Asset | None:
        """Drop the row and every reference to it; the bytes are the caller's business."""
        asset = self.tables.assets.pop(asset_id, None)
        if asset is None:
            return None
        self._by_checksum[asset.owner_id, asset.checksum].remove(asset_id)
        for album in self.tables.albums.values():
            if asset_id in album.asset_ids:
                album.asset_ids.remove(asset_id)
            if album.thumbnail_id == asset_id:
                album.thumbnail_id = None
        stack = self.tables.stacks.get(asset.stack_id or "")
        if stack is not None:
            stack.asset_ids.remove(asset_id)
            if stack.primary_id == asset_id and stack.asset_ids:
                stack.primary_id = stack.asset_ids[0]
            if not stack.asset_ids:
                del self.tables.stacks[stack.id]
        for other in self.tables.assets.values():
            if other.live_photo_video_id == asset_id:
                other.live_photo_video_id = None
        self.changed()
        return asset

    def touch(self, asset: Asset) -> datetime:
        """Move ``updatedAt``, as every write to the row does, even one that changes nothing (measured)."""
        asset.updated_at = self.clock.now()
        self.changed()
        return asset.updated_at

    def trash(self, assets: Iterable[Asset], status: Status = Status.TRASHED) -> None:
        """Soft-delete; again for what is trashed already, which moves its 30-day clock (measured)."""
        for asset in assets:
            asset.deleted_at = self.touch(asset)
            asset.status = status

    def restore(self, assets: Iterable[Asset]) -> None:
        """Bring back what is trashed; what is offline or being deleted stays as it is (measured)."""
        for asset in assets:
            if asset.status is Status.TRASHED and not asset.is_offline:
                asset.deleted_at = None
                asset.status = Status.ACTIVE
                self.touch(asset)

    def show(self, asset: Asset, visibility: Visibility) -> None:
        asset.visibility = visibility
        if visibility is Visibility.LOCKED:
            for album in self.tables.albums.values():
                if asset.id in album.asset_ids:
                    album.asset_ids.remove(asset.id)
        self.touch(asset)

    def path_of(self, asset: Asset) -> Path | None:
        return None if asset.file is None else self.storage / asset.file

    # Whole worlds

    def snapshot(self) -> Tables:
        """A database dump: rows only, as Immich's backups; the bytes on disk are not part of it."""
        return copy.deepcopy(self.tables)

    def load(self, tables: Tables) -> None:
        """Become another database. Uploaded files stay on the disk, known to this database or not."""
        self.tables = copy.deepcopy(tables)
        self._by_checksum.clear()
        for asset in self.tables.assets.values():
            self._by_checksum[asset.owner_id, asset.checksum].append(asset.id)
        self.changed()

    def start_over(self) -> None:
        """A fresh database behind the same address: same people and key secrets, all ids new, no assets."""
        old = self.tables
        now = self.clock.now()
        fresh = Tables(versions=[VersionEntry(new_id(), now, entry.version) for entry in old.versions[-1:]])
        renamed: dict[str, str] = {}
        for user in copy.deepcopy(list(old.users.values())):
            renamed[user.id] = user.id = new_id()
            user.created_at = user.updated_at = now
            fresh.users[user.id] = user
        for key in copy.deepcopy(list(old.keys.values())):
            key.id, key.user_id = new_id(), renamed[key.user_id]
            key.created_at = key.updated_at = now
            fresh.keys[key.id] = key
        self.load(fresh)

    def hand_over(self, secret: str, user: User) -> None:
        """Another user behind the same key: what a reused or mistyped key looks like from outside."""
        key = self.key_of(secret)
        if key is None:
            raise KeyError(user.name)
        key.user_id = user.id
        self.changed()

    def changed(self) -> None:
        self.changes += 1
