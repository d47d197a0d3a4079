"""A store that refuses: what its owner reads tells what is wrong, whatever was asked of it, and holds no secret."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.immich_syncthing.stores.errors import (
    StoreBucketMissingError,
    StoreClockSkewError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreUnreachableError,
)
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.stores.uploads import PART
from tests.servers.s3 import S3Kind, S3Server, serving
from tests.servers.syncthing import NOBODY
from tests.servers.troubled_line import Trouble, troubled_line

from .things import KIB, film, keys, seen

WRONG_SECRET = "wrong/secret+of=somebody"

type Asked = Callable[[Store], Awaitable[object]]

EVERYTHING: dict[str, Asked] = {
    "check": lambda store: store.check(),
    "put": lambda store: store.put("photo.jpg", film(5)),
    "put in parts": lambda store: store.put("film.mp4", film(PART + 1)),
    "put_small": lambda store: store.put_small("photo.jpg", b"photo"),
    "head": lambda store: store.head("photo.jpg"),
    "read": lambda store: seen(store, "photo.jpg"),
    "read_small": lambda store: store.read_small("photo.jpg"),
    "list": keys,
    "delete": lambda store: store.delete(["photo.jpg"]),
}


async def refusals(store: Store, caplog: pytest.LogCaptureFixture, *but: str) -> dict[str, StoreError]:
    """Return how the store refuses each thing, having looked that no secret is in anything that anybody could read."""
    caplog.set_level(logging.DEBUG)
    found = {}
    for asked, ask in EVERYTHING.items():
        if asked in but:
            continue
        with pytest.raises(StoreError) as refused:
            await ask(store)
        found[asked] = refused.value
        told = [str(refused.value), repr(refused.value), str(refused.value.placeholders)]
        told += [*traceback.format_exception(refused.value), caplog.text, repr(store), str(store.settings)]
        for secret in {*store.settings.secrets} - {store.settings.access_key}:  # s3rver's are the same word
            assert not [text for text in told if secret in text]
    return found


def kinds(found: dict[str, StoreError]) -> dict[type[StoreError], list[str]]:
    """Return what was answered with each error."""
    by_kind: dict[type[StoreError], list[str]] = {}
    for asked, error in found.items():
        by_kind.setdefault(type(error), []).append(asked)
    return by_kind


async def test_a_wrong_secret(moto: S3Server, caplog: pytest.LogCaptureFixture) -> None:
    settings = replace(moto.settings(moto.new_bucket()), secret_key=WRONG_SECRET)
    assert list(kinds(await refusals(Store(settings), caplog))) == [StoreCredentialsError]


async def test_a_wrong_key(s3: S3Server, caplog: pytest.LogCaptureFixture) -> None:
    settings = replace(s3.settings(s3.new_bucket()), access_key="AKIANOBODY", secret_key=WRONG_SECRET)
    assert list(kinds(await refusals(Store(settings), caplog))) == [StoreCredentialsError]


async def test_no_such_bucket(s3: S3Server, caplog: pytest.LogCaptureFixture) -> None:
    found = await refusals(Store(s3.settings("nobody-made-this")), caplog, "head")

    assert list(kinds(found)) == [StoreBucketMissingError]
    assert await Store(s3.settings("nobody-made-this")).head("photo.jpg") is None


async def test_nobody_at_the_address(caplog: pytest.LogCaptureFixture) -> None:
    settings = StoreSettings(
        StoreKind.S3,
        endpoint=NOBODY,
        bucket="photos",
        access_key="somebody",
        secret_key=WRONG_SECRET,
    )
    assert list(kinds(await refusals(Store(settings), caplog))) == [StoreUnreachableError]


async def test_the_directory_of_a_disk_that_is_not_mounted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = StoreSettings(StoreKind.DIRECTORY, directory=str(tmp_path / "disk"))
    assert list(kinds(await refusals(Store(settings), caplog))) == [StoreUnreachableError]
    assert list(tmp_path.iterdir()) == []


async def test_a_clock_that_is_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The server lives an hour later than we do; to a HEAD it can say no more than that it refuses."""
    with serving(S3Kind.S3RVER, tmp_path, an_hour_later=True) as server:
        found = kinds(await refusals(Store(server.settings("photos")), caplog))

    assert found == {
        StoreClockSkewError: [one for one in EVERYTHING if one != "head"],
        StoreCredentialsError: ["head"],
    }


CODES = {
    "RequestTimeTooSkewed": ("403 Forbidden", StoreClockSkewError),
    "XMinioStorageFull": ("507 Insufficient Storage", StoreFullError),
    "QuotaExceeded": ("403 Forbidden", StoreFullError),
    "InternalError": ("500 Internal Server Error", StoreUnreachableError),
    "ServiceUnavailable": ("503 Service Unavailable", StoreUnreachableError),
    "AccessDenied": ("403 Forbidden", StoreCredentialsError),
    "SomethingNew": ("400 Bad Request", StoreError),
}


