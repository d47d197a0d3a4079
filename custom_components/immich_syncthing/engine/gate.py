"""The gate: what may happen in a folder right now, in two strengths.

Weak (uploads and links): root directory and marker present, Immich reachable and not in maintenance mode, same user
as the ledger knows. Strong (deletions and restores): in addition Syncthing knows the folder, it is neither paused nor
faulty, idle, with nothing on its way, and quiet for a moment.
"""

from dataclasses import dataclass, replace

from ..faults.coded import Problem
from ..immich.errors import ImmichError, MissingPermissionError, WrongKeyError
from ..syncthing.errors import FolderFaultError, SyncthingError, SyncthingWrongKeyError, UnknownFolderError
from ..syncthing.health import status_after_all
from ..syncthing.models import FolderConfig, FolderStatus, FolderType
from .errors import EngineError, IgnoreDeleteError, NoFenceError, OneWayFolderError
from .gate_facts import WRONG_IMMICH, KnownFolders, KnownImmich
from .ledger.views import IndexView
from .model import (
    FolderState,
    OnAssetDeleted,
    Policy,
    Preset,
)
from .ports import SyncthingPort
from .settings import FolderSettings

UNKNOWN_FOLDER = "unknown_folder"
"""The reason to wait for a folder that is not in Syncthing's configuration."""


@dataclass(frozen=True, slots=True)
class SyncthingGate:
    """What Syncthing says of a folder. ``wait_reason``: why deletions and restores must wait, else ``None``.

    ``sequence`` changes whenever Syncthing's local index does. ``faults``: paths it could not scan or pull.
    ``index``: more of that index, and who shares the folder.
    """

    wait_reason: str | None
    state: FolderState | None = None
    problem: Problem | None = None
    sequence: int | None = None
    faults: frozenset[str] = frozenset()
    index: IndexView | None = None

    @property
    def open(self) -> bool:
        """Whether deletions and restores may happen as far as Syncthing is concerned."""
        return self.wait_reason is None


@dataclass(frozen=True, slots=True)
class ImmichGate:
    """Whether Immich can be worked with, and as which user."""

    owner_id: str | None
    state: FolderState | None = None
    problem: Problem | None = None

    @property
    def open(self) -> bool:
        """Whether uploads may happen as far as Immich is concerned."""
        return self.owner_id is not None


def without_fence(gate: SyncthingGate) -> SyncthingGate:
    """Return the gate of a folder whose mark cannot be read or written: shut for deletions and restores."""
    return SyncthingGate(NoFenceError.code, gate.state, gate.problem, gate.sequence, gate.faults) if gate.open else gate


async def immich_gate(known: KnownImmich, *, anew: bool) -> ImmichGate:
    """Return whether Immich works, and is the account that the ledger belongs to; ``anew``: as it says now.

    Else that may be as old as :mod:`.gate_facts` says. Whatever is done or concluded then makes sure first.
    """
    try:
        return ImmichGate(await known.owner_id(anew=anew))
    except WRONG_IMMICH as error:
        return ImmichGate(None, state_for(error), Problem.of(error))


def state_for(error: ImmichError | EngineError) -> FolderState:
    """Return what a folder shows for an error of Immich: waiting helps against some, against others only its owner."""
    needs_owner = isinstance(error, WrongKeyError | MissingPermissionError | EngineError)
    return FolderState.ERROR if needs_owner else FolderState.WAITING_FOR_IMMICH


