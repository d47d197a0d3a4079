"""What happened, to be read afterwards: what belongs together is one line, told once nothing more of it comes."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from .const import DOMAIN

EVENT_ACTIVITY = f"{DOMAIN}_activity"
"""Fired with each line: ``device_id`` and ``entity_id`` of the folder, its ``name``, and the parts of a ``Line``."""

QUIET_SECONDS = 10.0
"""After so long without anything new the lines are told."""

MOST_ROUNDS = 30
"""They are told after so many quiet times anyway: photos may go up for hours."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is counted together. ``type``, ``reason`` and ``side`` are those of the folder's event entity."""

    type: str
    reason: str
    side: str


class Lines:
    """Counts photos by their line."""

    def __init__(self, hass: HomeAssistant, tell: Callable[[Line, int], None]) -> None:
        """Call ``tell`` with each line and how many photos it is about."""
        self._hass = hass
        self._tell = tell
        self._counted: Counter[Line] = Counter()
        self._more = False
        self._rounds = 0
        self._look: CALLBACK_TYPE | None = None

    @callback
    def async_add(self, line: Line, items: int) -> None:
        """Count photos."""
        self._counted[line] += items
        self._more = True
        if self._look is None:
            self._wait()

    @callback
    def async_end(self) -> None:
        """Tell at once what was counted."""
        if self._look is not None:
            self._look()
            self._tell_all()

    @callback
    def _wait(self) -> None:
        self._more = False
        self._rounds += 1
        self._look = async_call_later(self._hass, QUIET_SECONDS, self._looked)

    @callback
    def _looked(self, _: object) -> None:
        if self._more and self._rounds < MOST_ROUNDS:
            self._wait()
        else:
            self._tell_all()

    @callback
    def _tell_all(self) -> None:
        counted, self._counted = self._counted, Counter()
        self._look, self._rounds = None, 0
        for line, items in counted.items():
            self._tell(line, items)
