"""Where a folder lies: too little room, no right to write, two folders in one directory, another one's directory."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.immich_syncthing.engine.model import Preset
from custom_components.immich_syncthing.engine.settings import FolderSettings
from custom_components.immich_syncthing.issues.places import Place, look_at, place_issues
from custom_components.immich_syncthing.roots import RootRules, TakenRoot

from .household import FOLDER, Household
from .read_only import read_only
from .repairing import shown, told

GIB = 1024**3
ROOMY = Place(free=500 * GIB, total=1000 * GIB, writable=True, taken_by=None, marked_as="photos")
PHONE = FolderSettings("a", "photos", "Phone", Path("/media/phone"), preset=Preset.MIRROR)


def keys(place: Place, folder: FolderSettings = PHONE, *, was_full: bool = False) -> set[str]:
    return {one.key for one in place_issues(place, folder, was_full=was_full)}


@contextmanager
def room_left(free: int, total: int) -> Iterator[None]:
    """Let every disk have so many bytes left, of so many."""
    really = os.statvfs

    def statvfs(path: str | Path) -> os.statvfs_result:
        values = list(really(path))
        values[:5] = [1024, 1024, total // 1024, free // 1024, free // 1024]
        return os.statvfs_result(values)

    with patch("os.statvfs", statvfs):
        yield


async def minutes_pass(hass: HomeAssistant, household: Household, until: Callable[[], bool]) -> None:
    """Let minute after minute pass, until the looks at the disks have given what is waited for."""
    for minute in range(1, 31):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61 * minute))
        with suppress(TimeoutError):
            await household.becomes(until, patience_s=1.0)
            return
    pytest.fail("it never came")


@pytest.mark.parametrize(
    ("free", "total", "full"),
    [
        (3 * GIB, 100 * GIB, False),
        (1.9 * GIB, 100 * GIB, True),
        (30 * GIB, 2000 * GIB, True),
        (41 * GIB, 2000 * GIB, False),
        (1.9 * GIB, 4 * GIB, False),
        (0.9 * GIB, 4 * GIB, True),
        (0, 0, False),
        # A mount of an object store that makes its size up.
        (0, 2**60, False),
    ],
)
def test_how_little_room_is_too_little(free: float, total: int, full: bool) -> None:
    place = replace(ROOMY, free=int(free), total=total)
    assert keys(place) == ({"disk_nearly_full"} if full else set())


def test_a_disk_at_the_limit_does_not_come_and_go() -> None:
    place = replace(ROOMY, free=int(2.1 * GIB), total=100 * GIB)
    assert keys(place) == set()
    assert keys(place, was_full=True) == {"disk_nearly_full"}
    assert keys(replace(place, free=int(2.6 * GIB)), was_full=True) == set()


@pytest.mark.parametrize(
    ("preset", "asked"),
    [(Preset.MIRROR, True), (Preset.IMMICH_DECIDES, True), (Preset.PHONE_DECIDES, False), (Preset.BACKUP, False)],
)
def test_who_deletes_nothing_needs_no_right_to_write(preset: Preset, asked: bool) -> None:
    found = keys(replace(ROOMY, writable=False), replace(PHONE, preset=preset))
    assert found == ({"root_read_only"} if asked else set())


def test_a_place_that_cannot_be_seen_tells_nothing(tmp_path: Path) -> None:
    rules = RootRules(tmp_path, (), (), ())
    assert look_at(replace(PHONE, root=tmp_path / "away"), rules) is None


def test_the_same_directory_under_another_name_is_seen(tmp_path: Path) -> None:
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    rules = RootRules(tmp_path, (), (), (TakenRoot("Tablet", tmp_path / "link"),))
    place = look_at(replace(PHONE, root=tmp_path / "real" / "inner"), rules)
    assert place is not None
    [issue] = [one for one in place_issues(place, PHONE, was_full=False) if one.key == "root_used_twice"]
    assert issue.placeholders["other"] == "Tablet"


async def test_a_full_disk_is_told_and_taken_back(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    with room_left(GIB, 100 * GIB):
        await minutes_pass(hass, household, lambda: "disk_nearly_full" in shown(hass))
        found = told(hass, "disk_nearly_full")
        assert found == {"folder": "Phone", "path": str(household.photos), "free": "1.0", "total": "100"}
    with room_left(50 * GIB, 100 * GIB):
        await minutes_pass(hass, household, lambda: shown(hass) == {})


async def test_a_directory_that_became_read_only_is_told(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(preset="mirror")
    with read_only(household.photos):
        await minutes_pass(hass, household, lambda: "root_read_only" in shown(hass))
    assert told(hass, "root_read_only")["folder"] == "Phone"


async def test_a_swapped_share_is_told(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(preset="mirror")
    marker = household.photos / ".stfolder"
    for note in marker.iterdir():
        if note.is_file():
            note.unlink()
    (marker / "note.txt").write_text("folderID: another\n")
    await minutes_pass(hass, household, lambda: "root_foreign" in shown(hass))
    issue = shown(hass)["root_foreign"]
    assert issue.data is not None
    assert (issue.data["flow"], issue.data["folder_id"]) == ("relocate", FOLDER)


async def test_two_folders_that_became_one_are_both_told(hass: HomeAssistant, household: Household) -> None:
    other = household.photos.with_name("other")
    await household.syncthing.add_folder("other", "Other", other)
    household.make_entry(preset="backup")
    household.add_folder("other", "Other", other, preset="backup")
    await household.load()
    other.rename(other.with_name("was"))
    other.symlink_to(household.photos)
    await minutes_pass(hass, household, lambda: "root_used_twice" in shown(hass))
    other.unlink()
    other.with_name("was").rename(other)
