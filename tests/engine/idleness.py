"""What a cycle costs, counted and not timed: requests, looks at the disk, and what the ledger had to do."""

import os
import sqlite3
import threading
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from .living import CaughtUpSyncthing, Life

_DISK = ("open", "stat", "lstat", "fstat", "scandir", "listdir")

_ROWS = """
CREATE TEMP TABLE many AS WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
  SELECT i, CAST(printf('%020d', i) AS BLOB) AS checksum FROM n;
INSERT INTO contents (checksum, size, base, base_asset_id, asset_state, asset_id, dirty, linked_at)
  SELECT checksum, 9, 'linked', 'asset-' || i, 'active', 'asset-' || i, 0, 1.0 FROM many;
INSERT INTO files SELECT f.key, printf('Old/%05d', i / 20), printf('IMG_%07d.jpg', i), 9, 1, 1, i, 1, 'settled',
    checksum, 1, 1.0 FROM many, folders AS f;
INSERT INTO holders SELECT checksum, f.key FROM many, folders AS f;
DROP TABLE many;
"""


@dataclass
class Cost:
    """What a cycle needed. ``steps`` are those of SQLite's virtual machine, ``writes`` the rows it changed."""

    immich: list[str] = field(default_factory=list)
    syncthing: list[str] = field(default_factory=list)
    disk: Counter[str] = field(default_factory=Counter)
    steps: int = 0
    writes: int = 0


@asynccontextmanager
async def counted(life: Life) -> AsyncIterator[Cost]:
    """Count what is done within the block."""
    cost = Cost()
    database: sqlite3.Connection = life.folder._context.ledger._db.connection  # noqa: SLF001 - nobody else counts it

    def step() -> int:
        cost.steps += 1
        return 0

    before, seen = database.total_changes, len(life.server.log)
    database.set_progress_handler(step, 1)
    with _disk(cost), _asked(life.syncthing, cost):
        yield cost
    database.set_progress_handler(None, 1)
    cost.writes = database.total_changes - before
    cost.immich = [f"{one.method} {one.path.removeprefix('/api')}" for one in life.server.log[seen:]]


def fill(life: Life, count: int) -> None:
    """Let the ledger know so many more photos, all linked and settled, 20 in a directory."""
    with closing(sqlite3.connect(life.home / "ledgers" / "ledger.sqlite")) as ledger:
        first = ledger.execute("SELECT count(*) FROM contents").fetchone()[0] + 1
        ledger.executescript(_ROWS.format(first=first, last=first + count - 1))


@contextmanager
def _disk(cost: Cost) -> Iterator[None]:
    """Count what worker threads ask the disk, and name it; asyncio's debugging, which looks at sources, is left out."""

    def counting(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(target: Any, *args: Any, **options: Any) -> Any:
            named = isinstance(target, (str, os.PathLike))
            if threading.current_thread() is not threading.main_thread() and not (
                named and str(target).endswith(".py")
            ):
                cost.disk[f"{name} {os.fspath(target)}" if named else name] += 1
            return call(target, *args, **options)

        return counted

    with ExitStack() as patches:
        for name in _DISK:
            patches.enter_context(patch.object(os, name, counting(name, getattr(os, name))))
        yield


@contextmanager
def _asked(syncthing: CaughtUpSyncthing, cost: Cost) -> Iterator[None]:
    def counting(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any) -> Any:
            cost.syncthing.append(name)
            return call(*args)

        return counted

    names = ("status", "devices", "completion", "folders", "folder_status", "folder_errors", "file", "scan")
    with ExitStack() as patches:
        for name in names:
            patches.enter_context(patch.object(syncthing, name, counting(name, getattr(syncthing, name))))
        yield


async def peak_of_a_cycle(life: Life) -> int:
    """Return how many bytes Python holds at most in a cycle, of those it takes in it."""
    tracemalloc.start()
    try:
        await life.cycle()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
