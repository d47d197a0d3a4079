"""A vault and a replica that would lie among each other, and places that are called the same."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.immich_syncthing import mounts
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.mounts import Mounts
from custom_components.immich_syncthing.nesting import nested
from custom_components.immich_syncthing.roots import RootRules, TakenRoot
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.vault.errors import VaultUnavailableError
from custom_components.immich_syncthing.vault_choice import earlier_vaults, present_vault
from custom_components.immich_syncthing.vaults import directory_for
from tests.servers.s3 import S3Server, moto

from . import second_house as forms
from .household import Household
from .migrating import HIDDEN, bucket, complete, migrate, places
from .repairing import shown, told
from .second_house import STORED, TYPED, add_replica, store_of
from .vaulting import bucket_form, delete_in_immich, fill_in, new_account, option, read, stored_bucket

__all__ = ["moto"]


@pytest.mark.parametrize("below", ["", "originals"])
async def test_no_replica_lies_in_a_vaults_directory(hass: HomeAssistant, household: Household, below: str) -> None:
    """The vault would be refused with the next start: it holds other things."""
    entry = await household.set_up(preset="mirror")
    vault = present_vault(entry.data)
    assert vault is not None
    place = Path(vault["directory"]) / below
    place.mkdir(exist_ok=True)
    menu = await forms.submit(hass, await forms.begin(hass, household), **TYPED)
    form = await forms.submit(hass, menu, next_step_id="store_directory")
    done = await forms.submit(hass, form, directory=str(place))
    assert (done["type"], done["errors"]) == (FlowResultType.FORM, {"base": "store_taken"})


@pytest.mark.parametrize(
    ("one", "other", "are_nested"),
    [
        ("immich", "immich", True),
        ("", "", True),
        ("", "vault", True),
        ("immich", "immich/originals/vault", True),
        ("immich/objects", "immich", True),
        ("immich", "immich2", False),
        ("immich/replica", "immich/vault", False),
    ],
)
def test_of_two_prefixes_none_may_lie_below_the_other(one: str, other: str, *, are_nested: bool) -> None:
    here, there = (StoreSettings(StoreKind.S3, bucket="photos", prefix=prefix) for prefix in (one, other))
    assert nested(here, there) is nested(there, here) is are_nested
    assert not nested(here, StoreSettings(StoreKind.S3, bucket="others", prefix=other))
    assert not nested(here, StoreSettings(StoreKind.AZURE, bucket="photos", prefix=other))


def test_directories_lie_in_one_another_whatever_they_are_called(tmp_path: Path) -> None:
    (tmp_path / "disk" / "photos").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    disk, link, photos, beside, gone = (
        StoreSettings(StoreKind.DIRECTORY, directory=str(tmp_path / name))
        for name in ("disk", "link", "link/photos", "beside", "disk/gone")
    )
    assert nested(disk, link)
    assert nested(disk, photos)
    assert nested(photos, disk)
    assert nested(gone, disk)
    assert not nested(beside, disk)


MOUNTED = """\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 8:2 / /mnt/disk rw - ext4 /dev/sdb1 rw
31 22 8:2 /photos/of\\040us /media/ours rw - ext4 /dev/sdb1 rw
32 22 8:2 /else /media/else rw - ext4 /dev/sdb1 rw
no line of a table
"""


@pytest.mark.parametrize(
    ("one", "other", "are_nested"),
    [
        ("/media/ours", "/mnt/disk/photos/of us", True),
        ("/media/ours/2026", "/mnt/disk/photos", True),
        ("/mnt/disk", "/media/else/deep/down", True),
        ("/media/ours", "/media/else", False),
        ("/media/ours", "/photos", False),
        ("/mnt/other", "/media", False),
        ("/media/beside", "/media", True),
    ],
)
def test_a_part_of_a_disk_is_the_same_wherever_it_is_mounted(one: str, other: str, *, are_nested: bool) -> None:
    mounts = Mounts(MOUNTED)
    assert mounts.nested(Path(one), Path(other)) is mounts.nested(Path(other), Path(one)) is are_nested
    assert not Mounts("").nested(Path(one), Path(one))


async def test_backups_of_a_database_come_along_into_a_directory_which_stays_a_vault(
    hass: HomeAssistant, household: Household, moto: S3Server
) -> None:
    for number in range(3, 9):
        household.take_photo(f"IMG_{number}.jpg")
    entry = await household.set_up(preset="mirror")
    await household.notice()
    content = await delete_in_immich(household, "IMG_1.jpg")
    disk = household.photos.parent / "disk"
    disk.mkdir()
    name = moto.new_bucket()
    await migrate(hass, **bucket(moto, name))
    await household.becomes(lambda: places(household)[0]["kind"] == "s3")
    await complete(household)
    dump = "database/immich-db-backup-20261121T120000-v2.7.5-pg14.sql.gz"
    moto.client.put_object(Bucket=name, Key=f"immich/vault/{dump}", Body=b"a dump")

    await migrate(hass, kind="directory", directory=str(disk))
    await household.becomes(lambda: places(household)[0]["kind"] == "directory")
    await complete(household)
    assert (disk / HIDDEN / dump).read_bytes() == b"a dump"
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    await household.runtime.vault.vaults.async_prepare()
    assert await read(household, content) == content


async def test_two_earlier_vaults_of_one_name_are_two(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(folders=False)
    earlier: list[dict[str, Any]] = [
        {"kind": "s3", "endpoint": f"http://127.0.0.1:{port}", "bucket": "photos"} for port in (1, 2, 3)
    ]
    hass.config_entries.async_update_entry(entry, data={**entry.data, "earlier_vaults": earlier})
    await hass.async_block_till_done()
    form = await option(hass, household, "earlier_vaults")
    await fill_in(hass, form, earlier_vaults=["0", "2"])
    assert earlier_vaults(entry.data) == [earlier[0], earlier[2]]


async def test_no_vault_moves_among_the_objects_of_a_replica(
    hass: HomeAssistant, household: Household, moto: S3Server
) -> None:
    name = moto.new_bucket()
    household.make_entry()
    add_replica(household, store=bucket(moto, name) | {"prefix": "replica"})
    await household.load()
    for prefix in ("", "replica", "replica/originals"):
        with pytest.raises(ServiceValidationError) as refused:
            await migrate(hass, **bucket(moto, name) | {"prefix": prefix})
        assert refused.value.translation_key == "same_place"
    assert (await migrate(hass, dry_run=True, **bucket(moto, name) | {"prefix": "vault"}))["started"] is False


def another_account_with_a_replica(hass: HomeAssistant, store: dict[str, Any], *earlier: dict[str, Any]) -> None:
    """Have an account whose replica is at ``store``, and was at ``earlier``."""
    data = STORED | {"store": store, "earlier_stores": list(earlier)}
    replica = {"data": data, "subentry_id": "eves", "subentry_type": "replica", "title": "Attic", "unique_id": None}
    MockConfigEntry(domain=DOMAIN, title="Eve", unique_id="eve", subentries_data=[replica]).add_to_hass(hass)


@pytest.mark.parametrize("earlier", [False, True])
async def test_a_new_account_has_no_vault_among_the_objects_of_a_replica(
    hass: HomeAssistant, household: Household, moto: S3Server, *, earlier: bool
) -> None:
    """Also not of one that was moved away: whoever removes what is left there would remove the vault's."""
    typed = bucket_form(moto)
    theirs = stored_bucket(typed) | {"prefix": "immich"}
    elsewhere = {"kind": "directory", "directory": str(store_of(household))}
    another_account_with_a_replica(hass, *((elsewhere, theirs) if earlier else (theirs,)))
    form = await new_account(hass, household, "store_s3")

    refused = await hass.config_entries.flow.async_configure(form["flow_id"], typed | {"prefix": "immich/originals"})

    assert (refused["step_id"], refused["errors"]) == ("store_s3", {"base": "store_taken"})
    about = refused["description_placeholders"] or {}
    assert about["detail"] == f"{typed['bucket']}/immich (127.0.0.1)", "theirs is named"
    assert moto.keys(typed["bucket"]) == [], "no vault was made"
    apart = typed | {"prefix": "vault"}
    done = await hass.config_entries.flow.async_configure(form["flow_id"], apart)
    await hass.async_block_till_done()
    assert done["data"]["vault"] == stored_bucket(apart)


