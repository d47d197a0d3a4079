"""Sidecars beside their photos: what they say goes to the assets, and they go and come with the last file of theirs."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha1
from uuid import uuid4

from ...immich.errors import ImmichError, MissingPermissionError
from ...immich.models import Change
from ...syncthing.errors import SyncthingError
from ...vault.errors import VaultError
from ...vault.model import VaultReason
from ..errors import EngineError, NotCarriedError, SidecarError, SidecarStaysError
from ..ledger.views import GoneSidecar, SidecarTarget, SidecarView
from ..model import AssetState, Base, FileRow, FileStatus
from ..put_back import put_back
from ..scan import Root
from ..xmp import MAX_BYTES, Sayings, read_xmp
from .context import FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS, LOST, Context, Folder, Run, story
from .reading import is_read_soon
from .taking import Keepsake, confirmed_by_syncthing, take_away

_LOGGER = logging.getLogger(__name__)

PER_CYCLE = 100
"""Sidecars looked at in one cycle, so that a developer's export of a whole archive leaves room for photos."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A sidecar that was read: its bytes, their checksum, and what they say."""

    content: bytes
    checksum: bytes
    says: Sayings


async def sidecar_of(context: Context, folder_id: str, beside: SidecarView | None) -> Sidecar | None:
    """Read the sidecar beside a file, to send it along; ``None`` if it has none that can be used."""
    if beside is None:
        return None
    try:
        return await _read(context, context.folders[folder_id], beside)
    except SidecarError as error:
        _LOGGER.debug("A photo goes up without %s: %s", beside.path, error.detail)
        return None


async def apply_sidecars(context: Context, run: Run, folder: Folder, *, deletable: bool) -> bool:
    """Apply what sidecars say that came or changed after their photos; return whether some are to be tried again soon.

    What one says is passed on once, so that what is changed in Immich afterwards stays. ``deletable``: whether those
    that were to go with their photos may be taken now. Raises ``ImmichError`` where all would fail.
    """
    ledger, now = context.ledger, context.clock.wall()
    again = False
    for view in await context.workers.ledger.run(ledger.dirty_sidecars, folder.settings.id, now, PER_CYCLE):
        if context.is_paused(folder.settings.id):
            break
        await context.known_immich.sure()
        if _stays(view) and not deletable:
            await context.workers.ledger.run(ledger.retry_sidecar, view, now + LONGEST_RETRY_SECONDS, view.problem)
            continue
        try:
            wait = await _apply(context, run, folder, view)
            if not wait:
                continue
        except LOST:
            raise
        except SidecarError as error:
            _LOGGER.warning("%s is not passed on: %s", view.path, error.detail)
            await context.workers.ledger.run(ledger.settle_sidecar, view, error.detail)
            continue
        except (ImmichError, EngineError) as error:
            _LOGGER.warning("%s is not passed on yet: %s %s", view.path, error.code, error.detail)
            run.tallies.failed += 1
            # What the key lacks is told by itself, for all sidecars together.
            problem = None if isinstance(error, MissingPermissionError) else error.code
            await context.workers.ledger.run(ledger.retry_sidecar, view, now + LONGEST_RETRY_SECONDS, problem)
            continue
        again |= wait == FIRST_RETRY_SECONDS
        # One that stays says so until it is gone; one that only waits is in nobody's way any more.
        problem = view.problem if _stays(view) else None
        await context.workers.ledger.run(ledger.retry_sidecar, view, now + wait, problem)
    return again


async def _apply(context: Context, run: Run, folder: Folder, view: SidecarView) -> float:
    """Tell the assets of all files; return for how long to wait where one of them cannot be told yet."""
    if _stays(view):
        return await _take_at_last(context, run, view)
    sidecar = await _read(context, folder, view)
    if sidecar is None:
        return 0.0
    wait, undecided = 0.0, False
    for target in view.targets:
        linked = target.base is Base.LINKED and target.applied != sidecar.checksum
        if target.base is Base.NEW or (
            linked and (target.asset is None or target.asset.state is not AssetState.ACTIVE)
        ):
            undecided = True
        elif linked:
            wait = max(wait, await _tell(context, run, folder, view, target, sidecar))
    if undecided and not wait:
        # Those behind it come first now. It is looked at sooner if one of its files is linked.
        again_at = context.clock.wall() + LONGEST_RETRY_SECONDS
        await context.workers.ledger.run(context.ledger.retry_sidecar, view, again_at)
    elif not wait:
        await context.workers.ledger.run(context.ledger.settle_sidecar, view, None)
    return wait


