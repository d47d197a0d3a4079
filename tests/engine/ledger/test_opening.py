"""The file: private, checked, migrated, and whole whatever the disk does."""

import errno
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import (
    DiskFullError,
    EngineError,
    LedgerError,
    LedgerTooNewError,
    ReadOnlyError,
)
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.database import Database
from custom_components.immich_syncthing.engine.ledger.schema import MIGRATIONS
from custom_components.immich_syncthing.engine.model import Base

from .stories import CAT, PHONE, TABLET, content, linked, row, sha

VERSIONS = {int(file.stem): file for file in (Path(__file__).parent / "versions").glob("*.sql")}
ADD_COLUMN = "ALTER TABLE folders ADD COLUMN colour TEXT;"


def version(place: Path) -> int:
    with closing(sqlite3.connect(place)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def schema(place: Path) -> set[tuple[str, str, str]]:
    with closing(sqlite3.connect(place)) as connection:
        return set(connection.execute("SELECT type, name, sql FROM sqlite_schema"))


def mode(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode)


@pytest.fixture
def lived(place: Path) -> Path:
    """The file of a ledger that was used and closed."""
    ledger = Ledger.open(place)
    ledger.add_folder(PHONE, "/media/phone", 0.0)
    linked(ledger, "DCIM/cat.jpg", CAT)
    ledger.close()
    return place


def test_a_new_ledger_is_for_its_owner_only(place: Path) -> None:
    ledger = Ledger.open(place)
    ledger.set("key", "value")
    assert {file.name: mode(file) for file in place.parent.iterdir()} == {
        place.name: 0o600,
        f"{place.name}-wal": 0o600,
        f"{place.name}-shm": 0o600,
    }
    ledger.close()


def test_a_ledger_that_others_could_read_is_made_private(lived: Path) -> None:
    lived.chmod(0o644)
    Ledger.open(lived).close()
    assert mode(lived) == 0o600


def test_a_ledger_is_one_file_when_closed_and_may_be_closed_twice(place: Path) -> None:
    ledger = Ledger.open(place)
    ledger.set("key", "value")
    ledger.close()
    ledger.close()
    assert list(place.parent.iterdir()) == [place]


def test_a_closed_ledger_says_so_in_our_words(place: Path) -> None:
    ledger = Ledger.open(place)
    ledger.close()
    with pytest.raises(LedgerError):
        ledger.get("key")
    with pytest.raises(LedgerError):
        ledger.set("key", "value")


def test_writes_are_durable_and_others_may_look_meanwhile(lived: Path) -> None:
    database = Database.open(lived)
    pragmas = {name: database.number(f"PRAGMA {name}") for name in ("synchronous", "foreign_keys")}
    assert pragmas == {"synchronous": 2, "foreign_keys": 1}
    assert database.row("PRAGMA journal_mode") == ("wal",)
    with closing(sqlite3.connect(lived)) as other:
        assert other.execute("SELECT count(*) FROM files").fetchone() == (1,)
    database.close()


def test_every_released_version_has_its_sample() -> None:
    """``python -m tests.engine.ledger.sample`` makes that of the newest version; the others never change."""
    assert sorted(VERSIONS) == list(range(1, len(MIGRATIONS) + 1))


@pytest.mark.parametrize("number", sorted(VERSIONS))
def test_every_released_version_becomes_the_newest_with_all_it_knew(place: Path, number: int) -> None:
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript(VERSIONS[number].read_text(encoding="utf-8"))
    fresh = place.with_name("fresh.sqlite")
    Ledger.open(fresh).close()

    ledger = Ledger.open(place)
    assert ledger.folder_ids() == (PHONE, TABLET)
    assert [file.path for file in ledger.directory(PHONE, "DCIM")] == ["DCIM/cat.jpg", "DCIM/new\n😀.jpg"]
    assert content(ledger, CAT).base is Base.LINKED
    assert content(ledger, sha("dog")).base is Base.REMOVED
    assert (ledger.counts(PHONE).linked, ledger.counts(PHONE).unresolved, len(ledger.holds())) == (1, 1, 1)
    assert [told.entry.action for told in ledger.history(10) if told.entry.action != "ask"] == ["trash", "upload"]
    assert len(ledger.open_intents()) == 1
    ledger.close()
    assert schema(place) == schema(fresh), "python -m tests.engine.ledger.sample makes the newest sample anew"


def test_an_older_ledger_is_migrated_beside_a_copy_of_what_it_was(lived: Path) -> None:
    old = len(MIGRATIONS)
    Database.open(lived, [*MIGRATIONS, ADD_COLUMN, "UPDATE folders SET colour = 'blue';"]).close()
    assert version(lived) == old + 2
    with closing(sqlite3.connect(lived)) as connection:
        assert connection.execute("SELECT id, colour FROM folders").fetchall() == [(PHONE, "blue")]

    copy = lived.with_name(f"{lived.name}.v{old}.bak")
    assert {file.name for file in lived.parent.iterdir()} == {lived.name, copy.name}
    assert mode(copy) == 0o600
    restored = Ledger.open(copy)
    assert content(restored, CAT).base is Base.LINKED
    restored.close()


def test_a_ledger_of_today_is_not_copied(lived: Path) -> None:
    Ledger.open(lived).close()
    assert list(lived.parent.iterdir()) == [lived]


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE folders SET nonsense = 1;",
        "DELETE FROM files; UPDATE folders SET nonsense = 1;",
        "INSERT INTO holders VALUES (x'0000000000000000000000000000000000000000', 99);",
    ],
)
def test_a_migration_that_fails_leaves_the_last_version_that_worked(lived: Path, broken: str) -> None:
    old = len(MIGRATIONS)
    with pytest.raises(LedgerError):
        Database.open(lived, [*MIGRATIONS, ADD_COLUMN, broken])
    assert version(lived) == old + 1
    database = Database.open(lived, [*MIGRATIONS, ADD_COLUMN])
    assert database.number("SELECT count(*) FROM files") == 1
    database.close()


