"""Tags, hierarchical by "/"."""

from typing import Any

from .albums import read_names
from .errors import Invalid, Problem
from .records import Asset, Tag, new_id
from .rendering import tag_json
from .routing import Call, Routes, missing, no_access_to
from .trash import read_ids

routes = Routes()


@routes.get("/tags", "tag.read")
async def tags(call: Call) -> list[dict[str, Any]]:
    own = (tag for tag in call.world.tables.tags.values() if tag.user_id == call.user.id)
    return [tag_json(tag) for tag in sorted(own, key=lambda tag: tag.value)]


@routes.put("/tags", "tag.create")
async def upsert_tags(call: Call) -> list[dict[str, Any]]:
    """Idempotent; creates the parents; empty steps are dropped: ``/lead//x/`` is ``lead/x`` (measured)."""
    return [tag_json(_upsert(call, value)) for value in read_names(call, "tags")]


@routes.post("/tags", "tag.create", status=201)
async def create_tag(call: Call) -> dict[str, Any]:
    name = call.fields.get("name")
    if not isinstance(name, str) or not name:
        raise Invalid(missing("name", "name should not be empty", "name must be a string"))
    parent = call.world.tables.tags.get(call.fields.get("parentId") or "")
    value = f"{parent.value}/{name}" if parent else name
    if _find(call, value) is not None:
        raise Problem(400, "A tag with that name already exists")
    return tag_json(_upsert(call, value))


@routes.get("/tags/{id}", "tag.read")
async def get_tag(call: Call) -> dict[str, Any]:
    return tag_json(_own_tag(call, "tag.read"))


@routes.delete("/tags/{id}", "tag.delete", status=204)
async def delete_tag(call: Call) -> None:
    tag = _own_tag(call, "tag.delete")
    for asset in call.world.tables.assets.values():
        if tag.id in asset.tag_ids:
            asset.tag_ids.remove(tag.id)
    del call.world.tables.tags[tag.id]
    call.world.changed()


@routes.put("/tags/assets", "tag.asset")
async def bulk_tag(call: Call) -> dict[str, Any]:
    """Counts new pairs; unknown ids are silently skipped (measured)."""
    count = 0
    for tag_id in read_ids(call, "tagIds"):
        tag = call.world.tables.tags.get(tag_id)
        if tag is not None and tag.user_id == call.user.id:
            count += sum(result["success"] for result in _tag_assets(call, tag, read_ids(call, "assetIds")))
    return {"count": count}


@routes.put("/tags/{id}/assets", "tag.asset")
async def tag_assets(call: Call) -> list[dict[str, Any]]:
    return _tag_assets(call, _own_tag(call, "tag.asset"), read_ids(call))


@routes.delete("/tags/{id}/assets", "tag.asset")
async def untag_assets(call: Call) -> list[dict[str, Any]]:
    tag = _own_tag(call, "tag.asset")
    results: list[dict[str, Any]] = []
    for asset_id in read_ids(call):
        asset = call.world.tables.assets.get(asset_id)
        if asset is None or tag.id not in asset.tag_ids:
            results.append({"id": asset_id, "success": False, "error": "not_found"})
            continue
        asset.tag_ids.remove(tag.id)
        _tagged(call, asset)
        results.append({"id": asset_id, "success": True})
    return results


def _find(call: Call, value: str) -> Tag | None:
    own = (tag for tag in call.world.tables.tags.values() if tag.user_id == call.user.id)
    return next((tag for tag in own if tag.value == value), None)


def _upsert(call: Call, text: str) -> Tag:
    steps = [step for step in text.split("/") if step]
    parent: Tag | None = None
    for depth in range(1, len(steps) + 1):
        value, now = "/".join(steps[:depth]), call.world.clock.now()
        tag = _find(call, value)
        if tag is None:
            tag = Tag(new_id(), call.user.id, value, parent.id if parent else None, now, now)
            call.world.tables.tags[tag.id] = tag
        tag.updated_at = now
        parent = tag
    call.world.changed()
    assert parent is not None
    return parent


def _tag_assets(call: Call, tag: Tag, ids: list[str]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    for asset_id in ids:
        asset = call.world.tables.assets.get(asset_id)
        if asset is None or asset.owner_id != call.user.id:
            results.append({"id": asset_id, "success": False, "error": "no_permission"})
        elif tag.id in asset.tag_ids:
            results.append({"id": asset_id, "success": False, "error": "duplicate"})
        else:
            asset.tag_ids.append(tag.id)
            _tagged(call, asset)
            results.append({"id": asset_id, "success": True})
    return results


def _tagged(call: Call, asset: Asset) -> None:
    """Tags go to a sidecar: bytes and checksum stay, ``updatedAt`` moves (measured)."""
    call.world.touch(asset)
    call.jobs.add("sidecar", "sidecar", asset.id)


def _own_tag(call: Call, permission: str) -> Tag:
    tag = call.world.tables.tags.get(call.path_id)
    if tag is None or tag.user_id != call.user.id:
        raise no_access_to(permission)
    return tag
