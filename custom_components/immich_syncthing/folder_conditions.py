"""What an automation may ask of a folder: whether it is in agreement, rests, or waits for a decision."""

from collections.abc import Mapping
from typing import Final, override

from homeassistant.const import Platform
from homeassistant.core import State
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import Condition, EntityConditionBase, EntityStateConditionBase

from .engine.model import FolderState
from .folder_entities import ours


class StatusCondition(EntityStateConditionBase):
    """A folder's status is a certain one."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.SENSOR: DomainSpec()}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return ours(self._hass, super().entity_filter(entities), "status")


class InAgreementCondition(StatusCondition):
    """Both sides are as they should be."""

    _states = {FolderState.IN_AGREEMENT.value}  # noqa: RUF012 - as its base class has it


class PausedCondition(StatusCondition):
    """The folder rests."""

    _states = {FolderState.PAUSED.value}  # noqa: RUF012 - as its base class has it


class WaitsForDecisionCondition(EntityConditionBase):
    """Photos wait for the owner's decision, whatever else the folder does."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.SENSOR: DomainSpec()}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return ours(self._hass, super().entity_filter(entities), "held")

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        return entity_state.state.isdecimal() and int(entity_state.state) > 0


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "is_in_agreement": InAgreementCondition,
    "is_paused": PausedCondition,
    "waits_for_decision": WaitsForDecisionCondition,
}
