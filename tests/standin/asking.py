"""A small client for asking the stand-in, and worlds prepared with the ids of the recording."""

import hashlib
import io
import json
from datetime import UTC, datetime
from typing import Any

import aiohttp
from PIL import Image

from tests.servers.immich import Asset, ImmichStandIn, Kind, User
from tests.servers.immich.records import ApiKey

ADMIN_ID, USER2_ID = "5cd50d27-d87c-482c-8471-6a615a10e02f", "0722e672-e454-49a2-bae4-546315ffee84"
UNKNOWN_ID = "11111111-1111-4111-8111-111111111111"
MINIMAL = ("asset.read", "asset.upload", "asset.delete")
SENT = "2026-01-02T03:04:05.000Z"
FOUR_FIELDS = {"deviceAssetId": "probe", "deviceId": "probe", "fileCreatedAt": SENT, "fileModifiedAt": SENT}


def jpeg(number: int = 0) -> bytes:
    """A small picture, another one for every number."""
    out = io.BytesIO()
    Image.new("RGB", (160, 120), (number % 256, number // 256 % 256, 7)).save(out, "JPEG", comment=str(number).encode())
    return out.getvalue()


def sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


class Asker:
    """Asks with one key; every answer is ``(status, parsed JSON or text)``."""

    def __init__(self, server: ImmichStandIn, session: aiohttp.ClientSession, key: str | None = None) -> None:
        self.server = server
        self.session = session
        self.key = server.key if key is None else key

    async def ask(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        """``path`` is without ``/api``."""
        headers = ({"x-api-key": self.key} if self.key else {}) | options.pop("headers", {})
        url = f"{self.server.url}/api{path}"
        async with self.session.request(method, url, json=body, headers=headers, **options) as answer:
            text = await answer.text(errors="replace")
            return answer.status, json.loads(text) if "json" in answer.content_type and text else text

    async def upload(
        self,
        content: bytes | None,
        name: str = "a.jpg",
        *,
        fields: dict[str, str | None] | None = None,
        headers: dict[str, str] | None = None,
        after: dict[str, str] | None = None,
        parts: list[tuple[str, bytes, str]] | None = None,
    ) -> tuple[int, Any]:
        """Send a form: the four usual fields changed by ``fields`` (None drops one), the file, then ``after``."""
        form = aiohttp.FormData(quote_fields=False)
        for key, value in (FOUR_FIELDS | (fields or {})).items():
            if value is not None:
                form.add_field(key, value)
        if content is not None:
            form.add_field("assetData", content, filename=name, content_type="image/jpeg")
        for part_name, part_content, part_file in parts or ():
            form.add_field(part_name, part_content, filename=part_file)
        for key, value in (after or {}).items():
            form.add_field(key, value)
        send = ({"x-api-key": self.key} if self.key else {}) | (headers or {})
        async with self.session.post(f"{self.server.url}/api/assets", data=form, headers=send) as answer:
            return answer.status, await answer.json()


def install_recorded_people(server: ImmichStandIn) -> dict[str, str]:
    """The two users of the recording with their ids; the secrets by the recorder's name for the key."""
    tables, now = server.world.tables, server.world.clock.now()
    tables.users.clear()
    tables.keys.clear()
    tables.users[ADMIN_ID] = User(ADMIN_ID, "admin@example.com", "Admin", True, now, now, storage_label="admin")
    tables.users[USER2_ID] = User(USER2_ID, "user2@example.com", "User Two", False, now, now)
    tables.users = {USER2_ID: tables.users[USER2_ID], ADMIN_ID: tables.users[ADMIN_ID]}
    keys = {
        "all": ("441879f6-9a16-4b34-a99b-c08181dad283", ADMIN_ID, "ADMIN key", ["all"]),
        "minimal": ("219e5800-2add-44d1-bf18-4c9bc990d341", ADMIN_ID, "MIN key", [*MINIMAL]),
        "user2": ("0242f0de-6f38-46e1-8999-556175003f75", USER2_ID, "USER2 key", ["all"]),
    }
    for name, (key_id, user_id, label, permissions) in keys.items():
        tables.keys[key_id] = ApiKey(key_id, user_id, label, f"secret-{name}", permissions, now, now)
    return {name: f"secret-{name}" for name in keys}


def plant(
    server: ImmichStandIn, asset_id: str, *, owner_id: str = ADMIN_ID, checksum: str | None = None, number: int = 0
) -> Asset:
    """An asset with an id of the recording, its file on the disk, its jobs done."""
    content = jpeg(number or int(asset_id[:6], 16))
    file = f"upload/{asset_id}.jpg"
    (server.world.storage / file).write_bytes(content)
    moment, now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), server.world.clock.now()
    asset = Asset(
        id=asset_id,
        owner_id=owner_id,
        checksum=bytes.fromhex(checksum or sha1(content)),
        name=f"{asset_id[:4]}.jpg",
        kind=Kind.IMAGE,
        mime="image/jpeg",
        original_path=f"/data/upload/{owner_id}/{asset_id}.jpg",
        file=file,
        size=len(content),
        created_at=now,
        updated_at=now,
        file_created_at=moment,
        file_modified_at=moment,
        local_date_time=moment,
        device_asset_id=f"probe-{asset_id[:4]}.jpg",
        device_id="probe",
        width=160,
        height=120,
        thumbhash="ytcBBYCQTF2HaYiHdChph9pvrv3m",
        has_metadata=True,
    )
    asset.exif.file_size, asset.exif.width, asset.exif.height = len(content), 160, 120
    asset.exif.make, asset.exif.model = "ProbeCam", "P1"
    server.world.add_asset(asset)
    return asset
