"""The newest change of Immich that was seen: when it is missing, its asset went away, or Immich went back in time."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter

from ..immich.errors import NotFoundError
from ..immich.models import Asset, Delta
from .ledger import Ledger
from .ports import ImmichPort
from .workers import Workers

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = "delta_since"
_ASSET = "newest_asset"


@dataclass(frozen=True, slots=True)
class _Seen:
    """The asset of the newest change. ``trashed``: as it was seen last."""

    id: str
    checksum: bytes
    trashed: bool


class Newest:
    """Remembers in the ledger when Immich changed last, by its own clock, and which asset that was.

    What was looked at by itself since then, as after an upload, is remembered until the next delta has shown it: the
    delta cannot begin there, because it would pass over what changed before.
    """

    def __init__(self, immich: ImmichPort, ledger: Ledger, workers: Workers) -> None:
        """Remember what ``immich`` tells."""
        self._immich = immich
        self._ledger = ledger
        self._workers = workers
        self._looked_at: Asset | None = None

    def looked_at(self, asset: Asset) -> None:
        """Take an own asset as it is now: the next delta has to show it, or something newer."""
        if self._looked_at is None or self._looked_at.updated_at < asset.updated_at:
            self._looked_at = asset

    async def moment(self) -> datetime | None:
        """Return the newest change seen, ``EPOCH`` for an empty account, ``None`` if nobody looked yet."""
        found = await self._workers.ledger.run(self._ledger.get, _MOMENT)
        return None if found is None else datetime.fromisoformat(found)

    async def begin(self, owner_id: str) -> bool:
        """Look for the newest change now and remember that; return whether there is any."""
        self._looked_at = None
        newest = await self._immich.newest_asset(owner_id)
        await self._remember(EPOCH if newest is None else newest.updated_at, newest)
        return newest is not None

    async def went_back(self, delta: Delta, moment: datetime, owner_id: str) -> bool:
        """Take a delta that began before ``moment``, the newest change; return whether Immich is older than that.

        It is not if the asset of that change was seen in the trash, and is purged, or was locked: then the newest
        change before is remembered instead. The same holds for what was looked at by itself.
        """
        looked_at = self._looked_at
        if looked_at is not None and await self._is_missing(looked_at, delta):
            return True
        if looked_at is self._looked_at:
            self._looked_at = None
        if delta.newest is not None and delta.newest >= moment:
            last = [asset for asset in delta.assets if asset.updated_at == delta.newest]
            # Immich shows what changed in one instant in any order.
            await self._remember(delta.newest, min(last, key=attrgetter("id"), default=None))
            return False
        if moment == EPOCH or delta.unsplittable:
            return False
        seen = await self._seen()
        if seen is None or not await self._explains(seen, moment):
            return True
        await self.begin(owner_id)
        return False

    async def _is_missing(self, asset: Asset, delta: Delta) -> bool:
        if delta.unsplittable or (delta.newest is not None and delta.newest >= asset.updated_at):
            return False
        seen = _Seen(asset.id, asset.checksum, asset.is_trashed)
        return not await self._explains(seen, asset.updated_at)

    async def _explains(self, seen: _Seen, moment: datetime) -> bool:
        try:
            return (await self._immich.asset(seen.id)).updated_at >= moment
        except NotFoundError:
            answers = await self._immich.bulk_upload_check([seen.checksum])
        if answers[seen.checksum].asset_id == seen.id:
            # Only what is locked is known to the oracle and yet not shown.
            return True
        view = await self._workers.ledger.run(self._ledger.content, seen.checksum)
        return seen.trashed or (view is not None and view.asset.id == seen.id and view.asset.trash_seen)

    async def _seen(self) -> _Seen | None:
        found = await self._workers.ledger.run(self._ledger.get, _ASSET)
        if found is None:
            return None
        asset_id, checksum, trashed = json.loads(found)
        return _Seen(asset_id, bytes.fromhex(checksum), trashed)

    async def _remember(self, moment: datetime, asset: Asset | None) -> None:
        told = None if asset is None else json.dumps([asset.id, asset.checksum.hex(), asset.is_trashed])

        def commit() -> None:
            news = {_MOMENT: moment.isoformat(), _ASSET: told}
            changed = {key: value for key, value in news.items() if self._ledger.get(key) != value}
            if changed:
                with self._ledger.together():
                    for key, value in changed.items():
                        self._ledger.set(key, value)

        await self._workers.ledger.run(commit)