async def syncthing_gate(
    syncthing: SyncthingPort, folder: FolderSettings, known: KnownFolders, *, anew: bool
) -> SyncthingGate:
    """Ask Syncthing whether what the disk shows of a folder is to be believed.

    Unless ``anew``, only its status is asked for while that is what it was, and what is known of its configuration may
    be as old as :mod:`.gate_facts` says. A pause and a removal show in the status: it answers zeros, or an error.
    """
    before = None if anew else known.of(folder.syncthing_id)
    now = None if before is None else await _status(syncthing, folder)
    if before is not None and now is not None and now == before.status and not now.errors and not now.is_faulty:
        return _gate(folder, before.config, now, frozenset())
    try:
        config = _config(await syncthing.folders(), folder)
        if config is None:
            unknown = UnknownFolderError(folder.syncthing_id)
            return SyncthingGate(UNKNOWN_FOLDER, FolderState.ERROR, Problem.of(unknown))
        # A paused folder's status answers zeros, as if everything had been deleted (1.19 to 2.1 measured).
        if config.paused:
            return SyncthingGate("paused", FolderState.PAUSED)
        status = now or await syncthing.folder_status(folder.syncthing_id)
        status = await status_after_all(syncthing, folder.syncthing_id, folder.marker_name, status)
        errors = await syncthing.folder_errors(folder.syncthing_id) if status.errors else ()
    except SyncthingWrongKeyError as error:
        return SyncthingGate("syncthing_unreachable", FolderState.ERROR, Problem.of(error))
    except SyncthingError as error:
        waiting = FolderState.WAITING_FOR_SYNCTHING
        return SyncthingGate("syncthing_unreachable", waiting, Problem.of(error))
    known.saw(config, status)
    return _gate(folder, config, status, frozenset(error.path for error in errors))


async def _status(syncthing: SyncthingPort, folder: FolderSettings) -> FolderStatus | None:
    """Return a folder's status, ``None`` where the configuration has to tell why there is none."""
    try:
        return await syncthing.folder_status(folder.syncthing_id)
    except SyncthingError:
        return None


def _gate(folder: FolderSettings, config: FolderConfig, status: FolderStatus, faults: frozenset[str]) -> SyncthingGate:
    index = IndexView(status.sequence, status.local_deleted, frozenset(config.device_ids))
    return replace(_judged(folder, config, status, faults), index=index)


def _judged(
    folder: FolderSettings, config: FolderConfig, status: FolderStatus, faults: frozenset[str]
) -> SyncthingGate:
    frees = folder.rules.frees
    hindrance = one_way(config, folder.policy, frees=frees)
    reason = hindrance.code if hindrance is not None else _reason(status)
    if hindrance is not None and folder.preset is Preset.BACKUP and not frees:
        # What only stops deletions is no problem where there are none to stop.
        return SyncthingGate(reason, sequence=status.sequence, faults=faults)
    if hindrance is not None:
        return SyncthingGate(reason, FolderState.ERROR, Problem.of(hindrance), status.sequence, faults)
    if reason == _FAULT:
        fault = Problem.of(FolderFaultError(status.error))
        return SyncthingGate(reason, FolderState.ERROR, fault, status.sequence, faults)
    state = None if reason is None else FolderState.WAITING_FOR_SYNCTHING
    return SyncthingGate(reason, state, None, status.sequence, faults)


def _config(configs: tuple[FolderConfig, ...], folder: FolderSettings) -> FolderConfig | None:
    return next((config for config in configs if config.id == folder.syncthing_id), None)


_FAULT = "syncthing_error"


def one_way(config: FolderConfig, policy: Policy, *, frees: bool = False) -> EngineError | None:
    """Return why deletions cannot travel as the policy wants, ``None`` where they can.

    ``frees``: whether old photos are to leave the folder, on the phone as well.

    What this side deletes in a receive-only folder never reaches the phone; what the phone deletes never reaches a
    send-only folder, or one that ignores deletions (measured with 1.19.2 to 2.1.3).
    """
    deletes = frees or policy.on_asset_deleted is OnAssetDeleted.DELETE
    receives = config.type is FolderType.RECEIVE_ONLY and not deletes
    if config.type is not FolderType.SEND_RECEIVE and not receives:
        return OneWayFolderError(config.type.value)
    return IgnoreDeleteError(config.label or config.id) if config.ignore_delete else None


def _reason(status: FolderStatus) -> str | None:
    if status.is_faulty:
        return _FAULT
    if status.state != "idle":
        return "syncthing_busy"
    return "syncthing_incomplete" if status.need_files or status.need_deletes else None
