"""Waiting for Immich to read a photo: what is written to an asset before that, the reading overwrites."""

from ..errors import NotReadError
from .context import Context

SOON_SECONDS = 600.0
"""Immich reads a photo within seconds, unless there are many of them: for so long it is asked in every cycle."""

UNREAD_SECONDS = 24 * 3600.0
"""After this, something is wrong in Immich: its jobs are paused, or they stumble over the file."""


async def is_read_soon(context: Context, checksum: bytes, path: str) -> bool:
    """Return whether Immich can be expected to read a photo at any moment, having it for so short a time.

    Raises:
        NotReadError: it has had the photo for so long that somebody has to look after it.
    """
    linked_at = await context.workers.ledger.run(context.ledger.linked_at, checksum)
    waited = context.clock.wall() - (linked_at or 0.0)
    # A photo that was linked by a clock that was ahead is not waited for until then.
    if not 0.0 <= waited < UNREAD_SECONDS:
        raise NotReadError(path)
    return waited < SOON_SECONDS
