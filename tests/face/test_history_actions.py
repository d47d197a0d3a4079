"""The history: searched by time, path and kind, read page by page, and written where no photos lie."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import voluptuous as vol
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.immich_syncthing.const import DOMAIN

from .household import Household
from .photo_calls import ask
from .second_house import add_replica


@pytest.fixture
async def worked(household: Household) -> Household:
    """Return the household after three uploads and a deletion."""
    await household.set_up(preset="mirror")
    await household.sync()
    household.immich.browser.trash(household.immich.browser.find("IMG_1.jpg").id)
    await household.sync()
    return household


async def test_the_history_tells_what_was_done_newest_first(hass: HomeAssistant, worked: Household) -> None:
    told = await ask(hass, "history")
    assert [entry["action"] for entry in told["entries"]] == ["delete", "upload", "upload", "upload"]
    newest = told["entries"][0]
    assert (newest["path"], newest["folder"], newest["why"], newest["origin"], newest["result"]) == (
        "IMG_1.jpg",
        "Phone",
        "asset_deleted",
        "immich",
        "done",
    )
    assert len(newest["checksum"]) == 40
    assert told["next_before"] is None
    assert told["account"] == "Admin @ 127.0.0.1"


async def test_it_is_read_page_by_page(hass: HomeAssistant, worked: Household) -> None:
    first = await ask(hass, "history", limit=3)
    second = await ask(hass, "history", limit=3, before=first["next_before"])
    assert (len(first["entries"]), len(second["entries"]), second["next_before"]) == (3, 1, None)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"kind": "upload"}, 3),
        ({"kind": "restore"}, 0),
        ({"path": "img_1"}, 2),
        ({"path": "IMG_9"}, 0),
        ({"folder": "Phone"}, 4),
        ({"folder": "Phone", "kind": "delete"}, 1),
    ],
)
async def test_it_is_searched(hass: HomeAssistant, worked: Household, wanted: dict[str, str], count: int) -> None:
    assert len((await ask(hass, "history", **wanted))["entries"]) == count


async def test_it_is_searched_by_time_in_the_zone_of_the_house(hass: HomeAssistant, worked: Household) -> None:
    await hass.config.async_set_time_zone("Asia/Tokyo")
    now = dt_util.now()
    later = (now + timedelta(minutes=5)).replace(tzinfo=None).isoformat(sep=" ")
    earlier = (now - timedelta(minutes=5)).replace(tzinfo=None).isoformat(sep=" ")
    assert len((await ask(hass, "history", since=earlier, until=later))["entries"]) == 4
    assert (await ask(hass, "history", since=later))["entries"] == []
    assert (await ask(hass, "history", until=earlier))["entries"] == []


@pytest.mark.parametrize("wrong", [{"kind": "explode"}, {"limit": 0}, {"since": "yesterday"}, {"before": "first"}])
async def test_what_cannot_be_meant_is_refused(
    hass: HomeAssistant, household: Household, wrong: dict[str, object]
) -> None:
    await household.set_up()
    with pytest.raises(vol.Invalid):
        await ask(hass, "history", **wrong)


async def test_of_several_folders_all_or_one_is_told(hass: HomeAssistant, household: Household) -> None:
    names = ["tablet", "camera"]
    household.make_entry()
    for name in names:
        directory = household.photos.parent / name
        await household.syncthing.add_folder(name, name, directory)
        await household.syncthing.scan(name)
        household.add_folder(name, name, directory)
    await household.load()
    await household.sync()
    assert len((await ask(hass, "history"))["entries"]) == 3
    assert (await ask(hass, "history", folder="tablet"))["entries"] == []
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "history", entity_id=["sensor.tablet_status", "sensor.camera_status"])
    assert refused.value.translation_key == "several_folders"


async def test_it_is_written_into_a_file(hass: HomeAssistant, worked: Household, tmp_path: Path) -> None:
    target = worked.photos.parent / "history.jsonl"
    told = await ask(hass, "export_history", file=str(target), kind="upload")
    assert (told["file"], told["lines"]) == (str(target), 3)
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert {line["path"] for line in lines} == {f"IMG_{number}.jpg" for number in range(3)}
    await hass.services.async_call(DOMAIN, "export_history", {"file": str(target)}, blocking=True)
    assert len(target.read_text().splitlines()) == 4


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("phone/history.jsonl", "export_among_photos"),
        ("phone/below/history.jsonl", "export_among_photos"),
        (".immich-syncthing-vault/history.jsonl", "export_among_photos"),
        ("link/history.jsonl", "export_among_photos"),
        ("disk/originals/history.jsonl", "export_among_photos"),
        ("phone/IMG_1.jpg", "export_not_allowed"),
        ("../elsewhere.jsonl", "export_not_allowed"),
    ],
)
async def test_it_is_never_written_where_photos_lie(
    hass: HomeAssistant, worked: Household, name: str, key: str
) -> None:
    media = worked.photos.parent
    add_replica(worked)
    await hass.async_block_till_done()
    (media / "link").symlink_to(worked.photos)
    before = sorted(worked.photos.rglob("*"))
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "export_history", file=str(media / name))
    assert refused.value.translation_key == key
    assert sorted(worked.photos.rglob("*")) == before


async def test_a_file_has_to_be_named_in_full(hass: HomeAssistant, worked: Household) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "export_history", file="history.jsonl")
    assert refused.value.translation_key == "export_not_allowed"


async def test_a_directory_that_is_not_there_is_said(hass: HomeAssistant, worked: Household) -> None:
    with pytest.raises(HomeAssistantError) as failed:
        await ask(hass, "export_history", file=str(worked.photos.parent / "nowhere" / "history.jsonl"))
    assert failed.value.translation_key == "world_changed"


async def test_only_administrators_write_files(
    hass: HomeAssistant, worked: Household, hass_read_only_user: MockUser
) -> None:
    target = worked.photos.parent / "history.jsonl"
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            "export_history",
            {"file": str(target)},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert not target.exists()
