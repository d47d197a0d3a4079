"""What happens in a folder, as it happens: what the engine writes into its history, and nothing else."""

from dataclasses import asdict
from enum import StrEnum
from typing import override

from homeassistant.components.event import EventEntityDescription
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, ATTR_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .asset_view import async_signed_picture, link_of
from .backup_entities import BACKUP_EVENT, BackupEvent
from .bursts import Bursts
from .coordinator import ImmichSyncthingConfigEntry
from .engine.account import AccountEngine
from .engine.ledger.views import HistoryEntry, Told
from .entity import FolderEntity, async_add_as_they_come
from .event_entity import TellingEvent
from .folder_coordinator import FolderCoordinator
from .immich.permissions import Feature
from .lines import EVENT_ACTIVITY, Line, Lines
from .replica_entities import REPLICA_EVENT, ReplicaEvent

PARALLEL_UPDATES = 0


class Happening(StrEnum):
    """The types of a folder's events."""

    UPLOADED = "uploaded"
    TRASHED = "trashed"
    FILE_DELETED = "file_deleted"
    FREED = "freed"
    SORTED = "sorted"
    RESTORED = "restored"
    CONFLICT = "conflict"
    HELD = "held"
    FAILED = "failed"


ACTIVITY = EventEntityDescription(
    key="activity", translation_key="activity", event_types=[happening.value for happening in Happening]
)

_HAPPENINGS = {
    "upload": Happening.UPLOADED,
    "trash": Happening.TRASHED,
    "replace": Happening.TRASHED,
    "delete": Happening.FILE_DELETED,
    "free": Happening.FREED,
    "sort": Happening.SORTED,
    "restore": Happening.RESTORED,
    "bring_back": Happening.RESTORED,
    "conflict": Happening.CONFLICT,
    "ask": Happening.HELD,
}
"""By the action of the history; the others change the ledger only, or belong to one of these."""

_FAILED = "failed:"


async def async_setup_entry(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up one for each folder and replica, and for an administrator's key one of backups of Immich's database."""
    account = entry.runtime_data.account
    async_add_as_they_come(
        account,
        lambda: (BACKUP_EVENT.key,) if account.data.allows(Feature.DATABASE_BACKUPS) else (),
        lambda new: async_add_entities(BackupEvent(entry.runtime_data.backups) for _ in new),
        removed=False,
    )
    for subentry_id, replica in entry.runtime_data.replicas.items():
        async_add_entities([ReplicaEvent(replica, REPLICA_EVENT)], config_subentry_id=subentry_id)
    for subentry_id, folder in entry.runtime_data.folders.items():
        async_add_entities([Activity(folder, entry.runtime_data.engine)], config_subentry_id=subentry_id)


class Activity(TellingEvent, FolderEntity):
    """Tells of each photo what was done with it; many at once are summed up, see ``bursts``.

    ``reason`` is why it was done, of what failed the error's code, of what waits the kind of question. ``side`` is
    where that came from: ``folder``, ``folder: <device>``, ``immich``, ``owner``. ``count``: how many photos it is
    about. Of what rules sorted, ``albums`` and ``tags`` are what they gave, and ``given`` the names of all effects that
    they had. The same is fired as lines to be read, see ``lines`` and ``logbook``.
    """

    # An address that is worth nothing after a day.
    _unrecorded_attributes = frozenset({"thumbnail"})

    def __init__(self, coordinator: FolderCoordinator, account: AccountEngine) -> None:
        """Tell of the folder of ``coordinator``."""
        super().__init__(coordinator, ACTIVITY)
        self._account = account
        self._bursts = Bursts(coordinator.hass, self._sum_up)
        self._lines = Lines(coordinator.hass, self._write_down)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._account.add_history_listener(self._heard))
        self.async_on_remove(self._bursts.async_end)
        self.async_on_remove(self._lines.async_end)

    @callback
    def _heard(self, told: Told) -> None:
        entry = told.view.entry
        happening = happening_of(entry)
        concerned = self.coordinator.subentry.subentry_id in told.folder_ids
        if happening is None or not concerned:
            return
        reason = entry.result.removeprefix(_FAILED) if happening is Happening.FAILED else entry.why
        self._lines.async_add(line_of(happening, reason, entry.origin), entry.items)
        if not self._bursts.async_admits(happening.value, entry.items):
            return
        attributes = {"path": entry.path, "asset_id": entry.asset_id, "reason": reason, "side": entry.origin}
        shown = {**self._shown(entry.asset_id), **_given(entry)}
        self._tell(happening.value, {**attributes, **shown, "count": entry.items})

    @callback
    def _shown(self, asset_id: str | None) -> dict[str, str | None]:
        """Return where a photo is seen: in Immich, and small, for a day and without Immich's key."""
        if asset_id is None:
            return dict.fromkeys(("link", "thumbnail"))
        account = self.coordinator.config_entry
        return {"link": link_of(account, asset_id), "thumbnail": async_signed_picture(self.hass, account, asset_id)}

    @callback
    def _sum_up(self, happening: str, items: int) -> None:
        nothing = dict.fromkeys(("path", "asset_id", "reason", "side", "link", "thumbnail"))
        self._tell(happening, {**nothing, "count": items})

    @callback
    def _write_down(self, line: Line, items: int) -> None:
        device = self.device_entry
        if device is None:
            return
        about = {
            ATTR_DEVICE_ID: device.id,
            ATTR_ENTITY_ID: self.entity_id,
            ATTR_NAME: device.name_by_user or device.name,
        }
        self.hass.bus.async_fire(EVENT_ACTIVITY, {**about, **asdict(line), "count": items})


def _given(entry: HistoryEntry) -> dict[str, list[str]]:
    given = entry.given
    if given is None:
        return {}
    return {"albums": list(given.albums), "tags": list(given.tags), "given": list(given.effects)}


def happening_of(entry: HistoryEntry) -> Happening | None:
    """Return which event tells of an entry of the history, ``None`` for one that nobody waits for."""
    if entry.result.startswith(_FAILED):
        return Happening.FAILED
    return _HAPPENINGS.get(entry.action)


def line_of(happening: Happening, reason: str, side: str) -> Line:
    """Return where something is counted: uploads are one line, whoever took the photos."""
    return Line(happening.value, "", "") if happening is Happening.UPLOADED else Line(happening.value, reason, side)
