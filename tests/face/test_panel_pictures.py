"""Small pictures of whatever a folder has or had: of Immich, of the file, of the vault, and never an original."""

import io
from http import HTTPStatus

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from PIL import Image
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing import thumbnails
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from custom_components.immich_syncthing.media_view import Part, Size, address
from tests.checksums import sha1

from .household import Household
from .test_stop import another_account

LARGE = (1600, 1200)


@pytest.fixture
async def pictured(household: Household) -> Household:
    """Return the household with one more photo, a real one, which Immich has."""
    Image.new("RGB", LARGE, (255, 0, 0)).save(household.photos / "red.jpg")
    await household.set_up()
    await household.notice()
    await household.immich.settle()
    return household


def where(household: Household, content: bytes, size: Size = Size.THUMBNAIL) -> str:
    assert household.entry is not None
    return address(household.entry.entry_id, Part.LINKED, sha1(content).hex(), size)


async def side(client: TestClient[web.Request, web.Application], path: str) -> int:
    """Return the longer side of the picture that is served, in pixels."""
    response = await client.get(path)
    assert response.status == HTTPStatus.OK
    assert response.headers["Cache-Control"].startswith("private, max-age=")
    # Who uses the browser next has another token, and is shown nothing that it kept.
    assert response.headers["Vary"] == "Authorization"
    with Image.open(io.BytesIO(await response.read())) as picture:
        return max(picture.size)


async def test_immichs_own_is_served_as_long_as_it_has_one(
    pictured: Household, hass_client: ClientSessionGenerator
) -> None:
    content = (pictured.photos / "red.jpg").read_bytes()
    client = await hass_client()
    pictured.immich.log.clear()
    assert await side(client, where(pictured, content)) <= thumbnails.SIDE
    [asked] = [one for one in pictured.immich.log if one.path.endswith("/thumbnail")]
    assert asked.query["size"] == "thumbnail"


async def test_without_immich_it_is_made_of_the_file(pictured: Household, hass_client: ClientSessionGenerator) -> None:
    content = (pictured.photos / "red.jpg").read_bytes()
    await pictured.immich.stop()
    assert await side(await hass_client(), where(pictured, content)) == thumbnails.SIDE


async def test_of_what_is_gone_from_both_it_is_made_of_the_vault(
    pictured: Household, hass_client: ClientSessionGenerator
) -> None:
    content = (pictured.photos / "red.jpg").read_bytes()
    pictured.immich.browser.trash(pictured.immich.browser.find("red.jpg").id)
    await pictured.sync()
    pictured.immich.browser.empty_trash()
    await pictured.sync()
    assert not (pictured.photos / "red.jpg").exists()
    assert await side(await hass_client(), where(pictured, content)) == thumbnails.SIDE


async def test_a_photo_that_waits_to_go_up_is_seen(
    pictured: Household, hass_client: ClientSessionGenerator, hass: HomeAssistant
) -> None:
    pictured.allow(*(one for one in REQUIRED if one != "asset.upload"))
    Image.new("RGB", LARGE, (0, 255, 0)).save(pictured.photos / "green.jpg")
    await pictured.notice()
    content = (pictured.photos / "green.jpg").read_bytes()
    assert await side(await hass_client(), where(pictured, content)) == thumbnails.SIDE


async def test_an_original_is_not_served_here(pictured: Household, hass_client: ClientSessionGenerator) -> None:
    content = (pictured.photos / "red.jpg").read_bytes()
    client = await hass_client()
    assert (await client.get(where(pictured, content, Size.FULL))).status == HTTPStatus.NOT_FOUND


async def test_what_has_no_picture_is_not_found(pictured: Household, hass_client: ClientSessionGenerator) -> None:
    broken, film = (pictured.photos / "broken.jpg"), (pictured.photos / "film.mp4")
    broken.write_bytes(b"\xff\xd8\xff no photo at all")
    film.write_bytes(b"no film either")
    await pictured.notice()
    contents = [one.read_bytes() for one in (broken, film)]
    await pictured.immich.stop()
    client = await hass_client()
    for content in (*contents, b"of nobody"):
        assert (await client.get(where(pictured, content))).status == HTTPStatus.NOT_FOUND


async def test_what_is_far_too_large_is_not_opened(
    pictured: Household, hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.immich_syncthing.media_view.LARGEST", 100)
    content = (pictured.photos / "red.jpg").read_bytes()
    await pictured.immich.stop()
    assert (await (await hass_client()).get(where(pictured, content))).status == HTTPStatus.NOT_FOUND


async def test_who_may_see_nothing_sees_no_picture(
    pictured: Household, hass_client: ClientSessionGenerator, hass_admin_user: MockUser
) -> None:
    client = await hass_client()
    hass_admin_user.groups = []
    hass_admin_user.mock_policy({"entities": {"domains": {"light": True}}})
    content = (pictured.photos / "red.jpg").read_bytes()
    assert (await client.get(where(pictured, content))).status == HTTPStatus.FORBIDDEN


async def test_who_may_see_one_account_sees_its_pictures_and_no_others(
    hass: HomeAssistant, pictured: Household, hass_client: ClientSessionGenerator, hass_admin_user: MockUser
) -> None:
    other = await another_account(hass, pictured)
    client = await hass_client()
    hass_admin_user.groups = []
    hass_admin_user.mock_policy({"entities": {"entity_ids": {"sensor.phone_status": True}}})
    own = where(pictured, (pictured.photos / "red.jpg").read_bytes())
    assert pictured.entry is not None
    assert (await client.get(own)).status == HTTPStatus.OK
    for path in (own, f"/api/{DOMAIN}/asset/{pictured.entry.entry_id}/any/thumbnail"):
        others = path.replace(pictured.entry.entry_id, other.entry_id)
        assert (await client.get(others)).status == HTTPStatus.FORBIDDEN
