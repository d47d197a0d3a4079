"""Where a folder may lie, how it is found, and what proves it, at the edges that a form rarely reaches."""

import os
import shutil
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing.errors import (
    RefusedError,
    RootAmongCopiesError,
    RootClosedError,
    RootForeignError,
    RootNotAbsoluteError,
    RootNotFoundError,
    RootTakenError,
)
from custom_components.immich_syncthing.root_proof import async_find_root, async_prove_root
from custom_components.immich_syncthing.root_search import MAX_DEPTH, Search, marker_folder_id, search
from custom_components.immich_syncthing.roots import RootRules, TakenRoot, check_root
from custom_components.immich_syncthing.servers import syncthing_client
from custom_components.immich_syncthing.syncthing.models import FolderConfig, FolderType

from .household import Household


def rules(base: Path, *taken: TakenRoot) -> RootRules:
    return RootRules(configuration=base / "config", media=(), allowed=(base,), taken=taken)


def marked(root: Path, folder_id: str | None = None) -> Path:
    """Make a Syncthing folder; without id its marker is empty, as 1.19 leaves it."""
    (root / ".stfolder").mkdir(parents=True)
    if folder_id:
        note = root / ".stfolder" / "syncthing-folder-84a6da.txt"
        note.write_text(f"# This directory is a Syncthing folder marker.\n\nfolderID: {folder_id}\ncreated: 2026\n")
    return root


def folder(path: str, folder_id: str = "photos") -> FolderConfig:
    return FolderConfig(
        id=folder_id,
        label="Phone",
        path=path,
        type=FolderType.SEND_RECEIVE,
        paused=False,
        device_ids=(),
        ignore_delete=False,
        marker_name=".stfolder",
        versioning_type="",
        watcher_enabled=True,
    )


def refusal(text: str, allowed: RootRules) -> type[RefusedError]:
    with pytest.raises(RefusedError) as refused:
        check_root(text, allowed, marker_name=".stfolder", writes=False)
    return refused.type


def test_spaces_around_a_path_do_not_matter(tmp_path: Path) -> None:
    root = marked(tmp_path / "phone")
    assert check_root(f" {root}/ ", rules(tmp_path), marker_name=".stfolder", writes=True) == root


@pytest.mark.parametrize("text", ["", "phone", "~/phone", "/phone\x00"])
def test_a_path_begins_with_a_slash_and_holds_no_null(tmp_path: Path, text: str) -> None:
    assert refusal(text, rules(tmp_path)) is RootNotAbsoluteError


def test_a_link_that_leads_in_circles_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert refusal(str(tmp_path / "a"), rules(tmp_path)) is RootNotFoundError


def test_a_path_through_a_closed_directory_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path, *, strict: bool = False) -> Path:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "resolve", denied)
        kind = refusal(str(tmp_path), rules(tmp_path))
    assert kind is RootClosedError


def test_the_place_of_a_folder_that_is_not_mounted_stays_taken(tmp_path: Path) -> None:
    root = marked(tmp_path / "disk" / "phone")
    away = TakenRoot("Phone", tmp_path / "disk" / "phone" / "DCIM")
    assert refusal(str(root), rules(tmp_path, away)) is RootTakenError


def test_no_folder_lies_among_copies_or_around_them(tmp_path: Path) -> None:
    root = marked(tmp_path / "disk" / "phone")
    (tmp_path / "link").symlink_to(root.parent)
    for place in (root, root / "copies", root.parent, tmp_path / "link"):
        copies = TakenRoot("Attic", place)
        assert refusal(str(root), replace(rules(tmp_path), replicas=(copies,))) is RootAmongCopiesError
        assert refusal(str(root), replace(rules(tmp_path), vaults=(copies,))) is RootAmongCopiesError
    beside = TakenRoot("Attic", root.parent / ".vault")
    kind = replace(rules(tmp_path), vaults=(beside,))
    assert check_root(str(root), kind, marker_name=".stfolder", writes=True) == root


def test_neighbours_with_similar_names_do_not_touch(tmp_path: Path) -> None:
    root = marked(tmp_path / "phone2")
    beside = TakenRoot("Phone", marked(tmp_path / "phone"))
    assert check_root(str(root), rules(tmp_path, beside), marker_name=".stfolder", writes=True) == root


def test_the_id_in_the_marker_finds_a_folder_anywhere(tmp_path: Path) -> None:
    marked(tmp_path / "a" / "Camera", "other")
    root = marked(tmp_path / "b" / "c" / "moved", "photos")
    assert search(folder("/var/syncthing/Camera"), rules(tmp_path)) == Search(root, (), None)


def test_a_silent_marker_is_found_by_the_name_of_its_directory(tmp_path: Path) -> None:
    other = marked(tmp_path / "a" / "Downloads")
    root = marked(tmp_path / "b" / "Camera")
    second = marked(tmp_path / "c" / "Camera")
    found = search(folder("/var/syncthing/Camera"), rules(tmp_path))
    assert found == Search(None, (root, second, other), root)


def test_a_marker_of_another_folder_is_never_taken(tmp_path: Path) -> None:
    marked(tmp_path / "Camera", "other")
    assert search(folder(str(tmp_path / "Camera")), rules(tmp_path)) == Search(None, (), None)


def test_the_search_ends(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*(str(level) for level in range(MAX_DEPTH + 1)))
    marked(deep / "Camera", "photos")
    marked(tmp_path / ".hidden" / "Camera", "photos")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert search(folder("~/Camera"), rules(tmp_path)) == Search(None, (), None)


