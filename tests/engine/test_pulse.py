"""When a folder was last in order outlives restarts; another disk at its path is taken in when its owner says so."""

import shutil
import sqlite3

import pytest

from custom_components.immich_syncthing.engine.errors import LedgerError, RootChangedError
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.engine.pulse import KEEP_SECONDS, Pulse, load_pulses
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError

from .living import CAMERA, Life, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

DAY = 24 * 3600.0


async def test_a_restart_forgets_neither_the_last_success_nor_when_deletions_last_passed(life: Life) -> None:
    await life.settle()
    before = life.folder.pulse
    assert before.success is not None
    assert before.passing is not None
    await life.restart()
    after = life.folder.pulse
    assert after.success == pytest.approx(before.success, abs=KEEP_SECONDS)
    assert after.passing == pytest.approx(before.passing, abs=KEEP_SECONDS)
    assert after.began == before.began
    assert life.folder.last_success == after.success


async def test_while_syncthing_is_away_nothing_succeeds_and_no_deletion_passes(life: Life) -> None:
    await life.settle()
    life.syncthing.failure = SyncthingCannotConnectError("gone")
    life.clock.skip(2 * DAY)
    report = await life.cycle()
    pulse = life.folder.pulse
    assert not report.passing
    assert pulse.success is not None
    assert pulse.passing is not None
    assert life.clock.wall() - pulse.success >= 2 * DAY
    assert life.clock.wall() - pulse.passing >= 2 * DAY


async def test_a_paused_folder_goes_on_succeeding_while_deletions_wait(life: Life) -> None:
    await life.settle()
    life.syncthing.paused = True
    life.clock.skip(2 * DAY)
    report = await life.cycle()
    pulse = life.folder.pulse
    assert (report.state, report.successful, report.passing) == (FolderState.PAUSED, True, False)
    assert pulse.success == report.finished_at
    assert pulse.passing is not None
    assert report.finished_at - pulse.passing >= 2 * DAY


async def test_a_folder_that_is_removed_leaves_no_pulse(life: Life) -> None:
    await life.settle()
    began = life.folder.pulse.began
    life.without.add(CAMERA)
    await life.restart()
    life.without.clear()
    life.clock.skip(DAY)
    await life.restart()
    assert life.folder.pulse.began >= began + DAY
    assert life.folder.last_success is None


async def test_a_ledger_that_takes_no_pulse_stops_no_cycle(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = await ten_photos(life)
    real = Ledger.set

    def refuse(ledger: Ledger, key: str, value: str | None) -> None:
        if key.startswith("pulse:"):
            raise LedgerError
        real(ledger, key, value)

    monkeypatch.setattr(Ledger, "set", refuse)
    life.clock.skip(2 * KEEP_SECONDS)
    report = await life.settle()
    assert report.state is FolderState.IN_AGREEMENT
    assert life.folder.last_success == report.finished_at
    assert life.in_immich() == set(photos.values())


def test_a_pulse_is_written_now_and_then() -> None:
    pulse = Pulse(began=0.0)
    assert pulse.beat(10.0, success=True, passing=False)
    pulse.kept = 10.0
    assert not pulse.beat(20.0, success=True, passing=False)
    assert pulse.beat(30.0, success=True, passing=True)
    pulse.kept = 30.0
    assert not pulse.beat(1_000.0, success=False, passing=False)
    assert pulse.beat(1_000.0, success=True, passing=True)
    assert (pulse.success, pulse.passing) == (1_000.0, 1_000.0)


async def test_what_a_clock_that_was_ahead_has_written_counts_as_now(life: Life) -> None:
    life.clock.skip(DAY)
    await life.settle()
    await life.account.close()
    ledger = Ledger.open(life.home / "ledgers" / "ledger.sqlite")
    pulses = load_pulses(ledger, [CAMERA], 1_000.0)
    ledger.close()
    assert (pulses[CAMERA].began, pulses[CAMERA].success, pulses[CAMERA].passing) == (1_000.0, 1_000.0, 1_000.0)
    await life.restart()


async def put_another_disk_there(life: Life, *, but: tuple[str, ...] = ()) -> None:
    """Let the folder's path hold a copy of its files, on a device with another number."""
    await life.account.close()
    shutil.copytree(life.root, life.home / "copy")
    shutil.rmtree(life.root)
    shutil.move(life.home / "copy", life.root)
    for path in but:
        (life.root / path).unlink()
    with sqlite3.connect(life.home / "ledgers" / "ledger.sqlite") as db:
        db.execute("UPDATE folders SET root_device = 99")
        db.execute("UPDATE files SET device = 99")
    db.close()
    await life.restart()


async def test_another_disk_is_left_alone_until_its_owner_takes_it(life: Life) -> None:
    photos = await ten_photos(life)
    sent = len(life.server.requests_of("POST", "/api/assets"))
    await put_another_disk_there(life, but=("Camera/IMG_3.jpg",))
    report = await life.cycle()
    assert report.problem is not None
    assert report.problem.code == RootChangedError.code
    await life.folder.take_disk()
    report = await life.settle()
    assert (report.state, report.counts.linked) == (FolderState.IN_AGREEMENT, 9)
    assert life.in_immich() == set(photos.values())
    assert len(life.on_phone()) == 9
    assert await life.account.holds() == []
    assert len(life.server.requests_of("POST", "/api/assets")) == sent
    assert "disk_changed" in {one.entry.why for one in await life.account.history()}
