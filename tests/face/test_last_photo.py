"""The photo that went up last can be seen, and costs nothing until somebody looks."""

import io
from datetime import timedelta
from http import HTTPStatus
from unittest.mock import patch

import pytest
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from PIL import Image
from pytest_homeassistant_custom_component.common import async_capture_events, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.image import WINDOW_SECONDS
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.servers.immich import FaultKind

from .household import Household

LAST = "image.phone_last_photo"


@pytest.fixture(autouse=True)
def _one_photo(household: Household) -> None:
    """Let the folder hold one photo that is a photo."""
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    take(household, "first.jpg", (255, 0, 0))


def take(household: Household, name: str, colour: tuple[int, int, int]) -> None:
    Image.new("RGB", (64, 48), colour).save(household.photos / name, "JPEG")


async def looked_at(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> tuple[int, bytes]:
    """Open the picture as a browser does."""
    state = hass.states.get(LAST)
    assert state is not None
    client = await hass_client()
    response = await client.get(state.attributes["entity_picture"])
    return response.status, await response.read()


def colour_of(content: bytes) -> tuple[int, ...]:
    with Image.open(io.BytesIO(content)) as picture:
        pixel = picture.convert("RGB").getpixel((5, 5))
    assert isinstance(pixel, tuple)
    return tuple(round(one / 255) for one in pixel)


def fetched(household: Household) -> int:
    return sum(request.path.endswith("/thumbnail") for request in household.immich.log)


async def test_the_last_upload_is_fetched_once_and_only_when_somebody_looks(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    await household.set_up()
    assert household.shown(LAST) == "unknown"
    await household.sync()
    await household.immich.settle()
    first = household.shown(LAST)
    assert first != "unknown"
    assert fetched(household) == 0

    for _ in range(2):
        status, content = await looked_at(hass, hass_client)
        assert (status, colour_of(content)) == (HTTPStatus.OK, (1, 0, 0))
    assert fetched(household) == 1

    take(household, "second.jpg", (0, 0, 255))
    await household.notice()
    await household.immich.settle()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=WINDOW_SECONDS + 1))
    assert household.shown(LAST) > first
    assert colour_of((await looked_at(hass, hass_client))[1]) == (0, 0, 1)


async def test_of_many_uploads_the_recorder_keeps_a_picture_a_minute(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    await household.set_up()
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    for number in range(6):
        take(household, f"{number}.jpg", (0, 0, 40 * number))
        await household.notice()
    await household.immich.settle()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=WINDOW_SECONDS + 1))
    await hass.async_block_till_done()
    pictures = [one.data["new_state"].state for one in changes if one.data["entity_id"] == LAST]
    assert len(set(pictures)) == 2
    assert colour_of((await looked_at(hass, hass_client))[1]) == (0, 0, 1)


async def test_it_is_known_again_after_a_restart(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    entry = await household.set_up()
    await household.sync()
    await household.immich.settle()
    before = household.shown(LAST)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert household.shown(LAST) == before
    assert colour_of((await looked_at(hass, hass_client))[1]) == (1, 0, 0)


async def test_without_a_photo_or_without_its_picture_there_is_nothing_to_see(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    (household.photos / "first.jpg").unlink()
    await household.set_up()
    await household.sync()
    assert (await looked_at(hass, hass_client))[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    take(household, "second.jpg", (0, 0, 255))
    await household.notice()
    await household.immich.settle()
    household.immich.faults.add(FaultKind.STATUS, path="/thumbnail", status=404)
    assert (await looked_at(hass, hass_client))[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    household.immich.faults.clear()
    assert (await looked_at(hass, hass_client))[0] == HTTPStatus.OK


async def test_a_history_that_cannot_be_read_shows_nothing_and_harms_nothing(
    hass: HomeAssistant, household: Household
) -> None:
    with patch.object(AccountEngine, "history", side_effect=LedgerError("damaged")):
        await household.set_up()
    assert household.shown(LAST) == "unknown"


async def test_a_key_that_may_not_see_pictures_has_none_until_it_may(hass: HomeAssistant, household: Household) -> None:
    household.allow(*REQUIRED)
    await household.set_up()
    assert hass.states.get(LAST) is None
    household.allow(*REQUIRED, "asset.view")
    await household.runtime.account.async_refresh()
    await hass.async_block_till_done()
    assert hass.states.get(LAST) is not None
