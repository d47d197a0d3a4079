"""What can go wrong between us and Syncthing, in words that its owner understands."""

from ..faults.coded import CodedError


class SyncthingError(CodedError):
    """Syncthing could not do what was asked."""

    code = "syncthing_error"


class SyncthingCannotConnectError(SyncthingError):
    """Syncthing cannot be reached at this address."""

    code = "syncthing_cannot_connect"


class SyncthingCertificateError(SyncthingCannotConnectError):
    """Syncthing's TLS certificate is not trusted."""

    code = "syncthing_certificate"


class SyncthingInvalidUrlError(SyncthingError):
    """The address is not a usable web address."""

    code = "syncthing_invalid_url"


class SyncthingWrongKeyError(SyncthingError):
    """Syncthing does not accept the API key."""

    code = "syncthing_wrong_key"


class HostCheckError(SyncthingError):
    """Syncthing listens on loopback only and refuses the host name in the address."""

    code = "syncthing_host_check"


class UnknownFolderError(SyncthingError):
    """Syncthing has no folder with this id."""

    code = "syncthing_unknown_folder"


class FolderPausedError(SyncthingError):
    """The folder is paused in Syncthing."""

    code = "syncthing_folder_paused"


class FolderFaultError(SyncthingError):
    """Syncthing cannot work on the folder, e.g. its path or marker is missing."""

    code = "syncthing_folder_fault"


class SyncthingUnexpectedAnswerError(SyncthingError):
    """What answered does not behave like Syncthing, e.g. during its database migration."""

    code = "syncthing_unexpected_answer"
