"""Some objects are too damaged to be moved: go on without them, or try again."""

from homeassistant.components.repairs import RepairsFlowResult

from ..markdown import as_code
from ..migration_coordinator import Damage, MigrationCoordinator
from .target import EntryFlow


class DamagedFlow(EntryFlow):
    """Names damaged objects, and leaves behind exactly those that it named and counted."""

    _damage: Damage | None = None

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show what is damaged, and offer what can be done."""
        migration = self._migration()
        if migration is None:
            return self.not_loaded()
        self._damage = migration.data.damage
        if self._damage is None:
            return self.async_abort(reason="settled")
        told = {
            **self.placeholders,
            "count": str(self._damage.count),
            "sample": "\n".join(f"- `{as_code(one)}`" for one in self._damage.names),
        }
        return self.async_show_menu(step_id="init", menu_options=["leave", "again"], description_placeholders=told)

    async def async_step_leave(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Switch without them."""
        migration = self._migration()
        if migration is None:
            return self.not_loaded()
        if self._damage is None or not await migration.async_leave(self._damage):
            return self.async_abort(reason="settled")
        return self.async_create_entry(data={})

    async def async_step_again(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Try again."""
        migration = self._migration()
        if migration is None:
            return self.not_loaded()
        migration.async_try_again()
        return self.async_create_entry(data={})

    def _migration(self) -> MigrationCoordinator | None:
        entry = self.loaded_entry()
        return None if entry is None else entry.runtime_data.migrations.get(str(self.about["migration"]))
