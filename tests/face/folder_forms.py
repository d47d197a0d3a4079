"""Filling in the forms of a folder."""

import asyncio
from typing import Any

import voluptuous as vol
from homeassistant.config_entries import SOURCE_USER, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .household import FOLDER, Household


async def begin(hass: HomeAssistant, entry: MockConfigEntry) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_init((entry.entry_id, "folder"), context={"source": SOURCE_USER})


async def submit(hass: HomeAssistant, form: SubentryFlowResult, **typed: Any) -> SubentryFlowResult:
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], typed)
    await hass.async_block_till_done()
    return result


async def looked(hass: HomeAssistant, step: SubentryFlowResult) -> SubentryFlowResult:
    """Wait until the folder was looked at; return what is shown then."""
    assert (step["type"], step["progress_action"]) == (FlowResultType.SHOW_PROGRESS, "look")
    async with asyncio.timeout(30):
        while step["type"] is FlowResultType.SHOW_PROGRESS:
            await asyncio.sleep(0.02)
            step = await hass.config_entries.subentries.async_configure(step["flow_id"])
    return step


async def preview(hass: HomeAssistant, form: SubentryFlowResult, **typed: Any) -> SubentryFlowResult:
    """Fill in the last form and wait for the first preview."""
    return await looked(hass, await submit(hass, form, **typed))


async def choose(hass: HomeAssistant, menu: SubentryFlowResult, option: str) -> SubentryFlowResult:
    assert menu["type"] is FlowResultType.MENU
    return await submit(hass, menu, next_step_id=option)


async def add(hass: HomeAssistant, form: SubentryFlowResult, **typed: Any) -> SubentryFlowResult:
    """Fill in the last form, look at the first preview, and add the folder."""
    return await choose(hass, await preview(hass, form, **typed), "finish")


async def at_location(hass: HomeAssistant, household: Household) -> SubentryFlowResult:
    entry = household.entry or await household.set_up(folders=False)
    form = await submit(hass, await begin(hass, entry), folder_id="photos")
    assert form["step_id"] == "location"
    return form


async def change(hass: HomeAssistant, entry: MockConfigEntry, part: str = "settings") -> SubentryFlowResult:
    """Open the form that changes a part of the folder."""
    return await choose(hass, await entry.start_subentry_reconfigure_flow(hass, FOLDER), part)


def suggestions(form: SubentryFlowResult) -> dict[str, Any]:
    schema = form["data_schema"]
    assert schema is not None
    return suggested(schema)


def advanced(form: SubentryFlowResult) -> section:
    """Return the collapsible part of a form."""
    schema = form["data_schema"]
    assert schema is not None
    found = schema.schema["advanced"]
    assert isinstance(found, section)
    return found


def suggested(schema: vol.Schema) -> dict[str, Any]:
    return {str(key): key.description["suggested_value"] for key in schema.schema if key.description}


def offered(form: SubentryFlowResult) -> list[str]:
    schema = form["data_schema"]
    assert schema is not None
    [chooser] = schema.schema.values()
    return [option["label"] for option in chooser.config["options"]]
