"""Actions on what waits for a decision: list it, answer it or parts of it, and take an answer back."""

import re
from collections.abc import Iterable
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import ServiceResponse
from homeassistant.helpers import config_validation as cv

from .coordinator import ImmichSyncthingConfigEntry
from .engine.errors import UnknownHoldError
from .engine.ledger.hold_views import AnswerView, HoldItemView, HoldPosition, HoldView
from .engine.model import Answer
from .status import account_of, hold_told, moment
from .targets import (
    WHICH_ACCOUNT,
    WHICH_FOLDERS,
    Call,
    accounts_of,
    checksum,
    folders_of,
    label_of,
    refuse,
    runtime_of,
    text,
)

ATTR_HOLD_ID: Final = "hold_id"
ATTR_REVISION: Final = "revision"
ATTR_ITEMS: Final = "items"
ATTR_LIMIT: Final = "limit"
ATTR_AFTER: Final = "after"
ATTR_ANSWER_ID: Final = "answer_id"
ATTR_BEFORE: Final = "before"

DEFAULT_ITEMS = 20
DEFAULT_ANSWERS = 20
MAX_ITEMS = 1_000
MAX_NAMED = 100_000

_POSITION = re.compile(r"(?:[0-9a-f]{2}){20,}\Z")


def position(value: Any) -> HoldPosition:
    """Return where a page of a question ended, as its ``next`` says. For schemas."""
    found = bytes.fromhex(vol.Match(_POSITION)(cv.string(value)))
    return found[20:].decode(errors="replace"), found[:20]


def written(item: HoldItemView) -> str:
    """Return where a page of a question ended that ended with this item, for ``position``."""
    order, content = item.position
    return (content + order.encode()).hex()


_PAGE = vol.All(vol.Coerce(int), vol.Range(min=0, max=MAX_ITEMS))

HOLDS_SCHEMA = vol.Schema(
    {
        **WHICH_FOLDERS,
        vol.Optional(ATTR_HOLD_ID): text,
        vol.Optional(ATTR_LIMIT, default=DEFAULT_ITEMS): _PAGE,
        vol.Optional(ATTR_AFTER): position,
    }
)
ANSWER_SCHEMA = vol.Schema(
    {
        **WHICH_ACCOUNT,
        vol.Required(ATTR_HOLD_ID): text,
        vol.Required(ATTR_REVISION): vol.All(vol.Coerce(int), vol.Range(min=1)),
        vol.Optional(ATTR_ITEMS): vol.All(cv.ensure_list, vol.Length(min=1, max=MAX_NAMED), [checksum]),
    }
)
ANSWERS_SCHEMA = vol.Schema(
    {
        **WHICH_ACCOUNT,
        vol.Optional(ATTR_LIMIT, default=DEFAULT_ANSWERS): _PAGE,
        vol.Optional(ATTR_BEFORE): text,
    }
)
RECONSIDER_SCHEMA = vol.Schema({**WHICH_ACCOUNT, vol.Required(ATTR_ANSWER_ID): text})


async def async_holds(call: Call) -> ServiceResponse:
    """List what waits for a decision in folders, with one page of the items of each question."""
    wanted, limit, after = call.data.get(ATTR_HOLD_ID), call.data[ATTR_LIMIT], call.data.get(ATTR_AFTER)
    if after is not None and wanted is None:
        refuse("page_of_what")
    by_entry: dict[str, tuple[ImmichSyncthingConfigEntry, set[str]]] = {}
    for folder in folders_of(call):
        entry = folder.config_entry
        by_entry.setdefault(entry.entry_id, (entry, set()))[1].add(folder.engine.settings.id)
    told: list[Any] = [
        await hold_told(entry, hold) | await hold_page(entry, hold.id, after, limit)
        for entry, folder_ids in by_entry.values()
        for hold in await runtime_of(entry).engine.holds()
        if folder_ids.intersection(hold.folder_ids) and wanted in {None, hold.id}
    ]
    if wanted is not None and not told:
        raise UnknownHoldError(wanted)
    return {"holds": told}


async def async_approve(call: Call) -> ServiceResponse:
    """Have it done."""
    return await _answer(call, Answer.APPROVE)


async def async_leave(call: Call) -> ServiceResponse:
    """Leave both sides as they are."""
    return await _answer(call, Answer.LEAVE)


async def async_undo(call: Call) -> ServiceResponse:
    """Bring the missing side back."""
    return await _answer(call, Answer.UNDO)


