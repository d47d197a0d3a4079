"""The action that brings back what was deleted: asked for at once, then waited for as long as anybody likes to wait."""

import asyncio
import logging
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import ServiceResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.errors import BadPatternError, EngineError
from .engine.ledger.views import ReturnView
from .engine.model import FolderState
from .engine.patterns import Patterns, parse_patterns
from .engine.restoration import Coming, Restoration, Returned, Staying
from .engine.selection import Selection
from .errors import translated
from .folder_coordinator import FolderCoordinator
from .history_actions import ATTR_LIMIT, ATTR_PATH, ATTR_SINCE, ATTR_UNTIL, wall_seconds
from .status import account_of, code_name
from .targets import WHICH_FOLDERS, Call, account_with_folders, checksum, label_of, refuse, runtime_of, text

_LOGGER = logging.getLogger(__name__)

ATTR_PATTERN: Final = "pattern"
ATTR_CHECKSUM: Final = "checksum"
ATTR_LAST_OPERATION: Final = "last_operation"
ATTR_AT_MOST: Final = "at_most"
ATTR_DRY_RUN: Final = "dry_run"

PATIENCE_SECONDS = 30.0
"""How long a call is answered later: what is not done by then goes on by itself."""

DRY_RUN_SECONDS = 300.0
"""How long a call waits for a dry run, of which nothing goes on by itself."""

LOOK_SECONDS = 0.25

DEFAULT_LISTED = 100
MAX_LISTED = 1_000
MAX_NAMED = 10_000
MOST = 10_000_000

BACK, UNDER_WAY, MOVED_ON = "back", "under_way", "moved_on"


def _path(value: Any) -> str:
    """Return a path from its folder's root. For schemas."""
    found = text(value).strip("/")
    if not found:
        message = "names no file"
        raise vol.Invalid(message)
    return found


def _some(what: Any) -> vol.All:
    """Return the schema of one or more values: none, as of a template that found nothing, would mean everything."""
    return vol.All(cv.ensure_list, vol.Length(min=1, max=MAX_NAMED), [what])


RESTORE_SCHEMA = vol.Schema(
    {
        **WHICH_FOLDERS,
        vol.Optional(ATTR_PATH): _some(_path),
        vol.Optional(ATTR_PATTERN): _some(text),
        vol.Optional(ATTR_CHECKSUM): _some(checksum),
        vol.Optional(ATTR_SINCE): cv.datetime,
        vol.Optional(ATTR_UNTIL): cv.datetime,
        vol.Optional(ATTR_LAST_OPERATION, default=False): cv.boolean,
        vol.Optional(ATTR_AT_MOST): vol.All(vol.Coerce(int), vol.Range(min=1, max=MOST)),
        vol.Optional(ATTR_LIMIT, default=DEFAULT_LISTED): vol.All(vol.Coerce(int), vol.Range(min=0, max=MAX_LISTED)),
        vol.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
    }
)


async def async_restore(call: Call) -> ServiceResponse:
    """Bring back what was deleted and is wanted; tell what came back where, and what could not and why."""
    entry, folders = account_with_folders(call)
    wanted = _wanted(call, folders)
    restore = Restore(entry, wanted, dry_run=call.data[ATTR_DRY_RUN], listed=call.data[ATTR_LIMIT])
    await restore.wait()
    if call.return_response:
        return await restore.answer()
    await restore.require_something()
    return None


def _wanted(call: Call, folders: list[FolderCoordinator]) -> Selection:
    data = call.data
    wanted = Selection(
        folder_ids=frozenset(folder.engine.settings.id for folder in folders),
        paths=frozenset(data.get(ATTR_PATH, ())),
        patterns=_patterns(data.get(ATTR_PATTERN)),
        checksums=frozenset(data.get(ATTR_CHECKSUM, ())),
        since=wall_seconds(data.get(ATTR_SINCE)),
        until=wall_seconds(data.get(ATTR_UNTIL)),
        last_operation=data[ATTR_LAST_OPERATION],
        limit=data.get(ATTR_AT_MOST),
    )
    if not (wanted.named or wanted.patterns or wanted.timed):
        refuse("restore_what")
    return wanted


def _patterns(lines: list[str] | None) -> Patterns:
    try:
        patterns = parse_patterns(lines or ())
    except BadPatternError as err:
        raise ServiceValidationError(**translated(err)) from err
    if lines and not patterns:
        # Blank lines and comments: whoever wrote them meant something, and not everything.
        refuse("restore_what")
    return patterns


