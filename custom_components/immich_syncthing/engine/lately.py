"""Photos as Immich has shown them lately, for whoever would ask for the very same at once."""

from collections.abc import Mapping, Sequence
from math import inf

from ..immich.models import Asset
from .ports import Clock

MOST = 10_000
"""So many assets are kept, of some 1 KB."""

KEPT_SECONDS = 600.0
"""For so long after the last change: rules may wait for more photos, or for Immich to read them."""


class Lately:
    """The assets that changed lately, as they were shown last; nothing is kept unless it is ``wanted``.

    A change is always shown: what was shown once is true until it is shown again, as long as the last look is not old.
    """

    def __init__(self, clock: Clock, *, wanted: bool) -> None:
        """Know nothing yet."""
        self._clock = clock
        self._wanted = wanted
        self._looked_at = self._changed_at = -inf
        self._assets: dict[str, Asset] = {}

    def take(self, changed: Sequence[Asset], *, whole: bool) -> None:
        """Take what changed since the last look, which was now. ``whole``: nothing of it can have been left out."""
        if not self._wanted:
            return
        now = self._looked_at = self._clock.monotonic()
        if not whole or now - self._changed_at > KEPT_SECONDS:
            self._assets.clear()
        if changed:
            self._changed_at = now
        for asset in changed:
            self._assets.pop(asset.id, None)
            self._assets[asset.id] = asset
        while len(self._assets) > MOST:
            del self._assets[next(iter(self._assets))]

    def shown(self, within: float) -> Mapping[str, Asset]:
        """Return, by their ids, how assets are that changed lately, if the last look was within so many seconds."""
        return self._assets if self._clock.monotonic() - self._looked_at <= within else {}

    def forget(self) -> None:
        """Immich may not be the one that showed them."""
        self._assets.clear()
