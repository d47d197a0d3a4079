"""Photos by number: what they are called, their bytes, their checksums and the ids of their assets."""

import asyncio
import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

from custom_components.immich_syncthing.engine.settings import SETTLE_SECONDS

PER_DIRECTORY = 1_000
SIZE = 4_000_000
"""What a photo takes, where only its signature counts. Nothing of it is on the disk: its file is one hole."""


def name(number: int) -> str:
    return f"IMG_{number:07}.jpg"


def path(number: int) -> str:
    """Return where it lies in a folder."""
    return f"{number // PER_DIRECTORY:04}/{name(number)}"


def content(number: int) -> bytes:
    """Return its bytes, where they count."""
    return f"photo {number}".encode()


def checksum(number: int) -> bytes:
    return hashlib.sha1(content(number), usedforsecurity=False).digest()


def asset_id(number: int) -> str:
    digest = checksum(number).hex()
    return f"{digest[:8]}-0000-4000-8000-{digest[8:20]}"


async def come_to_rest() -> None:
    """Wait until the files that were just written are at rest: whoever has photos already has them for long."""
    await asyncio.sleep(SETTLE_SECONDS)


def write(root: Path, numbers: Iterable[int], *, hollow: bool = False) -> None:
    """Put photos into a folder, a day old; ``hollow``: as files of one hole each, which take no place."""
    long_ago = time.time() - 86_400
    made: set[Path] = set()
    for number in numbers:
        target = root / path(number)
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            if hollow:
                os.ftruncate(fd, SIZE)
            else:
                os.write(fd, content(number))
            os.utime(fd, (long_ago, long_ago))
        finally:
            os.close(fd)
