"""POST /assets/bulk-upload-check and 2.7.5's POST /assets/exist: "do you have these?"."""

from typing import Any

from .errors import Invalid, Issue, Problem
from .routing import Call, Routes
from .uploads import read_checksum
from .version import Version

routes = Routes()

# Measured: 65,532 checksums work, 65,533 hit PostgreSQL's limit of bind parameters.
MOST_CHECKSUMS = 65_532


@routes.post("/assets/bulk-upload-check", "asset.upload")
async def bulk_upload_check(call: Call) -> dict[str, Any]:
    asked = call.fields.get("assets")
    if not isinstance(asked, list):
        sentence = "Invalid input: expected array, received undefined"
        raise Invalid(Issue("assets", ("assets must be an array",), sentence))
    if issues := [issue for at, item in enumerate(asked) for issue in _issues(call, at, item)]:
        raise Invalid(*issues)
    if len(asked) > MOST_CHECKSUMS or (not asked and call.quirks.empty_oracle_list_fails):
        raise Problem(500, "Failed to check bulk upload")
    return {"results": [_answer(call, item["id"], item["checksum"]) for item in asked]}


@routes.post("/assets/exist", "asset.upload", until=Version(3, 0, 0))
async def exist(call: Call) -> dict[str, Any]:
    """By device ids; removed in 3.0 (SDK 3.0.0)."""
    device, wanted = call.fields.get("deviceId"), set(call.fields.get("deviceAssetIds") or ())
    mine = call.world.assets_of(call.user.id)
    return {"existingIds": [a.device_asset_id for a in mine if a.device_id == device and a.device_asset_id in wanted]}


@routes.get("/assets/device/{id}", "all", until=Version(3, 0, 0))
async def of_device(call: Call) -> list[str]:
    mine = call.world.assets_of(call.user.id)
    return [a.device_asset_id for a in mine if a.device_id == call.path_id and not a.is_trashed]


def _answer(call: Call, label: str, text: str) -> dict[str, Any]:
    """Sees the owner's assets in every state; a malformed checksum is silently accepted (measured)."""
    checksum = read_checksum(text)
    known = call.world.known(call.user.id, checksum) if checksum is not None else None
    if known is None:
        return {"id": label, "action": "accept"}
    return {
        "id": label,
        "action": "reject",
        "reason": "duplicate",
        "assetId": known.id,
        "isTrashed": known.is_trashed,
    }


def _issues(call: Call, at: int, item: Any) -> list[Issue]:
    """2.7.5 refuses empty strings, the development build of 3.0 takes them (both measured)."""
    found = []
    fields = item if isinstance(item, dict) else {}
    for name in ("id", "checksum"):
        path, value = f"assets.{at}.{name}", fields.get(name)
        if isinstance(value, str) and (value or call.version.is_v3):
            continue
        text = () if isinstance(value, str) else (f"{path} must be a string",)
        received = "undefined" if value is None else type(value).__name__
        wanted = f"Invalid input: expected string, received {received}"
        found.append(Issue(path, (f"{path} should not be empty", *text), wanted))
    return found
