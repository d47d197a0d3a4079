"""A vault and a replica that would lie among each other, and places that are called the same."""

from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.markdown import LONG, as_text
from custom_components.immich_syncthing.replica_place import mixes_with
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.vault_choice import earlier_vaults, present_vault
from tests.servers.s3 import S3Server, moto

from . import second_house as forms
from .household import Household
from .migrating import HIDDEN, bucket, complete, migrate, places
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
    ("replica", "vault", "mixed"),
    [
        ("immich", "immich", True),
        ("", "", True),
        ("", "originals", True),
        ("immich", "immich/originals/vault", True),
        ("immich/objects", "immich", True),
        ("", "vault", False),
        ("replica", "", False),
        ("immich", "immich2", False),
        ("immich/replica", "immich/vault", False),
    ],
)
def test_of_two_prefixes_one_may_not_lie_among_the_others_objects(replica: str, vault: str, *, mixed: bool) -> None:
    one, other = (StoreSettings(StoreKind.S3, bucket="photos", prefix=prefix) for prefix in (replica, vault))
    assert mixes_with(one, other) is mixed
    assert not mixes_with(one, StoreSettings(StoreKind.S3, bucket="others", prefix=vault))


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
    add_replica(household, store=bucket(moto, name) | {"prefix": ""})
    await household.load()
    with pytest.raises(ServiceValidationError) as refused:
        await migrate(hass, **bucket(moto, name) | {"prefix": "originals"})
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
    assert about["detail"] == as_text(f"{typed['endpoint']}/{typed['bucket']}/immich", LONG), "theirs is named"
    assert moto.keys(typed["bucket"]) == [], "no vault was made"
    done = await hass.config_entries.flow.async_configure(form["flow_id"], typed)
    await hass.async_block_till_done()
    assert done["data"]["vault"] == stored_bucket(typed)


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

    # A hidden directory beside the replica's own is in nobody's way.
    await hass.config_entries.flow.async_configure(form["flow_id"], {"directory": str(disk)})
    await hass.async_block_till_done()
    assert present_vault(entry.data) == {"kind": "directory", "directory": str(disk / HIDDEN)}
