"""An upload: journaled, sent while it is read, believed only after the asset was seen active."""

import logging
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO

from ...immich.errors import (
    CannotConnectError,
    ImmichError,
    NotFoundError,
    ServerError,
    SourceChangedError,
    TooLargeError,
    UnsupportedTypeError,
)
from ...immich.models import Upload as UploadRequest, UploadResult
from ..actions import Upload
from ..errors import (
    EngineError,
    LedgerError,
    MarkerMissingError,
    RootMissingError,
    RootUnreadableError,
)
from ..ledger.views import ContentView, IntentKind, IntentView, Json, SidecarView
from ..model import (
    AssetFact,
    AssetState,
    Base,
    FileRow,
)
from ..scan import Root
from .context import STOPPING, Context, Run, story
from .motions import Motion, stays_with_its_photo
from .origin import FOLDER, origin_of, owner_or
from .sidecars import Sidecar, sidecar_of

_LOGGER = logging.getLogger(__name__)

BLOCK = 1024 * 1024
"""Bytes read from disk at once: a thread's turn for most photos, and what one upload takes of memory."""

PERMANENT = (UnsupportedTypeError, TooLargeError)
"""Errors that trying again does not change."""

FATAL = (*STOPPING, LedgerError, MarkerMissingError, RootMissingError, RootUnreadableError)
"""Errors that all other uploads would meet as well."""


async def upload(context: Context, run: Run, action: Upload, sent: Callable[[], None] = lambda: None) -> None:
    """Send a file, and believe that it is there only after its asset was seen active.

    ``sent`` is called as soon as Immich has answered: another file may be sent while this one's asset is looked at.
    The motion part of a live photo goes first, and where that fails, the photo goes alone. A crash between the two
    leaves a video that is paired later. Raises ``FATAL``; other failures are recorded.
    """
    motion = await _motion_part(context, run, action.motion) if action.motion is not None else None
    await _journaled(context, run, action, motion, sent)


async def _motion_part(context: Context, run: Run, motion: FileRow) -> Motion | None:
    """Return the asset of a motion part, which is sent unless Immich has it; ``None`` where it has none that plays."""
    if motion.checksum is None:
        return None
    view = await context.workers.ledger.run(context.ledger.content, motion.checksum)
    if view is not None and view.asset.state in {AssetState.GONE, AssetState.UNKNOWN} and _goes_along(view):
        await _journaled(context, run, Upload(motion.checksum, motion), None, lambda: None)
        view = await context.workers.ledger.run(context.ledger.content, motion.checksum)
    if view is None or view.asset.id is None or view.asset.state is not AssetState.ACTIVE:
        return None
    return Motion(motion.checksum, view.asset.id)


def _goes_along(view: ContentView) -> bool:
    """Return whether a video is to be had in Immich without a question, if its photo is.

    What was decided about it before is its own, unless Immich played it for a photo.
    """
    unheard_of = view.base is Base.NEW and not (view.suspect or view.asset.trash_seen)
    return view.held is None and (view.was_played or unheard_of)


async def _journaled(
    context: Context, run: Run, action: Upload, motion: Motion | None, sent: Callable[[], None]
) -> None:
    file, folder = action.file, context.folders[action.file.folder_id]
    payload: dict[str, Json] = {"path": file.path}
    if motion is not None:
        payload |= {"motion": motion.checksum.hex(), "motion_asset_id": motion.asset_id}
    ledger = context.ledger
    opened = await context.journal_and(
        lambda: ledger.sidecar_for(file.folder_id, file.path),
        IntentKind.UPLOAD,
        action.checksum,
        file.folder_id,
        payload,
    )
    if opened is None:
        return
    intent, beside = opened
    with context.at_work(intent):
        if not await folder.observer.still_same(file):
            await context.close(intent)
            await folder.observer.paths([file.path])
            return
        run.transfer.begin(file.path, file.signature.size, action.checksum)
        try:
            if not await _send(context, run, action, _With(motion, beside), intent, sent):
                await context.close(intent)
        finally:
            run.transfer.end(file.path)


