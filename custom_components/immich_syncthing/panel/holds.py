"""Questions: what each is about, photo by photo, its answer, and taking an answer back."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from ..engine.errors import UnknownHoldError
from ..engine.ledger.hold_views import HoldView
from ..engine.model import Answer
from ..hold_actions import (
    ATTR_AFTER,
    ATTR_ANSWER_ID,
    ATTR_BEFORE,
    ATTR_HOLD_ID,
    ATTR_ITEMS,
    ATTR_REVISION,
    MAX_NAMED,
    answer_hold,
    answer_told,
    hold_page,
    position,
    reconsider,
)
from ..media_types import is_video
from ..targets import checksum, refuse, text
from .command import ACCOUNT, ATTR_LIMIT, PAGE, Asked, Command

ATTR_ANSWER: Final = "answer"

_HOLD: Final[dict[Any, Any]] = {**ACCOUNT, vol.Required(ATTR_HOLD_ID): text}


async def _items(asked: Asked) -> Mapping[str, Any]:
    """Tell of one page of what waits in a question."""
    hold = await _hold(asked)
    page = await hold_page(asked.entry, hold.id, asked.data.get(ATTR_AFTER), asked.data[ATTR_LIMIT])
    rows = [
        one | {"folder": one["places"][0]["folder"] if one["places"] else None, "is_video": is_video(one["path"])}
        for one in page["items"]
    ]
    joined = await asked.entry.runtime_data.engine.joined_revision(hold.id)
    return {"revision": hold.revision, "joined_revision": joined, "items": rows, "next": page["next"]}


async def _answer(asked: Asked) -> Mapping[str, Any]:
    """Answer a question, or some of it, as whoever answers saw it."""
    data = asked.data
    answer = Answer(data[ATTR_ANSWER])
    return await answer_hold(asked.entry, await _hold(asked), data[ATTR_REVISION], answer, data.get(ATTR_ITEMS))


async def _answers(asked: Asked) -> Mapping[str, Any]:
    """Tell which answers can still be taken back, newest first."""
    engine = asked.entry.runtime_data.engine
    found = await engine.answers(asked.data[ATTR_LIMIT], asked.data.get(ATTR_BEFORE))
    return {"answers": [answer_told(asked.entry, one) for one in found]}


async def _reconsider(asked: Asked) -> Mapping[str, Any]:
    """Take an answer back, as far as that is still possible."""
    which = asked.data[ATTR_ANSWER_ID]
    if not await asked.entry.runtime_data.engine.has_answer(which):
        refuse("unknown_answer", detail=which)
    return await reconsider(asked.entry, which)


async def _hold(asked: Asked) -> HoldView:
    """Return the question that is meant. Raises ``UnknownHoldError``."""
    wanted = asked.data[ATTR_HOLD_ID]
    hold = next((one for one in await asked.entry.runtime_data.engine.holds() if one.id == wanted), None)
    if hold is None:
        raise UnknownHoldError(wanted)
    return hold


ITEMS: Final = Command(_items, {**_HOLD, **PAGE, vol.Optional(ATTR_AFTER): position})
ANSWER: Final = Command(
    _answer,
    {
        **_HOLD,
        vol.Required(ATTR_REVISION): vol.All(int, vol.Range(min=1)),
        vol.Required(ATTR_ANSWER): vol.In([answer.value for answer in Answer]),
        vol.Optional(ATTR_ITEMS): vol.All([checksum], vol.Length(min=1, max=MAX_NAMED)),
    },
    admin=True,
)
ANSWERS: Final = Command(_answers, {**ACCOUNT, **PAGE, vol.Optional(ATTR_BEFORE): text})
RECONSIDER: Final = Command(_reconsider, {**ACCOUNT, vol.Required(ATTR_ANSWER_ID): text}, admin=True)
