"""Another look at a folder that Syncthing found out of order."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from .errors import FolderFaultError
from .models import FolderStatus


class Scanning(Protocol):
    """A client that can have folders scanned. Both calls raise ``SyncthingError``."""

    async def folder_status(self, folder_id: str) -> FolderStatus:
        """Return a folder's status."""

    async def scan(self, folder_id: str, subs: Sequence[str] = ()) -> None:
        """Have paths of a folder scanned."""


async def status_after_all(syncthing: Scanning, folder_id: str, marker_name: str, status: FolderStatus) -> FolderStatus:
    """Return ``status``; where that is an error, the one after Syncthing looked again. Raises ``SyncthingError``.

    That a missing directory, or its marker, is back is noticed by a scan only: within the hour, or when one is asked
    for (measured, 1.19.2 to 2.1.3). To ask for the marker alone is enough, and costs nothing.
    """
    if not status.is_faulty:
        return status
    with suppress(FolderFaultError):
        await syncthing.scan(folder_id, [marker_name])
    return await syncthing.folder_status(folder_id)