async def test_the_options_put_no_vault_into_a_replica(
    hass: HomeAssistant, household: Household, moto: S3Server
) -> None:
    typed = bucket_form(moto)
    entry = household.make_entry()
    add_replica(household, store=stored_bucket(typed))
    await household.load()
    data = dict(entry.data)

    refused = await fill_in(hass, await option(hass, household, "store", "store_s3"), **typed)
    assert refused["errors"] == {"base": "store_taken"}
    assert entry.data == data

    await fill_in(hass, refused, **typed | {"prefix": "immich/beside"})
    assert present_vault(entry.data) == stored_bucket(typed | {"prefix": "immich/beside"})


async def test_a_vault_is_not_moved_into_a_replicas_directory_where_the_servers_are(
    hass: HomeAssistant, household: Household
) -> None:
    entry = household.make_entry()
    disk = add_replica(household)
    await household.load()
    (disk / "originals").mkdir(exist_ok=True)
    form = await entry.start_reconfigure_flow(hass)
    for choice in ("store", "store_directory"):
        form = await hass.config_entries.flow.async_configure(form["flow_id"], {"next_step_id": choice})

    refused = await hass.config_entries.flow.async_configure(form["flow_id"], {"directory": str(disk / "originals")})
    assert refused["errors"] == {"base": "store_taken"}
    assert list((disk / "originals").glob(".*")) == []

    # Nor is it hidden in the replica's own: whoever clears that by hand takes the vault along.
    refused = await hass.config_entries.flow.async_configure(refused["flow_id"], {"directory": str(disk)})
    assert refused["errors"] == {"base": "store_taken"}
    assert not (disk / HIDDEN).exists()


