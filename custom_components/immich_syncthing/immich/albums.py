"""Which albums there are, which ones an asset is in, and what goes into them."""

from collections.abc import Sequence

from . import parse
from .answers import read_json
from .errors import UnexpectedAnswerError
from .fields import Fields
from .groups import put_together, take_apart
from .models import Album, BatchResult, GroupResult
from .transport import SHORT, Transport, checked_id


async def albums_of(transport: Transport, asset_id: str) -> tuple[str, ...]:
    """Return the ids of all albums with this asset, the user's own and those shared with them; needs ``album.read``.

    With ``assetId`` and nothing else, v2 (recorded on 2.7.5 for own albums; server source) and v3 list both kinds.
    Immich does not say whether the asset exists: one that it does not know is in no album.

    Raises:
        NotFoundError: ``asset_id`` cannot be an id.
    """
    return parse.album_ids(await transport.get("/albums", {"assetId": checked_id(asset_id)}))


async def albums(transport: Transport) -> tuple[Album, ...]:
    """Return the user's own albums, and on v3 those shared with them as well; needs ``album.read``."""
    return parse.albums(await transport.get("/albums"))


async def album(transport: Transport, album_id: str) -> Album:
    """Return one album, the user's own or one shared with them; needs ``album.read``.

    Raises:
        NotFoundError: Immich answers 400 alike for unknown albums and for others' (measured on 2.7.5).
    """
    answer = await transport.get(f"/albums/{checked_id(album_id)}", {"withoutAssets": "true"})
    found = parse.album(Fields(answer, "album"))
    if found.id.lower() != album_id.lower():
        detail = f"asked for album {album_id}, it sent {found.id}"
        raise UnexpectedAnswerError(detail)
    return found


async def create(transport: Transport, name: str) -> Album:
    """Make an album, once; needs ``album.create``. A second one of the same name is allowed (measured on 2.7.5)."""
    async with transport.open("POST", "/albums", SHORT, json={"albumName": name}, accept=(200, 201)) as response:
        return parse.album(Fields(await read_json(response), "album"))


async def add(transport: Transport, album_id: str, asset_ids: Sequence[str]) -> GroupResult:
    """Put assets into an album; needs ``albumAsset.create``. Trashed ones are taken (measured on 2.7.5).

    Raises:
        NotFoundError: there is no such album for this key.
    """
    return await put_together(transport, f"/albums/{checked_id(album_id)}/assets", asset_ids)


async def remove(transport: Transport, album_id: str, asset_ids: Sequence[str]) -> BatchResult:
    """Take assets out of an album; needs ``albumAsset.delete``. Those that are not in it count as done.

    Raises:
        NotFoundError: there is no such album for this key.
    """
    return await take_apart(transport, f"/albums/{checked_id(album_id)}/assets", asset_ids)


async def own_albums(transport: Transport, *, is_v3: bool) -> tuple[Album, ...]:
    """Return the user's own albums; needs ``album.read``. v3 has to be asked for them alone (SDK 3.0.0)."""
    return parse.albums(await transport.get("/albums", {"isOwned": "true"} if is_v3 else {}))
