"""Automations made of this project's blueprints, and a phone with the Home Assistant app."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import voluptuous as vol
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr, template
from homeassistant.helpers.typing import TemplateVarsType
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_integration,
    mock_platform,
)

from tests.repository.sources import ROOT

BLUEPRINTS = ROOT / "blueprints" / "automation" / "immich_syncthing"


class Automations:
    """Has automations made of the blueprints, until ``stop``."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with none."""
        self._hass = hass
        self._made: list[str] = []

    async def make(self, blueprint: str, **inputs: Any) -> str:
        """Have one made of a blueprint, as a person who imported it does; return its entity id."""
        target = Path(self._hass.config.path("blueprints", "automation", BLUEPRINTS.name))
        shutil.copytree(BLUEPRINTS, target, dirs_exist_ok=True)
        use = {"path": f"{target.name}/{blueprint}.yaml", "input": inputs}
        made = {"id": blueprint, "alias": blueprint, "use_blueprint": use}
        assert await async_setup_component(self._hass, "automation", {"automation": [made]})
        await self._hass.async_block_till_done()
        entity_id = f"automation.{blueprint}"
        state = self._hass.states.get(entity_id)
        assert state is not None
        assert state.state == "on", "its configuration is refused"
        self._made.append(entity_id)
        return entity_id

    async def run(self, entity_id: str) -> None:
        """Run one now, as a person does from its page."""
        await self._hass.services.async_call("automation", "trigger", {"entity_id": entity_id}, blocking=True)
        await self._hass.async_block_till_done()

    async def stop(self) -> None:
        """Switch them off: nothing may wait for a time when a test is over."""
        if self._made:
            await self._hass.services.async_call("automation", "turn_off", {"entity_id": self._made}, blocking=True)


class Phone:
    """What was sent to this phone."""

    def __init__(self, hass: HomeAssistant, device_id: str) -> None:
        """Begin with nothing."""
        self.device_id = device_id
        self._hass = hass
        self.received: list[dict[str, Any]] = []

    @property
    def shown(self) -> dict[str, dict[str, Any]]:
        """Return the notifications that are there, by their tag."""
        shown: dict[str, dict[str, Any]] = {}
        for told in self.received:
            tag = told["data"]["tag"]
            if told["message"] == "clear_notification":
                shown.pop(tag, None)
            else:
                shown[tag] = told
        return shown

    async def becomes(self, condition: Callable[[Mapping[str, dict[str, Any]]], bool]) -> dict[str, dict[str, Any]]:
        """Wait until what it shows is so, and return that; raises ``TimeoutError``."""
        async with asyncio.timeout(30):
            while not condition(self.shown):
                await asyncio.sleep(0.05)
        return self.shown

    async def tap(self, notification: Mapping[str, Any], title: str) -> None:
        """Tap on a button, as the app tells it."""
        [action] = [one["action"] for one in notification["data"]["actions"] if one["title"] == title]
        self._hass.bus.async_fire("mobile_app_notification_action", {"action": action, "device_id": "of-the-app"})
        await self._hass.async_block_till_done()


def phone(hass: HomeAssistant) -> Phone:
    """Have a phone with Home Assistant's app.

    Home Assistant's integration for it needs the libraries of half of Home Assistant, the cloud and the cameras. What
    automations ask of it stands in for it here: the device action, with the schema of Home Assistant 2026.10.
    """
    entry = MockConfigEntry(domain="mobile_app", title="Anna's phone")
    entry.add_to_hass(hass)
    identifiers = {("mobile_app", "of-the-app")}
    device = dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, identifiers=identifiers)
    one = Phone(hass, device.id)
    mock_integration(hass, MockModule("mobile_app"))
    mock_platform(hass, "mobile_app.device_action", _DeviceAction(one.received))
    return one


class _DeviceAction:
    """Home Assistant's platform ``mobile_app.device_action``, of which the last mile is a list."""

    ACTION_SCHEMA = cv.DEVICE_ACTION_BASE_SCHEMA.extend(
        {
            vol.Required("type"): "notify",
            vol.Required("message"): cv.template,
            vol.Optional("title"): cv.template,
            vol.Optional("data"): cv.template_complex,
        }
    )

    def __init__(self, received: list[dict[str, Any]]) -> None:
        """Put what arrives into ``received``."""
        self._received = received

    async def async_get_actions(self, hass: HomeAssistant, device_id: str) -> list[dict[str, str]]:
        """Return what automations may do with a phone."""
        return [{"device_id": device_id, "domain": "mobile_app", "type": "notify"}]

    async def async_call_action_from_config(
        self, hass: HomeAssistant, config: dict[str, Any], variables: TemplateVarsType, context: Context | None
    ) -> None:
        """Notify."""
        parts = {part: config[part] for part in ("message", "title", "data") if part in config}
        self._received.append(template.render_complex(parts, variables))
