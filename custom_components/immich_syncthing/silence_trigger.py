"""Silence starts an automation: both sides of a folder were not compared for a while, whatever the reason."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar, Final, override

import voluptuous as vol
from homeassistant.const import ATTR_ENTITY_ID, CONF_FOR, CONF_OPTIONS, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.target import TargetStateChangedData, async_track_target_selector_state_change_event
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    EntityTriggerBase,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.util import dt as dt_util

from .folder_entities import ours

LONG: Final = timedelta(days=1)

SHORTEST: Final = timedelta(minutes=20)
"""The sensor tells its time to ten minutes, so that less would be no silence."""

GRACE: Final = timedelta(minutes=10)
"""How long a folder that is silent already gets: Home Assistant may just have started after a long time."""

SCHEMA: Final = ENTITY_STATE_TRIGGER_SCHEMA.extend(
    {
        vol.Required(CONF_OPTIONS, default={}): {
            vol.Optional(CONF_FOR, default=LONG): vol.All(cv.positive_time_period, vol.Range(min=SHORTEST))
        }
    }
)


class SilenceTrigger(EntityTriggerBase):
    """Told once per folder, until it is compared again."""

    _domain_specs: Mapping[str, DomainSpec] = {Platform.SENSOR: DomainSpec()}
    _schema = SCHEMA
    _primary_entities_only: ClassVar[bool] = False

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Keep how long a silence is."""
        super().__init__(hass, config)
        self._silence: timedelta = self._options[CONF_FOR]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return ours(self._hass, super().entity_filter(entities), "last_successful_cycle")

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        watch = _Watch(self._hass, self._silence, run_action)
        stop = await async_track_target_selector_state_change_event(
            self._hass,
            self._target,
            watch.changed,
            self.entity_filter,
            watch.retargeted,
            primary_entities_only=self._primary_entities_only,
        )

        @callback
        def detach() -> None:
            stop()
            watch.end()

        return detach


class _Watch:
    """Waits, per folder, for as long as its last success lets it be silent."""

    def __init__(self, hass: HomeAssistant, silence: timedelta, run_action: TriggerActionRunner) -> None:
        self._hass = hass
        self._silence = silence
        self._run_action = run_action
        self._heard: dict[str, datetime] = {}
        self._due: dict[str, CALLBACK_TYPE] = {}

    @callback
    def changed(self, data: TargetStateChangedData) -> None:
        event = data.state_change_event
        self._look(event.data["entity_id"], event.data["new_state"])

    @callback
    def retargeted(self, added: set[str], removed: set[str], states: Mapping[str, State | None]) -> None:
        for entity_id in removed:
            self._forget(entity_id)
        for entity_id in added:
            self._look(entity_id, states.get(entity_id))

    @callback
    def end(self) -> None:
        for entity_id in list(self._heard):
            self._forget(entity_id)

    @callback
    def _look(self, entity_id: str, state: State | None) -> None:
        last = dt_util.parse_datetime(state.state) if state is not None else None
        if last is None or self._heard.get(entity_id) == last:
            return
        self._forget(entity_id)
        self._heard[entity_id] = last
        due = max(last + self._silence, dt_util.utcnow() + min(GRACE, self._silence))
        self._due[entity_id] = async_track_point_in_utc_time(self._hass, partial(self._silent, entity_id, last), due)

    @callback
    def _silent(self, entity_id: str, last: datetime, _: datetime) -> None:
        self._due.pop(entity_id, None)
        # Home Assistant keeps hold of the task.
        _task = self._run_action(
            {ATTR_ENTITY_ID: entity_id, "last_success": last, "for": self._silence}, f"silence of {entity_id}"
        )

    def _forget(self, entity_id: str) -> None:
        self._heard.pop(entity_id, None)
        if cancel := self._due.pop(entity_id, None):
            cancel()