@dataclass(frozen=True, slots=True)
class _With:
    """What a file is sent with: its motion part, which Immich has, and the sidecar beside it."""

    motion: Motion | None
    beside: SidecarView | None


async def _send(
    context: Context, run: Run, action: Upload, together: _With, intent: int, answered: Callable[[], None]
) -> bool:
    """Send the file and record what became of it; every failure is recorded as a doubt about the asset.

    Return whether the intent was ended with it.
    """
    motion = together.motion
    try:
        sidecar = await sidecar_of(context, action.file.folder_id, together.beside)
        origin = await origin_of(context, run, action.file.folder_id, action.file.path)
        began = context.clock.monotonic()
        result = await context.immich.upload(_request(context, run, action, motion, sidecar))
        if result.created:
            context.under_way.sent(action.file, context.clock.monotonic() - began)
        answered()
        if motion is not None and result.created:
            await stays_with_its_photo(context, run, motion, result.asset_id)
        sent = result.sent_checksum or action.checksum
        fact = await context.immich_observer.look_with_others(result.asset_id, sent, run.owner_id)
        applied = sidecar.checksum if sidecar is not None and result.created else None
        return await _believe(context, run, action, result, _Seen(sent, fact, origin, applied, intent))
    except (ImmichError, EngineError) as error:
        if isinstance(error, CannotConnectError | ServerError):
            context.under_way.failed()
        run.tallies.failed += not isinstance(error, STOPPING)
        if not isinstance(error, PERMANENT):
            await _doubt(context, action.checksum)
        if isinstance(error, NotFoundError) and action.motion is not None and action.motion.checksum is not None:
            await _doubt(context, action.motion.checksum)
        if isinstance(error, SourceChangedError):
            await context.folders[action.file.folder_id].observer.paths([action.file.path])
        elif not isinstance(error, STOPPING):
            _LOGGER.warning("Upload of %s failed: %s", action.file.path, error)
            await context.back_off(action.checksum, error.code, "upload", permanent=isinstance(error, PERMANENT))
        if isinstance(error, STOPPING):
            raise
        return False


@dataclass(frozen=True, slots=True)
class _Seen:
    """What came of an upload: the bytes that were sent, what Immich shows of them, and what is told of it."""

    sent: bytes
    fact: AssetFact
    origin: str
    applied: bytes | None
    intent: int


async def _believe(context: Context, run: Run, action: Upload, result: UploadResult, seen: _Seen) -> bool:
    """Record what Immich shows, in one transaction with the end of the intent: an open one has told nothing yet.

    Return whether that ended.
    """
    sent, fact, file = seen.sent, seen.fact, action.file
    if fact.state is AssetState.UNKNOWN:
        await _doubt(context, action.checksum)
        await context.back_off(action.checksum, "immich_not_found", "upload")
        return False
    word = "upload" if result.created else "link"

    def commit() -> None:
        ledger, now = context.ledger, context.clock.wall()
        origin = owner_or(seen.origin, ledger, action.checksum)
        if sent != action.checksum:
            # Other bytes went out than planned. They were at the path for a moment: what is there now is an edit.
            ledger.set_hash(file.folder_id, file.path, file.signature, sent, now)
        if fact.state is AssetState.ACTIVE:
            entry = story(word, file.path, file.folder_id, sent, fact.id, why="new_file", origin=origin)
            ledger.record(sent, Base.LINKED, fact.id, now, action=entry)
        ledger.set_assets([(sent, fact)], now)
        if seen.applied is not None:
            ledger.set_applied(sent, seen.applied)
        ledger.close_intent(seen.intent)

    await context.commit(commit)
    if fact.state is AssetState.ACTIVE:
        run.transfer.done(file.path)
        run.tallies.uploaded += result.created
        run.tallies.linked += not result.created
        if result.created:
            _LOGGER.info("Uploaded %s", file.path)
    if sent != action.checksum:
        await _doubt(context, action.checksum)
        await context.folders[file.folder_id].observer.paths([file.path])
    return True


