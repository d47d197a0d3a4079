"""What may start an automation: a question, a photo that went up, a problem, and silence."""

from collections.abc import Mapping
from typing import ClassVar, Final, override

from homeassistant.const import STATE_ON, Platform
from homeassistant.core import State
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    EntityTargetStateTriggerBase,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
)

from .event import Happening
from .folder_entities import ours
from .silence_trigger import SilenceTrigger

EVENT_TYPE = "event_type"


class DecisionNeededTrigger(EntityTriggerBase):
    """More photos of a folder wait for a decision than before."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.SENSOR: DomainSpec()}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return ours(self._hass, super().entity_filter(entities), "held")

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        return _number(to_state) > _number(from_state)

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        return _number(state) > 0


class HappeningTrigger(StatelessEntityTriggerBase):
    """Something was done with a photo of a folder."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.EVENT: DomainSpec()}
    _happening: ClassVar[Happening]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return ours(self._hass, super().entity_filter(entities))

    @override
    def is_valid_state(self, state: State, report_not_triggered: NotTriggeredReasonReporter) -> bool:
        return state.attributes.get(EVENT_TYPE) == self._happening


class PhotoUploadedTrigger(HappeningTrigger):
    """A photo of a folder went up."""

    _happening = Happening.UPLOADED


class PhotoSortedTrigger(HappeningTrigger):
    """Rules of a folder gave a photo an album, tags or something else."""

    _happening = Happening.SORTED


class ProblemTrigger(EntityTargetStateTriggerBase):
    """Something became wrong with a folder."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.BINARY_SENSOR: DomainSpec()}
    _to_states = {STATE_ON}  # noqa: RUF012 - as its base class has it
    _primary_entities_only: ClassVar[bool] = False

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return ours(self._hass, super().entity_filter(entities), "problem")


def _number(state: State) -> int:
    """Return a sensor's count; 0 for what is none."""
    return int(state.state) if state.state.isdecimal() else 0


TRIGGERS: Final[dict[str, type[Trigger]]] = {
    "decision_needed": DecisionNeededTrigger,
    "had_problem": ProblemTrigger,
    "photo_sorted": PhotoSortedTrigger,
    "photo_uploaded": PhotoUploadedTrigger,
    "went_silent": SilenceTrigger,
}
