"""An account's vault, as it is looked through: its index, taken up anew when somebody looks."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

from homeassistant.util import dt as dt_util

from .media_types import is_media
from .vault.errors import VaultError
from .vault.index import VaultIndex
from .vault.model import Blocking, Vault, VaultOrigin

_LOGGER = logging.getLogger(__name__)

FRESH_SECONDS: Final = 60.0
"""How long at least what was seen counts as seen, as far as it is others who change something in the same place."""

RESTS: Final = 5.0
"""How many times as long as a look took no other begins: a large vault is not listed all day while things come in."""

PATIENCE_SECONDS: Final = 8.0
"""How long somebody who looks waits for what is new: the first look at a large vault that is far away takes minutes."""

SEARCHING_SECONDS: Final = 0.5
"""How long somebody who searches waits for that: meanwhile, what was seen before is searched."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A look: when it ended and how long it took (s), and how much the account had changed when it began."""

    at: float
    took: float
    changes: int

    @property
    def age(self) -> float:
        """Return how long ago it ended (s)."""
        return monotonic() - self.at

    @property
    def rest(self) -> float:
        """Return how long no other begins (s)."""
        return max(0.0, RESTS * self.took - self.age)


class VaultShown:
    """What is of an account in ``vaults``, which others may share.

    ``changes`` tells how often the account itself changed something there; ``begin`` runs a coroutine until it is
    unloaded.
    """

    def __init__(
        self,
        path: Path,
        account_id: str | None,
        blocking: Blocking,
        vaults: Callable[[], Sequence[Vault]],
        changes: Callable[[], int],
        begin: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        """Look at nothing yet."""
        self._account_id = account_id
        self.index = VaultIndex(path, blocking, self._is_shown, _month)
        self._vaults = vaults
        self._changes = changes
        self._begin = begin
        self._task: asyncio.Task[None] | None = None
        self._seen: _Seen | None = None

    async def look(self, *, searching: bool = False) -> bool:
        """Take up what is new, as far as that is quick; return whether nothing more follows. Raises ``VaultError``."""
        patience = SEARCHING_SECONDS if searching else PATIENCE_SECONDS
        if self._task is None or self._task.done():
            if self._is_fresh():
                return True
            rest = 0.0 if self._seen is None else self._seen.rest
            if rest > patience:
                return False
            self._task = self._begin(self._refresh(rest))
        done, _ = await asyncio.wait([self._task], timeout=patience)
        if done and not self._task.cancelled():
            self._task.result()
        # What came after it had begun may have been missed.
        return self._is_fresh()

    async def close(self) -> None:
        """End what runs and let the index go."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self.index.close()

    def _is_shown(self, origin: VaultOrigin) -> bool:
        return origin.account_id == self._account_id and is_media(origin.path)

    def _is_fresh(self) -> bool:
        seen = self._seen
        if seen is None or seen.changes != self._changes():
            return False
        return seen.age < FRESH_SECONDS or seen.rest > 0

    async def _refresh(self, rest: float) -> None:
        await asyncio.sleep(rest)
        begun, changes = monotonic(), self._changes()
        try:
            await self.index.refresh(self._vaults())
        except VaultError as err:
            _LOGGER.debug("The vault cannot be looked through: %s", err.code)
            raise
        now = monotonic()
        self._seen = _Seen(now, now - begun, changes)


def _month(moment: float) -> str:
    return dt_util.as_local(dt_util.utc_from_timestamp(moment)).strftime("%Y-%m")
