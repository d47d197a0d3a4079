"""Taking over what Home Assistant knows already: nobody looks up an address or a key twice."""

from typing import Any

import pytest
from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryDisabler, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from tests.servers.immich import ImmichStandIn

from .account_forms import begin, finish, submit
from .household import Household


def core_immich(household: Household, **changes: Any) -> MockConfigEntry:
    """Return an entry as core's integration makes it (2026.10 and 2026.11)."""
    url = URL(household.immich.url)
    data = {"host": url.host, "port": url.port, "ssl": False, "verify_ssl": True, "api_key": household.key}
    entry = MockConfigEntry(domain="immich", title="Admin", unique_id=household.immich.admin.id, data=data | changes)
    entry.add_to_hass(household.hass)
    return entry


def core_syncthing(household: Household, **changes: Any) -> MockConfigEntry:
    """Return an entry as core's integration makes it (2026.10 and 2026.11)."""
    url = household.syncthing.url
    data = {"url": url, "token": household.syncthing.api_key, "verify_ssl": True}
    entry = MockConfigEntry(domain="syncthing", title=url, data=data | changes)
    entry.add_to_hass(household.hass)
    return entry


def offered(form: ConfigFlowResult) -> dict[str, str]:
    schema = form["data_schema"]
    assert schema is not None
    [chooser] = schema.schema.values()
    return {option["value"]: option["label"] for option in chooser.config["options"]}


async def test_both_servers_are_taken_over_without_typing_anything(hass: HomeAssistant, household: Household) -> None:
    immich, syncthing = core_immich(household), core_syncthing(household)
    form = await begin(hass)
    assert form["step_id"] == "take_immich"
    assert offered(form) == {immich.entry_id: f"Admin – {household.immich.url}", "typed": "typed"}

    page = f"{household.immich.url}/user-settings?isOpen=api-keys"
    assert (form["description_placeholders"] or {})["keys_page"] == f"[{page}]({page})"

    form = await submit(hass, form, source=immich.entry_id)
    assert form["step_id"] == "take_syncthing"
    assert offered(form) == {syncthing.entry_id: household.syncthing.url, "typed": "typed"}

    done = await finish(hass, form, source=syncthing.entry_id)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "Admin @ 127.0.0.1"
    assert done["data"] == household.data


async def test_no_form_shows_a_key(hass: HomeAssistant, household: Household) -> None:
    entry = core_immich(household)
    core_syncthing(household, token="not-a-key")
    form = await begin(hass)
    shown = repr(form)
    form = await submit(hass, form, source=entry.entry_id)
    shown += repr(form)
    form = await submit(hass, form, source=next(iter(offered(form))))
    assert form["errors"] == {"base": "syncthing_wrong_key"}
    shown += repr(form)
    assert household.key not in shown
    assert household.syncthing.api_key not in shown
    assert "not-a-key" not in shown


async def test_everything_can_be_typed_instead(hass: HomeAssistant, household: Household) -> None:
    core_immich(household, host="elsewhere.invalid")
    core_syncthing(household, url="http://elsewhere.invalid")
    form = await submit(hass, await begin(hass), source="typed")
    assert form["step_id"] == "user"
    typed = {"url": household.immich.url, "api_key": household.key, "verify_ssl": True}
    form = await submit(hass, form, **typed)
    form = await submit(hass, form, source="typed")
    assert form["step_id"] == "syncthing"
    typed = {"url": household.syncthing.url, "api_key": household.syncthing.api_key, "verify_ssl": True}
    done = await finish(hass, form, **typed)
    assert done["data"] == household.data


async def test_a_key_that_allows_too_little_is_put_right_in_immich(hass: HomeAssistant, household: Household) -> None:
    """The form names what is missing and links to where it is added; then the same choice works."""
    household.allow("asset.read", "user.read")
    entry = core_immich(household)
    form = await submit(hass, await begin(hass), source=entry.entry_id)
    assert (form["step_id"], form["errors"]) == ("take_immich", {"base": "immich_missing_permission"})
    about = form["description_placeholders"]
    assert about is not None
    assert about["permission"] == "asset.upload, asset.delete, asset.download, asset.statistics"
    assert f"({household.immich.url}/user-settings?isOpen=api-keys)" in about["keys_page"]

    household.allow("all")
    form = await submit(hass, form, source=entry.entry_id)
    assert form["step_id"] == "syncthing"


@pytest.mark.parametrize("disabled_by", [None, ConfigEntryDisabler.USER])
async def test_an_entry_that_is_not_loaded_or_disabled_serves_as_well(
    hass: HomeAssistant, household: Household, disabled_by: ConfigEntryDisabler | None
) -> None:
    entry = core_immich(household)
    await hass.config_entries.async_set_disabled_by(entry.entry_id, disabled_by)
    form = await submit(hass, await begin(hass), source=entry.entry_id)
    assert form["step_id"] == "syncthing"


@pytest.mark.parametrize(
    "changes",
    [{"api_key": None}, {"host": ""}, {"host": "a b"}, {"port": "2283"}],
)
async def test_an_entry_that_is_not_understood_is_not_offered(
    hass: HomeAssistant, household: Household, changes: dict[str, Any]
) -> None:
    core_immich(household, **changes)
    assert (await begin(hass))["step_id"] == "user"


async def test_an_entry_that_somebody_ignored_is_not_offered(hass: HomeAssistant, household: Household) -> None:
    MockConfigEntry(domain="immich", source=SOURCE_IGNORE, data={}).add_to_hass(hass)
    assert (await begin(hass))["step_id"] == "user"


async def test_an_account_that_is_set_up_is_not_offered_again(hass: HomeAssistant, household: Household) -> None:
    household.make_entry()
    core_immich(household)
    assert (await begin(hass))["step_id"] == "user"


async def test_each_of_several_accounts_is_offered(hass: HomeAssistant, household: Household) -> None:
    first = core_immich(household)
    async with ImmichStandIn() as second:
        other = MockConfigEntry(
            domain="immich",
            title="Second",
            unique_id=second.admin.id,
            data={"host": "127.0.0.1", "port": URL(second.url).port, "ssl": False, "api_key": second.key},
        )
        other.add_to_hass(hass)
        form = await begin(hass)
        assert offered(form).keys() == {first.entry_id, other.entry_id, "typed"}
        form = await submit(hass, form, source=other.entry_id)
        done = await finish(
            hass, form, url=household.syncthing.url, api_key=household.syncthing.api_key, verify_ssl=True
        )
        assert done["data"]["immich_url"] == f"{second.url}/api"
        assert done["data"]["immich_verify_ssl"] is True


async def test_a_second_account_takes_the_syncthing_of_the_first(hass: HomeAssistant, household: Household) -> None:
    first = household.make_entry()
    core_syncthing(household)
    form = await begin(hass)
    async with ImmichStandIn() as second:
        form = await submit(hass, form, url=second.url, api_key=second.key, verify_ssl=True)
        assert form["step_id"] == "take_syncthing"
        assert offered(form) == {first.entry_id: f"{first.title} – {household.syncthing.url}", "typed": "typed"}
        done = await finish(hass, form, source=first.entry_id)
        assert done["data"]["syncthing_api_key"] == household.syncthing.api_key


async def test_an_entry_that_goes_while_it_is_offered(hass: HomeAssistant, household: Household) -> None:
    entry = core_immich(household)
    form = await begin(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    form = await submit(hass, form, source=entry.entry_id)
    assert form["step_id"] == "user"
