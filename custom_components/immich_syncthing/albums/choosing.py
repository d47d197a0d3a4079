"""Which of what belongs here is copied: the newest photos, as many as there is room for."""

from collections.abc import Iterable

from .base import Base
from .settings import AlbumFolderSettings, Quality

PREVIEW_BYTES = 400_000
"""What a preview weighs before it was made: 1440 pixels as JPEG."""

ORIGINAL_BYTES = 5_000_000
"""What an original weighs that Immich does not tell the size of."""


def choose(base: Base, settings: AlbumFolderSettings) -> None:
    """Note in the base which photos are to be copied. Blocks; raises ``AlbumBaseError``."""
    base.want(chosen(base.weighed(), settings))


def chosen(photos: Iterable[tuple[str, bool, int | None, int | None]], settings: AlbumFolderSettings) -> list[str]:
    """Return the ids of those that have room, of photos as ``Base.weighed`` yields them.

    One that is too large leaves its room to smaller ones behind it. What a preview really weighs is known once it was
    made, and is remembered: otherwise one that is too large would come and go.
    """
    left, found = settings.most_bytes, []
    for asset_id, is_video, size, weight in photos:
        if is_video and not settings.copies_videos:
            continue
        if left is not None:
            weighs = weight if weight is not None else _expected(size, settings.quality)
            if weighs > left:
                continue
            left -= weighs
        found.append(asset_id)
    return found


def _expected(size: int | None, quality: Quality) -> int:
    if quality is Quality.PREVIEW:
        return PREVIEW_BYTES
    return ORIGINAL_BYTES if size is None else size
