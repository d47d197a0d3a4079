"""What the vault holds, in numbers, and since when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfInformation
from homeassistant.util import dt as dt_util

from .entity import ServerEntity, immich_identifier
from .vault.model import VaultUsage
from .vault_coordinator import VaultCoordinator


@dataclass(frozen=True, kw_only=True)
class VaultSensorDescription(SensorEntityDescription):
    """A fact about the vault, and where it comes from."""

    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    value_fn: Callable[[VaultUsage], int | datetime | None]


SENSORS = (
    VaultSensorDescription(
        key="vault_files",
        translation_key="vault_files",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda usage: usage.objects,
    ),
    VaultSensorDescription(
        key="vault_size",
        translation_key="vault_size",
        device_class=SensorDeviceClass.DATA_SIZE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.GIBIBYTES,
        suggested_display_precision=1,
        value_fn=lambda usage: usage.bytes,
    ),
    VaultSensorDescription(
        key="vault_oldest",
        translation_key="vault_oldest",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda usage: None if usage.oldest_at is None else dt_util.utc_from_timestamp(usage.oldest_at),
    ),
)


class VaultSensor(ServerEntity[VaultCoordinator], SensorEntity):
    """A fact about the vault; unknown until it was counted. That it is away is a repair, not this sensor's absence."""

    entity_description: VaultSensorDescription

    def __init__(self, coordinator: VaultCoordinator, description: VaultSensorDescription) -> None:
        """Show what ``description`` describes."""
        super().__init__(coordinator, immich_identifier(coordinator.config_entry), description)

    @property
    @override
    def native_value(self) -> int | datetime | None:
        usage = self.coordinator.data
        return None if usage is None else self.entity_description.value_fn(usage)
