"""Home Assistant stops in the middle of something: it need not wait, nothing goes on, and nothing is lost."""

import asyncio
import threading

from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing.const import DOMAIN
from tests.servers.immich import FaultKind

from . import folder_forms as forms
from .household import Household

PATIENCE_S = 30.0
"""Home Assistant itself gives up waiting after 100 s."""


def left_behind() -> list[str]:
    """Return what of ours still works: threads, and tasks that run code of ours."""
    threads = [thread.name for thread in threading.enumerate() if thread.name.startswith(DOMAIN)]
    ours = [task for task in asyncio.all_tasks() if DOMAIN in getattr(task.get_coro(), "__qualname__", "")]
    files = [str(frame.f_code.co_filename) for task in asyncio.all_tasks() for frame in task.get_stack()]
    return [*threads, *map(repr, ours), *(file for file in files if f"custom_components/{DOMAIN}/" in file)]


async def stop(hass: HomeAssistant) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await hass.async_stop(force=True)


async def test_an_upload_is_broken_off(hass: HomeAssistant, household: Household) -> None:
    rule = household.immich.faults.add(FaultKind.HANG, path="/api/assets$", method="POST")
    await household.set_up()
    await household.becomes(lambda: rule.hits > 0)
    assert left_behind() != []
    await stop(hass)
    assert household.runtime.closed
    assert left_behind() == []
    assert len(list(household.photos.glob("*.jpg"))) == 3


async def test_a_first_preview_is_broken_off(hass: HomeAssistant, household: Household) -> None:
    form = await forms.at_location(hass, household)
    rule = household.immich.faults.add(FaultKind.HANG, path="/api/assets/bulk-upload-check")
    typed = {"path": str(household.photos), "preset": "mirror"}
    await hass.config_entries.subentries.async_configure(form["flow_id"], typed)
    await household.becomes(lambda: rule.hits > 0)
    assert left_behind() != []
    await stop(hass)
    assert left_behind() == []
    assert sorted(path.name for path in household.photos.iterdir()) == [
        ".stfolder",
        *(f"IMG_{n}.jpg" for n in range(3)),
    ]


async def test_who_closes_the_form_ends_the_first_preview(hass: HomeAssistant, household: Household) -> None:
    form = await forms.at_location(hass, household)
    rule = household.immich.faults.add(FaultKind.HANG, path="/api/assets/bulk-upload-check")
    typed = {"path": str(household.photos), "preset": "mirror"}
    await hass.config_entries.subentries.async_configure(form["flow_id"], typed)
    await household.becomes(lambda: rule.hits > 0)
    hass.config_entries.subentries.async_abort(form["flow_id"])
    await household.becomes(lambda: not any("first-preview" in one.name for one in threading.enumerate()))
