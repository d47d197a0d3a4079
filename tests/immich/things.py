"""Small things that the stories need again and again."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from custom_components.immich_syncthing.immich.models import Upload
from tests.checksums import sha1

SOME_ID = "11111111-1111-4111-8111-111111111111"
TAKEN = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)


def in_chunks(content: bytes, size: int = 64 * 1024) -> Callable[[], AsyncIterator[bytes]]:
    """A source that opens anew at each call."""

    async def read() -> AsyncIterator[bytes]:
        for start in range(0, len(content), size):
            yield content[start : start + size]

    return read


def upload_of(
    content: bytes,
    name: str = "photo.jpg",
    *,
    size: int | None = None,
    checksum: bytes | None = None,
    modified_at: datetime = TAKEN,
) -> Upload:
    """An upload that tells the truth unless told otherwise."""
    return Upload(
        file_name=name,
        size=len(content) if size is None else size,
        checksum=sha1(content) if checksum is None else checksum,
        created_at=modified_at,
        modified_at=modified_at,
        content=in_chunks(content),
    )