def test_a_marker_may_be_anything(tmp_path: Path) -> None:
    root = marked(tmp_path / "phone")
    (root / ".stfolder" / "note.txt").write_text("nothing about ids")
    assert marker_folder_id(root / ".stfolder") is None
    (root / "marker").write_text("a file")
    assert marker_folder_id(root / "marker") is None
    assert marker_folder_id(root / "nowhere") is None


def test_directories_that_cannot_be_listed_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = marked(tmp_path / "open" / "Camera", "photos")
    (tmp_path / "closed").mkdir()
    really = os.scandir

    def scandir(path: Path) -> object:
        if path == tmp_path / "closed":
            raise PermissionError
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert search(folder("/Camera"), rules(tmp_path)).marked == root


# --- by the files ------------------------------------------------------------------------------------------------


async def find(hass: HomeAssistant, household: Household) -> Path | None:
    client = syncthing_client(hass, household.data)
    [known] = await client.folders()
    return await async_find_root(hass, client, known, RootRules.of(hass))


def moved(household: Household, where: str) -> Path:
    """Let the folder lie where Syncthing does not see it, as in another container, with a marker that says nothing."""
    here = household.photos.parent / where
    here.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(household.photos, here)
    for note in (here / ".stfolder").iterdir():
        note.unlink()
    household.photos.rename(household.photos.parents[1] / "out-of-sight")
    return here


async def test_a_folder_is_known_by_its_files_whatever_it_is_called(hass: HomeAssistant, household: Household) -> None:
    here = moved(household, "syncthing/anna")
    namesake = marked(household.photos.parent / "other" / household.photos.name)
    (namesake / "IMG_0.jpg").write_bytes(b"somebody else's")
    assert await find(hass, household) == here


async def test_no_directory_is_proposed_whose_files_are_others(hass: HomeAssistant, household: Household) -> None:
    here = moved(household, "other/phone")
    for photo in here.glob("*.jpg"):
        photo.write_bytes(b"somebody else's")
    assert await find(hass, household) is None


async def test_an_empty_folder_is_known_by_its_name_only(hass: HomeAssistant, household: Household) -> None:
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.syncthing.scan("photos")
    here = moved(household, "syncthing/phone")
    marked(household.photos.parent / "another")
    assert await find(hass, household) == here


async def test_an_empty_folder_of_another_name_is_not_guessed(hass: HomeAssistant, household: Household) -> None:
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.syncthing.scan("photos")
    moved(household, "syncthing/anna")
    assert await find(hass, household) is None


async def test_a_paused_folder_is_proposed_by_its_name(hass: HomeAssistant, household: Household) -> None:
    await household.syncthing.change_folder("photos", paused=True)
    moved(household, "syncthing/anna")
    namesake = marked(household.photos.parent / "z" / "phone")
    assert await find(hass, household) == namesake


# --- proof -------------------------------------------------------------------------------------------------------


async def prove(hass: HomeAssistant, household: Household, root: Path) -> None:
    client = syncthing_client(hass, household.data)
    [known] = await client.folders()
    await async_prove_root(hass, client, known, root)


async def test_a_few_photos_that_syncthing_has_not_seen_yet_do_not_matter(
    hass: HomeAssistant, household: Household
) -> None:
    household.take_photo("just/now.jpg")
    household.take_photo(".trashed-1-IMG_7.jpg")
    (household.photos / "link.jpg").symlink_to("IMG_0.jpg")
    await prove(hass, household, household.photos)


async def test_files_deleted_or_changed_behind_syncthings_back_prove_nothing(
    hass: HomeAssistant, household: Household
) -> None:
    for name in ("IMG_0.jpg", "IMG_1.jpg"):
        (household.photos / name).unlink()
    await household.syncthing.scan("photos")
    for name in ("IMG_0.jpg", "IMG_1.jpg"):
        household.take_photo(name)
    with pytest.raises(RootForeignError):
        await prove(hass, household, household.photos)


async def test_the_coarse_times_of_some_disks_are_forgiven_and_no_more(
    hass: HomeAssistant, household: Household
) -> None:
    photos = list(household.photos.glob("*.jpg"))
    for photo in photos:
        os.utime(photo, (photo.stat().st_mtime, photo.stat().st_mtime + 1.9))
    await prove(hass, household, household.photos)

    long_ago = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
    for photo in photos:
        os.utime(photo, (long_ago, long_ago))
    with pytest.raises(RootForeignError):
        await prove(hass, household, household.photos)


async def test_names_that_syncthing_passes_over_are_not_asked_for(hass: HomeAssistant, household: Household) -> None:
    for number in range(9):
        (household.photos / os.fsdecode(b"\xff%d.jpg" % number)).write_bytes(b"not UTF-8")
    await prove(hass, household, household.photos)


async def test_what_cannot_be_listed_or_has_just_gone_is_passed_over(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    (household.photos / "closed").mkdir()
    household.take_photo("gone.jpg")
    really = os.scandir

    def scandir(path: Path | str) -> object:
        if Path(path).name == "closed":
            raise PermissionError
        if Path(path) != household.photos:
            return really(path)
        found = list(really(path))
        (household.photos / "gone.jpg").unlink(missing_ok=True)
        return nullcontext(found)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", scandir)
        await prove(hass, household, household.photos)
