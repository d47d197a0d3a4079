"""Uploads beyond the recording: raw sockets, big bodies, and the stricter rules of 3.x."""

import asyncio
import io
import socket
import struct
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.servers.immich import ErrorStyle, ImmichStandIn

from .asking import FOUR_FIELDS, Asker, jpeg, sha1

MEBI = 1024 * 1024


def form(boundary: str, content: bytes, name: str = "a.jpg") -> bytes:
    lead = f"--{boundary}\r\nContent-Disposition: form-data; name="
    fields = "".join(f'{lead}"{key}"\r\n\r\n{value}\r\n' for key, value in FOUR_FIELDS.items())
    head = f'{lead}"assetData"; filename="{name}"\r\n\r\n'
    return f"{fields}{head}".encode() + content + f"\r\n--{boundary}--\r\n".encode()


async def connect(server: ImmichStandIn) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", server.port)


def head(server: ImmichStandIn, length: int, *extra: str) -> bytes:
    lines = ["POST /api/assets HTTP/1.1", "Host: x", f"x-api-key: {server.key}", f"Content-Length: {length}"]
    lines += ["Content-Type: multipart/form-data; boundary=b", *extra, "", ""]
    return "\r\n".join(lines).encode()


async def test_a_known_checksum_is_answered_before_any_byte_of_the_body(server: ImmichStandIn, asker: Asker) -> None:
    await asker.upload(jpeg(1))
    reader, writer = await connect(server)
    writer.write(head(server, 50 * MEBI, f"x-immich-checksum: {sha1(jpeg(1))}"))
    assert b"200 OK" in await reader.readline()
    writer.close()
    assert server.requests_of("POST", "/api/assets")[-1].body_bytes == 0


async def test_asking_for_100_continue_helps_nobody(server: ImmichStandIn, asker: Asker) -> None:
    await asker.upload(jpeg(1))
    reader, writer = await connect(server)
    writer.write(head(server, 50 * MEBI, f"x-immich-checksum: {sha1(jpeg(1))}", "Expect: 100-continue"))
    assert b"100" in await reader.readline()
    await reader.readline()
    assert b"200" in await reader.readline()
    writer.close()


@pytest.mark.parametrize("how", ["close", "reset"])
async def test_a_broken_connection_leaves_no_asset_and_no_file(server: ImmichStandIn, how: str) -> None:
    body = form("b", b"x" * MEBI)
    _, writer = await connect(server)
    writer.write(head(server, len(body)) + body[: len(body) // 2])
    await writer.drain()
    async with asyncio.timeout(10):
        while not _incoming(server):
            await asyncio.sleep(0.01)
    if how == "reset":
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
    async with asyncio.timeout(10):
        while _incoming(server):
            await asyncio.sleep(0.01)
    assert server.browser.assets() == []


def _incoming(server: ImmichStandIn) -> list[Any]:
    return list((server.world.storage / "incoming").iterdir())


async def test_a_body_without_a_length_works(server: ImmichStandIn, session: aiohttp.ClientSession) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        whole = form("b", jpeg(1))
        for at in range(0, len(whole), 100):
            yield whole[at : at + 100]

    headers = {"x-api-key": server.key, "Content-Type": "multipart/form-data; boundary=b"}
    async with session.post(f"{server.url}/api/assets", data=chunks(), headers=headers) as answer:
        assert answer.status == 201
    assert server.browser.content(server.browser.find("a.jpg").id) == jpeg(1)


async def test_memory_stays_flat_while_a_big_file_arrives(v3: ImmichStandIn, session: aiohttp.ClientSession) -> None:
    server, size = v3, 64

    async def chunks() -> AsyncIterator[bytes]:
        before, _, after = form("b", b"MIDDLE", "big.mp4").partition(b"MIDDLE")
        yield before
        for _ in range(size):
            yield bytes(MEBI)
        yield after

    headers = {"x-api-key": server.key, "Content-Type": "multipart/form-data; boundary=b"}
    tracemalloc.start()
    async with session.post(f"{server.url}/api/assets", data=chunks(), headers=headers) as answer:
        assert answer.status == 201
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert server.browser.find("big.mp4").size == size * MEBI
    assert peak < 16 * MEBI


async def test_a_very_long_name_is_kept(asker: Asker) -> None:
    name = "z" * 5000 + ".jpg"
    await asker.upload(jpeg(1), fields={"filename": name})
    assert asker.server.browser.assets()[0].name == name


async def test_the_folders_in_a_part_name_are_cut(asker: Asker) -> None:
    await asker.upload(jpeg(1), "a/b/c.jpg")
    assert asker.server.browser.assets()[0].name == "c.jpg"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("2025-01-01T00:00:00Z", 201),
        ("2025-01-01T00:00:00.123Z", 201),
        ("2025-01-01T00:00:00+02:00", 201),
        ("2025-01-01T00:00:00", 400),
        ("2025-01-01", 400),
        ("2025-06-01 10:00:00", 400),
        ("1735689600", 400),
        ("2025-13-01T00:00:00Z", 400),
    ],
)
async def test_3_x_wants_a_whole_timestamp(asker3: Asker, text: str, status: int) -> None:
    answer = await asker3.upload(jpeg(1), fields={"fileCreatedAt": text})
    assert answer[0] == status