async def async_answers(call: Call) -> ServiceResponse:
    """List the answers that may still be taken back, newest first."""
    limit, before = call.data[ATTR_LIMIT], call.data.get(ATTR_BEFORE)
    told: list[Any] = [
        answer_told(entry, answer)
        for entry in accounts_of(call)
        for answer in await runtime_of(entry).engine.answers(limit, before)
    ]
    return {"answers": told}


async def async_reconsider(call: Call) -> ServiceResponse:
    """Take an answer back, as far as that is still possible, and tell what came of it."""
    which = call.data[ATTR_ANSWER_ID]
    told = await reconsider(await _account_of_answer(call, which), which)
    return told if call.return_response else None


async def reconsider(entry: ImmichSyncthingConfigEntry, which: str) -> dict[str, Any]:
    """Take an answer back, and return what came of it. Raises ``EngineError``, ``VaultError``."""
    runtime = runtime_of(entry)
    reconsidered = await runtime.engine.reconsider(which)
    runtime.async_wake()
    return {
        "asked_again": reconsidered.asked_again,
        "brought_back": reconsidered.brought_back,
        "hindered": [{"item": one.hex(), "reason": why.value} for one, why in reconsidered.hindered],
    }


async def _answer(call: Call, answer: Answer) -> ServiceResponse:
    """Answer what the owner saw, and nothing that joined since."""
    hold_id, revision, items = call.data[ATTR_HOLD_ID], call.data[ATTR_REVISION], call.data.get(ATTR_ITEMS)
    entry, hold = await _account_of_hold(call, hold_id)
    told = await answer_hold(entry, hold, revision, answer, items)
    return told if call.return_response else None


async def answer_hold(
    entry: ImmichSyncthingConfigEntry, hold: HoldView, revision: int, answer: Answer, items: Iterable[bytes] | None
) -> dict[str, Any]:
    """Answer what the owner saw at a revision, or some items of that, and return how much that was and what is left.

    Raises:
        ServiceValidationError: there is no such revision, or nothing of it waits any more.
        EngineError: the question is closed, or the answer cannot be noted.
    """
    if revision > hold.revision:
        refuse("unknown_revision", revision=str(revision), newest=str(hold.revision))
    runtime = runtime_of(entry)
    answered = await runtime.engine.answer(hold.id, revision, answer, None if items is None else frozenset(items))
    runtime.async_wake()
    if not answered:
        refuse("nothing_answered")
    left = next((one for one in await runtime.engine.holds() if one.id == hold.id), None)
    return {"hold_id": hold.id, "answered": answered, "left": 0 if left is None else left.count}


async def _account_of_hold(call: Call, hold_id: str) -> tuple[ImmichSyncthingConfigEntry, HoldView]:
    found = [
        (entry, hold)
        for entry in accounts_of(call)
        for hold in await runtime_of(entry).engine.holds()
        if hold.id == hold_id
    ]
    if not found:
        raise UnknownHoldError(hold_id)
    if len(found) > 1:
        refuse("several_accounts")
    return found[0]


async def _account_of_answer(call: Call, which: str) -> ImmichSyncthingConfigEntry:
    """Return the account of an answer, by its id or by that of the question."""
    found = [entry for entry in accounts_of(call) if await runtime_of(entry).engine.has_answer(which)]
    if not found:
        refuse("unknown_answer", detail=which)
    if len(found) > 1:
        refuse("several_accounts")
    return found[0]


async def hold_page(
    entry: ImmichSyncthingConfigEntry, hold_id: str, after: HoldPosition | None, limit: int
) -> dict[str, Any]:
    """Return one page of what waits in a question, by folder and path, and behind what the next one begins."""
    items = await runtime_of(entry).engine.hold_items(hold_id, after, limit) if limit else []
    more = len(items) == limit and bool(items)
    return {"items": [_told(entry, one) for one in items], "next": written(items[-1]) if more else None}


def _told(entry: ImmichSyncthingConfigEntry, item: HoldItemView) -> dict[str, Any]:
    return {
        "item": item.checksum.hex(),
        "revision": item.revision,
        "size": item.size,
        "path": item.places[0].path if item.places else None,
        "places": [{"folder": label_of(entry, one.folder_id), "path": one.path} for one in item.places],
    }


def answer_told(entry: ImmichSyncthingConfigEntry, answer: AnswerView) -> dict[str, Any]:
    """Return an answer as plain values."""
    return {
        **account_of(entry),
        "answer_id": answer.id,
        "hold_id": answer.hold_id,
        "kind": answer.kind.value,
        "answer": answer.answer.value,
        "folders": [label_of(entry, one) or one for one in answer.folder_ids],
        "count": answer.count,
        "answered_at": moment(answer.at),
    }
