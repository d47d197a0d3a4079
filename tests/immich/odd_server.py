"""A web server that answers whatever a test wants, for what no Immich would say."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class OddServer:
    """Serves the handlers of ``routes`` (``"GET /api/server/ping"``), else 404 as HTML; remembers what was asked."""

    routes: dict[str, Handler] = field(default_factory=dict)
    seen: list[web.Request] = field(default_factory=list)
    url: str = ""

    def answer(self, route: str, *answers: object, status: int = 200) -> None:
        """Answer ``route`` with these JSON values in turn, the last one for ever."""
        left = list(answers)

        async def handler(_: web.Request) -> web.Response:
            return web.json_response(left.pop(0) if len(left) > 1 else left[0], status=status)

        self.routes[route] = handler

    def raw(self, route: str, **response: Any) -> None:
        """Answer ``route`` with ``web.Response(**response)``."""

        async def handler(_: web.Request) -> web.Response:
            return web.Response(**response)

        self.routes[route] = handler

    def asked(self, route: str) -> int:
        return sum(f"{request.method} {request.path}" == route for request in self.seen)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        handler = self.routes.get(f"{request.method} {request.path}")
        if handler is None:
            return web.Response(status=404, text="<h1>404</h1>", content_type="text/html")
        return await handler(request)


@asynccontextmanager
async def odd_server(host: str = "127.0.0.1") -> AsyncIterator[OddServer]:
    server = OddServer()
    app = web.Application(client_max_size=0)
    app.router.add_route("*", "/{tail:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, 0)
        await site.start()
        server.url = f"http://{host}:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()
