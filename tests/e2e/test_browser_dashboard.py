"""The view that the documents offer, on a real dashboard, with the card of a folder."""

import re

import yaml
from playwright.async_api import expect

from tests.repository.sources import ROOT

from .browser import Browser
from .stage import Json, Stage

DASHBOARD = "photos-of-all"
CARD = "immich-syncthing-folder"


def _view(stage: Stage) -> Json:
    """Return the view of the documents, with the folder of the stage."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", (ROOT / "docs/dashboard.md").read_text(), re.DOTALL | re.MULTILINE)
    folder = stage.entity("status").removeprefix("sensor.").removesuffix("status")
    view: Json = yaml.safe_load(blocks[-1].replace(".phone_", f".{folder}"))
    return view


async def test_the_view_of_the_documents_shows_a_folder_and_its_buttons_work(tab: Browser, stage: Stage) -> None:
    config = {"views": [_view(stage)]}
    await stage.home.command(
        "lovelace/dashboards/create", url_path=DASHBOARD, title="Photos", mode="storage", show_in_sidebar=False
    )
    await stage.home.command("lovelace/config/save", url_path=DASHBOARD, config=config)
    await tab.open(f"{DASHBOARD}/photos")
    card = tab.page.locator(CARD)
    await expect(card).to_contain_text("Phone Photos")
    await expect(card).to_contain_text("In agreement")
    await tab.sees_part("What was done", "Photos uploaded a day", "Who may delete?")
    await expect(card.get_by_role("img", name="Last photo")).to_be_visible()
    assert await tab.page.locator("hui-error-card, hui-warning").count() == 0
    assert await tab.untranslated() == []

    await card.get_by_role("button", name="Pause", exact=True).click()
    await expect(card.get_by_role("button", name="Resume")).to_be_visible()
    await expect(card).to_contain_text("Paused")
    await card.get_by_role("button", name="Resume").click()
    await expect(card).to_contain_text("In agreement")
    await stage.agree()


async def test_the_card_is_offered_for_what_belongs_to_a_folder(tab: Browser, stage: Stage) -> None:
    await tab.open("profile")
    await tab.page.wait_for_function(
        """(entity) => window.customCards?.length
          && document.querySelector('home-assistant')?.hass?.entities?.[entity]""",
        arg=stage.entity("linked"),
    )
    offered = await tab.page.evaluate(
        """(entity) => {
          const hass = document.querySelector('home-assistant').hass;
          const entry = window.customCards.find((one) => one.type === 'immich-syncthing-folder');
          return [entry.name, entry.getEntitySuggestion(hass, entity), entry.getEntitySuggestion(hass, 'sun.sun')];
        }""",
        stage.entity("linked"),
    )
    registry = await stage.home.command("config/entity_registry/list")
    [device] = {entity["device_id"] for entity in registry if entity["entity_id"] == stage.entity("linked")}
    assert offered == ["Photo folder", {"config": {"type": f"custom:{CARD}", "device": device}}, None]
