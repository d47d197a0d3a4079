"""Backups of Immich's database: asked for, by schedule, and shown; nothing of it holds the photos up."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.immich_syncthing import database_backups
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.database_backups import RETRY, START
from custom_components.immich_syncthing.immich.permissions import OPTIONAL, REQUIRED, Feature
from custom_components.immich_syncthing.issues.backups import PATIENCE_SECONDS
from custom_components.immich_syncthing.replica.dumps import DatabaseBackups
from custom_components.immich_syncthing.stop import STOP
from custom_components.immich_syncthing.store_choice import as_data
from tests.servers.immich import ImmichStandIn
from tests.servers.immich.version import Version
from tests.servers.s3 import S3Server, moto

from .dumping import act, set_up, where
from .household import Household, Jump
from .repairing import shown, told
from .second_house import add_replica

__all__ = ["moto"]

NAME = "admin_127_0_0_1"
LAST = f"sensor.{NAME}_last_database_backup"
SIZE = f"sensor.{NAME}_database_backup_size"
EVENT = f"event.{NAME}_database_backup"
QUEUE = "backupDatabase"
DAILY = {"database_backups": {"backup_rhythm": "daily", "at": "04:00:00", "keep_number": 2}}
DAY = 24 * 3600.0


# --- actions ---------------------------------------------------------------------------------------------------------


async def test_one_is_made_listed_and_shown(hass: HomeAssistant, household: Household, immich: ImmichStandIn) -> None:
    await household.set_up(folders=False)
    assert [household.shown(one) for one in (LAST, SIZE, EVENT)] == [STATE_UNKNOWN] * 3
    [before] = (await act(hass, "database_backups"))["accounts"]
    assert (before["stored"], before["in_immich"], before["problem"]) == ([], [], None)
    assert not where(household).exists()

    immich.jobs.delays[QUEUE] = 0.1
    made = await act(hass, "backup_database")
    await hass.async_block_till_done()
    [dump] = immich.world.tables.backups
    assert (made["file"], made["size"], made["kept"]) == (dump.filename, len(dump.content), 1)
    assert (where(household) / dump.filename).read_bytes() == dump.content
    [after] = (await act(hass, "database_backups"))["accounts"]
    assert [one["file"] for one in after["stored"]] == [dump.filename]
    assert after["in_immich"] == [{"file": dump.filename, "size": len(dump.content), "stored": True}]
    last = dt_util.parse_datetime(household.shown(LAST))
    assert last is not None
    assert last.isoformat() == made["made_at"]
    state = hass.states.get(EVENT)
    assert state is not None
    assert (state.attributes["event_type"], state.attributes["file"]) == ("made", dump.filename)


async def test_it_outlives_a_restart(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(folders=False)
    await act(hass, "backup_database")
    await hass.async_block_till_done()
    last = household.shown(LAST)
    await hass.config_entries.async_reload(entry.entry_id)
    await household.becomes(lambda: household.shown(LAST) == last)


def no_admin(immich: ImmichStandIn) -> None:
    immich.admin.is_admin = False


def too_old(immich: ImmichStandIn) -> None:
    immich.server.version = Version(2, 4, 1)


def paused(immich: ImmichStandIn) -> None:
    immich.jobs.pause(QUEUE)


def broken(immich: ImmichStandIn) -> None:
    immich.quirks.half_dumps_listed = immich.quirks.dumps_fail = True


@pytest.mark.parametrize(
    ("breaks", "code", "words"),
    [
        (no_admin, "dump_not_admin", "The API key is not an administrator's."),
        (too_old, "dump_server_too_old", "Immich 2.4.1 has no database backups that can be fetched; 2.5 is the first"),
        (paused, "dump_queue_paused", "Immich's queue for database backups is paused."),
        (broken, "dump_broken", "The backup that Immich made of its database is not whole"),
    ],
)
async def test_what_keeps_it_from_being_made_is_said(
    hass: HomeAssistant,
    household: Household,
    immich: ImmichStandIn,
    caplog: pytest.LogCaptureFixture,
    breaks: Callable[[ImmichStandIn], None],
    code: str,
    words: str,
) -> None:
    await household.set_up(folders=False)
    breaks(immich)
    for _ in range(2):
        with pytest.raises(HomeAssistantError, match=words) as refused:
            await act(hass, "backup_database")
        assert refused.value.translation_key == code
        if code == "dump_queue_paused":
            immich.jobs.empty(QUEUE)
    await hass.async_block_till_done()
    state = hass.states.get(EVENT)
    assert state is not None
    assert (state.attributes["event_type"], state.attributes["reason"]) == ("failed", code)
    assert caplog.text.count("was not backed up") == 1
    listed = (await act(hass, "database_backups"))["accounts"][0]
    if code in {"dump_not_admin", "dump_server_too_old"}:
        assert listed["problem"]["code"] == code
        assert listed["problem"]["message"].startswith(words)
    assert listed["stored"] == []


async def test_a_key_that_allows_too_little_is_named_what_it_lacks_and_shows_nothing(
    hass: HomeAssistant, household: Household
) -> None:
    household.allow(*REQUIRED, "job.create", "queue.read")
    await household.set_up(folders=False)
    assert [hass.states.get(one) for one in (LAST, SIZE, EVENT)] == [None] * 3
    with pytest.raises(HomeAssistantError, match=r"maintenance, backup\.download"):
        await act(hass, "backup_database")
    household.allow(*REQUIRED, *OPTIONAL[Feature.DATABASE_BACKUPS])
    await act(hass, "backup_database")
    await household.runtime.account.async_refresh()
    await hass.async_block_till_done()
    assert household.shown(LAST) not in {STATE_UNKNOWN, STATE_UNAVAILABLE}


async def test_a_store_that_does_not_work_is_said(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(folders=False)
    (household.photos.parent / ".immich-syncthing-backups").write_text("in the way")
    with pytest.raises(HomeAssistantError, match="The store cannot be reached"):
        await act(hass, "backup_database")


async def test_nothing_is_kept_where_syncthing_would_sync_it(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    hass.config.media_dirs = {"local": str(household.photos)}
    assert household.entry is not None
    await hass.config_entries.async_reload(household.entry.entry_id)
    await hass.async_block_till_done()
    with pytest.raises(HomeAssistantError, match="The store cannot be reached"):
        await act(hass, "backup_database")
    assert not (household.photos / ".immich-syncthing-backups").exists()


async def test_with_several_accounts_one_is_named(hass: HomeAssistant, household: Household) -> None:
    with pytest.raises(ServiceValidationError):
        await act(hass, "backup_database")
    entry = await household.set_up(folders=False)
    user = household.immich.world.add_user("Partner")
    data = household.data | {"immich_api_key": household.immich.make_key(user=user)}
    other = MockConfigEntry(domain=DOMAIN, title="Partner", unique_id=user.id, data=data)
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await hass.async_block_till_done()
    with pytest.raises(ServiceValidationError, match="several accounts"):
        await act(hass, "backup_database")
    await act(hass, "backup_database", config_entry_id=entry.entry_id)
    listed = (await act(hass, "database_backups"))["accounts"]
    assert [len(one["stored"]) for one in listed] == [1, 0]
    assert listed[1]["problem"]["code"] == "dump_not_admin"


async def test_an_account_that_goes_meanwhile_breaks_it_off(
    hass: HomeAssistant, household: Household, immich: ImmichStandIn
) -> None:
    entry = await household.set_up(folders=False)
    immich.quirks.dump_seconds = 3600
    asking = hass.async_create_task(act(hass, "backup_database"))
    await household.becomes(lambda: immich.jobs.is_active(QUEUE))
    with pytest.raises(HomeAssistantError, match="is being made already"):
        await act(hass, "backup_database")
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(HomeAssistantError, match="was stopped"):
        await asking


# --- where -----------------------------------------------------------------------------------------------------------

IN_REPLICA = {"database_backups": {"backup_home": "replica"}}


async def test_with_a_replica_they_lie_in_it_if_their_owner_wants_that(
    hass: HomeAssistant, household: Household
) -> None:
    entry = household.make_entry(folders=False)
    hass.config_entries.async_update_entry(entry, options=IN_REPLICA)
    disk = add_replica(household)
    await household.load()
    made = await act(hass, "backup_database")
    assert (disk / "database" / made["file"]).is_file()
    assert (await act(hass, "database_backups"))["accounts"][0]["place"] == str(disk)
    assert not where(household).exists()


async def test_without_a_replica_they_lie_with_the_vault(hass: HomeAssistant, household: Household) -> None:
    await set_up(household, IN_REPLICA)
    await act(hass, "backup_database")
    assert len(list(where(household).glob("*.sql.gz"))) == 1


async def test_in_a_vault_that_is_a_bucket_they_lie_beside_what_it_keeps(
    hass: HomeAssistant, household: Household, moto: S3Server
) -> None:
    bucket = moto.new_bucket()
    entry = household.make_entry(folders=False)
    vault = as_data(moto.settings(bucket, prefix="home"))
    hass.config_entries.async_update_entry(entry, data={**entry.data, "vault": vault})
    await household.load()
    made = await act(hass, "backup_database")
    assert f"home/database/{made['file']}" in moto.keys(bucket)
    assert not where(household).exists()


# --- by schedule -----------------------------------------------------------------------------------------------------


class Alarm:
    """What Home Assistant was asked to do later; here nothing comes later by itself."""

    def __init__(self, jump: Jump) -> None:
        self.jump = jump
        self.at: datetime | None = None
        self._act: Callable[[datetime], None] = lambda _: None

    def track(
        self, hass: HomeAssistant, action: Callable[[datetime], None], point_in_time: datetime
    ) -> Callable[[], None]:
        assert self.at is None, "two backups are planned"
        self.at, self._act = point_in_time, action
        return self._forget

    def _forget(self) -> None:
        self.at = None

    async def pass_to(self, household: Household, moment: datetime) -> None:
        """Set the clocks to ``moment``, see to what is due by then, and wait until that is done."""
        seconds = (moment - dt_util.utcnow()).total_seconds()
        self.jump(seconds)
        household.immich.world.clock.jump(seconds)
        if self.at is not None and self.at <= moment:
            self._forget()
            self._act(moment)
        await looked(household)


@pytest.fixture
def alarm(jump: Jump, monkeypatch: pytest.MonkeyPatch) -> Alarm:
    found = Alarm(jump)
    monkeypatch.setattr(database_backups, "async_track_point_in_utc_time", found.track)
    return found


async def looked(household: Household) -> None:
    """Wait until nothing of the backups goes on."""
    backups = household.runtime.backups
    await household.becomes(lambda: not backups._tasks)  # noqa: SLF001 - nothing shows that nothing goes on


def next_night() -> datetime:
    """Return the first four o'clock that is hours away."""
    return dt_util.start_of_local_day() + timedelta(days=2, hours=4)


