"""What an answer, or the lack of one, means in our error tree."""

import json
import re
from http import HTTPStatus

import aiohttp

from .errors import (
    CannotConnectError,
    CertificateError,
    ImmichError,
    MissingPermissionError,
    NotFoundError,
    QuotaError,
    ServerError,
    TimedOutError,
    TooLargeError,
    UnexpectedAnswerError,
    UnsupportedTypeError,
    WrongKeyError,
)

MAX_JSON = 128 * 1024 * 1024
"""Bytes of JSON that we read at most. A month of 100,000 assets is some 20 MB (200 B each, measured)."""

_MAX_REFUSAL = 64 * 1024
_MAX_DETAIL = 300
_PERMISSION = re.compile(r"Missing required permission: (?P<name>[\w.]+)")
_NO_ACCESS = re.compile(r"Not found or no \S+ access|Live photo video |Album not found")
_ELEVATED = "Elevated permission is required"


async def read_json(response: aiohttp.ClientResponse) -> object:
    """Return the JSON of a successful answer.

    Raises:
        UnexpectedAnswerError: another content type (a proxy's login page is HTML), broken JSON, or far too much of it.
    """
    if not _says_json(response):
        detail = f"it sent {response.content_type} instead of JSON with status {response.status}"
        raise UnexpectedAnswerError(detail)
    body = await _read(response, MAX_JSON)
    if len(body) > MAX_JSON:
        detail = f"it sent more than {MAX_JSON} bytes"
        raise UnexpectedAnswerError(detail)
    return _decode(body)


async def read_refusal(response: aiohttp.ClientResponse) -> ImmichError:
    """Return the error that an answer other than success stands for; 404 is not told from maintenance here."""
    message = None
    if _says_json(response):
        try:
            message = _message(_decode(await _read(response, _MAX_REFUSAL)))
        except UnexpectedAnswerError:
            message = None
    return refusal(response.status, message)


def refusal(status: int, message: str | None) -> ImmichError:
    """Map a status and Immich's own message; ``None`` when the body was not Immich's, so a proxy's.

    Wording of 2.7.5 (measured) and 3.x (server source).
    """
    detail = (message or "")[:_MAX_DETAIL]
    error: ImmichError
    if status == HTTPStatus.CONTENT_TOO_LARGE:
        error = TooLargeError(detail)
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        error = ServerError(status, detail)
    elif message is None:
        error = UnexpectedAnswerError(f"status {status}, and not in Immich's words: something in front of it answered")
    elif status == HTTPStatus.BAD_REQUEST:
        error = _bad_request(detail)
    elif status == HTTPStatus.UNAUTHORIZED:
        error = NotFoundError(detail) if detail == _ELEVATED else WrongKeyError(detail)
    elif status == HTTPStatus.FORBIDDEN:
        found = _PERMISSION.search(detail)
        error = MissingPermissionError(found["name"] if found else "", detail)
    else:
        error = UnexpectedAnswerError(f"status {status}: {detail}")
    return error


def broken(err: aiohttp.ClientError | TimeoutError) -> ImmichError:
    """Map what aiohttp raises. Raise the result ``from None``: aiohttp's errors carry the request with its key."""
    if isinstance(err, TimeoutError):
        return TimedOutError("no answer in time")
    if isinstance(err, aiohttp.ClientConnectorCertificateError):
        return CertificateError(getattr(err.certificate_error, "verify_message", str(err.certificate_error)))
    if isinstance(err, aiohttp.ClientResponseError):
        return UnexpectedAnswerError(f"it does not speak HTTP: {err.message}"[:_MAX_DETAIL])
    if isinstance(err, aiohttp.ClientPayloadError):
        return CannotConnectError("the connection broke in the middle of the answer")
    return CannotConnectError((str(err) or type(err).__name__)[:_MAX_DETAIL])


def _bad_request(detail: str) -> ImmichError:
    """Tell what is not there from what is wrong; "Live photo video" is followed by "not found" or "must be a video"."""
    if _NO_ACCESS.match(detail):
        return NotFoundError(detail)
    if detail.startswith("Unsupported file type") or detail == "File is empty":
        return UnsupportedTypeError(detail)
    if detail.startswith("Quota has been exceeded"):
        return QuotaError(detail)
    return UnexpectedAnswerError(f"status 400: {detail}")


def _message(body: object) -> str | None:
    """Return Immich's message in one line, whatever its version's form; ``None`` when there is none."""
    if not isinstance(body, dict):
        return None
    message = body.get("message")
    if isinstance(message, list):
        message = "; ".join(str(part) for part in message)
    if not isinstance(message, str):
        return None
    errors = body.get("errors")
    if isinstance(errors, list):
        message = "; ".join([message, *(_validation_error(error) for error in errors)])
    return " ".join(message.split())


def _validation_error(error: object) -> str:
    """Return e.g. ``fileCreatedAt: Invalid ISO datetime`` of a v3 validation error."""
    if not isinstance(error, dict):
        return str(error)
    path = error.get("path")
    where = ".".join(str(step) for step in path) if isinstance(path, list) else ""
    return f"{where}: {error.get('message')}"


def _says_json(response: aiohttp.ClientResponse) -> bool:
    return response.content_type == "application/json" or response.content_type.endswith("+json")


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the body, or a little more than ``limit`` bytes of it."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            break
    return bytes(body)


def _decode(body: bytes) -> object:
    try:
        value: object = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as err:
        detail = f"its JSON cannot be read: {err}"
        raise UnexpectedAnswerError(detail[:_MAX_DETAIL]) from None
    return value


def _no_constant(name: str) -> object:
    reason = f"{name} is no JSON"
    raise ValueError(reason)
