"""A batch in whose midst the process is killed: a copy of the ledger from before must not pass for the one after."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.apply import free
from custom_components.immich_syncthing.engine.fence import Mark
from custom_components.immich_syncthing.engine.fence_file import FenceFile
from custom_components.immich_syncthing.engine.rules import Rules
from tests.crashing import Killed

from .living import Life, open_account, ten_photos
from .test_age import aged
from .test_outdated_ledger import recovered

pytestmark = pytest.mark.usefixtures("socket_enabled")


def copy_ledger(of: Path, to: Path) -> None:
    to.mkdir()
    with (
        closing(sqlite3.connect(of / "ledger.sqlite")) as source,
        closing(sqlite3.connect(to / "ledger.sqlite")) as copy,
    ):
        source.backup(copy)


@pytest.mark.parametrize("lives_on", [True, False], ids=["and started again", "and never started again"])
async def test_a_backup_from_a_batch_in_which_the_process_was_killed(
    life: Life, monkeypatch: pytest.MonkeyPatch, lives_on: bool
) -> None:
    """Freed photos must not look deleted by their owner, whatever copy of the ledger comes back."""
    photos = await ten_photos(life)
    aged(life, 400, "IMG_3.jpg", "IMG_4.jpg")
    ledgers, backup = life.home / "ledgers", life.home / "backup"
    write, note = FenceFile.write, free.note_freed  # The last step of freeing a photo

    async def write_and_back_up(self: FenceFile, mark: Mark) -> None:
        await write(self, mark)
        if not backup.exists():
            copy_ledger(ledgers, backup)

    async def die(*args: object) -> None:
        await note(*args)  # type: ignore[arg-type]
        raise Killed

    await life.restart(rules=Rules(free_after_days=365))
    life.clock.skip(2 * 3600)
    monkeypatch.setattr(FenceFile, "write", write_and_back_up)
    monkeypatch.setattr(free, "note_freed", die)
    with pytest.raises(Killed):
        await life.cycle()
    monkeypatch.undo()
    assert len(life.on_phone()) == 9
    await life.account.close()
    if lives_on:
        life.account = await open_account(life.home, life)
        await life.settle()
        assert len(life.on_phone()) == 8
        await life.account.close()
    shutil.rmtree(ledgers)
    shutil.copytree(backup, ledgers)
    life.account = await open_account(life.home, life)
    await life.settle()
    assert await recovered(life) is lives_on
    assert life.in_immich() == set(photos.values())
    assert life.in_immich(trashed=True) == set()


async def test_a_batch_that_ended_leaves_nothing_to_do_at_the_next_start(life: Life) -> None:
    await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    mark = life.root / ".stfolder/immich_syncthing/fence.json"
    before = mark.read_bytes()
    await life.restart()
    await life.settle()
    assert mark.read_bytes() == before
