"""A reverse proxy: another address for a server, and if wanted another host name in the requests."""

from collections import Counter
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web


class Proxy:
    """``async with Proxy(url) as other_url_holder:`` serves ``url`` at ``.url``; ``host`` goes into the Host header.

    ``asked`` counts the requests by path, ``waiting`` those that are not answered yet.
    """

    def __init__(self, target: str, host: str | None = None) -> None:
        self._target = target
        self._headers = {"Host": host} if host else {}
        self._runner: web.AppRunner | None = None
        self.url = ""
        self.asked: Counter[str] = Counter()
        self.waiting: Counter[str] = Counter()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._forward)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _forward(self, request: web.Request) -> web.Response:
        self.asked[request.path] += 1
        self.waiting[request.path] += 1
        try:
            return await self._answer(request)
        finally:
            self.waiting[request.path] -= 1

    async def _answer(self, request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() == "x-api-key"}
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method,
                f"{self._target}{request.path_qs}",
                headers=headers | self._headers,
                data=await request.read(),
            ) as answer,
        ):
            body = await answer.read()
            return web.Response(status=answer.status, body=body, content_type=answer.content_type)
