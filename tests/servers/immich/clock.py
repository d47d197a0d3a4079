"""The server's clock: microseconds, never the same moment twice, and as unreliable as a test wants it."""

from datetime import UTC, datetime, timedelta

_TICK = timedelta(microseconds=1)


class Clock:
    """Stamps rows. ``jump`` moves it (also backwards), ``freeze`` stops it: then stamps are a microsecond apart."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._frozen: datetime | None = None
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The next moment; later than the one before it unless the clock jumped back in between."""
        moment = self._frozen if self._frozen is not None else datetime.now(UTC) + self._offset
        if moment <= self._last:
            moment = self._last + _TICK
        self._last = moment
        return moment

    def jump(self, seconds: float) -> None:
        self._offset += timedelta(seconds=seconds)
        if self._frozen is not None:
            self._frozen += timedelta(seconds=seconds)
        self._last = datetime.min.replace(tzinfo=UTC)

    def freeze(self, at: datetime | None = None) -> None:
        self._frozen = at if at is not None else datetime.now(UTC) + self._offset
        self._last = datetime.min.replace(tzinfo=UTC)
