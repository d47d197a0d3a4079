"""Queues, backups and maintenance mode: what only an administrator's key may do."""

from typing import Any

from aiohttp import web

from .errors import Invalid, Issue, Problem
from .jobs import BACKUP, METADATA, QUEUES
from .records import Backup
from .routing import Access, Call, Routes
from .version import Version

routes = Routes()

_QUEUES_SINCE, _BACKUPS_SINCE = Version(2, 4, 0), Version(2, 5, 0)
_COUNTS = {"active": 0, "completed": 0, "failed": 0, "delayed": 0, "waiting": 0, "paused": 0}
_NAMES = ("person-cleanup", "tag-cleanup", "user-cleanup", "memory-cleanup", "memory-create", "backup-database")
# SDK 3.0.0.
_CHECKS = ("missing-files", "untracked-files", "checksum-mismatch")
_NAMES_V3 = tuple(f"integrity-{check}{end}" for check in _CHECKS for end in ("", "-refresh", "-delete-all"))


@routes.get("/jobs", "job.read", admin=True)
async def jobs(call: Call) -> dict[str, Any]:
    return {queue: _job_json(call, queue) for queue in _queues(call)}


@routes.post("/jobs", "job.create", admin=True, status=204)
async def start_job(call: Call) -> None:
    names = (*_NAMES, *_NAMES_V3) if call.version.is_v3 else _NAMES
    name = call.fields.get("name")
    _one_of("name", name, names)
    if name == "backup-database":
        call.jobs.add(BACKUP, "backup", _backup_name(call))


@routes.put("/jobs/{id}", "job.create", admin=True)
async def command_queue(call: Call) -> dict[str, Any]:
    queue = call.path_id
    _one_of("name", queue, _queues(call))
    if call.fields.get("command") == "start" and call.jobs.is_active(queue):
        # The server's source.
        raise Problem(400, "Job is already running")
    match call.fields.get("command"):
        case "pause":
            call.jobs.pause(queue)
        case "resume":
            call.jobs.resume(queue)
        case "empty":
            call.jobs.empty(queue)
        case "start" if queue == BACKUP:
            call.jobs.add(BACKUP, "backup", _backup_name(call))
        case "start" if queue == METADATA:
            for asset in call.world.tables.assets.values():
                if call.fields.get("force") or not asset.has_metadata:
                    call.jobs.add(METADATA, "refresh", asset.id)
        case "start" | "clear-failed":
            pass
        case other:
            _one_of("command", other, ("start", "pause", "resume", "empty", "clear-failed"))
    return _job_json(call, queue)


@routes.get("/queues", "queue.read", admin=True, since=_QUEUES_SINCE)
async def queues(call: Call) -> list[dict[str, Any]]:
    return [_queue_json(call, queue) for queue in _queues(call)]


@routes.get("/queues/{id}", "queue.read", admin=True, since=_QUEUES_SINCE)
async def queue(call: Call) -> dict[str, Any]:
    _one_of("name", call.path_id, _queues(call))
    return _queue_json(call, call.path_id)


@routes.put("/queues/{id}", "queue.update", admin=True, since=_QUEUES_SINCE)
async def update_queue(call: Call) -> dict[str, Any]:
    _one_of("name", call.path_id, _queues(call))
    if call.fields.get("isPaused") is True:
        call.jobs.pause(call.path_id)
    elif call.fields.get("isPaused") is False:
        call.jobs.resume(call.path_id)
    return _queue_json(call, call.path_id)


@routes.get("/queues/{id}/jobs", "queueJob.read", admin=True, since=_QUEUES_SINCE)
async def queue_jobs(call: Call) -> list[dict[str, Any]]:
    waiting = [job for job in call.world.tables.jobs if job.queue == call.path_id]
    return [{"id": str(at), "name": job.kind, "timestamp": 0} for at, job in enumerate(waiting)]


