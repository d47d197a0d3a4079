"""A workflow in Immich that calls a webhook for each new photo of the key's user. Since Immich 3.0.

Immich calls once and looks at no answer; there is no trigger for deletions (SDK 3.2.2). What is sent is not read here.
"""

from contextlib import suppress
from dataclasses import dataclass, field

from . import server
from .answers import read_json
from .errors import ImmichError, MissingPermissionError, NotFoundError, UnexpectedAnswerError
from .fields import Fields, objects
from .transport import SHORT, Transport, checked_id

TO_REMOVE = ("workflow.read", "workflow.delete")
PERMISSIONS = ("workflow.create", *TO_REMOVE)

_PATH = "/workflows"
_TRIGGER, _METHOD = "AssetCreate", "immich-plugin-core#webhook"


@dataclass(frozen=True, slots=True)
class Webhook:
    """What Immich is to call. ``url`` is unlike that of all others; ``secret`` is sent in the header."""

    name: str
    url: str = field(repr=False)
    header: str
    secret: str = field(repr=False)


async def create_webhook(transport: Transport, webhook: Webhook) -> None:
    """Have Immich call ``webhook`` from now on.

    Raises ``ImmichError``; then nothing of it is left, unless Immich cannot be told that either:
        MissingPermissionError: the key lacks some of ``PERMISSIONS``; nothing was made.
        UnexpectedAnswerError: Immich does not do it as it is meant.
    """
    key = await server.api_key(transport)
    if lacking := [permission for permission in PERMISSIONS if not key.allows(permission)]:
        raise MissingPermissionError(", ".join(lacking))
    config = {"url": webhook.url, "method": "POST", "headerName": webhook.header, "headerValue": webhook.secret}
    body = {
        "name": webhook.name,
        "trigger": _TRIGGER,
        "enabled": True,
        "steps": [{"method": _METHOD, "config": config}],
    }
    made = None
    try:
        # Once: a second one would call as well.
        async with transport.open("POST", _PATH, SHORT, json=body, accept=(200, 201)) as response:
            made = Fields(await read_json(response), "workflow").id("id")
        # That answer may show no steps although there are some.
        if webhook.url in await _called_by(transport, made):
            return
    except ImmichError:
        await _undo(transport, webhook, made)
        raise
    await _undo(transport, webhook, made)
    detail = "it made a workflow that calls nobody"
    raise UnexpectedAnswerError(detail)


async def _undo(transport: Transport, webhook: Webhook, made: str | None) -> None:
    """Take back what was made, if it was: the answer that would have told may be lost."""
    with suppress(ImmichError):
        if made is None:
            await remove_webhook(transport, webhook.name, webhook.url)
        else:
            await _delete(transport, made)


async def remove_webhook(transport: Transport, name: str, url: str) -> None:
    """Have Immich call ``url`` no more. ``name``: as it was created with; what else has that name stays."""
    for row in objects(await transport.get(_PATH), "workflows"):
        if row.optional_text("name") == name and url in await _called_by(transport, row.id("id")):
            await _delete(transport, row.id("id"))


async def _called_by(transport: Transport, workflow_id: str) -> set[str]:
    """Return which webhooks a workflow calls."""
    fields = Fields(await transport.get(f"{_PATH}/{checked_id(workflow_id)}"), "workflow")
    configs = (step.optional_object("config") for step in objects(fields.items("steps"), "steps"))
    return {url for config in configs if config is not None and (url := config.optional_text("url")) is not None}


async def _delete(transport: Transport, workflow_id: str) -> None:
    try:
        await transport.command("DELETE", f"{_PATH}/{checked_id(workflow_id)}", None, accept=(200, 204))
    except NotFoundError:
        return
