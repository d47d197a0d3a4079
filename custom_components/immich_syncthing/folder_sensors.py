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
from homeassistant.const import (
    MAX_LENGTH_STATE_STATE,
    PERCENTAGE,
    EntityCategory,
    UnitOfDataRate,
    UnitOfInformation,
)
from homeassistant.helpers.typing import StateType

from .engine.ledger.views import FolderCounts
from .engine.looking import Step
from .engine.model import FolderState
from .entity import FolderEntity
from .folder_coordinator import FolderCoordinator

_TEN_MINUTES = 600


@dataclass(frozen=True, kw_only=True)
class FolderSensorDescription(SensorEntityDescription):
    """A sensor and where its value comes from; ``None`` means that nobody knows yet."""

    value_fn: Callable[[FolderCoordinator], StateType | datetime]
    attributes_fn: Callable[[FolderCoordinator], Mapping[str, Any]] | None = None


def _count(count: Callable[[FolderCounts], int]) -> Callable[[FolderCoordinator], int | None]:
    return lambda folder: count(folder.data.counts) if folder.data else None


def _current_file(folder: FolderCoordinator) -> str | None:
    """Return the path, or its end, which tells more than its beginning."""
    path = folder.engine.transfer.current_file
    return path if path is None or len(path) <= MAX_LENGTH_STATE_STATE else f"…{path[1 - MAX_LENGTH_STATE_STATE :]}"


def _progress(folder: FolderCoordinator) -> int | None:
    """Return whole percents: all is done where nothing waits, and unknown where something waits and nothing moves.

    Of what was not read yet, nobody knows whether it is to go up.
    """
    percent = folder.engine.transfer.percent
    if percent is not None:
        return int(percent)
    counts = folder.data.counts if folder.data else None
    is_reading = folder.engine.looking.step is Step.READING
    return 100 if counts and not (is_reading or counts.to_upload or counts.unresolved) else None


def _doing(folder: FolderCoordinator) -> dict[str, Any]:
    looking = folder.engine.looking
    return {
        "wait_reason": folder.data.wait_reason if folder.data else None,
        "step": looking.step.value if looking.step else None,
        "done": looking.done if looking.step else None,
        "total": looking.total,
    }


def _rate(folder: FolderCoordinator) -> int:
    """Return bytes per second; between two uploads the last seconds tell of the one before."""
    return int(folder.engine.transfer.rate) if folder.engine.state is FolderState.UPLOADING else 0


def _last_change(folder: FolderCoordinator) -> datetime | None:
    """Return the minute: while many photos go up, each cycle has changed something."""
    seconds = folder.engine.totals.changed_at
    return None if seconds is None else datetime.fromtimestamp(seconds // 60 * 60, UTC)


def _last_success(folder: FolderCoordinator) -> datetime | None:
    """Return the time to ten minutes: a state for each of four cycles a minute would bury the folder's activity."""
    seconds = folder.engine.last_success
    return None if seconds is None else datetime.fromtimestamp(seconds // _TEN_MINUTES * _TEN_MINUTES, UTC)


def _to_sort(folder: FolderCoordinator) -> int | None:
    """Return how many photos the rules of the folder are still for; without rules there is none."""
    if folder.data is None:
        return None
    return folder.data.sorting.waiting if folder.data.sorting else 0


def _unsorted(folder: FolderCoordinator) -> dict[str, Any]:
    sorting = folder.data.sorting if folder.data else None
    return {
        "failed": sorting.failed if sorting else 0,
        "missing_permissions": list(sorting.missing) if sorting else [],
    }


SENSORS = (
    FolderSensorDescription(
        key="status",
        translation_key="status",
        device_class=SensorDeviceClass.ENUM,
        options=[state.value for state in FolderState],
        value_fn=lambda folder: folder.engine.state.value,
        attributes_fn=_doing,
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
        key="released",
        translation_key="released",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(lambda counts: counts.released),
    ),
    FolderSensorDescription(
        key="to_upload",
        translation_key="to_upload",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(lambda counts: counts.to_upload),
    ),
    FolderSensorDescription(
        key="to_read",
        translation_key="to_read",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_count(lambda counts: counts.unresolved),
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
        key="to_sort",
        translation_key="to_sort",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_to_sort,
        attributes_fn=_unsorted,
    ),
    FolderSensorDescription(
        key="conflicts",
        translation_key="conflicts",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda folder: folder.engine.totals.conflicts if folder.data else None,
    ),
    FolderSensorDescription(
        key="photos_uploaded",
        translation_key="photos_uploaded",
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=lambda folder: folder.engine.totals.uploads,
    ),
    FolderSensorDescription(
        key="bytes_uploaded",
        translation_key="bytes_uploaded",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.MEGABYTES,
        suggested_display_precision=1,
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=lambda folder: folder.engine.totals.uploaded_bytes,
    ),
    FolderSensorDescription(
        key="progress",
        translation_key="progress",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_progress,
    ),
    FolderSensorDescription(
        key="current_file",
        translation_key="current_file",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_current_file,
    ),
    FolderSensorDescription(
        key="upload_rate",
        translation_key="upload_rate",
        device_class=SensorDeviceClass.DATA_RATE,
        native_unit_of_measurement=UnitOfDataRate.BYTES_PER_SECOND,
        suggested_unit_of_measurement=UnitOfDataRate.MEGABYTES_PER_SECOND,
        suggested_display_precision=2,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_rate,
    ),
    FolderSensorDescription(
        key="last_change",
        translation_key="last_change",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_last_change,
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

    _unrecorded_attributes = frozenset({"step", "done", "total"})
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
