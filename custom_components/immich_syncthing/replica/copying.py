"""Copying one original.

A copy counts only when the store has it whole and the index knows: killed anywhere, nothing half counts, and what was
sent is found again.
"""

import logging
from datetime import date
from enum import StrEnum

from ..immich.errors import NotFoundError
from ..immich.models import Asset, Visibility
from ..stores.errors import NotInStoreError
from .describing import Describer
from .errors import NoNameError, WrongBytesError
from .index import Index
from .layout import candidates
from .model import Copy, Original
from .pacing import Bandwidth
from .ports import Surroundings
from .reading import Passing, read_back
from .selection import Selection

_LOGGER = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What became of an asset that was due."""

    COPIED = "copied"
    REUSED = "reused"
    DESCRIBED = "described"
    NOTHING = "nothing"


class Copier:
    """Brings originals into the replica. Raises ``ImmichError``, ``StoreError``, ``ReplicaError``, ``OSError``."""

    def __init__(self, around: Surroundings, index: Index, bandwidth: Bandwidth, selection: Selection) -> None:
        """Copy nothing yet."""
        self._around = around
        self._store = around.store
        self._blocking = around.blocking
        self._index = index
        self._bandwidth = bandwidth
        self._describer = Describer(around, index)
        self.selection = selection

    async def settle(self, original: Original) -> Outcome:
        """Do what is due about an asset: copy it if it is selected and not there, tell what is told of it."""
        copy = await self._blocking.run(self._index.copies.find, original.checksum)
        selected = await self._blocking.run(self._index.is_selected, original.asset_id, self.selection)
        # What was there once stays, also where no setting asks for it any more: a lost copy is made again.
        selected = selected or (copy is not None and copy.missing_since is not None)
        outcome = Outcome.NOTHING
        if selected or copy is not None:
            try:
                outcome = await self._settle(original, copy, selected=selected)
            except NotFoundError:
                # Gone or locked: the oracle knows.
                await self._blocking.run(self._index.shown.forget, original.asset_id)
                return outcome
        await self._blocking.run(self._index.settle, original.asset_id, original.checksum)
        return outcome

    async def _settle(self, original: Original, copy: Copy | None, *, selected: bool) -> Outcome:
        details = await self._around.library.details(original.asset_id)
        asset = details.asset
        if asset.visibility is Visibility.LOCKED:
            await self._blocking.run(self._index.shown.forget, original.asset_id)
            return Outcome.NOTHING
        if asset.is_trashed or asset.checksum != original.checksum:
            # The next listing tells.
            return Outcome.NOTHING
        outcome = Outcome.DESCRIBED
        if selected and (copy is None or copy.copied_at is None):
            outcome = await self._copy(original, asset, copy)
        elif copy is None or copy.copied_at is None:
            return Outcome.NOTHING
        described = await self._describer.describe(details)
        return outcome if described or outcome is not Outcome.DESCRIBED else Outcome.NOTHING

    async def _copy(self, original: Original, asset: Asset, copy: Copy | None) -> Outcome:
        if copy is not None:
            key, there = copy.key, await self._is_whole(copy.key, original.checksum)
        else:
            key, there = await self._key_for(original.checksum, original.name, original.taken_on)
        size = await self._send(asset, key) if there is None else there
        stored = await self._store.head(key)
        if stored is None or stored.size != size:
            raise NotInStoreError(key)
        now = self._around.clock.wall()
        await self._blocking.run(self._index.copies.have, original.checksum, size, stored.etag, now)
        return Outcome.COPIED if there is None else Outcome.REUSED

    async def _key_for(self, checksum: bytes, name: str, taken_on: date | None) -> tuple[str, int | None]:
        """Return a key that is now the content's own, and the size of the object there if it is the content already.

        What somebody else put into the store is not overwritten.
        """
        try:
            keys = list(candidates(name, taken_on, checksum))
        except ValueError:
            keys = []
        # An index that was read from the store does not know what was sent and never told: it lies under any name.
        if await self._blocking.run(self._index.get, "strays") is not None:
            for key in keys:
                there = await self._is_whole(key, checksum)
                if there is not None and await self._blocking.run(self._index.copies.reserve, checksum, key):
                    return key, there
        for place, key in enumerate(keys):
            if await self._blocking.run(self._index.copies.is_taken, key):
                continue
            there = await self._is_whole(key, checksum)
            stranger = there is None and await self._store.head(key) is not None
            # The last name holds the whole checksum: whatever lies there was to be this.
            if stranger and place < len(keys) - 1:
                continue
            if await self._blocking.run(self._index.copies.reserve, checksum, key):
                return key, there
        raise NoNameError(name)

    async def _is_whole(self, key: str, checksum: bytes) -> int | None:
        """Return the size of the object under a key if it has this content, else ``None``."""
        if await self._store.head(key) is None:
            return None
        try:
            return await read_back(self._store, key, checksum, self._bandwidth)
        except WrongBytesError, NotInStoreError:
            return None

    async def _send(self, asset: Asset, key: str) -> int:
        """Send the file that is linked, or what Immich has; return its size."""
        local = await self._around.local.open(asset.checksum)
        if local is not None:
            passing = Passing(self._bandwidth)
            try:
                await self._store.put(key, passing.checked(local.chunks, asset.checksum), local.size)
            except (WrongBytesError, OSError) as error:
                _LOGGER.debug("The file of %s is not to be used, Immich's is: %s", key, error)
            else:
                return passing.size
            finally:
                await local.chunks.aclose()
        passing = Passing(self._bandwidth)
        await self._store.put(key, passing.checked(self._around.library.download(asset.id), asset.checksum))
        return passing.size
