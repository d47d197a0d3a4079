"""Photos are found in Immich by an action, with links, and with pictures that are seen for a day and without a key."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.immich.photos import photo
from tests.servers.immich.records import Partner

from .automations import Automations
from .household import Household
from .photo_calls import NOBODY, ask, in_immich


@pytest.fixture
async def ids(household: Household) -> list[str]:
    """Return the ids of three photos in Immich, beside an account without folders."""
    household.immich.quirks.machine_learning = True
    await household.set_up(folders=False)
    return await in_immich(household)


def names(told: dict[str, Any]) -> set[str]:
    return {one["name"] for one in told["photos"]}


async def test_a_photo_is_told(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    told = await ask(hass, "search", name="img_1")
    [found] = told["photos"]
    assert (told["account"], told["next"], told["incomplete"]) == ("Admin @ 127.0.0.1", None, False)
    assert (found["asset_id"], found["name"], found["kind"], found["favourite"]) == (
        ids[1],
        "IMG_1.jpg",
        "image",
        False,
    )
    assert (found["size"], len(found["checksum"])) == (350, 40)
    assert found["link"] == f"{household.immich.url}/photos/{ids[1]}"
    assert found["taken_at"].endswith("+00:00")
    assert "+" not in found["local_time"]
    assert household.key not in str(told)


async def test_pages_follow_each_other(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    told = await ask(hass, "search", limit=1)
    found = [one["name"] for one in told["photos"]]
    while told["next"] is not None:
        told = await ask(hass, "search", limit=1, after=str(told["next"]))
        found += [one["name"] for one in told["photos"]]
    assert sorted(found) == ["IMG_0.jpg", "IMG_1.jpg", "IMG_2.jpg"]


async def test_it_is_narrowed_down(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    browser = household.immich.browser
    album_id = browser.make_album("Holiday", *ids[:2])
    browser.tag(ids[1], "Places/Bilbao")
    household.immich.world.tables.assets[ids[2]].ocr = "An invoice"
    browser.archive(ids[0])
    for wanted, expected in (
        ({"album": "Holiday"}, {"IMG_1.jpg"}),
        ({"album": album_id, "archived": True}, {"IMG_0.jpg"}),
        ({"tags": "/Places/Bilbao/"}, {"IMG_1.jpg"}),
        ({"text": "invoice"}, {"IMG_2.jpg"}),
        ({"kind": "video"}, set()),
        ({"since": "2020-01-01 00:00:00", "until": "2020-12-31 00:00:00"}, set()),
        ({"since": "2020-01-01 00:00:00", "kind": "image"}, {"IMG_1.jpg", "IMG_2.jpg"}),
        ({"until": "9999-12-31T23:59:59-23:00"}, {"IMG_1.jpg", "IMG_2.jpg"}),
    ):
        assert names(await ask(hass, "search", **wanted)) == expected, wanted


async def test_what_photos_show_is_found(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    household.immich.browser.describe(ids[2], "a dog on the beach")
    await household.immich.settle()
    told = await ask(hass, "search", query="dog", limit=2)
    assert told["photos"][0]["asset_id"] == ids[2]
    rest = await ask(hass, "search", query="dog", limit=2, after=told["next"])
    assert (len(rest["photos"]), rest["next"]) == (1, None)


async def test_partners_photos_are_none_of_the_account(
    hass: HomeAssistant, household: Household, ids: list[str]
) -> None:
    stranger = household.immich.world.add_user("Stranger")
    household.immich.browser_of(stranger).upload(b"theirs", "theirs.jpg")
    household.immich.world.tables.partners.append(Partner(stranger.id, household.immich.admin.id, in_timeline=True))
    assert names(await ask(hass, "search")) == {"IMG_0.jpg", "IMG_1.jpg", "IMG_2.jpg"}


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ({"query": "dog", "name": "IMG"}, "search_mixed"),
        ({"query": "dog"}, "smart_search_off"),
        ({"text": "invoice"}, "ocr_off"),
        ({"album": "Nowhere"}, "no_such_album"),
        ({"tags": "nothing"}, "no_such_tag"),
        ({"album": "Twice"}, "several_albums"),
    ],
)
async def test_what_cannot_be_looked_for_is_said(
    hass: HomeAssistant, household: Household, ids: list[str], wanted: dict[str, str], key: str
) -> None:
    household.immich.quirks.machine_learning = False
    for _ in range(2):
        household.immich.browser.make_album("Twice")
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "search", **wanted)
    assert refused.value.translation_key == key


@pytest.mark.parametrize(("wanted", "lacking"), [({"album": "x"}, "album.read"), ({"tags": "x"}, "tag.read")])
async def test_a_missing_permission_is_named(
    hass: HomeAssistant, household: Household, ids: list[str], wanted: dict[str, str], lacking: str
) -> None:
    household.allow(*REQUIRED)
    with pytest.raises(HomeAssistantError) as failed:
        await ask(hass, "search", **wanted)
    assert (failed.value.translation_placeholders or {})["permission"] == lacking
    await household.runtime.account.async_refresh()
    assert {one["thumbnail"] for one in (await ask(hass, "search"))["photos"]} == {None}


@pytest.mark.parametrize("wrong", [{"limit": 1001}, {"after": "x"}, {"after": 10**18}, {"name": " "}, {"rating": 0}])
async def test_nonsense_is_refused(
    hass: HomeAssistant, household: Household, ids: list[str], wrong: dict[str, object]
) -> None:
    with pytest.raises(vol.Invalid):
        await ask(hass, "search", **wrong)


# --- tonight's photos --------------------------------------------------------------------------------------------


async def test_tonights_photos_are_shown(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    heard: list[dict[str, Any]] = []
    hass.bus.async_listen("shown", lambda event: heard.append(dict(event.data)))
    household.immich.browser.set_date(ids[0], datetime(2020, 1, 1, tzinfo=UTC))
    for asset_id in ids[1:]:
        household.immich.browser.set_date(asset_id, dt_util.utcnow())
    told = {"names": "{{ photos | map(attribute='name') | sort | list }}", "message": "{{ message }}"}
    automations = Automations(hass)
    entity_id = await automations.make("tonights_photos", show=[{"event": "shown", "event_data": told}], most=2)
    await automations.run(entity_id)
    [event] = heard
    assert event["names"] == ["IMG_1.jpg", "IMG_2.jpg"]
    assert event["message"].count("[![](/api/immich_syncthing/asset/") == 2
    assert household.key not in event["message"]
    household.immich.browser.trash(*ids[1:])
    await automations.run(entity_id)
    assert len(heard) == 1
    await automations.stop()


# --- pictures ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def pictured(hass: HomeAssistant, household: Household) -> dict[str, Any]:
    """Return what is told of a photo that Immich has made a picture of."""
    await household.set_up(folders=False)
    household.immich.browser.upload(photo(), "a.jpg")
    await household.immich.settle()
    [found] = (await ask(hass, "search"))["photos"]
    return dict(found)


async def test_a_picture_is_seen_with_its_address_and_with_no_other(
    household: Household, pictured: dict[str, Any], hass_client_no_auth: ClientSessionGenerator
) -> None:
    client = await hass_client_no_auth()
    response = await client.get(pictured["thumbnail"])
    assert response.status == HTTPStatus.OK
    assert response.content_type.startswith("image/")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert await response.read()
    bare = pictured["thumbnail"].partition("?")[0]
    assert household.key not in pictured["thumbnail"]
    assert (await client.get(bare)).status == HTTPStatus.UNAUTHORIZED
    other = pictured["thumbnail"].replace(pictured["asset_id"], NOBODY)
    assert (await client.get(other)).status == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    "other",
    [
        lambda path: path.replace("thumbnail", "original"),
        lambda path: path.replace("asset/", "asset/nobody-"),
        lambda path: f"{path.rpartition('/')[0].rpartition('/')[0]}/{NOBODY}/thumbnail",
        lambda path: f"{path.rpartition('/')[0].rpartition('/')[0]}/users/thumbnail",
    ],
)
async def test_what_is_not_there_is_not_found(
    pictured: dict[str, Any], hass_client: ClientSessionGenerator, other: Callable[[str], str]
) -> None:
    client = await hass_client()
    bare = pictured["thumbnail"].partition("?")[0]
    assert (await client.get(bare)).status == HTTPStatus.OK
    assert (await client.get(other(bare))).status == HTTPStatus.NOT_FOUND


async def test_who_may_see_nothing_of_ours_sees_no_picture(
    pictured: dict[str, Any], hass_client: ClientSessionGenerator, hass_admin_user: MockUser
) -> None:
    hass_admin_user.groups = []
    client = await hass_client()
    assert (await client.get(pictured["thumbnail"].partition("?")[0])).status == HTTPStatus.FORBIDDEN
