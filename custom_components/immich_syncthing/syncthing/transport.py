"""One HTTP call to Syncthing: where it may go, how long it may take, what its failure means.

The API key goes only to the host in the address, and into no error, log or ``repr``.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from .errors import (
    FolderFaultError,
    FolderPausedError,
    HostCheckError,
    SyncthingCannotConnectError,
    SyncthingCertificateError,
    SyncthingError,
    SyncthingUnexpectedAnswerError,
    SyncthingWrongKeyError,
    UnknownFolderError,
)

CONNECT_S = 10.0
QUICK_S = 30.0
"""For what Syncthing answers from memory or its index: 0.26 s at 100,000 files for the slowest (2.1.3), on 2 CPUs."""

RETRY_PAUSES_S = (0.0, 1.0)
"""Before each repetition of a call whose connection was lost: at once, because Syncthing closes idle connections after
15.0 s and a call may meet that moment; then after the time that its listener needs to come back when the settings of
its web interface change (about 1 s). All calls made here may be repeated without harm."""

MAX_ANSWER_BYTES = 64 << 20
"""More is not Syncthing: 100,000 archived versions are some 12 MB."""

DETAIL_LENGTH = 200

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GATEWAY_TROUBLE = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})

type Query = Sequence[tuple[str, str]]
type Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, media type and body of an answer, fully read."""

    status: int
    media_type: str
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text, e.g. the one line that Syncthing's errors consist of."""
        return self.body.decode(errors="replace").strip()

    @property
    def summary(self) -> str:
        """Return what the answer looks like, short enough for a message."""
        return " ".join(f"{self.status} {self.media_type} {self.text[:DETAIL_LENGTH]}".split())