async def test_the_development_build_refused_offsets(asker3: Asker) -> None:
    asker3.server.quirks.offset_dates = False
    assert (await asker3.upload(jpeg(1), fields={"fileCreatedAt": "2025-01-01T00:00:00+02:00"}))[0] == 400


async def test_3_x_needs_no_device_fields(asker3: Asker) -> None:
    assert (await asker3.upload(jpeg(1), fields={"deviceAssetId": None, "deviceId": None}))[0] == 201


async def test_3_x_says_what_was_wrong_field_by_field(asker3: Asker) -> None:
    status, told = await asker3.upload(jpeg(1), fields={"fileCreatedAt": None, "fileModifiedAt": "x"})
    assert status == 400
    assert told["message"] == "Validation failed"
    assert [error["path"] for error in told["errors"]] == [["fileCreatedAt"], ["fileModifiedAt"]]
    assert "correlationId" not in told


async def test_the_development_build_worded_it_as_a_list(asker3: Asker) -> None:
    asker3.server.quirks.error_style = ErrorStyle.FLAT_LIST
    told = (await asker3.upload(jpeg(1), fields={"fileCreatedAt": None}))[1]
    assert told["message"] == ["[fileCreatedAt] Invalid input: expected ISO 8601 datetime string, received undefined"]


async def test_3_1_refuses_an_empty_file(asker3: Asker) -> None:
    assert await asker3.upload(b"") == (400, {"message": "File is empty"})


async def test_3_0_still_takes_an_empty_file(session: aiohttp.ClientSession) -> None:
    async with ImmichStandIn("3.0.3") as server:
        assert (await Asker(server, session).upload(b""))[0] == 201


async def test_some_3_x_refuses_metadata_with_the_upload(asker3: Asker) -> None:
    asker3.server.quirks.metadata_field = False
    assert (await asker3.upload(jpeg(1), fields={"metadata": "[]"}))[0] == 400


async def test_the_photos_own_date_wins_once_the_job_has_read_it(asker: Asker) -> None:
    asker.server.jobs.pause("metadataExtraction")
    asset_id = (await asker.upload(dated("2024:07:01 23:30:00", "+02:00")))[1]["id"]
    sent = (await asker.ask("GET", f"/assets/{asset_id}"))[1]
    asker.server.jobs.resume("metadataExtraction")
    await asker.server.settle()
    read = (await asker.ask("GET", f"/assets/{asset_id}"))[1]
    assert sent["fileCreatedAt"] == "2026-01-02T03:04:05.000Z"
    assert (read["fileCreatedAt"], read["localDateTime"]) == ("2024-07-01T21:30:00.000Z", "2024-07-01T23:30:00.000Z")
    assert read["updatedAt"] > sent["updatedAt"]


def dated(taken: str, offset: str) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    block = exif.get_ifd(34665)
    block[36867], block[36881] = taken, offset
    Image.new("RGB", (16, 12)).save(out, "JPEG", exif=exif)
    return out.getvalue()


async def test_a_sidecar_is_judged_by_the_filename_field_once_that_has_come(asker: Asker) -> None:
    parts = [("sidecarData", b"<x/>", "a.xmp")]
    assert (await asker.upload(jpeg(1), parts=parts))[0] == 201
    status, refusal = await asker.upload(jpeg(2), fields={"filename": "a.jpg"}, parts=parts)
    assert (status, refusal["message"]) == (400, "Unsupported file type a.jpg")
