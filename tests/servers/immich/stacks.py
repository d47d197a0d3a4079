"""Stacks: several assets shown as one."""

from typing import Any

from .errors import Problem
from .records import Stack, new_id
from .rendering import asset_json
from .routing import Call, Routes, no_access_to
from .trash import own_assets, read_ids

routes = Routes()


@routes.get("/stacks", "stack.read")
async def stacks(call: Call) -> list[dict[str, Any]]:
    wanted = call.request.query.get("primaryAssetId")
    own = [stack for stack in call.world.tables.stacks.values() if stack.owner_id == call.user.id]
    return [_stack_json(call, stack) for stack in own if wanted is None or stack.primary_id == wanted]


@routes.post("/stacks", "stack.create", status=201)
async def create_stack(call: Call) -> dict[str, Any]:
    """The first asset is the primary one. Stacks of which one is the primary asset join with all that they show.

    Lesser members leave their stack, which keeps the rest (server source).
    """
    assets = own_assets(call, read_ids(call, "assetIds"), "asset.update")
    tables = call.world.tables
    members = {asset.id: asset for asset in assets}
    for old in [stack for stack in tables.stacks.values() if stack.primary_id in members]:
        del tables.stacks[old.id]
        for asset_id in old.asset_ids:
            asset = tables.assets[asset_id]
            asset.stack_id = None
            if not asset.is_trashed:
                members[asset_id] = asset
    for left in tables.stacks.values():
        left.asset_ids[:] = [asset_id for asset_id in left.asset_ids if asset_id not in members]
    stack = Stack(new_id(), call.user.id, assets[0].id, list(members))
    tables.stacks[stack.id] = stack
    for asset in members.values():
        asset.stack_id = stack.id
        call.world.touch(asset)
    return _stack_json(call, stack)


@routes.get("/stacks/{id}", "stack.read")
async def get_stack(call: Call) -> dict[str, Any]:
    return _stack_json(call, _own_stack(call, "stack.read"))


@routes.put("/stacks/{id}", "stack.update")
async def update_stack(call: Call) -> dict[str, Any]:
    stack = _own_stack(call, "stack.update")
    primary = call.fields.get("primaryAssetId", stack.primary_id)
    if primary not in stack.asset_ids:
        raise Problem(400, "Primary asset should be in the stack")
    stack.primary_id = primary
    call.world.changed()
    return _stack_json(call, stack)


@routes.delete("/stacks/{id}", "stack.delete", status=204)
async def delete_stack(call: Call) -> None:
    _dissolve(call, _own_stack(call, "stack.delete"))


@routes.delete("/stacks/{id}/assets/{assetId}", "stack.update", status=204)
async def remove_from_stack(call: Call) -> None:
    """A stack of one is dissolved since 3.1 (server source)."""
    stack, asset_id = _own_stack(call, "stack.update"), call.request.match_info["assetId"]
    if asset_id not in stack.asset_ids or asset_id == stack.primary_id:
        raise Problem(400, "Cannot remove stack's primary asset")
    stack.asset_ids.remove(asset_id)
    call.world.tables.assets[asset_id].stack_id = None
    if len(stack.asset_ids) == 1 and call.version.dissolves_small_stacks:
        _dissolve(call, stack)
    call.world.changed()


def _own_stack(call: Call, permission: str) -> Stack:
    stack = call.world.tables.stacks.get(call.path_id)
    if stack is None or stack.owner_id != call.user.id:
        raise no_access_to(permission)
    return stack


def _dissolve(call: Call, stack: Stack) -> None:
    for asset_id in stack.asset_ids:
        asset = call.world.tables.assets.get(asset_id)
        if asset is not None:
            asset.stack_id = None
            call.world.touch(asset)
    call.world.tables.stacks.pop(stack.id, None)


def _stack_json(call: Call, stack: Stack) -> dict[str, Any]:
    members = [call.world.tables.assets[asset_id] for asset_id in stack.asset_ids]
    members.sort(key=lambda asset: asset.id != stack.primary_id)
    shown = [asset_json(call.server, asset, exif=True) for asset in members]
    return {"id": stack.id, "primaryAssetId": stack.primary_id, "assets": shown}