async def test_every_night_one_is_made_and_the_oldest_goes(household: Household, alarm: Alarm) -> None:
    await set_up(household, DAILY)
    await looked(household)
    night = next_night()
    made = household.immich.world.tables.backups
    await alarm.pass_to(household, night - timedelta(minutes=1))
    first = len(made)
    for number in range(1, 4):
        await alarm.pass_to(household, night + timedelta(days=number))
        assert len(made) == first + number
    assert sorted(path.name for path in where(household).glob("*.sql.gz")) == [one.filename for one in made[-2:]]
    last = dt_util.parse_datetime(household.shown(LAST))
    assert last is not None
    assert last - (night + timedelta(days=3)) < timedelta(minutes=1)
    assert alarm.at == night + timedelta(days=4)


async def test_while_everything_is_stopped_none_is_made(
    hass: HomeAssistant, household: Household, alarm: Alarm
) -> None:
    await set_up(household, DAILY)
    await looked(household)
    await hass.data[STOP].async_set(stopped=True)
    night = next_night()
    await alarm.pass_to(household, night)
    assert household.immich.world.tables.backups == []
    await hass.data[STOP].async_set(stopped=False)
    await alarm.pass_to(household, night + RETRY + timedelta(seconds=2))
    assert len(household.immich.world.tables.backups) == 1


