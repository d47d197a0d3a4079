"""Albums, tags and words for photos in Immich, by actions: told for each photo, and refused with what to do."""

import asyncio
from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.immich_syncthing import photo_calls
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.servers.immich.records import Partner

from .household import Household
from .photo_calls import NOBODY, ask, do, in_immich


@pytest.fixture
async def ids(household: Household) -> list[str]:
    """Return the ids of three photos in Immich, beside an account without folders."""
    await household.set_up(folders=False)
    return await in_immich(household)


def members(household: Household, name: str) -> list[set[str]]:
    """Return what is in each album of this name."""
    return [set(album.asset_ids) for album in household.immich.world.tables.albums.values() if album.name == name]


def tags_of(household: Household, asset_id: str) -> set[str]:
    tables = household.immich.world.tables
    return {tables.tags[one].value for one in tables.assets[asset_id].tag_ids}


# --- albums ------------------------------------------------------------------------------------------------------


async def test_photos_go_into_an_album_that_is_made(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    told = await ask(hass, "add_to_album", asset_ids=ids[:2], album="Holiday")
    assert (told["account"], told["created"]) == ("Admin @ 127.0.0.1", True)
    assert (told["added"], told["already"], told["failed"]) == (ids[:2], [], [])
    again = await ask(hass, "add_to_album", asset_ids=[*ids, NOBODY], album=" Holiday ")
    assert (again["album_id"], again["created"]) == (told["album_id"], False)
    assert (again["added"], again["already"]) == (ids[2:], ids[:2])
    assert again["failed"] == [{"asset_id": NOBODY, "reason": "not_found"}]
    assert members(household, "Holiday") == [set(ids)]


async def test_an_album_is_meant_by_its_id(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    album_id = household.immich.browser.make_album("Holiday")
    await do(hass, "add_to_album", asset_ids=ids[0], album=album_id)
    assert members(household, "Holiday") == [{ids[0]}]
    with pytest.raises(HomeAssistantError) as failed:
        await do(hass, "add_to_album", asset_ids=ids, album=NOBODY)
    assert failed.value.translation_key == "immich_not_found"


async def test_of_two_albums_of_a_name_none_is_guessed(
    hass: HomeAssistant, household: Household, ids: list[str]
) -> None:
    for _ in range(2):
        household.immich.browser.make_album("Holiday")
    with pytest.raises(ServiceValidationError) as refused:
        await do(hass, "add_to_album", asset_ids=ids, album="Holiday")
    assert refused.value.translation_key == "several_albums"
    assert members(household, "Holiday") == [set(), set()]


async def test_an_album_of_somebody_else_is_never_meant_by_its_name(
    hass: HomeAssistant, household: Household, ids: list[str]
) -> None:
    """Anybody who has an account there could share one of that name, and see the photos."""
    server = household.immich
    bob = server.browser_of(server.world.add_user("Bob"))
    theirs = bob.make_album("Holiday")
    bob.share_album(theirs, server.admin)
    told = await ask(hass, "add_to_album", asset_ids=ids[:1], album="Holiday")
    assert told["created"]
    again = await ask(hass, "add_to_album", asset_ids=ids, album="Holiday")
    assert (again["created"], again["album_id"]) == (False, told["album_id"])
    assert server.world.tables.albums[theirs].asset_ids == []
    by_id = await ask(hass, "add_to_album", asset_ids=ids[:1], album=theirs)
    assert by_id["added"] == ids[:1], "whoever gives its id means it"


async def test_two_calls_at_once_make_one_album(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    await asyncio.gather(*(do(hass, "add_to_album", asset_ids=one, album="Holiday") for one in ids))
    assert members(household, "Holiday") == [set(ids)]


async def test_without_an_answer_a_failure_is_raised(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    with pytest.raises(HomeAssistantError) as failed:
        await do(hass, "add_to_album", asset_ids=[*ids, NOBODY], album="Holiday")
    assert failed.value.translation_key == "photos_failed"
    assert failed.value.translation_placeholders == {"count": "1", "photos": NOBODY}
    assert members(household, "Holiday") == [set(ids)]


@pytest.mark.parametrize(
    ("action", "data", "lacking"),
    [
        ("add_to_album", {"album": "x"}, "album.read, album.create, albumAsset.create"),
        ("tag", {"tags": "x"}, "tag.create, tag.asset"),
        ("describe", {"rating": 1}, "asset.update"),
    ],
)
async def test_a_key_that_may_not_is_told_what_it_lacks_before_anything_is_done(
    hass: HomeAssistant, household: Household, ids: list[str], action: str, data: dict[str, Any], lacking: str
) -> None:
    household.allow(*REQUIRED)
    with pytest.raises(HomeAssistantError) as failed:
        await ask(hass, action, asset_ids=ids, **data)
    assert failed.value.translation_key == "immich_missing_permission"
    assert (failed.value.translation_placeholders or {})["permission"] == lacking
    assert members(household, "x") == []
    assert not household.immich.world.tables.tags


# --- tags --------------------------------------------------------------------------------------------------------


async def test_photos_get_tags(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    household.immich.browser.tag(ids[0], "door")
    told = await ask(hass, "tag", asset_ids=[*ids[:2], NOBODY, "nonsense"], tags=["/door/", "Places//Bilbao"])
    assert told["tags"] == [
        {"tag": "door", "added": ids[1:2], "already": ids[:1]},
        {"tag": "Places/Bilbao", "added": ids[:2], "already": []},
    ]
    assert told["failed"] == [{"asset_id": one, "reason": "not_found"} for one in (NOBODY, "nonsense")]
    assert [tags_of(household, one) for one in ids] == [{"door", "Places/Bilbao"}] * 2 + [set()]


async def test_a_partners_photo_is_seen_and_not_changed(
    hass: HomeAssistant, household: Household, ids: list[str]
) -> None:
    stranger = household.immich.world.add_user("Stranger")
    theirs = household.immich.browser_of(stranger).upload(b"theirs", "theirs.jpg")
    household.immich.world.tables.partners.append(Partner(stranger.id, household.immich.admin.id, in_timeline=True))
    await household.immich.settle()
    told = await ask(hass, "tag", asset_ids=[ids[0], theirs], tags="door")
    assert told["failed"] == [{"asset_id": theirs, "reason": "not_found"}]
    told = await ask(hass, "describe", asset_ids=[ids[0], theirs], rating=5)
    assert (told["changed"], told["failed"]) == (ids[:1], [{"asset_id": theirs, "reason": "not_found"}])


async def test_only_unknown_photos_make_no_tag(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    told = await ask(hass, "tag", asset_ids=NOBODY, tags="door")
    assert (told["tags"], len(told["failed"])) == ([], 1)
    assert not household.immich.world.tables.tags


@pytest.mark.parametrize("wrong", [{"tags": ["//"]}, {"tags": []}, {"tags": "x", "asset_ids": []}, {"tags": "a\0b"}])
async def test_no_tag_is_refused(
    hass: HomeAssistant, household: Household, ids: list[str], wrong: dict[str, object]
) -> None:
    with pytest.raises(vol.Invalid):
        await ask(hass, "tag", **({"asset_ids": ids} | wrong))


async def test_a_new_photo_is_waited_for(
    hass: HomeAssistant, household: Household, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said before Immich has read the file would be overwritten."""
    monkeypatch.setattr(photo_calls, "PAUSE_SECONDS", 0.01)
    jobs = household.immich.jobs
    jobs.pause("metadataExtraction")
    new = household.immich.browser.upload(b"new", "new.jpg")
    call = hass.async_create_task(ask(hass, "tag", asset_ids=new, tags="door"))
    asked = len(household.immich.log)
    await household.becomes(lambda: len(household.immich.log) > asked + 3)
    assert tags_of(household, new) == set()
    jobs.resume("metadataExtraction")
    assert (await call)["failed"] == []
    assert tags_of(household, new) == {"door"}


async def test_a_photo_that_immich_never_reads_is_told(
    hass: HomeAssistant, household: Household, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_calls, "PATIENCE_SECONDS", 0.0)
    household.immich.jobs.pause("metadataExtraction")
    new = household.immich.browser.upload(b"new", "new.jpg")
    told = await ask(hass, "describe", asset_ids=[new, ids[0]], description="A door")
    assert (told["changed"], told["failed"]) == (ids[:1], [{"asset_id": new, "reason": "not_read"}])


# --- words -------------------------------------------------------------------------------------------------------


async def test_photos_are_described(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    told = await ask(
        hass,
        "describe",
        asset_ids=ids[:2],
        description="A door",
        rating=4,
        favourite=True,
        archived=True,
        location={"latitude": 43.26, "longitude": -2.92, "radius": 5},
    )
    assert (told["changed"], told["failed"]) == (ids[:2], [])
    for asset_id in ids[:2]:
        asset = household.immich.world.tables.assets[asset_id]
        exif = asset.exif
        assert (exif.description, exif.rating, exif.latitude, exif.longitude) == ("A door", 4, 43.26, -2.92)
        assert (asset.is_favorite, asset.visibility) == (True, "archive")
    await do(hass, "describe", asset_ids=ids[0], description="", rating=0, favourite=False, archived=False)
    asset = household.immich.world.tables.assets[ids[0]]
    assert (asset.exif.description, asset.exif.rating, asset.exif.latitude) == ("", None, 43.26)
    assert (asset.is_favorite, asset.visibility) == (False, "timeline")


@pytest.mark.parametrize(
    ("said", "moment", "on_the_wall", "zone"),
    [
        # Home Assistant's own clock; summer and winter differ.
        ({"taken": "2024-07-01 14:30:00"}, "2024-07-01T12:30", "2024-07-01T14:30", "Europe/Berlin"),
        ({"taken": "2024-01-01 14:30:00"}, "2024-01-01T13:30", "2024-01-01T14:30", "Europe/Berlin"),
        ({"taken": "2024-07-01T14:30:00+02:00"}, "2024-07-01T12:30", "2024-07-01T14:30", "Europe/Berlin"),
        ({"taken": "2024-07-01T14:30:00-05:00"}, "2024-07-01T19:30", "2024-07-01T14:30", "Etc/GMT+5"),
        ({"taken": "2024-07-01T14:30:00Z"}, "2024-07-01T14:30", "2024-07-01T14:30", "Etc/GMT+0"),
        (
            {"taken": "2024-07-01 14:30:00", "time_zone": "Asia/Kolkata"},
            "2024-07-01T09:00",
            "2024-07-01T14:30",
            "Asia/Kolkata",
        ),
        (
            {"taken": "2024-07-01T14:30:00Z", "time_zone": "Asia/Kolkata"},
            "2024-07-01T14:30",
            "2024-07-01T20:00",
            "Asia/Kolkata",
        ),
    ],
)
async def test_a_date_is_that_of_the_clock_on_the_wall(
    hass: HomeAssistant,
    household: Household,
    ids: list[str],
    said: dict[str, str],
    moment: str,
    on_the_wall: str,
    zone: str,
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    assert (await ask(hass, "describe", asset_ids=ids[0], **said))["changed"] == ids[:1]
    asset = household.immich.world.tables.assets[ids[0]]
    assert asset.exif.date_time_original is not None
    assert asset.exif.date_time_original.isoformat().startswith(moment)
    assert asset.local_date_time.isoformat().startswith(on_the_wall)
    assert asset.exif.time_zone == zone


@pytest.mark.parametrize("offset", ["+05:30", "+15:00", "-13:00"])
async def test_an_offset_that_no_zone_is_known_for_is_asked_about(
    hass: HomeAssistant, household: Household, ids: list[str], offset: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await do(hass, "describe", asset_ids=ids, taken=f"2024-07-01T14:30:00{offset}")
    assert refused.value.translation_key == "taken_where"


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Europe/Nowhere",
        "America",
        "America/Argentina",
        "localtime",
        "posix/Asia/Kolkata",
        "Asia/Kolkata/",
        "../UTC",
    ],
)
async def test_a_time_zone_that_is_none_everywhere_is_asked_about(
    hass: HomeAssistant, household: Household, ids: list[str], zone: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await do(hass, "describe", asset_ids=ids, taken="2024-07-01 14:30:00", time_zone=zone)
    assert refused.value.translation_key == "taken_zone_unknown"
    assert refused.value.translation_placeholders == {"zone": zone}


async def test_a_time_zone_without_a_date_is_asked_about(
    hass: HomeAssistant, household: Household, ids: list[str]
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await do(hass, "describe", asset_ids=ids, description="A door", time_zone="Asia/Kolkata")
    assert refused.value.translation_key == "taken_zone_alone"
    assert household.immich.world.tables.assets[ids[0]].exif.description != "A door"


async def test_nothing_to_say_is_refused(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await do(hass, "describe", asset_ids=ids)
    assert refused.value.translation_key == "describe_what"


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating": 6},
        {"location": {"latitude": 91, "longitude": 0}},
        {"location": {}},
        {"taken": "yesterday"},
        {"taken": "0001-01-01 00:00:00"},
        {"taken": "2024-07-01", "time_zone": "Europe/" + "a" * 300},
    ],
)
async def test_what_cannot_be_said_is_refused(
    hass: HomeAssistant, household: Household, ids: list[str], wrong: dict[str, object]
) -> None:
    with pytest.raises(vol.Invalid):
        await do(hass, "describe", asset_ids=ids, **wrong)
