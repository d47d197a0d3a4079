"""How far the uploads of a folder are: for whoever watches, nothing is decided by it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .ports import Clock

RATE_SECONDS = 10.0
"""Over how long the rate is taken: short enough to show a stall, long enough not to jump with each photo."""

PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Going:
    """A file that goes up: ``sent`` of ``size`` bytes are on their way."""

    path: str
    checksum: bytes
    size: int
    sent: int = 0


@dataclass(slots=True)
class Transfer:
    """Bytes that went up, go up and wait, from the first upload until none waits any more.

    ``moved`` is called with every change.
    """

    clock: Clock
    moved: Callable[[], None]
    _done: int = 0
    _waiting: int = 0
    _sending: dict[str, Going] = field(default_factory=dict)
    """By path, in the order in which they were begun."""
    _sent: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def current_file(self) -> str | None:
        """The path that was begun last and is still being sent."""
        return next(reversed(self._sending), None)

    @property
    def going(self) -> tuple[Going, ...]:
        """What is being sent now, in the order in which it was begun."""
        return tuple(self._sending.values())

    @property
    def percent(self) -> float | None:
        """How much of what was to go up is there, in percent of its bytes; ``None`` while nothing goes up."""
        total = self._done + self._waiting
        if not total:
            return None
        partly = sum(one.sent for one in self._sending.values())
        return min(PERCENT * (self._done + partly) / total, PERCENT)

    @property
    def rate(self) -> float:
        """Bytes per second, lately."""
        self._forget()
        return sum(size for _, size in self._sent) / RATE_SECONDS

    def expect(self, size: int) -> None:
        """Note how many bytes wait now, beside those being sent; with 0 and none of those, all of it is over."""
        self._waiting = size + sum(one.size for one in self._sending.values())
        if not self._waiting:
            self._done = 0
            self._sent.clear()

    def begin(self, path: str, size: int, checksum: bytes) -> None:
        """Note that a file of ``size`` bytes is sent from now on, also when it is begun again."""
        self._sending[path] = Going(path, checksum, size)
        self.moved()

    def sent(self, path: str, size: int) -> None:
        """Note that so many more bytes of a file are on their way."""
        self._forget()
        self._sent.append((self.clock.monotonic(), size))
        if (going := self._sending.get(path)) is not None:
            self._sending[path] = replace(going, sent=min(going.sent + size, going.size))
        self.moved()

    def done(self, path: str) -> None:
        """Note that Immich has a file."""
        if (going := self._sending.get(path)) is not None:
            self._done += going.size
        self.end(path)

    def end(self, path: str) -> None:
        """Note that a file is sent no longer. Harmless where that was said."""
        if (going := self._sending.pop(path, None)) is not None:
            self._waiting = max(0, self._waiting - going.size)
        self.moved()

    def _forget(self) -> None:
        oldest = self.clock.monotonic() - RATE_SECONDS
        while self._sent and self._sent[0][0] < oldest:
            self._sent.popleft()
