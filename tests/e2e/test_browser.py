"""What the owner sees of the integration, its folder and its settings in Home Assistant's web page."""

import json
from pathlib import Path

from .browser import Browser
from .pictures import take
from .stage import DOMAIN, Stage

INTEGRATION_PAGE = f"config/integrations/integration/{DOMAIN}"
FOLDER_PAGE = (
    "Status",
    "Files",
    "In agreement",
    "To upload",
    "Waiting for decision",
    "Failed",
    "Last successful cycle",
    "Problem",
    "Sync now",
)
"""What the page of a folder names, in the words of the translations."""


async def test_the_dashboard_shows_the_integration(tab: Browser) -> None:
    await tab.open("config/integrations/dashboard")
    await tab.sees("Immich Syncthing")


async def test_the_integrations_page_shows_account_and_folder(tab: Browser, stage: Stage) -> None:
    await tab.open(INTEGRATION_PAGE)
    await tab.sees("Immich Syncthing", "Admin @ 127.0.0.1", "Phone Photos", "Syncthing", "Add account", "Add folder")
    assert await tab.untranslated() == []
    await take(tab, stage, "integration")


async def test_a_folders_page_speaks_in_translated_words(tab: Browser, stage: Stage) -> None:
    registry = await stage.home.command("config/entity_registry/list")
    [device] = {entity["device_id"] for entity in registry if entity["entity_id"] == stage.entity("status")}
    await tab.open(f"config/devices/device/{device}")
    await tab.sees("Phone Photos", *FOLDER_PAGE)
    assert await tab.untranslated() == []
    await take(tab, stage, "folder", height=1720)


async def test_a_line_that_is_no_pattern_is_named_where_its_owner_looks(tab: Browser, stage: Stage) -> None:
    await tab.open(INTEGRATION_PAGE)
    await tab.press("Change folder")
    await tab.choose("Directory, deletions and other settings")
    await tab.sees("Change Phone Photos", "Who may delete?")
    await tab.choose("Edits, patterns, old photos, protection")
    leave_out = tab.page.locator("textarea").first
    await leave_out.fill("*.png\n[z-a].jpg")
    await tab.press("Submit")
    await tab.sees("This line under “Leave out” is not a valid pattern: [z-a].jpg")
    assert await tab.untranslated() == []
    await take(tab, stage, "pattern")

    await leave_out.fill("")
    await tab.press("Submit")
    await tab.sees("Reconfiguration was successful")


async def test_the_owner_changes_how_much_passes_without_asking(tab: Browser, stage: Stage) -> None:
    await tab.open(INTEGRATION_PAGE)
    await tab.of_the_account("Reconfigure")
    await tab.sees("What do you want to change?", "Where the vault is")
    assert await tab.untranslated() == []
    await take(tab, stage, "settings")
    await tab.choose("Guard, what the vault keeps, and database backups")
    await tab.sees("Guard, vault and database backups", "Keep a copy of what is deleted on the phone")
    assert await tab.untranslated() == []
    await take(tab, stage, "guard")
    number = tab.page.get_by_role("spinbutton").first
    assert await number.input_value() == "20"
    await number.fill("5")
    await tab.press("Submit")
    await tab.sees("Reconfiguration was successful")

    await tab.open(INTEGRATION_PAGE)
    await tab.of_the_account("Reconfigure")
    await tab.choose("Guard, what the vault keeps, and database backups")
    await tab.sees("Guard, vault and database backups")
    assert await number.input_value() == "5"
    await number.fill("20")
    await tab.press("Submit")
    await tab.sees("Reconfiguration was successful")
    await stage.agree()


async def test_the_gear_beside_the_account_opens_the_panel_which_leads_back_to_the_settings(tab: Browser) -> None:
    await tab.open(INTEGRATION_PAGE)
    await tab.page.locator("ha-config-entry-row ha-icon-button[href^='/immich-syncthing']").first.click()
    panel = tab.page.locator("immich-syncthing-panel")
    await panel.get_by_role("heading", name="Photos", exact=True).wait_for()
    await panel.get_by_role("link", name="Settings").click()
    await tab.sees("Admin @ 127.0.0.1", "Add account")


async def test_diagnostics_are_downloaded_and_tell_no_secret(tab: Browser, stage: Stage, tmp_path: Path) -> None:
    await tab.open(INTEGRATION_PAGE)
    async with tab.page.expect_download() as coming:
        await tab.of_the_account("Download diagnostics")
    download = await coming.value
    await download.save_as(tmp_path / "diagnostics.json")

    text = (tmp_path / "diagnostics.json").read_text()
    assert json.loads(text)["home_assistant"]["version"]
    secrets = (stage.key, stage.pair.server.api_key, str(stage.share), "IMG_1.jpg", "127.0.0.1")
    assert [secret for secret in secrets if secret in text] == []


async def test_a_key_that_was_deleted_in_immich_is_replaced(tab: Browser, stage: Stage) -> None:
    await stage.immich.do("delete_key", key=stage.key)
    await tab.open(INTEGRATION_PAGE)
    await tab.press("Reconfigure")
    await tab.sees("Immich needs a key")
    await take(tab, stage, "reauth")
    await tab.fill(api_key=stage.key)
    await tab.press("Submit")
    await tab.sees("Immich does not accept this key. Copy it again, or make a new one.")
    assert await tab.untranslated() == []

    stage.key = await stage.new_key()
    await tab.fill(api_key=stage.key)
    await tab.press("Submit")
    await tab.sees("Re-authentication was successful")
    await stage.agree()
    await stage.shows(immich_connected="on", problem="off")


async def test_the_brands_icon_is_served(tab: Browser) -> None:
    await tab.open(INTEGRATION_PAGE)
    icon = tab.page.locator(f"img[src*='/{DOMAIN}/icon']").first
    await icon.wait_for()
    width = await icon.evaluate("async (image) => { await image.decode(); return image.naturalWidth }")
    assert width > 0
