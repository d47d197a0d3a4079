"""The action that has Immich do its background work: what is missing, everything anew, or some photos."""

from dataclasses import dataclass
from typing import Final

import voluptuous as vol
from homeassistant.core import ServiceResponse
from homeassistant.helpers import config_validation as cv

from .immich.jobs import PhotoJob, QueueName
from .photo_calls import ATTR_ASSET_IDS, MAX_PHOTOS, account_that_may
from .status import account_of
from .targets import WHICH_ACCOUNT, Call, refuse, text

ATTR_JOB: Final = "job"
ATTR_EVERYTHING: Final = "everything"
PERMISSION: Final = "job.create"


@dataclass(frozen=True, slots=True)
class _Job:
    """A job of Immich. ``again``: it loses nothing when it is done anew for all; ``on_photos``: for some alone."""

    queue: QueueName
    again: bool = True
    on_photos: PhotoJob | None = None


JOBS: Final = {
    "thumbnails": _Job(QueueName.THUMBNAILS, on_photos=PhotoJob.THUMBNAILS),
    "metadata": _Job(QueueName.METADATA, on_photos=PhotoJob.METADATA),
    "sidecars": _Job(QueueName.SIDECARS),
    "videos": _Job(QueueName.VIDEOS, on_photos=PhotoJob.VIDEOS),
    "smart_search": _Job(QueueName.SMART_SEARCH),
    "text": _Job(QueueName.TEXT),
    # Done anew for all, faces and people forget whom their owner has named, and duplicates what was decided of them.
    "faces": _Job(QueueName.FACES, again=False, on_photos=PhotoJob.FACES),
    "people": _Job(QueueName.PEOPLE, again=False),
    "duplicates": _Job(QueueName.DUPLICATES, again=False),
    "libraries": _Job(QueueName.LIBRARIES, again=False),
}

RUN_JOB_SCHEMA = vol.Schema(
    {
        **WHICH_ACCOUNT,
        vol.Required(ATTR_JOB): vol.In(JOBS),
        vol.Optional(ATTR_ASSET_IDS): vol.All(cv.ensure_list, vol.Length(min=1, max=MAX_PHOTOS), [text]),
        vol.Optional(ATTR_EVERYTHING, default=False): cv.boolean,
    }
)


async def async_run_job(call: Call) -> ServiceResponse:
    """Start a job, and tell whether it was started: one that runs already goes on."""
    data = call.data
    name, asset_ids = data[ATTR_JOB], list(dict.fromkeys(data.get(ATTR_ASSET_IDS, ())))
    job = JOBS[name]
    if data[ATTR_EVERYTHING] and (asset_ids or not job.again):
        refuse("job_not_for_all", job=name)
    if asset_ids and job.on_photos is None:
        refuse("job_not_for_photos", job=name)
    account = await account_that_may(call, PERMISSION)
    if asset_ids and job.on_photos is not None:
        await account.immich.run_on_photos(job.on_photos, asset_ids)
        started = True
    else:
        if not (await account.immich.me()).is_admin:
            refuse("job_of_admins", job=name)
        started = await account.immich.start_queue(job.queue, everything=data[ATTR_EVERYTHING])
    return {**account_of(account.entry), "job": name, "started": started} if call.return_response else None
