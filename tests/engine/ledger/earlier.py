"""Makes of a ledger in use what an earlier version would have made of the same life."""

import sqlite3
from contextlib import closing
from pathlib import Path

from custom_components.immich_syncthing.engine.ledger.schema import MIGRATIONS

COUNTED = {"tallies", "holdings", "totals"}
"""What triggers fill in by themselves."""

FIRST = ("meta", "folders", "contents", "holds")
"""Tables whose rows have to be there before those that triggers count by them."""


def turn_back(place: Path, version: int) -> None:
    """Put a ledger of an earlier version with the same content in the place of a closed one."""
    earlier = place.with_name(f"{place.name}.earlier")
    with closing(sqlite3.connect(earlier)) as connection:
        for script in MIGRATIONS[:version]:
            connection.executescript(script)
        connection.execute(f"PRAGMA user_version = {version}")
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        connection.execute("ATTACH ? AS lived", (str(place),))
        for table in sorted(tables, key=lambda one: (one not in FIRST, one)):
            if table in COUNTED or table.startswith("sqlite_"):
                continue
            columns = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})") if row[1] != "count"]
            names = ", ".join(columns)
            copied = f"SELECT {names} FROM lived.{table}"  # noqa: S608 - names of the schema's own
            connection.execute(f"INSERT OR REPLACE INTO main.{table} ({names}) {copied}")
        connection.commit()
    for leftover in place.parent.glob(f"{place.name}-*"):
        leftover.unlink()
    earlier.replace(place)
