"""What is shown of the backups of Immich's database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import override

from homeassistant.components.event import EventEntityDescription
from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.const import EntityCategory, UnitOfInformation
from homeassistant.core import callback

from .database_backups import DatabaseBackupCoordinator, Failure
from .entity import ServerEntity, immich_identifier
from .event_entity import TellingEvent
from .replica.dump_shelf import StoredDump
from .status import moment

MADE, FAILED = "made", "failed"


@dataclass(frozen=True, kw_only=True)
class BackupSensorDescription(SensorEntityDescription):
    """Something of the newest backup in the store."""

    value_fn: Callable[[StoredDump], datetime | int]


BACKUP_SENSORS = (
    BackupSensorDescription(
        key="last_database_backup",
        translation_key="last_database_backup",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda dump: datetime.fromtimestamp(dump.made_at, UTC),
    ),
    BackupSensorDescription(
        key="database_backup_size",
        translation_key="database_backup_size",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.MEBIBYTES,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda dump: dump.size,
    ),
)

BACKUP_EVENT = EventEntityDescription(
    key="database_backup", translation_key="database_backup", event_types=[MADE, FAILED]
)


class BackupSensor(ServerEntity[DatabaseBackupCoordinator], SensorEntity):
    """Tells of the newest backup that lies whole in the store; unknown while there is none."""

    entity_description: BackupSensorDescription

    def __init__(self, coordinator: DatabaseBackupCoordinator, description: BackupSensorDescription) -> None:
        """Show what ``description`` describes, on Immich's device."""
        super().__init__(coordinator, immich_identifier(coordinator.config_entry), description)

    @property
    @override
    def native_value(self) -> datetime | int | None:
        last = self.coordinator.last
        return None if last is None else self.entity_description.value_fn(last)


class BackupEvent(TellingEvent, ServerEntity[DatabaseBackupCoordinator]):
    """Tells of each backup that was made, and of each that was not. ``reason``: the code of what was the matter."""

    def __init__(self, coordinator: DatabaseBackupCoordinator) -> None:
        """Stand on Immich's device."""
        super().__init__(coordinator, immich_identifier(coordinator.config_entry), BACKUP_EVENT)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen_to_outcomes(self._happened))

    @callback
    def _happened(self, outcome: StoredDump | Failure) -> None:
        if isinstance(outcome, StoredDump):
            told = {"file": outcome.name, "size": outcome.size, "made_at": moment(outcome.made_at), "reason": None}
            self._tell(MADE, told)
        else:
            self._tell(FAILED, {"file": None, "size": None, "made_at": None, "reason": outcome.code})
