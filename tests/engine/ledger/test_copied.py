"""A ledger that is copied while it is in use: file and log, one after the other, as a backup takes them."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger, database

LONG = "x" * 10_000


@pytest.fixture(autouse=True)
def folds_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each change here be longer than what stays in the log."""
    monkeypatch.setattr(database, "FOLDED_PAGES", 1000)


def copied(path: Path, target: Path, *suffixes: str) -> None:
    for suffix in suffixes:
        source = path.with_name(path.name + suffix)
        if source.exists():
            shutil.copyfile(source, target.with_name(target.name + suffix))


def numbers(path: Path) -> tuple[str | None, str | None]:
    """Return what the copy says of two texts that are always written together."""
    ledger = Ledger.open(path)
    try:
        return ledger.get("one"), ledger.get("two")
    finally:
        ledger.close()


def write(ledger: Ledger, number: int) -> None:
    """Change a lot in one transaction: each is longer than what SQLite folds into the file by itself."""
    with ledger.together():
        ledger.set("one", str(number))
        for row in range(500):
            ledger.set(f"filler {row}", f"{number} {LONG}")
        ledger.set("two", str(number))


@pytest.mark.parametrize("order", [("", "-wal"), ("-wal", "")], ids=["file first", "log first"])
def test_file_and_log_are_a_ledger_whenever_each_is_copied(tmp_path: Path, order: tuple[str, str]) -> None:
    path, copy = tmp_path / "ledger.sqlite", tmp_path / "copy.sqlite"
    ledger = Ledger.open(path)
    write(ledger, 1)
    ledger.keep_still()
    copied(path, copy, order[0])
    for number in (2, 3, 4):
        write(ledger, number)
    copied(path, copy, order[1])
    write(ledger, 5)
    one, two = numbers(copy)
    assert one == two
    assert one == ("4" if order[1] == "-wal" else "1")
    ledger.close()
    assert numbers(path) == ("5", "5")


def test_half_a_log_is_as_good_as_its_whole_part(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.sqlite", tmp_path / "copy.sqlite"
    ledger = Ledger.open(path)
    write(ledger, 1)
    ledger.keep_still()
    write(ledger, 2)
    middle = path.with_name("ledger.sqlite-wal").stat().st_size
    write(ledger, 3)
    copied(path, copy, "", "-wal")
    ledger.close()
    log = copy.with_name("copy.sqlite-wal")
    with log.open("r+b") as file:
        file.truncate((middle + log.stat().st_size) // 2)
    assert numbers(copy) == ("2", "2")


def test_nothing_stands_in_the_log_when_the_copy_begins(tmp_path: Path) -> None:
    path, copy = tmp_path / "ledger.sqlite", tmp_path / "copy.sqlite"
    ledger = Ledger.open(path)
    write(ledger, 1)
    ledger.keep_still()
    copied(path, copy, "")
    ledger.close()
    assert numbers(copy) == ("1", "1")


def test_the_file_stays_as_it_is_also_over_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger.open(path)
    ledger.keep_still()
    before = path.read_bytes()
    write(ledger, 1)
    ledger.close()
    ledger = Ledger.open(path, still=True)
    write(ledger, 2)
    assert path.read_bytes() == before
    ledger.move_again()
    ledger.close()
    assert not path.with_name("ledger.sqlite-wal").exists()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'one'").fetchone() == ("2",)


def test_somebody_who_looks_into_the_file_does_not_keep_it_from_being_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.immich_syncthing.engine.ledger.database.BUSY_SECONDS", 0.1)
    path, copy = tmp_path / "ledger.sqlite", tmp_path / "copy.sqlite"
    ledger = Ledger.open(path)
    write(ledger, 1)
    with closing(sqlite3.connect(path, autocommit=True)) as onlooker:
        onlooker.execute("BEGIN")
        onlooker.execute("SELECT count(*) FROM meta").fetchone()
        write(ledger, 2)
        ledger.keep_still()
        copied(path, copy, "")
        write(ledger, 3)
        copied(path, copy, "-wal")
    ledger.close()
    one, two = numbers(copy)
    assert one == two
    assert one in {"2", "3"}
