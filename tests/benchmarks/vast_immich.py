"""An Immich that has as many photos as it is told, and answers as quickly for a million as for a thousand.

``python -m tests.benchmarks.vast_immich COUNT``: prints its port. What it answers is rendered by the stand-in, once;
nothing in it ever changes, so it serves what only looks: idle cycles, full checks, the first link. The stand-in itself
walks through all its assets for a search, and would measure itself.
"""

import asyncio
import base64
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.servers.immich import ImmichStandIn
from tests.servers.immich.dates import milliseconds
from tests.servers.immich.rendering import asset_json, user_json

from .photos import asset_id, checksum, name

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
"""When the first photo changed last; each other a second after the one before."""

KEY = "the-key"

MOST_CHECKSUMS = 65_532
"""As Immich 2.7.5."""


class VastImmich:
    """Photos 0 to ``count`` - 1, all in the timeline."""

    def __init__(self, count: int, place: Path) -> None:
        self._count = count
        self._by_checksum = {checksum(number): number for number in range(count)}
        self._by_id = {asset_id(number): number for number in range(count)}
        standin = ImmichStandIn(storage=place)
        template = standin.world.tables.assets[standin.browser.upload(b"a model", "model.jpg")]
        user = standin.admin
        self._asset = asset_json(standin.server, template, exif=True) | {"hasMetadata": True}
        self._user = user_json(standin.server, user) | {
            "isAdmin": True,
            "quotaSizeInBytes": None,
            "quotaUsageInBytes": 0,
        }

    def app(self) -> web.Application:
        app = web.Application(client_max_size=0)
        for path, answer in self._fixed().items():
            app.router.add_get(f"/api{path}", _always(answer))
        app.router.add_get("/api/assets/statistics", self._statistics)
        app.router.add_get("/api/assets/{id}", self._one)
        app.router.add_post("/api/assets/bulk-upload-check", self._oracle)
        app.router.add_post("/api/search/metadata", self._search)
        return app

    def _fixed(self) -> dict[str, Any]:
        permissions = ["all"]
        moment = milliseconds(FIRST)
        return {
            "/server/config": {"maintenanceMode": False, "trashDays": 30, "isInitialized": True, "externalDomain": ""},
            "/server/features": {"trash": True, "smartSearch": False},
            "/server/version": {"major": 3, "minor": 2, "patch": 2},
            "/server/version-history": [{"id": "1", "version": "3.2.2", "createdAt": moment}],
            "/server/media-types": {"image": [".jpg"], "video": [".mp4"], "sidecar": [".xmp"]},
            "/users/me": self._user,
            "/api-keys/me": {"id": "1", "name": "key", "permissions": permissions},
        }

    def _shown(self, number: int) -> dict[str, Any]:
        moment = milliseconds(FIRST + timedelta(seconds=number))
        told = {
            "id": asset_id(number),
            "ownerId": self._user["id"],
            "originalFileName": name(number),
            "checksum": _base64(checksum(number)),
        }
        return self._asset | told | dict.fromkeys(("createdAt", "updatedAt", "fileCreatedAt", "localDateTime"), moment)

    async def _statistics(self, request: web.Request) -> web.Response:
        count = 0 if request.query.get("isTrashed") == "true" else self._count
        return web.json_response({"images": count, "videos": 0, "total": count})

    async def _one(self, request: web.Request) -> web.Response:
        number = self._by_id.get(request.match_info["id"])
        if number is None:
            return web.json_response({"message": "Not found or no asset.read access", "statusCode": 400}, status=400)
        return web.json_response(self._shown(number))

    async def _oracle(self, request: web.Request) -> web.Response:
        asked = (await request.json())["assets"]
        if len(asked) > MOST_CHECKSUMS:
            return web.json_response({"message": "Failed to check bulk upload", "statusCode": 500}, status=500)
        return web.json_response({"results": [self._known(item["id"], item["checksum"]) for item in asked]})

    def _known(self, label: str, text: str) -> dict[str, Any]:
        number = self._by_checksum.get(_digest(text))
        if number is None:
            return {"id": label, "action": "accept"}
        found = {"reason": "duplicate", "assetId": asset_id(number), "isTrashed": False}
        return {"id": label, "action": "reject"} | found

    async def _search(self, request: web.Request) -> web.Response:
        """By contents, or ``updatedAt`` only; of a window that holds more than a page, the newest."""
        asked = await request.json()
        if "filter" in asked:
            numbers = [self._by_checksum.get(_digest(text)) for text in asked["filter"]["checksum"]["in"]]
            return self._page([one for one in numbers if one is not None], None)
        first, last = _number(asked.get("updatedAfter"), up=True), _number(asked.get("updatedBefore"), up=False)
        beyond = self._count if last is None else min(self._count, last + 1)
        matches = range(max(first or 0, 0), beyond) if asked.get("visibility") in {None, "timeline"} else range(0)
        page = matches[::-1][: asked.get("size", 250)]
        return self._page(page, "2" if len(page) < len(matches) else None)

    def _page(self, page: Sequence[int], rest: str | None) -> web.Response:
        shown = [self._shown(number) for number in page]
        assets = {"total": len(page), "count": len(page), "items": shown, "facets": [], "nextPage": rest}
        return web.json_response({"assets": assets, "albums": {"total": 0, "count": 0, "items": [], "facets": []}})


def _always(answer: Any) -> Any:
    async def handle(_: web.Request) -> web.Response:
        return web.json_response(answer)

    return handle


def _digest(text: str) -> bytes:
    return bytes.fromhex(text) if len(text) == 40 else base64.b64decode(text)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _number(moment: str | None, *, up: bool) -> int | None:
    """Return the first photo that changed at or after a moment (``up``), or the last at or before it."""
    if moment is None:
        return None
    seconds = (datetime.fromisoformat(moment) - FIRST).total_seconds()
    return int(-(-seconds // 1) if up else seconds // 1)


@asynccontextmanager
async def vast_immich(count: int) -> AsyncIterator[str]:
    """Run one in a process of its own; its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.vast_immich", str(count)), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{json.loads(await process.stdout.readline())}/api"
    finally:
        process.terminate()
        await process.wait()


async def _serve(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        runner = web.AppRunner(VastImmich(count, Path(place)).app(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        sys.stdout.write(f"{runner.addresses[0][1]}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
