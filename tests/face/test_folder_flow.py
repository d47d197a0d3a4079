"""Adding and changing a folder: each thing that can be wrong with it is said, and can be put right."""

import os
import shutil
from pathlib import Path

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.immich_syncthing.const import DOMAIN
from tests.servers.immich import ImmichStandIn

from .folder_forms import add, at_location, begin, offered, submit, suggestions
from .household import Household
from .read_only import read_only


async def test_a_folder_is_found_proven_and_added(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(folders=False)
    form = await begin(hass, entry)
    assert form["step_id"] == "user"
    assert offered(form) == [f"Phone (photos) – {household.photos} – 3 files, 2.4 kB"]

    form = await submit(hass, form, folder_id="photos")
    assert form["step_id"] == "location"
    assert suggestions(form) == {"path": str(household.photos), "preset": "backup"}

    done = await add(hass, form, path=str(household.photos), preset="mirror")
    assert (done["type"], done["title"]) == (FlowResultType.CREATE_ENTRY, "Phone")
    await hass.async_block_till_done()
    [subentry] = entry.subentries.values()
    assert subentry.unique_id == "photos"
    assert subentry.data == {
        "folder_id": "photos",
        "label": "Phone",
        "marker_name": ".stfolder",
        "path": str(household.photos),
        "preset": "mirror",
    }
    assert entry.state is ConfigEntryState.LOADED
    assert list(household.runtime.folders) == [subentry.subentry_id]


async def test_a_folder_that_syncthing_knows_under_another_path_is_found_by_its_marker(
    hass: HomeAssistant, household: Household
) -> None:
    """As where Syncthing runs in a container of its own."""
    here = household.photos.parent / "syncthing" / "anna"
    here.parent.mkdir()
    household.photos.rename(here)
    form = await at_location(hass, household)
    assert suggestions(form)["path"] == str(here)
    # Syncthing itself does not see it there, so it cannot prove anything: it says that its path is missing.
    here.rename(household.photos)


async def test_a_folder_whose_directory_nobody_finds_is_left_to_the_person(
    hass: HomeAssistant, household: Household
) -> None:
    shutil.rmtree(household.photos / ".stfolder")
    form = await at_location(hass, household)
    assert suggestions(form)["path"] == ""


async def test_an_empty_folder_is_proven_by_its_marker(hass: HomeAssistant, household: Household) -> None:
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.syncthing.scan("photos")
    done = await add(hass, await at_location(hass, household), path=str(household.photos), preset="backup")
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_link_is_followed_once_and_the_real_directory_remembered(
    hass: HomeAssistant, household: Household
) -> None:
    link = household.photos.parent / "link"
    link.symlink_to(household.photos)
    done = await add(hass, await at_location(hass, household), path=str(link), preset="backup")
    assert done["data"]["path"] == str(household.photos)


# --- what can be wrong with the directory ------------------------------------------------------------------------


async def refused(hass: HomeAssistant, household: Household, path: Path | str, **typed: str) -> dict[str, str]:
    """Type a path that is wrong, then the right one, which is accepted; return the errors in between."""
    form = await submit(hass, await at_location(hass, household), path=str(path), preset=typed.get("preset", "backup"))
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "location")
    errors = form["errors"]
    assert errors is not None
    done = await add(hass, form, path=str(household.photos), preset="backup")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    return errors


async def test_a_missing_path(hass: HomeAssistant, household: Household) -> None:
    assert await refused(hass, household, household.photos / "nowhere") == {"path": "root_not_found"}


async def test_a_relative_path(hass: HomeAssistant, household: Household) -> None:
    assert await refused(hass, household, "media/phone") == {"path": "root_not_absolute"}


async def test_a_file(hass: HomeAssistant, household: Household) -> None:
    assert await refused(hass, household, household.photos / "IMG_0.jpg") == {"path": "root_not_directory"}


async def test_a_directory_that_is_no_syncthing_folder(hass: HomeAssistant, household: Household) -> None:
    plain = household.photos.parent / "plain"
    plain.mkdir()
    assert await refused(hass, household, plain) == {"path": "root_unmarked"}


async def test_another_syncthing_folder_by_its_marker(hass: HomeAssistant, household: Household) -> None:
    other = household.photos.parent / "other"
    other.mkdir()
    await household.syncthing.add_folder("other", "Other", other)
    await household.syncthing.scan("other")
    assert await refused(hass, household, other) == {"path": "root_foreign"}


