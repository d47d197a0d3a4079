"""The steps of a folder's flow that show what adding it would do, before it is added."""

import asyncio
from abc import abstractmethod
from typing import Any

from homeassistant.config_entries import SubentryFlowResult

from .engine.errors import EngineError
from .engine.settings import FolderSettings
from .first_preview import FirstPreview, async_first_preview, async_hindrance, async_placeholders
from .immich.errors import ImmichError
from .markdown import as_text
from .removed import EndingSubentryFlow


class PreviewSteps(EndingSubentryFlow):
    """Looks at the folder while a progress bar is shown, and lets its owner add it, or go back and change something."""

    _looking: asyncio.Task[None] | None = None
    _preview: FirstPreview
    _error: EngineError | ImmichError | None

    @property
    @abstractmethod
    def _previewed(self) -> FolderSettings:
        """Return what would be added."""

    @abstractmethod
    async def async_step_location(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask once more for the settings."""

    @abstractmethod
    async def async_step_finish(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add the folder."""

    async def async_step_look(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Look at the folder. Whoever closes the form ends that, and nothing is left of it."""
        if self._looking is None:
            self._looking = self.hass.async_create_background_task(self._look(), "First preview of a folder")
        if not self._looking.done():
            return self.async_show_progress(step_id="look", progress_action="look", progress_task=self._looking)
        looked, self._looking = self._looking, None
        looked.result()
        if self._error is not None or not self._preview.is_known:
            return self.async_show_progress_done(next_step_id="no_preview")
        return self.async_show_progress_done(next_step_id="preview" if self._preview.look.complete else "estimate")

    async def async_step_preview(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show what adding the folder will do."""
        return await self._show("preview")

    async def async_step_estimate(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show what adding the folder will do according to a part of it."""
        return await self._show("estimate")

    async def async_step_no_preview(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Say why nothing is known, and let the owner decide all the same: adding a folder deletes nothing."""
        reason = await async_hindrance(self.hass, self._error or self._preview)
        return self.async_show_menu(
            step_id="no_preview",
            menu_options=["look", "finish", "location"],
            description_placeholders={"folder": as_text(self._previewed.label), "reason": reason},
        )

    async def _look(self) -> None:
        self._error = None
        try:
            self._preview = await async_first_preview(
                self.hass, self._get_entry(), self._previewed, self.async_update_progress
            )
        except (EngineError, ImmichError) as err:
            self._error = err

    async def _show(self, step_id: str) -> SubentryFlowResult:
        return self.async_show_menu(
            step_id=step_id,
            menu_options=["finish", "location"],
            description_placeholders=await async_placeholders(self.hass, self._preview),
        )