@pytest.mark.parametrize("how", ["closed", "killed", "killed before its version was in the file"])
def test_a_ledger_of_a_later_version_is_left_alone(lived: Path, tmp_path: Path, how: str) -> None:
    """To the byte, its log, its modes and its times included; nothing is made beside it."""
    later = [*MIGRATIONS, ADD_COLUMN]
    database = Database.open(lived, later)
    database.run("UPDATE folders SET colour = 'blue'")
    if how != "killed before its version was in the file":
        database.run("PRAGMA wal_checkpoint(FULL)")
        database.run("UPDATE folders SET colour = 'green'")
    if how == "closed":
        database.close()
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for file in lived.parent.glob(f"{lived.name}*"):
        if file.is_file() and not file.name.endswith("-shm"):
            shutil.copy2(file, crashed / file.name)
            (crashed / file.name).chmod(0o640)
    database.close()

    def look() -> dict[str, tuple[bytes, int, int]]:
        return {
            file.name: (file.read_bytes(), mode(file), file.stat().st_mtime_ns)
            for file in crashed.iterdir()
            if not file.name.endswith("-shm")
        }

    before = look()
    with pytest.raises(LedgerTooNewError):
        Ledger.open(crashed / lived.name)
    after = look()
    if how == "killed before its version was in the file":
        # Only SQLite can read that log, and the file is made private before SQLite has it.
        before = {name: (data, 0o600 if name == lived.name else kept, at) for name, (data, kept, at) in before.items()}
    assert after == before


def test_a_strangers_database_is_left_alone(place: Path) -> None:
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("CREATE TABLE states (entity TEXT)")
    before = schema(place)
    with pytest.raises(LedgerError, match="no ledger"):
        Ledger.open(place)
    assert schema(place) == before


def test_what_is_no_database_is_refused(place: Path) -> None:
    place.write_bytes(b"not a database at all\n" * 100)
    with pytest.raises(LedgerError, match="file is not a database"):
        Ledger.open(place)


def test_a_damaged_ledger_is_refused(lived: Path) -> None:
    damaged = bytearray(lived.read_bytes())
    damaged[len(damaged) // 2 :] = os.urandom(len(damaged) - len(damaged) // 2)
    lived.write_bytes(damaged)
    with pytest.raises(LedgerError):
        Ledger.open(lived)


def test_a_ledger_cut_short_is_refused(lived: Path) -> None:
    os.truncate(lived, lived.stat().st_size - 4096)
    with pytest.raises(LedgerError):
        Ledger.open(lived)


def test_a_ledger_with_a_row_that_cannot_be_is_refused(lived: Path) -> None:
    with closing(sqlite3.connect(lived, autocommit=True)) as db:
        db.executescript("""
            CREATE TABLE extra (one TEXT);
            INSERT INTO extra VALUES (NULL);
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = 'CREATE TABLE extra (one TEXT NOT NULL)' WHERE name = 'extra';
        """)
    with pytest.raises(LedgerError, match="NULL value in extra"):
        Ledger.open(lived)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_without_room_for_a_copy_an_older_ledger_stays_what_it_was(
    lived: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError, match=os.strerror(number)):
        Database.open(lived, [*MIGRATIONS, ADD_COLUMN])
    assert version(lived) == len(MIGRATIONS)


def test_an_empty_file_is_a_new_ledger(place: Path) -> None:
    place.touch()
    ledger = Ledger.open(place)
    assert ledger.folder_ids() == ()
    ledger.close()


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("missing/ledger.sqlite", LedgerError),
        (".", LedgerError),
        # Nobody, not even root, makes files there.
        ("/sys/ledger.sqlite", ReadOnlyError),
    ],
)
def test_a_place_where_no_ledger_can_be(tmp_path: Path, where: str, error: type[EngineError]) -> None:
    with pytest.raises(error):
        Ledger.open(tmp_path / where)


def test_a_full_disk_is_named_and_harms_nothing(lived: Path) -> None:
    database = Database.open(lived)
    ledger = Ledger(database)
    pages = database.number("PRAGMA page_count")
    database.run(f"PRAGMA max_page_count = {pages + 20}")

    written = 0

    def fill() -> None:
        nonlocal written
        while True:
            rows = [row(f"batch-{written}/{number:0100}.jpg") for number in range(50)]
            ledger.apply_observation(PHONE, rows, [], 1.0)
            written += 1

    with pytest.raises(DiskFullError):
        fill()
    assert written > 0
    assert ledger.counts(PHONE).files == 1 + 50 * written
    assert content(ledger, CAT).base is Base.LINKED

    database.run("PRAGMA max_page_count = 1000000")
    ledger.apply_observation(PHONE, [row("room-again.jpg")], [], 1.0)
    ledger.close()
    again = Ledger.open(lived)
    assert again.counts(PHONE).files == 2 + 50 * written
    again.close()


def test_a_ledger_that_may_not_be_written_is_named_and_still_read(lived: Path) -> None:
    database = Database.open(lived)
    ledger = Ledger(database)
    database.run("PRAGMA query_only = ON")
    with pytest.raises(ReadOnlyError):
        ledger.set("key", "value")
    with pytest.raises(ReadOnlyError):
        ledger.record(CAT, Base.KEPT, None, 2.0)
    assert content(ledger, CAT).base is Base.LINKED
    ledger.close()
