"""Azure's store over a line that breaks, with a wrong key, too busy: as Azurite, Microsoft's stand-in, speaks it.

What Azure does not keep nobody has to remove: parts that were never put together it forgets by itself after a week.
"""

import asyncio
from dataclasses import replace

import pytest

from custom_components.immich_syncthing.stores.errors import (
    StoreBucketMissingError,
    StoreCredentialsError,
    StoreError,
    StoreThrottledError,
    StoreUnreachableError,
)
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.stores.uploads import PART
from tests.servers.azure import AzureServer
from tests.servers.troubled_line import Trouble, troubled_line

from .lines import LOST_ANSWERS, is_gone_or_said_to_stay, is_not_stored_otherwise, reached
from .test_broken_lines import BREAKS, CUTS, FILM, PAGES
from .test_cancelling import PATIENCE_S, cancelled
from .test_refusals import kinds, refusals
from .things import MIB, film, filmed, keys, seen

BUSY = "<Error><Code>ServerBusy</Code><Message>The server is currently unable to receive requests.</Message></Error>"
BREAKS_OF_AZURE = {**BREAKS, "slow down": Trouble("", status="503 Server Busy", body=BUSY)}
REQUESTS = {"a part": "comp=block&", "complete": "comp=blocklist", "look": "HEAD"}
BREAKS_OF_AN_UPLOAD = [
    (request_, how)
    for request_ in REQUESTS
    for how in BREAKS_OF_AZURE
    if request_ == "a part" or how != "half of the body arrives"
]
CROWD = 5_010
"""More objects than a page of Azure's lists has."""


async def test_a_wrong_key(azurite: AzureServer, caplog: pytest.LogCaptureFixture) -> None:
    settings = replace(azurite.settings(azurite.new_bucket()), account_key="d3Jvbmcga2V5IG9mIHNvbWVib2R5")
    found = await refusals(Store(settings), caplog)

    assert list(kinds(found)) == [StoreCredentialsError]
    assert not [error.detail for error in found.values() if "\n" in error.detail]


async def test_no_such_container(azurite: AzureServer, caplog: pytest.LogCaptureFixture) -> None:
    found = await refusals(Store(azurite.settings("nobody-made-this")), caplog, "head")

    assert list(kinds(found)) == [StoreBucketMissingError]
    assert found["put"].detail == "ContainerNotFound: The specified container does not exist."


async def test_no_such_account(azurite: AzureServer, caplog: pytest.LogCaptureFixture) -> None:
    """Nor is anything said to be removed there."""
    settings = replace(azurite.settings("photos"), account="nobody", endpoint=f"{azurite.url}/nobody")
    assert list(kinds(await refusals(Store(settings), caplog, "head", "read_small"))) == [StoreBucketMissingError]


@pytest.mark.parametrize(("request_", "how"), BREAKS_OF_AN_UPLOAD)
async def test_an_upload_gets_over_what_happens_once(azurite: AzureServer, request_: str, how: str) -> None:
    container = azurite.new_bucket()
    async with troubled_line(azurite.url) as line:
        trouble = line.trouble(replace(BREAKS_OF_AZURE[how], where=REQUESTS[request_]))
        store = reached(azurite, container, line)
        if request_ == "complete" and how in LOST_ANSWERS:
            # Asked once more, the server has no such parts any more: nobody can tell then, and nobody says so.
            with pytest.raises(StoreUnreachableError, match="InvalidBlockList"):
                await store.put("film.mp4", film(FILM), FILM)
        else:
            assert (await store.put("film.mp4", film(FILM), FILM)).size == FILM

    assert trouble.hits == 1
    assert await seen(Store(azurite.settings(container)), "film.mp4") == filmed(FILM)


