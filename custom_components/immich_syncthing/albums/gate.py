"""What Syncthing says of the folder: whether copies reach anybody, and whether what is missing in it is believed."""

from dataclasses import dataclass

from ..syncthing.errors import FolderFaultError, UnknownFolderError
from ..syncthing.health import status_after_all
from ..syncthing.models import FolderType
from .errors import AlbumOneWayError
from .ports import Sync


@dataclass(frozen=True, slots=True)
class Gate:
    """``paused`` in Syncthing: nothing is done. ``settled``: nothing is on its way, so what is missing was deleted.

    ``sequence``: moves with whatever Syncthing finds changed in the folder.
    """

    paused: bool
    settled: bool
    sequence: int = 0


async def gate_of(sync: Sync, folder_id: str, marker_name: str) -> Gate:
    """Ask for the folder.

    Raises:
        AlbumOneWayError: what is written here is not sent.
        SyncthingError: it cannot be asked, does not know the folder, or the folder is out of order.
    """
    config = next((one for one in await sync.folders() if one.id == folder_id), None)
    if config is None:
        raise UnknownFolderError(folder_id)
    # A paused folder's status answers zeros, as if everything was settled.
    if config.paused:
        return Gate(paused=True, settled=False)
    if config.type in {FolderType.RECEIVE_ONLY, FolderType.RECEIVE_ENCRYPTED}:
        raise AlbumOneWayError(config.label or config.id)
    status = await status_after_all(sync, folder_id, marker_name, await sync.folder_status(folder_id))
    if status.is_faulty:
        raise FolderFaultError(status.error)
    settled = status.state == "idle" and not status.need_files and not status.need_deletes
    return Gate(paused=False, settled=settled, sequence=status.sequence)
