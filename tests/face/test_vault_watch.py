"""The vault is watched: its numbers, that it can be used, and what leaves it because of its limits."""

import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.immich_syncthing import vault_coordinator
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.ledger.views import HistoryFilter
from custom_components.immich_syncthing.issues.vault import copies_issues, earlier_issue, vault_issue
from custom_components.immich_syncthing.vault.errors import (
    VaultBucketMissingError,
    VaultClockSkewError,
    VaultCredentialsError,
    VaultError,
    VaultFullError,
    VaultUnavailableError,
)
from custom_components.immich_syncthing.vault_coordinator import FOLLOW_SECONDS
from tests.servers.s3 import S3Server, moto

from .household import FOLDER, Household
from .vaulting import bucket_form, delete_in_immich, fill_in, kept, option, stored_bucket

__all__ = ["moto"]

FILES, SIZE, OLDEST = (
    f"sensor.admin_127_0_0_1_{name}" for name in ("files_in_the_vault", "size_of_the_vault", "oldest_file_in_the_vault")
)
STOP_SWITCH = "switch.immich_syncthing_stop_everything"
DAY = 24 * 3600.0


@pytest.fixture(autouse=True)
def _without_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_coordinator, "REST_SECONDS", 0.0)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Give what lets days pass for the vault's rhythm, and for the clock that says how old something is."""
    ahead = 0.0
    clock = SimpleNamespace(time=lambda: time.time() + ahead, monotonic=lambda: time.monotonic() + ahead)
    monkeypatch.setattr(vault_coordinator, "time", clock)

    def wait(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    return wait


async def a_round(home: Household, *, anew: bool = False) -> None:
    """Let what is due be done; ``anew``: everything."""
    await home.runtime.vault.async_look(anew=anew)
    await home.hass.async_block_till_done()


async def days_pass(home: Household, later: Callable[[float], None], number: int) -> None:
    """Let Home Assistant run for so many days."""
    for _ in range(number):
        later(DAY)
        await a_round(home)


def shown(home: Household) -> list[str]:
    """Return the keys of the repairs about the vault."""
    told = home.runtime.issues.board.keys()
    return [key for key in told if key.startswith("vault_")]


# --- the numbers -----------------------------------------------------------------------------------------------------


async def test_the_vault_tells_how_much_it_holds_as_it_comes(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    await a_round(household)
    assert [household.shown(one) for one in (FILES, SIZE, OLDEST)] == ["0", "0.0", "unknown"]

    before = dt_util.utcnow() - timedelta(seconds=1)
    await delete_in_immich(household, "IMG_0.jpg")
    size = len(await delete_in_immich(household, "IMG_1.jpg")) * 2
    assert household.shown(FILES) == "0", "what comes close behind another is told together"
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=FOLLOW_SECONDS + 1))

    assert household.shown(FILES) == "2"
    assert float(household.shown(SIZE)) == pytest.approx(size / 1024**3)
    oldest = dt_util.parse_datetime(household.shown(OLDEST))
    assert oldest is not None
    assert before <= oldest + timedelta(seconds=1)


async def test_after_a_restart_it_is_counted_anew(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    await household.sync()
    await delete_in_immich(household, "IMG_0.jpg")

    assert await hass.config_entries.async_reload(entry.entry_id)
    await a_round(household)

    assert household.shown(FILES) == "1"


async def test_who_asks_for_an_update_is_told_what_is_known(hass: HomeAssistant, household: Household) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    await household.set_up()
    await a_round(household)
    for entity_id in (FILES, "sensor.admin_127_0_0_1_vault_migration"):
        before = household.shown(entity_id)
        await hass.services.async_call("homeassistant", "update_entity", {"entity_id": entity_id}, blocking=True)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1))
        await hass.async_block_till_done()
        assert household.shown(entity_id) == before != "unavailable"


