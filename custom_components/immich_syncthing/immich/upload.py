"""Sending one file."""

import re
from pathlib import PurePosixPath

from . import timestamps
from .answers import read_json
from .errors import ImmichError, SourceChangedError
from .fields import Fields, refuse
from .models import ServerVersion, Upload, UploadResult
from .multipart import FileForm
from .transport import UPLOAD, Transport, checked_id

DEVICE_ID = "immich-syncthing"
"""v2 wants to know the device that an asset came from."""

_FIRST_WITHOUT_DEVICE = ServerVersion(3, 0, 0)
_PLAIN_EXTENSION = re.compile(r"\.[A-Za-z0-9]+")


async def send(transport: Transport, upload: Upload, version: ServerVersion) -> UploadResult:
    """Send one file, once; needs ``asset.upload``.

    The checksum goes ahead in a header: when the user has these bytes already, even in the trash, Immich answers
    "duplicate" before reading the body (measured on 2.7.5), and sending stops.

    Raises:
        SourceChangedError: the source held more or fewer bytes than ``upload.size`` (nothing is stored then), could not
            be read, or held other bytes than announced and Immich knew one of the two.
        NotFoundError: the live photo's video is not there, not the user's, or no video; nothing is stored.
        ImmichError: as everywhere; a connection that broke while Immich answered may have stored the asset.
    """
    form = FileForm(
        _fields(upload, version),
        part="assetData",
        file_name=_part_name(upload.file_name),
        size=upload.size,
        content=upload.content,
        sidecar=upload.sidecar,
    )
    headers = {"x-immich-checksum": upload.checksum.hex()}
    try:
        async with transport.open("POST", "/assets", UPLOAD, accept=(200, 201), headers=headers, data=form) as response:
            answer = Fields(await read_json(response), "upload")
    except ImmichError:
        if form.failure is not None:
            raise form.failure from None
        raise
    finally:
        await form.settled()
    return _result(answer, upload, form.sent_checksum)


def _result(answer: Fields, upload: Upload, sent: bytes | None) -> UploadResult:
    status = answer.text("status")
    if status not in {"created", "duplicate"}:
        refuse("upload.status", status, "created or duplicate")
    if status == "duplicate" and sent is not None and sent != upload.checksum:
        # The id belongs to the announced checksum or to the bytes that followed: Immich does not say to which.
        detail = "its bytes are not the announced ones"
        raise SourceChangedError(detail)
    return UploadResult(answer.id("id"), created=status == "created", sent_checksum=sent)


def _fields(upload: Upload, version: ServerVersion) -> list[tuple[str, str]]:
    """Return the text fields. They go before the file: the type is checked by ``filename`` only if that came first."""
    fields = [
        ("fileCreatedAt", timestamps.write(upload.created_at)),
        ("fileModifiedAt", timestamps.write(upload.modified_at)),
        ("filename", upload.file_name),
    ]
    if upload.live_photo_video_id is not None:
        fields.append(("livePhotoVideoId", checked_id(upload.live_photo_video_id)))
    if upload.visibility is not None:
        fields.append(("visibility", upload.visibility.value))
    if version < _FIRST_WITHOUT_DEVICE:
        fields += [("deviceAssetId", upload.checksum.hex()), ("deviceId", DEVICE_ID)]
    return fields


def _part_name(file_name: str) -> str:
    """Return an ASCII name of the same type: Immich reads a part's name as Latin-1, and ``filename`` verbatim."""
    extension = PurePosixPath(file_name).suffix
    return f"upload{extension}" if _PLAIN_EXTENSION.fullmatch(extension) else "upload"
