"""People, keys and log-ins."""

from typing import Any

from aiohttp import web

from . import permissions
from .dates import milliseconds
from .errors import Invalid, Issue, Problem
from .records import ApiKey, Session
from .rendering import key_json, my_user_json, user_json
from .routing import Access, Call, Routes
from .version import Version

routes = Routes()

_PREFERENCES: dict[str, Any] = {
    "albums": {"defaultAssetOrder": "desc"},
    "folders": {"enabled": False, "sidebarWeb": False},
    "memories": {"enabled": True, "duration": 5},
    "people": {"enabled": True, "sidebarWeb": False},
    "sharedLinks": {"enabled": True, "sidebarWeb": False},
    "ratings": {"enabled": False},
    "tags": {"enabled": False, "sidebarWeb": False},
    "emailNotifications": {"enabled": True, "albumInvite": True, "albumUpdate": True},
    "download": {"archiveSize": 4294967296, "includeEmbeddedVideos": False},
    "purchase": {"showSupportBadge": True, "hideBuyButtonUntil": "2022-02-12T00:00:00.000Z"},
    "cast": {"gCastEnabled": False},
}


@routes.get("/users/me", "user.read")
async def me(call: Call) -> dict[str, Any]:
    """``clusterGroupId`` since SDK 3.2.2."""
    shown = my_user_json(call, call.user)
    return shown | {"clusterGroupId": None} if call.version >= Version(3, 2, 0) else shown


@routes.get("/users/me/preferences", "userPreference.read")
async def preferences(_: Call) -> dict[str, Any]:
    return _PREFERENCES


@routes.get("/users", "user.read")
async def users(call: Call) -> list[dict[str, Any]]:
    return [user_json(call.server, user, moment=milliseconds) for user in call.world.tables.users.values()]


@routes.get("/admin/users", "adminUser.read", admin=True)
async def admin_users(call: Call) -> list[dict[str, Any]]:
    return [my_user_json(call, user) for user in call.world.tables.users.values()]


@routes.put("/admin/users/{id}", "adminUser.update", admin=True)
async def update_user(call: Call) -> dict[str, Any]:
    user = call.world.tables.users.get(call.path_id)
    if user is None:
        raise Problem(400, "User not found")
    if "quotaSizeInBytes" in call.fields:
        user.quota = call.fields["quotaSizeInBytes"]
    user.updated_at = call.world.clock.now()
    call.world.changed()
    return my_user_json(call, user)


@routes.get("/notifications", "notification.read")
async def notifications(_: Call) -> list[dict[str, Any]]:
    return []


@routes.get("/api-keys/me", Access.ANY_KEY)
async def my_key(call: Call) -> dict[str, Any]:
    """Needs no permission at all; a session is refused (SDK)."""
    if call.auth.key is None:
        raise Problem(403, "Not authenticated with an API Key")
    return key_json(call.auth.key)


@routes.get("/api-keys", "apiKey.read")
async def keys(call: Call) -> list[dict[str, Any]]:
    return [key_json(key) for key in call.world.tables.keys.values() if key.user_id == call.user.id]


@routes.post("/api-keys", "apiKey.create", status=201)
async def create_key(call: Call) -> dict[str, Any]:
    """``{secret, apiKey}``; SDK 3.0.0 repeats the key's fields on top. A key cannot grant more than itself."""
    wanted = call.fields.get("permissions")
    known = permissions.names(call.version)
    if not isinstance(wanted, list) or not wanted or not known.issuperset(wanted):
        sentence = f"each value in permissions must be one of the following values: {', '.join(sorted(known))}"
        raise Invalid(Issue("permissions", (sentence,), "Invalid option", "invalid_value"))
    held = call.auth.key.permissions if call.auth.key else [permissions.ALL]
    if not all(permissions.granted(held, permission) for permission in wanted):
        raise Problem(400, "Cannot grant permissions you do not have")
    key = call.world.add_key(call.user, wanted, call.fields.get("name") or "API Key")
    shown = {"secret": key.secret, "apiKey": key_json(key)}
    return shown | key_json(key) if call.version.is_v3 else shown


@routes.delete("/api-keys/{id}", "apiKey.delete", status=204)
async def delete_key(call: Call) -> None:
    key = _own_key(call)
    del call.world.tables.keys[key.id]
    call.world.changed()


@routes.put("/api-keys/{id}", "apiKey.update")
async def update_key(call: Call) -> dict[str, Any]:
    key = _own_key(call)
    key.name = call.fields.get("name", key.name)
    key.permissions = call.fields.get("permissions", key.permissions)
    key.updated_at = call.world.clock.now()
    call.world.changed()
    return key_json(key)


@routes.post("/auth/validateToken", Access.ANY_KEY)
async def validate_token(_: Call) -> dict[str, Any]:
    return {"authStatus": True}


@routes.get("/auth/status", Access.ALL)
async def auth_status(_: Call) -> dict[str, Any]:
    return {"pinCode": False, "password": True, "isElevated": False}


@routes.post("/auth/login", Access.PUBLIC)
async def login(call: Call) -> web.Response:
    """Sets the cookies that authenticate whoever keeps them (measured)."""
    email, password = call.fields.get("email"), call.fields.get("password")
    user = next((u for u in call.world.tables.users.values() if u.email == email and u.password == password), None)
    if user is None:
        raise Problem(401, "Incorrect email or password")
    session = call.world.add_session(user)
    body = {
        "accessToken": session.token,
        "userId": user.id,
        "userEmail": user.email,
        "name": user.name,
        "isAdmin": user.is_admin,
        "profileImagePath": "",
        "shouldChangePassword": True,
        "isOnboarded": True,
    }
    response = web.json_response(body, status=201)
    response.set_cookie("immich_access_token", session.token, httponly=True)
    response.set_cookie("immich_auth_type", "password", httponly=True)
    response.set_cookie("immich_is_authenticated", "true")
    return response


@routes.get("/sessions", "session.read")
async def sessions(call: Call) -> list[dict[str, Any]]:
    return [_session_json(s) for s in call.world.tables.sessions.values() if s.user_id == call.user.id]


@routes.post("/sessions", "session.create", status=201)
async def create_session(call: Call) -> dict[str, Any]:
    """No way from a key to a session (measured)."""
    if call.auth.session is None:
        raise Problem(400, "This endpoint can only be used with a session token")
    session = call.world.add_session(call.user)
    return _session_json(session) | {"token": session.token}


@routes.post("/sync/stream", "sync.stream")
@routes.get("/sync/ack", "syncCheckpoint.read")
@routes.post("/sync/ack", "syncCheckpoint.update")
@routes.delete("/sync/ack", "syncCheckpoint.delete")
async def sync(call: Call) -> None:
    """Shut for keys, in every version (measured; server source 3.0.3). Sessions are beyond this stand-in."""
    if call.auth.key is not None:
        raise Problem(403, "Sync endpoints cannot be used with API keys")
    raise Problem(501, "The stand-in has no sync stream")


def _own_key(call: Call) -> ApiKey:
    key = call.world.tables.keys.get(call.path_id)
    if key is None or key.user_id != call.user.id:
        raise Problem(400, "API Key not found")
    return key


def _session_json(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "createdAt": milliseconds(session.created_at),
        "updatedAt": milliseconds(session.created_at),
        "current": False,
        "appVersion": None,
        "deviceOS": "",
        "deviceType": "",
        "isPendingSyncReset": False,
    }
