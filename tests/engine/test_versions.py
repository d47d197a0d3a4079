"""What Syncthing's versioning kept of deleted photos saves a download, and is believed only by its bytes."""

import os
from pathlib import Path

import pytest

from .living import Life, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

PATH = "Camera/IMG_3.jpg"


def keeps(life: Life, name: str, content: bytes) -> Path:
    """Have a version in Syncthing's own place."""
    kept = life.root / ".stversions/Camera" / name
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(content)
    return kept


def downloads(life: Life) -> int:
    return sum(seen.path.endswith("/original") for seen in life.server.log)


@pytest.mark.parametrize("name", ["IMG_3.jpg", "IMG_3~20261121-101500.jpg"])
async def test_the_bytes_come_from_syncthings_versions(life: Life, name: str) -> None:
    photos = await ten_photos(life)
    kept = keeps(life, name, photos[PATH])
    life.phone_deletes(PATH)
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[PATH]}
    assert await life.in_vault(photos[PATH])
    assert downloads(life) == 0
    kept.unlink()
    assert await life.in_vault(photos[PATH])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("IMG_3.jpg", b"photo Camera/IMG_4.jpg"),
        ("IMG_3.jpg", b"too short"),
        ("IMG_3~yesterday.jpg", b"photo Camera/IMG_3.jpg"),
        ("IMG_33.jpg", b"photo Camera/IMG_3.jpg"),
    ],
    ids=["other bytes", "another size", "no date", "another name"],
)
async def test_what_is_no_version_of_it_is_not_taken(life: Life, name: str, content: bytes) -> None:
    photos = await ten_photos(life)
    keeps(life, name, content)
    life.phone_deletes(PATH)
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[PATH]}
    assert await life.in_vault(photos[PATH])
    assert downloads(life) == 1


async def test_a_link_among_the_versions_is_not_followed(life: Life, tmp_path: Path) -> None:
    photos = await ten_photos(life)
    secret = tmp_path / "elsewhere.jpg"
    secret.write_bytes(photos[PATH])
    kept = keeps(life, "IMG_3.jpg", b"")
    kept.unlink()
    kept.symlink_to(secret)
    life.phone_deletes(PATH)
    await life.settle()
    assert downloads(life) == 1


async def test_versions_that_cannot_be_reached_do_not_matter(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = await ten_photos(life)
    kept = keeps(life, "IMG_3.jpg", photos[PATH])
    really_open = os.open

    def refuse(path: str, *args: int, **kwargs: int) -> int:
        if path == ".stversions":
            raise PermissionError(13, "no")
        return really_open(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refuse)
    life.phone_deletes(PATH)
    await life.settle()
    assert kept.exists()
    assert life.in_immich(trashed=True) == {photos[PATH]}
