"""What is not uploaded by the user: external libraries, and what partners share."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .dates import milliseconds
from .errors import Problem
from .jobs import METADATA
from .media import kind_of, mime_of
from .records import Asset, Exif, Library, Partner, Status, new_id
from .rendering import user_json
from .routing import Call, Routes

if TYPE_CHECKING:
    from .standin import Server

routes = Routes()

_EXCLUDED = ["**/@eaDir/**", "**/._*", "**/#recycle/**", "**/#snapshot/**", "**/.stversions/**", "**/.stfolder/**"]


@routes.get("/libraries", "library.read", admin=True)
async def libraries(call: Call) -> list[dict[str, Any]]:
    return [_library_json(call, library) for library in call.world.tables.libraries.values()]


@routes.post("/libraries", "library.create", admin=True, status=201)
async def create_library(call: Call) -> dict[str, Any]:
    now, fields = call.world.clock.now(), call.fields
    library = Library(new_id(), fields["ownerId"], fields.get("name") or "New", fields["importPaths"], now, now)
    call.world.tables.libraries[library.id] = library
    call.world.changed()
    return _library_json(call, library)


@routes.post("/libraries/{id}/scan", "library.update", admin=True, status=204)
async def scan_library(call: Call) -> None:
    scan(call.server, _library(call))


@routes.delete("/libraries/{id}", "library.delete", admin=True, status=204)
async def delete_library(call: Call) -> None:
    library = _library(call)
    for asset in [a for a in call.world.tables.assets.values() if a.library_id == library.id]:
        call.world.remove_asset(asset.id)
    del call.world.tables.libraries[library.id]
    call.world.changed()


@routes.get("/partners", "partner.read")
async def partners(call: Call) -> list[dict[str, Any]]:
    by_me = call.request.query.get("direction") == "shared-by"
    own = [p for p in call.world.tables.partners if (p.shared_by_id if by_me else p.shared_with_id) == call.user.id]
    return [_partner_json(call, p, p.shared_with_id if by_me else p.shared_by_id) for p in own]


@routes.post("/partners", "partner.create", status=201)
async def create_partner(call: Call) -> dict[str, Any]:
    other = call.fields.get("sharedWithId", "")
    if other not in call.world.tables.users or call.world.partner(call.user.id, other):
        raise Problem(400, "Partner already exists")
    partner = Partner(call.user.id, other)
    call.world.tables.partners.append(partner)
    call.world.changed()
    return _partner_json(call, partner, other)


@routes.put("/partners/{id}", "partner.update")
async def update_partner(call: Call) -> dict[str, Any]:
    partner = call.world.partner(call.path_id, call.user.id)
    if partner is None:
        raise Problem(400, "Not found or no partner.update access")
    partner.in_timeline = bool(call.fields.get("inTimeline"))
    call.world.changed()
    return _partner_json(call, partner, call.path_id)


@routes.delete("/partners/{id}", "partner.delete", status=204)
async def delete_partner(call: Call) -> None:
    partner = call.world.partner(call.user.id, call.path_id)
    if partner is None:
        raise Problem(400, "Partner not found")
    call.world.tables.partners.remove(partner)
    call.world.changed()


def scan(server: Server, library: Library) -> None:
    """Import what is new, and put what is missing on disk offline and into the trash, without an event (measured)."""
    world = server.world
    known = {a.original_path: a for a in world.tables.assets.values() if a.library_id == library.id}
    found = {str(p): p for root in library.import_paths for p in sorted(Path(root).rglob("*")) if kind_of(p.name)}
    for path, asset in known.items():
        if path not in found and not asset.is_offline:
            asset.is_offline, asset.status = True, Status.TRASHED
            asset.deleted_at = world.touch(asset)
    for path, file in found.items():
        if path not in known:
            _import(server, library, file)
    library.refreshed_at = world.clock.now()
    world.changed()


def _import(server: Server, library: Library, file: Path) -> None:
    """The checksum is that of ``path:`` and the path, not of the content (measured)."""
    world, path = server.world, str(file)
    now, stat = world.clock.now(), file.stat()
    modified, kind = datetime.fromtimestamp(stat.st_mtime, UTC), kind_of(file.name)
    assert kind is not None
    asset = Asset(
        id=new_id(),
        owner_id=library.owner_id,
        checksum=hashlib.sha1(f"path:{path}".encode(), usedforsecurity=False).digest(),
        name=file.name,
        kind=kind,
        mime=mime_of(file.name),
        original_path=path,
        file=path,
        size=stat.st_size,
        created_at=now,
        updated_at=now,
        file_created_at=modified,
        file_modified_at=modified,
        local_date_time=modified,
        device_asset_id=file.name,
        device_id="Library Import",
        library_id=library.id,
        exif=Exif(file_size=stat.st_size),
    )
    world.add_asset(asset)
    server.jobs.add(METADATA, "metadata", asset.id)


def _library(call: Call) -> Library:
    library = call.world.tables.libraries.get(call.path_id)
    if library is None:
        raise Problem(400, "Library not found")
    return library


def _library_json(call: Call, library: Library) -> dict[str, Any]:
    refreshed = library.refreshed_at
    return {
        "id": library.id,
        "ownerId": library.owner_id,
        "name": library.name,
        "createdAt": milliseconds(library.created_at),
        "updatedAt": milliseconds(library.updated_at),
        "refreshedAt": milliseconds(refreshed) if refreshed else None,
        "assetCount": sum(a.library_id == library.id for a in call.world.tables.assets.values()),
        "importPaths": library.import_paths,
        "exclusionPatterns": _EXCLUDED,
    }


def _partner_json(call: Call, partner: Partner, other_id: str) -> dict[str, Any]:
    other = call.world.tables.users[other_id]
    return user_json(call.server, other) | {"inTimeline": partner.in_timeline}
