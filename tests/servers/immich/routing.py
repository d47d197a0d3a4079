"""One request through the server: body, key, permission, handler, answer, in the order of the real one.

Measured on 2.7.5: malformed JSON is refused before the key is looked at, unknown routes are 404 whoever asks, a missing
permission is told before a missing admin role, and both before the body is validated.
"""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import permissions
from .errors import Issue, Problem, correlation_id, render
from .records import ApiKey, Asset, Session, Status, User, Visibility
from .reply import json_reply
from .version import Version

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .jobs import JobRunner
    from .standin import Server
    from .version import Quirks
    from .world import World

JSON_LIMIT = 10 * 1024 * 1024
FIRST, LAST = Version(0, 0, 0), Version(999, 0, 0)


class Access(StrEnum):
    """Routes that declare no permission: open to everybody, to any key, or to a key with ``all``."""

    PUBLIC = "public"
    ANY_KEY = "any key"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Auth:
    user: User
    key: ApiKey | None = None
    session: Session | None = None


@dataclass(slots=True)
class Call:
    """A request whose caller may make it; ``body`` is the parsed JSON, None without one."""

    request: web.Request
    server: Server
    _auth: Auth | None
    body: Any = None

    @property
    def world(self) -> World:
        return self.server.world

    @property
    def jobs(self) -> JobRunner:
        return self.server.jobs

    @property
    def version(self) -> Version:
        return self.server.version

    @property
    def quirks(self) -> Quirks:
        return self.server.quirks

    @property
    def auth(self) -> Auth:
        assert self._auth is not None
        return self._auth

    @property
    def user(self) -> User:
        return self.auth.user

    @property
    def path_id(self) -> str:
        return self.request.match_info["id"]

    @property
    def fields(self) -> dict[str, Any]:
        """The JSON body as an object; anything else is an empty one, whose missing fields are then refused."""
        return self.body if isinstance(self.body, dict) else {}

    def own_asset(self, asset_id: str, permission: str) -> Asset:
        """An asset that this caller may change; a key never reaches locked ones (measured)."""
        asset = self.world.tables.assets.get(asset_id)
        if asset is None or asset.owner_id != self.user.id or asset.visibility is Visibility.LOCKED:
            raise no_access_to(permission)
        return asset

    def readable_asset(self, asset_id: str, permission: str) -> Asset:
        """As :meth:`own_asset`, and a partner's visible ones (server source: timeline and hidden, not trashed)."""
        asset = self.world.tables.assets.get(asset_id)
        if asset is not None and asset.owner_id != self.user.id:
            shared = self.world.partner(asset.owner_id, self.user.id) is not None
            shown = asset.visibility in {Visibility.TIMELINE, Visibility.HIDDEN} and asset.status is Status.ACTIVE
            if shared and shown:
                return asset
        return self.own_asset(asset_id, permission)


def no_access_to(permission: str) -> Problem:
    """Unknown, permanently deleted, foreign and locked ids are all the same 400, never 404 or 403 (measured)."""
    return Problem(400, f"Not found or no {permission} access")


