"""Syncthing's REST API, 1.19 to 2.x: only the calls that the integration needs."""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from urllib.parse import quote

import aiohttp

from . import answers
from .errors import FolderFaultError, FolderPausedError, SyncthingUnexpectedAnswerError, UnknownFolderError
from .models import (
    Completion,
    Connection,
    DeviceConfig,
    DeviceStats,
    Event,
    FileInfo,
    FolderConfig,
    FolderErrorEntry,
    FolderStats,
    FolderStatus,
    SystemStatus,
    SystemVersion,
    Upgrade,
)
from .payload import items, mapping
from .transport import QUICK_S, Query, Sleep, Transport, decoded

SCAN_S = 1800.0
"""A scan waits behind a running scan or pull of its folder: 6.8 s behind 600 MB (1.29.5), so long for big videos."""

POLL_GRACE_S = 30.0
"""Beyond the time that a long poll is asked to last."""

UPGRADE_S = 60.0
"""Syncthing asks a server of its own for its answer."""

MAX_SUBS_LENGTH = 6000
"""Encoded length of the paths in one scan request: Syncthing takes 1 MB, reverse proxies often no more than 8 kB."""

ERRORS_PER_PAGE = 65536
"""Syncthing's own default."""


class SyncthingClient:
    """One Syncthing, reached with one API key.

    ``url`` as ``normalize_url`` returns it. Every call may raise ``SyncthingCannotConnectError`` (timeouts included),
    ``SyncthingCertificateError``, ``SyncthingWrongKeyError``, ``HostCheckError`` and
    ``SyncthingUnexpectedAnswerError``; calls about a folder also ``UnknownFolderError``, ``FolderPausedError`` and
    ``FolderFaultError``. Nothing here guesses: an answer that is not understood is an error, never an empty value.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        api_key: str,
        *,
        verify_ssl: bool = True,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._transport = Transport(session, url, api_key, verify_ssl=verify_ssl, sleep=sleep)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    @property
    def url(self) -> str:
        """Return the address in use: the given one, or its HTTPS form once Syncthing insisted on it."""
        return self._transport.url

    async def sleep(self, seconds: float) -> None:
        """Wait on the clock that was given."""
        await self._transport.sleep(seconds)

    async def ping(self) -> None:
        """Make sure that a Syncthing answers and accepts the key."""
        answer = mapping(await self._transport.json("system/ping"), "answer to a ping")
        if answer.get("ping") != "pong":
            detail = "no pong"
            raise SyncthingUnexpectedAnswerError(detail)

    async def status(self) -> SystemStatus:
        """Return identity and age of the process."""
        return answers.system_status(await self._transport.json("system/status"))

    async def version(self) -> SystemVersion:
        """Return the release that runs."""
        return answers.system_version(await self._transport.json("system/version"))

    async def upgrade(self) -> Upgrade | None:
        """Have Syncthing look for a newer release; ``None`` from a build that is not to upgrade itself.

        Asks Syncthing's own server, so it is slow at times and fails where Syncthing has no way out. Builds of Debian,
        the container image and ``--no-upgrade`` answer 501 (1.19: 503) "upgrade unsupported".
        """
        answer = await self._transport.call("GET", "system/upgrade", timeout_s=UPGRADE_S)
        if answer.text == "upgrade unsupported":
            return None
        return answers.upgrade(decoded(answer))

    async def folders(self) -> tuple[FolderConfig, ...]:
        """Return all folders as configured; the only place that tells reliably whether one is paused."""
        listed = items(await self._transport.json("config/folders"), "list of folders")
        return tuple(answers.folder_config(entry) for entry in listed)

    async def devices(self) -> tuple[DeviceConfig, ...]:
        """Return all devices as configured, the own one included."""
        listed = items(await self._transport.json("config/devices"), "list of devices")
        return tuple(answers.device_config(entry) for entry in listed)

    async def connections(self) -> dict[str, Connection]:
        """Return the connections to remote devices, by device id; the own one, which 1.19 lists too, is left out."""
        own = (await self.status()).my_id
        data = mapping(await self._transport.json("system/connections"), "connections")
        listed = mapping(data.get("connections"), "connections")
        return {device: answers.connection(entry) for device, entry in listed.items() if device != own}

    async def device_stats(self) -> dict[str, DeviceStats]:
        """Return when devices were last seen, by device id, the own one (never seen) included."""
        listed = mapping(await self._transport.json("stats/device"), "device statistics")
        return {device: answers.device_stats(entry) for device, entry in listed.items()}

    async def folder_stats(self) -> dict[str, FolderStats]:
        """Return last scans and last received files, by folder id."""
        listed = mapping(await self._transport.json("stats/folder"), "folder statistics")
        return {folder: answers.folder_stats(entry) for folder, entry in listed.items()}

    async def completion(self, folder_id: str, device_id: str | None = None) -> Completion:
        """Return how far a device is with a folder; without device, how far this Syncthing is."""
        query = [("folder", folder_id), *([("device", device_id)] if device_id else [])]
        return answers.completion(await self._transport.json("db/completion", query))

    async def folder_status(self, folder_id: str) -> FolderStatus:
        """Return the state of a folder that works.

        Syncthing answers for a paused folder, or one that is just being restarted, with an empty state and zeros that
        look like an empty folder: raises ``FolderPausedError`` or ``FolderFaultError`` instead.
        """
        status = answers.folder_status(await self._transport.json("db/status", [("folder", folder_id)]))
        if not status.state:
            await self._raise_if_paused_or_unknown(folder_id)
            detail = "folder is not running"
            raise FolderFaultError(detail)
        return status

    async def file(self, folder_id: str, path: str) -> FileInfo | None:
        """Return what the index knows of a path; ``None`` if neither this nor any other device ever had it."""
        answer = await self._transport.call("GET", "db/file", [("folder", folder_id), ("file", path)])
        if answer.status == HTTPStatus.NOT_FOUND and answer.text == "No such object in the index":
            return None
        try:
            return answers.file_info(decoded(answer))
        except UnknownFolderError:
            # 1.19 and 1.29 say "no such folder" of a paused one here.
            await self._raise_if_paused_or_unknown(folder_id)
            raise

    async def folder_errors(self, folder_id: str) -> tuple[FolderErrorEntry, ...]:
        """Return all paths that could not be scanned or pulled. Empty also for a folder whose state is ``error``."""
        found: list[FolderErrorEntry] = []
        for page in itertools.count(1):
            query = [("folder", folder_id), ("page", str(page)), ("perpage", str(ERRORS_PER_PAGE))]
            data = mapping(await self._transport.json("folder/errors", query), "folder errors")
            listed = [answers.folder_error(entry) for entry in items(data.get("errors"), "folder errors")]
            found += listed
            if len(listed) < ERRORS_PER_PAGE:
                break
        return tuple(found)

    async def scan(self, folder_id: str, subs: Sequence[str] = ()) -> None:
        """Have paths of a folder scanned, the whole folder if none is given; returns when the scan is over.

        A path may be gone (that is what a scan finds out) and may have any name. Waits behind running scans and pulls
        of the folder; when a request times out, Syncthing still does it later.
        """
        for query in _scan_requests(folder_id, subs):
            await self._transport.command("POST", "db/scan", query, timeout_s=SCAN_S)

    async def events(
        self, types: Sequence[str], since: int, *, limit: int | None = None, timeout_s: int = 0
    ) -> tuple[Event, ...]:
        """Return events after id ``since``, waiting up to ``timeout_s`` for the first one; see ``EventStream``.

        ``limit`` keeps the newest and drops older ones, so it serves to learn the newest id and nothing else.
        """
        query = [("events", ",".join(types)), ("since", str(since)), ("timeout", str(timeout_s))]
        if limit is not None:
            query.append(("limit", str(limit)))
        answer = await self._transport.call(
            "GET", "events", query, timeout_s=max(QUICK_S, timeout_s + POLL_GRACE_S), repeat=False
        )
        return tuple(answers.event(entry) for entry in items(decoded(answer), "list of events"))

    async def _folder(self, folder_id: str) -> FolderConfig:
        for folder in await self.folders():
            if folder.id == folder_id:
                return folder
        raise UnknownFolderError(folder_id)

    async def _raise_if_paused_or_unknown(self, folder_id: str) -> None:
        if (await self._folder(folder_id)).paused:
            raise FolderPausedError(folder_id)


def _scan_requests(folder_id: str, subs: Sequence[str]) -> Iterator[Query]:
    """Divide the paths so that no URL grows beyond its limit; a single long path has a request of its own."""
    request: list[tuple[str, str]] = [("folder", folder_id)]
    length = 0
    for sub in subs:
        size = len(quote(sub, safe="", errors="surrogateescape")) + len("&sub=")
        if length and length + size > MAX_SUBS_LENGTH:
            yield request
            request, length = [("folder", folder_id)], 0
        request.append(("sub", sub))
        length += size
    yield request
