"""What Immich says of the account and of itself, in numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfInformation

from .coordinator import AccountCoordinator, AccountFacts
from .entity import ServerEntity, immich_identifier
from .immich.models import ServerStorage
from .immich.permissions import Feature
from .immich_changes import Way


@dataclass(frozen=True, kw_only=True)
class AccountSensorDescription(SensorEntityDescription):
    """A number, where it comes from, and whether there is such a thing; ``None`` means that Immich does not know."""

    state_class: SensorStateClass = SensorStateClass.MEASUREMENT
    value_fn: Callable[[AccountFacts], float | None]
    exists_fn: Callable[[AccountFacts], bool] = lambda _: True


def _allowed(feature: Feature) -> Callable[[AccountFacts], bool]:
    return lambda facts: facts.allows(feature)


def _of_disk(value: Callable[[ServerStorage], float | None]) -> Callable[[AccountFacts], float | None]:
    return lambda facts: value(facts.storage) if facts.storage else None


SENSORS = (
    AccountSensorDescription(
        key="photos",
        translation_key="photos",
        value_fn=lambda facts: facts.assets.images,
    ),
    AccountSensorDescription(
        key="videos",
        translation_key="videos",
        value_fn=lambda facts: facts.assets.videos,
    ),
    AccountSensorDescription(
        key="trash",
        translation_key="trash",
        value_fn=lambda facts: facts.trash.total,
    ),
    AccountSensorDescription(
        key="usage",
        translation_key="usage",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.GIBIBYTES,
        suggested_display_precision=1,
        value_fn=lambda facts: facts.user.quota_usage,
    ),
    AccountSensorDescription(
        key="quota",
        translation_key="quota",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.GIBIBYTES,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda facts: facts.user.quota_size,
        exists_fn=lambda facts: facts.user.has_quota,
    ),
    AccountSensorDescription(
        key="disk_usage",
        translation_key="disk_usage",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_of_disk(lambda disk: disk.used_percent),
        exists_fn=_allowed(Feature.DISK),
    ),
    AccountSensorDescription(
        key="disk_size",
        translation_key="disk_size",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.GIBIBYTES,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_of_disk(lambda disk: disk.size),
        exists_fn=_allowed(Feature.DISK),
    ),
    AccountSensorDescription(
        key="disk_used",
        translation_key="disk_used",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.GIBIBYTES,
        suggested_display_precision=1,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_of_disk(lambda disk: disk.used),
        exists_fn=_allowed(Feature.DISK),
    ),
    AccountSensorDescription(
        key="waiting_jobs",
        translation_key="waiting_jobs",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda facts: facts.waiting_jobs,
        exists_fn=_allowed(Feature.QUEUES),
    ),
)


CHANGES = SensorEntityDescription(
    key="immich_changes",
    translation_key="immich_changes",
    device_class=SensorDeviceClass.ENUM,
    options=[way.value for way in Way],
    entity_category=EntityCategory.DIAGNOSTIC,
)


class ChangesSensor(ServerEntity[AccountCoordinator], SensorEntity):
    """By which way changes in Immich arrive."""

    def __init__(self, coordinator: AccountCoordinator) -> None:
        """Show it of the coordinator's account."""
        super().__init__(coordinator, immich_identifier(coordinator.config_entry), CHANGES)

    @property
    @override
    def native_value(self) -> str:
        return self.coordinator.config_entry.runtime_data.changes.way.value

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        changes = self.coordinator.config_entry.runtime_data.changes
        return {"websocket": changes.websocket.value, "webhook": changes.webhook.value}


class AccountSensor(ServerEntity[AccountCoordinator], SensorEntity):
    """A number that Immich knows; unavailable while its key may not ask for it."""

    entity_description: AccountSensorDescription

    def __init__(self, coordinator: AccountCoordinator, description: AccountSensorDescription) -> None:
        """Show what ``description`` describes."""
        super().__init__(coordinator, immich_identifier(coordinator.config_entry), description)

    @property
    @override
    def available(self) -> bool:
        return super().available and self.entity_description.exists_fn(self.coordinator.data)

    @property
    @override
    def native_value(self) -> float | None:
        return self.entity_description.value_fn(self.coordinator.data)