async def test_no_replica_lies_in_another_or_around_it(hass: HomeAssistant, household: Household) -> None:
    disk, moved = store_of(household), store_of(household, "moved")
    elsewhere, here = ({"kind": "directory", "directory": str(one)} for one in (moved, disk / "copies"))
    (disk / "copies").mkdir()
    (household.photos.parent / "link").symlink_to(disk)
    another_account_with_a_replica(hass, elsewhere, here)
    await household.set_up(folders=False)
    menu = await forms.submit(hass, await forms.begin(hass, household), **TYPED)
    form = await forms.submit(hass, menu, next_step_id="store_directory")
    for typed in (disk, disk / "copies", household.photos.parent / "link", moved):
        form = await forms.submit(hass, form, directory=str(typed))
        assert form["errors"] == {"base": "store_taken"}, typed
    done = await forms.submit(hass, form, directory=str(store_of(household, "apart")))
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_the_vault_beside_the_first_folder_is_in_no_replica(hass: HomeAssistant, household: Household) -> None:
    """The folder's parent became a replica's directory: the vault goes into the media directory, or nowhere."""
    inner = household.photos.parent / "around"
    rules = RootRules.of(hass)
    folder = SimpleNamespace(root=inner / "phone", marker_name=".stfolder")
    folder.root.mkdir(parents=True)
    folders: list[Any] = [folder]
    assert directory_for(folders, rules) == inner / HIDDEN
    taken = replace(rules, replicas=(TakenRoot("Attic", inner),))
    assert directory_for(folders, taken) == rules.media[0] / HIDDEN
    with pytest.raises(VaultUnavailableError):
        directory_for(folders, replace(rules, replicas=(TakenRoot("Attic", rules.media[0]),)))


async def test_places_that_came_to_lie_in_one_another_are_told_until_they_are_apart(
    hass: HomeAssistant, household: Household
) -> None:
    disk, link = store_of(household), household.photos.parent / "link"
    entry = await household.set_up()
    other = household.photos.parent / "other"
    other.mkdir()
    link.symlink_to(other)
    add_replica(household, store={"kind": "directory", "directory": str(link)})
    another_account_with_a_replica(hass, {"kind": "directory", "directory": str(disk)})
    await hass.async_block_till_done()

    async def looked() -> dict[str, Any]:
        await household.runtime.issues.async_look_at_places()
        return shown(hass)

    assert "places_nested" not in await looked()
    link.unlink()
    link.symlink_to(disk)
    assert "places_nested" in await looked()
    assert {told(hass, "places_nested")[key] for key in ("one", "other")} == {"Second house", "Attic"}
    link.unlink()
    link.symlink_to(other)
    assert "places_nested" not in await looked()
    assert entry.state is ConfigEntryState.LOADED


def test_where_nobody_tells_what_is_mounted_nothing_is_nested(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "nothing here")
    assert not Mounts.now().nested(Path("/disk"), Path("/disk/vault"))
