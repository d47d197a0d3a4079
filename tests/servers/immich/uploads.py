"""POST /assets: the multipart body is streamed to disk, then checked, then turned into an asset."""

import base64
import binascii
import hashlib
import json
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from . import dates
from .errors import Invalid, Issue, Problem
from .ingest import Upload, admit
from .media import SIDECAR, extension, kind_of
from .multipart import EndOfFormError, Multipart
from .records import Visibility
from .reply import json_reply
from .routing import Call, Routes

if TYPE_CHECKING:
    from datetime import datetime

    from .multipart import Part

routes = Routes()

_HEX = re.compile(r"[0-9a-fA-F]{40}")
_DEVICE_FIELDS = ("deviceAssetId", "deviceId")
_DATE_FIELDS = ("fileCreatedAt", "fileModifiedAt")


def read_checksum(text: str) -> bytes | None:
    """SHA-1 as 40 hex characters of any case or 28 base64 ones, url-safe or not; None for anything else (measured)."""
    if _HEX.fullmatch(text):
        return bytes.fromhex(text)
    if len(text) != 28:
        return None
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return None


@dataclass(slots=True)
class Form:
    """What came in: text fields, and the files on disk. ``discard`` removes what nobody took over."""

    folder: Path
    disk_full: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    sha1: bytes = b""
    size: int = 0

    async def take(self, part: Part) -> None:
        if part.filename is None:
            self.fields[part.name] = await part.text()
            return
        if part.name not in {"assetData", "sidecarData"} or part.name in self.files:
            raise Problem(400, f"Unexpected field - {part.name}")
        self._check_type(part)
        path = self.folder / str(uuid.uuid4())
        self.files[part.name], self.names[part.name] = path, part.filename
        await self._store(part, path)

    def _check_type(self, part: Part) -> None:
        """By extension alone, and by the ``filename`` field only if that came before the file (measured).

        That field goes before the name of a sidecar as well (server source).
        """
        name = self.fields.get("filename") or part.filename
        assert name is not None
        if part.name == "sidecarData":
            if extension(name) not in SIDECAR:
                raise Problem(400, f"Unsupported file type {name}")
            return
        if kind_of(name) is None:
            raise Problem(400, f"Unsupported file type {name}")

    async def _store(self, part: Part, path: Path) -> None:
        sha1, size = hashlib.sha1(usedforsecurity=False), 0
        with path.open("wb") as out:
            async for chunk in part.chunks():
                if self.disk_full:
                    out.write(chunk[: len(chunk) // 2])
                    self.files.clear()
                    raise Problem(500, "Failed to upload asset")
                out.write(chunk)
                sha1.update(chunk)
                size += len(chunk)
        if part.name == "assetData":
            self.sha1, self.size = sha1.digest(), size

    def discard(self) -> None:
        for path in self.files.values():
            with suppress(FileNotFoundError):
                path.unlink()


@routes.post("/assets", "asset.upload")
async def upload_asset(call: Call) -> web.Response:
    """The checksum header is looked at before the body, and trusted (measured): a hit costs no body byte."""
    header = read_checksum(call.request.headers.get("x-immich-checksum", ""))
    if header is not None and (known := call.world.uploaded(call.user.id, header)):
        return json_reply(call.request, {"status": "duplicate", "id": known.id})
    form = Form(call.world.storage / "incoming", disk_full=call.server.faults.disk_full)
    try:
        await _receive(call, form)
        status, asset_id = admit(call.server, call.user, _validated(call, form))
    finally:
        form.discard()
    await call.server.faults.after_upload()
    if status == "created":
        return json_reply(call.request, {"id": asset_id, "status": "created"}, 201)
    return json_reply(call.request, {"status": "duplicate", "id": asset_id})


async def _receive(call: Call, form: Form) -> None:
    if call.request.content_type == "multipart/form-data":
        boundary = re.search(r'boundary="?([^";]+)', call.request.headers["Content-Type"])
        try:
            async for part in Multipart(call.request.content, boundary[1] if boundary else ""):
                await form.take(part)
        except EndOfFormError as err:
            raise Problem(400, "Multipart: Unexpected end of form") from err
    elif call.request.content_type == "application/x-www-form-urlencoded":
        form.fields = {key: str(value) for key, value in (await call.request.post()).items()}


def _validated(call: Call, form: Form) -> Upload:
    times = _times(call, form.fields)
    if issues := _field_issues(call, form.fields):
        raise Invalid(*issues)
    if not form.files:
        raise Problem(400, "File is required")
    if "assetData" not in form.files:
        raise Problem(400, "Field(s) assetData should not be empty")
    if form.size == 0 and call.version.refuses_empty_files:
        raise Problem(400, "File is empty")
    fields = form.fields
    return Upload(
        path=form.files["assetData"],
        checksum=form.sha1,
        size=form.size,
        name=fields.get("filename") or form.names["assetData"],
        file_created_at=times["fileCreatedAt"],
        file_modified_at=times["fileModifiedAt"],
        device_asset_id=fields.get("deviceAssetId", ""),
        device_id=fields.get("deviceId", ""),
        visibility=Visibility(fields.get("visibility") or "timeline"),
        is_favorite=fields.get("isFavorite") == "true",
        live_photo_video_id=fields.get("livePhotoVideoId") or None,
        metadata={item["key"]: item["value"] for item in json.loads(fields.get("metadata") or "[]")},
        sidecar=form.files.get("sidecarData"),
    )


def _times(call: Call, fields: dict[str, str]) -> dict[str, datetime]:
    """Both timestamps, or the refusal, which names every bad field in 3.x and only the first in 2.7.5 (measured)."""
    found: dict[str, datetime] = {}
    issues = _device_issues(call, fields)
    for name in _DATE_FIELDS:
        text = fields.get(name)
        moment = None if text is None else _read_time(call, text)
        if moment is not None:
            found[name] = moment
            continue
        if text and not call.version.is_v3:
            raise Invalid(Issue(name, (f"{name} must be a date string",), ""), plain=True)
        received = "undefined" if text is None else "string"
        sentences = (f"{name} must be a Date instance", f"{name} should not be empty")
        wanted = f"Invalid input: expected ISO 8601 datetime string, received {received}"
        issues.append(Issue(name, sentences, wanted))
    if not issues:
        return found
    nothing_at_all = not fields and call.request.content_length in {0, None}
    if call.version.is_v3 and nothing_at_all:
        raise Invalid(Issue("", (), "Invalid input: expected object, received undefined"))
    raise Invalid(*issues)


def _read_time(call: Call, text: str) -> datetime | None:
    return dates.strict(text, offsets=call.quirks.offset_dates) if call.version.is_v3 else dates.lenient(text)


def _device_issues(call: Call, fields: dict[str, str]) -> list[Issue]:
    """Required and not empty in 2.7.5 (measured); gone from SDK 3.0.0, ignored if sent."""
    if call.version.is_v3:
        return []
    issues = []
    for name in _DEVICE_FIELDS:
        if not fields.get(name):
            text = () if name in fields else (f"{name} must be a string",)
            issues.append(Issue(name, (*text, f"{name} should not be empty"), ""))
    return issues


def _field_issues(call: Call, fields: dict[str, str]) -> list[Issue]:
    issues: list[Issue] = []
    shown = fields.get("visibility", "timeline")
    if shown not in set(Visibility):
        one_of = ", ".join(Visibility)
        wanted = "|".join(f'"{value}"' for value in Visibility)
        sentence = f"visibility must be one of the following values: {one_of}"
        issues.append(Issue("visibility", (sentence,), f"Invalid option: expected one of {wanted}", "invalid_value"))
    video = fields.get("livePhotoVideoId")
    if video is not None and not is_uuid(video):
        issues.append(Issue("livePhotoVideoId", ("livePhotoVideoId must be a UUID",), "Invalid UUID", "invalid_format"))
    if (metadata := fields.get("metadata")) is not None and not (call.quirks.metadata_field and _is_json(metadata)):
        wanted = "Invalid input: expected JSON string, received string"
        issues.append(Issue("metadata", ("metadata must be valid JSON",), wanted))
    return issues


def is_uuid(text: object) -> bool:
    try:
        return isinstance(text, str) and len(text) == 36 and uuid.UUID(text).version == 4
    except ValueError:
        return False


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
