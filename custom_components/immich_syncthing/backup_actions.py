"""Actions on the backups of Immich's database: make one, and list what lies on both sides."""

from typing import Any

import voluptuous as vol
from homeassistant.core import ServiceResponse

from .coordinator import ImmichSyncthingConfigEntry
from .database_backups import BothSides, DatabaseBackupCoordinator
from .replica.dump_shelf import StoredDump
from .status import account_of, moment
from .targets import WHICH_ACCOUNT, Call, account_meant, accounts_of, runtime_of
from .texts import Texts, async_texts

BACKUP_DATABASE_SCHEMA = vol.Schema(WHICH_ACCOUNT)
DATABASE_BACKUPS_SCHEMA = vol.Schema(WHICH_ACCOUNT)


async def async_backup_database(call: Call) -> ServiceResponse:
    """Have Immich back its database up, and keep that; wait until it is done."""
    entry = account_meant(call)
    backups = runtime_of(entry).backups
    made = await backups.async_make()
    return account_of(entry) | _stored(made) | {"kept": len(backups.data.dumps)} if call.return_response else None


async def async_database_backups(call: Call) -> ServiceResponse:
    """List the backups in Immich and in the store."""
    texts = await async_texts(call.hass)
    told: list[Any] = [_told(entry, await runtime_of(entry).backups.async_look(), texts) for entry in accounts_of(call)]
    return {"accounts": told}


def _told(entry: ImmichSyncthingConfigEntry, both: BothSides, texts: Texts) -> dict[str, Any]:
    backups: DatabaseBackupCoordinator = runtime_of(entry).backups
    stored = {one.name for one in both.stored.dumps}
    return account_of(entry) | {
        "running": backups.running,
        "place": backups.place,
        "stored": [_stored(one) for one in both.stored.dumps],
        "unfinished": list(both.stored.unfinished),
        "in_immich": [
            {"file": one.name, "size": one.size, "stored": one.name in stored}
            for one in sorted(both.in_immich, key=lambda one: one.name, reverse=True)
        ],
        "problem": both.refused and texts.told(both.refused),
    }


def _stored(dump: StoredDump) -> dict[str, Any]:
    return {"file": dump.name, "size": dump.size, "made_at": moment(dump.made_at), "sha256": dump.checksum}
