"""What the actions on photos in Immich share: whose photos, through which key, and what did not work."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.workers import Pool, ThreadPool
from .immich.client import ImmichClient
from .immich.errors import MissingPermissionError, NotFoundError
from .servers import immich_client
from .status import account_of
from .targets import WHICH_ACCOUNT, Call, account_meant, text
from .vault.writing import finished

ATTR_ASSET_IDS: Final = "asset_ids"
MAX_PHOTOS: Final = 1_000
"""Photos in one call: each of them may have to be looked at."""

PATIENCE_SECONDS = 60.0
"""How long a call waits for Immich to read new photos; that takes seconds, unless there are many."""
PAUSE_SECONDS = 1.0

WHICH_PHOTOS: Final[dict[Any, Any]] = {
    **WHICH_ACCOUNT,
    vol.Required(ATTR_ASSET_IDS): vol.All(cv.ensure_list, vol.Length(min=1, max=MAX_PHOTOS), [text]),
}


class Failure(StrEnum):
    """Why something was not done with a photo."""

    NOT_FOUND = "not_found"
    """Immich does not know it, or the key has no access to it."""
    NOT_READ = "not_read"
    """Immich has not read the file yet; what is written before, the reading overwrites."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account, and its door to Immich."""

    entry: ImmichSyncthingConfigEntry
    immich: ImmichClient


async def account_that_may(call: Call, *permissions: str) -> Account:
    """Return the one account that a call means, if its key allows all of this.

    Raises:
        ServiceValidationError: no account is meant, or several.
        Unauthorized: the caller may not have it about the account that is named.
        MissingPermissionError: names all that the key lacks, before anything is done.
    """
    entry = account_meant(call)
    account = Account(entry, immich_client(call.hass, entry.data))
    key = await account.immich.api_key()
    if lacking := [permission for permission in permissions if not key.allows(permission)]:
        raise MissingPermissionError(", ".join(lacking))
    return account


@asynccontextmanager
async def own_disk(hass: HomeAssistant) -> AsyncIterator[Pool]:
    """Lend a thread for a call's disk. It is none of the account's: those end when that is loaded anew meanwhile."""
    pool = ThreadPool(1, f"{DOMAIN}-call")
    try:
        yield pool
    finally:
        await finished(hass.async_add_executor_job(pool.close))


@dataclass(frozen=True, slots=True)
class Sorted:
    """Photos that Immich has read, and why others are not among them."""

    read: tuple[str, ...]
    failed: Mapping[str, Failure]


async def when_read(immich: ImmichClient, asset_ids: Sequence[str]) -> Sorted:
    """Wait until Immich has read the photos, for a while: new ones are often changed the moment that they are there."""
    read: list[str] = []
    failed: dict[str, Failure] = {}
    waiting = list(dict.fromkeys(asset_ids))
    until = monotonic() + PATIENCE_SECONDS
    while waiting:
        unread: list[str] = []
        for asset_id in waiting:
            try:
                details = await immich.details(asset_id)
            except NotFoundError:
                failed[asset_id] = Failure.NOT_FOUND
            else:
                (read if details.is_read else unread).append(asset_id)
        if unread and monotonic() >= until:
            failed |= dict.fromkeys(unread, Failure.NOT_READ)
            break
        waiting = unread
        if waiting:
            await asyncio.sleep(PAUSE_SECONDS)
    return Sorted(tuple(read), failed)


def told(call: Call, account: Account, answer: Mapping[str, Any], failed: Mapping[str, StrEnum]) -> ServiceResponse:
    """Return the answer with what failed, one by one.

    Raises:
        HomeAssistantError: something failed, and nobody would read the answer.
    """
    if call.return_response:
        rows = [{"asset_id": asset_id, "reason": reason.value} for asset_id, reason in failed.items()]
        return {**account_of(account.entry), **answer, "failed": rows}
    if failed:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="photos_failed",
            translation_placeholders={"count": str(len(failed)), "photos": ", ".join(list(failed)[:3])},
        )
    return None
