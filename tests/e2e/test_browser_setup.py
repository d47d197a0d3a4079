"""Somebody new sets everything up in Home Assistant's web page: the integration, a folder, and its first preview."""

from collections.abc import AsyncIterator

import pytest

from .browser import Browser, browser
from .photos import camera_name, photo
from .pictures import take
from .stage import PERMISSIONS, Stage

ROLL = range(60)
KNOWN = range(48)
"""What was in Immich before anybody thought of Syncthing."""


@pytest.fixture
async def newcomer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """All servers run, the phone has photos, Immich has most of them, and nothing is set up in Home Assistant."""
    async with Stage(tmp_path_factory.mktemp("newcomer"), by_hand=True, debug=True) as stage:
        await stage.phone_takes_photos({camera_name(number): photo(number) for number in ROLL})
        for number in KNOWN:
            await stage.immich.upload(photo(number), f"IMG_{number:04}.jpg")
        await stage.on_server(camera_name(ROLL[-1]))
        await stage.pair.wait_in_sync()
        yield stage
    assert stage.complaints() == []


@pytest.fixture
async def page(newcomer: Stage) -> AsyncIterator[Browser]:
    """Home Assistant's web page, of which nothing complained."""
    async with browser(newcomer.home) as one:
        yield one
    assert one.console == []


async def test_set_up_by_hand(newcomer: Stage, page: Browser) -> None:
    await page.open("config/integrations/dashboard")
    await page.press("Add integration")
    await page.sees("Set up a new integration")
    await page.page.keyboard.type("immich syncthing")
    await page.choose("Immich Syncthing")

    await page.sees("Your Immich", "asset.delete")
    assert await page.untranslated() == []
    await take(page, newcomer, "immich")
    some = [permission for permission in PERMISSIONS if permission != "asset.delete"]
    await page.fill(url=newcomer.immich.url.removeprefix("http://"), api_key=await newcomer.new_key(some))
    await page.press("Submit")
    await page.sees_part("The key is right, but lacks: asset.delete.")
    await page.fill(api_key=newcomer.key)
    await page.press("Submit")

    await page.sees("Your Syncthing")
    await page.fill(url=newcomer.pair.server.url, api_key="not this one")
    await page.press("Submit")
    await page.sees("Syncthing does not accept this key. Copy it again from Actions → Settings → General.")
    await page.fill(api_key=newcomer.pair.server.api_key)
    await take(page, newcomer, "syncthing")
    await page.press("Submit")

    await page.sees("Where is the vault?", "S3-compatible: AWS, MinIO, Garage, R2, B2, Ceph …")
    assert await page.untranslated() == []
    await take(page, newcomer, "vault")
    await page.choose("Beside the first folder (recommended)")

    await page.sees("Which folder?")
    await page.sees_part("Phone Photos (photos)")
    await take(page, newcomer, "choice")
    await page.press("Submit")

    await page.sees("Set up Phone Photos", "Who may delete?")
    assert await page.field("path").input_value() == str(newcomer.server_dir)
    assert await page.untranslated() == []
    await page.choose_that_begins("Mirror –")
    await take(page, newcomer, "location")
    await page.press("Submit")

    await page.sees("Phone Photos: what will happen")
    await page.sees_part("All 60 photos and videos of this folder", "In Immich already: 48", "Will be uploaded: 12")
    assert await page.untranslated() == []
    await take(page, newcomer, "preview")
    assert len(await newcomer.immich.assets()) == len(KNOWN)
    await page.choose("Add the folder")
    await page.sees_part("The folder was added.")
    await page.press("Finish")

    await newcomer.find_entities()
    sides = await newcomer.agree()
    assert len(sides.assets) == len(ROLL)
