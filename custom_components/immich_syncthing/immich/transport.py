"""One request to Immich: key, timeouts, redirects, retries, and everything that can go wrong in our own errors."""

import random as random_module
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from . import parse
from .answers import broken, read_json, read_refusal
from .errors import (
    CannotConnectError,
    ImmichError,
    MaintenanceError,
    NotFoundError,
    ServerError,
    TimedOutError,
    UnexpectedAnswerError,
    WrongKeyError,
)
from .fields import is_uuid

SHORT = aiohttp.ClientTimeout(total=30, sock_connect=10)
"""Single values; the slowest took 0.05 s on a loaded 2.7.5 (measured)."""
BULK = aiohttp.ClientTimeout(total=120, sock_connect=10)
"""1,000 checksums or assets: up to 0.4 s with 2 cores (measured), more on a small board."""
UPLOAD = aiohttp.ClientTimeout(total=None, sock_connect=15, sock_read=120)
"""No total: a film over a slow line takes hours. Reading is timed once everything is sent, see ``multipart``."""
DOWNLOAD = aiohttp.ClientTimeout(total=None, sock_connect=15, sock_read=60)
"""No total; the line must not fall silent."""

TRIES = 3
FIRST_PAUSE = 0.5
"""Seconds before the second try; doubled for each further one, then shortened by up to a half at random."""
MAX_REDIRECTS = 5

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_FOUND = 404
_KEY = re.compile(r"[!-~]+")


