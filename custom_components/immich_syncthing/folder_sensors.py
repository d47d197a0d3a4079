"""What a folder is doing, in words and numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory
from homeassistant.helpers.typing import StateType

from .engine.ledger.views import FolderCounts
from .engine.model import FolderState
from .entity import FolderEntity
from .folder_coordinator import FolderCoordinator


@dataclass(frozen=True, kw_only=True)
class FolderSensorDescription(SensorEntityDescription):
    """A sensor and where its value comes from; ``None`` means that nobody knows yet."""

    value_fn: Callable[[FolderCoordinator], StateType | datetime]
    attributes_fn: Callable[[FolderCoordinator], Mapping[str, Any]] | None = None


def _count(count: Callable[[FolderCounts], int]) -> Callable[[FolderCoordinator], int | None]:
    return lambda folder: count(folder.data.counts) if folder.data else None


def _last_success(folder: FolderCoordinator) -> datetime | None:
    """Return the minute: a state of its own for each of four cycles a minute would fill the recorder."""
    seconds = folder.engine.last_success
    return None if seconds is None else datetime.fromtimestamp(seconds // 60 * 60, UTC)


SENSORS = (
    FolderSensorDescription(
        key="status",
        translation_key="status",
        device_class=SensorDeviceClass.ENUM,
        options=[state.value for state in FolderState],
        value_fn=lambda folder: folder.engine.state.value,
        attributes_fn=lambda folder: {"wait_reason": folder.data.wait_reason if folder.data else None},
    ),
    FolderSensorDescription(
        key="files",
        translation_key="files",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(lambda counts: counts.files),
    ),
    FolderSensorDescription(
        key="linked",
        translation_key="linked",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(lambda counts: counts.linked),
    ),
    FolderSensorDescription(
        key="to_upload",
        translation_key="to_upload",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(lambda counts: counts.to_upload),
    ),
    FolderSensorDescription(
        key="held",
        translation_key="held",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(lambda counts: counts.held),
    ),
    FolderSensorDescription(
        key="failed",
        translation_key="failed",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(lambda counts: counts.failed),
    ),
    FolderSensorDescription(
        key="last_successful_cycle",
        translation_key="last_successful_cycle",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_last_success,
    ),
)


def folder_sensors(folder: FolderCoordinator) -> list[SensorEntity]:
    """Return the sensors of one folder."""
    return [FolderSensor(folder, description) for description in SENSORS]


class FolderSensor(FolderEntity, SensorEntity):
    """A word, a number or a time."""

    entity_description: FolderSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self.coordinator)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        attributes = self.entity_description.attributes_fn
        return attributes(self.coordinator) if attributes else None
