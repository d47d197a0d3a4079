"""Whoever names a folder, a device, a user or a photo does not thereby write our texts."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.engine.ledger.hold_views import HoldView
from custom_components.immich_syncthing.engine.model import HoldKind, Preset
from custom_components.immich_syncthing.engine.pulse import Pulse
from custom_components.immich_syncthing.engine.recovering import RecoveryView
from custom_components.immich_syncthing.engine.settings import AccountSettings, FolderSettings
from custom_components.immich_syncthing.faults.coded import Problem
from custom_components.immich_syncthing.issues import devices, holds, places, recovery, root, silence, syncthing
from custom_components.immich_syncthing.issues.board import Issue
from custom_components.immich_syncthing.lines import EVENT_ACTIVITY
from custom_components.immich_syncthing.logbook import async_describe_events
from custom_components.immich_syncthing.markdown import LONG
from custom_components.immich_syncthing.syncthing.errors import FolderFaultError
from custom_components.immich_syncthing.syncthing.models import (
    Connection,
    DeviceConfig,
    FolderConfig,
    FolderType,
    SystemVersion,
)
from custom_components.immich_syncthing.syncthing_facts import SyncthingFacts

from .account_forms import begin as begin_account, immich_form, submit as submit_account, syncthing_form
from .automations import Automations, phone
from .folder_forms import choose, offered, preview, submit
from .hostile import EVERYTHING, NAMES, is_harmless, is_readable
from .household import FOLDER, Household
from .repairing import opened, shown
from .test_blueprints import delete_all
from .test_silence_issues import DAY, report
from .test_syncthing_entities import TABLET

CODE = {"path", "syncthing_path"}
"""What the texts have between backticks; so is ``detail``, where it is a path."""


def wanted(name: str) -> Iterable[Issue]:
    """Yield one issue of each kind that tells a name."""
    folder = FolderSettings("a", "photos", name, Path("/media") / name.replace("\x00", ""), preset=Preset.MIRROR)
    yield from places.place_issues(places.Place(0, 10**12, False, name, "another"), folder, was_full=False)
    config = FolderConfig(
        id="photos",
        label=name,
        path="/phone",
        type=FolderType.SEND_ONLY,
        paused=False,
        device_ids=("PHONE",),
        ignore_delete=False,
        marker_name=".stfolder",
        versioning_type="",
        watcher_enabled=True,
    )
    facts = SyncthingFacts(
        SystemVersion("v2.0.1", "", ""),
        {"photos": config},
        {"photos": None},  # type: ignore[dict-item]
        {"PHONE": Connection(True, paused=False, address="", client_version="v1.29.5")},
        devices={"PHONE": DeviceConfig("PHONE", name, paused=False)},
    )
    yield from syncthing.syncthing_issues(facts, [folder], AccountSettings(vault_phone_deletions=False))
    yield from syncthing.syncthing_issues(facts, [replace(folder, syncthing_id="gone")], AccountSettings())
    yield from devices.DeviceIssues().wanted(facts, ["photos"])
    for code in (*root.FIXES, FolderFaultError.code):
        yield from root.root_issues(report(problem=Problem(code, {"detail": f"/media/{name}"})), "a", name)
    yield from silence.silence_issues(Pulse(0.0), None, 10 * DAY, folder_id="a", title=name, words={})
    yield from holds.hold_issues([HoldView("h", HoldKind.MANY_ASSETS, ("a",), 1, 0.0, 3)], {"a": name})
    yield from recovery.recovery_issues(RecoveryView((), 0.0, waiting=("a",)), {"a": name})


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_name_writes_a_repair(name: str) -> None:
    issues = list(wanted(name))
    assert len({one.key for one in issues}) == 17
    for issue in issues:
        for key, value in issue.placeholders.items():
            if key in CODE or (key == "detail" and issue.key != FolderFaultError.code):
                assert not set(value) & set("`\n\r\u202e"), (issue.key, key)
            else:
                assert is_harmless(value, LONG if key == "detail" else 120), (issue.key, key)


@pytest.fixture
async def hostile(household: Household) -> AsyncIterator[Household]:
    """Return the household where everything is called something dangerous."""
    syncthing, own = household.syncthing, f"config/devices/{household.syncthing.device_id}"
    usual = (await syncthing.call("GET", own))["name"]
    await syncthing.change_folder("photos", label=EVERYTHING)
    await syncthing.call("PUT", f"config/devices/{TABLET}", {"deviceID": TABLET, "name": EVERYTHING})
    await syncthing.call("PATCH", own, {"name": EVERYTHING})
    household.immich.admin.name = EVERYTHING
    for number, photo in enumerate(household.photos.glob("IMG_*.jpg")):
        photo.rename(household.photos / f"`[x](http:evil) <img src=x> **a** \u202e{number}.jpg")
    await syncthing.scan("photos")
    yield household
    await syncthing.call("PATCH", own, {"name": usual})


async def test_set_up_shows_names_as_mere_names(hass: HomeAssistant, hostile: Household) -> None:
    account = await submit_account(hass, await begin_account(hass), **immich_form(hostile))
    menu = await submit_account(hass, account, **syncthing_form(hostile))
    entry = (await submit_account(hass, menu, next_step_id="vault_beside"))["result"]
    [flow] = hass.config_entries.subentries.async_progress()
    form = await hass.config_entries.subentries.async_configure(flow["flow_id"])
    assert len(offered(form)) == 1
    form = await submit(hass, form, folder_id="photos")
    told = form["description_placeholders"] or {}
    assert is_harmless(told["folder"])
    looked_at = await preview(hass, form, path=str(hostile.photos), preset="mirror")
    assert is_harmless((looked_at["description_placeholders"] or {})["folder"])
    added = await choose(hass, looked_at, "finish")
    await hass.async_block_till_done()

    assert is_readable(entry.title)
    assert is_readable(str(added["title"]))
    found = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert len(found) == 4
    assert [device.name for device in found if not is_readable(device.name or "")] == []
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    states = [state for one in entities if (state := hass.states.get(one.entity_id))]
    assert len(states) > 30
    assert [state.name for state in states if not is_readable(state.name, 240)] == []


@pytest.fixture
async def in_use(hass: HomeAssistant, hostile: Household) -> Household:
    """Return the household with its folder under that name, as a release before stored it."""
    hostile.make_entry(folders=False)
    hostile.add_folder("photos", EVERYTHING, hostile.photos, subentry_id=FOLDER)
    await hostile.load()
    await hostile.sync()
    return hostile


async def test_a_question_shows_names_as_mere_names(
    hass: HomeAssistant, in_use: Household, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    await delete_all(in_use)
    issue = shown(hass)["hold_many_assets"]
    assert is_harmless((issue.translation_placeholders or {})["folders"])
    step = await opened(await hass_client(), issue)
    told = step["description_placeholders"]
    assert is_harmless(told["folders"])
    for line in told["sample"].split("\n"):
        assert line.startswith("- `")
        assert line.endswith("`")
        assert line.count("`") == 2
        assert "\u202e" not in line


async def test_events_and_lines_tell_who_it_was_whatever_he_is_called(hass: HomeAssistant, in_use: Household) -> None:
    events = async_capture_events(hass, EVENT_ACTIVITY)
    next(in_use.photos.glob("*.jpg")).unlink()
    await in_use.notice()
    activity = next(one for one in hass.states.async_all("event") if "side" in one.attributes)
    assert activity.attributes["event_type"] == "trashed"
    assert activity.attributes["side"] == f"folder: {EVERYTHING}"
    assert in_use.entry is not None
    await hass.config_entries.async_unload(in_use.entry.entry_id)
    read: dict[str, Any] = {}
    async_describe_events(hass, lambda _, event_type, describe: read.update({event_type: describe}))
    lines = [read[EVENT_ACTIVITY](event) for event in events]
    assert [line["message"].split(",")[0] for line in lines] == ["3 photos uploaded", "1 photo moved to Immich's trash"]
    assert all(is_readable(line["name"]) for line in lines)
    assert "\u202e" not in lines[-1]["message"]
    assert "\n" not in lines[-1]["message"]


@pytest.fixture
async def automations(hass: HomeAssistant) -> AsyncIterator[Automations]:
    made = Automations(hass)
    yield made
    await made.stop()


async def test_a_phone_shows_names_as_mere_names(
    hass: HomeAssistant, in_use: Household, automations: Automations
) -> None:
    annas = phone(hass)
    [waiting] = [one.entity_id for one in hass.states.async_all("sensor") if one.entity_id.endswith("_decision")]
    await automations.make("ask_me_on_my_phone", waiting=waiting, phone=annas.device_id, patience=0)
    await delete_all(in_use)
    [asked] = (await annas.becomes(lambda shown: len(shown) == 1)).values()
    assert "img src=x" in asked["message"]
    assert not set(asked["title"] + asked["message"]) & set("<>\u202e\n")


async def test_a_report_shows_names_as_mere_names(
    hass: HomeAssistant, in_use: Household, automations: Automations
) -> None:
    """By default it becomes a notification of Home Assistant, which is Markdown."""
    assert await async_setup_component(hass, "persistent_notification", {})
    nightly = await automations.make("check_every_night")
    await automations.run(nightly)
    [report] = [one for one in hass.data["persistent_notification"].values() if "3 in agreement" in one["message"]]
    assert not set(report["message"]) & set("*`<>[]\\\u202e")


async def test_a_warning_shows_names_as_mere_names(
    hass: HomeAssistant, in_use: Household, automations: Automations
) -> None:
    [last_cycle] = [one.entity_id for one in hass.states.async_all("sensor") if one.entity_id.endswith("_cycle")]
    assert in_use.entry is not None
    await hass.config_entries.async_unload(in_use.entry.entry_id)
    assert await async_setup_component(hass, "persistent_notification", {})
    silent = await automations.make("warn_when_silent", last_cycle=last_cycle, hours=2)
    hass.states.async_set(last_cycle, (dt_util.utcnow() - timedelta(hours=1)).isoformat())
    await hass.services.async_call(
        "automation", "trigger", {"entity_id": silent, "skip_condition": True}, blocking=True
    )
    [warning] = hass.data["persistent_notification"].values()
    assert "nothing was compared since" in warning["message"]
    assert not set(warning["message"]) & set("*`<>[]\\\u202e\n")
