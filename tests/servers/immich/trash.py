"""Deleting and bringing back; all-or-nothing in every batch."""

from typing import TYPE_CHECKING, Any

from .errors import Invalid, Issue
from .jobs import BACKGROUND
from .records import Asset, Status
from .routing import Call, Routes
from .uploads import is_uuid

if TYPE_CHECKING:
    from .standin import Server

routes = Routes()

PERMISSION = "asset.delete"


def read_ids(call: Call, name: str = "ids") -> list[str]:
    """The ids of a batch, or the refusal in the words of both validators (measured)."""
    ids = call.fields.get(name)
    each = f"each value in {name} must be a UUID"
    if not isinstance(ids, list):
        sentences = (each, f"{name} should not be empty", f"{name} must be an array")
        raise Invalid(Issue(name, sentences, "Invalid input: expected array, received undefined"))
    bad = [at for at, value in enumerate(ids) if not is_uuid(value)]
    if bad and not call.version.is_v3:
        raise Invalid(Issue(name, (each,), ""))
    if bad:
        raise Invalid(*(Issue(f"{name}.{at}", (), "Invalid UUID", "invalid_format") for at in bad))
    return ids


def own_assets(call: Call, ids: list[str], permission: str) -> list[Asset]:
    """Every asset named, each once; one unknown, foreign or locked id refuses them all (measured)."""
    return [call.own_asset(asset_id, permission) for asset_id in dict.fromkeys(ids)]


@routes.delete("/assets", PERMISSION, status=204)
async def delete_assets(call: Call) -> None:
    """Without ``force``: into the trash, with an event. With it: marked, and removed by a job later, which tells."""
    assets = own_assets(call, read_ids(call), PERMISSION)
    if call.fields.get("force") is True:
        mark_deleted(call.server, assets)
        return
    call.world.trash(assets)
    if assets:
        call.world.rooms.emit(call.user.id, "on_asset_trash", [asset.id for asset in assets])


@routes.post("/trash/restore/assets", PERMISSION)
async def restore_assets(call: Call) -> dict[str, Any]:
    """``count`` is the number of ids sent, even of those that were not in the trash or are being deleted (measured)."""
    ids = read_ids(call)
    call.world.restore(own_assets(call, ids, PERMISSION))
    if ids:
        call.world.rooms.emit(call.user.id, "on_asset_restore", ids)
    return {"count": len(ids)}


@routes.post("/trash/restore", PERMISSION)
async def restore_all(call: Call) -> dict[str, Any]:
    """The whole trash of the user; sends no event (measured)."""
    trashed = in_trash(call.server, call.user.id)
    call.world.restore(trashed)
    return {"count": len(trashed)}


@routes.post("/trash/empty", PERMISSION)
async def empty_trash(call: Call) -> dict[str, Any]:
    """Answers at once, removes later, as a forced deletion does (measured)."""
    trashed = in_trash(call.server, call.user.id)
    mark_deleted(call.server, trashed, touch=False)
    return {"count": len(trashed)}


def in_trash(server: Server, user_id: str) -> list[Asset]:
    return [asset for asset in server.world.assets_of(user_id) if asset.status is Status.TRASHED]


def mark_deleted(server: Server, assets: list[Asset], *, touch: bool = True) -> None:
    """Start the permanent deletion: the rows stay until the background queue gets to them."""
    if touch:
        server.world.trash(assets, Status.DELETED)
    for asset in assets:
        asset.status = Status.DELETED
        server.jobs.add(BACKGROUND, "delete", asset.id)


def remove(server: Server, asset_id: str) -> None:
    """The job: row, then event, then the unused motion video, then the files (order of the server source).

    An external library's file is deleted from the user's own disk unless it is offline (measured).
    """
    world = server.world
    asset = world.tables.assets.get(asset_id)
    if asset is None:
        return
    files = [world.path_of(asset), None if asset.sidecar is None else world.storage / asset.sidecar]
    video_id = asset.live_photo_video_id
    world.remove_asset(asset_id)
    world.rooms.emit(asset.owner_id, "on_asset_delete", asset_id)
    if video_id is not None and not any(a.live_photo_video_id == video_id for a in world.tables.assets.values()):
        remove(server, video_id)
    if not asset.is_offline:
        for path in files:
            if path is not None:
                path.unlink(missing_ok=True)
    (world.storage / "thumbs" / f"{asset_id}.webp").unlink(missing_ok=True)
