"""Setting up an account: what a person types, what goes wrong, and how it is put right."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.servers.immich import ImmichStandIn
from tests.servers.syncthing import NOBODY

from .account_forms import begin, finish, immich_form, submit, syncthing_form
from .household import Household
from .proxy import Proxy

ENDS_OF_TLS = pytest.mark.parametrize("expected_lingering_timers", [True])
"""asyncio itself keeps a timer for each TLS connection that is just being shut down."""


async def test_two_forms_make_an_account_and_lead_to_the_first_folder(
    hass: HomeAssistant, household: Household
) -> None:
    form = await begin(hass)
    assert form["step_id"] == "user"

    form = await submit(hass, form, **immich_form(household))
    assert form["step_id"] == "syncthing"

    done = await finish(hass, form, **syncthing_form(household))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "Admin @ 127.0.0.1"
    assert done["data"] == household.data
    entry = done["result"]
    assert entry.unique_id == household.immich.admin.id
    assert entry.state is ConfigEntryState.LOADED

    kind, flow_id = done["next_flow"]
    assert kind == "config_subentries_flow"
    next_form = hass.config_entries.subentries.async_get(flow_id)
    assert next_form["step_id"] == "user"


async def test_no_folder_is_offered_where_syncthing_has_none(hass: HomeAssistant, household: Household) -> None:
    await household.syncthing.call("DELETE", "config/folders/photos")
    form = await submit(hass, await begin(hass), **immich_form(household))
    done = await finish(hass, form, **syncthing_form(household))
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert "next_flow" not in done


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"url": "ftp://127.0.0.1"}, "url", "immich_invalid_url"),
        ({"url": NOBODY}, "url", "immich_cannot_connect"),
        ({"api_key": "not-a-key"}, "api_key", "immich_wrong_key"),
    ],
)
async def test_what_is_wrong_with_immich_is_said_and_can_be_put_right(
    hass: HomeAssistant, household: Household, typed: dict[str, Any], field: str, error: str
) -> None:
    form = await submit(hass, await begin(hass), **immich_form(household, **typed))
    assert (form["step_id"], form["errors"]) == ("user", {field: error})

    form = await submit(hass, form, **immich_form(household))
    assert form["step_id"] == "syncthing"
    assert form["errors"] == {}


async def test_every_missing_permission_is_named(hass: HomeAssistant, household: Household) -> None:
    weak = household.immich.make_key("asset.read", "asset.upload", "user.read")
    form = await submit(hass, await begin(hass), **immich_form(household, api_key=weak))
    assert form["errors"] == {"api_key": "immich_missing_permission"}
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert placeholders["permission"] == "asset.delete, asset.download, asset.statistics"

    just_enough = household.immich.make_key(*REQUIRED)
    form = await submit(hass, form, **immich_form(household, api_key=just_enough))
    assert (form["step_id"], form["errors"]) == ("permissions", {})


async def test_what_only_some_settings_need_is_named_and_may_be_missing(
    hass: HomeAssistant, household: Household
) -> None:
    key = household.immich.make_key(*REQUIRED, "asset.copy", "asset.update", "tag.create", "tag.asset", "stack.create")
    form = await submit(hass, await begin(hass), **immich_form(household, api_key=key))
    assert form["step_id"] == "permissions"
    about = form["description_placeholders"]
    assert about is not None
    assert "`album.read`" in about["lacking"]
    assert "`asset.copy`" not in about["lacking"]
    page = f"{household.immich.url}/user-settings?isOpen=api-keys"
    assert about["keys_page"] == f"[{page}]({page})"

    form = await submit(hass, form)
    assert form["step_id"] == "syncthing"
    done = await finish(hass, form, **syncthing_form(household))
    assert done["data"]["immich_api_key"] == key


async def test_another_server_is_not_taken_for_immich(hass: HomeAssistant, household: Household) -> None:
    form = await submit(hass, await begin(hass), **immich_form(household, url=household.syncthing.url))
    assert form["errors"] == {"url": "immich_unexpected_answer"}

    form = await submit(hass, form, **immich_form(household))
    assert form["step_id"] == "syncthing"


async def test_maintenance_mode_is_told_from_a_wrong_address(hass: HomeAssistant, household: Household) -> None:
    household.immich.faults.maintenance = True
    form = await submit(hass, await begin(hass), **immich_form(household))
    assert form["errors"] == {"url": "immich_maintenance"}

    household.immich.faults.clear()
    form = await submit(hass, form, **immich_form(household))
    assert form["step_id"] == "syncthing"


async def test_an_immich_that_stumbles_is_said_to_stumble(hass: HomeAssistant, household: Household) -> None:
    household.immich.faults.database_down = True
    form = await submit(hass, await begin(hass), **immich_form(household))
    assert form["errors"] == {"url": "immich_server_error"}

    household.immich.faults.clear()
    form = await submit(hass, form, **immich_form(household))
    assert form["step_id"] == "syncthing"


@ENDS_OF_TLS
async def test_a_self_signed_certificate_is_explained_and_can_be_accepted(
    hass: HomeAssistant, household: Household, encrypted_immich: ImmichStandIn
) -> None:
    typed = {"url": encrypted_immich.url, "api_key": encrypted_immich.key}
    form = await submit(hass, await begin(hass), **immich_form(household, **typed))
    assert form["errors"] == {"verify_ssl": "immich_certificate"}

    form = await submit(hass, form, **immich_form(household, **typed, verify_ssl=False))
    assert form["step_id"] == "syncthing"


async def test_a_proxy_with_a_sub_path_is_fine(hass: HomeAssistant, household: Household) -> None:
    async with ImmichStandIn(prefix="/photos") as behind:
        typed = {"url": f"{behind.url}/", "api_key": behind.key}
        form = await submit(hass, await begin(hass), **immich_form(household, **typed))
        done = await finish(hass, form, **syncthing_form(household))
        assert done["data"]["immich_url"] == f"{behind.url}/api"


async def test_the_same_account_is_not_set_up_twice(hass: HomeAssistant, household: Household) -> None:
    household.make_entry()
    done = await submit(hass, await begin(hass), **immich_form(household))
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "already_configured")


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"url": "http://"}, "url", "syncthing_invalid_url"),
        ({"url": NOBODY}, "url", "syncthing_cannot_connect"),
        ({"api_key": "not-a-key"}, "api_key", "syncthing_wrong_key"),
    ],
)
async def test_what_is_wrong_with_syncthing_is_said_and_can_be_put_right(
    hass: HomeAssistant, household: Household, typed: dict[str, Any], field: str, error: str
) -> None:
    form = await submit(hass, await begin(hass), **immich_form(household))
    form = await submit(hass, form, **syncthing_form(household, **typed))
    assert (form["step_id"], form["errors"]) == ("syncthing", {field: error})

    done = await finish(hass, form, **syncthing_form(household))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_another_server_is_not_taken_for_syncthing(hass: HomeAssistant, household: Household) -> None:
    form = await submit(hass, await begin(hass), **immich_form(household))
    form = await submit(hass, form, **syncthing_form(household, url=household.immich.url))
    assert form["errors"] == {"url": "syncthing_unexpected_answer"}

    done = await finish(hass, form, **syncthing_form(household))
    assert done["type"] is FlowResultType.CREATE_ENTRY


@ENDS_OF_TLS
async def test_syncthings_own_certificate_is_explained_and_can_be_accepted(
    hass: HomeAssistant, household: Household
) -> None:
    encrypted = household.syncthing.url.replace("http://", "https://")
    form = await submit(hass, await begin(hass), **immich_form(household))
    form = await submit(hass, form, **syncthing_form(household, url=encrypted))
    assert form["errors"] == {"verify_ssl": "syncthing_certificate"}

    done = await finish(hass, form, **syncthing_form(household, url=encrypted, verify_ssl=False))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_host_name_that_syncthing_refuses_is_explained(hass: HomeAssistant, household: Household) -> None:
    form = await submit(hass, await begin(hass), **immich_form(household))
    async with Proxy(household.syncthing.url, host="syncthing:8384") as proxy:
        form = await submit(hass, form, **syncthing_form(household, url=proxy.url))
    assert form["errors"] == {"url": "syncthing_host_check"}

    done = await finish(hass, form, **syncthing_form(household))
    assert done["type"] is FlowResultType.CREATE_ENTRY


# --- a key is refused --------------------------------------------------------------------------------------------


async def test_a_revoked_immich_key_is_asked_for_again(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    revoke(household.immich)
    form = await entry.start_reauth_flow(hass)
    assert form["step_id"] == "reauth_immich"

    form = await submit(hass, form, api_key="still-wrong")
    assert form["errors"] == {"api_key": "immich_wrong_key"}

    new = household.immich.make_key()
    done = await submit(hass, form, api_key=new)
    assert done["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.data["immich_api_key"] == new
    assert entry.state is ConfigEntryState.LOADED


async def test_a_permission_added_to_the_same_key_is_enough(hass: HomeAssistant, household: Household) -> None:
    entry = household.make_entry()
    key = next(iter(household.immich.world.tables.keys.values()))
    everything = key.permissions
    key.permissions = ["asset.read", "user.read"]
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    [form] = hass.config_entries.flow.async_progress()
    assert form["step_id"] == "reauth_immich"

    key.permissions = everything
    done = await submit(hass, form, api_key=household.immich.key)
    assert done["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED


async def test_the_key_of_another_user_is_refused(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    revoke(household.immich)
    stranger = household.immich.make_key(user=household.immich.world.add_user("Stranger"))
    form = await entry.start_reauth_flow(hass)
    done = await submit(hass, form, api_key=stranger)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "other_account")
    assert entry.data["immich_api_key"] != stranger


async def test_an_account_that_answers_as_another_user_is_asked_for_its_key(
    hass: HomeAssistant, household: Household
) -> None:
    entry = household.make_entry()
    stranger = household.immich.make_key(user=household.immich.world.add_user("Stranger"))
    hass.config_entries.async_update_entry(entry, data=household.data | {"immich_api_key": stranger})
    form = await entry.start_reauth_flow(hass)
    assert form["step_id"] == "reauth_immich"
    done = await submit(hass, form, api_key=household.immich.key)
    assert done["reason"] == "reauth_successful"


async def test_a_form_that_was_open_for_long_changes_nothing_but_its_server(
    hass: HomeAssistant, household: Household
) -> None:
    entry = household.make_entry()
    menu = await entry.start_reconfigure_flow(hass)
    form = await submit(hass, menu, next_step_id="reconfigure_immich")
    await household.load()
    vault = entry.data["vault_path"]
    await submit(hass, form, url=household.immich.url, api_key=household.immich.make_key(), verify_ssl=True)
    assert entry.data["vault_path"] == vault


async def test_a_changed_syncthing_key_is_asked_for_again(hass: HomeAssistant, household: Household) -> None:
    entry = household.make_entry()
    right = household.syncthing.api_key
    hass.config_entries.async_update_entry(entry, data={**entry.data, "syncthing_api_key": "old"})
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    [form] = hass.config_entries.flow.async_progress()
    assert form["step_id"] == "reauth_syncthing"

    form = await submit(hass, form, api_key="also-old")
    assert form["errors"] == {"api_key": "syncthing_wrong_key"}

    done = await submit(hass, form, api_key=right)
    assert done["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("choice", ["reauth_immich", "reauth_syncthing"])
async def test_where_nobody_tells_which_key_is_refused_the_person_chooses(
    hass: HomeAssistant, household: Household, choice: str
) -> None:
    entry = household.make_entry()
    unreachable = NOBODY
    elsewhere = {"immich_url": f"{unreachable}/api", "syncthing_url": unreachable}
    hass.config_entries.async_update_entry(entry, data={**entry.data, **elsewhere})
    menu = await entry.start_reauth_flow(hass)
    assert menu["type"] is FlowResultType.MENU

    form = await submit(hass, menu, next_step_id=choice)
    assert form["step_id"] == choice
    form = await submit(hass, form, api_key="any")
    assert form["errors"] == {"base": f"{choice.removeprefix('reauth_')}_cannot_connect"}


# --- a server has moved ------------------------------------------------------------------------------------------


async def test_immich_can_move_and_keep_its_key(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    menu = await entry.start_reconfigure_flow(hass)
    form = await submit(hass, menu, next_step_id="reconfigure_immich")
    assert form["step_id"] == "reconfigure_immich"
    assert "api_key" not in suggestions(form)
    assert suggestions(form)["url"] == f"{household.immich.url}/api"

    form = await submit(hass, form, url=NOBODY, verify_ssl=True)
    assert form["errors"] == {"url": "immich_cannot_connect"}

    async with Proxy(household.immich.url) as moved:
        done = await submit(hass, form, url=moved.url, verify_ssl=True)
        assert done["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        assert entry.data["immich_url"] == f"{moved.url}/api"
        assert entry.data["immich_api_key"] == household.immich.key
        assert entry.state is ConfigEntryState.LOADED
        await hass.config_entries.async_unload(entry.entry_id)


async def test_an_account_does_not_become_another_one(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    stranger = household.immich.make_key(user=household.immich.world.add_user("Stranger"))
    menu = await entry.start_reconfigure_flow(hass)
    form = await submit(hass, menu, next_step_id="reconfigure_immich")
    done = await submit(hass, form, **immich_form(household, api_key=stranger))
    assert done["reason"] == "other_account"
    assert entry.data["immich_api_key"] == household.immich.key


async def test_syncthing_can_move(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    menu = await entry.start_reconfigure_flow(hass)
    form = await submit(hass, menu, next_step_id="reconfigure_syncthing")
    form = await submit(hass, form, url=household.immich.url, verify_ssl=True)
    assert form["errors"] == {"url": "syncthing_unexpected_answer"}

    async with Proxy(household.syncthing.url) as moved:
        done = await submit(hass, form, url=moved.url, verify_ssl=True)
        assert done["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        assert entry.data["syncthing_url"] == moved.url
        assert entry.state is ConfigEntryState.LOADED
        await hass.config_entries.async_unload(entry.entry_id)


def revoke(immich: ImmichStandIn) -> None:
    immich.world.tables.keys.clear()


def suggestions(form: ConfigFlowResult) -> dict[str, Any]:
    schema = form["data_schema"]
    assert schema is not None
    return {
        str(key): key.description["suggested_value"]
        for key in schema.schema
        if key.description and "suggested_value" in key.description
    }
