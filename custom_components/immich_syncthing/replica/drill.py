"""The restore drill: some copies, chosen by chance from the store's own manifest, are brought back and compared."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import BinaryIO

from ..immich.errors import ImmichError
from ..stores.errors import NotInStoreError, StoreError
from .errors import NothingToDrillError
from .manifest import Manifest
from .model import Copy, DrillFailure, DrillReport
from .pacing import Bandwidth
from .ports import Surroundings

BLOCK = 1024 * 1024
ROOM = 512 * BLOCK
"""What a restored copy must leave of the scratch directory's disk: whoever lives there needs some."""


async def drill(
    around: Surroundings, manifest: Manifest, bandwidth: Bandwidth, scratch: Path, count: int
) -> DrillReport:
    """Restore ``count`` copies into a new directory inside ``scratch``, which is removed again, and compare them.

    The index has no part in it: what comes back would come back to somebody who has nothing but the store.
    Raises ``StoreError`` when the manifest cannot be read, ``NothingToDrillError`` when it names nothing.
    """
    sample = await _sample(manifest, max(1, count), around.random)
    if not sample:
        raise NothingToDrillError
    place = Path(await around.blocking.run(tempfile.mkdtemp, prefix="drill-", dir=scratch))
    failures: list[DrillFailure] = []
    restored = size = compared = 0
    try:
        for number, copy in enumerate(sample):
            path = place / str(number)
            reason = await _restore(around, bandwidth, copy, path)
            same = None if reason else await _is_immichs(around, copy)
            if same is False:
                reason = "differs"
            if reason:
                failures.append(DrillFailure(copy.key, reason))
            else:
                restored, size, compared = restored + 1, size + (copy.size or 0), compared + (same is True)
            await around.blocking.run(path.unlink, missing_ok=True)
    finally:
        await around.blocking.run(shutil.rmtree, place, ignore_errors=True)
    return DrillReport(len(sample), restored, size, compared, tuple(failures))


async def _sample(manifest: Manifest, count: int, random: Callable[[], float]) -> list[Copy]:
    """Return a random sample of what the manifest tells to be there, in the memory of the sample alone."""
    sample: dict[bytes, Copy] = {}
    seen = 0
    async with aclosing(manifest.lines()) as lines:
        async for copy in lines:
            if copy.gone_since is not None:
                sample.pop(copy.checksum, None)
            elif copy.checksum in sample:
                sample[copy.checksum] = copy
            else:
                seen += 1
                if len(sample) < count:
                    sample[copy.checksum] = copy
                elif int(random() * seen) < count:
                    del sample[list(sample)[int(random() * count) % count]]
                    sample[copy.checksum] = copy
    return list(sample.values())


async def _restore(around: Surroundings, bandwidth: Bandwidth, copy: Copy, path: Path) -> str | None:
    """Write a copy to ``path`` and compare what then is on the disk; return what is wrong with it."""
    try:
        usage = await around.blocking.run(shutil.disk_usage, path.parent)
        if usage.free < (copy.size or 0) + ROOM:
            return "no_room"
        file: BinaryIO = await around.blocking.run(path.open, "xb")
        try:
            async for chunk in around.store.read(copy.key):
                await bandwidth.take(len(chunk))
                await around.blocking.run(file.write, chunk)
        finally:
            await around.blocking.run(file.close)
        digest, size = await around.blocking.run(_digest, path)
    except NotInStoreError:
        return "missing"
    except StoreError as error:
        return error.code
    except OSError as error:
        return error.strerror or "disk"
    return None if (digest, size) == (copy.checksum, copy.size) else "damaged"


async def _is_immichs(around: Surroundings, copy: Copy) -> bool | None:
    """Return whether Immich names the same checksum; ``None`` where it does not know the asset, or is away."""
    asset_id = json.loads(copy.line or "{}").get("asset")
    if not isinstance(asset_id, str):
        return None
    try:
        return (await around.library.details(asset_id)).asset.checksum == copy.checksum
    except ImmichError:
        return None


def _digest(path: Path) -> tuple[bytes, int]:
    digest, size = hashlib.sha1(usedforsecurity=False), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
    return digest.digest(), size
