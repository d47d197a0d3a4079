"""What can go wrong between us and Immich, in words that its owner understands."""

from typing import ClassVar

from ..faults.coded import CodedError


class ImmichError(CodedError):
    """Immich could not do what was asked."""

    code = "immich_error"
    retryable: ClassVar[bool] = False
    """Whether the same request may succeed later without anybody changing anything."""


class CannotConnectError(ImmichError):
    """Immich cannot be reached at this address."""

    code = "immich_cannot_connect"
    retryable = True


class TimedOutError(CannotConnectError):
    """Immich did not answer in time."""


class CertificateError(CannotConnectError):
    """Immich's TLS certificate is not trusted."""

    code = "immich_certificate"
    retryable = False


class InvalidUrlError(ImmichError):
    """The address is not a usable web address."""

    code = "immich_invalid_url"


class WrongKeyError(ImmichError):
    """Immich does not accept the API key."""

    code = "immich_wrong_key"


class MissingPermissionError(ImmichError):
    """The API key lacks a permission."""

    code = "immich_missing_permission"

    def __init__(self, permission: str, detail: str = "") -> None:
        """Keep the ``permission`` that Immich named, e.g. ``asset.delete``; may be empty."""
        super().__init__(detail)
        self.permission = permission

    @property
    def placeholders(self) -> dict[str, str]:
        """Return the values that the translated message needs."""
        return {"detail": self.detail, "permission": self.permission}


class MaintenanceError(ImmichError):
    """Immich is in maintenance mode."""

    code = "immich_maintenance"
    retryable = True


class NotFoundError(ImmichError):
    """Immich does not know the asset, or the key has no access to it: it answers both alike."""

    code = "immich_not_found"


class UnsupportedTypeError(ImmichError):
    """Immich does not accept this kind of file."""

    code = "immich_unsupported_type"


class TooLargeError(ImmichError):
    """The file is larger than the proxy in front of Immich lets through."""

    code = "immich_too_large"


class QuotaError(ImmichError):
    """The user's storage quota in Immich is used up."""

    code = "immich_quota"


class ServerError(ImmichError):
    """Immich answered with an internal error."""

    code = "immich_server_error"
    retryable = True

    def __init__(self, status: int, detail: str = "") -> None:
        """Keep the HTTP ``status``: 500 to 599, or 429 from a proxy that limits requests."""
        super().__init__(detail)
        self.status = status

    @property
    def placeholders(self) -> dict[str, str]:
        """Return the values that the translated message needs."""
        return {"detail": self.detail, "status": str(self.status)}


class UnexpectedAnswerError(ImmichError):
    """What answered does not behave like Immich."""

    code = "immich_unexpected_answer"
    retryable = True


class SourceChangedError(ImmichError):
    """The file changed or vanished while it was being uploaded."""

    code = "immich_source_changed"
    retryable = True
