"""The imitated Immich server, ready to be started."""

import asyncio
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from aiohttp import web

from . import catalogue
from .browser import Browser
from .errors import Problem, correlation_id, render
from .faults import Faults
from .jobs import JobRunner
from .reply import json_reply
from .routing import dispatch, not_found
from .snapshot import load_tables, save_tables
from .socket import Line, serve_socket
from .version import Quirks, Version
from .workers import purge_overdue, workers
from .world import World

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Sequence
    from types import TracebackType

    from .records import Tables, User
    from .routing import Route

_SURVIVES_DATABASE = ("/api/server/ping", "/api/server/version")
_WEB_PAGE = "<!doctype html><html><head><title>Immich</title></head><body></body></html>"
_SAVE_EVERY = 0.25


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the server saw it; ``body_bytes`` are those that really arrived."""

    method: str
    path: str
    status: int
    body_bytes: int
    query: dict[str, str]


@dataclass(slots=True)
class Server:
    """What the routes of one running server share."""

    world: World
    version: Version
    quirks: Quirks
    faults: Faults
    prefix: str = ""
    requests: int = 0
    crashes: list[Exception] = field(default_factory=list)
    """Mistakes of the stand-in itself, answered with 500."""
    log: list[Seen] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    """The websockets that are open."""
    jobs: JobRunner = field(init=False)

    def __post_init__(self) -> None:
        self.jobs = JobRunner(self.world, workers(self))


class ImmichStandIn:
    """``async with ImmichStandIn(version="2.7.5") as server:`` serves on 127.0.0.1 until the block ends.

    ``storage`` keeps the bytes and, with ``persistent``, the rows too, so that the next one started on it goes on where
    this one stopped. ``prefix`` ("/photos") imitates a reverse proxy with a sub-path, ``tls`` has a self-signed
    certificate. There is one administrator, whose key with all permissions is ``key``.
    """

    def __init__(
        self,
        version: str = "3.2.2",
        storage: Path | None = None,
        *,
        quirks: Quirks | None = None,
        prefix: str = "",
        tls: bool = False,
        port: int = 0,
        persistent: bool = False,
    ) -> None:
        self._own_storage = tempfile.TemporaryDirectory(prefix="immich-") if storage is None else None
        root = storage or Path(self._own_storage.name if self._own_storage else "")
        root.mkdir(parents=True, exist_ok=True)
        number = Version.parse(version)
        self.faults = Faults()
        self.server = Server(World(root, number), number, quirks or Quirks(), self.faults, prefix)
        self._state = root / "world.json" if persistent else None
        self._tls, self._port = tls, port
        self._runner: web.AppRunner | None = None
        self._saver: asyncio.Task[None] | None = None
        self._saved = 0
        if self._state is not None and self._state.is_file():
            self.world.load(load_tables(self._state))
        if not self.world.tables.users:
            admin = self.world.add_user("Admin", admin=True)
            self.world.add_key(admin, name="ADMIN key")

    # Looking at it

    @property
    def world(self) -> World:
        return self.server.world

    @property
    def quirks(self) -> Quirks:
        return self.server.quirks

    @property
    def jobs(self) -> JobRunner:
        return self.server.jobs

    @property
    def log(self) -> list[Seen]:
        """Every request so far, oldest first."""
        return self.server.log

    @property
    def url(self) -> str:
        """The address that a user would type: no ``/api``, no trailing slash."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}{self.server.prefix}"

    @property
    def port(self) -> int:
        return self._port

    @property
    def admin(self) -> User:
        return next(user for user in self.world.tables.users.values() if user.is_admin)

    @property
    def key(self) -> str:
        """A secret of the administrator with all permissions."""
        keys = self.world.tables.keys.values()
        return next(key.secret for key in keys if key.user_id == self.admin.id and "all" in key.permissions)

    def make_key(self, *permissions: str, user: User | None = None) -> str:
        """A new secret; of the administrator and with all permissions unless told otherwise."""
        return self.world.add_key(user or self.admin, permissions or ("all",)).secret

    @property
    def browser(self) -> Browser:
        """The administrator in Immich's own web page."""
        return self.browser_of(self.admin)

    def browser_of(self, user: User) -> Browser:
        return Browser(self.server, user)

    # Whole states

    def snapshot(self) -> Tables:
        """A database backup, for :meth:`restore_database`."""
        return self.world.snapshot()

    def restore_database(self, tables: Tables) -> None:
        """Go back to an earlier database; files uploaded since stay on the disk, unknown to it."""
        self.world.load(tables)
        self.jobs.wake()

    def empty_database(self) -> None:
        """A new installation behind the same address and with the same keys."""
        self.world.start_over()

    def cut_lines(self) -> None:
        """Let all websockets break off."""
        for line in list(self.server.lines):
            line.cut()

    def say(self, text: str) -> None:
        """Send these characters through all websockets, be they a packet or nonsense."""
        for line in list(self.server.lines):
            line.say(text)

    async def settle(self, within: float = 60) -> None:
        """Wait until the background queues that are not paused have nothing left to do; as :meth:`JobRunner.settle`."""
        await self.jobs.settle(within)

    def night(self) -> list[str]:
        """The nightly job: what has been in the trash for ``quirks.trash_days`` is gone; the ids of those."""
        return purge_overdue(self.server, self.quirks.trash_days)

    # Starting and stopping

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if self._own_storage is not None:
            self._own_storage.cleanup()

    async def start(self) -> None:
        """Listen; again on the same port after :meth:`stop`, so that a client sees the server come back."""
        self.jobs.start()
        app = web.Application(client_max_size=0)
        for route in catalogue.routes(self.server.version):
            app.router.add_route(route.method, f"{self.server.prefix}/api{route.path}", self._handler(route))
        app.router.add_get(f"{self.server.prefix}/api/socket.io{{tail:/?}}", self._socket)
        app.router.add_get(f"{self.server.prefix}/.well-known/immich", _well_known)
        app.router.add_route("*", "/{tail:.*}", self._other)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        context = _certificate() if self._tls else None
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, ssl_context=context, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        if self._state is not None:
            self._saver = asyncio.create_task(self._keep_saving())

    async def stop(self) -> None:
        """Connection refused from now on; the rows are written down if they are to persist."""
        if self._saver is not None:
            self._saver.cancel()
            with suppress(asyncio.CancelledError):
                await self._saver
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self.jobs.stop()
        self._save()

    async def _keep_saving(self) -> None:
        pause = _SAVE_EVERY
        while True:
            await asyncio.sleep(pause)
            started = time.monotonic()
            self._save()
            pause = max(_SAVE_EVERY, 10 * (time.monotonic() - started))

    def _save(self) -> None:
        if self._state is not None and self._saved != self.world.changes:
            self._saved = self.world.changes
            save_tables(self.world.tables, self._state)

    # Requests

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            if self.faults.maintenance and not route.in_maintenance:
                return not_found(request, self.server)
            if self.faults.database_down and not self._api_path(request).startswith(_SURVIVES_DATABASE):
                problem = _without_database(self._api_path(request))
                return render(request, problem, self.server.version, self.quirks, correlation_id())
            return await dispatch(route, request, self.server)

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._logged(request, serve)

        return handle

    def _api_path(self, request: web.Request) -> str:
        return request.path.removeprefix(self.server.prefix)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.faults.maintenance:
            return not_found(request, self.server)
        return await self._logged(request, lambda request: serve_socket(request, self.server))

    async def _other(self, request: web.Request) -> web.StreamResponse:
        return await self._logged(request, self._serve_other)

    async def _serve_other(self, request: web.Request) -> web.StreamResponse:
        if not request.path.startswith(self.server.prefix):
            return web.Response(status=404, text="<html><title>404</title></html>", content_type="text/html")
        path = self._api_path(request)
        if path.endswith("/") and path.startswith("/api/") and not path.startswith("/api//"):
            return await self._without_slash(request)
        if path.startswith(("/api", "//")):
            return not_found(request, self.server)
        if self.faults.maintenance:
            headers = {"Location": f"{self.server.prefix}/maintenance?continue=%2F"}
            return web.Response(status=302, headers=headers)
        return web.Response(text=_WEB_PAGE, content_type="text/html")

    async def _without_slash(self, request: web.Request) -> web.StreamResponse:
        """A trailing slash is as good as none (measured)."""
        bare = request.clone(rel_url=request.rel_url.with_path(request.path.rstrip("/")))
        assert self._runner is not None
        assert isinstance(self._runner.app, web.Application)
        match = await self._runner.app.router.resolve(bare)
        if match.http_exception is not None or match.handler == self._other:
            return not_found(request, self.server)
        bare._match_info = match  # noqa: SLF001 - aiohttp offers no other way to re-route
        return await match.handler(bare)

    async def _logged(
        self, request: web.Request, serve: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.server.requests += 1
        status = 0
        try:
            response = await self.faults.around(request, serve)
            status = response.status
        except web.HTTPException as redirect:
            status = redirect.status
            raise
        finally:
            query = {key: "…" if "key" in key.lower() else value for key, value in request.query.items()}
            received = request.content.total_bytes if request.body_exists else 0
            self.log.append(Seen(request.method, self._api_path(request), status, received, query))
        return response

    def requests_of(self, method: str, path: str) -> Sequence[Seen]:
        """The logged requests of one kind, ``path`` without prefix (``/api/assets``)."""
        return [seen for seen in self.log if (seen.method, seen.path) == (method, path)]


def _without_database(path: str) -> Problem:
    """The words differ by route (measured)."""
    if path == "/api/server/config":
        return Problem(500, "Failed to get server config")
    return Problem(500, "Internal server error", title="")


async def _well_known(request: web.Request) -> web.Response:
    return json_reply(request, {"api": {"endpoint": "/api"}})


def _certificate() -> ssl.SSLContext:
    from .tls import self_signed  # noqa: PLC0415 - its dependency is needed for TLS alone

    return self_signed()
