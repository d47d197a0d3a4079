"""Whether something is wrong with a folder."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory

from .entity import FolderEntity
from .folder_coordinator import FolderCoordinator

PROBLEM = BinarySensorEntityDescription(
    key="problem",
    translation_key="problem",
    device_class=BinarySensorDeviceClass.PROBLEM,
    entity_category=EntityCategory.DIAGNOSTIC,
)


def folder_binary_sensors(folder: FolderCoordinator) -> list[BinarySensorEntity]:
    """Return the binary sensors of one folder."""
    return [FolderProblem(folder, PROBLEM)]


class FolderProblem(FolderEntity, BinarySensorEntity):
    """On while something keeps the folder from agreement; ``reason`` says what, in translated words."""

    _unrecorded_attributes = frozenset({"detail"})

    @property
    @override
    def is_on(self) -> bool | None:
        report = self.coordinator.data
        return None if report is None else report.problem is not None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        problem = self.coordinator.data.problem if self.coordinator.data else None
        if problem is None:
            return {"reason": None, "detail": None}
        return {"reason": problem.code, "detail": problem.placeholders.get("detail")}
