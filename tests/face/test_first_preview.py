"""The last step before a folder is added: what will happen, said before anything does."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.immich_syncthing import first_preview
from custom_components.immich_syncthing.engine.census import Amount
from custom_components.immich_syncthing.engine.first_look import Fate, FirstLook
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.engine.scan import Root
from custom_components.immich_syncthing.engine.settings import FolderSettings
from custom_components.immich_syncthing.first_preview import WORDS, FirstPreview, async_placeholders
from custom_components.immich_syncthing.runtime import SystemClock
from custom_components.immich_syncthing.state_place import ledger_path
from tests.servers.immich import Browser, StorageReport

from .folder_forms import add, at_location, begin, choose, looked, preview, submit, suggestions
from .household import FOLDER, Household

THREADS = "immich_syncthing-first-preview"


def said(menu: Any) -> dict[str, str]:
    placeholders: dict[str, str] = menu["description_placeholders"]
    return placeholders


def alive() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(THREADS)]


def in_immich(household: Household, name: str) -> str:
    """Let Immich have a photo of the folder already."""
    web = Browser(household.immich.server, household.immich.admin)
    return web.upload((household.photos / name).read_bytes(), name)


async def test_what_will_happen_is_said_and_then_happens(hass: HomeAssistant, household: Household) -> None:
    in_immich(household, "IMG_0.jpg")
    (household.photos / "notes.txt").write_text("no photo")
    await household.syncthing.scan("photos")
    form = await at_location(hass, household)
    menu = await preview(hass, form, path=str(household.photos), preset="mirror")
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "preview")
    assert menu["menu_options"] == ["finish", "location"]
    told = said(menu)
    assert told["folder"] == "Phone"
    assert (told["found"], told["present"], told["uploads"], told["upload_size"]) == ("3", "1", "2", "1.6 kB")
    assert told["preset"].startswith("Mirror")
    assert told["notes"] == "- Files of kinds that Immich does not take: 1. They are left alone."
    assert len(household.immich.world.tables.assets) == 1
    assert alive() == []

    done = await choose(hass, menu, "finish")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await household.becomes(lambda: len(household.immich.world.tables.assets) == 3)


async def test_whoever_changes_his_mind_finds_the_form_as_he_left_it(hass: HomeAssistant, household: Household) -> None:
    form = await at_location(hass, household)
    typed = {"path": str(household.photos), "preset": "mirror", "advanced": {"ignore": "IMG_1.*"}}
    menu = await preview(hass, form, **typed)
    assert said(menu)["found"] == "2"

    form = await choose(hass, menu, "location")
    assert form["step_id"] == "location"
    assert suggestions(form) == {"path": str(household.photos), "preset": "mirror"}
    menu = await preview(hass, form, path=str(household.photos), preset="backup")
    assert said(menu)["found"] == "3"
    done = await choose(hass, menu, "finish")
    assert done["data"]["preset"] == "backup"
    assert "ignore" not in done["data"]


async def test_whoever_closes_the_form_leaves_nothing_behind(
    hass: HomeAssistant, household: Household, held_up: threading.Event
) -> None:
    entry = await household.set_up(folders=False)
    before = sorted(household.photos.rglob("*"))
    form = await submit(hass, await begin(hass, entry), folder_id="photos")
    step = await submit(hass, form, path=str(household.photos), preset="mirror")
    assert step["type"] is FlowResultType.SHOW_PROGRESS
    await household.becomes(lambda: bool(alive()))
    again = await hass.config_entries.subentries.async_configure(step["flow_id"])
    assert again["type"] is FlowResultType.SHOW_PROGRESS

    hass.config_entries.subentries.async_abort(step["flow_id"])
    held_up.set()
    await household.becomes(lambda: not alive())
    assert sorted(household.photos.rglob("*")) == before
    assert entry.subentries == {}
    assert list(ledger_path(hass, entry.entry_id).parent.glob("*")) != []
    assert household.immich.world.tables.assets == {}


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let no file be opened before the event is set."""
    goes_on, really = threading.Event(), Root.open_file

    def open_file(root: Root, path: str) -> int:
        goes_on.wait()
        return really(root, path)

    monkeypatch.setattr(Root, "open_file", open_file)
    yield goes_on
    goes_on.set()


