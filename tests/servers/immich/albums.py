"""Albums: partial success per id, and no trace in ``updatedAt`` of the assets."""

from typing import Any

from .dates import database, milliseconds
from .errors import Invalid, Issue, Problem
from .records import Album, Asset, new_id
from .rendering import asset_json, user_json
from .routing import Call, Routes, missing, no_access_to
from .trash import read_ids

routes = Routes()


@routes.get("/albums", "album.read")
async def albums(call: Call) -> list[dict[str, Any]]:
    """2.7.5: owned ones, ``?shared=true`` only shared ones; 3.x: those shared with the user too, unless ``isOwned``."""
    query = call.request.query
    found = [album for album in call.world.tables.albums.values() if _is_owned(call, album) or _role(call, album)]
    if call.version.is_v3:
        for parameter, holds in (("isOwned", _is_owned), ("isShared", _is_shared)):
            if parameter in query:
                found = [album for album in found if holds(call, album) is (query[parameter] == "true")]
    elif query.get("shared") == "true":
        found = [album for album in found if _is_shared(call, album)]
    else:
        found = [album for album in found if _is_owned(call, album)]
    if asset_id := query.get("assetId"):
        found = [album for album in found if asset_id in album.asset_ids]
    if call.version.is_v3 and "name" in query:
        found = [album for album in found if album.name == query["name"]]
    return [album_json(call, album, stamped=True) for album in found]


@routes.post("/albums", "album.create", status=201)
async def create_album(call: Call) -> dict[str, Any]:
    """The same name twice is allowed, so is an empty one (measured)."""
    name = call.fields.get("albumName")
    if not isinstance(name, str):
        raise Invalid(missing("albumName", "albumName must be a string"))
    now = call.world.clock.now()
    members = [asset_id for asset_id in call.fields.get("assetIds") or () if _owned(call, asset_id)]
    description = call.fields.get("description") or ""
    album = Album(new_id(), call.user.id, name, description, now, now, members, members[0] if members else None)
    call.world.tables.albums[album.id] = album
    _announce(call, album)
    return album_json(call, album, contents=True)


@routes.get("/albums/{id}", "album.read")
async def get_album(call: Call) -> dict[str, Any]:
    """With its assets in 2.7.5 unless ``withoutAssets=true``; never in 3.x (SDK 3.0.0)."""
    contents = call.request.query.get("withoutAssets") != "true"
    return album_json(call, _album(call, "album.read", "editor", "viewer"), contents=contents, stamped=True)


@routes.add("PATCH", "/albums/{id}", "album.update")
async def update_album(call: Call) -> dict[str, Any]:
    album = _own_album(call, "album.update")
    album.name = call.fields.get("albumName", album.name)
    album.description = call.fields.get("description", album.description)
    album.updated_at = call.world.clock.now()
    _announce(call, album)
    return album_json(call, album)


@routes.delete("/albums/{id}", "album.delete", status=204)
async def delete_album(call: Call) -> None:
    del call.world.tables.albums[_own_album(call, "album.delete").id]
    call.world.changed()


@routes.put("/albums/assets", "albumAsset.create")
async def add_to_albums(call: Call) -> dict[str, Any]:
    added = False
    for album_id in read_ids(call, "albumIds"):
        album = call.world.tables.albums.get(album_id)
        if album is not None and album.owner_id == call.user.id:
            added |= any(result["success"] for result in _add(call, album, read_ids(call, "assetIds")))
    return {"success": True} if added else {"success": False, "error": "duplicate"}


@routes.put("/albums/{id}/assets", "albumAsset.create")
async def add_to_album(call: Call) -> list[dict[str, Any]]:
    """One result per id: not all-or-nothing (measured). Trashed assets are taken."""
    if call.path_id not in call.world.tables.albums:
        raise Problem(400, "Album not found")
    return _add(call, _album(call, "albumAsset.create", "editor"), read_ids(call))


@routes.delete("/albums/{id}/assets", "albumAsset.delete")
async def remove_from_album(call: Call) -> list[dict[str, Any]]:
    album = _own_album(call, "albumAsset.delete")
    results: list[dict[str, Any]] = []
    for asset_id in read_ids(call):
        if asset_id in album.asset_ids:
            album.asset_ids.remove(asset_id)
            results.append({"id": asset_id, "success": True})
        else:
            results.append({"id": asset_id, "success": False, "error": "not_found"})
    if album.thumbnail_id not in album.asset_ids:
        album.thumbnail_id = album.asset_ids[0] if album.asset_ids else None
    _announce(call, album)
    return results


