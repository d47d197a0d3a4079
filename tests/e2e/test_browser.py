"""What the owner sees in Home Assistant's web page. ``PICTURES`` names a directory to keep the pictures in."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .browser import Browser, browser
from .stage import DOMAIN, Stage

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

UNTRANSLATED = re.compile(
    r"\b(in_agreement|to_upload|last_successful_cycle|wait_reason|sync_now|component\.immich\w+)\b"
)


@pytest.fixture
async def tab(stage: Stage) -> AsyncIterator[Browser]:
    """A tab of a browser; whatever it looked at, its console had nothing to complain of."""
    await stage.agree()
    async with browser(stage.home) as one:
        yield one
    assert one.console == []


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures go."""
    return Path(os.environ.get("PICTURES", tmp_path))


async def test_the_dashboard_shows_the_integration(tab: Browser, pictures: Path) -> None:
    await tab.open("config/integrations/dashboard")
    await tab.sees("Immich Syncthing")
    await tab.picture(pictures / "dashboard.png")


async def test_the_integrations_page_shows_account_and_folder(tab: Browser, pictures: Path) -> None:
    await tab.open(f"config/integrations/integration/{DOMAIN}")
    await tab.sees("Immich Syncthing", "Admin @ 127.0.0.1", "Phone Photos", "Syncthing")
    await tab.picture(pictures / "integration.png")
    assert UNTRANSLATED.findall(await tab.body()) == []


async def test_a_folders_page_speaks_in_translated_words(tab: Browser, stage: Stage, pictures: Path) -> None:
    registry = await stage.home.command("config/entity_registry/list")
    [device] = {entity["device_id"] for entity in registry if entity["entity_id"] == stage.entity("status")}
    await tab.open(f"config/devices/device/{device}")
    await tab.sees("Phone Photos", *FOLDER_PAGE)
    await tab.picture(pictures / "folder.png")
    assert UNTRANSLATED.findall(await tab.body()) == []


async def test_a_line_that_is_no_pattern_is_named_where_its_owner_looks(tab: Browser, pictures: Path) -> None:
    await tab.open(f"config/integrations/integration/{DOMAIN}")
    await tab.page.locator("ha-config-sub-entry-row ha-icon-button[slot=end]").first.click()
    await tab.sees("Who may delete?")
    await tab.page.get_by_text("Edits, patterns, old photos, protection").click()
    leave_out = tab.page.locator("textarea").first
    await leave_out.fill("*.png\n[z-a].jpg")
    await tab.page.get_by_text("Submit", exact=True).click()
    await tab.sees("This line under “Leave out” is not a valid pattern: [z-a].jpg")
    await tab.picture(pictures / "pattern.png")
    assert UNTRANSLATED.findall(await tab.body()) == []

    await leave_out.fill("")
    await tab.page.get_by_text("Submit", exact=True).click()
    await tab.sees("Reconfiguration was successful")


async def test_the_brands_icon_is_served(stage: Stage, tab: Browser) -> None:
    await tab.open(f"config/integrations/integration/{DOMAIN}")
    icon = tab.page.locator(f"img[src*='/{DOMAIN}/icon']").first
    await icon.wait_for()
    width = await icon.evaluate("async (image) => { await image.decode(); return image.naturalWidth }")
    assert width > 0