type Handler = Callable[[Call], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Route:
    """``permission`` is a name or an :class:`Access`; versions from ``since`` up to and without ``until`` have it."""

    method: str
    path: str
    handler: Handler
    permission: str = Access.ALL
    admin: bool = False
    status: int = 200
    since: Version = FIRST
    until: Version = LAST
    in_maintenance: bool = False


@dataclass(slots=True)
class Routes:
    """Collects the routes of one module: ``@routes.get("/albums", "album.read")``."""

    found: list[Route] = field(default_factory=list)

    def add(self, method: str, path: str, permission: str, **options: Any) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.found.append(Route(method, path, handler, permission, **options))
            return handler

        return register

    def get(self, path: str, permission: str, **options: Any) -> Callable[[Handler], Handler]:
        return self.add("GET", path, permission, **options)

    def post(self, path: str, permission: str, **options: Any) -> Callable[[Handler], Handler]:
        return self.add("POST", path, permission, **options)

    def put(self, path: str, permission: str, **options: Any) -> Callable[[Handler], Handler]:
        return self.add("PUT", path, permission, **options)

    def delete(self, path: str, permission: str, **options: Any) -> Callable[[Handler], Handler]:
        return self.add("DELETE", path, permission, **options)


def authenticate(request: web.Request, world: World) -> Auth | None:
    """Who asks: shared link before session before key (SDK); None without credentials. Raises 401 for wrong ones."""
    if "key" in request.query or "slug" in request.query:
        raise Problem(401, "Invalid share key")
    bearer = request.headers.get("Authorization", "")
    token = (
        request.headers.get("x-immich-user-token")
        or request.headers.get("x-immich-session-token")
        or request.query.get("sessionKey")
        or (bearer[7:] if bearer.lower().startswith("bearer ") else None)
        or request.cookies.get("immich_access_token")
    )
    if token:
        session = next((s for s in world.tables.sessions.values() if s.token == token), None)
        if session is None:
            raise Problem(401, "Invalid user token")
        return Auth(world.tables.users[session.user_id], session=session)
    secret = request.headers.get("x-api-key") or request.query.get("apiKey")
    if not secret:
        return None
    key = world.key_of(secret)
    if key is None:
        raise Problem(401, "Invalid API key")
    return Auth(world.tables.users[key.user_id], key=key)


async def dispatch(route: Route, request: web.Request, server: Server) -> web.StreamResponse:
    """Answer one request for a route that exists."""
    correlation = correlation_id()
    try:
        body = await _json_body(request)
        auth = _guard(route, request, server.world)
        answer = await route.handler(Call(request, server, auth, body))
    except Problem as problem:
        return render(request, problem, server.version, server.quirks, correlation)
    except ConnectionError, web.HTTPException:
        raise
    except Exception as mistake:  # noqa: BLE001 - as the real server: the caller gets a 500, the reason stays here
        server.crashes.append(mistake)
        hidden = Problem(500, "Internal server error", title="")
        return render(request, hidden, server.version, server.quirks, correlation)
    if isinstance(answer, web.StreamResponse):
        return answer
    headers = {"x-immich-cid": correlation}
    if answer is None:
        return web.Response(status=route.status, headers=headers)
    return json_reply(request, answer, route.status, headers)


def not_found(request: web.Request, server: Server) -> web.Response:
    """An unknown route, and in maintenance mode nearly every known one (measured)."""
    path = request.path.removeprefix(server.prefix)
    problem = Problem(404, f"Cannot {request.method} {path}")
    return render(request, problem, server.version, server.quirks, correlation_id())


def _guard(route: Route, request: web.Request, world: World) -> Auth | None:
    if route.permission == Access.PUBLIC:
        return None
    auth = authenticate(request, world)
    if auth is None:
        raise Problem(401, "Authentication required")
    wanted = route.permission
    if auth.key is not None and wanted != Access.ANY_KEY and not permissions.granted(auth.key.permissions, wanted):
        raise Problem(403, f"Missing required permission: {wanted}")
    if route.admin and not auth.user.is_admin:
        raise Problem(403, "Forbidden")
    return auth


async def _json_body(request: web.Request) -> Any:
    """The parsed body. Over 10 MB is a 500, malformed a 400, both without a correlation id (measured)."""
    if request.content_type != "application/json" or not request.can_read_body:
        return None
    raw = bytearray()
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > JSON_LIMIT:
            raise Problem(500, "Internal server error", title="", correlated=False)
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError as err:
        message = "Expected property name or '}' in JSON at position 1 (line 1 column 2)"
        raise Problem(400, message, correlated=False) from err


def missing(name: str, *sentences: str, expected: str = "string") -> Issue:
    """A body field that is not there, in the words of both validators."""
    return Issue(name, sentences, f"Invalid input: expected {expected}, received undefined")
