"""Small pictures of assets, as Immich makes them."""

from dataclasses import dataclass
from enum import StrEnum

from .errors import NotFoundError, UnexpectedAnswerError
from .transport import SHORT, Transport, asset_path

MAX_BYTES = 4 * 1024 * 1024
"""A preview has 1440 pixels at its longer side: some 0.5 MB."""

_NOT_FOUND = 404


class PictureSize(StrEnum):
    """How large a picture is, unless Immich is told otherwise: 250 pixels at its shorter side, or 1440."""

    THUMBNAIL = "thumbnail"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and its media type, e.g. ``image/jpeg``."""

    content: bytes
    content_type: str


async def picture(transport: Transport, asset_id: str, size: PictureSize = PictureSize.PREVIEW) -> Picture:
    """Return an asset's picture; needs ``asset.view``.

    Raises:
        NotFoundError: as for ``asset``; also while there is none yet, or never (404, measured on 2.7.5).
        UnexpectedAnswerError: the answer is no picture, or too large for one.
    """
    path = asset_path(asset_id, ending="/thumbnail")
    accept = (200, _NOT_FOUND)
    async with transport.open("GET", path, SHORT, accept=accept, params={"size": size.value}) as response:
        if response.status == _NOT_FOUND:
            detail = "there is no picture of it"
            raise NotFoundError(detail)
        if not response.content_type.startswith("image/"):
            detail = f"it sent {response.content_type} instead of a picture"
            raise UnexpectedAnswerError(detail)
        content = b""
        async for chunk in response.content.iter_any():
            content += chunk
            if len(content) > MAX_BYTES:
                detail = f"the preview has more than {MAX_BYTES} bytes"
                raise UnexpectedAnswerError(detail)
        return Picture(content, response.content_type)
