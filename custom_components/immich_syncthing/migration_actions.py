"""The action that moves a vault to another place, brings earlier ones into it, or removes those."""

from pathlib import Path
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.helpers import config_validation as cv

from .const import CONF_LEFT_BEHIND
from .coordinator import ImmichSyncthingConfigEntry
from .errors import RootError
from .migration_coordinator import VAULT, MigrationCoordinator
from .migration_sensors import attributes_of
from .migration_wishes import Wish
from .nesting import first_nested
from .status import account_of
from .store_choice import CONF_KIND, KINDS, as_stored, store_settings
from .store_probe import async_probe
from .stores.migration import Comparison
from .stores.settings import Encryption, StoreKind
from .targets import ATTR_REPLICA, WHICH_ACCOUNT, Call, account_meant, refuse, replicas_of, runtime_of, text
from .typed_store import BadStoreSettingError
from .vault_choice import place_of, same_place

ATTR_DRY_RUN: Final = "dry_run"
ATTR_CONCURRENCY: Final = "concurrency"
ATTR_REMOVE_OLD: Final = "remove_old"
ATTR_CALL_OFF: Final = "call_off"
ATTR_DAMAGED: Final = "damaged"

DEFAULT_CONCURRENCY = 4
MOST_CONCURRENCY = 32

_FIELDS: Final[dict[str, Any]] = {
    "directory": text,
    "endpoint": text,
    "region": text,
    "bucket": text,
    "prefix": text,
    "access_key": text,
    "secret_key": text,
    "path_style": cv.boolean,
    "verify_ssl": cv.boolean,
    "encryption": vol.In([name.lower() for name in Encryption.__members__]),
    "kms_key": text,
    "service_account": text,
    "account": text,
    "account_key": text,
}
MIGRATE_VAULT_SCHEMA = vol.Schema(
    {
        **WHICH_ACCOUNT,
        vol.Optional(ATTR_REPLICA): text,
        vol.Optional(CONF_KIND): vol.In([kind.value for kind in KINDS]),
        **{vol.Optional(name): field for name, field in _FIELDS.items()},
        vol.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
        vol.Optional(ATTR_CONCURRENCY, default=DEFAULT_CONCURRENCY): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=MOST_CONCURRENCY)
        ),
        vol.Optional(ATTR_REMOVE_OLD): vol.All(vol.Coerce(int), vol.Range(min=0)),
        vol.Optional(ATTR_DAMAGED): vol.All(vol.Coerce(int), vol.Range(min=0)),
        vol.Optional(ATTR_CALL_OFF, default=False): cv.boolean,
    }
)


async def async_migrate_vault(call: Call) -> ServiceResponse:
    """Begin to move a vault, and tell what there is to do; the sensor tells how far it is."""
    entry, migration = _meant(call)
    if call.data[ATTR_CALL_OFF]:
        await migration.async_call_off()
        return account_of(entry) | {"started": False}
    if ATTR_REMOVE_OLD in call.data:
        return await _remove(call, entry, migration)
    if ATTR_DAMAGED in call.data:
        return await _leave(call.data[ATTR_DAMAGED], entry, migration)
    to = await _destination(call, migration) if CONF_KIND in call.data else None
    if to is None and not migration.movable.earlier():
        refuse("nothing_to_migrate")
    if to is not None:
        await _require_elsewhere(call.hass, migration, to)
    found = await _compare(migration, to)
    dry = call.data[ATTR_DRY_RUN]
    if not dry:
        await migration.async_begin(Wish(to, call.data[ATTR_CONCURRENCY]))
    return account_of(entry) | {
        "from": [place_of(one) for one in _sources(migration, to)],
        "to": place_of(to or migration.movable.present()),
        "objects": found.objects,
        "bytes": found.bytes,
        "missing_objects": found.missing_objects,
        "missing_bytes": found.missing_bytes,
        "started": not dry,
        "progress": attributes_of(migration.data),
    }


async def _leave(count: int, entry: ImmichSyncthingConfigEntry, migration: MigrationCoordinator) -> dict[str, Any]:
    """Switch without what is damaged, if that is as much as the owner knows of."""
    damage = migration.data.damage
    if damage is None:
        refuse("nothing_damaged")
    if damage.count != count:
        refuse("damaged_count", count=str(damage.count))
    return account_of(entry) | {
        "started": await migration.async_leave(damage),
        "progress": attributes_of(migration.data),
    }