@pytest.mark.parametrize(("request_", "how"), BREAKS_OF_AN_UPLOAD)
async def test_an_upload_over_a_line_that_stays_broken_is_no_upload(
    azurite: AzureServer, request_: str, how: str
) -> None:
    container = azurite.new_bucket()
    await Store(azurite.settings(container)).put_small("film.mp4", b"earlier")
    async with troubled_line(azurite.url) as line:
        trouble = line.trouble(replace(BREAKS_OF_AZURE[how], where=REQUESTS[request_], times=-1))

        with pytest.raises(StoreError) as refused:
            await reached(azurite, container, line).put("film.mp4", film(FILM), FILM)

    assert trouble.hits > 1
    slow = how == "slow down" and request_ != "look"  # a HEAD has no body that could say so
    assert type(refused.value) is (StoreThrottledError if slow else StoreUnreachableError)
    if request_ == "look" or (request_ == "complete" and how in LOST_ANSWERS):
        # It is there, whole, and nobody was told.
        assert await seen(Store(azurite.settings(container)), "film.mp4") == filmed(FILM)
    else:
        assert await Store(azurite.settings(container)).read_small("film.mp4") == b"earlier"


@pytest.mark.parametrize("how", BREAKS_OF_AZURE)
@pytest.mark.parametrize("times", [1, -1], ids=["once", "always"])
async def test_a_small_object_arrives_whole_or_not_at_all(azurite: AzureServer, how: str, times: int) -> None:
    container = azurite.new_bucket()
    async with troubled_line(azurite.url) as line:
        trouble = line.trouble(replace(BREAKS_OF_AZURE[how], where="PUT", times=times))
        store = reached(azurite, container, line)
        if times == 1:
            await store.put("photo.jpg", film(2 * MIB), 2 * MIB)
        else:
            with pytest.raises(StoreThrottledError if how == "slow down" else StoreUnreachableError):
                await store.put("photo.jpg", film(2 * MIB), 2 * MIB)

    assert trouble.hits >= 1
    if times == 1 or how in LOST_ANSWERS:
        assert await seen(Store(azurite.settings(container)), "photo.jpg") == filmed(2 * MIB)
    else:
        assert azurite.keys(container) == []


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS.keys())
async def test_a_download_goes_on_where_its_line_broke(azurite: AzureServer, cut: int) -> None:
    container = azurite.new_bucket()
    await Store(azurite.settings(container)).put("film.mp4", film(FILM))
    whole = b"".join([piece async for piece in film(FILM)])
    async with troubled_line(azurite.url) as line:
        store = reached(azurite, container, line)
        trouble = line.trouble(Trouble("GET", received=cut))
        assert await seen(store, "film.mp4") == filmed(FILM)
        assert trouble.hits == 1

        again = line.trouble(Trouble("GET", received=cut))
        rest = b"".join([block async for block in store.read("film.mp4", offset=MIB + 1)])

    assert again.hits == 1
    assert rest == whole[MIB + 1 :]


async def test_a_download_that_never_gets_through_ends_in_an_error(azurite: AzureServer) -> None:
    container = azurite.new_bucket()
    await Store(azurite.settings(container)).put("film.mp4", film(FILM))
    async with troubled_line(azurite.url) as line:
        line.trouble(Trouble("GET", received=MIB, times=-1))
        with pytest.raises(StoreUnreachableError):
            await seen(reached(azurite, container, line), "film.mp4")


async def test_a_list_of_several_pages_is_whole_or_none(azurite: AzureServer) -> None:
    container = azurite.new_bucket()
    names = [f"many/{number:04}" for number in range(CROWD)]
    await _fill(Store(azurite.settings(container)), names)

    for page in ("comp=list", "marker"):
        for trouble in (Trouble(page, received=20), Trouble(page, received=700)):
            async with troubled_line(azurite.url) as line:
                line.trouble(trouble)
                try:
                    listed = await keys(reached(azurite, container, line), "many")
                except StoreUnreachableError:
                    listed = names
            assert listed == names
            assert trouble.hits == 1
        for answer in PAGES.values():
            async with troubled_line(azurite.url) as line:
                line.trouble(replace(answer, where=page, times=-1))
                with pytest.raises(StoreError):
                    await keys(reached(azurite, container, line), "many")
    assert await keys(Store(azurite.settings(container)), "many", after=names[-20]) == names[-19:]