@routes.get("/admin/database-backups", "maintenance", admin=True, since=_BACKUPS_SINCE)
async def backups(call: Call) -> dict[str, Any]:
    """Opened by ``maintenance``, not by ``backup.list`` (measured); newest first."""
    found = sorted(call.world.tables.backups, key=lambda backup: backup.filename, reverse=True)
    return {"backups": [{"filename": b.filename, "filesize": len(b.content), "timezone": "UTC"} for b in found]}


@routes.get("/admin/database-backups/{id}", "backup.download", admin=True, since=_BACKUPS_SINCE)
async def download_backup(call: Call) -> web.Response:
    """An unknown name is 500 (measured)."""
    backup = _backup(call)
    size = len(backup.content)
    headers = {"Accept-Ranges": "bytes", "ETag": f'W/"{size:x}-{hash(backup.content) & 0xFFFFFFFF:x}"'}
    if "Range" not in call.request.headers:
        return web.Response(body=backup.content, content_type="application/gzip", headers=headers)
    span = call.request.http_range
    first, last = span.start or 0, min(size, span.stop or size) - 1
    if first > last:
        # As for originals (measured): beyond the end is no 416.
        raise Problem(500, "Internal server error", title="")
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return web.Response(body=backup.content[first : last + 1], status=206, headers=headers)


@routes.delete("/admin/database-backups", "backup.delete", admin=True, since=_BACKUPS_SINCE)
async def delete_backups(call: Call) -> web.Response:
    names = call.fields.get("backups") or ()
    call.world.tables.backups[:] = [b for b in call.world.tables.backups if b.filename not in names]
    call.world.changed()
    return web.Response()


@routes.get("/admin/maintenance/status", Access.PUBLIC, in_maintenance=True)
async def maintenance_status(call: Call) -> dict[str, Any]:
    active = call.server.faults.maintenance
    return {"active": active, "action": "start" if active else "end"}


@routes.post("/admin/maintenance", "maintenance", admin=True)
async def start_maintenance(call: Call) -> web.Response:
    """Only the way in: the way out needs a cookie that keys cannot get, so the tests take the switch."""
    if call.fields.get("action") == "start":
        call.server.faults.maintenance = True
        call.world.rooms.emit_to_all("AppRestartV1", {"isMaintenanceMode": True})
    return web.Response(status=201)


def _queues(call: Call) -> tuple[str, ...]:
    """``integrityCheck`` since SDK 3.0.0."""
    return (*QUEUES, "integrityCheck") if call.version.is_v3 else QUEUES


def _counts(call: Call, queue: str) -> dict[str, int]:
    paused, waiting = call.jobs.is_paused(queue), call.jobs.waiting(queue)
    return _COUNTS | {"active": int(call.jobs.is_active(queue)), "paused" if paused else "waiting": waiting}


def _job_json(call: Call, queue: str) -> dict[str, Any]:
    status = {"isPaused": call.jobs.is_paused(queue), "isActive": call.jobs.is_active(queue)}
    return {"queueStatus": status, "jobCounts": _counts(call, queue)}


def _queue_json(call: Call, queue: str) -> dict[str, Any]:
    return {"name": queue, "isPaused": call.jobs.is_paused(queue), "statistics": _counts(call, queue)}


def _backup_name(call: Call) -> str:
    return f"immich-db-backup-{call.world.clock.now():%Y%m%dT%H%M%S}-v{call.version}-pg18.6.sql.gz"


def _backup(call: Call) -> Backup:
    name = call.path_id
    if "/" in name or ".." in name:
        sentence = "Filename contains invalid characters"
        raise Invalid(Issue("filename", (sentence,), sentence, "custom"))
    found = next((backup for backup in call.world.tables.backups if backup.filename == name), None)
    if found is None:
        raise Problem(500, "Internal server error", title="")
    return found


def _one_of(field: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        sentence = f"{field} must be one of the following values: {', '.join(known)}"
        wanted = f"Invalid option: expected one of {'|'.join(f'"{name}"' for name in known)}"
        raise Invalid(Issue(field, (sentence,), wanted, "invalid_value"))
