"""The index's file: what is not ours or newer is left alone, what is damaged put aside, a refusing disk told."""

import sqlite3
from pathlib import Path

import pytest

from custom_components.immich_syncthing.replica.database import open_database
from custom_components.immich_syncthing.replica.errors import ReplicaIndexError, ReplicaTooNewError
from custom_components.immich_syncthing.replica.schema import MIGRATIONS

from .house import House


def test_one_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    open_database(path, (*MIGRATIONS, "CREATE TABLE later (one TEXT) STRICT;")).close()
    before = path.read_bytes()
    with pytest.raises(ReplicaTooNewError):
        open_database(path)
    assert path.read_bytes() == before


def test_a_strangers_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    with sqlite3.connect(path) as stranger:
        stranger.execute("CREATE TABLE theirs (one TEXT)")
    stranger.close()
    with pytest.raises(ReplicaIndexError, match="no index of a replica"):
        open_database(path)
    assert [one.name for one in tmp_path.iterdir()] == ["replica.db"]


def test_an_older_one_becomes_newer_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    open_database(path).close()
    with pytest.raises(ReplicaIndexError):
        open_database(path, (*MIGRATIONS, "CREATE TABLE one (a TEXT); CREATE TABLE one (a TEXT);"))
    database = open_database(path)
    assert database.row("SELECT count(*) FROM sqlite_schema WHERE name = 'one'") == (0,)
    database.close()


def test_a_damaged_one_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    path.write_bytes(b"no database" * 1000)
    open_database(path, aside=lambda: "-1").close()
    assert {"replica.db", "replica.db.damaged-1"} == {one.name for one in tmp_path.iterdir()}


def test_a_page_that_rotted_is_damage_too(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    database = open_database(path)
    with database.write():
        for number in range(500):
            database.run("INSERT INTO meta VALUES (?, ?)", f"key {number}", "x" * 100)
    database.close()
    content = bytearray(path.read_bytes())
    content[-4096 * 3 :] = b"\xff" * (4096 * 3)
    path.write_bytes(content)
    open_database(path).close()
    assert (tmp_path / "replica.db.damaged").exists()


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReplicaIndexError, match="No such file"):
        open_database(tmp_path / "none" / "replica.db")
    path = tmp_path / "replica.db"
    path.write_bytes(b"no database" * 1000)
    (tmp_path / "replica.db.damaged").mkdir()
    (tmp_path / "replica.db.damaged" / "full").touch()
    with pytest.raises(ReplicaIndexError):
        open_database(path)
    assert path.read_bytes().startswith(b"no database")


def test_what_fails_midway_changes_nothing(tmp_path: Path) -> None:
    database = open_database(tmp_path / "replica.db")

    def half_done() -> None:
        with database.write():
            database.run("INSERT INTO meta VALUES ('a', 'b')")
            database.run("INSERT INTO nothing VALUES (1)")

    with pytest.raises(ReplicaIndexError):
        half_done()
    assert database.rows("SELECT * FROM meta") == []
    database.close()
    with pytest.raises(ReplicaIndexError):
        database.rows("SELECT 1")


async def test_a_replica_whose_index_cannot_be_read_is_not_half_open(house: House) -> None:
    await house.run()
    with sqlite3.connect(house.index) as broken:
        broken.execute("ALTER TABLE failures RENAME TO lost")
    broken.close()
    with pytest.raises(ReplicaIndexError):
        await house.open()
