"""What a language model is told of exposed folders, and what it is not."""

import json
from typing import Any, cast

import pytest
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.llm import async_get_tools as async_collect
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import llm
from homeassistant.setup import async_setup_component

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.llm import async_get_tools

from .household import Household

ASSISTANT = "conversation"
CONTEXT = llm.LLMContext(platform="test", context=Context(), language="en", assistant=ASSISTANT, device_id=None)


@pytest.fixture
async def exposed(hass: HomeAssistant, household: Household) -> Household:
    """Return the household, whose folder may be talked about."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "llm", {})
    await household.set_up(preset="mirror")
    await household.sync()
    async_expose_entity(hass, ASSISTANT, "sensor.phone_status", should_expose=True)
    return household


async def ask(hass: HomeAssistant, tool: str, **data: Any) -> llm.ToolResult:
    offered = await async_collect(hass, CONTEXT, llm.LLM_API_ASSIST)
    [meant] = [one for one in offered.tools if one.name == f"{DOMAIN}__{tool}"]
    result = await meant.async_call(hass, llm.ToolInput(meant.name, data), CONTEXT)
    assert isinstance(result, llm.ToolResult)
    return result


async def test_it_learns_how_a_folder_is(hass: HomeAssistant, exposed: Household) -> None:
    told = (await ask(hass, "get_status")).data
    [folder] = cast("list[dict[str, Any]]", told["folders"])
    assert (folder["folder"], folder["state"], folder["linked"]) == ("Phone", "in_agreement", 3)
    assert folder["problem"] is None


async def test_it_learns_what_is_wrong_without_where(hass: HomeAssistant, exposed: Household) -> None:
    (exposed.photos / ".stfolder").rename(exposed.photos / "elsewhere")
    await exposed.sync()
    text = json.dumps((await ask(hass, "get_status", folder="Phone")).data)
    assert "marker" in text
    assert str(exposed.photos) not in text


async def test_it_learns_what_waits(hass: HomeAssistant, exposed: Household) -> None:
    for photo in exposed.photos.glob("*.jpg"):
        photo.unlink()
    await exposed.notice()
    [hold] = cast("list[dict[str, Any]]", (await ask(hass, "get_decisions")).data["decisions"])
    assert hold["question"] == "3 photos were deleted in Phone"
    assert set(hold["some_files"]) == {f"IMG_{number}.jpg" for number in range(3)}


async def test_it_learns_what_was_done(hass: HomeAssistant, exposed: Household) -> None:
    entries = cast("list[dict[str, Any]]", (await ask(hass, "get_history", path="img_1", days=1)).data["entries"])
    assert [(one["action"], one["path"], one["folder"]) for one in entries] == [("upload", "IMG_1.jpg", "Phone")]
    assert (await ask(hass, "get_history", kind="restore")).data == {"entries": []}


@pytest.mark.parametrize("tool", ["get_status", "get_decisions", "get_history"])
async def test_it_learns_no_key_no_host_and_no_account(hass: HomeAssistant, exposed: Household, tool: str) -> None:
    exposed.immich.faults.maintenance = True
    await exposed.sync()
    text = json.dumps((await ask(hass, tool)).data)
    assert exposed.entry is not None
    for secret in (exposed.key, exposed.syncthing.api_key, "127.0.0.1", exposed.entry.entry_id, str(exposed.photos)):
        assert secret not in text


async def test_it_can_change_nothing(hass: HomeAssistant, exposed: Household) -> None:
    tools = async_get_tools(hass, CONTEXT, llm.LLM_API_ASSIST)
    assert tools is not None
    assert all(tool.annotations.read_only and not tool.annotations.destructive for tool in tools.tools)
    assert all(tool.name.startswith(f"{DOMAIN}__get_") and tool.title and tool.description for tool in tools.tools)


async def test_a_ledger_that_fails_is_told(
    hass: HomeAssistant, exposed: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise LedgerError

    monkeypatch.setattr(AccountEngine, "holds", fail)
    result = await ask(hass, "get_decisions")
    assert (result.error, result.data) == (True, {"error": "ledger_error"})


async def test_what_is_not_exposed_is_not_told_of(hass: HomeAssistant, exposed: Household) -> None:
    async_expose_entity(hass, ASSISTANT, "sensor.phone_status", should_expose=False)
    assert async_get_tools(hass, CONTEXT, llm.LLM_API_ASSIST) is None


async def test_other_apis_get_nothing(hass: HomeAssistant, exposed: Household) -> None:
    assert async_get_tools(hass, CONTEXT, "another") is None


async def test_two_folders_of_one_name_are_told_apart(hass: HomeAssistant, exposed: Household) -> None:
    other = exposed.photos.parent / "tablet"
    await exposed.syncthing.add_folder("tablet", "Phone", other)
    await exposed.syncthing.scan("tablet")
    exposed.add_folder("tablet", "Phone", other)
    await hass.async_block_till_done()
    await exposed.becomes(lambda: hass.states.get("sensor.phone_status_2") is not None)
    async_expose_entity(hass, ASSISTANT, "sensor.phone_status_2", should_expose=True)
    told = (await ask(hass, "get_status", folder="Phone (tablet)")).data
    assert len(cast("list[Any]", told["folders"])) == 1
