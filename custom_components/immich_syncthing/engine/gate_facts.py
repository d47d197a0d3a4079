"""What the gates know of both servers without asking again, so that a cycle in which nothing moves asks little.

How old it may be: ``FACTS_SECONDS``. Whoever follows a server anyway tells what it hears (``note``); where nobody does,
the engine asks by itself, that often. Only the cycle of a folder in which nobody named a path looks through it, and
what it may hide for so long is a maintenance mode that answers as if there was none, a key that belongs to somebody
else by now, and another kind of Syncthing folder.

It never lets anything happen: before something is uploaded, deleted, brought back or asked about, and before the oracle
is believed, :meth:`KnownImmich.sure` asks who Immich is, and a deletion's gate is asked anew in full right before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..immich.errors import ImmichError, MaintenanceError
from ..syncthing.models import FolderConfig, FolderStatus
from .errors import OtherAccountError
from .ledger import Ledger
from .ports import Clock, ImmichPort
from .workers import Workers

FACTS_SECONDS = 90.0
"""How old a fact may get: half as much again as the minute between two looks of whoever tells them."""

SURE_SECONDS = 10.0
"""For how long it is sure whom Immich belongs to: a cycle's work begins within."""


class KnownImmich:
    """Whether Immich works, and whether it is the account that the ledger belongs to."""

    def __init__(self, immich: ImmichPort, ledger: Ledger, workers: Workers, clock: Clock) -> None:
        """Know nothing yet of ``immich``."""
        self._immich = immich
        self._ledger = ledger
        self._workers = workers
        self._clock = clock
        self._owner_id: str | None = None
        self._known_at = 0.0
        self._asked_at = 0.0

    def note(self, user_id: str) -> None:
        """Take from somebody who just asked that Immich works, for this user."""
        if user_id == self._owner_id:
            self._known_at = self._clock.monotonic()

    async def owner_id(self, *, anew: bool) -> str:
        """Return the user; ``anew``: ask, however lately somebody did. Raises as ``sure``."""
        if self._owner_id is None or anew or self._clock.monotonic() - self._known_at >= FACTS_SECONDS:
            return await self._ask()
        return self._owner_id

    async def sure(self) -> None:
        """Return if Immich works for the ledger's user, as was asked a moment ago, or is now.

        Raises:
            ImmichError: it does not work, e.g. ``MaintenanceError``.
            OtherAccountError: the key is another user's.
        """
        if self._owner_id is None or self._clock.monotonic() - self._asked_at >= SURE_SECONDS:
            await self._ask()

    def forget(self) -> None:
        """Ask again next time: something went wrong with it."""
        self._owner_id = None

    async def _ask(self) -> str:
        self._owner_id = None
        began = self._clock.monotonic()
        if (await self._immich.server_config()).maintenance_mode:
            raise MaintenanceError
        user = await self._immich.me()
        known = await self._workers.ledger.run(self._ledger.get, "user_id")
        if known is None:
            await self._workers.ledger.run(self._ledger.set, "user_id", user.id)
        elif known != user.id:
            raise OtherAccountError(user.email)
        self._owner_id, self._known_at, self._asked_at = user.id, began, began
        return user.id


WRONG_IMMICH = (ImmichError, OtherAccountError)
"""What ``KnownImmich`` raises."""


@dataclass(frozen=True, slots=True)
class KnownFolder:
    """A folder as Syncthing has it configured, and its status when it was last asked for, if it was."""

    config: FolderConfig
    status: FolderStatus | None


@dataclass(slots=True)
class KnownFolders:
    """How Syncthing's folders are configured, by Syncthing's id."""

    clock: Clock
    _configs: dict[str, tuple[float, FolderConfig]] = field(default_factory=dict)
    _statuses: dict[str, FolderStatus] = field(default_factory=dict)

    def note(self, configs: Iterable[FolderConfig]) -> None:
        """Take how all folders are configured now."""
        now = self.clock.monotonic()
        self._configs = {config.id: (now, config) for config in configs}

    def saw(self, config: FolderConfig, status: FolderStatus) -> None:
        """Take what one folder's gate was judged by: its configuration was asked for now."""
        self._configs[config.id] = self.clock.monotonic(), config
        self._statuses[config.id] = status

    def of(self, folder_id: str) -> KnownFolder | None:
        """Return what is known of a folder, ``None`` if that is nothing, or too old."""
        since, config = self._configs.get(folder_id, (0.0, None))
        if config is None or self.clock.monotonic() - since >= FACTS_SECONDS:
            return None
        return KnownFolder(config, self._statuses.get(folder_id))
