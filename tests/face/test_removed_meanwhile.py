"""A form is open, and the account or the folder that it is about is removed: it ends in words, at whatever step."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing import folder_flow
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.folder_proof import async_prove_folder
from tests.servers.immich import FaultKind

from . import folder_forms as forms
from .household import FOLDER, Household
from .repairing import opened, shown, submitted

MIRROR = {"preset": "mirror"}

type Step = Callable[[HomeAssistant, Household], Awaitable[SubentryFlowResult]]


async def remove_account(hass: HomeAssistant, household: Household) -> None:
    assert household.entry is not None
    await hass.config_entries.async_remove(household.entry.entry_id)
    await hass.async_block_till_done()


async def remove_folder(hass: HomeAssistant, household: Household) -> None:
    assert household.entry is not None
    hass.config_entries.async_remove_subentry(household.entry, FOLDER)
    await hass.async_block_till_done()


def left_behind() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(DOMAIN)]


def told(household: Household, **more: str) -> dict[str, str]:
    """Return what is typed into the form of a folder."""
    return {"path": str(household.photos), **MIRROR, **more}


# --- a new folder --------------------------------------------------------------------------------------------------


async def choice(hass: HomeAssistant, household: Household) -> SubentryFlowResult:
    return await forms.begin(hass, await household.set_up(folders=False))


async def warning(hass: HomeAssistant, household: Household) -> SubentryFlowResult:
    await household.syncthing.change_folder("photos", ignoreDelete=True)
    return await forms.submit(hass, await choice(hass, household), folder_id="photos")


async def location(hass: HomeAssistant, household: Household) -> SubentryFlowResult:
    return await forms.at_location(hass, household)


async def permissions(hass: HomeAssistant, household: Household) -> SubentryFlowResult:
    form = await location(hass, household)
    household.allow("asset.read", "asset.upload", "user.read")
    return await forms.submit(hass, form, **told(household))


async def preview(hass: HomeAssistant, household: Household) -> SubentryFlowResult:
    return await forms.preview(hass, await location(hass, household), **told(household))


async def no_preview(hass: HomeAssistant, household: Household) -> SubentryFlowResult:
    form = await location(hass, household)
    household.immich.faults.database_down = True
    return await forms.preview(hass, form, **told(household))


@pytest.mark.parametrize(
    ("step", "step_id", "typed"),
    [
        (choice, "user", {"folder_id": "photos"}),
        (warning, "ignore_delete", {}),
        (location, "location", None),
        (permissions, "permissions", {}),
        (preview, "preview", {"next_step_id": "finish"}),
        (no_preview, "no_preview", {"next_step_id": "finish"}),
        (no_preview, "no_preview", {"next_step_id": "look"}),
    ],
)
async def test_a_folder_is_not_added_to_an_account_that_was_removed(
    hass: HomeAssistant, household: Household, step: Step, step_id: str, typed: dict[str, str] | None
) -> None:
    form = await step(hass, household)
    assert form["step_id"] == step_id
    await remove_account(hass, household)
    end = await forms.submit(hass, form, **(told(household) if typed is None else typed))
    if end["type"] is FlowResultType.SHOW_PROGRESS:
        end = await forms.looked(hass, end)
    assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "removed")
    assert left_behind() == []


async def test_an_account_that_is_removed_during_the_first_preview_gets_no_folder(
    hass: HomeAssistant, household: Household
) -> None:
    form = await location(hass, household)
    rule = household.immich.faults.add(FaultKind.LATENCY, path="/api/assets/bulk-upload-check", seconds=1.0)
    looking = await forms.submit(hass, form, **told(household))
    await household.becomes(lambda: rule.hits > 0)
    await remove_account(hass, household)
    menu = await forms.looked(hass, looking)
    end = await forms.choose(hass, menu, "finish")
    assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "removed")
    assert left_behind() == []


async def test_an_account_that_is_removed_while_a_folder_is_proven_gets_no_folder(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu = await preview(hass, household)

    async def prove(*args: Any, **kwargs: Any) -> str:
        path = await async_prove_folder(*args, **kwargs)
        await remove_account(hass, household)
        return path

    monkeypatch.setattr(folder_flow, "async_prove_folder", prove)
    end = await forms.choose(hass, menu, "finish")
    assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "removed")


# --- a change of a folder ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("remove", [remove_account, remove_folder])
@pytest.mark.parametrize("step_id", ["settings", "permissions"])
async def test_a_folder_that_was_removed_is_not_changed(
    hass: HomeAssistant,
    household: Household,
    remove: Callable[[HomeAssistant, Household], Awaitable[None]],
    step_id: str,
) -> None:
    entry = await household.set_up(preset="backup")
    form = await forms.change(hass, entry)
    if step_id == "permissions":
        household.allow("asset.read", "asset.upload", "user.read")
        form = await forms.submit(hass, form, **told(household))
    assert form["step_id"] == step_id
    await remove(hass, household)
    end = await forms.submit(hass, form, **({} if step_id == "permissions" else told(household)))
    assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "removed")
    assert left_behind() == [] or remove is remove_folder


@pytest.mark.parametrize("remove", [remove_account, remove_folder])
@pytest.mark.parametrize("next_step", ["add_rule", "change_rule", "try_rules", "save_rules"])
async def test_rules_of_a_folder_that_was_removed_are_not_changed(
    hass: HomeAssistant,
    household: Household,
    remove: Callable[[HomeAssistant, Household], Awaitable[None]],
    next_step: str,
) -> None:
    entry = await household.set_up(preset="backup", sorting_rules=[{"id": "one", "favorite": True}])
    menu = await forms.change(hass, entry, "rules")
    await remove(hass, household)
    end = await forms.choose(hass, menu, next_step)
    assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "removed")


# --- the account itself --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("server", [None, "immich", "syncthing"])
async def test_an_account_that_was_removed_is_not_changed(
    hass: HomeAssistant, household: Household, server: str | None
) -> None:
    entry = await household.set_up()
    form = await entry.start_reconfigure_flow(hass)
    typed: dict[str, Any] = {"next_step_id": "reconfigure_immich"}
    if server is not None:
        form = await hass.config_entries.flow.async_configure(
            form["flow_id"], {"next_step_id": f"reconfigure_{server}"}
        )
        typed = {part: household.data[f"{server}_{part}"] for part in ("url", "api_key", "verify_ssl")}
    await remove_account(hass, household)
    end = await hass.config_entries.flow.async_configure(form["flow_id"], typed)
    if server is None:
        end = await hass.config_entries.flow.async_configure(
            form["flow_id"], {part: household.data[f"immich_{part}"] for part in ("url", "api_key", "verify_ssl")}
        )
    assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "removed")
    assert hass.config_entries.async_entries(DOMAIN) == []


@pytest.mark.parametrize("step", ["settings", "reading", "webhook"])
async def test_a_menu_of_an_account_that_was_removed_leads_nowhere(
    hass: HomeAssistant, household: Household, step: str
) -> None:
    entry = await household.set_up()
    menu = await entry.start_reconfigure_flow(hass)
    await remove_account(hass, household)
    end = await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": step})
    assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "removed")


CHANGES: dict[str, dict[str, Any]] = {
    "settings": {"database_backups": {}},
    "reading": {"hashing": "fast"},
    "earlier_vaults": {"earlier_vaults": []},
}


@pytest.mark.parametrize("step", [*CHANGES, "vault_beside"])
async def test_an_open_form_of_the_settings_changes_nothing_once_the_account_was_removed(
    hass: HomeAssistant, household: Household, step: str
) -> None:
    entry = await household.set_up()
    earlier = {"kind": "s3", "endpoint": "http://127.0.0.1:1", "bucket": "photos"}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "earlier_vaults": [earlier]})
    await hass.async_block_till_done()
    form = await entry.start_reconfigure_flow(hass)
    if step == "vault_beside":
        form = await hass.config_entries.flow.async_configure(form["flow_id"], {"next_step_id": "store"})
    typed: dict[str, Any] = {"next_step_id": step}
    if step != "vault_beside":
        form = await hass.config_entries.flow.async_configure(form["flow_id"], typed)
        typed = CHANGES[step]
    before = dict(entry.data)
    await remove_account(hass, household)

    end = await hass.config_entries.flow.async_configure(form["flow_id"], typed)

    assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "removed")
    assert dict(entry.data) == before
    assert hass.config_entries.async_entries(DOMAIN) == []


@pytest.mark.parametrize("server", ["immich", "syncthing"])
async def test_nobody_is_asked_for_the_key_of_an_account_that_was_removed(
    hass: HomeAssistant, household: Household, server: str
) -> None:
    entry = await household.set_up()
    form = await entry.start_reauth_flow(hass)
    form = await hass.config_entries.flow.async_configure(form["flow_id"], {"next_step_id": f"reauth_{server}"})
    assert form["step_id"] == f"reauth_{server}"
    await remove_account(hass, household)
    assert hass.config_entries.flow.async_progress() == []
    with pytest.raises(UnknownFlow):
        await hass.config_entries.flow.async_configure(form["flow_id"], {"api_key": "any"})


async def test_a_key_that_is_tried_when_its_account_is_removed_is_not_kept(
    hass: HomeAssistant, household: Household
) -> None:
    entry = await household.set_up()
    form = await entry.start_reauth_flow(hass)
    form = await hass.config_entries.flow.async_configure(form["flow_id"], {"next_step_id": "reauth_immich"})
    rule = household.immich.faults.add(FaultKind.LATENCY, path="/api/users/me", seconds=1.0)
    trying = asyncio.create_task(hass.config_entries.flow.async_configure(form["flow_id"], {"api_key": household.key}))
    await household.becomes(lambda: rule.hits > 0)
    await remove_account(hass, household)
    async with asyncio.timeout(20):
        # Whichever of the two comes first: Home Assistant ends the form itself.
        with suppress(UnknownFlow):
            end = await trying
            assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "removed")
    assert hass.config_entries.async_entries(DOMAIN) == []


async def test_a_new_account_is_set_up_whatever_becomes_of_another(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    form = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    await remove_account(hass, household)
    typed = {part: household.data[f"immich_{part}"] for part in ("url", "api_key", "verify_ssl")}
    form = await hass.config_entries.flow.async_configure(form["flow_id"], typed)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "syncthing")


# --- a folder that works -------------------------------------------------------------------------------------------


async def test_a_folder_that_is_removed_while_it_uploads_leaves_both_sides_as_they_are(
    hass: HomeAssistant, household: Household
) -> None:
    rule = household.immich.faults.add(FaultKind.HANG, path="/api/assets$", method="POST")
    entry = await household.set_up()
    await household.becomes(lambda: rule.hits > 0)
    await remove_folder(hass, household)
    assert entry.state is ConfigEntryState.LOADED
    assert household.runtime.folders == {}
    assert len(list(household.photos.glob("*.jpg"))) == 3
    assert [state.entity_id for state in hass.states.async_all() if ".phone_" in state.entity_id] == []
    household.immich.faults.clear()
    household.add_folder("photos", "Phone", household.photos, subentry_id=FOLDER)
    await hass.async_block_till_done()
    await household.sync()
    assert len(household.immich.browser.assets(trashed=False)) == 3


async def test_the_question_of_a_folder_that_was_removed_ends_in_words(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    await household.set_up(preset="mirror")
    await household.sync()
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()
    client = await hass_client()
    step = await opened(client, shown(hass)["hold_many_assets"])
    await remove_folder(hass, household)
    end = await submitted(client, step, next_step_id="approve")
    assert (end["type"], end["reason"]) == ("abort", "unknown_hold")
    assert shown(hass) == {}
    assert len(household.immich.browser.assets(trashed=False)) == 3