async def test_one_that_failed_is_tried_again_and_one_that_stays_away_is_told(
    hass: HomeAssistant, household: Household, alarm: Alarm, passing: Callable[[float], None]
) -> None:
    household.immich.quirks.dumps_fail = True
    await set_up(household, DAILY)
    await looked(household)
    night = next_night()
    await alarm.pass_to(household, night)
    assert household.runtime.backups.failure is not None
    assert alarm.at is not None
    assert timedelta() < alarm.at - night - RETRY < timedelta(minutes=1)

    household.runtime.backups.async_update_listeners()
    assert "database_backup_old" not in shown(hass)
    await alarm.pass_to(household, night + timedelta(days=2))
    passing(PATIENCE_SECONDS + 1)
    household.runtime.backups.async_update_listeners()
    assert "its queue says that it is done" in told(hass, "database_backup_old")["reason"]

    household.immich.quirks.dumps_fail = False
    await alarm.pass_to(household, night + timedelta(days=2, hours=3))
    assert household.runtime.backups.last is not None
    assert "database_backup_old" not in shown(hass)


async def test_a_fault_of_ours_is_logged_and_not_repeated_without_a_rest(
    household: Household, alarm: Alarm, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await set_up(household, DAILY)
    await looked(household)
    night = next_night()

    async def faulty(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(DatabaseBackups, "make", faulty)
    await alarm.pass_to(household, night)

    assert "RuntimeError" in caplog.text
    assert alarm.at is not None
    assert alarm.at - night >= RETRY


async def test_one_that_was_missed_is_made_a_little_after_the_start(
    hass: HomeAssistant, household: Household, alarm: Alarm
) -> None:
    entry = await set_up(household, DAILY)
    await act(hass, "backup_database")
    await hass.config_entries.async_unload(entry.entry_id)
    assert alarm.at is None
    alarm.jump(3 * DAY)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await looked(household)
    assert len(household.immich.world.tables.backups) == 1
    await alarm.pass_to(household, dt_util.utcnow() + START)
    assert len(household.immich.world.tables.backups) == 2


async def test_a_slow_store_does_not_hold_up_the_start(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> bool:
        await asyncio.sleep(3600)
        return True

    monkeypatch.setattr("custom_components.immich_syncthing.database_backups.async_is_made", never)
    async with asyncio.timeout(60):
        entry = await household.set_up()
        await household.sync()
        await hass.config_entries.async_unload(entry.entry_id)
