"""Who it was: the owner, by an answer, else a device; Syncthing tells of each file who changed or deleted it last."""

import logging

from ...syncthing.errors import SyncthingError
from ..ledger import Ledger
from ..model import Answer
from .context import Context, Run

FOLDER = "folder"
IMMICH = "immich"
OWNER = "owner"

_LOGGER = logging.getLogger(__name__)


def owner_or(side: str, ledger: Ledger, checksum: bytes) -> str:
    """Return ``owner`` while an answer is carried out over a content, else ``side``. Blocking.

    To be asked before the new base is recorded: that ends the answer.
    """
    view = ledger.content(checksum)
    answered = view is not None and view.decision is not None and view.decision.answer is not Answer.LEAVE
    return OWNER if answered else side


async def origin_of(context: Context, run: Run, folder_id: str, path: str) -> str:
    """Return ``folder: <name of the device>`` for what happened to a file, ``folder`` where Syncthing does not tell.

    It is nothing to wait for: after the first call that fails, Syncthing is not asked again in this run.
    """
    if run.syncthing_silent:
        return FOLDER
    try:
        info = await context.syncthing.file(context.folders[folder_id].settings.syncthing_id, path)
        if run.device_names is None:
            run.device_names = {device.short_id: device.name for device in await context.syncthing.devices()}
    except SyncthingError as error:
        _LOGGER.debug("Which device changed %s is not known: %s", path, error.code)
        run.syncthing_silent = True
        return FOLDER
    name = run.device_names.get(info.local.modified_by) if info is not None else None
    return f"{FOLDER}: {name}" if name else FOLDER
