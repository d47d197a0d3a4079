"""What can go wrong inside the engine, in words that the owner of the photos understands."""

from ..faults.coded import CodedError


class EngineError(CodedError):
    """The folder could not be kept in agreement."""

    code = "engine_error"


class RootMissingError(EngineError):
    """The folder's directory is missing or is no directory."""

    code = "root_missing"


class MarkerMissingError(EngineError):
    """Syncthing's marker is missing in the folder: the disk may not be mounted."""

    code = "marker_missing"


class RootChangedError(EngineError):
    """Another disk than before is mounted at the folder's path."""

    code = "root_changed"


class RootUnreadableError(EngineError):
    """The folder's directory cannot be read."""

    code = "root_unreadable"


class ReadOnlyError(EngineError):
    """The folder cannot be written to, so nothing can be deleted or brought back in it."""

    code = "read_only"


class DiskFullError(EngineError):
    """The disk is full."""

    code = "disk_full"


class NoQuarantineError(EngineError):
    """Syncthing's directory .stfolder cannot take the file out of sight first, so nothing can be deleted there."""

    code = "no_quarantine"


class NoFenceError(EngineError):
    """Neither the folder nor the vault takes the mark that would show an outdated ledger, so nothing is deleted."""

    code = "no_fence"


class OtherInstanceError(EngineError):
    """Another Home Assistant works in this folder, so this one does nothing there."""

    code = "other_instance"


class RecoveryError(EngineError):
    """Immich or the ledger is not the one of before, so everything is compared anew; nothing is deleted meanwhile."""

    code = "recovery"


class WorldChangedError(EngineError):
    """What was planned no longer fits: the file or the asset has changed since."""

    code = "world_changed"


class LedgerError(EngineError):
    """The ledger cannot be read or written."""

    code = "ledger_error"


class LedgerTooNewError(LedgerError):
    """The ledger was written by a newer version of this integration."""

    code = "ledger_too_new"


class IntentOpenError(EngineError):
    """Something is already being done with this photo."""

    code = "intent_open"


class OtherAccountError(EngineError):
    """Immich answers as another user than the one this ledger belongs to."""

    code = "other_account"


class UnknownHoldError(EngineError):
    """There is no such decision to take any more."""

    code = "unknown_hold"


class PausedError(EngineError):
    """The folder is paused."""

    code = "folder_paused"


class OneWayFolderError(EngineError):
    """The folder synchronises in one direction only, so deletions cannot be passed on."""

    code = "one_way_folder"


class IgnoreDeleteError(EngineError):
    """Syncthing is set to ignore deletions in this folder, so they cannot be passed on."""

    code = "ignore_delete"


class InternalError(EngineError):
    """A fault of this integration itself; its log tells more."""

    code = "internal_error"


class UnreadableError(EngineError):
    """Files or directories of the folder cannot be read, so they are not uploaded."""

    code = "unreadable"

    def __init__(self, detail: str, count: int = 1) -> None:
        """Keep the first path, and how many there are."""
        super().__init__(detail)
        self.count = count

    @property
    def placeholders(self) -> dict[str, str]:
        """Return the values that the translated message needs."""
        return {"detail": self.detail, "count": str(self.count)}


class ItemsFailedError(EngineError):
    """Some items did not work so far; they are tried again."""

    code = "items_failed"


class NotCarriedError(EngineError):
    """Syncthing ignores the file or does not know it, so its deletion would not reach the phone."""

    code = "not_carried"


class BadPatternError(EngineError, ValueError):
    """This is no pattern for files."""

    code = "bad_pattern"

    def __init__(self, line: str) -> None:
        """Keep the ``line`` that cannot be understood."""
        super().__init__(line)
        self.line = line


class EditNotCarriedError(EngineError):
    """What the old photo has in Immich could not be given to the edited one, so both stay for now."""

    code = "edit_not_carried"


class NotReadError(EngineError):
    """Immich has not read a photo for a day, so that what belongs to it has to wait; its jobs may be paused."""

    code = "not_read"


class SidecarStaysError(EngineError):
    """A sidecar (.xmp) is still there although its photo is gone: the vault could not keep it; it is tried again."""

    code = "sidecar_stays"


class SidecarError(EngineError):
    """What a sidecar (.xmp) says is not passed on: it cannot be read until it changes, or Immich refuses it."""

    code = "sidecar"
