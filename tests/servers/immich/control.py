"""The control door: what another process asks of the imitated world, as the user in Immich's web or as fate.

A server of its own on its own port, without keys, never broken by a fault. GET /_standin/state tells everything;
POST /_standin/do/<verb> with a JSON object does something and answers with a JSON object.
"""

import base64
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .faults import FaultKind
from .snapshot import to_json

if TYPE_CHECKING:
    from .browser import Browser
    from .records import Tables, User
    from .standin import ImmichStandIn

type Verb = Callable[[dict[str, Any]], Awaitable[Any]]


class Control:
    """Serves the control door of one stand-in."""

    def __init__(self, standin: ImmichStandIn) -> None:
        self._standin = standin
        self._snapshots: dict[str, Tables] = {}
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/_standin"

    async def start(self) -> None:
        app = web.Application(client_max_size=0)
        app.router.add_get("/_standin/state", self._state)
        app.router.add_get("/_standin/log", self._log)
        app.router.add_get("/_standin/content/{id}", self._content)
        app.router.add_post("/_standin/do/{verb}", self._do)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _state(self, _: web.Request) -> web.Response:
        """Users, keys, assets (with checksums in hex), albums, tags, queues, faults."""
        tables = self._standin.world.tables
        assets = [to_json(asset) | {"checksum": asset.checksum.hex()} for asset in tables.assets.values()]
        state = {
            "url": self._standin.url,
            "version": str(self._standin.server.version),
            "users": to_json(list(tables.users.values())),
            "keys": to_json(list(tables.keys.values())),
            "assets": assets,
            "albums": to_json(list(tables.albums.values())),
            "tags": to_json(list(tables.tags.values())),
            "idle": self._standin.jobs.idle,
            "failures": self._standin.jobs.failures,
            "faults": to_json(self._standin.faults),
        }
        return web.json_response(state)

    async def _log(self, _: web.Request) -> web.Response:
        return web.json_response(to_json(self._standin.log))

    async def _content(self, request: web.Request) -> web.Response:
        return web.Response(body=self._standin.browser.content(request.match_info["id"]))

    async def _do(self, request: web.Request) -> web.Response:
        verb = self._verbs().get(request.match_info["verb"])
        if verb is None:
            return web.json_response({"error": "unknown verb", "verbs": sorted(self._verbs())}, status=404)
        arguments = json.loads(await request.text() or "{}")
        try:
            result = await verb(arguments)
        except (KeyError, LookupError, ValueError, TypeError) as err:
            return web.json_response({"error": repr(err)}, status=400)
        return web.json_response({} if result is None else result)

    def _verbs(self) -> dict[str, Verb]:
        return {
            "upload": self._upload,
            "change": self._change,
            "restore_everything": self._restore_everything,
            "empty_trash": self._empty_trash,
            "describe": self._describe,
            "make_album": self._make_album,
            "put_into_album": self._put_into_album,
            "take_from_album": self._take_from_album,
            "add_user": self._add_user,
            "add_key": self._add_key,
            "fault": self._fault,
            "clear_faults": self._clear_faults,
            "switch": self._switch,
            "socket": self._socket,
            "cut_lines": self._cut_lines,
            "queue": self._queue,
            "clock": self._clock,
            "snapshot": self._snapshot,
            "restore_database": self._restore_database,
            "empty_database": self._empty_database,
            "hand_over_key": self._hand_over_key,
            "delete_key": self._delete_key,
            "down": self._down,
            "up": self._up,
            "settle": self._settle,
            "night": self._night,
        }

    def _user(self, arguments: dict[str, Any]) -> User:
        user_id = arguments.get("user")
        return self._standin.world.tables.users[user_id] if user_id else self._standin.admin

    def _browser(self, arguments: dict[str, Any]) -> Browser:
        return self._standin.browser_of(self._user(arguments))

    async def _upload(self, arguments: dict[str, Any]) -> Any:
        """``{name, content (base64), taken?, user?}`` → ``{id}``."""
        taken = arguments.get("taken")
        moment = datetime.fromisoformat(taken) if taken else None
        content = base64.b64decode(arguments["content"])
        return {"id": self._browser(arguments).upload(content, arguments["name"], taken=moment)}

    async def _change(self, arguments: dict[str, Any]) -> None:
        """``{ids, to, user?}`` with one of the words below."""
        browser = self._browser(arguments)
        acts: dict[str, Callable[..., None]] = {
            "trashed": browser.trash,
            "restored": browser.restore,
            "deleted": browser.delete_permanently,
            "purged": browser.purge,
            "favourite": browser.favourite,
            "archived": browser.archive,
            "timeline": browser.show_in_timeline,
            "hidden": browser.hide,
            "locked": browser.lock,
        }
        acts[arguments["to"]](*arguments["ids"])

    async def _restore_everything(self, arguments: dict[str, Any]) -> None:
        self._browser(arguments).restore_everything()

    async def _empty_trash(self, arguments: dict[str, Any]) -> None:
        self._browser(arguments).empty_trash()

    async def _describe(self, arguments: dict[str, Any]) -> None:
        self._browser(arguments).describe(arguments["id"], arguments["text"])

    async def _make_album(self, arguments: dict[str, Any]) -> Any:
        """``{name, ids, user?}`` → ``{id}``."""
        return {"id": self._browser(arguments).make_album(arguments["name"], *arguments["ids"])}

    async def _put_into_album(self, arguments: dict[str, Any]) -> Any:
        """``{album, ids, user?}`` → ``{}``."""
        self._browser(arguments).put_into_album(arguments["album"], *arguments["ids"])
        return {}

    async def _take_from_album(self, arguments: dict[str, Any]) -> Any:
        """``{album, ids, user?}`` → ``{}``; they stay in Immich."""
        self._browser(arguments).take_from_album(arguments["album"], *arguments["ids"])
        return {}

    async def _add_user(self, arguments: dict[str, Any]) -> Any:
        """``{name, admin?, quota?}`` → ``{id, key}`` with all permissions."""
        world = self._standin.world
        user = world.add_user(arguments["name"], admin=arguments.get("admin", False), quota=arguments.get("quota"))
        return {"id": user.id, "key": world.add_key(user).secret}

    async def _add_key(self, arguments: dict[str, Any]) -> Any:
        """``{permissions, user?}`` → ``{key}``."""
        return {"key": self._standin.make_key(*arguments["permissions"], user=self._user(arguments))}

    async def _fault(self, arguments: dict[str, Any]) -> None:
        """``{kind, path?, method?, times?, seconds?, status?, limit?, location?}``."""
        options = {key: value for key, value in arguments.items() if key not in {"kind", "path"}}
        self._standin.faults.add(FaultKind(arguments["kind"]), arguments.get("path", ""), **options)

    async def _clear_faults(self, _: dict[str, Any]) -> None:
        self._standin.faults.clear()

    async def _switch(self, arguments: dict[str, Any]) -> None:
        """``{maintenance | disk_full | database_down | queue_down: bool}``."""
        for name, value in arguments.items():
            if name not in {"maintenance", "disk_full", "database_down", "queue_down"}:
                raise KeyError(name)
            setattr(self._standin.faults, name, bool(value))

    async def _socket(self, arguments: dict[str, Any]) -> None:
        """``{silent | twice | swapped | unauthorized: bool}``."""
        for name, value in arguments.items():
            setattr(self._standin.faults.socket, name, bool(value))

    async def _cut_lines(self, _: dict[str, Any]) -> None:
        self._standin.cut_lines()

    async def _queue(self, arguments: dict[str, Any]) -> None:
        """``{name, paused?: bool, delay?: seconds}``."""
        if "delay" in arguments:
            self._standin.jobs.delays[arguments["name"]] = float(arguments["delay"])
        if "paused" in arguments:
            act = self._standin.jobs.pause if arguments["paused"] else self._standin.jobs.resume
            act(arguments["name"])

    async def _clock(self, arguments: dict[str, Any]) -> None:
        """``{jump: seconds}``."""
        self._standin.world.clock.jump(float(arguments["jump"]))

    async def _snapshot(self, arguments: dict[str, Any]) -> None:
        self._snapshots[arguments["name"]] = self._standin.snapshot()

    async def _restore_database(self, arguments: dict[str, Any]) -> None:
        self._standin.restore_database(self._snapshots[arguments["name"]])

    async def _empty_database(self, _: dict[str, Any]) -> None:
        self._standin.empty_database()

    async def _hand_over_key(self, arguments: dict[str, Any]) -> None:
        """``{key, user}``."""
        self._standin.world.hand_over(arguments["key"], self._user(arguments))

    async def _delete_key(self, arguments: dict[str, Any]) -> None:
        """``{key}``."""
        self._standin.world.delete_key(arguments["key"])

    async def _down(self, _: dict[str, Any]) -> None:
        await self._standin.stop()

    async def _up(self, _: dict[str, Any]) -> None:
        await self._standin.start()

    async def _settle(self, _: dict[str, Any]) -> None:
        await self._standin.settle()

    async def _night(self, _: dict[str, Any]) -> Any:
        return {"gone": self._standin.night()}
