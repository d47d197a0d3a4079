"""What a listing of Immich does not show is told, and found later."""

from collections.abc import AsyncGenerator
from datetime import datetime

import pytest

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.models import ChangePage
from custom_components.immich_syncthing.replica.model import NOT_LISTED
from custom_components.immich_syncthing.replica.settings import Originals, ReplicaSettings
from custom_components.immich_syncthing.stores.store import Store
from tests.checksums import sha1

from .house import House
from .restored import held, run, told, upload


@pytest.fixture
def store() -> Store:
    """Memory is enough: it is the library that is odd."""
    return Store.memory()


def hide(patch: pytest.MonkeyPatch, name: str, *, album: bool) -> None:
    """Let the listings, or those of albums, leave out a photo, and say that something hid."""
    listing = ImmichClient.listing

    async def cut(
        client: ImmichClient, since: datetime, owner_id: str, *, album_id: str | None = None
    ) -> AsyncGenerator[ChangePage]:
        async for page in listing(client, since, owner_id, album_id=album_id):
            if album is (album_id is None):
                yield page
                continue
            shown = tuple(asset for asset in page.assets if asset.file_name != f"{name}.jpg")
            yield ChangePage(shown, None if shown == page.assets else (None, 1))

    patch.setattr(ImmichClient, "listing", cut)


async def test_what_hid_is_told_until_it_was_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await upload(house, "photo", "hidden", "other")
    with monkeypatch.context() as patch:
        hide(patch, "hidden", album=False)
        assert told((await run(house))[0]) == NOT_LISTED
        await upload(house, "newer")
        assert told((await run(house))[0]) == NOT_LISTED, "nothing hid among what is newer"
        house.clock.days(1)
        assert told((await run(house))[0]) == NOT_LISTED, "it still hides"
    house.clock.days(1)
    report, figures = await run(house)
    assert (told(report), figures.behind_files) == (None, 0)
    assert await held(house) == ["hidden", "newer", "other", "photo"]


async def test_who_hid_in_an_album_is_still_its_member(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    photo, hidden, _ = await upload(house, "photo", "hidden", "other")
    album_id = house.web.make_album("Summer", photo, hidden)
    settings = ReplicaSettings(originals=Originals.ALBUMS, albums=frozenset({album_id}))
    with monkeypatch.context() as patch:
        hide(patch, "hidden", album=True)
        assert told((await run(house, settings))[0]) == NOT_LISTED
        assert told((await run(house, settings))[0]) == NOT_LISTED
    assert told((await run(house, settings))[0]) is None
    assert await held(house) == ["hidden", "photo"]
    with monkeypatch.context() as patch:
        hide(patch, "hidden", album=True)
        house.clock.days(1)
        assert told((await run(house, settings))[0]) == NOT_LISTED
    assert (await house.lines())[sha1(b"hidden").hex()]["albums"] == ["Summer"]