class Transport:
    """Sends calls to one Syncthing through an injected session; see ``SyncthingClient`` for the arguments."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, api_key: str, *, verify_ssl: bool, sleep: Sleep
    ) -> None:
        self._session = session
        self._url = URL(url)
        self._key = api_key.strip()
        self._verify_ssl = verify_ssl
        self._sleep = sleep

    @property
    def url(self) -> str:
        """Return the address in use: the given one, or its HTTPS form once Syncthing insisted on it."""
        return str(self._url).rstrip("/")

    async def sleep(self, seconds: float) -> None:
        """Wait on the injected clock."""
        await self._sleep(seconds)

    async def json(self, path: str, query: Query = (), *, timeout_s: float = QUICK_S) -> object:
        """Get a JSON answer."""
        return decoded(await self.call("GET", path, query, timeout_s=timeout_s))

    async def command(self, method: str, path: str, query: Query = (), *, timeout_s: float = QUICK_S) -> None:
        """Send what Syncthing answers with an empty 200; its migration page (200 with text) is no success."""
        answer = await self.call(method, path, query, timeout_s=timeout_s)
        if answer.status != HTTPStatus.OK:
            raise refusal(answer)
        if answer.body:
            raise SyncthingUnexpectedAnswerError(answer.summary)

    async def call(
        self,
        method: str,
        path: str,
        query: Query = (),
        *,
        timeout_s: float = QUICK_S,
        repeat: bool = True,
    ) -> Answer:
        """Return the answer to ``/rest/<path>``, whatever its status; ``path`` is encoded already, ``query`` is not.

        Raises ``SyncthingCannotConnectError`` (timeouts included), ``SyncthingCertificateError``,
        ``SyncthingWrongKeyError``, ``HostCheckError``, or ``SyncthingUnexpectedAnswerError`` for a redirection that
        leads away. With ``repeat`` off a lost connection is an error at once.
        """
        if not self._key.isascii() or not self._key.isprintable():
            raise SyncthingWrongKeyError
        answer, location = await self._repeated(method, path, query, timeout_s, repeat=repeat)
        if answer.status in _REDIRECTS:
            self._url = self._secured(self._target(path, query), location)
            answer, location = await self._repeated(method, path, query, timeout_s, repeat=repeat)
            if answer.status in _REDIRECTS:
                raise SyncthingUnexpectedAnswerError(answer.summary)
        _check_admission(answer)
        return answer

    async def _repeated(
        self, method: str, path: str, query: Query, timeout_s: float, *, repeat: bool
    ) -> tuple[Answer, str]:
        lost = False
        for pause in (*(RETRY_PAUSES_S if repeat else ()), None):
            try:
                return await self._once(method, self._target(path, query), timeout_s)
            except aiohttp.ClientConnectorCertificateError as error:
                raise SyncthingCertificateError(_short(error)) from None
            except TimeoutError:
                detail = "no answer in time"
                raise SyncthingCannotConnectError(detail) from None
            except aiohttp.ClientError as error:
                lost = lost or _is_loss(error)
                if pause is None or not lost:
                    # Not chained: the text of some of aiohttp's errors is safe, their representation holds the key.
                    raise SyncthingCannotConnectError(_short(error)) from None
                await self._sleep(pause)
        raise AssertionError  # pragma: no cover - the last round returns or raises

    async def _once(self, method: str, target: URL, timeout_s: float) -> tuple[Answer, str]:
        async with self._session.request(
            method,
            target,
            headers={"X-API-Key": self._key, "Accept": "application/json"},
            timeout=aiohttp.ClientTimeout(total=timeout_s, connect=CONNECT_S, sock_connect=CONNECT_S),
            allow_redirects=False,
            ssl=self._verify_ssl,
        ) as response:
            received = bytearray()
            async for chunk in response.content.iter_any():
                received += chunk
                if len(received) > MAX_ANSWER_BYTES:
                    detail = f"more than {MAX_ANSWER_BYTES} bytes"
                    raise SyncthingUnexpectedAnswerError(detail)
            answer = Answer(response.status, response.content_type, bytes(received))
            return answer, response.headers.get("Location", "")

    def _target(self, path: str, query: Query) -> URL:
        # Encoded here: names of files are sent byte for byte, also those that are no valid UTF-8.
        encoded = urlencode(query, quote_via=quote, safe="", errors="surrogateescape")
        return URL(f"{self.url}/rest/{path}{'?' if encoded else ''}{encoded}", encoded=True)

    def _secured(self, asked: URL, location: str) -> URL:
        """Return our address with HTTPS, if that is all that the redirection changes.

        With TLS switched on Syncthing answers plain HTTP with 307 to the same port; a reverse proxy leads from port 80
        to 443. Anywhere else the key does not go.
        """
        try:
            led = asked.join(URL(location, encoded=True))
        except ValueError:
            detail = "redirected to nowhere"
            raise SyncthingUnexpectedAnswerError(detail) from None
        same_place = (led.host, led.raw_path, led.raw_query_string) == (
            asked.host,
            asked.raw_path,
            asked.raw_query_string,
        )
        same_port = led.port == asked.port or (asked.port, led.port) == (80, 443)
        if not (asked.scheme == "http" and led.scheme == "https" and same_place and same_port):
            detail = f"redirected to {led.host}"
            raise SyncthingUnexpectedAnswerError(detail)
        return self._url.with_scheme("https").with_port(led.explicit_port)


def decoded(answer: Answer) -> object:
    """Return the JSON of a good answer; raises what the answer means otherwise."""
    if answer.status != HTTPStatus.OK:
        raise refusal(answer)
    if answer.media_type != "application/json":
        # While its database migrates, Syncthing answers every call with 200 and a page of plain text.
        raise SyncthingUnexpectedAnswerError(answer.summary)
    try:
        return json.loads(answer.body)
    except ValueError, RecursionError:
        raise SyncthingUnexpectedAnswerError(answer.summary) from None


def refusal(answer: Answer) -> SyncthingError:
    """Return what an answer other than 200 means. The status varies between calls and releases, the text does not."""
    said = answer.text
    if said in {"no such folder", "No folder with given ID"} or (
        said.startswith("folder ") and said.endswith(" does not exist")
    ):
        return UnknownFolderError(said)
    if said == "folder is paused":
        return FolderPausedError(said)
    if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR and answer.media_type == "text/plain":
        return FolderFaultError(said[:DETAIL_LENGTH])
    if answer.status in _GATEWAY_TROUBLE:
        return SyncthingCannotConnectError(answer.summary)
    return SyncthingUnexpectedAnswerError(answer.summary)


def _check_admission(answer: Answer) -> None:
    """Raise if Syncthing did not let us in: 401 in 1.19 with a password set, else 403 with one of these texts."""
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise SyncthingWrongKeyError(answer.summary)
    if answer.status == HTTPStatus.FORBIDDEN:
        if answer.text in {"CSRF Error", "Forbidden", "Not Authorized"}:
            raise SyncthingWrongKeyError(answer.text)
        if answer.text == "Host check error":
            raise HostCheckError(answer.text)
        raise SyncthingUnexpectedAnswerError(answer.summary)


def _is_loss(error: aiohttp.ClientError) -> bool:
    """Return whether a connection was there and then was not."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return False
    return isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError | aiohttp.ClientPayloadError)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:DETAIL_LENGTH] or type(error).__name__