async def test_another_directory_with_a_silent_marker_by_its_files(hass: HomeAssistant, household: Household) -> None:
    other = household.photos.parent / "other"
    (other / ".stfolder").mkdir(parents=True)
    shutil.copy2(household.photos / "IMG_0.jpg", other)
    for number in range(1, 3):
        (other / f"IMG_{number}.jpg").write_bytes(b"same name, other content")
    assert await refused(hass, household, other) == {"path": "root_foreign"}


async def test_an_empty_directory_while_syncthing_has_files(hass: HomeAssistant, household: Household) -> None:
    """The marker is there, the disk with the photos is not."""
    other = household.photos.parent / "other"
    (other / ".stfolder").mkdir(parents=True)
    assert await refused(hass, household, other) == {"path": "root_foreign"}


async def test_a_directory_that_home_assistant_may_not_access(
    hass: HomeAssistant, household: Household, tmp_path: Path
) -> None:
    assert await refused(hass, household, tmp_path) == {"path": "root_not_allowed"}


async def test_the_configuration_directory(hass: HomeAssistant, household: Household, tmp_path: Path) -> None:
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    for wrong in (tmp_path, tmp_path / "config"):
        form = await submit(hass, await at_location(hass, household), path=str(wrong), preset="backup")
        assert form["errors"] == {"path": "root_in_configuration"}
    inside = tmp_path / "config" / "www"
    inside.mkdir()
    assert await refused(hass, household, inside) == {"path": "root_in_configuration"}


async def test_what_home_assistant_allows_of_its_configuration_is_not_offered(
    hass: HomeAssistant, household: Household, tmp_path: Path
) -> None:
    hass.config.allowlist_external_dirs = {hass.config.path("www"), str(tmp_path / "photos")}
    form = await at_location(hass, household)
    offered = (form["description_placeholders"] or {})["allowed"]
    assert f"`{tmp_path / 'photos'}`" in offered
    assert "www" not in offered


async def test_a_media_directory_in_the_configuration_is_no_secret(
    hass: HomeAssistant, household: Household, tmp_path: Path
) -> None:
    media = tmp_path / "config" / "media"
    hass.config.media_dirs["more"] = str(media)
    root = media / "phone"
    shutil.copytree(household.photos, root)
    done = await add(hass, await at_location(hass, household), path=str(root), preset="backup")
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_directory_that_cannot_be_listed(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = household.photos.parent / "closed"
    closed.mkdir()
    really = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed and really(path, mode))
    assert await refused(hass, household, closed) == {"path": "root_closed"}


@pytest.mark.parametrize("where", [".", "DCIM", ".."])
async def test_a_directory_of_another_folder_even_of_another_account(
    hass: HomeAssistant, household: Household, where: str
) -> None:
    household.make_entry()
    (household.photos / "DCIM").mkdir()
    await household.syncthing.add_folder("again", "Again", household.photos.parent / "again")
    async with ImmichStandIn() as second:
        entry = MockConfigEntry(
            domain=DOMAIN,
            unique_id=second.admin.id,
            data=household.data | {"immich_url": f"{second.url}/api", "immich_api_key": second.key},
        )
        entry.add_to_hass(hass)
        form = await submit(hass, await begin(hass, entry), folder_id="again")
        form = await submit(hass, form, path=str(household.photos / where), preset="backup")
        assert form["errors"] == {"path": "root_taken"}
        assert (form["description_placeholders"] or {})["detail"] == "Phone"


@pytest.mark.parametrize("preset", ["mirror", "immich_decides"])
async def test_a_read_only_directory_where_files_would_be_deleted(
    hass: HomeAssistant, household: Household, preset: str
) -> None:
    with read_only(household.photos):
        form = await submit(hass, await at_location(hass, household), path=str(household.photos), preset=preset)
        assert form["errors"] == {"path": "root_read_only"}
    done = await add(hass, form, path=str(household.photos), preset=preset)
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("preset", ["backup", "phone_decides"])
async def test_a_read_only_directory_is_enough_where_no_file_is_deleted(
    hass: HomeAssistant, household: Household, preset: str
) -> None:
    with read_only(household.photos):
        done = await add(hass, await at_location(hass, household), path=str(household.photos), preset=preset)
        assert done["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()
