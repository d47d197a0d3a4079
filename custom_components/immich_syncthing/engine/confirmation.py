"""Which deletions every device of a folder has heard of: only after that can a file be back by its owner's wish alone.

Syncthing counts per device what it needs, from what the device announced last, so also of one that is away. An index
that was made anew has forgotten what was deleted: then nothing counts as confirmed any more, until all devices have
confirmed again.
"""

import logging

from ..syncthing.errors import SyncthingError
from ..syncthing.models import Completion
from .apply.context import Context
from .gate import UNKNOWN_FOLDER, SyncthingGate
from .ledger.views import IndexView
from .settings import FolderSettings

_LOGGER = logging.getLogger(__name__)

ASK_SECONDS = 75.0
"""How long to wait between two questions to the devices.

Deletions are confirmed that departed before the last question but one, if both were answered well: what a device
brought back before it confirmed is seen in between. Syncthing's watcher is up to 70 s late (measured).
"""

WITNESSES = 3
"""Confirmed deletions that the index is asked for, when it knows fewer than before: a file that came back is one less,
too."""


class Confirmation:
    """What Syncthing's devices know of one folder's deletions."""

    def __init__(self, context: Context, folder: FolderSettings) -> None:
        """Watch over ``folder``."""
        self._context = context
        self._folder = folder
        self._asked: float | None = None
        self._heard_as_of: int | None = None
        self._missing = False

    async def take(self, gate: SyncthingGate) -> None:
        """Find out whether the index forgot what was deleted. Call it before looking for what came back."""
        ledger, workers, folder_id = self._context.ledger, self._context.workers, self._folder.id
        if gate.wait_reason == UNKNOWN_FOLDER and not self._missing:
            self._missing = True
            self._heard_as_of = None
            await workers.ledger.run(ledger.doubt, folder_id)
        index = gate.index
        if index is None:
            return
        self._missing = False
        known = await workers.ledger.run(ledger.index, folder_id)
        if index == known:
            return
        doubtful = False
        if known is not None:
            try:
                doubtful = await self._is_another(known, index)
            except SyncthingError as error:
                _LOGGER.debug("Whether Syncthing's index is the same as before cannot be told yet: %s", error.code)
                return
        if doubtful:
            self._heard_as_of = None
            _LOGGER.info("Syncthing may have forgotten what was deleted from %s", self._folder.label)
        await workers.ledger.run(lambda: ledger.note_index(folder_id, index, doubtful=doubtful))

    async def ask(self, gate: SyncthingGate) -> None:
        """Ask the devices, from time to time, in a folder where all that is there was looked at."""
        context, folder_id = self._context, self._folder.id
        now = context.clock.monotonic()
        if not gate.open or gate.index is None or (self._asked is not None and now - self._asked < ASK_SECONDS):
            return
        as_of = await context.workers.ledger.run(self._moment_to_ask)
        if as_of is None:
            return
        self._asked = now
        try:
            heard = await self._all_heard(gate.index.devices)
        except SyncthingError as error:
            _LOGGER.debug("The devices cannot be asked: %s", error.code)
            heard = False
        if heard and self._heard_as_of is not None:
            await context.workers.ledger.run(context.ledger.confirm, folder_id, self._heard_as_of)
        self._heard_as_of = as_of if heard else None

    def _moment_to_ask(self) -> int | None:
        """Return the ledger's moment, ``None`` where there is nothing to ask, or not everything was looked at."""
        ledger, folder_id = self._context.ledger, self._folder.id
        if ledger.unresolved_in(folder_id) or not ledger.unconfirmed(folder_id):
            return None
        return ledger.moment()

    async def _all_heard(self, devices: frozenset[str]) -> bool:
        syncthing, folder_id = self._context.syncthing, self._folder.syncthing_id
        own = (await syncthing.status()).my_id
        for device in sorted(devices - {own}):
            if not has_heard(await syncthing.completion(folder_id, device)):
                return False
        return True

    async def _is_another(self, known: IndexView, now: IndexView) -> bool:
        """Return whether the index may have forgotten deletions, or a device joined that never heard of them.

        The sequence falls when a folder is removed and added again, and when 2.x makes its database anew; 1.29 may
        even go on counting then (measured), yet it knows fewer deletions.
        """
        if now.sequence < known.sequence or not now.devices <= known.devices:
            return True
        return now.deleted < known.deleted and await self._is_forgetful()

    async def _is_forgetful(self) -> bool:
        ledger, folder = self._context.ledger, self._folder
        for path in await self._context.workers.ledger.run(ledger.confirmed_paths, folder.id, WITNESSES):
            info = await self._context.syncthing.file(folder.syncthing_id, path)
            if info is None or not info.local.known:
                return True
        return False


def has_heard(device: Completion) -> bool:
    """Return whether a device has everything as it is here, deletions included.

    One that never announced anything (sequence 0), or does not share the folder, may come with files of its own.
    """
    return (
        not (device.need_items or device.need_deletes) and device.sequence > 0 and device.remote_state != "notSharing"
    )
