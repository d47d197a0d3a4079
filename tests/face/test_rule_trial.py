"""Rules are tried on the real photos of a folder, before they are saved."""

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.ledger import Ledger

from .folder_forms import choose, submit
from .household import FOLDER, Household
from .rule_forms import EITHER, FIELD, GIVEN, NO_EFFECT, add_rule, listed, rule, rules_menu, save, tried


@pytest.fixture
async def sites(household: Household) -> Household:
    """Return a household with photos of building sites."""
    for path in ("North/Roof/20240501_Ada_1.jpg", "South/Cellar/20240502_Bob_2.jpg"):
        household.take_photo(path)
    await household.syncthing.scan("photos")
    await household.set_up()
    await household.sync()
    return household


async def test_rules_are_tried_on_real_photos_before_they_are_saved(hass: HomeAssistant, sites: Household) -> None:
    assert sites.entry is not None
    menu = await add_rule(hass, await rules_menu(hass, sites.entry), FIELD, GIVEN)
    menu = await choose(hass, menu, "try_rules")
    assert (menu["type"], menu["menu_options"]) == (FlowResultType.MENU, ["rules", "save_rules"])
    lines = tried(menu)
    assert set(lines[:2]) == {
        "- `North/Roof/20240501_Ada_1.jpg` → album `Site North`, tags `Sites/North/Roof`, `Installers/Ada`",
        "- `South/Cellar/20240502_Bob_2.jpg` → album `Site South`, tags `Sites/South/Cellar`, `Installers/Bob`",
    }
    assert sorted(lines[2:]) == [f"- `IMG_{number}.jpg` → nothing" for number in range(3)]
    assert not sites.runtime.folders[FOLDER].engine.settings.sorting

    menu = await choose(hass, menu, "rules")
    assert len(listed(menu)) == 1
    assert (await save(hass, await choose(hass, menu, "try_rules")))["reason"] == "reconfigure_successful"


async def test_the_stacks_that_there_would_be_are_shown(hass: HomeAssistant, household: Household) -> None:
    for path in ("A/1.jpg", "A/1.dng", *(f"B/S_BURST00{number}.jpg" for number in range(1, 7))):
        household.take_photo(path)
    await household.syncthing.scan("photos")
    await household.set_up()
    await household.sync()
    assert household.entry is not None
    menu = await add_rule(hass, await rules_menu(hass, household.entry), {}, {"stack": ["raw", "bursts"]})
    lines = tried(await choose(hass, menu, "try_rules"))
    assert set(lines[:8]) == {
        *(f"- `A/1.{kind}` → in one stack, the first on top: `1.jpg`, `1.dng`" for kind in ("jpg", "dng")),
        *(
            f"- `B/S_BURST00{number}.jpg` → in one stack, the first on top:"
            " `S_BURST001.jpg`, `S_BURST002.jpg`, `S_BURST003.jpg`, `S_BURST004.jpg`, …"
            for number in range(1, 7)
        ),
    }
    assert sorted(lines[8:]) == [f"- `IMG_{number}.jpg` → nothing" for number in range(3)]

    menu = await choose(hass, menu, "rules")
    menu = await add_rule(hass, menu, {"path": "A/*"}, {"favorite": True})
    lines = tried(await choose(hass, menu, "try_rules"))
    assert "- `A/1.jpg` → favourite, in one stack, the first on top: `1.jpg`, `1.dng`" in lines


async def test_the_form_shows_the_parts_of_real_photos(hass: HomeAssistant, sites: Household) -> None:
    assert sites.entry is not None
    form = await choose(hass, await rules_menu(hass, sites.entry), "add_rule")
    form = await submit(hass, form, **EITHER, regex="(?P<site>North)/(.*?)/.*")
    about = form["description_placeholders"] or {}
    assert about["places"] == ("`{1}`, `{2}`, `{site}`, `{folder}`, `{parent}`, `{name}`, `{year}`, `{month}`, `{day}`")
    assert about["examples"] == (
        "- `North/Roof/20240501_Ada_1.jpg`: `{1}` = `North`, `{2}` = `Roof`, `{site}` = `North`"
    )


async def test_a_rule_for_all_photos_has_no_parts(hass: HomeAssistant, sites: Household) -> None:
    assert sites.entry is not None
    form = await submit(hass, await choose(hass, await rules_menu(hass, sites.entry), "add_rule"), **EITHER)
    about = form["description_placeholders"] or {}
    assert about["places"].startswith("`{folder}`, ")
    assert len(about["examples"].splitlines()) == 3
    assert "=" not in about["examples"]


async def test_rules_of_an_account_that_does_not_work_are_made_all_the_same(
    hass: HomeAssistant, household: Household
) -> None:
    entry = household.make_entry()
    menu = await add_rule(hass, await rules_menu(hass, entry), FIELD, GIVEN)
    menu = await choose(hass, menu, "try_rules")
    assert tried(menu) == ["The account does not work right now, so nobody can tell. Save, or come back once it does."]
    await save(hass, menu)
    assert len(entry.subentries[FOLDER].data["sorting_rules"]) == 1
    assert entry.state is ConfigEntryState.NOT_LOADED


async def test_what_keeps_rules_from_being_tried_is_told(
    hass: HomeAssistant, sites: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        message = "the disk is gone"
        raise LedgerError(message)

    assert sites.entry is not None
    monkeypatch.setattr(Ledger, "newest_paths", fail)
    form = await submit(hass, await choose(hass, await rules_menu(hass, sites.entry), "add_rule"), **EITHER)
    assert (form["description_placeholders"] or {})["examples"] == ""
    menu = await submit(hass, form, **NO_EFFECT | {"favorite": True})
    [line] = tried(await choose(hass, menu, "try_rules"))
    assert "the disk is gone" in line


async def test_a_folder_without_photos_has_none_to_try_rules_on(hass: HomeAssistant, household: Household) -> None:
    for path in household.photos.glob("*.jpg"):
        path.unlink()
    await household.syncthing.scan("photos")
    entry = await household.set_up(sorting_rules=[rule(favorite=True)])
    await household.sync()
    assert tried(await choose(hass, await rules_menu(hass, entry), "try_rules")) == [
        "There is no photo in this folder yet."
    ]
