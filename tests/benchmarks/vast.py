"""A library of any size that is in agreement: files, assets, and a ledger that knows both."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp

from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import (
    AssetFact,
    AssetState,
    Base,
    FileRow,
    FileStatus,
    Preset,
    Signature,
)
from custom_components.immich_syncthing.engine.settings import AccountSettings, FolderSettings
from custom_components.immich_syncthing.engine.sorting.model import SortingRules
from custom_components.immich_syncthing.engine.workers import Workers
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.vault.directory import DirectoryVault
from tests.engine.living import CaughtUpSyncthing, RealClock

from . import photos
from .vast_immich import KEY, vast_immich

FOLDER = "a-folder"


@dataclass(slots=True)
class Library:
    """Its directories, and how to open an engine on it. ``asked``: requests so far, of Immich and of Syncthing."""

    home: Path
    url: str
    session: aiohttp.ClientSession
    workers: Workers
    clock: RealClock
    asked: Counter[str]
    key: str = KEY
    sorting: SortingRules = field(default_factory=SortingRules)

    @property
    def root(self) -> Path:
        return self.home / "DCIM"

    @property
    def ledger_path(self) -> Path:
        return self.home / "ledger.sqlite"

    @property
    def settings(self) -> FolderSettings:
        return FolderSettings(FOLDER, FOLDER, "Phone", self.root, preset=Preset.MIRROR, sorting=self.sorting)

    def client(self) -> ImmichClient:
        return ImmichClient(self.session, self.url, self.key)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[FolderEngine]:
        """Open the account and give its only folder."""
        vault = DirectoryVault(self.home / "vault", self.workers.disk, self.clock.wall)
        await vault.prepare()
        client = self.client()
        # As the account's coordinator does, before anything else.
        await client.version()
        account = await AccountEngine.open(
            ledger_path=self.ledger_path,
            immich=client,
            syncthing=counted(CaughtUpSyncthing({FOLDER: self.root}), self.asked, "syncthing"),
            vault=vault,
            workers=self.workers,
            clock=self.clock,
            random=lambda: 0.5,
            settings=AccountSettings(),
            folders=[self.settings],
        )
        try:
            yield account.folders[FOLDER]
        finally:
            await account.close()


def counted(port: Any, asked: Counter[str], whom: str) -> Any:
    """Return the same port, which counts each call."""

    class Counted:
        def __getattr__(self, name: str) -> Any:
            asked[whom] += 1
            return getattr(port, name)

    return Counted()


@asynccontextmanager
async def library(home: Path, count: int, *, linked: bool = True, hollow: bool = True) -> AsyncIterator[Library]:
    """Make one of ``count`` photos, and the Immich that has them; with ``linked`` the ledger knows it all.

    ``hollow``: files take no place, and have other bytes than Immich has been told; nobody must read them.
    """
    root = home / "DCIM"
    (root / ".stfolder").mkdir(parents=True)
    await asyncio.to_thread(photos.write, root, range(count), hollow=hollow)
    if linked:
        await asyncio.to_thread(_fill, home / "ledger.sqlite", root, count)
    asked: Counter[str] = Counter()
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(vast_immich(count))
        session = await stack.enter_async_context(aiohttp.ClientSession(trace_configs=[_tracing(asked)]))
        workers = Workers.threads("bench")
        stack.push_async_callback(asyncio.to_thread, workers.close)
        yield Library(home, url, session, workers, RealClock(), asked)


def _tracing(asked: Counter[str]) -> aiohttp.TraceConfig:
    async def started(_: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestStartParams) -> None:
        asked["immich"] += 1

    tracing = aiohttp.TraceConfig()
    tracing.on_request_start.append(started)
    return tracing


def _fill(path: Path, root: Path, count: int) -> None:
    """Let a ledger take one photo in, and copy its rows for all others: a million would take it a quarter of an hour.

    Its triggers count one by one, so they are put aside and the counts multiplied.
    """
    ledger, now, model = Ledger.open(path), time.time(), photos.checksum(0)
    ledger.add_folder(FOLDER, str(root), 0.0)
    ledger.apply_observation(FOLDER, [settled(root, 0)], (), now)
    fact = AssetFact(AssetState.ACTIVE, photos.asset_id(0))
    ledger.set_assets([(model, fact)], now)
    ledger.record(model, Base.LINKED, fact.id, now)
    ledger.settle([model], ledger.moment())
    ledger.set_root_device(FOLDER, root.stat().st_dev)
    ledger.close()
    sorted_numbers = sorted(range(1, count), key=photos.checksum)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -500000")
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        _copy(db, "contents", model, map(_content, sorted_numbers))
        _copy(db, "holders", model, ({"checksum": photos.checksum(one)} for one in sorted_numbers))
        _copy(db, "files", model, (_file(root, one) for one in range(1, count)))
        db.execute("UPDATE tallies SET files = files * :count, bytes = bytes * :count", {"count": count})
        db.execute("UPDATE holdings SET contents = contents * ?", (count,))
        db.execute("UPDATE totals SET contents = contents * ?", (count,))
        for _, sql in triggers:
            db.execute(sql)
    with closing(Ledger.open(path)) as filled:
        assert (filled.counts(FOLDER).linked, filled.linked_assets()) == (count, count)


def _content(number: int) -> dict[str, Any]:
    asset_id = photos.asset_id(number)
    return {"checksum": photos.checksum(number), "asset_id": asset_id, "base_asset_id": asset_id}


def _file(root: Path, number: int) -> dict[str, Any]:
    row = settled(root, number)
    directory, _, name = row.path.rpartition("/")
    told = row.signature
    of_file = {"size": told.size, "mtime_ns": told.mtime_ns, "ctime_ns": told.ctime_ns, "inode": told.inode}
    place = {"directory": directory, "name": name, "checksum": row.checksum, "content_mtime_ns": told.mtime_ns}
    return of_file | place


def _copy(db: sqlite3.Connection, table: str, model: bytes, changes: Iterable[dict[str, Any]]) -> None:
    """Insert the model's row of a table again and again, each time with other columns changed."""
    found = db.execute(f"SELECT * FROM {table} WHERE checksum = ?", (model,))  # noqa: S608 - a name of ours
    names = [column[0] for column in found.description]
    row = dict(zip(names, found.fetchone(), strict=True))
    places = ", ".join(f":{name}" for name in names)
    db.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", (row | one for one in changes))  # noqa: S608


def settled(root: Path, number: int) -> FileRow:
    """Return the row of a photo that was read."""
    found = (root / photos.path(number)).lstat()
    signature = Signature(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev)
    return FileRow(FOLDER, photos.path(number), signature, FileStatus.SETTLED, photos.checksum(number))
