"""What a repair issue can do, in one tap: answer a hold, take a folder over, confirm that a recovery was read of."""

from abc import abstractmethod
from typing import override

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
    """Return the flow of an issue."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    data, placeholders = data or {}, (issue.translation_placeholders if issue else None) or {}
    if "hold_id" in data:
        return HoldFlow(data, placeholders)
    if "folder_id" in data:
        return TakeOverFlow(data, placeholders)
    return RecoveredFlow(data, placeholders)


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
        entry = _loaded(self.hass, self._entry_id)
        if entry is None:
            return self.async_abort(reason="not_loaded")
        try:
            await entry.runtime_data.engine.answer(self._hold_id, self._revision, answer)
        except EngineError as err:
            return self.async_abort(reason="unknown_hold", description_placeholders=err.placeholders)
        for folder in entry.runtime_data.folders.values():
            folder.async_wake()
        return self.async_create_entry(data={})


class ConfirmFlow(RepairsFlow):
    """Asks once and then does it."""

    def __init__(self, data: dict[str, str | int | float | None], placeholders: dict[str, str]) -> None:
        """Keep what the issue is about."""
        self._data = data
        self._placeholders = placeholders

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask, then do it."""
        if user_input is None:
            return self.async_show_form(step_id="confirm", description_placeholders=self._placeholders)
        entry = _loaded(self.hass, str(self._data.get("entry_id")))
        if entry is None:
            return self.async_abort(reason="not_loaded")
        try:
            await self._do(entry)
        except EngineError as err:
            return self.async_abort(reason="not_done", description_placeholders=err.placeholders)
        for folder in entry.runtime_data.folders.values():
            folder.async_wake()
        return self.async_create_entry(data={})

    @abstractmethod
    async def _do(self, entry: ImmichSyncthingConfigEntry) -> None:
        """Do what was confirmed. Raises ``EngineError``."""


class TakeOverFlow(ConfirmFlow):
    """Makes this Home Assistant the one that works in a folder."""

    @override
    async def _do(self, entry: ImmichSyncthingConfigEntry) -> None:
        await entry.runtime_data.folders[str(self._data["folder_id"])].engine.take_over()


class RecoveredFlow(ConfirmFlow):
    """Lets the issue of a recovery go, as somebody has read it."""

    @override
    async def _do(self, entry: ImmichSyncthingConfigEntry) -> None:
        await entry.runtime_data.engine.acknowledge_recovery()


def _loaded(hass: HomeAssistant, entry_id: str) -> ImmichSyncthingConfigEntry | None:
    entry: ImmichSyncthingConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    return entry if entry is not None and entry.state is ConfigEntryState.LOADED else None
