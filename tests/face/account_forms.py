"""Filling in the forms of an account."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing.const import DOMAIN

from .household import Household


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})


async def submit(hass: HomeAssistant, form: ConfigFlowResult, **typed: Any) -> ConfigFlowResult:
    result = await hass.config_entries.flow.async_configure(form["flow_id"], typed)
    await hass.async_block_till_done()
    return result


async def finish(hass: HomeAssistant, form: ConfigFlowResult, **typed: Any) -> ConfigFlowResult:
    """Fill in the last form, and take the vault that is proposed."""
    return await submit(hass, await submit(hass, form, **typed), next_step_id="vault_beside")


def immich_form(home: Household, **changes: Any) -> dict[str, Any]:
    return {"url": home.immich.url, "api_key": home.immich.key, "verify_ssl": True} | changes


def syncthing_form(home: Household, **changes: Any) -> dict[str, Any]:
    return {"url": home.syncthing.url, "api_key": home.syncthing.api_key, "verify_ssl": True} | changes