def album_json(call: Call, album: Album, *, contents: bool = False, stamped: bool = False) -> dict[str, Any]:
    """An AlbumResponseDto. SDK 3.0.0 drops ``assets``, ``owner``, ``ownerId``; the owner is among ``albumUsers``."""
    v3 = call.version.is_v3
    owner = user_json(call.server, call.world.tables.users[album.owner_id])
    members = _shown_members(call, album)
    shown: dict[str, Any] = {
        "albumName": album.name,
        "description": album.description,
        "albumThumbnailAssetId": album.thumbnail_id,
        "createdAt": milliseconds(album.created_at),
        "updatedAt": milliseconds(album.updated_at),
        "id": album.id,
    }
    shown |= {} if v3 else {"ownerId": album.owner_id, "owner": owner}
    others = [(call.world.tables.users[one], role) for one, role in album.shared_with.items()]
    shown["albumUsers"] = [{"user": owner, "role": "owner"}] if v3 else []
    shown["albumUsers"] += [{"user": user_json(call.server, one), "role": role} for one, role in others]
    shown |= {"shared": bool(others), "hasSharedLink": False}
    if members:
        taken = sorted(asset.local_date_time for asset in members)
        shown |= {"startDate": milliseconds(taken[0]), "endDate": milliseconds(taken[-1])}
    if not v3:
        listed = members if contents else []
        shown["assets"] = [asset_json(call.server, asset, exif=True, moment=database) for asset in listed]
    shown |= {"assetCount": len(members), "isActivityEnabled": True, "order": "desc"}
    if members and stamped:
        shown["lastModifiedAssetTimestamp"] = milliseconds(max(asset.updated_at for asset in members))
    return shown


def _shown_members(call: Call, album: Album) -> list[Asset]:
    """Trashed members do not count and come back on restore (measured)."""
    members = (call.world.tables.assets[asset_id] for asset_id in album.asset_ids)
    return sorted((a for a in members if not a.is_trashed), key=lambda a: a.file_created_at, reverse=True)


def _add(call: Call, album: Album, ids: list[str]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    for asset_id in ids:
        if asset_id in album.asset_ids:
            results.append({"id": asset_id, "success": False, "error": "duplicate"})
        elif not _owned(call, asset_id):
            results.append({"id": asset_id, "success": False, "error": "no_permission"})
        else:
            album.asset_ids.append(asset_id)
            results.append({"id": asset_id, "success": True})
    if any(result["success"] for result in results):
        album.thumbnail_id = album.thumbnail_id or album.asset_ids[0]
        album.updated_at = call.world.clock.now()
    _announce(call, album)
    return results


def _owned(call: Call, asset_id: str) -> bool:
    try:
        call.own_asset(asset_id, "")
    except Problem:
        return False
    return True


def _own_album(call: Call, permission: str) -> Album:
    return _album(call, permission)


def _album(call: Call, permission: str, *roles: str) -> Album:
    """The album of the path: the user's own, or shared with them in one of these roles."""
    album = call.world.tables.albums.get(call.path_id)
    if album is None or not (_is_owned(call, album) or _role(call, album) in roles):
        raise no_access_to(permission)
    return album


def _is_owned(call: Call, album: Album) -> bool:
    return album.owner_id == call.user.id


def _role(call: Call, album: Album) -> str | None:
    return album.shared_with.get(call.user.id)


def _is_shared(_: Call, album: Album) -> bool:
    return bool(album.shared_with)


def _announce(call: Call, album: Album) -> None:
    call.world.changed()
    if call.version.announces_albums:
        call.world.rooms.emit(album.owner_id, "on_album_update", album.id)


def read_names(call: Call, name: str) -> list[str]:
    """A list of non-empty strings, or the refusal."""
    values = call.fields.get(name)
    if not isinstance(values, list):
        raise Invalid(missing(name, f"{name} must be an array", expected="array"))
    if not all(values):
        raise Invalid(Issue(name, (f"each value in {name} should not be empty",), "Too small", "too_small"))
    return values
