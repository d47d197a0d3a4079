"""Photos of the simulation: a number each, few bytes, all different."""

import functools
import hashlib


@functools.cache
def photo(number: int) -> bytes:
    """Return the bytes of a photo."""
    return f"photo {number:06}".encode()


@functools.cache
def checksum(data: bytes) -> bytes:
    """Return the SHA-1 of some bytes."""
    return hashlib.sha1(data, usedforsecurity=False).digest()


@functools.cache
def name(data: bytes) -> str:
    """Return what stories call some bytes."""
    return data.decode(errors="replace").replace("photo 00", "#")
