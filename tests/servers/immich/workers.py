"""What the queues do with an asset once they get to it."""

import asyncio
import gzip
import secrets
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from .jobs import THUMBNAIL
from .media import make_thumbnail, read_details, thumbhash
from .records import Backup, Kind, Visibility
from .rendering import asset_json, sync_asset_json, sync_exif_json
from .trash import remove
from .workflows import run_workflows

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .jobs import Worker
    from .records import Asset
    from .standin import Server

_DUMP_BEGINS = "--\n-- PostgreSQL database dump\n--\n\n"
_DUMP_ENDS = "--\n-- PostgreSQL database dump complete\n--\n\n"

_ANNOUNCED = frozenset({Visibility.TIMELINE, Visibility.ARCHIVE})


def workers(server: Server) -> dict[str, Worker]:
    """The work by name of job; each takes the id of what it is about, which may be gone by then."""
    return {
        "metadata": _of_asset(server, _metadata),
        "refresh": _of_asset(server, _extract),
        "thumbnail": _of_asset(server, _thumbnail),
        "sidecar": _of_asset(server, _sidecar),
        "workflow": _of_asset(server, run_workflows),
        "delete": partial(_delete, server),
        "backup": partial(_backup, server),
    }


def _of_asset(server: Server, work: Callable[[Server, Asset], Awaitable[None]]) -> Worker:
    async def worker(asset_id: str) -> None:
        if (asset := server.world.tables.assets.get(asset_id)) is not None:
            await work(server, asset)

    return worker


async def _metadata(server: Server, asset: Asset) -> None:
    await _extract(server, asset)
    server.jobs.add(THUMBNAIL, "thumbnail", asset.id)


async def _sidecar(server: Server, asset: Asset) -> None:
    server.world.touch(asset)
    shown = asset_json(server, asset, exif=True, tags=True, faces=True)
    server.world.rooms.emit(asset.owner_id, "on_asset_update", shown)


async def _delete(server: Server, asset_id: str) -> None:
    remove(server, asset_id)


async def _backup(server: Server, filename: str) -> None:
    """A dump is listed once it is whole; with the quirk also while it is written, and if that fails, for ever."""
    tables, quirks = server.world.tables, server.quirks
    content = dump(quirks.dump_bytes)
    if quirks.half_dumps_listed:
        tables.backups.append(Backup(filename, content[: len(content) // 2]))
    await asyncio.sleep(quirks.dump_seconds)
    if quirks.dumps_fail:
        reason = "pg_dump failed"
        raise RuntimeError(reason)
    tables = server.world.tables
    tables.backups[:] = [one for one in tables.backups if one.filename != filename]
    tables.backups.append(Backup(filename, content))
    server.world.changed()


def dump(size: int = 0) -> bytes:
    """The bytes of a database backup: gzip, as downloaded backups are (measured); at least ``size`` of them.

    The first lines were measured; the last ones are those of every ``pg_dump`` (PostgreSQL 18).
    """
    rows = "".join(f"{secrets.token_hex(32)}\n" for _ in range(size // 32))
    body = f"{_DUMP_BEGINS}COPY public.asset (id) FROM stdin;\n{rows}\\.\n\n{_DUMP_ENDS}"
    return gzip.compress(body.encode(), compresslevel=1)


async def _extract(server: Server, asset: Asset) -> None:
    """EXIF and sidecar override the dates sent with the upload; ``updatedAt`` moves (measured).

    Without a date: the earlier of the stored file's mtime, which is the one sent, and its birth (server source).
    """
    path = server.world.path_of(asset)
    if path is None or not path.is_file():
        return
    sidecar = None if asset.sidecar is None else server.world.storage / asset.sidecar
    details = await read_details(path, sidecar)
    found = details.exif
    found.rating, found.latitude, found.longitude = asset.exif.rating, asset.exif.latitude, asset.exif.longitude
    found.description = found.description or asset.exif.description
    asset.exif = found
    made_up = min(asset.file_modified_at, asset.created_at)
    asset.file_created_at, asset.local_date_time = details.taken or made_up, details.local or made_up
    asset.width, asset.height = found.width, found.height
    asset.has_metadata = True
    server.world.touch(asset)


async def _thumbnail(server: Server, asset: Asset) -> None:
    """Announces the upload; a file that cannot be decoded is never announced (measured)."""
    path = server.world.path_of(asset)
    small = await make_thumbnail(path) if path is not None and path.is_file() else None
    if small is None:
        return
    (server.world.storage / "thumbs" / f"{asset.id}.webp").write_bytes(small)
    first = not asset.has_thumbnail
    asset.thumbhash, asset.has_thumbnail = thumbhash(small), True
    if asset.kind is Kind.VIDEO and asset.width is None:
        asset.width, asset.height = 320, 240
    server.world.changed()
    if first and asset.visibility in _ANNOUNCED:
        rooms = server.world.rooms
        shown = asset_json(server, asset, exif=True, tags=True, faces=True)
        rooms.emit(asset.owner_id, "on_upload_success", shown)
        name = "AssetUploadReadyV2" if server.version.is_v3 else "AssetUploadReadyV1"
        rooms.emit(asset.owner_id, name, {"asset": sync_asset_json(server, asset), "exif": sync_exif_json(asset)})


def purge_overdue(server: Server, days: float) -> list[str]:
    """The nightly job: remove what has been in the trash for longer; the ids of what is gone."""
    limit = server.world.clock.now() - timedelta(days=days)
    overdue = [a for a in server.world.tables.assets.values() if a.deleted_at is not None and a.deleted_at <= limit]
    for asset in overdue:
        remove(server, asset.id)
    return [asset.id for asset in overdue]
