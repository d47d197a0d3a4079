"""By which way changes in Immich arrive: told by its websocket or by a webhook, else found by looking.

Whatever is told is only a reason to look, and a permanent deletion evidence besides of whose wish it was that an asset
is gone. The ways fall back to each other by themselves, and looking never ends.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from homeassistant.core import HomeAssistant, callback

from .album_coordinator import AlbumCoordinator
from .const import CONF_WEBHOOK
from .coordinator import AccountCoordinator, AccountFacts, ImmichSyncthingConfigEntry
from .deletions_told import DeletionsTold, Note
from .folder_coordinator import FolderCoordinator
from .immich.hints import OF_ASSETS, Hint, HintKind, HintStream
from .immich.models import AssetCounts
from .pace import Pace, Spacing

_LOGGER = logging.getLogger(__name__)


class Way(StrEnum):
    """How it becomes known that something changed in Immich."""

    WEBSOCKET = "websocket"
    WEBHOOK = "webhook"
    """New photos are told of, all else is found by looking."""
    POLLING = "polling"
    ON_REQUEST = "on_request"
    """Nobody tells, and polling is switched off."""


class Websocket(StrEnum):
    """How it stands with the websocket."""

    OPEN = "open"
    CLOSED = "closed"
    """It broke, or could not be opened, and is tried again."""
    REFUSED = "refused"
    """Immich lets nobody in with this key, although it allows everything: a proxy may have taken it away."""
    NEEDS_ALL = "needs_all"
    """The key does not allow everything."""


class Webhook(StrEnum):
    """How it stands with the webhook."""

    OFF = "off"
    WAITING = "waiting"
    """No call came so far, and no new photo that it would have told of."""
    WORKS = "works"
    SILENT = "silent"
    """There are new photos, and no call."""


class ImmichChanges:
    """Wakes an account's folders when something may have changed in Immich, and sets their pace."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ImmichSyncthingConfigEntry,
        account: AccountCoordinator,
        stream: HintStream,
        pace: Pace,
        note_deleted: Note,
    ) -> None:
        """Listen to ``stream`` from ``async_start`` on, as long as the key may."""
        self._hass = hass
        self._entry = entry
        self._account = account
        self._stream = stream
        self._pace = pace
        self._folders: list[FolderCoordinator] = []
        self._album_folders: list[AlbumCoordinator] = []
        self._spacing = Spacing(hass.loop, self._wake)
        self._deletions = DeletionsTold(hass, entry, note_deleted, self._look)
        self._task: asyncio.Task[None] | None = None
        self._stopped = False
        self._calls = _Calls()
        self._facts: AccountFacts | None = None
        self._ending = Websocket.CLOSED
        self._shown = self._how()
        self.told: Counter[str] = Counter()
        """How often Immich told of what."""

    @property
    def way(self) -> Way:
        """Return the best one that works now."""
        return self._shown[0]

    @property
    def websocket(self) -> Websocket:
        """Return why it is that way, or is not."""
        return self._shown[1]

    @property
    def webhook(self) -> Webhook:
        """Return the same of the webhook."""
        return self._shown[2]

    @callback
    def async_start(self, folders: Iterable[FolderCoordinator], album_folders: Iterable[AlbumCoordinator]) -> None:
        """Begin to listen on behalf of all of these; that ends with ``async_stop``."""
        self._folders, self._album_folders = list(folders), list(album_folders)
        self._entry.async_on_unload(self._account.async_add_listener(self._look_at_account))
        self._look_at_account()

    async def async_stop(self) -> None:
        """Listen no more, and heed no call. Harmless if that was done."""
        self._stopped = True
        self._spacing.cancel()
        await self._hang_up()
        await self._deletions.async_stop()

    @callback
    def async_hear_webhook(self) -> None:
        """Immich called: a photo is new."""
        if self._stopped:
            return
        self._calls.hear()
        self._show()
        self._tell(Hint(HintKind.UPLOADED))

    @callback
    def _look_at_account(self) -> None:
        """Listen if the key may, and notice by the account's numbers what nobody told."""
        if self._stopped or not self._account.last_update_success:
            return
        facts = self._account.data
        may_listen = facts.key.allows_everything
        if may_listen and self._task is None and (self._folders or self._album_folders):
            self._task = self._entry.async_create_background_task(
                self._hass, self._stream.listen(self._tell), "Immich websocket"
            )
        elif not may_listen and self._task is not None:
            self._task.cancel()
            self._task = None
            self._pace.told = False
            self._ending = Websocket.CLOSED
        # Listeners are called for other reasons too.
        if facts is not self._facts and self._calls.counted(facts.assets, facts.trash):
            self._pace.note_activity()
            self._spacing.call()
        self._facts = facts
        self._show()

    @callback
    def _tell(self, hint: Hint) -> None:
        if self._stopped:
            return
        self.told[hint.kind] += 1
        if hint.kind is HintKind.ALBUM:
            self._wake_album_folders()
            return
        if hint.kind in OF_ASSETS:
            self._pace.note_activity()
        else:
            self._pace.told = hint.kind is HintKind.OPENED
            self._ending = Websocket.REFUSED if hint.kind is HintKind.REFUSED else Websocket.CLOSED
            self._show()
        if hint.asset_id is not None:
            # A look before that is noted would find an asset that is gone, and nobody's wish.
            self._deletions.async_hear(hint.asset_id)
            return
        # What happened before the line was open, or after it broke, nobody told.
        self._spacing.call()

    def _how(self) -> tuple[Way, Websocket, Webhook]:
        return self._choose(), self._line(), self._calling()

    def _choose(self) -> Way:
        if self._pace.told:
            return Way.WEBSOCKET
        if self._calls.work:
            return Way.WEBHOOK
        return Way.ON_REQUEST if self._entry.pref_disable_polling else Way.POLLING

    def _line(self) -> Websocket:
        if self._pace.told:
            return Websocket.OPEN
        return self._ending if self._account.data.key.allows_everything else Websocket.NEEDS_ALL

    def _calling(self) -> Webhook:
        if CONF_WEBHOOK not in self._entry.data:
            return Webhook.OFF
        if self._calls.work:
            return Webhook.WORKS
        return Webhook.SILENT if self._calls.stay_away else Webhook.WAITING

    @callback
    def _show(self) -> None:
        before, self._shown = self._shown, self._how()
        if self._shown != before:
            self._account.async_update_listeners()
        if self._shown[0] is not before[0]:
            _LOGGER.info("Changes in Immich arrive by %s now, before that by %s", self._shown[0], before[0])

    @callback
    def _look(self) -> None:
        if not self._stopped:
            self._spacing.call()

    @callback
    def _wake(self) -> None:
        for folder in self._folders:
            folder.async_wake(at_once=True)
        self._wake_album_folders()

    @callback
    def _wake_album_folders(self) -> None:
        for album_folder in self._album_folders:
            album_folder.async_hear()

    async def _hang_up(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])


class _Calls:
    """Whether calls come when there are new photos: Immich never learns whether one arrived, and tries only once."""

    def __init__(self) -> None:
        self.work = self.stay_away = False
        self._heard = self._missed = False
        self._counts: tuple[AssetCounts, AssetCounts] | None = None

    def hear(self) -> None:
        self.work, self.stay_away, self._heard, self._missed = True, False, True, False

    def counted(self, assets: AssetCounts, trash: AssetCounts) -> bool:
        """Return whether there are others than before. More, and no call up to the next count: it is broken."""
        if self._missed:
            self.work, self.stay_away = False, True
        before, self._counts = self._counts, (assets, trash)
        if before is None:
            return False
        total, was = (sum(one.total for one in counts) for counts in (self._counts, before))
        self._missed, self._heard = total > was and not self._heard, False
        return before != self._counts