async def _fill(store: Store, names: list[str]) -> None:
    few = asyncio.Semaphore(16)

    async def put(name: str) -> None:
        async with few:
            await store.put_small(name, b"1")

    await asyncio.gather(*map(put, names))


@pytest.mark.parametrize("answer", PAGES)
async def test_what_answers_in_the_stores_stead_is_not_believed(azurite: AzureServer, answer: str) -> None:
    container = azurite.new_bucket()
    await Store(azurite.settings(container)).put_small("photo.jpg", b"photo")
    for where, ask in (
        ("GET", lambda store: seen(store, "photo.jpg")),
        ("GET", lambda store: store.read_small("photo.jpg")),
        ("GET", keys),
        ("PUT", lambda store: store.put("other.jpg", film(5))),
        ("PUT", lambda store: store.put_small("other.jpg", b"photo")),
        ("comp=block&", lambda store: store.put("film.mp4", film(PART))),
        ("comp=blocklist", lambda store: store.put("film.mp4", film(PART))),
        ("comp=batch", lambda store: store.delete(["photo.jpg"])),
    ):
        async with troubled_line(azurite.url) as line:
            trouble = line.trouble(replace(PAGES[answer], where=where, times=-1))
            line.trouble(replace(PAGES[answer], where="HEAD", times=-1))
            with pytest.raises(StoreError) as refused:
                await ask(reached(azurite, container, line))
        assert trouble.hits
        assert refused.value.code in {"store_error", "store_unreachable"}, where
    assert azurite.keys(container) == ["photo.jpg"]


@pytest.mark.parametrize("size", [5, PART + 1], ids=["small", "in parts"])
async def test_an_object_that_the_store_keeps_otherwise_is_not_stored(azurite: AzureServer, size: int) -> None:
    await is_not_stored_otherwise(azurite, size)


@pytest.mark.parametrize("how", [one for one in BREAKS_OF_AZURE if one != "half of the body arrives"])
@pytest.mark.parametrize("times", [1, -1], ids=["once", "always"])
async def test_what_was_to_be_removed_is_gone_or_said_to_stay(azurite: AzureServer, how: str, times: int) -> None:
    await is_gone_or_said_to_stay(azurite, how, replace(BREAKS_OF_AZURE[how], where="comp=batch", times=times))


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
async def test_an_upload_whose_server_falls_silent_can_be_ended(azurite: AzureServer, request_: str) -> None:
    container = azurite.new_bucket()
    async with troubled_line(azurite.url) as line:
        trouble = line.trouble(Trouble(request_, hangs=True))
        uploading: asyncio.Task[object] = asyncio.create_task(
            reached(azurite, container, line).put("film.mp4", film(PART + MIB))
        )
        async with asyncio.timeout(PATIENCE_S):
            await trouble.met.wait()
        asyncio.get_running_loop().call_soon(trouble.over.set)
        await cancelled(uploading)

    # What was complete when its end was wanted is there, and whole.
    if azurite.keys(container):
        assert await seen(Store(azurite.settings(container)), "film.mp4") == filmed(PART + MIB)


async def test_parts_that_were_never_put_together_are_no_object_and_hinder_none(azurite: AzureServer) -> None:
    container = azurite.new_bucket()
    store = Store(azurite.settings(container))
    async with troubled_line(azurite.url) as line:
        line.trouble(Trouble("comp=blocklist", sent=0, times=-1))
        with pytest.raises(StoreUnreachableError):
            await reached(azurite, container, line).put("film.mp4", film(FILM))

    assert azurite.unfinished(container) == ["film.mp4"]
    assert await store.head("film.mp4") is None
    assert await keys(store) == []

    await store.put("film.mp4", film(3 * PART))

    assert azurite.unfinished(container) == []
    assert await seen(store, "film.mp4") == filmed(3 * PART)
