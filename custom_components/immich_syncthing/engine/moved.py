"""Whether folders moved while one of them was looked at: then nothing is deleted or brought back on that evidence."""

from .apply.context import Context
from .gate import SyncthingGate, syncthing_gate
from .settings import FolderSettings
from .state import AccountState


async def gate_now(context: Context, settings: FolderSettings) -> SyncthingGate:
    """Return a folder's gate as Syncthing tells it right now. Raises ``SyncthingError``."""
    return await syncthing_gate(context.syncthing, settings, context.known_folders, anew=True)


async def has_moved(context: Context, settings: FolderSettings, gate: SyncthingGate) -> bool:
    """Return whether a folder's gate is shut by now, or its index is another one. Raises as ``gate_now``."""
    again = await gate_now(context, settings)
    return not again.open or again.sequence != gate.sequence


async def others_moved(context: Context, account: AccountState, folder_id: str) -> bool:
    """Return whether another folder moved since it was last looked at: what is missing here may be there by now.

    The event that tells of that may still be on its way; where others came, its folder is walked in its next cycle. One
    that cannot be looked at does not count. Raises as ``gate_now``.
    """
    if account.unheard - {folder_id}:
        return True
    for other_id in sorted(account.roots.keys() & account.gates.keys() - {folder_id}):
        again = await gate_now(context, context.folders[other_id].settings)
        _, gate = account.gates.get(other_id, (0.0, again))
        if gate.sequence is not None and again.sequence != gate.sequence:
            return True
    return False
