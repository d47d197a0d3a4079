"""Whoever can write to the vault tells the engine where photos were: it never writes anywhere but into a folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.immich_syncthing.engine.patterns import parse_patterns
from custom_components.immich_syncthing.engine.selection import Selection
from custom_components.immich_syncthing.vault.entries import encode
from custom_components.immich_syncthing.vault.model import VaultEntry, VaultOrigin, VaultReason
from tests.checksums import sha1

from .living import CAMERA, Life, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

PATHS = (
    "../outside.jpg",
    "Camera/../../outside.jpg",
    "/immich-syncthing-outside.jpg",
    "..",
    ".",
    "",
    "Camera/",
    "//x.jpg",
    "./x.jpg",
    "link/x.jpg",
    "Camera/link.jpg",
    "Camera/IMG_0.jpg/below.jpg",
    ".stfolder/x.jpg",
    ".stversions/x.jpg",
    ".stignore",
    ".stfolder.removed-1/x.jpg",
    "nul\0.jpg",
    "x" * 300 + ".jpg",
    "deep/" * 900 + "x.jpg",
    "sur\udc80rogate.jpg",
    "sur\ud800rogate.jpg",
    "back\\slash.jpg",
    "new\nline.jpg",
    ".syncthing.x.jpg.tmp",
    "~syncthing~x.jpg.tmp",
    ".trashed-1700000000-x.jpg",
)
INTERNAL = (".stignore", ".stfolder/x.jpg", ".stversions", ".stfolder.removed-1")


def forge(vault: Path, number: int, account: str, **change: Any) -> bytes:
    """Put a photo into the vault, and an entry that tells of it as somebody wants."""
    content = b"forged %d" % number
    checksum = sha1(content)
    name = checksum.hex()
    told: dict[str, Any] = {
        "checksum": checksum,
        "size": len(content),
        "folder_id": CAMERA,
        "folder_label": "Camera",
        "path": "Camera/forged.jpg",
        "mtime_ns": 1_700_000_000_000_000_000,
        "asset_id": None,
        "account_id": account,
        "reason": VaultReason.ASSET_DELETED,
    }
    for place in (vault / "objects" / name[:2], vault / "entries" / name):
        place.mkdir(parents=True, exist_ok=True)
    (vault / "objects" / name[:2] / name).write_bytes(content)
    entry = VaultEntry(VaultOrigin(**told | change), 1_763_700_000.0)
    (vault / "entries" / name / "1763700000000-00000000.json").write_bytes(encode(entry))
    return content


def account_in(vault: Path) -> str:
    [entry] = [json.loads(one.read_bytes()) for one in vault.glob("entries/*/*.json")]
    return str(entry["account_id"])


def seen(life: Life) -> set[str]:
    """Return all that lies around the folder, but for the vault's and the ledger's own."""
    own = (life.root, life.vault.directory, life.home / "immich")
    found = {path for path in life.home.rglob("*") if not any(path.is_relative_to(one) for one in own)}
    return {str(path) for path in found if path.suffix not in {".sqlite", ".sqlite-wal", ".sqlite-shm"}}


async def test_a_forged_path_never_leads_out_of_the_folder(
    life: Life, tmp_path_factory: pytest.TempPathFactory
) -> None:
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    outside = tmp_path_factory.mktemp("outside")
    (life.root / "link").symlink_to(outside)
    (life.root / "Camera" / "link.jpg").symlink_to(outside / "x.jpg")
    account = account_in(life.vault.directory)
    forged = {forge(life.vault.directory, number, account, path=path): path for number, path in enumerate(PATHS)}
    around, own = seen(life), {path: (life.root / path).exists() for path in INTERNAL}

    for wanted in (
        Selection(frozenset({CAMERA}), since=0.0),
        Selection(frozenset({CAMERA}), patterns=parse_patterns(["*"])),
        Selection(frozenset({CAMERA}), checksums=frozenset(map(sha1, forged))),
    ):
        await life.account.restore(wanted, details=50)
        await life.settle()

    here = {path: data for path, data in life.on_phone().items() if not (life.root / path).is_symlink()}
    assert {path: data for path, data in here.items() if data not in forged} == photos
    assert {forged[data]: path for path, data in here.items() if data in forged} == {
        "link/x.jpg": "link (restored)/x.jpg",
        "Camera/link.jpg": "Camera/link (restored).jpg",
        "Camera/IMG_0.jpg/below.jpg": "Camera/IMG_0 (restored).jpg/below.jpg",
        "back\\slash.jpg": "back\\slash.jpg",
        "new\nline.jpg": "new\nline.jpg",
        "~syncthing~x.jpg.tmp": "~syncthing~x.jpg.tmp",
        ".trashed-1700000000-x.jpg": ".trashed-1700000000-x.jpg",
    }
    assert list(outside.iterdir()) == []
    assert not Path("/immich-syncthing-outside.jpg").exists()
    assert seen(life) == around
    assert {path: (life.root / path).exists() for path in INTERNAL} == own


@pytest.mark.parametrize("mtime_ns", [2**63 - 1, -(2**63), -1, 0])
async def test_a_forged_time_is_no_reason_not_to_come_back(life: Life, mtime_ns: int) -> None:
    await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    content = forge(life.vault.directory, 1, account_in(life.vault.directory), mtime_ns=mtime_ns)
    await life.account.restore(Selection(frozenset({CAMERA}), since=0.0), details=50)
    await life.settle()
    assert life.on_phone()["Camera/forged.jpg"] == content
    assert "Camera/IMG_3.jpg" in life.on_phone()


async def test_a_folder_of_another_name_takes_nothing_of_a_forged_one(life: Life) -> None:
    await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    account = account_in(life.vault.directory)
    forge(life.vault.directory, 1, account, folder_id="../../elsewhere", folder_label="../../elsewhere")
    forge(life.vault.directory, 2, "somebody else", path="Camera/theirs.jpg")
    before = seen(life)
    await life.account.restore(Selection(frozenset({CAMERA}), since=0.0), details=50)
    await life.settle()
    assert len(life.on_phone()) == 10
    assert seen(life) == before