@pytest.mark.parametrize("code", CODES)
async def test_what_servers_say_in_words(moto: S3Server, caplog: pytest.LogCaptureFixture, code: str) -> None:
    """The words come with all that a careless server may repeat: the key, the secret, what was to be signed."""
    settings = moto.settings(moto.new_bucket())
    status, meaning = CODES[code]
    body = f"<Error><Code>{code}</Code><Message>No, {settings.secret_key}.</Message><Host>x</Host></Error>"
    async with troubled_line(moto.url) as line:
        line.trouble(Trouble("", times=-1, status=status, body=body))
        found = await refusals(Store(replace(settings, endpoint=line.url)), caplog, "head")

    assert list(kinds(found)) == [meaning]
    assert {error.detail for error in found.values()} == {f"{code}: No, …."}


async def test_a_disk_that_is_full(small_disk: Path) -> None:
    """What is too large for a disk leaves nothing on it, and what was there before stays."""
    store = Store(StoreSettings(StoreKind.DIRECTORY, prefix="photos", directory=str(small_disk)))
    await store.put_small("kept.jpg", b"kept")

    for key, size in (("photo.jpg", 300 * KIB), ("film.mp4", 2 * PART), ("kept.jpg", 300 * KIB)):
        with pytest.raises(StoreFullError):
            await store.put(key, film(size), size)

    assert {path.name: path.read_bytes() for path in small_disk.rglob("*") if path.is_file()} == {"kept.jpg": b"kept"}
    await store.put("small.jpg", film(KIB))


async def test_a_server_whose_disk_is_full(small_disk: Path) -> None:
    with serving(S3Kind.S3RVER, small_disk) as server:
        bucket = server.new_bucket()
        store = Store(server.settings(bucket))
        await store.put_small("kept.jpg", b"kept")

        for size in (300 * KIB, 2 * PART):
            with pytest.raises(StoreError) as refused:
                await store.put("photo.jpg", film(size), size)
            assert refused.value.code in {"store_unreachable", "store_full", "store_mismatch"}

    with serving(S3Kind.S3RVER, small_disk) as again:  # the other one died of it
        assert await Store(again.settings(bucket)).read_small("kept.jpg") == b"kept"


GOOGLE = (
    '{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\nc2VjcmV0\\n-----END", "client_email": 5}'
)


S3 = StoreSettings(StoreKind.S3, bucket="photos", access_key="somebody", secret_key=WRONG_SECRET)
HERE = "http://127.0.0.1:9"
UNUSABLE = {
    "Google's without a field": StoreSettings(StoreKind.GCS, bucket="photos", service_account=GOOGLE),
    "Google's that is none": StoreSettings(StoreKind.GCS, bucket="photos", service_account="c2VjcmV0"),
    "Azure's key that is none": StoreSettings(StoreKind.AZURE, bucket="b", account="photos", account_key="c2VjcmV0 no"),
    "Azure's address": StoreSettings(StoreKind.AZURE, "", None, "x", bucket="b", account="a", account_key="c2VjcmV0"),
    "no scheme": replace(S3, endpoint="127.0.0.1:9000"),
    "no host": replace(S3, endpoint="https://"),
    "another scheme": replace(S3, endpoint="ftp://storage.example"),
    "a space in the address": replace(S3, endpoint="http://storage example"),
    "a port that is none": replace(S3, endpoint="http://storage.example:99999"),
    "letters that no URL has": replace(S3, endpoint="http://spücher.example"),
    "a secret in the address": replace(S3, endpoint="http://somebody:c2VjcmV0@storage.example"),
    "a line break in the key": replace(S3, endpoint=HERE, access_key="somebody\n"),
    "a line break in the region": replace(S3, endpoint=HERE, region="eu\n"),
    "a space in the bucket": replace(S3, endpoint=HERE, bucket="my photos"),
    "a prefix that leads out": replace(S3, endpoint=HERE, prefix="photos/../others"),
    "no bucket": replace(S3, endpoint=HERE, bucket=None),
    "no directory": StoreSettings(StoreKind.DIRECTORY),
}


@pytest.mark.parametrize("what", UNUSABLE)
async def test_settings_that_are_no_good_are_refused_and_not_told(what: str, caplog: pytest.LogCaptureFixture) -> None:
    settings = UNUSABLE[what]
    found = await refusals(Store(settings), caplog)

    for error in found.values():
        assert error.detail or what == "no directory"
        told = [*traceback.format_exception(error), caplog.text]
        assert not [text for text in told for secret in ("c2VjcmV0", WRONG_SECRET) if secret in text]


async def test_slashes_too_many_in_a_prefix_are_none(s3: S3Server) -> None:
    settings = s3.settings(s3.new_bucket())
    await Store(replace(settings, prefix="/photos//mine/")).put_small("a", b"1")
    assert await Store(replace(settings, prefix="photos/mine")).read_small("a") == b"1"