async def settle_upload(context: Context, run: Run, intent: IntentView) -> bool:
    """Find out whether an upload arrived whose answer was lost; return whether it did, and is told.

    It was sent because Immich did not have it: what is there now is ours. The table links it, if its file is there.
    """
    await context.immich_observer.ask([intent.checksum], run.owner_id)
    view = await context.workers.ledger.run(context.ledger.content, intent.checksum)
    if view is None or view.asset.state is not AssetState.ACTIVE:
        return False
    path, folder_id, asset_id = str(intent.payload["path"]), str(intent.folder_id), view.asset.id
    if asset_id is not None and (motion := _motion_sent(intent)) is not None:
        await stays_with_its_photo(context, run, motion, asset_id)
    side = await origin_of(context, run, folder_id, path) if folder_id in context.folders else FOLDER

    def commit() -> None:
        ledger, now = context.ledger, context.clock.wall()
        origin = owner_or(side, ledger, intent.checksum)
        ledger.add_history(
            story("upload", path, folder_id, intent.checksum, asset_id, why="new_file", origin=origin), now
        )
        ledger.close_intent(intent.id)

    await context.commit(commit)
    return True


def _motion_sent(intent: IntentView) -> Motion | None:
    """Return what a photo was to be sent with."""
    checksum, asset_id = intent.payload.get("motion"), intent.payload.get("motion_asset_id")
    if not isinstance(checksum, str) or not isinstance(asset_id, str):
        return None
    return Motion(bytes.fromhex(checksum), asset_id)


async def _doubt(context: Context, checksum: bytes) -> None:
    """Make the oracle tell: the answer may have been lost after the work was done."""
    unknown = [(checksum, AssetFact(AssetState.UNKNOWN))]
    await context.workers.ledger.run(context.ledger.set_assets, unknown, context.clock.wall())


def _request(
    context: Context, run: Run, action: Upload, motion: Motion | None, sidecar: Sidecar | None
) -> UploadRequest:
    file = action.file
    taken = datetime.fromtimestamp(min(max(file.signature.mtime_ns / 1e9, _FIRST), _LAST), UTC)
    return UploadRequest(
        file_name=file.path.rsplit("/", 1)[-1],
        size=file.signature.size,
        checksum=action.checksum,
        created_at=taken,
        modified_at=taken,
        content=lambda: _blocks(context, run, file),
        live_photo_video_id=motion.asset_id if motion is not None else None,
        sidecar=sidecar.content if sidecar is not None else None,
    )


_FIRST = datetime(1, 1, 2, tzinfo=UTC).timestamp()
_LAST = datetime(9999, 12, 30, tzinfo=UTC).timestamp()
"""What a date can say; the mtime of a file on btrfs, XFS or tmpfs may lie far outside."""


async def _blocks(context: Context, run: Run, file: FileRow) -> AsyncIterator[bytes]:
    """Yield the file's bytes, never through a link, without keeping more than a block in memory."""
    disk, folder = context.workers.disk, context.folders[file.folder_id]

    def begin() -> tuple[FileIO | None, bytes]:
        """Open and read; what is read to its end at once is closed as well."""
        with Root.open(folder.settings.root, folder.settings.marker_name) as root:
            opened = FileIO(root.open_file(file.path))
        try:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
            block = opened.read(BLOCK)
        except BaseException:
            opened.close()
            raise
        if len(block) < BLOCK and len(block) == file.signature.size:
            opened.close()
            return None, block
        return opened, block

    try:
        stream, block = await disk.run(begin)
    except (OSError, EngineError) as error:
        raise SourceChangedError(file.path) from error
    try:
        while block:
            yield block
            run.transfer.sent(file.path, len(block))
            block = b"" if stream is None else await disk.run(stream.read, BLOCK)
    finally:
        if stream is not None:
            # Closing waits for a read that still runs in a thread: a bare descriptor would be pulled from under it.
            await disk.run(stream.close)
