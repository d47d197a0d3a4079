"""The panel is in the sidebar, and the card on every page, as long as an account is set up."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components import frontend
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_PANELS_UPDATED
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.panel import registration
from custom_components.immich_syncthing.panel.registration import ELEMENT, PANEL
from tests.repository.sources import INTEGRATION

from .household import Household


@pytest.fixture
async def _page(hass: HomeAssistant, tmp_path: Path) -> None:
    """Home Assistant's own web page, without the files that a browser would load."""
    assert await async_setup_component(hass, frontend.DOMAIN, {"frontend": {"development_repo": str(tmp_path)}})


def panel(hass: HomeAssistant) -> dict[str, Any] | None:
    """Return the panel as a browser is told of it."""
    found = hass.data.get(frontend.DATA_PANELS, {}).get(PANEL)
    return None if found is None else dict(found.to_response())


def modules(hass: HomeAssistant) -> set[str]:
    """Return the programs of ours that each page loads."""
    return {url for url in hass.data[frontend.DATA_EXTRA_MODULE_URL].urls if DOMAIN in url}


@pytest.mark.usefixtures("_page")
async def test_panel_and_card_are_there_while_an_account_is_set_up(
    hass: HomeAssistant, household: Household, hass_client_no_auth: ClientSessionGenerator
) -> None:
    entry = await household.set_up()
    await hass.async_block_till_done()
    told = panel(hass)
    assert told is not None
    assert (told["title"], told["icon"], told["require_admin"]) == ("Photos", "mdi:image-sync", False)
    assert told["config"]["_panel_custom"]["name"] == ELEMENT
    assert told["config_panel_domain"] == DOMAIN

    client = await hass_client_no_auth()
    module = told["config"]["_panel_custom"]["module_url"]
    [card] = modules(hass)
    for url in (module, card):
        answer = await client.get(url)
        assert (answer.status, answer.content_type) == (200, "text/javascript")
        assert "max-age" in answer.headers["Cache-Control"]
    assert await (await client.get(module)).text() == (INTEGRATION / "www" / "panel.js").read_text()

    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert panel(hass) is None
    assert modules(hass) == set()

    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert panel(hass) == told


@pytest.mark.usefixtures("_page")
async def test_the_panel_stays_while_an_account_is_reloaded(hass: HomeAssistant, household: Household) -> None:
    """A browser that is told that the panel is gone leaves it, and the photos that were being looked at."""
    entry = await household.set_up()
    await hass.async_block_till_done()
    told: list[bool] = []
    hass.bus.async_listen(EVENT_PANELS_UPDATED, lambda _: told.append(panel(hass) is not None))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert told == []
    assert panel(hass) is not None


@pytest.mark.usefixtures("_page")
async def test_a_removed_account_leaves_nothing_in_the_sidebar(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    await hass.async_block_till_done()
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert panel(hass) is None
    assert modules(hass) == set()


@pytest.mark.usefixtures("_page")
@pytest.mark.parametrize(("language", "nearest"), [("de-CH", "de"), ("pt", "pt-BR"), ("ja", "en")])
async def test_the_sidebar_speaks_home_assistants_language(
    hass: HomeAssistant, household: Household, language: str, nearest: str
) -> None:
    hass.config.language = language
    await household.set_up()
    await hass.async_block_till_done()
    told = panel(hass)
    assert told is not None
    assert told["title"] == json.loads((INTEGRATION / "www" / "words" / f"{nearest}.json").read_text())["title"]


@pytest.mark.usefixtures("_page")
async def test_a_dashboard_of_the_same_address_stays(
    hass: HomeAssistant, household: Household, caplog: pytest.LogCaptureFixture
) -> None:
    frontend.async_register_built_in_panel(hass, "lovelace", "Mine", frontend_url_path=PANEL)
    entry = await household.set_up()
    await hass.async_block_till_done()
    told = panel(hass)
    assert told is not None
    assert told["title"] == "Mine"
    [warning] = [one for one in caplog.records if one.levelno == logging.WARNING and "dashboard" in one.message]
    assert "another" in warning.message

    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert panel(hass) == told


@pytest.mark.usefixtures("_page")
@pytest.mark.parametrize("words", [None, "", "{}", "[]"])
async def test_damaged_files_of_the_panel_keep_no_account_from_working(
    hass: HomeAssistant,
    household: Household,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    words: str | None,
) -> None:
    www = tmp_path / "www"
    if words is not None:
        (www / "words").mkdir(parents=True)
        (www / "words" / "en.json").write_text(words)
    monkeypatch.setattr(registration, "_WWW", www)
    entry = await household.set_up()
    await hass.async_block_till_done()
    assert (await household.sync()).counts.linked == 3
    assert (panel(hass), modules(hass)) == (None, set())
    [error] = [one for one in caplog.records if one.levelno == logging.ERROR and "damaged" in one.message]
    assert "install Immich Syncthing anew" in error.message
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.NOT_LOADED


async def test_without_a_web_page_everything_else_works(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    assert (await household.sync()).counts.linked == 3
    assert panel(hass) is None
