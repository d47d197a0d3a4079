"""Where the vault is: chosen with the account, changed later, and what lies in an earlier one is still found."""

from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.immich_syncthing import vault_steps
from custom_components.immich_syncthing.diagnostics import async_get_config_entry_diagnostics
from custom_components.immich_syncthing.vault_choice import all_vaults, place_of, same_place, with_vault
from tests.servers.s3 import S3Server, moto

from .folder_forms import suggested
from .household import Household
from .vaulting import bucket_form, delete_in_immich, fill_in, kept, new_account, option, read, stored_bucket

__all__ = ["moto"]

HIDDEN = ".immich-syncthing-vault"


@pytest.fixture
def disk(household: Household) -> Path:
    """Return another directory that Home Assistant may use."""
    directory = household.photos.parent / "disk"
    directory.mkdir()
    return directory


async def test_a_new_account_has_its_vault_in_a_bucket(
    hass: HomeAssistant, household: Household, moto: S3Server
) -> None:
    form = await new_account(hass, household, "store_s3")
    typed = bucket_form(moto)
    wrong = await hass.config_entries.flow.async_configure(form["flow_id"], typed | {"bucket": "no-such-bucket"})
    assert (wrong["step_id"], wrong["errors"]) == ("store_s3", {"bucket": "store_bucket_missing"})

    done = await hass.config_entries.flow.async_configure(form["flow_id"], typed)
    await hass.async_block_till_done()

    assert done["data"] == household.data | {"vault": stored_bucket(typed)}
    assert done["result"].state is ConfigEntryState.LOADED
    assert "immich/vault/README.txt" in moto.keys(typed["bucket"])


async def test_what_is_deleted_goes_into_the_bucket(hass: HomeAssistant, household: Household, moto: S3Server) -> None:
    typed = bucket_form(moto)
    await household.set_up()
    await household.sync()
    await fill_in(hass, await option(hass, household, "store", "store_s3"), **typed)

    content = await delete_in_immich(household, "IMG_1.jpg")

    assert await read(household, content) == content
    [one] = [key for key in moto.keys(typed["bucket"]) if "/objects/" in key]
    assert moto.client.get_object(Bucket=typed["bucket"], Key=one)["Body"].read() == content


async def test_a_directory_holds_the_vault_hidden_in_it(hass: HomeAssistant, household: Household, disk: Path) -> None:
    (disk / "somebody's film.mp4").write_bytes(b"film")
    form = await new_account(hass, household, "store_directory")
    missing = await hass.config_entries.flow.async_configure(form["flow_id"], {"directory": f"{disk}/nothing"})
    assert missing["errors"] == {"directory": "root_not_found"}

    done = await hass.config_entries.flow.async_configure(form["flow_id"], {"directory": str(disk)})
    await hass.async_block_till_done()

    assert done["data"]["vault"] == {"kind": "directory", "directory": str(disk / HIDDEN)}
    assert {one.name for one in disk.iterdir()} == {HIDDEN, "somebody's film.mp4"}
    assert (disk / HIDDEN / "objects").is_dir()


