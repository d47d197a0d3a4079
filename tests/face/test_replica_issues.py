"""What is wrong with a replica is a repair, and what it needs its owner for is settled there."""

import sqlite3
from datetime import timedelta
from typing import Any, cast

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.state_place import state_directory
from custom_components.immich_syncthing.store_choice import as_data
from tests.servers.s3 import S3Server, moto

from .household import Household
from .repairing import opened, shown, submitted, told
from .second_house import (
    REPLICA,
    add_replica,
    change,
    copied,
    copies,
    happened,
    replica_of,
    run,
    submit,
    until_complete,
)

__all__ = ["copied", "moto"]


async def test_a_store_that_is_away_is_told_after_an_hour(hass: HomeAssistant, copied: Household, passing: Any) -> None:
    heard = happened(hass)
    disk = copied.photos.parent / "disk"
    disk.rename(disk.with_name("unplugged"))
    await run(copied)
    assert "replica_unreachable" not in shown(hass)
    assert copied.shown("sensor.second_house_status") == "problem"
    passing(3700)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2))
    await hass.async_block_till_done()
    assert told(hass, "replica_unreachable") == {"name": "Second house", "place": str(disk)}
    await run(copied)
    assert [(kind, attributes["reason"]) for kind, attributes in heard] == [("failed", "store_unreachable")]
    disk.with_name("unplugged").rename(disk)
    await run(copied)
    assert "replica_unreachable" not in shown(hass)


@pytest.fixture
async def in_bucket(hass: HomeAssistant, household: Household, moto: S3Server) -> Household:
    """Return a household with one photo in Immich and in a bucket."""
    assert await async_setup_component(hass, "repairs", {})
    household.immich.browser.upload(b"one", "IMG_1.jpg")
    household.make_entry(folders=False)
    add_replica(household, store=as_data(moto.settings(moto.new_bucket(), prefix="home")))
    await household.load()
    await until_complete(household)
    return household


async def test_a_bucket_that_is_gone_is_told(
    hass: HomeAssistant, in_bucket: Household, moto: S3Server, passing: Any
) -> None:
    bucket = replica_of(in_bucket).store.bucket or ""
    assert "home/originals/undated/IMG_1.jpg" in moto.keys(bucket)
    for key in moto.keys(bucket):
        moto.client.delete_object(Bucket=bucket, Key=key)
    moto.client.delete_bucket(Bucket=bucket)
    await run(in_bucket)
    passing(3700)
    await run(in_bucket)
    assert told(hass, "replica_bucket_missing") == {
        "name": "Second house",
        "place": f"{bucket}/home (127.0.0.1)",
    }


async def test_a_key_that_is_refused_is_told_and_given_anew(
    hass: HomeAssistant, in_bucket: Household, passing: Any
) -> None:
    entry = in_bucket.entry
    assert entry is not None
    subentry = entry.subentries[REPLICA]
    store = subentry.data["store"]
    wrong = {**subentry.data, "store": {**store, "secret_key": "another"}}
    hass.config_entries.async_update_subentry(entry, subentry, data=wrong)
    await hass.async_block_till_done()
    await run(in_bucket)
    passing(3700)
    await run(in_bucket)
    assert "replica_credentials" in shown(hass)
    form = await change(hass, in_bucket, "store")
    form = await submit(hass, form, next_step_id="store_s3")
    typed = {name: store[name] for name in ("endpoint", "region", "bucket", "prefix", "access_key", "secret_key")}
    await submit(hass, form, **typed, more={})
    await until_complete(in_bucket)
    assert (await replica_of(in_bucket).async_replicate()).copied == 0
    await hass.async_block_till_done()
    assert "replica_credentials" not in shown(hass)


async def test_what_else_stops_it_is_told_in_words(hass: HomeAssistant, copied: Household, passing: Any) -> None:
    about = copied.photos.parent / "disk" / "manifest" / "about.json"
    about.write_text('{"format": 1, "user": "somebody else"}')
    await run(copied)
    passing(3700)
    await run(copied)
    assert "another account" in told(hass, "replica_stopped")["reason"]


