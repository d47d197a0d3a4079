"""How photos are in Immich to which rules are to be applied: many of them are asked for together."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Final

from ...immich.errors import NotFoundError, ServerError, UnexpectedAnswerError
from ...immich.models import Asset
from ..ledger.sortings import SortingView
from ..newest import EPOCH
from .context import Context

AT_ONCE: Final = 8
"""Assets asked for one by one at the same time (10 ms each on Immich 2.7.5)."""

FEW: Final = 100
"""So many are asked for one by one; more are found in a listing of what changed since the first of them did."""

JUST_NOW_SECONDS: Final = 5.0
"""Who looked for changes within this time knows how what changed lately is: it need not be listed again."""

_OVERLAP: Final = timedelta(seconds=5)


async def seen(
    context: Context, owner_id: str, photos: Sequence[SortingView], *, just_now: bool = False
) -> dict[str, Asset]:
    """Return the assets of photos by their ids, as far as they are to be seen. Raises ``ImmichError``.

    ``just_now``: many need not be listed again that Immich has shown lately, since it read them.
    """
    wanted = {one.asset_id: one for one in photos}
    found: dict[str, Asset] = {}
    if len(wanted) > FEW:
        shown = context.immich_observer.lately.shown(JUST_NOW_SECONDS) if just_now else {}
        found = {asset_id: shown[asset_id] for asset_id in wanted.keys() & shown.keys() if is_read(shown[asset_id])}
        if len(wanted) - len(found) > FEW:
            found = await _listed(context, owner_id, wanted.values())
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(asset_id: str) -> Asset | None:
        async with gate:
            try:
                return await context.immich.asset(asset_id)
            except NotFoundError, ServerError, UnexpectedAnswerError:
                return None

    asked = await asyncio.gather(*(ask(asset_id) for asset_id in wanted.keys() - found.keys()))
    found |= {asset.id: asset for asset in asked if asset is not None}
    return {
        asset_id: asset
        for asset_id, asset in found.items()
        if asset_id in wanted and asset.checksum == wanted[asset_id].checksum and asset.owner_id == owner_id
    }


def is_read(asset: Asset) -> bool:
    """Return whether Immich has read a photo: what it is told before that, the reading may overwrite."""
    return asset.is_read and asset.has_metadata


async def _listed(context: Context, owner_id: str, photos: Iterable[SortingView]) -> dict[str, Asset]:
    moments = {one.asset_id: one.updated_ms for one in photos}
    # Of one that was never seen to change, nobody knows when it did.
    first = min(moment or 0 for moment in moments.values())
    since = max(EPOCH + timedelta(milliseconds=first) - _OVERLAP, EPOCH)
    found: dict[str, Asset] = {}
    async with aclosing(context.immich.listing(since, owner_id)) as pages:
        async for page in pages:
            found |= {asset.id: asset for asset in page.assets if asset.id in moments}
    return found
