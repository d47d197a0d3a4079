"""Into the trash and out of it, in batches that one bad id does not spoil."""

from collections.abc import Sequence

from .batches import in_batches
from .fields import Fields
from .models import BatchResult
from .transport import Transport


async def trash(transport: Transport, asset_ids: Sequence[str]) -> BatchResult:
    """Move assets to the trash, never further: ``force`` is not sent. Needs ``asset.delete``.

    Trashing what is in the trash succeeds and restarts its days there (measured on 2.7.5).
    """

    async def send(ids: tuple[str, ...]) -> None:
        await transport.command("DELETE", "/assets", {"ids": list(ids)})

    return await in_batches(send, asset_ids)


async def restore(transport: Transport, asset_ids: Sequence[str]) -> BatchResult:
    """Take assets out of the trash; needs ``asset.delete``.

    Immich reports success also for what is not in the trash, and for what is being purged and will not come back
    (measured on 2.7.5): look at the asset before believing in it.
    """

    async def send(ids: tuple[str, ...]) -> None:
        Fields(await transport.post("/trash/restore/assets", {"ids": list(ids)}), "restore").count("count")

    return await in_batches(send, asset_ids)
