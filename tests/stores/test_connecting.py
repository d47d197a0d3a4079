"""How a server is asked: with the keys that its owner typed and no others, and encrypted as its owner wants it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from custom_components.immich_syncthing.stores.settings import Encryption, StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from tests.servers.s3 import S3Server


@dataclass
class Listener:
    """A server that has nothing, and remembers how it was asked: the first line, and the headers by their names."""

    address: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.asked.append((first.rpartition(" ")[0], headers))
        writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = Listener()
    async with await asyncio.start_server(made.answer, "127.0.0.1", 0) as server:
        made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield made


async def test_who_typed_no_key_shows_none_whatever_the_machine_has(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "the-machines")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-machines-secret")
    settings = StoreSettings(StoreKind.S3, endpoint=listener.address, bucket="photos")

    assert await Store(settings).head("IMG_1.jpg") is None

    [(line, headers)] = listener.asked
    assert line == "HEAD /photos/IMG_1.jpg"
    assert "authorization" not in headers
    assert "the-machines" not in str(headers)


async def test_the_key_of_an_azure_account_signs_for_that_account(listener: Listener) -> None:
    settings = StoreSettings(
        StoreKind.AZURE, "mine", endpoint=listener.address, bucket="photos", account="eve", account_key="c2VjcmV0"
    )

    assert await Store(settings).head("IMG_1.jpg") is None

    [(line, headers)] = listener.asked
    assert line.split("?")[0].endswith("/photos/mine/IMG_1.jpg")
    assert headers["authorization"].startswith("SharedKey eve:")
    assert "c2VjcmV0" not in str(headers)


@pytest.mark.parametrize(
    ("encryption", "key", "kept"),
    [
        (Encryption.AES256, None, ("AES256", None)),
        (Encryption.KMS, "key-of-the-photos", ("aws:kms", "key-of-the-photos")),
    ],
)
async def test_it_is_encrypted_as_its_owner_wants_it(
    moto: S3Server, encryption: Encryption, key: str | None, kept: tuple[str, str | None]
) -> None:
    bucket = moto.new_bucket()
    settings = replace(moto.settings(bucket), encryption=encryption, kms_key=key)

    await Store(settings).put_small("IMG_1.jpg", b"photo")

    told = moto.client.head_object(Bucket=bucket, Key="IMG_1.jpg")
    assert (told.get("ServerSideEncryption"), told.get("SSEKMSKeyId")) == kept
    assert await Store(settings).read_small("IMG_1.jpg") == b"photo"
