"""Events that come in thousands: the first few of each kind are told one by one, the rest as one with their number."""

from collections import Counter
from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

WINDOW_SECONDS = 60.0

ONE_BY_ONE = 10
"""So many events of each kind are told in a window: Home Assistant's recorder keeps every single one."""


class Bursts:
    """Counts events in windows that begin with an event; ``sum_up`` tells of those that were not told by themselves."""

    def __init__(self, hass: HomeAssistant, sum_up: Callable[[str, int], None]) -> None:
        """Call ``sum_up`` at the end of a window with each kind of which there were more, and how many more."""
        self._hass = hass
        self._sum_up = sum_up
        self._told: Counter[str] = Counter()
        self._more: Counter[str] = Counter()
        self._end: CALLBACK_TYPE | None = None

    @callback
    def async_admits(self, kind: str, items: int) -> bool:
        """Return whether an event is to be told by itself; otherwise it is counted, as ``items`` photos."""
        if self._end is None:
            self._end = async_call_later(self._hass, WINDOW_SECONDS, self._close)
        self._told[kind] += 1
        if self._told[kind] <= ONE_BY_ONE:
            return True
        self._more[kind] += items
        return False

    @callback
    def async_end(self) -> None:
        """Tell no more: what was counted and not told is in the history all the same."""
        if self._end is not None:
            self._end()
            self._end = None

    @callback
    def _close(self, _: object = None) -> None:
        more, self._more = self._more, Counter()
        self._told.clear()
        self._end = None
        for kind, items in more.items():
            self._sum_up(kind, items)
