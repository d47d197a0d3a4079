"""Answer a hold from its repair issue, in one tap."""

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.errors import EngineError
from .engine.model import Answer


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that answers the hold of an issue."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    return HoldFlow(data or {}, (issue.translation_placeholders if issue else None) or {})


class HoldFlow(RepairsFlow):
    """Offers approve, leave and undo. Answers exactly the items that the issue told of when it was opened."""

    def __init__(self, data: dict[str, str | int | float | None], placeholders: dict[str, str]) -> None:
        """Keep which hold, in which revision."""
        self._entry_id = str(data.get("entry_id"))
        self._hold_id = str(data.get("hold_id"))
        self._revision = int(data.get("revision") or 0)
        self._placeholders = placeholders

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Offer the answers."""
        return self.async_show_menu(
            step_id="init",
            menu_options=[answer.value for answer in Answer],
            description_placeholders=self._placeholders,
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
        entry: ImmichSyncthingConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        try:
            await entry.runtime_data.engine.answer(self._hold_id, self._revision, answer)
        except EngineError as err:
            return self.async_abort(reason="unknown_hold", description_placeholders=err.placeholders)
        for folder in entry.runtime_data.folders.values():
            folder.async_wake()
        return self.async_create_entry(data={})