# --- large folders -----------------------------------------------------------------------------------------------


def time_is_over_after(monkeypatch: pytest.MonkeyPatch, reads: int) -> None:
    """Let a minute pass while files are read."""
    clock = SystemClock()
    really, now = Root.open_file, {"reads": 0, "skipped": 0}

    def open_file(root: Root, path: str) -> int:
        now["reads"] += 1
        if now["reads"] > reads:
            now["skipped"] = 1000
        return really(root, path)

    class Clock(SystemClock):
        def monotonic(self) -> float:
            return clock.monotonic() + now["skipped"]

    monkeypatch.setattr(first_preview, "SystemClock", Clock)
    monkeypatch.setattr(Root, "open_file", open_file)


async def test_of_a_large_folder_it_is_said_what_was_looked_at(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(100):
        household.take_photo(f"more/{number}.jpg")
    await household.syncthing.scan("photos")
    form = await at_location(hass, household)
    with monkeypatch.context() as patch:
        time_is_over_after(patch, 50)
        menu = await preview(hass, form, path=str(household.photos), preset="backup")
    assert menu["step_id"] == "estimate"
    told = said(menu)
    assert 48 <= int(told["compared"]) <= 50
    assert (told["found"], told["present"], told["uploads"]) == ("103", "0", "103")
    done = await choose(hass, menu, "finish")
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_files_of_which_none_can_be_read_in_time(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await at_location(hass, household)
    with monkeypatch.context() as patch:
        time_is_over_after(patch, 0)
        menu = await preview(hass, form, path=str(household.photos), preset="backup")
    assert (menu["step_id"], menu["menu_options"]) == ("no_preview", ["look", "finish", "location"])
    assert "(files: 3, together 2.4 kB)" in said(menu)["reason"]
    done = await choose(hass, menu, "finish")
    assert done["type"] is FlowResultType.CREATE_ENTRY


# --- what can go wrong -------------------------------------------------------------------------------------------


async def test_an_immich_that_cannot_be_asked_is_asked_again(hass: HomeAssistant, household: Household) -> None:
    form = await at_location(hass, household)
    household.immich.faults.database_down = True
    menu = await preview(hass, form, path=str(household.photos), preset="backup")
    assert menu["step_id"] == "no_preview"
    assert "Immich" in said(menu)["reason"]

    household.immich.faults.clear()
    menu = await looked(hass, await choose(hass, menu, "look"))
    assert menu["step_id"] == "preview"
    assert (await choose(hass, menu, "finish"))["type"] is FlowResultType.CREATE_ENTRY


async def test_a_disk_that_goes_while_it_is_looked_at(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await at_location(hass, household)
    really = Root.open

    def unmounted(*arguments: Any) -> Root:
        (household.photos / ".stfolder").rename(household.photos.parents[1] / "marker")
        return really(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Root, "open", unmounted)
        menu = await preview(hass, form, path=str(household.photos), preset="backup")
    assert menu["step_id"] == "no_preview"

    form = await choose(hass, menu, "finish")
    assert (form["step_id"], form["errors"]) == ("location", {"path": "root_unmarked"})
    (household.photos.parents[1] / "marker").rename(household.photos / ".stfolder")
    done = await add(hass, form, path=str(household.photos), preset="backup")
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_folder_that_somebody_else_adds_meanwhile(hass: HomeAssistant, household: Household) -> None:
    first = await preview(hass, await at_location(hass, household), path=str(household.photos), preset="mirror")
    second = await preview(hass, await at_location(hass, household), path=str(household.photos), preset="backup")
    assert (await choose(hass, second, "finish"))["type"] is FlowResultType.CREATE_ENTRY
    form = await choose(hass, first, "finish")
    assert form["errors"] == {"path": "root_taken"}


async def test_an_account_that_is_not_loaded_can_be_added_to(hass: HomeAssistant, household: Household) -> None:
    household.make_entry(folders=False)
    menu = await preview(hass, await at_location(hass, household), path=str(household.photos), preset="backup")
    assert said(menu)["uploads"] == "3"


async def test_what_was_decided_before_is_remembered(hass: HomeAssistant, household: Household) -> None:
    """A photo that was deleted in Immich and kept in the folder is not uploaded when the folder is added again."""
    entry = await household.set_up(preset="backup")
    await household.sync()
    web = Browser(household.immich.server, household.immich.admin)
    web.trash(web.find("IMG_0.jpg").id)
    await household.sync()
    await household.becomes(lambda: household.runtime.folders[FOLDER].engine.last_report is not None)
    hass.config_entries.async_remove_subentry(entry, FOLDER)
    await hass.async_block_till_done()
    menu = await preview(hass, await at_location(hass, household), path=str(household.photos), preset="backup")
    assert (said(menu)["present"], said(menu)["uploads"]) == ("2", "0")
    assert said(menu)["notes"] == "- Only in the folder, and not uploaded, as was decided before: 1."


# --- room in Immich ----------------------------------------------------------------------------------------------


async def test_a_quota_that_is_too_small(hass: HomeAssistant, household: Household) -> None:
    household.immich.admin.quota = 1_000
    menu = await preview(hass, await at_location(hass, household), path=str(household.photos), preset="backup")
    assert said(menu)["notes"].startswith("- ⚠ Your quota in Immich is too small: it has 1.0 kB left, and 2.4 kB")


async def test_a_quota_that_suffices(hass: HomeAssistant, household: Household) -> None:
    household.immich.admin.quota = 1_000_000
    menu = await preview(hass, await at_location(hass, household), path=str(household.photos), preset="backup")
    assert said(menu)["notes"] == ""


async def test_a_disk_that_is_too_small(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SimpleNamespace(total=10_000, used=9_000, free=1_000)
    monkeypatch.setattr("tests.servers.immich.server_info.shutil.disk_usage", lambda _: disk)
    menu = await preview(hass, await at_location(hass, household), path=str(household.photos), preset="backup")
    assert said(menu)["notes"].startswith("- ⚠ Immich's disk is too small: it has 1.0 kB left, and 2.4 kB")


@pytest.mark.parametrize("report", list(StorageReport))
async def test_whatever_immich_says_of_its_disk_nothing_fails(
    hass: HomeAssistant, household: Household, report: StorageReport
) -> None:
    household.immich.server.quirks.storage = report
    menu = await preview(hass, await at_location(hass, household), path=str(household.photos), preset="backup")
    assert (menu["step_id"], said(menu)["notes"]) == ("preview", "")


async def test_a_syncthing_that_forgets_the_folder_meanwhile(
    hass: HomeAssistant, household: Household, held_up: threading.Event
) -> None:
    step = await submit(hass, await at_location(hass, household), path=str(household.photos), preset="backup")
    await household.becomes(lambda: bool(alive()))
    await household.syncthing.call("DELETE", "config/folders/photos")
    held_up.set()
    menu = await looked(hass, step)
    assert menu["step_id"] == "preview"
    form = await choose(hass, menu, "finish")
    assert form["errors"] == {"base": "syncthing_unknown_folder"}


# --- words -------------------------------------------------------------------------------------------------------


def seen(**changes: Any) -> FirstPreview:
    fates = {Fate.ASK: Amount(1, 10), Fate.RESTORE: Amount(2, 20), Fate.KEEP: Amount(3, 30)}
    look: dict[str, Any] = {
        "found": Amount(1204, 210_000_000),
        "compared": Amount(1204, 210_000_000),
        "fates": fates | {Fate.UPLOAD: Amount(35, 1_000_000), Fate.PRESENT: Amount(1163, 100)},
        "unread": 4,
        "closed": 5,
        "strange": 6,
        "listed": False,
    }
    settings = FolderSettings("", "photos", "Phone", __file__, rules=Rules(free_after_days=365, keep_bytes=1))  # type: ignore[arg-type]
    return FirstPreview(FirstLook(**look), settings, quota_left=1, disk_left=2, receiving=7, **changes)


async def test_every_note_is_made_where_there_is_a_reason(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(folders=False)
    told = await async_placeholders(hass, seen())
    assert told["present"] == "1,163"
    notes = told["notes"].splitlines()
    assert len(notes) == len(WORDS - {"too_large"})
    assert [note.count("{") for note in notes] == [0] * len(notes)
    assert "365" in told["notes"]
