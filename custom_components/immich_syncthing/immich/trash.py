"""Into the trash and out of it, in batches that one bad id does not spoil."""

from collections.abc import Awaitable, Callable, Sequence
from itertools import batched

from .errors import NotFoundError
from .fields import Fields, is_uuid
from .models import BatchResult
from .transport import Transport

BATCH = 1_000
"""Ids per request: 0.08 s on 2.7.5 (measured)."""

type _Send = Callable[[tuple[str, ...]], Awaitable[None]]


async def trash(transport: Transport, asset_ids: Sequence[str]) -> BatchResult:
    """Move assets to the trash, never further: ``force`` is not sent. Needs ``asset.delete``.

    Trashing what is in the trash succeeds and restarts its days there (measured on 2.7.5).
    """

    async def send(ids: tuple[str, ...]) -> None:
        await transport.delete("/assets", {"ids": list(ids)})

    return await _in_batches(send, asset_ids)


async def restore(transport: Transport, asset_ids: Sequence[str]) -> BatchResult:
    """Take assets out of the trash; needs ``asset.delete``.

    Immich reports success also for what is not in the trash, and for what is being purged and will not come back
    (measured on 2.7.5): look at the asset before believing in it.
    """

    async def send(ids: tuple[str, ...]) -> None:
        Fields(await transport.post("/trash/restore/assets", {"ids": list(ids)}), "restore").count("count")

    return await _in_batches(send, asset_ids)


async def _in_batches(send: _Send, asset_ids: Sequence[str]) -> BatchResult:
    wanted = tuple(dict.fromkeys(asset_ids))
    done: list[str] = []
    refused = [asset_id for asset_id in wanted if not is_uuid(asset_id)]
    for batch in batched((asset_id for asset_id in wanted if is_uuid(asset_id)), BATCH, strict=False):
        await _bisect(send, batch, done, refused)
    return BatchResult(done=tuple(done), refused=tuple(refused))


async def _bisect(send: _Send, ids: tuple[str, ...], done: list[str], refused: list[str]) -> None:
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
