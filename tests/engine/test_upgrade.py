"""A new release over the ledger of an old one, an old one over that of a new one: nothing is sent again or deleted."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import LedgerError, LedgerTooNewError
from custom_components.immich_syncthing.engine.ledger.schema import MIGRATIONS
from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.engine.rules import Rules

from .ledger.earlier import turn_back
from .living import Life, open_account, ten_photos
from .test_age import aged, freed

pytestmark = pytest.mark.usefixtures("socket_enabled")


def ledger_of(life: Life) -> Path:
    return life.home / "ledgers" / "ledger.sqlite"


async def lived(life: Life) -> dict[str, bytes]:
    """Ten photos, of which one was deleted on the phone and one trashed in Immich; path to content of the rest."""
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_0.jpg")
    life.web.trash(life.web.find("IMG_1.jpg").id)
    await life.settle()
    for number in range(2):
        del photos[f"Camera/IMG_{number}.jpg"]
    return photos


async def upgraded_from(life: Life, version: int) -> None:
    """Let all so far have been an earlier release's life, and begin this one's. Version 1 knew no fence."""
    await life.account.close()
    turn_back(ledger_of(life), version)
    if version == 1:
        shutil.rmtree(life.root / ".stfolder" / "immich_syncthing", ignore_errors=True)
    life.account = await open_account(life.home, life)


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
async def test_an_upgraded_ledger_lives_on(life: Life, version: int) -> None:
    photos = await lived(life)
    sent = len(life.server.requests_of("POST", "/api/assets"))
    await upgraded_from(life, version)
    assert ledger_of(life).with_name(f"ledger.sqlite.v{version}.bak").exists()
    report = await life.settle()
    assert (report.state, report.counts.linked, report.problem) == (FolderState.IN_AGREEMENT, 8, None)
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())
    assert len(life.server.requests_of("POST", "/api/assets")) == sent
    life.phone_deletes("Camera/IMG_2.jpg")
    life.phone_adds("Camera/new.jpg")
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    assert life.in_immich() == set(life.on_phone().values())
    assert len(life.on_phone()) == 7


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
async def test_a_question_survives_the_upgrade(life: Life, version: int) -> None:
    photos = await ten_photos(life)
    for number in range(5):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    [before] = await life.account.holds()
    await upgraded_from(life, version)
    await life.settle()
    [after] = await life.account.holds()
    assert (after.kind, after.count) == (before.kind, 5)
    assert life.in_immich() == set(photos.values())


async def test_back_to_an_old_release_and_forth_again_deletes_nothing(life: Life) -> None:
    """The old release refuses the new ledger, so its owner takes the copy from before the upgrade; then upgrades."""
    photos = await lived(life)
    await upgraded_from(life, 1)
    await life.settle()
    life.phone_deletes("Camera/IMG_2.jpg")
    life.phone_adds("Camera/new.jpg")
    life.web.restore(life.web.find("IMG_1.jpg").id)
    await life.settle()
    on_phone, in_immich = life.on_phone(), life.in_immich()
    await life.account.close()
    shutil.copy(ledger_of(life).with_name("ledger.sqlite.v1.bak"), ledger_of(life))
    life.account = await open_account(life.home, life)
    await life.settle()
    assert life.on_phone() == on_phone
    assert life.in_immich() == in_immich
    assert photos["Camera/IMG_2.jpg"] in life.in_immich(trashed=True)


async def test_a_ledger_of_a_later_release_is_refused_and_nothing_happens(life: Life) -> None:
    photos = await ten_photos(life)
    await life.account.close()
    place = ledger_of(life)
    with closing(sqlite3.connect(place)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = {file: file.read_bytes() for file in place.parent.iterdir()}
    with pytest.raises(LedgerTooNewError):
        await open_account(life.home, life)
    assert {file: file.read_bytes() for file in place.parent.iterdir()} == before
    assert life.on_phone() == photos
    with closing(sqlite3.connect(place)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    life.account = await open_account(life.home, life)
    assert (await life.settle()).state is FolderState.IN_AGREEMENT


async def test_a_damaged_ledger_is_refused_and_a_new_one_deletes_nothing(life: Life) -> None:
    photos = await lived(life)
    await life.account.close()
    ledger_of(life).write_bytes(b"damaged" * 1000)
    with pytest.raises(LedgerError):
        await open_account(life.home, life)
    ledger_of(life).unlink()
    life.account = await open_account(life.home, life)
    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())


async def test_photos_linked_before_the_upgrade_are_freed_when_they_are_old(life: Life) -> None:
    """Version 1 did not note when it linked them."""
    await ten_photos(life)
    aged(life, 400, "IMG_3.jpg")
    await upgraded_from(life, 1)
    await freed(life, Rules(free_after_days=365))
    assert "Camera/IMG_3.jpg" not in life.on_phone()
