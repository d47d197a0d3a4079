"""Time that passes only when somebody lets it, and an event loop that lives in it."""

import asyncio
import selectors
from collections.abc import Mapping
from typing import override

BEGINNING = 2_208_988_800.0
"""When every story begins: the year 2040. The disk's own timestamps (ctime) are then always past."""


class VirtualClock:
    """The engine's ``Clock``. ``ahead`` is how far Home Assistant's wall clock is off; ``now`` is the true time."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.ahead = 0.0

    @property
    def now(self) -> float:
        """True seconds since 1970, as phones and servers have them."""
        return BEGINNING + self.elapsed

    def wall(self) -> float:
        return self.now + self.ahead

    def monotonic(self) -> float:
        return 1_000.0 + self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.skip(seconds)
        await asyncio.sleep(0)

    def skip(self, seconds: float) -> None:
        """Let time pass."""
        self.elapsed += seconds


class _Nothing(selectors.BaseSelector):
    """A selector that knows no files: who waits for time gets it at once, who waits for anything else is stuck."""

    def __init__(self) -> None:
        self.skipped = 0.0

    @override
    def register(self, fileobj: object, events: int, data: object = None) -> selectors.SelectorKey:
        return selectors.SelectorKey(fileobj, 0, events, data)  # type: ignore[arg-type]

    @override
    def unregister(self, fileobj: object) -> selectors.SelectorKey:
        return selectors.SelectorKey(fileobj, 0, 0, None)  # type: ignore[arg-type]

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            message = "the simulated engine waits for something that never comes"
            raise RuntimeError(message)
        self.skipped += max(timeout, 0.0)
        return []

    @override
    def get_map(self) -> Mapping[object, selectors.SelectorKey]:  # type: ignore[override]
        return {}


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that never sleeps and asks the system nothing."""

    def __init__(self) -> None:
        self._nothing = _Nothing()
        super().__init__(self._nothing)

    @override
    def time(self) -> float:
        return self._nothing.skipped