class Restore:
    """One restore. It goes on when nobody waits for it any more; a dry run does not."""

    def __init__(self, entry: ImmichSyncthingConfigEntry, wanted: Selection, *, dry_run: bool, listed: int) -> None:
        self._entry = entry
        self._wanted = wanted
        self._dry_run = dry_run
        self._listed = listed
        self._found = Restoration()
        self._complete = False
        self._alone = False
        self._runtime = runtime = runtime_of(entry)
        self._task = entry.async_create_background_task(runtime.hass, self._ask(), f"{DOMAIN} restore {entry.title}")
        runtime.asking.add(self._task)
        self._task.add_done_callback(self._ended)

    async def _ask(self) -> None:
        """Find what is wanted, and ask it back."""
        engine = self._runtime.engine
        self._found = await engine.restore(self._wanted, dry_run=self._dry_run, details=self._listed, told=self._told)
        self._complete = True

    @callback
    def _told(self, found: Restoration) -> None:
        self._found = found
        if not self._dry_run:
            self._runtime.async_wake()

    async def wait(self) -> None:
        """Wait until all is back, but not for long. Raises what kept it from being asked for."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + PATIENCE_SECONDS
        try:
            await asyncio.wait([self._task], timeout=DRY_RUN_SECONDS if self._dry_run else PATIENCE_SECONDS)
        finally:
            self._alone = not self._task.done()
        if self._alone:
            if self._dry_run:
                self._task.cancel()
            return
        if not self._task.cancelled():
            self._task.result()
        first = None if self._dry_run else 0
        while first is not None and not self._rests() and loop.time() < ends:
            await asyncio.sleep(LOOK_SECONDS)
            first = await runtime_of(self._entry).engine.still_under_way(self._found, first)

    def _rests(self) -> bool:
        """Return whether all folders that get something back are paused."""
        engine = runtime_of(self._entry).engine
        return all(engine.waits_for(one) == FolderState.PAUSED for one in self._found.folder_ids)

    @callback
    def _ended(self, task: asyncio.Task[None]) -> None:
        self._runtime.asking.discard(task)
        if task.cancelled():
            if not self._dry_run:
                _LOGGER.info("A restore was broken off: what was asked back until then comes back")
        elif (err := task.exception()) and self._alone:
            known = err if not isinstance(err, EngineError) else None
            _LOGGER.error("A restore ended before all was asked back: %s", err, exc_info=known)

    async def require_something(self) -> None:
        """Raise ``HomeAssistantError`` for whoever wants no answer, if nothing comes back or something fails."""
        if self._complete and not self._found.count:
            refuse("nothing_to_restore")
        if self._dry_run:
            return
        failures = (await self._returned()).failures
        if count := sum(failures.values()):
            names = [await code_name(self._runtime.hass, code) for code in sorted(failures)]
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="not_all_restored",
                translation_placeholders={"count": str(count), "detail": ", ".join(names)},
            )

    async def answer(self) -> dict[str, Any]:
        """Return what comes back where, what became of it so far, and what stays and why."""
        found = self._found
        became = None if self._dry_run else await self._returned()
        told: dict[str, Any] = {
            "dry_run": self._dry_run,
            "complete": self._complete,
            "count": found.count,
            "immich": {comeback.value: count for comeback, count in found.comebacks.items()},
            "items": [self._coming(one, became) for one in found.coming],
            "hindered_count": sum(found.obstacles.values()),
            "hindrances": {obstacle.value: count for obstacle, count in found.obstacles.items()},
            "hindered": [self._staying(one) for one in found.staying],
            "more": found.more,
            "problem": found.problem,
        }
        if became is not None:
            told |= {BACK: became.back, UNDER_WAY: became.under_way, MOVED_ON: became.given_up}
            told |= {"failures": dict(became.failures), "waiting": self._waiting() if became.under_way else []}
        return account_of(self._entry) | told

    async def _returned(self) -> Returned:
        return await runtime_of(self._entry).engine.returned(self._found)

    def _coming(self, one: Coming, became: Returned | None) -> dict[str, Any]:
        view = None if became is None else became.listed.get(one.checksum)
        told = {
            "item": one.checksum.hex(),
            "folder": label_of(self._entry, one.folder_id),
            "paths": list(one.paths),
            "size": one.size,
            "source": one.source.value,
            "immich": one.comeback.value,
        }
        return told if became is None else told | self._became(one, view)

    def _became(self, one: Coming, view: ReturnView | None) -> dict[str, Any]:
        """Return what became of a photo, with the paths that it has now."""
        if view is not None and view.back:
            here = [place.path for place in view.places if place.folder_id == one.folder_id]
            return {"paths": here or list(one.paths), "state": BACK, "reason": None}
        if view is not None and view.under_way:
            reason = view.code or runtime_of(self._entry).engine.waits_for(one.folder_id)
            return {"state": UNDER_WAY, "reason": reason}
        return {"state": MOVED_ON, "reason": None}

    def _staying(self, one: Staying) -> dict[str, Any]:
        return {
            "item": one.checksum.hex(),
            "folder": label_of(self._entry, one.folder_id),
            "path": one.path,
            "reason": one.why.value,
        }

    def _waiting(self) -> list[dict[str, Any]]:
        """Return which folders wait before anything comes back, and for what."""
        engine = runtime_of(self._entry).engine
        reasons = [(one, engine.waits_for(one)) for one in sorted(self._found.folder_ids)]
        return [{"folder": label_of(self._entry, one), "reason": why} for one, why in reasons if why is not None]
