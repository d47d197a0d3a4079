"""What is shown of Immich and of the account, whatever Immich answers and the key allows."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.immich_syncthing.immich.permissions import OPTIONAL, REQUIRED, Feature
from tests.servers.immich.version import QuotaReport, StorageReport, Version

from .household import Household

NAME = "admin_127_0_0_1"
PHOTOS = f"sensor.{NAME}_photos"
DISK = f"sensor.{NAME}_disk_usage"
JOBS = f"sensor.{NAME}_waiting_jobs"
QUOTA = f"sensor.{NAME}_storage_quota"
USED = f"sensor.{NAME}_storage_used"
MAINTENANCE = f"binary_sensor.{NAME}_maintenance_mode"
RELEASE = f"update.{NAME}_release"


async def refresh(household: Household) -> None:
    await household.runtime.account.async_refresh()
    await household.hass.async_block_till_done()


@pytest.fixture
def everything_enabled() -> Iterator[None]:
    """Show also what is disabled at first."""
    with patch("homeassistant.helpers.entity.Entity.entity_registry_enabled_default", new=True):
        yield


@pytest.mark.usefixtures("everything_enabled")
async def test_the_account_is_shown_in_numbers(hass: HomeAssistant, household: Household) -> None:
    household.immich.admin.quota = 10 * 2**30
    await household.set_up()
    await household.sync()
    household.immich.browser.trash(household.immich.browser.find("IMG_0.jpg").id)
    await refresh(household)
    assert household.shown(PHOTOS) == "2"
    assert household.shown(f"sensor.{NAME}_videos") == "0"
    assert household.shown(f"sensor.{NAME}_in_the_trash") == "1"
    assert household.shown(QUOTA) == "10.0"
    used = household.runtime.account.data.user.quota_usage
    assert used
    assert float(household.shown(f"sensor.{NAME}_storage_used")) == pytest.approx(used / 2**30)
    assert 0 < float(household.shown(DISK)) <= 100
    assert float(household.shown(f"sensor.{NAME}_disk_size")) > float(household.shown(f"sensor.{NAME}_disk_used")) > 0
    assert household.shown(JOBS) == "0"


@pytest.mark.usefixtures("everything_enabled")
async def test_jobs_wait_also_in_a_paused_queue(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(folders=False)
    household.immich.jobs.pause("sidecar")
    for number in range(3):
        household.immich.jobs.add("sidecar", "sidecar", f"photo {number}")
    await refresh(household)
    assert household.shown(JOBS) == "3"


async def test_noise_is_disabled_at_first(household: Household, entity_registry: er.EntityRegistry) -> None:
    entry = await household.set_up(folders=False)
    entries = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    disabled = {one.translation_key for one in entries if one.disabled}
    assert disabled == {"disk_size", "disk_used", "waiting_jobs"}


@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.parametrize("report", [one for one in StorageReport if one is not StorageReport.NORMAL])
async def test_a_disk_that_answers_nonsense_is_unknown(
    hass: HomeAssistant, household: Household, report: StorageReport
) -> None:
    household.immich.quirks.storage = report
    await household.set_up(folders=False)
    assert {household.shown(f"sensor.{NAME}_{one}") for one in ("disk_usage", "disk_size", "disk_used")} == {
        STATE_UNKNOWN
    }
    assert household.shown(PHOTOS) == "0"


@pytest.mark.parametrize("figure", [-1, 2**63, 2**70, 1.5e300, "many", [], {}])
async def test_a_quota_that_is_nonsense_is_unknown(household: Household, figure: object) -> None:
    household.immich.quirks.quota = QuotaReport(figure, figure)
    await household.set_up()
    await household.sync()
    assert (household.shown(QUOTA), household.shown(USED)) == (STATE_UNKNOWN, STATE_UNKNOWN)
    assert household.shown(PHOTOS) == "0"
    assert len(household.immich.browser.assets()) == 3


async def test_a_disk_that_cannot_be_told_is_logged_once(
    household: Household, caplog: pytest.LogCaptureFixture
) -> None:
    await household.set_up(folders=False)
    household.immich.quirks.storage = StorageReport.FAILS
    for _ in range(3):
        await refresh(household)
    assert household.shown(DISK) == STATE_UNKNOWN
    assert caplog.text.count("Immich does not tell for disk") == 1
    assert "ERROR" not in {record.levelname for record in caplog.records}

    household.immich.quirks.storage = StorageReport.NORMAL
    for _ in range(2):
        await refresh(household)
    assert household.shown(DISK) != STATE_UNKNOWN
    assert caplog.text.count("Immich tells again for disk") == 1


async def test_a_quota_is_shown_while_there_is_one(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(folders=False)
    assert hass.states.get(QUOTA) is None
    household.immich.admin.quota = 2**30
    await refresh(household)
    assert household.shown(QUOTA) == "1.0"
    household.immich.admin.quota = None
    await refresh(household)
    assert household.shown(QUOTA) == STATE_UNAVAILABLE


@pytest.mark.usefixtures("everything_enabled")
async def test_what_the_key_may_not_ask_is_not_there_until_it_may(hass: HomeAssistant, household: Household) -> None:
    household.allow(*REQUIRED)
    await household.set_up(folders=False)
    optional = (DISK, JOBS, RELEASE)
    assert [hass.states.get(one) for one in optional] == [None, None, None]
    assert not [seen for seen in household.immich.log if seen.status == 403]

    household.allow(*REQUIRED, *(one for feature in Feature for one in OPTIONAL[feature]))
    await refresh(household)
    assert STATE_UNAVAILABLE not in {household.shown(one) for one in optional}

    household.allow(*REQUIRED)
    await refresh(household)
    assert {household.shown(one) for one in optional} == {STATE_UNAVAILABLE}
    assert household.shown(PHOTOS) == "0"


@pytest.mark.usefixtures("everything_enabled")
async def test_only_an_administrator_sees_jobs(hass: HomeAssistant, household: Household) -> None:
    entry = household.make_entry(folders=False)
    household.immich.admin.is_admin = False
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert household.shown(DISK)
    assert hass.states.get(JOBS) is None
    assert not [seen for seen in household.immich.log if seen.status == 403]


async def test_a_newer_release_is_told_of(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(folders=False)
    assert household.shown(RELEASE) == STATE_UNKNOWN
    household.immich.quirks.newest_release = "v3.2.3"
    await refresh(household)
    state = hass.states.get(RELEASE)
    assert state is not None
    assert state.state == STATE_ON
    assert (state.attributes["installed_version"], state.attributes["latest_version"]) == ("3.2.2", "3.2.3")
    assert state.attributes["release_url"] == "https://github.com/immich-app/immich/releases/tag/v3.2.3"


async def test_an_updated_immich_shows_on_its_device(
    hass: HomeAssistant, household: Household, device_registry: dr.DeviceRegistry
) -> None:
    entry = await household.set_up(folders=False)
    household.immich.quirks.newest_release = "v3.2.3"
    household.immich.server.version = Version(3, 2, 3)
    await refresh(household)
    assert household.shown(RELEASE) == STATE_OFF
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert "3.2.3" in {device.sw_version for device in devices}


async def test_maintenance_is_told_apart_from_a_lost_immich(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(folders=False)
    assert household.shown(MAINTENANCE) == STATE_OFF
    household.immich.faults.maintenance = True
    await refresh(household)
    assert household.shown(MAINTENANCE) == STATE_ON
    assert household.shown(PHOTOS) == STATE_UNAVAILABLE

    household.immich.faults.database_down = True
    await refresh(household)
    assert household.shown(MAINTENANCE) == STATE_UNAVAILABLE

    household.immich.faults.clear()
    await refresh(household)
    assert household.shown(MAINTENANCE) == STATE_OFF


async def test_a_lost_immich_makes_unavailable_what_it_told(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(folders=False)
    household.immich.faults.database_down = True
    await refresh(household)
    assert {household.shown(one) for one in (PHOTOS, DISK, RELEASE)} == {STATE_UNAVAILABLE}
    household.immich.faults.clear()
    await refresh(household)
    assert household.shown(PHOTOS) == "0"
