"""Pictures that tell a date, or none, and the sidecar that tells it for them."""

import io

from PIL import Image

from custom_components.immich_syncthing.immich.client import ImmichClient
from tests.servers.immich import ImmichStandIn

from .things import upload_of

SIDECAR = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 exif:DateTimeOriginal="2019-09-09T09:09:09"><dc:description>from the sidecar</dc:description></rdf:Description>
</rdf:RDF></x:xmpmeta>"""


def photo(number: int = 0, *, taken: str | None = None, make: str | None = None) -> bytes:
    """A real JPEG; ``taken`` as EXIF writes it, e.g. ``2024:07:01 23:30:00``."""
    picture = Image.new("RGB", (16, 12), (7, 7, 7))
    exif = picture.getexif()
    if make is not None:
        exif[271] = make
    if taken is not None:
        exif.get_ifd(34665)[36867] = taken
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=str(number).encode())
    return out.getvalue()


async def uploaded(immich: ImmichStandIn, client: ImmichClient, content: bytes, name: str = "photo.jpg") -> str:
    """Upload a file and let Immich read it; its id."""
    asset_id = (await client.upload(upload_of(content, name))).asset_id
    await immich.settle()
    return asset_id
