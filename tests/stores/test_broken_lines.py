"""A line that breaks in any part of what goes over it: all arrives after all, or the store says that it did not."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from custom_components.immich_syncthing.stores.errors import (
    StoreError,
    StoreThrottledError,
    StoreUnreachableError,
)
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.stores.uploads import PART
from tests.servers.s3 import S3Kind, S3Server
from tests.servers.troubled_line import Trouble, troubled_line

from .lines import LOST_ANSWERS, is_gone_or_said_to_stay, is_not_stored_otherwise, reached
from .things import CROWD, MIB, film, filmed, keys, seen

FILM = PART + 5 * MIB
SLOW_DOWN = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
BREAKS = {
    "no byte of the body arrives": Trouble("", sent=0),
    "half of the body arrives": Trouble("", sent=MIB),
    "the answer is lost": Trouble("", received=0),
    "the answer ends in its head": Trouble("", received=20),
    "slow down": Trouble("", status="503 Slow Down", body=SLOW_DOWN),
}
BREAKS_OF_AN_UPLOAD = [
    (request_, how)
    for request_ in ("begin", "part 1", "part 2", "complete", "look")
    for how in BREAKS
    if request_.startswith("part") or how != "half of the body arrives"
]
PAGES = {
    "nothing": Trouble("", status="200 OK"),
    "a page": Trouble("", status="200 OK", body="<!DOCTYPE html><html><body>Please log in.</body></html>"),
    "an absent page": Trouble("", status="404 Not Found", body="<html><body>nginx</body></html>"),
}
"""What something that stands between us and the store answers in its stead."""


def requests_of_an_upload(bucket: str) -> dict[str, str]:
    """Return the beginnings of the requests that an upload in parts consists of, in their order."""
    film = f"/{bucket}/film.mp4"
    parts = {f"part {number}": f"PUT {film}?partNumber={number}" for number in (1, 2)}
    return {"begin": f"POST {film}?uploads", **parts, "complete": f"POST {film}?uploadId", "look": f"HEAD {film}"}


def parts_left(s3: S3Server, bucket: str) -> list[int]:
    """Return the parts that somebody would have to pay for. ``s3rver`` tells nobody, nor does it forget any."""
    return s3.parts_left(bucket) if s3.kind is S3Kind.MOTO else []


@pytest.mark.parametrize(("request_", "how"), BREAKS_OF_AN_UPLOAD)
async def test_an_upload_gets_over_what_happens_once(s3: S3Server, request_: str, how: str) -> None:
    if s3.kind is S3Kind.S3RVER and request_ == "complete" and how in LOST_ANSWERS:
        return await _said_to_be_doubtful(s3, how)
    bucket = s3.new_bucket()
    async with troubled_line(s3.url) as line:
        trouble = line.trouble(replace(BREAKS[how], where=requests_of_an_upload(bucket)[request_]))

        stored = await reached(s3, bucket, line).put("film.mp4", film(FILM), FILM)

    assert trouble.hits == 1
    assert stored.size == FILM
    assert await seen(Store(s3.settings(bucket)), "film.mp4") == filmed(FILM)
    assert parts_left(s3, bucket) == []
    return None


async def _said_to_be_doubtful(s3: S3Server, how: str) -> None:
    """Once an upload is complete ``s3rver`` does not know it any more: nobody can tell then, and nobody says so."""
    bucket = s3.new_bucket()
    async with troubled_line(s3.url) as line:
        line.trouble(replace(BREAKS[how], where=requests_of_an_upload(bucket)["complete"]))
        with pytest.raises(StoreError):
            await reached(s3, bucket, line).put("film.mp4", film(FILM), FILM)

    assert await seen(Store(s3.settings(bucket)), "film.mp4") == filmed(FILM)


@pytest.mark.parametrize(("request_", "how"), BREAKS_OF_AN_UPLOAD)
async def test_an_upload_over_a_line_that_stays_broken_is_no_upload(s3: S3Server, request_: str, how: str) -> None:
    bucket = s3.new_bucket()
    await Store(s3.settings(bucket)).put_small("film.mp4", b"earlier")
    async with troubled_line(s3.url) as line:
        trouble = line.trouble(replace(BREAKS[how], where=requests_of_an_upload(bucket)[request_], times=-1))

        with pytest.raises(StoreError) as refused:
            await reached(s3, bucket, line).put("film.mp4", film(FILM), FILM)

    assert trouble.hits > 1
    if s3.kind is S3Kind.MOTO:  # s3rver refuses to forget the parts, and that is what is told
        slow = how == "slow down" and request_ != "look"  # a HEAD has no body that could say so
        assert type(refused.value) is (StoreThrottledError if slow else StoreUnreachableError)
    assert parts_left(s3, bucket) == []
    if request_ == "look" or (request_ == "complete" and how in LOST_ANSWERS):
        # It is there, whole, and nobody was told.
        assert await seen(Store(s3.settings(bucket)), "film.mp4") == filmed(FILM)
    else:
        assert await Store(s3.settings(bucket)).read_small("film.mp4") == b"earlier"


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("times", [1, -1], ids=["once", "always"])
async def test_a_small_object_arrives_whole_or_not_at_all(s3: S3Server, how: str, times: int) -> None:
    bucket = s3.new_bucket()
    async with troubled_line(s3.url) as line:
        trouble = line.trouble(replace(BREAKS[how], where="PUT", times=times))
        store = reached(s3, bucket, line)
        if times == 1:
            await store.put("photo.jpg", film(2 * MIB), 2 * MIB)
        else:
            with pytest.raises(StoreThrottledError if how == "slow down" else StoreUnreachableError):
                await store.put("photo.jpg", film(2 * MIB), 2 * MIB)

    assert trouble.hits >= 1
    if times == 1 or how in LOST_ANSWERS:
        assert await seen(Store(s3.settings(bucket)), "photo.jpg") == filmed(2 * MIB)
    elif s3.kind is S3Kind.MOTO:  # s3rver makes an object of what it got
        assert s3.keys(bucket) == []


CUTS = {"in the answer's head": 20, "at the first byte": 600, "in the middle": FILM // 2, "near the end": FILM - 10}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS.keys())
async def test_a_download_goes_on_where_its_line_broke(s3: S3Server, cut: int) -> None:
    bucket = s3.new_bucket()
    await Store(s3.settings(bucket)).put("film.mp4", film(FILM))
    async with troubled_line(s3.url) as line:
        store = reached(s3, bucket, line)
        trouble = line.trouble(Trouble("GET", received=cut))
        assert await seen(store, "film.mp4") == filmed(FILM)
        assert trouble.hits == 1

        again = line.trouble(Trouble("GET", received=cut))
        whole = b"".join([block async for block in store.read("film.mp4", offset=MIB + 1)])

    assert again.hits == 1
    assert len(whole) == FILM - MIB - 1
    assert whole == b"".join([block async for block in Store(s3.settings(bucket)).read("film.mp4", offset=MIB + 1)])


@pytest.mark.parametrize("cut", [20, 600, MIB], ids=["in the answer's head", "at the first byte", "in the middle"])
async def test_a_download_that_never_gets_through_ends_in_an_error_after_right_bytes(s3: S3Server, cut: int) -> None:
    bucket = s3.new_bucket()
    await Store(s3.settings(bucket)).put("film.mp4", film(FILM))
    right = b"".join([piece async for piece in film(FILM)])
    got = bytearray()
    async with troubled_line(s3.url) as line:
        line.trouble(Trouble("GET", received=cut, times=-1))
        blocks = reached(s3, bucket, line).read("film.mp4")
        with pytest.raises(StoreUnreachableError):
            await _gather(blocks, got)

    assert len(got) < FILM
    assert right.startswith(got)


async def _gather(blocks: AsyncIterator[bytes], got: bytearray) -> None:
    async for block in blocks:
        got += block


@pytest.mark.parametrize("times", [1, -1], ids=["once", "always"])
@pytest.mark.parametrize("page", ["list-type=2", "continuation-token"], ids=["first", "second"])
@pytest.mark.parametrize("received", [0, 20, 700])
async def test_a_list_is_whole_or_none(crowded: tuple[S3Server, str], page: str, received: int, times: int) -> None:
    s3, bucket = crowded
    async with troubled_line(s3.url) as line:
        trouble = line.trouble(Trouble(page, received=received, times=times))
        try:
            listed = len(await keys(reached(s3, bucket, line), "many"))
        except StoreUnreachableError:
            listed = None

    assert trouble.hits >= 1
    assert listed == CROWD if times == 1 and received < 700 else listed in {CROWD, None}
    assert times == 1 or listed is None


@pytest.mark.parametrize("answer", PAGES)
async def test_what_answers_in_the_stores_stead_is_not_believed(crowded: tuple[S3Server, str], answer: str) -> None:
    """Neither is an object absent or other than it was, nor a list empty or short, because a portal says so."""
    s3, bucket = crowded
    for where, ask in (
        ("GET", lambda store: seen(store, "many/0001")),
        ("GET", lambda store: store.read_small("many/0001")),
        ("GET", lambda store: keys(store, "many")),
        ("continuation-token", lambda store: keys(store, "many")),
        ("PUT", lambda store: store.put("photo.jpg", film(5))),
        ("PUT", lambda store: store.put_small("photo.jpg", b"photo")),
        ("POST", lambda store: store.put("film.mp4", film(PART))),
        ("delete", lambda store: store.delete(["many/0001"])),
        ("HEAD", lambda store: store.head("many/0001")),
    ):
        if where == "HEAD" and answer == "an absent page":
            # That is all that a store says itself of an object that it does not have.
            continue
        async with troubled_line(s3.url) as line:
            trouble = line.trouble(replace(PAGES[answer], where=where, times=-1))
            # Whatever is asked: where such a page comes to one request it comes to all.
            line.trouble(replace(PAGES[answer], where="HEAD", times=-1))
            with pytest.raises(StoreError) as refused:
                await ask(reached(s3, bucket, line))
        assert trouble.hits
        assert refused.value.code in {"store_error", "store_unreachable"}, where
    assert await Store(s3.settings(bucket)).read_small("many/0001") == b"1"


@pytest.mark.parametrize("size", [5, PART + 1], ids=["small", "in parts"])
async def test_an_object_that_the_store_keeps_otherwise_is_not_stored(s3: S3Server, size: int) -> None:
    await is_not_stored_otherwise(s3, size)


@pytest.mark.parametrize("how", [one for one in BREAKS if one != "half of the body arrives"])
@pytest.mark.parametrize("times", [1, -1], ids=["once", "always"])
async def test_what_was_to_be_removed_is_gone_or_said_to_stay(s3: S3Server, how: str, times: int) -> None:
    await is_gone_or_said_to_stay(s3, how, replace(BREAKS[how], where="?delete", times=times))


async def test_one_of_many_that_must_not_be_removed_is_told(s3: S3Server) -> None:
    refused = "<Error><Key>a</Key><Code>AccessDenied</Code><Message>It is locked.</Message></Error>"
    async with troubled_line(s3.url) as line:
        line.trouble(Trouble("?delete", status="200 OK", body=f"<DeleteResult>{refused}</DeleteResult>"))
        with pytest.raises(StoreError, match="It is locked"):
            await reached(s3, s3.new_bucket(), line).delete(["a", "b"])