async def test_without_a_folder_there_is_no_vault_to_count(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(folders=False)
    await a_round(household)
    assert household.shown(FILES) == "unknown"


# --- it cannot be used -----------------------------------------------------------------------------------------------


async def test_a_vault_whose_disk_is_away_is_a_repair_until_it_is_back(
    hass: HomeAssistant, household: Household, passing: Callable[[float], None]
) -> None:
    entry = await household.set_up()
    vault = Path(entry.data["vault_path"])
    await a_round(household)
    vault.rename(vault.with_name("away"))
    await a_round(household, anew=True)
    assert shown(household) == [], "what passes by itself is not shown"

    passing(601)
    await a_round(household)
    assert shown(household) == ["vault_unreachable"]

    vault.with_name("away").rename(vault)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await household.becomes(lambda: shown(household) == [])


async def test_what_a_deletion_meets_is_looked_at_with_the_next_minute(
    hass: HomeAssistant, household: Household, passing: Callable[[float], None]
) -> None:
    entry = await household.set_up()
    await household.sync()
    await a_round(household)
    vault = Path(entry.data["vault_path"])
    vault.rename(vault.with_name("away"))
    await a_round(household)
    passing(601)
    await a_round(household)
    assert shown(household) == [], "nobody looks more often than each hour"

    household.immich.browser.trash(household.immich.browser.find("IMG_0.jpg").id)
    report = await household.runtime.folders[FOLDER].async_sync()
    assert report.failed, report
    await a_round(household)
    passing(601)
    await a_round(household)
    assert shown(household) == ["vault_unreachable"]
    assert (household.photos / "IMG_0.jpg").exists()


async def test_a_bucket_that_is_gone_and_a_key_that_is_refused_are_told_apart(
    hass: HomeAssistant, household: Household, moto: S3Server
) -> None:
    entry = await household.set_up()
    typed = bucket_form(moto)
    await fill_in(hass, await option(hass, household, "store", "store_s3"), **typed)
    await a_round(household)
    assert shown(household) == []

    for key in moto.keys(typed["bucket"]):
        moto.client.delete_object(Bucket=typed["bucket"], Key=key)
    moto.client.delete_bucket(Bucket=typed["bucket"])
    await a_round(household, anew=True)
    assert shown(household) == ["vault_bucket_missing"]

    wrong = stored_bucket(typed) | {"secret_key": "revoked"}
    hass.config_entries.async_update_entry(entry, data=dict(entry.data) | {"vault": wrong})
    await hass.async_block_till_done()
    await a_round(household)
    assert shown(household) == ["vault_credentials"]


async def test_an_earlier_vault_that_cannot_be_read_is_told(
    hass: HomeAssistant, household: Household, passing: Callable[[float], None]
) -> None:
    entry = await household.set_up()
    beside = Path(entry.data["vault_path"])
    disk = household.photos.parent / "disk"
    disk.mkdir()
    await fill_in(hass, await option(hass, household, "store", "store_directory"), directory=str(disk))
    shutil.rmtree(beside)
    await a_round(household, anew=True)
    passing(601)
    await a_round(household)

    assert shown(household) == ["vault_earlier_unreachable"]
    [issue] = [one for one in ir.async_get(hass).issues.values() if one.translation_key == "vault_earlier_unreachable"]
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["place"] == str(beside)


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (VaultBucketMissingError, "vault_bucket_missing"),
        (VaultClockSkewError, "vault_clock_skew"),
        (VaultCredentialsError, "vault_credentials"),
        (VaultFullError, "vault_full"),
        (VaultUnavailableError, "vault_unreachable"),
        (VaultError, "vault_unreachable"),
    ],
)
def test_every_refusal_has_its_repair(error: type[VaultError], key: str) -> None:
    stored = {"kind": "s3", "bucket": "photos", "secret_key": "hush"}
    issue = vault_issue(stored, error("no"))
    assert issue.key == key
    assert issue.placeholders == {"place": "photos (AWS)", "detail": "no"}
    assert earlier_issue(stored, error("no")).placeholders == issue.placeholders


def test_two_earlier_vaults_on_two_ports_of_a_host_are_told_apart() -> None:
    one = {"kind": "s3", "bucket": "photos", "endpoint": "https://nas:9000"}
    issues = [earlier_issue(stored, VaultError("no")) for stored in (one, one | {"endpoint": "https://nas:9001"})]
    assert len({issue.about for issue in issues}) == 2


def test_without_only_copies_nothing_is_announced() -> None:
    assert list(copies_issues({"kind": "directory", "directory": "/media"}, 0, 1)) == []


# --- its limits ------------------------------------------------------------------------------------------------------


async def only_copies(home: Household, **limits: Any) -> None:
    """Have two photos in the vault that are nowhere else, and set its limits."""
    await home.set_up()
    await home.sync()
    for number in range(2):
        await delete_in_immich(home, f"IMG_{number}.jpg")
    browser = home.immich.browser
    browser.purge(*(one.id for one in browser.assets(trashed=True)))
    form = await option(home.hass, home, "settings")
    await fill_in(home.hass, form, **limits)
    await a_round(home)


