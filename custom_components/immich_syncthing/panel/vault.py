"""The vault: what is in it, newest first, and bringing some of it back."""

import os
from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol
from homeassistant.helpers import config_validation as cv

from ..engine.selection import Selection
from ..hold_actions import ATTR_AFTER
from ..media_types import is_video
from ..restore_action import DEFAULT_LISTED, MAX_NAMED, Restore
from ..status import moment
from ..targets import checksum, text
from ..vault.errors import VaultError
from ..vault.index import Indexed, Place, Search
from .command import ACCOUNT, ATTR_LIMIT, PAGE, Asked, Command

ATTR_CHECKSUMS: Final = "checksums"
ATTR_MONTH: Final = "month"
ATTR_TEXT: Final = "text"


def _place(value: Any) -> Place:
    """Return the place that a page ended at, as ``_named`` wrote it. For schemas."""
    try:
        stored_at, content, path, folder_id = text(value).split("/", 3)
        return float.fromhex(stored_at), bytes.fromhex(content), folder_id, bytes.fromhex(path)
    except (OverflowError, ValueError) as err:
        message = "is no place of a page"
        raise vol.Invalid(message) from err


def _named(place: Place) -> str:
    stored_at, content, folder_id, path = place
    return "/".join((stored_at.hex(), content.hex(), path.hex(), folder_id))


async def _list(asked: Asked) -> Mapping[str, Any]:
    """Tell of one page of what is in the vault; with the first one, how much of each month is looked for.

    ``complete``: all of the vault has been seen; else asking again tells more.
    """
    shown, data = asked.entry.runtime_data.shown, asked.data
    after: Place | None = data.get(ATTR_AFTER)
    wanted = Search(text=data.get(ATTR_TEXT), month=data.get(ATTR_MONTH))
    complete, failure = True, None
    if after is None:
        try:
            complete = await shown.look(searching=wanted.text is not None)
        except VaultError as err:
            failure = err
    found = await shown.index.search(wanted, after, data[ATTR_LIMIT])
    if failure is not None and not found:
        raise failure
    # What was seen of a vault that is away now is shown: Immich may have the pictures.
    more = len(found) == data[ATTR_LIMIT]
    page = {"entries": [_told(one) for one in found], "next": _named(found[-1].place) if more else None}
    if after is not None:
        return page
    months = await shown.index.count(wanted)
    counts = [{"month": one.id, "count": one.count} for one in months]
    return page | {"months": counts, "total": sum(one.count for one in months), "complete": complete}


def _told(one: Indexed) -> dict[str, Any]:
    return {
        "checksum": one.checksum.hex(),
        "path": os.fsencode(one.path).decode(errors="replace"),
        "folder": one.label,
        "size": one.size,
        "reason": one.reason,
        "at": moment(one.stored_at),
        "is_video": is_video(one.path),
    }


async def _restore(asked: Asked) -> Mapping[str, Any]:
    """Bring photos back to where they were, and tell what became of each, as far as it is known soon."""
    entry = asked.entry
    folder_ids = frozenset(folder.engine.settings.id for folder in entry.runtime_data.folders.values())
    wanted = Selection(folder_ids=folder_ids, checksums=frozenset(asked.data[ATTR_CHECKSUMS]))
    restore = Restore(entry, wanted, dry_run=False, listed=DEFAULT_LISTED)
    await restore.wait()
    return await restore.answer()


LIST: Final = Command(
    _list,
    {
        **ACCOUNT,
        **PAGE,
        vol.Optional(ATTR_TEXT): text,
        vol.Optional(ATTR_MONTH): vol.All(cv.string, vol.Match(r"\d{4}-\d{2}\Z")),
        vol.Optional(ATTR_AFTER): _place,
    },
)
RESTORE: Final = Command(
    _restore,
    {**ACCOUNT, vol.Required(ATTR_CHECKSUMS): vol.All([checksum], vol.Length(min=1, max=MAX_NAMED))},
    admin=True,
)
