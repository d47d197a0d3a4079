"""What Immich knows contents by."""

import hashlib


def sha1(content: bytes) -> bytes:
    """Return the checksum of a content: 20 bytes."""
    return hashlib.sha1(content, usedforsecurity=False).digest()