async def test_why_it_is_stopped_is_told_in_home_assistants_language(
    hass: HomeAssistant, copied: Household, passing: Any
) -> None:
    assert copied.entry is not None
    hass.config.language = "de"
    assert await hass.config_entries.async_reload(copied.entry.entry_id)
    await until_complete(copied)
    about = copied.photos.parent / "disk" / "manifest" / "about.json"
    about.write_text('{"format": 1, "user": "somebody else"}')
    await run(copied)
    passing(3700)
    await run(copied)
    assert "gehört einem anderen Konto" in told(hass, "replica_stopped")["reason"]
    answer = await hass.services.async_call(DOMAIN, "replicate", blocking=True, return_response=True)
    assert answer is not None
    [replica] = cast("list[Any]", answer["replicas"])
    assert "gehört einem anderen Konto" in replica["problem"]["message"]


async def test_damaged_copies_are_told_until_somebody_has_read_it(
    hass: HomeAssistant, copied: Household, hass_client: ClientSessionGenerator
) -> None:
    heard = happened(hass)
    [path] = (copied.photos.parent / "disk").rglob("IMG_1.jpg")
    path.write_bytes(b"eno")
    report = await replica_of(copied).async_verify(1.0)
    assert (report.damaged, report.healed) == (1, 1)
    await hass.async_block_till_done()
    [(kind, attributes)] = heard
    assert (kind, attributes["damaged"], attributes["healed"]) == ("verification_failed", 1, 1)
    assert copied.shown("sensor.second_house_verification_failures") == "1"
    issue = shown(hass)["replica_verification_failed"]
    assert issue.severity is ir.IssueSeverity.ERROR
    assert {key: told(hass, "replica_verification_failed")[key] for key in ("count", "missing")} == {
        "count": "1",
        "missing": "0",
    }
    client = await hass_client()
    assert (await submitted(client, await opened(client, issue)))["type"] == "create_entry"
    await run(copied)
    assert "replica_verification_failed" not in shown(hass)


async def test_a_round_of_reading_has_an_end_that_is_told(hass: HomeAssistant, copied: Household) -> None:
    heard = happened(hass)
    await replica_of(copied).async_verify(1.0)
    await hass.async_block_till_done()
    [(kind, attributes)] = heard
    assert (kind, attributes["objects"]) == ("verified", 2)
    assert copied.shown("sensor.second_house_last_verified") != "unknown"


async def test_a_lost_library_is_asked_about_and_believed_when_its_owner_says_so(
    hass: HomeAssistant, copied: Household, hass_client: ClientSessionGenerator
) -> None:
    for asset in copied.immich.browser.assets():
        copied.immich.browser.purge(asset.id)
    await run(copied)
    issue = shown(hass)["replica_library"]
    assert "Nothing is removed" in told(hass, "replica_library")["reason"]
    client = await hass_client()
    assert (await submitted(client, await opened(client, issue)))["type"] == "create_entry"
    assert len(copies(copied.photos.parent / "disk")) == 2
    await run(copied)


async def test_many_copies_leave_only_with_the_owners_word(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    web = household.immich.browser
    ids = [web.upload(f"photo {number}".encode(), f"IMG_{number}.jpg") for number in range(25)]
    household.make_entry(folders=False)
    disk = add_replica(household, grace_days=1)
    await household.load()
    await until_complete(household)
    await run(household)
    web.trash(*ids[:22])
    await run(household)
    index_forgets_when(household, days=2)
    await run(household)
    issue = shown(hass)["replica_waits"]
    assert {key: told(hass, "replica_waits")[key] for key in ("count", "copies")} == {"count": "22", "copies": "25"}
    client = await hass_client()
    assert (await submitted(client, await opened(client, issue)))["type"] == "create_entry"
    await household.becomes(lambda: len(copies(disk)) == 3)


def index_forgets_when(household: Household, days: int) -> None:
    """Let the photos have been deleted earlier."""
    [index] = state_directory(household.hass).glob("*.replica-*.sqlite")
    with sqlite3.connect(index) as database:
        database.execute("UPDATE copies SET gone_since = gone_since - ?", (days * 86_400,))
    database.close()


async def test_a_repair_of_a_replica_that_was_removed_ends_well(
    hass: HomeAssistant, copied: Household, hass_client: ClientSessionGenerator
) -> None:
    for asset in copied.immich.browser.assets():
        copied.immich.browser.purge(asset.id)
    await run(copied)
    client = await hass_client()
    form = await opened(client, shown(hass)["replica_library"])
    assert copied.entry is not None
    hass.config_entries.async_remove_subentry(copied.entry, REPLICA)
    await hass.async_block_till_done()
    assert (await submitted(client, form))["type"] == "create_entry"