class Transport:
    """Sends requests of one API key to one API root.

    The session is borrowed: it is never closed here, and its owner decides about connections, TLS and name resolution.
    Its cookies are never sent, because Immich prefers a session cookie to the key; give it an
    ``aiohttp.DummyCookieJar`` so that it stores none either.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_root: str,
        api_key: str,
        *,
        verify_ssl: bool,
        sleep: Callable[[float], Awaitable[None]],
        random: Callable[[], float] = random_module.random,
    ) -> None:
        """Keep what each request needs; ``random`` returns numbers from 0 to below 1."""
        self.api_root = api_root
        self._session = session
        self._key = api_key.strip()
        self._verify_ssl = verify_ssl
        self._sleep = sleep
        self._random = random

    def __repr__(self) -> str:
        """Return the address; the key stays out."""
        return f"{type(self).__name__}({self.api_root!r})"

    async def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        with_key: bool = True,
        timeout: aiohttp.ClientTimeout = SHORT,  # noqa: ASYNC109 - aiohttp's, by kind of call
    ) -> object:
        """Return the JSON at ``path``; tried up to three times."""
        return await self.repeat(lambda: self._json("GET", path, timeout, params=params, with_key=with_key))

    async def post(self, path: str, body: object, *, accept: tuple[int, ...] = (200,)) -> object:
        """Return the JSON that answers ``body``; tried up to three times, so only for what is safe to repeat."""
        return await self.repeat(lambda: self._json("POST", path, BULK, body=body, accept=accept))

    async def put(self, path: str, body: object) -> object:
        """Return the JSON that answers ``body``; tried up to three times."""
        return await self.repeat(lambda: self._json("PUT", path, BULK, body=body))

    async def delete(self, path: str, body: object) -> object:
        """Return the JSON that answers a deletion of what ``body`` names; tried up to three times."""
        return await self.repeat(lambda: self._json("DELETE", path, BULK, body=body))

    async def command(self, method: str, path: str, body: object, *, accept: tuple[int, ...] = (204,)) -> None:
        """Ask for a change that 204 answers; tried up to three times. A login page comes with 200, so is no success."""

        async def call() -> None:
            async with self.open(method, path, BULK, json=body, accept=accept):
                pass

        await self.repeat(call)

    async def repeat[T](self, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call that is safe to repeat until it succeeds, at most three times.

        Repeated are broken connections, among them the race of a kept-alive connection that Immich closes after 5 s,
        and errors of the server; not timeouts, whose wait was long enough.
        """
        for attempt in range(TRIES - 1):
            try:
                return await call()
            except (CannotConnectError, ServerError) as err:
                if not err.retryable or isinstance(err, TimedOutError):
                    raise
            await self.pause(attempt)
        return await call()

    async def pause(self, attempt: int) -> None:
        """Wait before the next try; ``attempt`` counts from 0."""
        await self._sleep(FIRST_PAUSE * 2**attempt * (1 - self._random() / 2))

    @asynccontextmanager
    async def open(
        self,
        method: str,
        path: str,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's, by kind of call
        *,
        accept: tuple[int, ...] = (200,),
        headers: Mapping[str, str] | None = None,
        with_key: bool = True,
        **request: object,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send one request, once, and lend its answer. Inside, only read from it.

        Whatever status is not in ``accept``, and whatever breaks now or while reading, raises an ``ImmichError``.
        """
        all_headers = dict(headers or {})
        if with_key:
            all_headers["x-api-key"] = self._checked_key()
        try:
            response = await self._follow(method, path, timeout=timeout, headers=all_headers, **request)
            async with response:
                if response.status not in accept:
                    raise await self._refusal(response, path)
                yield response
        except (aiohttp.ClientError, TimeoutError) as err:
            raise broken(err) from None

    async def _json(
        self,
        method: str,
        path: str,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's, by kind of call
        *,
        params: Mapping[str, str] | None = None,
        body: object = None,
        with_key: bool = True,
        accept: tuple[int, ...] = (200,),
    ) -> object:
        request = self.open(method, path, timeout, accept=accept, params=params, json=body, with_key=with_key)
        async with request as response:
            return await read_json(response)

    async def _follow(self, method: str, path: str, **request: object) -> aiohttp.ClientResponse:
        """Send, and follow redirects of a GET as long as the key stays with the same server.

        A redirected upload or deletion is refused: after 301, 302 and 303 it would turn into a GET.
        """
        url = URL(f"{self.api_root}{path}")
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._session.request(
                method,
                url,
                allow_redirects=False,
                ssl=self._verify_ssl,
                middlewares=(_without_cookies,),
                **request,  # type: ignore[arg-type]
            )
            if response.status not in REDIRECTS:
                return response
            response.release()
            target = redirect_target(url, response)
            if method != "GET" or not _same_server(url, target):
                detail = f"it redirects to {target.origin()}{target.raw_path}: use that address"
                raise UnexpectedAnswerError(detail)
            url, request["params"] = target, None
        detail = "it redirects without end"
        raise UnexpectedAnswerError(detail)

    async def _refusal(self, response: aiohttp.ClientResponse, path: str) -> ImmichError:
        """Return the error of an answer. In maintenance mode nearly every route answers 404 (measured on 2.7.5)."""
        error = await read_refusal(response)
        if response.status != _NOT_FOUND or path == "/server/config":
            return error
        config = parse.server_config(await self.get("/server/config", with_key=False))
        return MaintenanceError(error.detail) if config.maintenance_mode else error

    def _checked_key(self) -> str:
        if not _KEY.fullmatch(self._key):
            detail = "it is empty or holds characters that no API key has"
            raise WrongKeyError(detail)
        return self._key


def redirect_target(url: URL, response: aiohttp.ClientResponse) -> URL:
    """Return where a redirect leads. Raises ``UnexpectedAnswerError`` when it leads nowhere that HTTP can go."""
    location = response.headers.get("Location", "")
    try:
        target = url.join(URL(location)).with_fragment(None)
    except ValueError:
        target = URL()
    if not location or target.scheme not in {"http", "https"} or not target.host:
        detail = f"status {response.status} redirects nowhere"
        raise UnexpectedAnswerError(detail)
    return target.with_user(None)


def checked_id(asset_id: str) -> str:
    """Return the id of an asset. Raises ``NotFoundError`` for what cannot be one, before Immich is asked."""
    if not is_uuid(asset_id):
        detail = "not the id of an asset"
        raise NotFoundError(detail)
    return asset_id


def asset_path(asset_id: str, *, ending: str = "") -> str:
    """Return the path of one asset. Raises ``NotFoundError`` for what cannot be an id, so is unsafe in a path."""
    return f"/assets/{checked_id(asset_id)}{ending}"


def _same_server(url: URL, target: URL) -> bool:
    """Return whether the key may go to ``target``: the same origin, or the same host with TLS instead of none."""
    if url.origin() == target.origin():
        return True
    return url.host == target.host and (url.scheme, target.scheme) == ("http", "https")


async def _without_cookies(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Take out cookies of the session: whatever it may hold for this host, the key alone decides who we are."""
    request.headers.popall("Cookie", None)
    return await send(request)
