"""Actions on the vault: list what is in it, and empty it."""

import asyncio
import time
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import ServiceResponse
from homeassistant.helpers import config_validation as cv

from .coordinator import ImmichSyncthingConfigEntry
from .errors import stopped
from .history_actions import ATTR_PATH, ATTR_SINCE, ATTR_UNTIL, wall_seconds
from .hold_actions import ATTR_AFTER, ATTR_LIMIT
from .status import account_of, moment
from .targets import ATTR_FOLDER, WHICH_ACCOUNT, Call, account_meant, checksum, refuse, runtime_of, text
from .vault.emptying import Emptying, emptying
from .vault.lived import DAY_SECONDS
from .vault.model import Vault, VaultEntry, VaultReason
from .vault_choice import place_of
from .vault_owner import VaultOwner

ATTR_REASON: Final = "reason"
ATTR_COUNT: Final = "count"
ATTR_OLDER_THAN_DAYS: Final = "older_than_days"

DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000
MAX_DAYS = 36_500

MOST_LOOKED_AT = 5_000
"""Entries that one call looks at: in an object store each takes a request."""

ANSWER_SECONDS = 60.0
"""How long a caller waits for the end; emptying goes on after that."""

VAULT_LIST_SCHEMA = vol.Schema(
    {
        **WHICH_ACCOUNT,
        vol.Optional(ATTR_FOLDER): text,
        vol.Optional(ATTR_PATH): text,
        vol.Optional(ATTR_SINCE): cv.datetime,
        vol.Optional(ATTR_UNTIL): cv.datetime,
        vol.Optional(ATTR_REASON): vol.In([reason.value for reason in VaultReason]),
        vol.Optional(ATTR_LIMIT, default=DEFAULT_LIMIT): vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_LIMIT)),
        vol.Optional(ATTR_AFTER): checksum,
    }
)
VAULT_EMPTY_SCHEMA = vol.Schema(
    {
        **WHICH_ACCOUNT,
        vol.Optional(ATTR_OLDER_THAN_DAYS): vol.All(vol.Coerce(int), vol.Range(min=0, max=MAX_DAYS)),
        vol.Optional(ATTR_COUNT): vol.All(vol.Coerce(int), vol.Range(min=0)),
    }
)


async def async_vault_list(call: Call) -> ServiceResponse:
    """List one page of what the account has in its vaults, by checksum."""
    entry = account_meant(call)
    vault = runtime_of(entry).vault
    told, last = await _ended(vault.async_begin(_page(entry, vault.vaults.whole, call.data)))
    answer = account_of(entry) | {"entries": told, "next": None if last is None else last.hex()}
    return answer | _place(entry)


async def async_vault_empty(call: Call) -> ServiceResponse:
    """Tell what would leave the vault, or, with its count, let it go."""
    entry = account_meant(call)
    runtime = runtime_of(entry)
    days, count = call.data.get(ATTR_OLDER_THAN_DAYS), call.data.get(ATTR_COUNT)
    before = None if days is None else time.time() - days * DAY_SECONDS
    owner = VaultOwner(entry, runtime.engine, "vault_emptied")
    vault = runtime.vault.vaults.counted
    going = await _ended(runtime.vault.async_begin(emptying(vault, owner, runtime.workers.disk, before)))
    if count != going.count:
        await going.close()
    if count is None:
        return _going(entry, going) if call.return_response else None
    if count != going.count:
        refuse("vault_count", count=str(count), found=str(going.count))
    work = runtime_of(entry).vault.async_begin(going.run())
    done, _ = await asyncio.wait([work], timeout=ANSWER_SECONDS)
    if done:
        await _ended(work)
    if not call.return_response:
        return None
    return _going(entry, going) | {"removed": going.objects, "freed": going.freed, "under_way": not done}


async def _ended[T](work: asyncio.Task[T]) -> T:
    """Wait for the end of ``work``; return or raise what came of it. Raises ``HomeAssistantError`` if stopped."""
    await asyncio.wait([work])
    if work.cancelled():
        raise stopped()
    return work.result()


async def _page(
    entry: ImmichSyncthingConfigEntry, vault: Vault, data: dict[str, Any]
) -> tuple[list[dict[str, Any]], bytes | None]:
    """Return one page, and the checksum behind which the next one begins; ``None`` behind the last."""
    told: list[dict[str, Any]] = []
    looked_at, last = 0, b""
    async for page in vault.entries(after=data.get(ATTR_AFTER)):
        for one in page:
            full = len(told) >= data[ATTR_LIMIT] or looked_at >= MOST_LOOKED_AT
            # A page ends between two contents, so that the next one can go on behind one of them.
            if full and one.origin.checksum != last:
                return told, last
            looked_at, last = looked_at + 1, one.origin.checksum
            if _is_wanted(entry, one, data):
                told.append(_told(one))
    return told, None


def _is_wanted(entry: ImmichSyncthingConfigEntry, one: VaultEntry, data: dict[str, Any]) -> bool:
    """Return whether an entry is the account's own, and one that a call is about."""
    origin, since, until = one.origin, wall_seconds(data.get(ATTR_SINCE)), wall_seconds(data.get(ATTR_UNTIL))
    return (
        origin.account_id == entry.unique_id
        and data.get(ATTR_FOLDER, origin.folder_label) in {origin.folder_label, origin.folder_id}
        and data.get(ATTR_PATH, "").casefold() in origin.path.casefold()
        and (since is None or one.stored_at >= since)
        and (until is None or one.stored_at < until)
        and data.get(ATTR_REASON, origin.reason) == origin.reason
    )


def _told(one: VaultEntry) -> dict[str, Any]:
    origin = one.origin
    return {
        "checksum": origin.checksum.hex(),
        "path": origin.path,
        "folder": origin.folder_label,
        "size": origin.size,
        "reason": origin.reason.value,
        "at": moment(one.stored_at),
        "asset_id": origin.asset_id,
    }


def _going(entry: ImmichSyncthingConfigEntry, going: Emptying) -> dict[str, Any]:
    return (
        account_of(entry)
        | _place(entry)
        | {
            "count": going.count,
            "bytes": going.bytes,
            "only_copies": going.only,
            "needed": going.needed,
            "removed": 0,
        }
    )


def _place(entry: ImmichSyncthingConfigEntry) -> dict[str, Any]:
    return {"vault": place_of(runtime_of(entry).vault.vaults.stored)}
