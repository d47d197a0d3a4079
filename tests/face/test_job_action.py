"""Immich does its background work when an action says so: for photos, or for all if its administrator's key allows."""

from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.immich_syncthing.immich.errors import UnexpectedAnswerError
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from custom_components.immich_syncthing.job_action import JOBS

from .household import Household
from .photo_calls import NOBODY, ask, do, in_immich


@pytest.fixture
async def ids(household: Household) -> list[str]:
    """Return the ids of two photos, of which Immich has read the first, beside an account without folders."""
    await household.set_up(folders=False)
    [read] = await in_immich(household, 1)
    immich = household.immich
    immich.jobs.pause("metadataExtraction")
    unread = immich.browser.upload(b"not read yet" * 50, "late.jpg")
    immich.jobs.empty("metadataExtraction")
    immich.jobs.resume("metadataExtraction")
    await immich.settle()
    return [read, unread]


def waiting(household: Household) -> list[str]:
    return [job.subject for job in household.immich.world.tables.jobs if job.queue == "metadataExtraction"]


async def test_what_is_missing_is_done(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    household.immich.jobs.delays["metadataExtraction"] = 60.0
    told = await ask(hass, "run_job", job="metadata")
    assert told == {
        "account": "Admin @ 127.0.0.1",
        "config_entry_id": told["config_entry_id"],
        "job": "metadata",
        "started": True,
    }
    assert waiting(household) == [ids[1]]


async def test_everything_is_done_anew(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    household.immich.jobs.delays["metadataExtraction"] = 60.0
    await do(hass, "run_job", job="metadata", everything=True)
    assert sorted(waiting(household)) == sorted(ids)


async def test_some_photos_are_done(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    household.immich.jobs.delays["metadataExtraction"] = 60.0
    assert (await ask(hass, "run_job", job="metadata", asset_ids=[ids[0], ids[0]]))["started"]
    assert waiting(household) == [ids[0]]
    for unknown in (NOBODY, "no-id"):
        with pytest.raises(HomeAssistantError) as failed:
            await do(hass, "run_job", job="metadata", asset_ids=[ids[1], unknown])
        assert failed.value.translation_key == "immich_not_found"
    assert waiting(household) == [ids[0]]


@pytest.mark.parametrize("job", sorted(JOBS))
async def test_immich_knows_all_of_them(hass: HomeAssistant, household: Household, ids: list[str], job: str) -> None:
    assert (await ask(hass, "run_job", job=job))["started"]


async def test_what_runs_already_goes_on(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    household.immich.jobs.active["videoConversion"] = 1
    assert (await ask(hass, "run_job", job="videos"))["started"] is False


async def test_what_immich_refuses_is_said(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    household.immich.faults.add("login_page", "/jobs/")
    with pytest.raises(HomeAssistantError) as failed:
        await do(hass, "run_job", job="videos")
    assert failed.value.translation_key == UnexpectedAnswerError.code


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ({"job": "people", "everything": True}, "job_not_for_all"),
        ({"job": "metadata", "everything": True, "asset_ids": NOBODY}, "job_not_for_all"),
        ({"job": "libraries", "asset_ids": NOBODY}, "job_not_for_photos"),
    ],
)
async def test_what_cannot_be_done_like_that_is_refused(
    hass: HomeAssistant, household: Household, ids: list[str], wanted: dict[str, Any], key: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await do(hass, "run_job", **wanted)
    assert refused.value.translation_key == key


@pytest.mark.parametrize("wrong", [{}, {"job": "migration"}, {"job": "text", "asset_ids": []}, {"job": ["text"]}])
async def test_nonsense_is_refused(
    hass: HomeAssistant, household: Household, ids: list[str], wrong: dict[str, Any]
) -> None:
    with pytest.raises(vol.Invalid):
        await do(hass, "run_job", **wrong)


async def test_only_administrators_run_it_for_all(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    household.immich.admin.is_admin = False
    with pytest.raises(ServiceValidationError) as refused:
        await do(hass, "run_job", job="metadata")
    assert refused.value.translation_key == "job_of_admins"
    assert (await ask(hass, "run_job", job="metadata", asset_ids=ids))["started"]


async def test_a_key_that_may_not_starts_nothing(hass: HomeAssistant, household: Household, ids: list[str]) -> None:
    household.allow(*REQUIRED)
    with pytest.raises(HomeAssistantError) as failed:
        await do(hass, "run_job", job="metadata")
    assert (failed.value.translation_placeholders or {})["permission"] == "job.create"
