"""Starting what Immich does in the background: for all users, which only administrators may, or for some photos."""

from collections.abc import Sequence
from enum import StrEnum

from .errors import UnexpectedAnswerError
from .transport import Transport, checked_id

_RUNS = "Job is already running"
"""What a queue answers that works already (400): wording of the server's source."""


class QueueName(StrEnum):
    """Queues that can be started, as 2.7.5 and 3.2.2 call them; none of them deletes or moves originals."""

    THUMBNAILS = "thumbnailGeneration"
    METADATA = "metadataExtraction"
    SIDECARS = "sidecar"
    VIDEOS = "videoConversion"
    SMART_SEARCH = "smartSearch"
    DUPLICATES = "duplicateDetection"
    FACES = "faceDetection"
    PEOPLE = "facialRecognition"
    TEXT = "ocr"
    LIBRARIES = "library"


class PhotoJob(StrEnum):
    """What can be done anew with single photos."""

    METADATA = "refresh-metadata"
    FACES = "refresh-faces"
    THUMBNAILS = "regenerate-thumbnail"
    VIDEOS = "transcode-video"


async def start_queue(transport: Transport, queue: QueueName, *, everything: bool) -> bool:
    """Have a queue do what is missing, or ``everything`` anew; return whether it did not work already.

    Needs ``job.create`` and an administrator. Deprecated since Immich 2.4, and the only way up to 3.2.
    """
    try:
        await transport.put(f"/jobs/{queue}", {"command": "start", "force": everything})
    except UnexpectedAnswerError as err:
        if _RUNS not in err.detail:
            raise
        return False
    return True


async def run_on_photos(transport: Transport, job: PhotoJob, asset_ids: Sequence[str]) -> None:
    """Have some photos done anew; needs ``job.create``.

    Raises:
        NotFoundError: one of them is not there for this key; then nothing is done.
    """
    ids = [checked_id(asset_id) for asset_id in asset_ids]
    await transport.command("POST", "/assets/jobs", {"assetIds": ids, "name": job.value})
