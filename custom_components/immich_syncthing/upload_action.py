"""The action that sends single files to Immich, such as a camera's snapshot, and none that Immich has."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import voluptuous as vol
from homeassistant.components.media_source import async_resolve_media
from homeassistant.components.media_source.error import MediaSourceError
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.helpers import config_validation as cv

from .album_action import ATTR_ALBUM, PERMISSIONS as ALBUM_PERMISSIONS, album_name, put_into_album
from .asset_view import link_of
from .engine.workers import Pool
from .immich.errors import QuotaError, SourceChangedError, TooLargeError, UnsupportedTypeError
from .immich.models import Upload
from .photo_calls import Account, account_that_may, own_disk, told
from .tag_action import ATTR_TAGS, PERMISSIONS as TAG_PERMISSIONS, give_tags, tag_values
from .targets import WHICH_ACCOUNT, Call, refuse, text

ATTR_FILES: Final = "files"
ATTR_MEDIA: Final = "media"
ATTR_MEDIA_ID: Final = "media_content_id"
MAX_FILES: Final = 100
BLOCK: Final = 1024 * 1024
"""Bytes read at once."""

_ABOUT_THE_FILE = (QuotaError, SourceChangedError, TooLargeError, UnsupportedTypeError)
"""Errors that say nothing of the other files."""


class State(StrEnum):
    """What became of a file."""

    UPLOADED = "uploaded"
    ALREADY = "already"
    IN_TRASH = "in_trash"
    FAILED = "failed"


class NoFile(StrEnum):
    """Why there was nothing to send."""

    NOT_ALLOWED = "not_allowed"
    MISSING = "missing"
    EMPTY = "empty"


def media_id(value: Any) -> str:
    """Return what a selector of media chose, or an id itself. For schemas."""
    return text(value[ATTR_MEDIA_ID] if isinstance(value, dict) and ATTR_MEDIA_ID in value else value)


UPLOAD_SCHEMA = vol.Schema(
    {
        **WHICH_ACCOUNT,
        vol.Optional(ATTR_FILES, default=list): vol.All(cv.ensure_list, vol.Length(max=MAX_FILES), [text]),
        vol.Optional(ATTR_MEDIA, default=list): vol.All(cv.ensure_list, vol.Length(max=MAX_FILES), [media_id]),
        vol.Optional(ATTR_ALBUM): album_name,
        vol.Optional(ATTR_TAGS): tag_values,
    }
)


@dataclass(frozen=True, slots=True)
class _File:
    """A file that can be sent, as it is now."""

    path: Path
    checksum: bytes
    size: int
    modified_at: datetime


async def async_upload(call: Call) -> ServiceResponse:
    """Send files that Immich does not have, and put them into an album and tag them, as the others are."""
    data, hass = call.data, call.hass
    named = {one: one for one in data[ATTR_FILES]} | {one: await _local(hass, one) for one in data[ATTR_MEDIA]}
    if not named:
        refuse("upload_what")
    wants_album, wants_tags = ATTR_ALBUM in data, ATTR_TAGS in data
    needed = (*(ALBUM_PERMISSIONS if wants_album else ()), *(TAG_PERMISSIONS if wants_tags else ()))
    account = await account_that_may(call, *needed)
    async with own_disk(hass) as disk:
        files = {name: await disk.run(_looked_at, hass, path) for name, path in named.items()}
        rows = await _send(account, disk, files)
    answer: dict[str, Any] = {"files": rows}
    failed: dict[str, StrEnum] = {}
    asset_ids = [row["asset_id"] for row in rows if row["state"] in {State.UPLOADED, State.ALREADY}]
    if wants_album and asset_ids:
        answer["album"], refused = await put_into_album(account, data[ATTR_ALBUM], asset_ids)
        failed |= refused
    if wants_tags and asset_ids:
        tagged, refused = await give_tags(account, data[ATTR_TAGS], asset_ids)
        answer |= tagged
        failed |= refused
    if not call.return_response:
        failed |= {row["file"]: State(row["state"]) for row in rows if row["state"] in {State.FAILED, State.IN_TRASH}}
    return told(call, account, answer, failed)


async def _local(hass: HomeAssistant, media: str) -> str:
    """Return the path of media that lie on a disk of this machine. Raises ``ServiceValidationError``."""
    try:
        found = await async_resolve_media(hass, media, None)
    except MediaSourceError:
        refuse("media_not_a_file", media=media)
    if found.path is None:
        refuse("media_not_a_file", media=media)
    return str(found.path)


def _looked_at(hass: HomeAssistant, given: str) -> _File | NoFile:
    """Return a file where Home Assistant may read, with its checksum. Blocks."""
    try:
        path = Path(given).resolve(strict=True)
        if not Path(given).is_absolute() or not hass.config.is_allowed_path(str(path)):
            return NoFile.NOT_ALLOWED
        if not path.is_file():
            return NoFile.MISSING
        with path.open("rb") as stream:
            checksum = hashlib.file_digest(stream, lambda: hashlib.sha1(usedforsecurity=False)).digest()
            size = stream.tell()
        modified_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError, ValueError, OverflowError, RuntimeError:
        return NoFile.MISSING
    return _File(path, checksum, size, modified_at) if size else NoFile.EMPTY


async def _send(account: Account, disk: Pool, files: dict[str, _File | NoFile]) -> list[dict[str, Any]]:
    """Send what Immich does not have; return what to tell of each. Raises ``ImmichError`` that is about all of them."""
    checksums = [one.checksum for one in files.values() if isinstance(one, _File)]
    known = await account.immich.bulk_upload_check(checksums) if checksums else {}
    sent: dict[bytes, str] = {}
    rows: list[dict[str, Any]] = []
    for name, file in files.items():
        if isinstance(file, NoFile):
            rows.append(_row(account, name, State.FAILED, reason=file.value))
        elif file.checksum in sent:
            rows.append(_row(account, name, State.ALREADY, sent[file.checksum]))
        elif asset_id := known[file.checksum].asset_id:
            state = State.IN_TRASH if known[file.checksum].is_trashed else State.ALREADY
            rows.append(_row(account, name, state, asset_id))
        else:
            try:
                result = await account.immich.upload(_upload(disk, file))
            except _ABOUT_THE_FILE as err:
                rows.append(_row(account, name, State.FAILED, reason=err.code))
                continue
            sent[file.checksum] = result.asset_id
            state = State.UPLOADED if result.created else State.ALREADY
            rows.append(_row(account, name, state, result.asset_id))
    return rows


def _row(
    account: Account, name: str, state: State, asset_id: str | None = None, reason: str | None = None
) -> dict[str, Any]:
    link = None if asset_id is None else link_of(account.entry, asset_id)
    return {"file": name, "state": state.value, "asset_id": asset_id, "link": link, "reason": reason}


def _upload(disk: Pool, file: _File) -> Upload:
    return Upload(
        file_name=file.path.name,
        size=file.size,
        checksum=file.checksum,
        created_at=file.modified_at,
        modified_at=file.modified_at,
        content=lambda: _blocks(disk, file.path),
    )


async def _blocks(disk: Pool, path: Path) -> AsyncIterator[bytes]:
    """Yield what the file holds now; what differs from what was hashed, Immich and we both notice."""
    try:
        stream = await disk.run(path.open, "rb")
        try:
            while block := await disk.run(stream.read, BLOCK):
                yield block
        finally:
            await disk.run(stream.close)
    except OSError as err:
        raise SourceChangedError(str(path)) from err
