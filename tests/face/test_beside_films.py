"""While a film goes up for hours, whoever asks for something is answered, and sees what happens."""

import asyncio

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from custom_components.immich_syncthing.engine import under_way
from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.models import Upload, UploadResult
from tests.servers.immich import FaultKind
from tests.servers.immich.faults import Rule

from .household import FOLDER, Household
from .test_services import ask

LARGE = 5_000
PATIENCE_SECONDS = 60


@pytest.fixture
async def film(household: Household, monkeypatch: pytest.MonkeyPatch) -> Rule:
    """Have three photos in agreement, and let the next upload, which is a film's, never end."""
    monkeypatch.setattr(under_way, "BIG", LARGE)
    await household.set_up()
    await household.sync()
    rule = household.immich.faults.add(FaultKind.HANG, "/api/assets$", method="POST", times=1)
    (household.photos / "film.mp4").write_bytes(b"film" * LARGE)
    await household.syncthing.scan("photos")
    return rule


async def under_way_now(household: Household, film: Rule) -> None:
    await household.becomes(lambda: bool(film.hits))


def there(household: Household) -> set[str]:
    return {asset.name for asset in household.immich.browser.assets()}


async def test_who_presses_sync_is_answered_by_a_cycle_of_his_own(
    hass: HomeAssistant, household: Household, film: Rule
) -> None:
    await under_way_now(household, film)
    household.take_photo("today.jpg")
    await household.syncthing.scan("photos")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while "today.jpg" not in there(household):
            [told] = await ask(hass, "sync_now")
            assert (told["state"], told["problem"]) == ("uploading", None)
        await hass.services.async_call("button", "press", {"entity_id": "button.phone_sync_now"}, blocking=True)
    assert household.runtime.folders[FOLDER].engine.state is FolderState.UPLOADING
    assert "film.mp4" not in there(household)


async def test_who_asked_for_the_cycle_that_began_the_film_learns_what_else_it_did(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_way, "BIG", LARGE)
    (household.photos / "film.mp4").write_bytes(b"film" * LARGE)
    household.immich.faults.add(FaultKind.STATUS, "/api/assets$", method="POST", status=500)
    await household.set_up()
    await household.sync()
    household.immich.faults.clear()
    upload = ImmichClient.upload

    async def photos_only(client: ImmichClient, request: Upload) -> UploadResult:
        if request.size >= LARGE:
            await asyncio.Event().wait()
        return await upload(client, request)

    monkeypatch.setattr(ImmichClient, "upload", photos_only)
    async with asyncio.timeout(PATIENCE_SECONDS):
        report = await household.runtime.folders[FOLDER].async_sync()
    assert (report.state, report.uploaded) == (FolderState.UPLOADING, 3)


async def test_what_failed_is_tried_again_for_who_asks(hass: HomeAssistant, household: Household, film: Rule) -> None:
    await under_way_now(household, film)
    refused = household.immich.faults.add(FaultKind.STATUS, "/api/assets$", method="POST", status=415)
    household.take_photo("odd.jpg")
    await household.syncthing.scan("photos")
    await household.becomes(lambda: household.shown("sensor.phone_failed") == "1")
    household.immich.faults.clear()
    assert refused.hits == 1
    async with asyncio.timeout(PATIENCE_SECONDS):
        [told] = await ask(hass, "retry_failed")
    assert (told["failed_before"], told["failed"]) == (1, 0)
    assert "odd.jpg" in there(household)


async def test_a_fault_in_what_is_shown_does_not_break_the_film_off(
    household: Household, film: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    await under_way_now(household, film)
    folder, fault = household.runtime.folders[FOLDER], "a fault of ours"

    async def fails(*_: object) -> None:
        raise ValueError(fault)

    with monkeypatch.context() as faulty:
        faulty.setattr(household.runtime.issues, "async_reported", fails)
        async with asyncio.timeout(PATIENCE_SECONDS):
            with pytest.raises(ValueError, match=fault):
                await folder.async_sync()
    async with asyncio.timeout(PATIENCE_SECONDS):
        report = await folder.async_sync()
    assert (report.state, report.problem) == (FolderState.UPLOADING, None)
    assert "film.mp4" not in there(household)


async def test_a_preview_is_shown(hass: HomeAssistant, household: Household, film: Rule) -> None:
    await under_way_now(household, film)
    async with asyncio.timeout(PATIENCE_SECONDS):
        [told] = await ask(hass, "preview")
    assert (told["problem"], told["actions"]) == (None, {})


async def test_who_waits_hears_of_a_pause(hass: HomeAssistant, household: Household, film: Rule) -> None:
    await under_way_now(household, film)
    folder = household.runtime.folders[FOLDER]
    asking = asyncio.create_task(folder.async_sync())
    await folder.async_pause(None)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asking
    [told] = await ask(hass, "sync_now")
    assert told["state"] == "paused"
    assert folder._beside == []  # noqa: SLF001 - nobody who was answered counts as one who asks


async def test_who_waits_hears_that_the_account_is_unloaded(
    hass: HomeAssistant, household: Household, film: Rule
) -> None:
    await under_way_now(household, film)
    household.immich.faults.add(FaultKind.HANG, "search/metadata")
    asking = asyncio.create_task(household.runtime.folders[FOLDER].async_sync())
    await household.becomes(lambda: any(rule.hits for rule in household.immich.faults.rules[1:]))
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    with pytest.raises(HomeAssistantError) as stopped:
        await asking
    assert stopped.value.translation_key == "stopped"
