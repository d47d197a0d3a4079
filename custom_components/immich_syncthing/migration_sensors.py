"""How far the vault, or a replica, is on its way to another place."""

from math import floor
from typing import Any, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .entity import immich_identifier, subentry_identifier
from .migration_coordinator import TOLD, MigrationCoordinator, MigrationState, Phase
from .replica_coordinator import ReplicaCoordinator
from .stores.migration import Progress

MOST_BEFORE = 99.9
"""Percents that are shown at most before it is complete."""


def _description(key: str) -> SensorEntityDescription:
    return SensorEntityDescription(
        key=key,
        translation_key=key,
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
    )


VAULT_MIGRATION, REPLICA_MIGRATION = _description("vault_migration"), _description("replica_migration")


def percent_of(state: MigrationState) -> float | None:
    """Return percents, rounded down: 100 is only where all is done and the places are switched."""
    if state.phase is Phase.COMPLETE:
        return 100.0
    if state.phase is Phase.IDLE:
        return None
    if state.progress is None:
        return MOST_BEFORE if state.phase is Phase.FINISHING else None
    return min(MOST_BEFORE, floor(state.progress.percent * 10) / 10)


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
        "damaged": 0 if state.damage is None else state.damage.count,
        "damaged_names": [] if state.damage is None else list(state.damage.names),
        "removed": state.removed,
        "kept": state.kept,
    }


class _MigrationSensor(CoordinatorEntity[MigrationCoordinator], SensorEntity):
    """How far it is; unknown while nothing is moved."""

    _attr_has_entity_name = True
    _unrecorded_attributes = frozenset({"damaged_names", "failures"})

    def __init__(
        self,
        coordinator: MigrationCoordinator,
        description: SensorEntityDescription,
        prefix: str,
        identifier: tuple[str, str],
    ) -> None:
        super().__init__(coordinator)
        self.entity_description = description
        self._attr_unique_id = f"{prefix}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={identifier})

    @property
    @override
    def native_value(self) -> float | None:
        return percent_of(self.coordinator.data)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        return attributes_of(self.coordinator.data)


class VaultMigrationSensor(_MigrationSensor):
    """Of an account's vault."""

    def __init__(self, coordinator: MigrationCoordinator) -> None:
        """Show it on the device of the account."""
        entry = coordinator.config_entry
        super().__init__(coordinator, VAULT_MIGRATION, entry.entry_id, immich_identifier(entry))


class ReplicaMigrationSensor(_MigrationSensor):
    """Of a replica."""

    def __init__(self, coordinator: MigrationCoordinator, replica: ReplicaCoordinator) -> None:
        """Show it on the device of the replica."""
        identifier = subentry_identifier(replica)
        super().__init__(coordinator, REPLICA_MIGRATION, identifier[1], identifier)
