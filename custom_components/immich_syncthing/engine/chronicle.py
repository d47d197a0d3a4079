"""The account's history as a whole: kept short, and given away as a file."""

import contextlib
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from ..vault.writing import HashedFile, finished
from .apply.context import Context
from .ledger.views import EVERYTHING, HistoryFilter, HistoryView
from .placing import disk_errors
from .settings import HISTORY_DAYS, HISTORY_ROWS, HISTORY_SORTED
from .state import AccountState

DAY_SECONDS = 24 * 3600.0

PRUNED_AT_ONCE = 2_000
"""Lines dropped in one transaction, so that nothing waits for it: some 20 ms."""

_PAGE = 1_000
_MODE = 0o600


async def keep_short(context: Context, state: AccountState) -> None:
    """Drop what is too old or too much of the history, once a day and a little at a time. Raises ``LedgerError``."""
    now = context.clock.monotonic()
    if state.pruned is not None and now - state.pruned < DAY_SECONDS:
        return
    prune, wall, max_age = context.ledger.prune_history, context.clock.wall(), HISTORY_DAYS * DAY_SECONDS
    dropped = await context.workers.ledger.run(prune, wall, max_age, HISTORY_ROWS, HISTORY_SORTED, PRUNED_AT_ONCE)
    if dropped < PRUNED_AT_ONCE:
        state.pruned = now


async def export(context: Context, path: Path, wanted: HistoryFilter = EVERYTHING) -> int:
    """Write the history to ``path`` as JSON Lines, oldest first, and return how many lines it has.

    The file is for its owner only, and appears whole or not at all; one that is there is replaced.

    Raises:
        DiskFullError, ReadOnlyError, WorldChangedError (no such directory), RootUnreadableError: the path's disk.
        LedgerError: the history cannot be read.
    """
    disk, arrival = context.workers.disk, _Arrival(path)
    try:
        count, after = 0, 0
        while page := await context.workers.ledger.run(context.ledger.history_after, after, _PAGE, wanted):
            count, after = count + len(page), page[-1].id
            await finished(disk.run(arrival.write, page))
        await finished(disk.run(arrival.finish))
    finally:
        await finished(disk.run(arrival.close))
    return count


def line_of(view: HistoryView) -> dict[str, object]:
    """Return an entry as the export has it: time as ISO 8601 in UTC, checksum in hexadecimal, lists for tuples."""
    entry = view.entry
    given = {} if entry.given is None else {key: list(one) for key, one in asdict(entry.given).items()}
    return {
        "id": view.id,
        "at": datetime.fromtimestamp(view.at, UTC).isoformat(),
        "action": entry.action,
        "path": entry.path,
        "folder_id": entry.folder_id,
        "checksum": None if entry.checksum is None else entry.checksum.hex(),
        "asset_id": entry.asset_id,
        "why": entry.why,
        "origin": entry.origin,
        "result": entry.result,
        "items": entry.items,
        **({"given": given} if given else {}),
    }


class _Arrival:
    """The file of an export, under a temporary name in the directory where it will be. Blocking."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._temporary = path.parent / f".{secrets.token_hex(8)}.tmp"
        self._file = HashedFile(self._create)

    def write(self, page: Iterable[HistoryView]) -> None:
        """Append a line for each entry."""
        with disk_errors(str(self._path)):
            self._file.write(b"".join(json.dumps(line_of(one), ensure_ascii=False).encode() + b"\n" for one in page))

    def finish(self) -> None:
        """Give the file its name."""
        with disk_errors(str(self._path)):
            self._file.sync()
            self._temporary.replace(self._path)

    def close(self) -> None:
        """Let everything go; without ``finish`` nothing stays."""
        self._file.close()
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    def _create(self) -> int:
        return os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)