async def test_a_place_that_holds_other_things_is_no_vault(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    (disk / HIDDEN).mkdir()
    (disk / HIDDEN / "diary.txt").write_text("dear diary")
    form = await new_account(hass, household, "store_directory")

    refused = await hass.config_entries.flow.async_configure(form["flow_id"], {"directory": str(disk)})

    assert refused["errors"] == {"directory": "store_unreachable"}
    assert "diary.txt" in (refused["description_placeholders"] or {})["detail"]


async def test_another_vault_takes_what_comes_and_the_earlier_one_is_still_read(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    entry = await household.set_up()
    await household.sync()
    first = await delete_in_immich(household, "IMG_0.jpg")
    beside = Path(entry.data["vault_path"])
    before = household.runtime

    done = await fill_in(hass, await option(hass, household, "store", "store_directory"), directory=str(disk))

    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert household.runtime is not before, "it is taken up at once"
    assert entry.data == household.data | {
        "vault": {"kind": "directory", "directory": str(disk / HIDDEN)},
        "earlier_vaults": [{"kind": "directory", "directory": str(beside)}],
    }
    assert [Path(one["directory"]) for _, one in all_vaults(hass)] == [disk / HIDDEN, beside]
    second = await delete_in_immich(household, "IMG_1.jpg")
    assert (await read(household, first), await read(household, second)) == (first, second)
    assert len(list(beside.glob("objects/*/*"))) == len(list((disk / HIDDEN).glob("objects/*/*"))) == 1
    assert {one.origin.path for one in await kept(household)} == {"IMG_0.jpg", "IMG_1.jpg"}


async def test_the_same_place_again_is_no_other_vault(hass: HomeAssistant, household: Household, disk: Path) -> None:
    entry = await household.set_up()
    await fill_in(hass, await option(hass, household, "store", "store_directory"), directory=str(disk))
    data = dict(entry.data)

    form = await option(hass, household, "store", "store_directory")
    assert form["data_schema"] is not None
    [field] = form["data_schema"].schema
    assert field.description == {"suggested_value": str(disk / HIDDEN)}
    done = await fill_in(hass, form, directory=str(disk / HIDDEN))

    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert dict(entry.data) == data
    assert {one.name for one in (disk / HIDDEN).iterdir()} == {
        "README.txt",
        ".nomedia",
        "objects",
        "entries",
        "notes",
        "incoming",
    }


async def test_back_beside_the_folder(hass: HomeAssistant, household: Household, disk: Path) -> None:
    entry = await household.set_up()
    beside = {"kind": "directory", "directory": entry.data["vault_path"]}
    await fill_in(hass, await option(hass, household, "store", "store_directory"), directory=str(disk))

    done = await option(hass, household, "store", "vault_beside")
    await hass.async_block_till_done()

    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert entry.data["vault"] == beside
    assert entry.data["earlier_vaults"] == [{"kind": "directory", "directory": str(disk / HIDDEN)}]


async def test_without_a_folder_the_place_beside_is_found_with_the_first_one(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    entry = await household.set_up(folders=False)
    assert "vault_path" not in entry.data
    await fill_in(hass, await option(hass, household, "store", "store_directory"), directory=str(disk))

    await option(hass, household, "store", "vault_beside")
    await hass.async_block_till_done()
    assert entry.data.keys() - household.data.keys() == {"earlier_vaults"}

    household.add_folder("photos", "Phone", household.photos)
    await hass.async_block_till_done()
    assert entry.data["vault_path"] == str(household.photos.parent / HIDDEN)


async def test_a_place_beside_the_folder_that_cannot_be_used_is_said(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    entry = await household.set_up()
    beside = Path(entry.data["vault_path"])
    await fill_in(hass, await option(hass, household, "store", "store_directory"), directory=str(disk))
    (beside / "diary.txt").write_text("dear diary")

    end = await option(hass, household, "store", "vault_beside")

    assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "no_place")
    assert "diary.txt" in (end["description_placeholders"] or {})["detail"]
    assert entry.data["vault"]["directory"] == str(disk / HIDDEN)


async def test_a_folder_that_is_all_of_the_media_holds_no_vault(
    hass: HomeAssistant, household: Household, caplog: pytest.LogCaptureFixture
) -> None:
    hass.config.media_dirs = {"local": str(household.photos)}
    hass.config.allowlist_external_dirs = {str(household.photos)}

    entry = await household.set_up()

    assert "there is a place for the vault" in caplog.text
    assert "vault_path" not in entry.data
    assert sorted(one.name for one in household.photos.iterdir() if one.name != ".stfolder") == [
        f"IMG_{number}.jpg" for number in range(3)
    ]
    await household.sync()
    household.immich.browser.trash(household.immich.browser.find("IMG_0.jpg").id)
    await household.sync()
    assert (household.photos / "IMG_0.jpg").exists(), "without a vault nothing is deleted"


async def test_the_vault_is_changed_where_the_servers_are(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    entry = await household.set_up()
    beside = entry.data["vault_path"]
    form = await entry.start_reconfigure_flow(hass)
    for choice in ("store", "store_directory"):
        form = await hass.config_entries.flow.async_configure(form["flow_id"], {"next_step_id": choice})

    done = await hass.config_entries.flow.async_configure(form["flow_id"], {"directory": str(disk)})
    await hass.async_block_till_done()

    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert entry.data["vault"]["directory"] == str(disk / HIDDEN)
    assert entry.data["earlier_vaults"] == [{"kind": "directory", "directory": beside}]

    (Path(beside) / "diary.txt").write_text("dear diary")
    form = await entry.start_reconfigure_flow(hass)
    for choice in ("store", "vault_beside"):
        form = await hass.config_entries.flow.async_configure(form["flow_id"], {"next_step_id": choice})
    assert (form["type"], form["reason"]) == (FlowResultType.ABORT, "no_place")


async def test_a_new_key_for_the_same_bucket_makes_no_earlier_vault(
    hass: HomeAssistant, household: Household, moto: S3Server
) -> None:
    entry = await household.set_up(folders=False)
    typed = bucket_form(moto)
    await fill_in(hass, await option(hass, household, "store", "store_s3"), **typed)

    form = await option(hass, household, "store", "store_s3")
    done = await fill_in(hass, form, **{name: value for name, value in typed.items() if name != "secret_key"})

    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert entry.data == household.data | {"vault": stored_bucket(typed)}


async def test_an_earlier_vault_is_forgotten_when_it_is_unticked(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    entry = await household.set_up()
    await household.sync()
    content = await delete_in_immich(household, "IMG_0.jpg")
    beside = entry.data["vault_path"]
    await fill_in(hass, await option(hass, household, "store", "store_directory"), directory=str(disk))
    done = await fill_in(hass, await option(hass, household, "earlier_vaults"))
    assert entry.data["earlier_vaults"], "all are ticked until somebody unticks them"

    done = await fill_in(hass, await option(hass, household, "earlier_vaults"), earlier_vaults=[])

    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert "earlier_vaults" not in entry.data
    assert await kept(household) == []
    assert [path.read_bytes() for path in Path(beside).glob("objects/*/*")] == [content]


async def test_an_earlier_vault_that_came_while_the_form_was_open_stays(
    hass: HomeAssistant, household: Household
) -> None:
    entry = household.make_entry()
    one, two, three = ({"kind": "s3", "bucket": "b", "endpoint": f"http://nas:{port}"} for port in (9000, 9001, 9002))
    hass.config_entries.async_update_entry(entry, data={**entry.data, "earlier_vaults": [one, two]})
    form = await option(hass, household, "earlier_vaults")
    # While the form is open the vault is moved once more.
    hass.config_entries.async_update_entry(entry, data={**entry.data, "earlier_vaults": [three, one, two]})

    await fill_in(hass, form, earlier_vaults=["0"])

    assert entry.data["earlier_vaults"] == [three, one]


async def test_an_account_that_is_removed_while_its_options_are_open(
    hass: HomeAssistant, household: Household, disk: Path
) -> None:
    entry = await household.set_up()
    await fill_in(hass, await option(hass, household, "store", "store_directory"), directory=str(disk))
    forms = [
        (await option(hass, household, "settings"), {}),
        (await option(hass, household, "earlier_vaults"), {}),
        (await option(hass, household, "store", "store_directory"), {"directory": str(disk)}),
    ]
    await hass.config_entries.async_remove(entry.entry_id)
    for form, typed in forms:
        end = await fill_in(hass, form, **typed)
        assert (end["type"], end["reason"]) == (FlowResultType.ABORT, "removed")


def test_a_place_is_named_without_its_secret() -> None:
    bucket = {"kind": "s3", "bucket": "photos", "prefix": "home", "secret_key": "hush"}
    assert place_of(bucket) == "photos/home (AWS)"
    assert place_of(bucket | {"endpoint": "https://s3.example.org:9000"}) == "photos/home (s3.example.org)"
    assert place_of({"kind": "azure", "bucket": "photos", "account": "mine"}) == "photos (mine)"
    assert place_of({"kind": "gcs", "bucket": "photos"}) == "photos (Google)"
    assert place_of({"kind": "directory", "directory": "/media"}) == "/media"


def test_a_vault_that_is_taken_again_is_no_earlier_one() -> None:
    one, two = ({"kind": "directory", "directory": f"/media/{name}"} for name in "ab")
    first = with_vault({"vault_path": "/media/a"}, two)
    assert first == {"vault": two, "earlier_vaults": [one]}
    assert with_vault(first, one) == {"vault": one, "earlier_vaults": [two]}
    assert with_vault({}, one) == {"vault": one}
    assert same_place(one | {"prefix": "", "left_behind": 3, "of_a_later_release": True}, one)
    assert not same_place(one, two)
    bucket = {"kind": "s3", "bucket": "photos", "secret_key": "one", "prefix": "home"}
    assert same_place(bucket, bucket | {"secret_key": "other", "region": "eu-central-1", "prefix": "/home/"})
    assert not same_place(bucket, {"kind": "s3", "bucket": "photos"})


async def test_what_helps_to_understand_a_fault_names_no_place_and_no_secret(
    hass: HomeAssistant, household: Household, moto: S3Server
) -> None:
    entry = await household.set_up()
    typed = bucket_form(moto)
    await fill_in(hass, await option(hass, household, "store", "store_s3"), **typed)
    await fill_in(hass, await option(hass, household, "settings"), vault_keep_days=30, vault_keep_gib=2)
    await household.runtime.vault.async_look()

    told = await async_get_config_entry_diagnostics(hass, entry)

    assert told["entry"]["vault"] == {
        "phone_deletions": True,
        "freed": False,
        "kind": "s3",
        "earlier": ["directory"],
        "keeps": {"days": 30, "limit": 2 * 1024**3},
        "holds": {"objects": 0, "bytes": 0, "oldest_at": None},
    }
    for hidden in (typed["bucket"], typed["endpoint"], typed["secret_key"], str(household.photos.parent)):
        assert hidden not in str(told)


async def test_a_store_that_stops_working_while_the_vault_is_made_is_said(
    hass: HomeAssistant, household: Household, moto: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await new_account(hass, household, "store_s3")
    typed = bucket_form(moto)
    really = vault_steps.async_make_vault

    async def bucket_goes_first(hass: HomeAssistant, stored: dict[str, Any]) -> None:
        moto.client.delete_bucket(Bucket=typed["bucket"])
        await really(hass, stored)

    monkeypatch.setattr(vault_steps, "async_make_vault", bucket_goes_first)
    refused = await hass.config_entries.flow.async_configure(form["flow_id"], typed)
    assert refused["errors"] == {"bucket": "store_bucket_missing"}

    monkeypatch.setattr(vault_steps, "async_make_vault", really)
    monkeypatch.setattr(vault_steps, "PATIENCE_SECONDS", 0.0)
    again = bucket_form(moto)
    refused = await hass.config_entries.flow.async_configure(form["flow_id"], again)
    assert refused["errors"] == {"endpoint": "store_unreachable"}
    assert refused["data_schema"] is not None
    shown = suggested(refused["data_schema"])
    assert shown["bucket"] == again["bucket"]
    assert "secret_key" not in shown, "it may be the one that was stored before"