def _stays(view: SidecarView) -> bool:
    """Return whether a sidecar is still there only because it could not go with its photo."""
    return view.problem == SidecarStaysError.code and not view.targets


async def _tell(
    context: Context, run: Run, folder: Folder, view: SidecarView, target: SidecarTarget, sidecar: Sidecar
) -> float:
    """Give an asset what its sidecar says; return for how long to wait where it cannot be given yet."""
    checksum, asset = target.checksum, target.asset
    if checksum is None or asset is None or asset.id is None:
        return 0.0
    fact = await context.immich_observer.look(asset.id, checksum, run.owner_id)
    if fact.state is not AssetState.ACTIVE:
        await context.workers.ledger.run(context.ledger.set_assets, [(checksum, fact)], context.clock.wall())
        return FIRST_RETRY_SECONDS
    if not (await context.immich.details(asset.id)).is_read:
        # What is said now, Immich would overwrite with what the photo itself says.
        soon = await is_read_soon(context, checksum, target.path)
        return FIRST_RETRY_SECONDS if soon else LONGEST_RETRY_SECONDS
    if change := _change(sidecar.says):
        await context.immich.update(asset.id, **change)
    if sidecar.says.tags:
        await context.immich.tag(asset.id, sidecar.says.tags)
    entry = story("sidecar", view.path, folder.settings.id, checksum, asset.id, why="sidecar_changed", origin="folder")

    def commit() -> None:
        context.ledger.set_applied(checksum, sidecar.checksum)
        context.ledger.add_history(entry, context.clock.wall())

    await context.commit(commit)
    _LOGGER.info("Passed on what %s says of %s", view.path, target.path)
    return 0.0


def _change(says: Sayings) -> Change:
    """Return only what the sidecar says; what it is silent about stays as the owner has it in Immich."""
    change: Change = {}
    if says.description is not None:
        change["description"] = says.description
    if says.rating is not None:
        change["rating"] = says.rating or None
    if says.captured_at is not None:
        change["captured_at"] = says.captured_at
    if says.position is not None:
        change["position"] = says.position
    return change


async def _read(context: Context, folder: Folder, view: SidecarView) -> Sidecar | None:
    """Return a sidecar as it was seen; ``None`` where it looks otherwise now. Raises ``SidecarError``."""
    if view.signature.size > MAX_BYTES:
        reason = f"larger than {MAX_BYTES} bytes"
        raise SidecarError(reason)
    if not await folder.observer.still_same(_row(view, None)):
        await folder.observer.paths([view.path])
        return None

    def read() -> Sidecar:
        with (
            Root.open(folder.settings.root, folder.settings.marker_name) as root,
            os.fdopen(root.open_file(view.path), "rb") as file,
        ):
            content = file.read(MAX_BYTES + 1)
        return Sidecar(content, sha1(content, usedforsecurity=False).digest(), read_xmp(content))

    try:
        return await context.workers.disk.run(read)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SidecarError(reason) from error


def _row(view: SidecarView, checksum: bytes | None) -> FileRow:
    return FileRow(view.folder_id, view.path, view.signature, FileStatus.SETTLED, checksum)


# --- with the last of their files -------------------------------------------------------------------------------


type Doomed = list[list[str]]
"""What a journal says of sidecars that go: folder, path, token and checksum of each."""


async def doomed_sidecars(context: Context, content: bytes, rows: Sequence[FileRow]) -> Doomed:
    """Return the sidecars that belong to no file once these are gone, and remember that they go with a content."""
    doomed: Doomed = []
    going: list[GoneSidecar] = []
    for folder_id in {row.folder_id for row in rows}:
        paths = [row.path for row in rows if row.folder_id == folder_id]
        for view in await context.workers.ledger.run(context.ledger.sidecars_left_by, folder_id, paths):
            checksum = await _checksum(context, view)
            if checksum is not None:
                doomed.append([folder_id, view.path, uuid4().hex, checksum.hex()])
                going.append(GoneSidecar(folder_id, view.path, checksum, view.signature.mtime_ns))
    await context.workers.ledger.run(context.ledger.keep_sidecars, content, going)
    return doomed


