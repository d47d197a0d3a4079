"""How the tests' person repairs what Home Assistant shows, as its page does it."""

from http import HTTPStatus
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.immich_syncthing.const import DOMAIN


def shown(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return the issues that are shown, by the key of their texts."""
    issues = [one for one in ir.async_get(hass).issues.values() if one.domain == DOMAIN and one.active]
    return {one.translation_key or "": one for one in issues}


def told(hass: HomeAssistant, key: str) -> dict[str, str]:
    """Return what is filled into the texts of an issue that is shown."""
    return dict(shown(hass)[key].translation_placeholders or {})


async def opened(client: Any, issue: ir.IssueEntry) -> dict[str, Any]:
    """Open the flow of an issue and return its first step."""
    return await _posted(client, "", handler=DOMAIN, issue_id=issue.issue_id)


async def submitted(client: Any, step: dict[str, Any], /, **values: str) -> dict[str, Any]:
    """Send a step's form, or choose from its menu with ``next_step_id``, and return what follows."""
    return await _posted(client, f"/{step['flow_id']}", **values)


async def _posted(client: Any, way: str, /, **body: str) -> dict[str, Any]:
    answer = await client.post(f"/api/repairs/issues/fix{way}", json=body)
    assert answer.status == HTTPStatus.OK
    found: dict[str, Any] = await answer.json()
    return found
