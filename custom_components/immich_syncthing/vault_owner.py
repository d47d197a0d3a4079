"""Who answers for a vault before anything leaves it: the account, through its engine."""

from collections.abc import Sequence

from .coordinator import ImmichSyncthingConfigEntry
from .engine.account import AccountEngine
from .vault.model import VaultEntry
from .vault.retention import Elsewhere


class VaultOwner:
    """An ``Owner``; ``why`` is what the history says of an only copy that went."""

    def __init__(self, entry: ImmichSyncthingConfigEntry, engine: AccountEngine, why: str) -> None:
        """Answer for the account of ``entry``."""
        self._entry = entry
        self._engine = engine
        self._why = why

    async def look(self, checksums: Sequence[bytes]) -> Elsewhere:
        """Look now. Raises ``EngineError``, ``ImmichError``."""
        return await self._engine.elsewhere(checksums)

    def owns(self, entries: Sequence[VaultEntry]) -> bool:
        """Return whether all of these came from this account; of what nobody can read nobody knows."""
        return bool(entries) and all(one.origin.account_id == self._entry.unique_id for one in entries)

    async def removed(self, entry: VaultEntry) -> None:
        """Note it in the history. Raises ``EngineError``."""
        await self._engine.note_removed(entry, self._why, "owner")
