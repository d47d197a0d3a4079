"""What is shown of an album folder: what it is doing, how many photos it holds, and when it last changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfInformation
from homeassistant.helpers.typing import StateType

from .albums.model import AlbumFolderState, Doing
from .entity import AlbumFolderEntity


class AlbumStatus(StrEnum):
    """What an album folder is doing, or why it does nothing."""

    LISTING = "listing"
    COPYING = "copying"
    REMOVING = "removing"
    UP_TO_DATE = "up_to_date"
    WAITING_FOR_SYNCTHING = "waiting_for_syncthing"
    WAITING_FOR_DECISION = "waiting_for_decision"
    PAUSED = "paused"
    PROBLEM = "problem"


def status_of(state: AlbumFolderState) -> AlbumStatus | None:
    """Return the first of what holds: it rests, it works, it cannot, it waits; ``None`` before its first run."""
    found = None
    if state.paused or (state.paused_there and state.doing is Doing.NOTHING):
        found = AlbumStatus.PAUSED
    elif state.doing is not Doing.NOTHING:
        found = AlbumStatus(state.doing)
    elif state.leaving_held or state.deleted_held:
        found = AlbumStatus.WAITING_FOR_DECISION
    elif state.problem is not None:
        found = AlbumStatus.PROBLEM
    elif state.waits:
        found = AlbumStatus.WAITING_FOR_SYNCTHING
    elif state.ran:
        found = AlbumStatus.UP_TO_DATE
    return found


@dataclass(frozen=True, kw_only=True)
class AlbumSensorDescription(SensorEntityDescription):
    """A sensor and where its value comes from; ``None`` means that nobody knows yet."""

    value_fn: Callable[[AlbumFolderState], StateType | datetime]


ALBUM_SENSORS = (
    AlbumSensorDescription(
        key="album_status",
        translation_key="album_status",
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in AlbumStatus],
        value_fn=status_of,
    ),
    AlbumSensorDescription(
        key="album_photos",
        translation_key="album_photos",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda state: state.figures.copies,
    ),
    AlbumSensorDescription(
        key="album_size",
        translation_key="album_size",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.GIBIBYTES,
        suggested_display_precision=2,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda state: state.figures.size,
    ),
    AlbumSensorDescription(
        key="album_last_change",
        translation_key="album_last_change",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda state: None if state.last_change is None else datetime.fromtimestamp(state.last_change, UTC),
    ),
)


class AlbumSensor(AlbumFolderEntity, SensorEntity):
    """Something that an album folder knows."""

    entity_description: AlbumSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self.coordinator.data)
