"""What stays and what is forgotten when a folder is removed from the settings, said before it is done."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .apply.context import Context, Folder
from .errors import EngineError
from .ledger import Ledger
from .ledger.views import HistoryEntry, RemovalView
from .pausing import forget_pause
from .pulse import forget_pulse
from .quarantine import leftovers
from .scan import Root
from .settings import FolderSettings

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RemovalPreview:
    """What becomes of a folder's photos. All files and all assets stay where they are, and so does the vault.

    ``under_way``: deletions and the like that were begun and whose end is not recorded. ``quarantined``: files that an
    interrupted deletion left out of sight below the folder's marker, ``None`` where nobody can look now; they are put
    back when the folder is added again.
    """

    contents: RemovalView
    under_way: int
    quarantined: int | None


async def removal_preview(context: Context, folder_id: str) -> RemovalPreview:
    """Return what removing a folder would do; of an unknown folder zeros. Raises ``LedgerError``."""
    ledger, workers = context.ledger, context.workers
    contents = await workers.ledger.run(ledger.removal_preview, folder_id)
    intents = await workers.ledger.run(ledger.open_intents)
    folder = context.folders.get(folder_id)
    return RemovalPreview(
        contents,
        sum(intent.folder_id == folder_id for intent in intents),
        await _quarantined(context, folder) if folder is not None else 0,
    )


async def _quarantined(context: Context, folder: Folder) -> int | None:
    def count() -> int:
        with Root.open(folder.settings.root, folder.settings.marker_name) as root:
            return len(leftovers(root))

    try:
        return await context.workers.disk.run(count)
    except EngineError as error:
        _LOGGER.debug("Whether anything lies in quarantine cannot be seen: %s", error.code)
        return None


def take_folders(ledger: Ledger, folders: Sequence[FolderSettings], now: float) -> None:
    """Make the ledger know the folders of the settings and no others, and tell in the history what was forgotten."""
    configured: Mapping[str, FolderSettings] = {folder.id: folder for folder in folders}
    for folder_id in ledger.folder_ids():
        root = ledger.root(folder_id)
        folder = configured.get(folder_id)
        if folder is None:
            _forget(ledger, folder_id, "folder_removed", now)
            forget_pause(ledger, folder_id)
        elif root != str(folder.root):
            _forget(ledger, folder_id, "folder_moved", now, folder.root)
    for folder in folders:
        ledger.add_folder(folder.id, str(folder.root), now)
        _take_syncthing_id(ledger, folder)


def take_disk(ledger: Ledger, folder: FolderSettings, now: float) -> None:
    """Forget what the ledger knows of a folder, whose path is the same and whose disk is another one from now on."""
    with ledger.together():
        _forget(ledger, folder.id, "disk_changed", now, folder.root)
        _take_syncthing_id(ledger, folder)


def _take_syncthing_id(ledger: Ledger, folder: FolderSettings) -> None:
    """Another folder of Syncthing has another index: no device has confirmed any deletion in that one."""
    key = f"syncthing_id:{folder.id}"
    known = ledger.get(key)
    if known == folder.syncthing_id:
        return
    with ledger.together():
        if known is not None:
            ledger.doubt(folder.id)
        ledger.set(key, folder.syncthing_id)


def _forget(ledger: Ledger, folder_id: str, why: str, now: float, root: Path | None = None) -> None:
    """Forget a folder. What is linked is released; that and the questions that end with it are told.

    What a folder freed that lies at ``root`` now stays known: it did not wish that gone.
    """
    with ledger.together():
        view = ledger.removal_preview(folder_id)
        closed = [hold for hold in ledger.holds() if folder_id in hold.folder_ids]
        if root is None:
            ledger.forget_folder(folder_id)
            ledger.forget_freed(folder_id)
        else:
            ledger.begin_anew(folder_id, str(root), now)
        ledger.set(f"syncthing_id:{folder_id}", None)
        forget_pulse(ledger, folder_id)
        line = HistoryEntry("forget_folder", None, folder_id, None, None, why, "owner", "done", view.released)
        ledger.add_history(line, now)
        for hold in closed:
            ended = HistoryEntry("close", None, folder_id, None, None, hold.kind.value, "owner", why, hold.count)
            ledger.add_history(ended, now)
    _LOGGER.info("A folder was forgotten: %d photos stay in Immich only for all we know", view.released)