async def test_only_copies_are_announced_by_a_repair_and_go_a_week_later(
    hass: HomeAssistant, household: Household, later: Callable[[float], None]
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    await only_copies(household, vault_keep_days=30)
    assert shown(household) == []

    await days_pass(household, later, 30)
    assert shown(household) == ["vault_only_copies"]
    [issue] = [one for one in ir.async_get(hass).issues.values() if one.domain == DOMAIN]
    assert issue.translation_placeholders is not None
    assert (issue.translation_placeholders["count"], issue.translation_placeholders["days"]) == ("2", "7")
    assert len(await kept(household)) == 2

    await days_pass(household, later, 6)
    assert len(await kept(household)) == 2
    await days_pass(household, later, 2)
    assert shown(household) == []
    assert await kept(household) == []
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=FOLLOW_SECONDS + 1))
    assert household.shown(FILES) == "0"
    told = await household.runtime.engine.history(wanted=HistoryFilter(action="unvault"))
    assert {one.entry.path for one in told} == {"IMG_0.jpg", "IMG_1.jpg"}


async def test_while_home_assistant_is_off_the_week_does_not_pass(
    hass: HomeAssistant, household: Household, later: Callable[[float], None]
) -> None:
    await only_copies(household, vault_keep_days=30)
    await days_pass(household, later, 33)
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    later(60 * DAY)
    await household.load()
    await a_round(household)

    [issue] = [one for one in ir.async_get(hass).issues.values() if one.domain == DOMAIN]
    assert issue.translation_placeholders is not None
    assert (issue.translation_placeholders["count"], issue.translation_placeholders["days"]) == ("2", "4")
    await days_pass(household, later, 3)
    assert len(await kept(household)) == 2
    await days_pass(household, later, 5)
    assert await kept(household) == []


async def test_who_lets_the_vault_keep_more_is_asked_no_more(
    hass: HomeAssistant, household: Household, later: Callable[[float], None]
) -> None:
    await only_copies(household, vault_keep_days=30)
    await days_pass(household, later, 31)
    assert shown(household) == ["vault_only_copies"]

    await fill_in(hass, await option(hass, household, "settings"))
    await a_round(household)

    assert shown(household) == []
    await days_pass(household, later, 40)
    assert len(await kept(household)) == 2

    await fill_in(hass, await option(hass, household, "settings"), vault_keep_days=30)
    await a_round(household)
    assert shown(household) == ["vault_only_copies"], "the week begins anew"
    assert len(await kept(household)) == 2


async def test_what_immich_still_has_goes_without_a_question(
    hass: HomeAssistant, household: Household, later: Callable[[float], None]
) -> None:
    await household.set_up()
    await household.sync()
    await delete_in_immich(household, "IMG_0.jpg")
    await fill_in(hass, await option(hass, household, "settings"), vault_keep_days=30)
    await days_pass(household, later, 31)

    assert shown(household) == []
    assert await kept(household) == []


async def a_photo_is_due(hass: HomeAssistant, household: Household, later: Callable[[float], None]) -> None:
    """Let a photo be in the vault for longer than it is kept, which nobody has found out yet."""
    await household.sync()
    await delete_in_immich(household, "IMG_0.jpg")
    await fill_in(hass, await option(hass, household, "settings"), vault_keep_days=30)
    await days_pass(household, later, 29)
    later(2 * DAY)


async def test_while_immich_is_away_or_everything_is_stopped_nothing_goes(
    hass: HomeAssistant, household: Household, later: Callable[[float], None]
) -> None:
    await household.set_up()
    await a_photo_is_due(hass, household, later)

    household.immich.faults.maintenance = True
    await a_round(household)
    assert len(await kept(household)) == 1
    household.immich.faults.clear()

    await hass.services.async_call("switch", "turn_on", {"entity_id": STOP_SWITCH}, blocking=True)
    await a_round(household, anew=True)
    assert len(await kept(household)) == 1

    await hass.services.async_call("switch", "turn_off", {"entity_id": STOP_SWITCH}, blocking=True)
    await a_round(household, anew=True)
    assert await kept(household) == []


async def test_a_disk_that_goes_away_while_the_vault_is_looked_through_is_noticed_within_minutes(
    hass: HomeAssistant,
    household: Household,
    later: Callable[[float], None],
    passing: Callable[[float], None],
) -> None:
    """Not within the hour, in which a vault that worked is not looked at."""
    entry = await household.set_up()
    await a_photo_is_due(hass, household, later)
    household.immich.faults.maintenance = True
    await a_round(household)
    assert len(await kept(household)) == 1, "it is looked through again with the next minute"
    household.immich.faults.clear()

    vault = Path(entry.data["vault_path"])
    vault.rename(vault.with_name("away"))
    for _ in range(2):
        await a_round(household)
    passing(601)
    await a_round(household)
    assert shown(household) == ["vault_unreachable"]

    vault.with_name("away").rename(vault)
    await a_round(household)
    assert shown(household) == []
    assert await kept(household) == []
