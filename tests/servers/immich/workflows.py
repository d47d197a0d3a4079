"""Workflows of 3.x, as far as one calls a webhook for each new photo (SDK 3.2.2 and the project's own notes).

2.7.5 has routes of the same name for something else; they are not imitated.
"""

from typing import TYPE_CHECKING, Any

import aiohttp

from .errors import Invalid, Problem
from .records import Workflow, new_id
from .rendering import sync_asset_json
from .routing import Access, Call, Routes, missing, no_access_to
from .version import Version

if TYPE_CHECKING:
    from .records import Asset
    from .standin import Server

routes = Routes()

TRIGGER, METHOD = "AssetCreate", "immich-plugin-core#webhook"
_FIRST = Version(3, 0, 0)
_TRIGGERS = (TRIGGER, "AssetMetadataExtraction")
_PATIENCE = aiohttp.ClientTimeout(total=5)


@routes.get("/workflows/triggers", Access.ANY_KEY, since=_FIRST)
async def triggers(_: Call) -> list[dict[str, Any]]:
    return [{"trigger": trigger, "types": ["AssetV1"]} for trigger in _TRIGGERS]


@routes.get("/workflows", "workflow.read", since=_FIRST)
async def workflows(call: Call) -> list[dict[str, Any]]:
    every = call.world.tables.workflows.values()
    return [_json(one, whole=False) for one in every if one.owner_id == call.user.id]


@routes.post("/workflows", "workflow.create", since=_FIRST, status=201)
async def create_workflow(call: Call) -> dict[str, Any]:
    """The answer shows no steps, whether there are any or not."""
    fields = call.fields
    if fields.get("trigger") not in _TRIGGERS:
        raise Invalid(missing("trigger", "trigger must be one of the following values"))
    steps = fields.get("steps", [])
    if any(step.get("method") != METHOD for step in steps):
        raise Problem(400, "Unknown plugin method")
    workflow = Workflow(
        new_id(),
        call.user.id,
        str(fields.get("name") or ""),
        fields["trigger"],
        bool(fields.get("enabled", True)),
        steps,
    )
    call.world.tables.workflows[workflow.id] = workflow
    call.world.changed()
    return _json(workflow, whole=False)


@routes.get("/workflows/{id}", "workflow.read", since=_FIRST)
async def workflow(call: Call) -> dict[str, Any]:
    return _json(_own(call, "workflow.read"), whole=True)


@routes.delete("/workflows/{id}", "workflow.delete", since=_FIRST, status=204)
async def delete_workflow(call: Call) -> None:
    del call.world.tables.workflows[_own(call, "workflow.delete").id]
    call.world.changed()


def begin_workflows(server: Server, asset: Asset) -> None:
    """Have the owner's workflows go off, soon."""
    if any(one.owner_id == asset.owner_id and one.enabled for one in server.world.tables.workflows.values()):
        server.jobs.add("workflow", "workflow", asset.id)


async def run_workflows(server: Server, asset: Asset) -> None:
    """Call each webhook once; what it answers, or that it does not, is of no account."""
    shown = sync_asset_json(server, asset) | {"checksum": {"type": "Buffer", "data": list(asset.checksum)}}
    body = {"type": "AssetV1", "trigger": TRIGGER, "data": {"asset": shown | {"exifInfo": None, "tags": None}}}
    every = list(server.world.tables.workflows.values())
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
        for one in every:
            if one.owner_id != asset.owner_id or one.trigger != TRIGGER or not one.enabled:
                continue
            for step in one.steps:
                config: dict[str, Any] = step["config"]  # type: ignore[assignment]
                headers = {config["headerName"]: config["headerValue"]} if config.get("headerName") else {}
                try:
                    async with session.request(config["method"], config["url"], json=body, headers=headers):
                        pass
                except aiohttp.ClientError, TimeoutError:
                    continue


def _own(call: Call, permission: str) -> Workflow:
    found = call.world.tables.workflows.get(call.path_id)
    if found is None or found.owner_id != call.user.id:
        raise no_access_to(permission)
    return found


def _json(one: Workflow, *, whole: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "description": None,
        "trigger": one.trigger,
        "enabled": one.enabled,
        "steps": one.steps if whole else [],
    }
