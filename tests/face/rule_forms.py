"""Filling in the forms of a folder's rules."""

from collections.abc import Sequence
from typing import Any

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .folder_forms import change, choose, submit

EITHER = {"type": "any"}
NO_EFFECT: dict[str, Any] = {"favorite": False, "archive": False, "has_location": False}
"""What the second form sends of switches that nobody touched."""

FIELD = {"path": "*/*/*_*_*.jpg", "name": "Field photos"}
GIVEN = {"album": "Site {1}", "tags": ["Sites/{1}/{2}", "Installers/{4}"]}
"""The rule that the documents explain."""


def rule(rule_id: str = "one", **said: Any) -> dict[str, Any]:
    """Return a rule as it is stored."""
    return {"id": rule_id, **said}


async def rules_menu(hass: HomeAssistant, entry: MockConfigEntry) -> SubentryFlowResult:
    menu = await change(hass, entry, "rules")
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "rules")
    return menu


def listed(menu: SubentryFlowResult) -> list[str]:
    """Return the rules as the menu lists them."""
    return (menu["description_placeholders"] or {})["rules"].splitlines()


def tried(menu: SubentryFlowResult) -> list[str]:
    """Return what the rules make of photos, as the menu after trying them lists it."""
    return (menu["description_placeholders"] or {})["tried"].splitlines()


async def fill_in(
    hass: HomeAssistant, form: SubentryFlowResult, which: dict[str, Any], effects: dict[str, Any]
) -> SubentryFlowResult:
    """Fill in both forms of a rule."""
    assert form["step_id"] == "rule"
    form = await submit(hass, form, **EITHER | which)
    assert form["step_id"] == "rule_effects"
    return await submit(hass, form, **NO_EFFECT | effects)


async def add_rule(
    hass: HomeAssistant, menu: SubentryFlowResult, which: dict[str, Any], effects: dict[str, Any]
) -> SubentryFlowResult:
    return await fill_in(hass, await choose(hass, menu, "add_rule"), which, effects)


async def save(hass: HomeAssistant, menu: SubentryFlowResult) -> SubentryFlowResult:
    done = await choose(hass, menu, "save_rules")
    await hass.async_block_till_done()
    return done


def labels(form: SubentryFlowResult, field: str = "rule") -> Sequence[str]:
    """Return the rules that a form lets somebody choose from."""
    schema = form["data_schema"]
    assert schema is not None
    return [option["label"] for option in schema.schema[field].config["options"]]
