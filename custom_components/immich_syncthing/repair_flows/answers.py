"""Answer a hold: what waits is shown with some names, and the answer is about exactly that."""

from collections.abc import Iterable, Mapping

from homeassistant.components.repairs import RepairsFlowResult

from ..engine.errors import EngineError, UnknownHoldError
from ..engine.ledger.hold_views import HoldItemView
from ..engine.model import Answer
from ..markdown import LONG, as_code, as_text
from .target import EntryFlow

SAMPLE = 5
"""How many names are shown."""


class HoldFlow(EntryFlow):
    """Offers approve, leave and undo. Answers exactly the items that were counted when it was opened."""

    _revision = 0

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show what waits, and offer the answers."""
        entry = self.loaded_entry()
        if entry is None:
            return self.not_loaded()
        engine, hold_id = entry.runtime_data.engine, str(self.about["hold_id"])
        try:
            hold = next((one for one in await engine.holds() if one.id == hold_id), None)
            if hold is None:
                raise UnknownHoldError(hold_id)
            items = await engine.hold_items(hold_id, limit=SAMPLE)
        except EngineError as err:
            return self._failed(err)
        self._revision = hold.revision
        titles = {one: entry.subentries[one].title for one in hold.folder_ids if one in entry.subentries}
        told = {
            "count": str(hold.count),
            "folders": ", ".join(map(as_text, titles.values())),
            "sample": sample_of(items, titles),
        }
        return self.async_show_menu(
            step_id="init", menu_options=[answer.value for answer in Answer], description_placeholders=told
        )

    async def async_step_approve(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Do it."""
        return await self._answer(Answer.APPROVE)

    async def async_step_leave(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Leave both sides as they are."""
        return await self._answer(Answer.LEAVE)

    async def async_step_undo(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Bring the missing side back."""
        return await self._answer(Answer.UNDO)

    async def _answer(self, answer: Answer) -> RepairsFlowResult:
        entry = self.loaded_entry()
        if entry is None:
            return self.not_loaded()
        # The entry may be unloaded before the answer is noted.
        runtime = entry.runtime_data
        try:
            answered = await runtime.engine.answer(str(self.about["hold_id"]), self._revision, answer)
        except EngineError as err:
            return self._failed(err)
        if not answered:
            # What was shown is settled, and what waits now was not seen.
            return self.async_abort(reason="unknown_hold")
        for folder in runtime.folders.values():
            folder.async_wake()
        return self.async_create_entry(data={})

    def _failed(self, err: EngineError) -> RepairsFlowResult:
        reason = "unknown_hold" if isinstance(err, UnknownHoldError) else "not_done"
        return self.async_abort(reason=reason, description_placeholders={"detail": as_text(str(err) or err.code, LONG)})


def sample_of(items: Iterable[HoldItemView], titles: Mapping[str, str]) -> str:
    """Return a list of names in their order, as Markdown, of each photo the first; with its folder, if of several."""
    lines = []
    for item in items:
        if item.places:
            place = item.places[0]
            folder = f"{as_text(titles[place.folder_id])}: " if len(titles) > 1 and place.folder_id in titles else ""
            lines.append(f"- {folder}`{as_code(place.path)}`")
    return "\n".join(sorted(lines)) or "–"
