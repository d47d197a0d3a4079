"""The actions on replicas: which ones they mean, what they answer, how they fail."""

from typing import Any, cast

import pytest
import voluptuous as vol
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.replica_place import scratch_path

from . import photo_calls
from .household import Household
from .second_house import REPLICA, add_replica, copies, happened, replica_of, until_complete
from .test_stop import switch as stop_everything


async def ask(hass: HomeAssistant, action: str, **data: Any) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", (await photo_calls.ask(hass, action, **data))["replicas"])


async def call(hass: HomeAssistant, action: str, **data: Any) -> None:
    await hass.services.async_call(DOMAIN, action, data, blocking=True)


@pytest.fixture
async def copied(household: Household) -> Household:
    """Return a household with three photos in Immich and in a replica."""
    for number in range(3):
        household.immich.browser.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    household.make_entry(folders=False)
    add_replica(household)
    await household.load()
    await until_complete(household)
    await replica_of(household).async_replicate()
    return household


async def test_replicate_waits_and_tells_what_it_did(hass: HomeAssistant, copied: Household) -> None:
    copied.immich.browser.upload(b"more", "IMG_9.jpg")
    [told] = await ask(hass, "replicate")
    assert (told["replica"], told["account"]) == ("Second house", "Admin @ 127.0.0.1")
    assert (told["copied"], told["ending"], told["problem"]) == (1, "complete", None)
    assert b"more" in copies(copied.photos.parent / "disk")
    await call(hass, "replicate")


async def test_what_stops_it_is_answered_or_raised(hass: HomeAssistant, copied: Household) -> None:
    disk = copied.photos.parent / "disk"
    disk.rename(disk.with_name("unplugged"))
    [told] = await ask(hass, "replicate")
    assert (told["ending"], told["problem"]["code"]) == ("problem", "store_unreachable")
    assert "cannot be reached" in told["problem"]["message"]
    with pytest.raises(HomeAssistantError) as failed:
        await call(hass, "replicate")
    assert failed.value.translation_key == "store_unreachable"
    with pytest.raises(HomeAssistantError) as failed:
        await call(hass, "restore_drill")
    assert failed.value.translation_key == "store_unreachable"


async def test_a_share_is_verified(hass: HomeAssistant, copied: Household) -> None:
    [told] = await ask(hass, "verify_replica", share=60)
    assert (told["checked"], told["damaged"], told["missing"], told["round_complete"]) == (2, 0, 0, False)
    [path] = (copied.photos.parent / "disk").rglob("IMG_1.jpg")
    path.unlink()
    [told] = await ask(hass, "verify_replica", share=100)
    assert (told["checked"], told["missing"], told["healed"]) == (3, 1, 1)
    assert len(copies(copied.photos.parent / "disk")) == 3
    for share in (0, 101):
        with pytest.raises(vol.Invalid):
            await call(hass, "verify_replica", share=share)


async def test_a_drill_restores_compares_and_leaves_nothing(hass: HomeAssistant, copied: Household) -> None:
    heard = happened(hass)
    [told] = await ask(hass, "restore_drill", count=2)
    assert (told["passed"], told["asked"], told["restored"], told["compared"]) == (True, 2, 2, 2)
    assert copied.entry is not None
    scratch = scratch_path(hass, copied.entry.entry_id, REPLICA)
    assert list(scratch.iterdir()) == []
    await call(hass, "restore_drill")
    [path] = (copied.photos.parent / "disk").rglob("IMG_1.jpg")
    path.write_bytes(b"damage!")
    [told] = await ask(hass, "restore_drill")
    assert not told["passed"]
    assert list(told["failures"]) == [{"key": "originals/undated/IMG_1.jpg", "reason": "damaged"}]
    with pytest.raises(ServiceValidationError) as failed:
        await call(hass, "restore_drill")
    assert (failed.value.translation_key, failed.value.translation_placeholders) == (
        "drill_failed",
        {"failed": "1", "asked": "3", "name": "Second house"},
    )
    await hass.async_block_till_done()
    assert [kind for kind, _ in heard] == ["drill_passed", "drill_passed", "drill_failed", "drill_failed"]


async def test_a_scratch_place_that_cannot_be_used_is_told(hass: HomeAssistant, copied: Household) -> None:
    assert copied.entry is not None
    scratch = scratch_path(hass, copied.entry.entry_id, REPLICA)
    scratch.rmdir()
    scratch.write_bytes(b"in the way")
    with pytest.raises(HomeAssistantError) as failed:
        await call(hass, "restore_drill")
    assert failed.value.translation_key == "replica_error"


async def test_a_paused_replica_says_so(hass: HomeAssistant, copied: Household) -> None:
    await stop_everything(hass, on=True)
    await copied.becomes(lambda: copied.shown("sensor.second_house_status") == "paused")
    for action in ("replicate", "verify_replica", "restore_drill"):
        with pytest.raises(HomeAssistantError) as failed:
            await call(hass, action)
        assert failed.value.translation_key == "replica_paused"


async def test_replicas_are_meant_by_name_device_or_account(hass: HomeAssistant, copied: Household) -> None:
    assert copied.entry is not None
    for which in (
        {"replica": "Second house"},
        {"replica": REPLICA},
        {"config_entry_id": copied.entry.entry_id},
        {"entity_id": "sensor.second_house_status"},
        {"entity_id": "sensor.admin_127_0_0_1_photos"},
    ):
        assert len(await ask(hass, "replicate", **which)) == 1
    for which in ({"replica": "Cabin"}, {"entity_id": "switch.immich_syncthing_stop_everything"}, {"entity_id": []}):
        with pytest.raises(ServiceValidationError) as failed:
            await call(hass, "replicate", **which)
        assert failed.value.translation_key == "no_such_replica"


async def test_whoever_asks_while_it_is_unloaded_is_told_so(hass: HomeAssistant, copied: Household) -> None:
    replica = replica_of(copied)
    await replica.async_stop()
    await replica.async_stop()
    with pytest.raises(HomeAssistantError) as failed:
        await replica.async_replicate()
    assert failed.value.translation_key == "stopped"
