"""What a store says of an object."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stored:
    """An object: its key below the store's prefix, its bytes, when it was written (s since 1970), the server's tag."""

    key: str
    size: int
    modified_at: float
    etag: str | None
