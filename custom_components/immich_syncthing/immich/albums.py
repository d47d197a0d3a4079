"""Which albums there are, and which ones an asset is in."""

from . import parse
from .models import Album
from .transport import Transport, checked_id


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
