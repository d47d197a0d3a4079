"""What can go wrong between us and Syncthing, in words that its owner understands.

The docstring of a class is what the user reads; ``code`` is the stable name of the error in logs,
documentation and translations; what differs from case to case is carried in attributes.
"""

from typing import ClassVar


class SyncthingError(Exception):
    """Syncthing could not do what was asked."""

    code: ClassVar[str] = "syncthing_error"

    def __init__(self, detail: str = "") -> None:
        """Keep ``detail``, a short text without secrets, e.g. the server's own message."""
        super().__init__(detail)
        self.detail = detail

    @property
    def placeholders(self) -> dict[str, str]:
        """Return the values that the translated message needs."""
        return {"detail": self.detail}


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
