"""What a server's or a disk's refusal means. ``obstore`` hands it on as a text, with the answer's XML or JSON in it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

from .errors import (
    NotInStoreError,
    StoreBucketMissingError,
    StoreCertificateError,
    StoreClockSkewError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreThrottledError,
    StoreUnreachableError,
)
from .settings import StoreSettings

_SERVERS: dict[str, type[StoreError]] = {
    "RequestTimeTooSkewed": StoreClockSkewError,
    "NoSuchBucket": StoreBucketMissingError,
    "ContainerNotFound": StoreBucketMissingError,
    "ResourceNotFound": StoreBucketMissingError,
    "SlowDown": StoreThrottledError,
    "SlowDownRead": StoreThrottledError,
    "SlowDownWrite": StoreThrottledError,
    "TooManyRequests": StoreThrottledError,
    "Throttling": StoreThrottledError,
    "ThrottlingException": StoreThrottledError,
    "RequestLimitExceeded": StoreThrottledError,
    "ServerBusy": StoreThrottledError,
    "QuotaExceeded": StoreFullError,
    "XMinioStorageFull": StoreFullError,
    "XMinioAdminBucketQuotaExceeded": StoreFullError,
    "storage_cap_exceeded": StoreFullError,
    "InsufficientStorage": StoreFullError,
    "AccessDenied": StoreCredentialsError,
    "InvalidAccessKeyId": StoreCredentialsError,
    "SignatureDoesNotMatch": StoreCredentialsError,
    "AuthorizationHeaderMalformed": StoreCredentialsError,
    "InvalidToken": StoreCredentialsError,
    "ExpiredToken": StoreCredentialsError,
    "AuthenticationFailed": StoreCredentialsError,
    # The answer to what completed an upload was lost, and asked again the server knows it no more.
    "NoSuchUpload": StoreUnreachableError,
    "InvalidBlockList": StoreUnreachableError,
    "NoSuchKey": NotInStoreError,
    "BlobNotFound": NotInStoreError,
}
"""The error codes of S3 (and of MinIO, B2 and Azure where theirs differ) that the owner can do something about."""

_STATUS: dict[int, type[StoreError]] = {
    401: StoreCredentialsError,
    403: StoreCredentialsError,
    404: NotInStoreError,
    429: StoreThrottledError,
    507: StoreFullError,
}
_SERVER_ERRORS = 500

_PANIC = "RustPanic"
UNUSABLE = "a setting cannot be used: look at the address, the key and the names for what does not belong there"

_CODE = re.compile(r"<Code>\s*(\w+)\s*</Code>")
_MESSAGE = re.compile(r"<Message>\s*([^<\r\n]{1,200})")
"""Its first line: Azure's others are an id and the time."""
_STATUS_LINE = re.compile(r"status code: (\d{3})")
_NO_BUCKET = re.compile(r"bucket does not exist|container does not exist", re.IGNORECASE)
_FULL = re.compile(r"No space left on device|Disk quota exceeded|StorageFull|QuotaExceeded", re.IGNORECASE)
_AWAY = re.compile(
    r"HTTP error|error sending request|connection (?:closed|reset|refused)|timed out|TimedOut|dns error"
    r"|Input/output error|Stale file handle|not connected|Host is down|Read-only file system",
    re.IGNORECASE,
)
_PAGE = re.compile(r"<html|<!doctype html", re.IGNORECASE)
"""No store answers with a page for people: something that stands before it does."""
_CERTIFICATE = re.compile(r"InvalidCertificate\(\s*(?:Other\(\s*OtherError\(\s*)?(\w+)")
"""What ``rustls`` says of the certificate, e.g. ``UnknownIssuer`` or ``Expired``."""
_TEXTS: dict[re.Pattern[str], type[StoreError]] = {
    _CERTIFICATE: StoreCertificateError,
    _FULL: StoreFullError,
    _AWAY: StoreUnreachableError,
}
"""What is said where no server answered: by the disk, and by what failed on the way."""
_LOCAL = re.compile(r'(?:message|error): "([^"]{1,200})"')


@contextmanager
def store_errors(settings: StoreSettings) -> Iterator[None]:
    """Turn what ``obstore`` and the disk raise into ``StoreError``; what else a block raises passes.

    A line break in a key that somebody pasted, or an address that is none, makes ``obstore`` panic when it is used.
    """
    try:
        yield
    except FileNotFoundError as err:
        raise _meaning(str(err), NotInStoreError, settings) from None
    except (PermissionDeniedError, UnauthenticatedError) as err:
        raise _meaning(str(err), StoreCredentialsError, settings) from None
    except BaseError as err:
        raise _meaning(str(err), StoreError, settings) from None
    except PermissionError as err:
        raise StoreCredentialsError(_without_secrets(str(err), settings)) from None
    except ValueError as err:
        raise StoreError(_without_secrets(str(err), settings)) from None
    except Exception as err:
        if type(err).__name__ != _PANIC:
            raise
        raise StoreError(UNUSABLE) from None


def _meaning(text: str, otherwise: type[StoreError], settings: StoreSettings) -> StoreError:
    """Return the error for ``obstore``'s text: a line of what happened, the answer, and debugging details."""
    said, _, debugging = text.partition("\n\nDebug source:")
    code, status = _CODE.search(said), _STATUS_LINE.search(said)
    if code:
        message = _MESSAGE.search(said)
        detail = f"{code[1]}: {message[1].strip()}" if message else code[1]
    elif status:
        detail = f"HTTP {status[1]}"
    elif certificate := _CERTIFICATE.search(debugging):
        detail = certificate[1]
    elif local := _LOCAL.search(debugging):
        detail = local[1]
    else:
        detail = said.partition("\n")[0]
    kind = _kind(text, code[1] if code else "", int(status[1]) if status else 0, otherwise)
    return kind(_without_secrets(detail, settings))


def _kind(text: str, code: str, status: int, otherwise: type[StoreError]) -> type[StoreError]:
    if code in _SERVERS:
        return _SERVERS[code]
    if _NO_BUCKET.search(text):
        return StoreBucketMissingError
    if status and _PAGE.search(text):
        return StoreUnreachableError
    if status in _STATUS:
        return _STATUS[status]
    texts = {_FULL: StoreFullError} if status else _TEXTS
    at_last = StoreUnreachableError if status >= _SERVER_ERRORS else otherwise
    return next((meaning for pattern, meaning in texts.items() if pattern.search(text)), at_last)


def _without_secrets(text: str, settings: StoreSettings) -> str:
    for secret in settings.secrets:
        text = text.replace(secret, "…")
    return text
