"""Linked files are read from where they lie, if they are what they were; in doubt they are not to be had."""

import shutil
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.originals import Originals
from tests.checksums import sha1

from .living import living
from .test_sidecars import says

pytestmark = pytest.mark.usefixtures("socket_enabled")

PHOTO, SIDECAR = "Camera/IMG_1.jpg", "Camera/IMG_1.xmp"


async def read(originals: Originals, content: bytes) -> bytes | None:
    found = await originals.open(sha1(content))
    if found is None:
        return None
    size, chunks = found
    got = b"".join([chunk async for chunk in chunks])
    assert len(got) == size
    return got


async def test_a_linked_file_is_read_with_its_sidecar(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        content = life.phone_adds(PHOTO)
        other = life.phone_adds("Camera/IMG_2.jpg")
        sidecar = says("By the sea")
        life.phone_adds(SIDECAR, sidecar)
        await life.settle()
        originals = life.account.originals
        assert await read(originals, content) == content
        assert await originals.sidecar(sha1(content)) == sidecar
        assert await originals.sidecar(sha1(other)) is None
        assert await originals.linked([sha1(content), sha1(b"strange")]) == {sha1(content)}
        assert await read(originals, b"strange") is None


async def test_what_is_not_as_it_was_is_not_to_be_had(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        content = life.phone_adds(PHOTO)
        life.phone_adds(SIDECAR, says("By the sea"))
        await life.settle()
        originals = life.account.originals
        found = await originals.open(sha1(content))
        assert found is not None
        root = life.root
        (root / PHOTO).write_bytes(content + b"!")
        (root / SIDECAR).unlink()
        with pytest.raises(OSError, match="No such file"):
            await anext(found[1])
        assert await originals.open(sha1(content)) is None
        assert await originals.sidecar(sha1(content)) is None
        shutil.rmtree(root / ".stfolder")
        assert await originals.open(sha1(content)) is None


async def test_a_file_that_is_a_link_now_is_not_followed(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        content = life.phone_adds(PHOTO)
        await life.settle()
        path = life.root / PHOTO
        path.rename(tmp_path / "elsewhere.jpg")
        path.symlink_to(tmp_path / "elsewhere.jpg")
        assert await life.account.originals.open(sha1(content)) is None


async def test_a_ledger_that_is_gone_links_nothing_and_does_not_say_so(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        content = life.phone_adds(PHOTO)
        await life.settle()
        originals = life.account.originals
        await life.account.close()
        assert await originals.open(sha1(content)) is None
        assert await originals.sidecar(sha1(content)) is None
        with pytest.raises(OSError, match="ledger_error"):
            await originals.linked([sha1(content)])


async def test_what_is_not_linked_is_not_read_here(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        content = life.phone_adds(PHOTO)
        for number in range(2, 9):
            life.phone_adds(f"IMG_{number}.jpg")
        await life.settle()
        life.phone_deletes(PHOTO)
        await life.settle()
        assert await life.account.originals.open(sha1(content)) is None
        assert await life.account.originals.linked([sha1(content)]) == set()
