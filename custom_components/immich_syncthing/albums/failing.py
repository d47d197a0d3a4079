"""Which failures are one photo's, and which end a run: nobody tries a thousand photos on a disk that is full."""

from ..engine.errors import EngineError, WorldChangedError
from ..immich.errors import CannotConnectError, ImmichError, MaintenanceError, MissingPermissionError, WrongKeyError
from ..syncthing.errors import SyncthingError
from .errors import AlbumFolderError, AlbumNoNameError, AlbumNoRoomError, AlbumWrongBytesError

type Expected = ImmichError | SyncthingError | EngineError | AlbumFolderError

EXPECTED = (ImmichError, SyncthingError, EngineError, AlbumFolderError)
"""What may happen to a photo on its way, and to a run as a whole."""

MOST_IN_A_ROW = 5
"""Failures of photos without a success between them that end a run: it is not the photos' fault."""

_PHOTOS_OWN = (AlbumNoNameError, AlbumNoRoomError, AlbumWrongBytesError, WorldChangedError)
_EVERYBODYS = (CannotConnectError, MaintenanceError, MissingPermissionError, WrongKeyError)


def is_everybodys(error: Expected) -> bool:
    """Return whether the next photo would fail as well."""
    if isinstance(error, ImmichError):
        return isinstance(error, _EVERYBODYS)
    return not isinstance(error, _PHOTOS_OWN)
