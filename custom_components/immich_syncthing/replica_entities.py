"""What is shown of a replica: how far it is, how sure its copies are, what happens, and a switch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import floor
from typing import Any, override

from homeassistant.components.event import EventEntityDescription
from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfInformation
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.typing import StateType

from .entity import ReplicaEntity
from .errors import translated
from .event_entity import TellingEvent
from .replica.errors import ReplicaError
from .replica.model import Doing, Ending, Figures
from .replica_coordinator import (
    COMPLETED,
    DRILL_FAILED,
    DRILL_PASSED,
    FAILED,
    VERIFICATION_FAILED,
    VERIFIED,
    Happening,
    ReplicaCoordinator,
)

_TEN_MINUTES = 600


class ReplicaStatus(StrEnum):
    """What a replica is doing, or why it does nothing."""

    REBUILDING = "rebuilding"
    LISTING = "listing"
    COPYING = "copying"
    RETIRING = "retiring"
    VERIFYING = "verifying"
    DRILLING = "drilling"
    RESTING = "resting"
    OUTSIDE_WINDOW = "outside_window"
    PAUSED = "paused"
    PROBLEM = "problem"


def status_of(replica: ReplicaCoordinator) -> ReplicaStatus:
    """Return the first of what holds: it rests by its owner's word, it works, it cannot, it waits."""
    state = replica.data
    if state.paused:
        return ReplicaStatus.PAUSED
    if state.doing is not Doing.NOTHING:
        return ReplicaStatus(state.doing)
    if state.problem is not None:
        return ReplicaStatus.PROBLEM
    return ReplicaStatus.OUTSIDE_WINDOW if replica.last is Ending.OUTSIDE_WINDOW else ReplicaStatus.RESTING


@dataclass(frozen=True, kw_only=True)
class ReplicaSensorDescription(SensorEntityDescription):
    """A sensor and where its value comes from; ``None`` means that nobody knows yet."""

    value_fn: Callable[[ReplicaCoordinator], StateType | datetime]


def _of(figure: Callable[[Figures], int]) -> Callable[[ReplicaCoordinator], int | None]:
    """Return what takes a figure, once anything was listed or copied."""
    return lambda replica: (
        figure(replica.data.figures) if replica.data.figures.total_files or replica.data.figures.objects else None
    )


def complete_percent(replica: ReplicaCoordinator) -> float | None:
    """Return percents, rounded down: 100 is only where nothing is behind."""
    complete = replica.data.figures.complete
    return None if complete is None else floor(complete * 10) / 10


def _time(seconds: float | None) -> datetime | None:
    """Return a moment to ten minutes: nobody needs a state for each photo that was read."""
    return None if seconds is None else datetime.fromtimestamp(seconds // _TEN_MINUTES * _TEN_MINUTES, UTC)


REPLICA_SENSORS = (
    ReplicaSensorDescription(
        key="replica_status",
        translation_key="replica_status",
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in ReplicaStatus],
        value_fn=lambda replica: status_of(replica).value,
    ),
    ReplicaSensorDescription(
        key="replica_complete",
        translation_key="replica_complete",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=complete_percent,
    ),
    ReplicaSensorDescription(
        key="replica_behind_files",
        translation_key="replica_behind_files",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_of(lambda figures: figures.behind_files),
    ),
    ReplicaSensorDescription(
        key="replica_behind_bytes",
        translation_key="replica_behind_bytes",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.GIBIBYTES,
        suggested_display_precision=2,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_of(lambda figures: figures.behind_bytes),
    ),
    ReplicaSensorDescription(
        key="replica_copies",
        translation_key="replica_copies",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_of(lambda figures: figures.objects),
    ),
    ReplicaSensorDescription(
        key="replica_leaving",
        translation_key="replica_leaving",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_of(lambda figures: figures.leaving),
    ),
    ReplicaSensorDescription(
        key="replica_failing",
        translation_key="replica_failing",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_of(lambda figures: figures.failing),
    ),
    ReplicaSensorDescription(
        key="replica_last_run",
        translation_key="replica_last_run",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda replica: _time(replica.data.last_run),
    ),
    ReplicaSensorDescription(
        key="replica_last_verified",
        translation_key="replica_last_verified",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda replica: _time(replica.data.last_verified),
    ),
    ReplicaSensorDescription(
        key="replica_oldest_check",
        translation_key="replica_oldest_check",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda replica: _time(replica.data.figures.oldest_check),
    ),
    ReplicaSensorDescription(
        key="replica_verification_failures",
        translation_key="replica_verification_failures",
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=lambda replica: replica.data.verification_failures,
    ),
)

REPLICA_EVENT = EventEntityDescription(
    key="replica_activity",
    translation_key="replica_activity",
    event_types=[COMPLETED, FAILED, VERIFIED, VERIFICATION_FAILED, DRILL_PASSED, DRILL_FAILED],
)

REPLICA_SWITCH = SwitchEntityDescription(key="replicate", translation_key="replicate")


class ReplicaSensor(ReplicaEntity, SensorEntity):
    """Something that a replica knows."""

    entity_description: ReplicaSensorDescription

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self.coordinator)


class ReplicaEvent(TellingEvent, ReplicaEntity):
    """Tells what came of runs, of verifying and of restore drills, each with its numbers."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen_to_happenings(self._happened))

    @callback
    def _happened(self, happening: Happening) -> None:
        self._tell(happening.type, happening.told)


class ReplicaSwitch(ReplicaEntity, SwitchEntity):
    """Off while the replica rests by its owner's word. It stays on while everything is stopped."""

    @property
    @override
    def is_on(self) -> bool:
        return not self.coordinator.data.switched_off

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._switch(on=False)

    async def _switch(self, *, on: bool) -> None:
        try:
            await self.coordinator.async_switch(on=on)
        except ReplicaError as err:
            raise HomeAssistantError(**translated(err)) from err