async def _checksum(context: Context, view: SidecarView) -> bytes | None:
    settings = context.folders[view.folder_id].settings

    def read() -> bytes | None:
        with Root.open(settings.root, settings.marker_name) as root:
            return root.hash_file(view.path, view.signature)

    try:
        return await context.workers.disk.run(read)
    except OSError:
        return None


async def take_sidecars(
    context: Context, run: Run, doomed: Doomed, reason: VaultReason = VaultReason.ASSET_DELETED
) -> bool:
    """Take away the sidecars whose files are gone now, as files are; return whether Syncthing knows of all of them."""
    confirmed = True
    for folder_id, path, token, checksum in doomed:
        folder = context.folders.get(folder_id)
        if folder is None:
            continue
        view = await context.workers.ledger.run(context.ledger.sidecar_at, folder_id, path)
        if view is not None and not await _take(context, run, view, bytes.fromhex(checksum), token, reason):
            continue
        confirmed &= await confirmed_by_syncthing(context, folder_id, path)
    return confirmed


async def _take(
    context: Context, run: Run, view: SidecarView, checksum: bytes, token: str, reason: VaultReason
) -> bool:
    """Take a sidecar away unless it is another one by now; return whether it is gone.

    It is remembered where that could not be done for now. What Syncthing does not carry stays for good.
    """
    if view.targets or await _checksum(context, view) != checksum:
        return False
    try:
        taken = await take_away(context, run, _row(view, checksum), token, Keepsake(checksum, None, reason))
    except NotCarriedError:
        _LOGGER.warning("%s stays although its photo is gone: Syncthing does not carry it", view.path)
        return False
    except (EngineError, VaultError, SyncthingError) as error:
        _LOGGER.warning("%s stays for now although its photo is gone: %s %s", view.path, error.code, error.detail)
        ledger, again_at = context.ledger, context.clock.wall() + LONGEST_RETRY_SECONDS
        await context.workers.ledger.run(ledger.retry_sidecar, view, again_at, SidecarStaysError.code)
        return False
    if taken:
        _LOGGER.info("Deleted %s with its photo; the vault keeps it", view.path)
        await context.folders[view.folder_id].observer.paths([view.path])
    return taken


async def _take_at_last(context: Context, run: Run, view: SidecarView) -> float:
    """Take a sidecar away that could not go with its photo; return for how long to wait where it still cannot."""
    for checksum, base in await context.workers.ledger.run(context.ledger.left_behind, view.folder_id, view.path):
        reason = VaultReason.FREED if base is Base.RELEASED else VaultReason.ASSET_DELETED
        if await _checksum(context, view) == checksum:
            if not await _take(context, run, view, checksum, uuid4().hex, reason):
                return LONGEST_RETRY_SECONDS
            await confirmed_by_syncthing(context, view.folder_id, view.path)
            return 0.0
    await context.workers.ledger.run(context.ledger.settle_sidecar, view, None)
    return 0.0


async def bring_sidecars_back(context: Context, content: bytes) -> None:
    """Put back the sidecars that went with a content, unless there are others now.

    They stay remembered until the content itself is back.
    """
    for one in await context.workers.ledger.run(context.ledger.gone_sidecars, content):
        folder = context.folders.get(one.folder_id)
        if folder is None or not await folder.observer.still_absent(one.path):
            continue
        try:
            if await context.vault.find(one.checksum, relying=False) is None:
                continue
            read = context.vault.read(one.checksum)
            path = await put_back(folder.settings, one.path, read, one.checksum, one.mtime_ns, context.workers)
            await folder.observer.paths([path])
            await context.syncthing.scan(folder.settings.syncthing_id, [path])
        except (EngineError, VaultError, SyncthingError) as error:
            _LOGGER.warning("%s does not come back with its photo: %s %s", one.path, error.code, error.detail)
