"""Home Assistant's own `immich` integration sets itself up against the stand-in."""

import pytest
from homeassistant.components.immich.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component

from tests.servers.immich import ImmichStandIn

from .asking import jpeg


@pytest.mark.parametrize("version", ["2.7.5", "3.2.2"])
async def test_its_flow_signs_in_and_its_sensors_count_the_photos(hass: HomeAssistant, version: str) -> None:
    async with ImmichStandIn(version) as server:
        server.browser.upload(jpeg(1), "a.jpg")
        await async_setup_component(hass, DOMAIN, {})
        flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        form = {"url": server.url, "api_key": server.key, "verify_ssl": False}
        done = await hass.config_entries.flow.async_configure(flow["flow_id"], form)
        assert (done["type"], done["title"]) == (FlowResultType.CREATE_ENTRY, "Admin")
        await hass.async_block_till_done()

        entry = done["result"]
        assert entry.state is ConfigEntryState.LOADED
        photos = hass.states.get("sensor.admin_photos_count")
        assert photos is not None
        assert photos.state == "1"
        assert server.server.crashes == []
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_its_flow_tells_a_wrong_key(hass: HomeAssistant) -> None:
    async with ImmichStandIn("3.2.2") as server:
        flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        form = {"url": server.url, "api_key": "wrong", "verify_ssl": False}
        refused = await hass.config_entries.flow.async_configure(flow["flow_id"], form)
        assert refused["errors"] == {"base": "invalid_auth"}
