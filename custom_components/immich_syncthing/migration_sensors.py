"""How far the vault, or a replica, is on its way to another place."""

from math import floor
from typing import Any, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory

from .entity import ServerEntity, immich_identifier
from .migration_coordinator import MigrationCoordinator, MigrationState, Phase
from .stores.migration import Progress

TOLD = 5
"""Failures that the attributes name."""

VAULT_MIGRATION = SensorEntityDescription(
    key="vault_migration",
    translation_key="vault_migration",
    native_unit_of_measurement=PERCENTAGE,
    suggested_display_precision=1,
    state_class=SensorStateClass.MEASUREMENT,
    entity_category=EntityCategory.DIAGNOSTIC,
)


def percent_of(state: MigrationState) -> float | None:
    """Return percents, rounded down: 100 is only where all is done and the places are switched."""
    if state.phase is Phase.COMPLETE:
        return 100.0
    if state.phase is Phase.IDLE or state.progress is None:
        return None
    return min(99.9, floor(state.progress.percent * 10) / 10)


def attributes_of(state: MigrationState) -> dict[str, Any]:
    """Return what belongs to it, also as an action tells it."""
    progress = state.progress or Progress()
    failures = [*progress.failures, *state.kept_told]
    return {
        "phase": state.phase.value,
        "problem": None if state.problem is None else state.problem.code,
        "objects": progress.objects,
        "bytes": progress.bytes,
        "left_objects": progress.objects - progress.done_objects,
        "left_bytes": progress.bytes - progress.done_bytes,
        "copied_objects": progress.copied_objects,
        "copied_bytes": progress.copied_bytes,
        "failed": progress.failed,
        "failures": [f"{one.key}: {one.code}" for one in failures[:TOLD]],
        "removed": state.removed,
        "kept": state.kept,
    }


class VaultMigrationSensor(ServerEntity[MigrationCoordinator], SensorEntity):
    """How far the vault of an account is; unknown while nothing is moved."""

    _unrecorded_attributes = frozenset({"failures"})

    def __init__(self, coordinator: MigrationCoordinator) -> None:
        """Show it on the device of the account."""
        super().__init__(coordinator, immich_identifier(coordinator.config_entry), VAULT_MIGRATION)

    @property
    @override
    def native_value(self) -> float | None:
        return percent_of(self.coordinator.data)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        return attributes_of(self.coordinator.data)
