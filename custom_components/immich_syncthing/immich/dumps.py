"""Immich's own backups of its database: make, follow, list, fetch and remove them. For administrators' keys only."""

import re
from collections.abc import AsyncGenerator, Sequence

from . import parse
from .download import download_path
from .errors import NotFoundError
from .models import DatabaseDump, QueueState
from .transport import Transport

_PATH = "/admin/database-backups"
_QUEUE = "backupDatabase"
_JOB = "backup-database"

_NAME = re.compile(r"\w[\w.+-]{0,180}\.sql(\.gz)?", re.ASCII)


def is_dump_name(name: str) -> bool:
    """Return whether ``name`` is the name of a dump, and so is safe in a path."""
    return _NAME.fullmatch(name) is not None


async def start_database_backup(transport: Transport) -> None:
    """Have a dump made, soon; needs ``job.create``. Nothing tells its end but the queue (2.7.5)."""
    await transport.command("POST", "/jobs", {"name": _JOB})


async def database_backup_queue(transport: Transport) -> QueueState:
    """Return what the queue does that makes dumps; needs ``queue.read``. Since Immich 2.4."""
    return parse.queue_state(await transport.get(f"/queues/{_QUEUE}"))


async def database_backups(transport: Transport) -> tuple[DatabaseDump, ...]:
    """Return the dumps that lie there; needs ``maintenance``, not ``backup.list`` (measured on 2.7.5). Since 2.5."""
    return parse.database_dumps(await transport.get(_PATH))


def download_database_backup(transport: Transport, name: str, offset: int = 0) -> AsyncGenerator[bytes]:
    """Yield a dump from byte ``offset`` on, resumed as an original is; needs ``backup.download``.

    Raises:
        NotFoundError: what cannot be the name of a dump.
        ServerError: it is not there (500, measured on 2.7.5).
    """
    return download_path(transport, f"{_PATH}/{_checked(name)}", offset)


async def delete_database_backups(transport: Transport, names: Sequence[str]) -> None:
    """Remove dumps on the server; needs ``backup.delete``. What is not there is no error (measured on 2.7.5)."""
    body = {"backups": [_checked(name) for name in names]}
    await transport.command("DELETE", _PATH, body, accept=(200, 204))


def _checked(name: str) -> str:
    if not is_dump_name(name):
        detail = "not the name of a database backup"
        raise NotFoundError(detail)
    return name