async def _remove(call: Call, entry: ImmichSyncthingConfigEntry, migration: MigrationCoordinator) -> dict[str, Any]:
    """Remove the earlier places, if they hold as much as the owner was told."""
    movable = migration.movable
    if not movable.earlier():
        refuse("nothing_to_migrate")
    if sharers := [one for old in movable.earlier() for one in movable.sharers(old)]:
        refuse("vault_shared", detail=", ".join(sharers))
    if migration.running:
        refuse("migration_runs")
    count, size = 0, 0
    for old in movable.earlier():
        strangers = [store_settings(one) for one in movable.strangers(old)]
        if (within := await call.hass.async_add_executor_job(first_nested, store_settings(old), strangers)) is not None:
            refuse("vault_shared", detail=within.in_words)
        clearing = movable.clearing(old)
        if await clearing.are_one():
            refuse("same_place", detail=place_of(old))
        objects, stored = await clearing.count()
        count, size = count + objects, size + stored
    dry, left = call.data[ATTR_DRY_RUN], sum(one.get(CONF_LEFT_BEHIND, 0) for one in movable.earlier())
    if not dry:
        if call.data[ATTR_REMOVE_OLD] != count:
            refuse("other_count", count=str(count))
        if call.data.get(ATTR_DAMAGED, 0) != left:
            refuse("left_behind", count=str(left))
        await migration.async_begin(Wish(remove=True, giving_up=left))
    return account_of(entry) | {
        "from": [place_of(one) for one in movable.earlier()],
        "to": place_of(movable.present()),
        "old_objects": count,
        "old_bytes": size,
        "damaged": left,
        "started": not dry,
        "progress": attributes_of(migration.data),
    }


def _meant(call: Call) -> tuple[ImmichSyncthingConfigEntry, MigrationCoordinator]:
    """Return the account, and the replica that is named, or its vault."""
    if ATTR_REPLICA in call.data:
        replicas = replicas_of(call)
        if len(replicas) > 1:
            refuse("several_accounts")
        entry = replicas[0].config_entry
        return entry, runtime_of(entry).migrations[replicas[0].subentry.subentry_id]
    entry = account_meant(call)
    return entry, runtime_of(entry).migrations[VAULT]


async def _destination(call: Call, migration: MigrationCoordinator) -> dict[str, Any]:
    """Return the place that a call names, tried. Raises ``ServiceValidationError``, ``StoreError``."""
    typed = {name: call.data[name] for name in _FIELDS if name in call.data}
    try:
        stored = await async_probe(call.hass, as_stored(StoreKind(call.data[CONF_KIND]), typed))
    except BadStoreSettingError as err:
        refuse("bad_destination", detail=err.field)
    except RootError as err:
        refuse(err.code, detail=err.detail)
    if stored[CONF_KIND] == StoreKind.DIRECTORY:
        stored = stored | {"directory": str(migration.movable.directory_in(Path(stored["directory"])))}
    return stored


async def _require_elsewhere(hass: HomeAssistant, migration: MigrationCoordinator, to: dict[str, Any]) -> None:
    movable = migration.movable
    if movable.is_there(to):
        refuse("same_place", detail=place_of(to))
    # Back to an earlier place it may move, and accounts may share a vault.
    own = [one for one in (movable.present(), *movable.earlier()) if not same_place(one, to)]
    others = list(map(store_settings, (*own, *movable.strangers(to))))
    taken = await hass.async_add_executor_job(first_nested, store_settings(to), others)
    if taken is not None:
        refuse("same_place", detail=taken.in_words)


def _sources(migration: MigrationCoordinator, to: dict[str, Any] | None) -> list[dict[str, Any]]:
    return migration.movable.earlier() if to is None else [migration.movable.present()]


async def _compare(migration: MigrationCoordinator, to: dict[str, Any] | None) -> Comparison:
    """Return what there is to do. Raises ``StoreError``."""
    total = Comparison(0, 0, 0, 0)
    for source in _sources(migration, to):
        found = await migration.movable.compare(source, to or migration.movable.present())
        total = Comparison(
            total.objects + found.objects,
            total.bytes + found.bytes,
            total.matching_objects + found.matching_objects,
            total.matching_bytes + found.matching_bytes,
        )
    return total
