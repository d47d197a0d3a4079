"""What is kept besides: the vault, the backups of Immich's database, and the replicas."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ..database_backups import DatabaseBackupCoordinator
from ..immich.permissions import Feature
from ..quantities import counted, sized
from ..replica_coordinator import ReplicaCoordinator
from ..replica_entities import complete_percent, status_of
from ..runtime import Runtime
from ..status import moment
from ..texts import Texts
from ..vault_coordinator import VaultCoordinator
from .next_step import TEXTS

VAULT, DATABASE, REPLICA = "vault", "database", "replica"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """How a place of copies is. ``at``: when something last came into it; ``complete``: in percent."""

    id: str
    kind: str
    title: str
    state: str
    state_text: str
    text: str
    at: str | None
    files: int | None
    bytes: int | None
    complete: float | None = None
    behind: int | None = None


def copies(runtime: Runtime, texts: Texts) -> Iterator[dict[str, Any]]:
    """Yield the vault, the backups where the account may make them or has some, and each replica."""
    yield asdict(_vault(runtime.vault, texts))
    if runtime.backups.last is not None or runtime.account.data.allows(Feature.DATABASE_BACKUPS):
        yield asdict(_database(runtime.backups, texts))
    for key, replica in runtime.replicas.items():
        yield asdict(_replica(key, replica, texts))


def _vault(vault: VaultCoordinator, texts: Texts) -> Copy:
    usage = vault.data
    if usage is not None:
        state = "ok" if usage.objects else "empty"
    else:
        state = "unknown" if vault.vaults.is_used else "empty"
    files, size = (None, None) if usage is None else (usage.objects, usage.bytes)
    return Copy(
        id=VAULT,
        kind=VAULT,
        title=texts.text(f"{TEXTS}.title_vault"),
        state=state,
        state_text=texts.text(f"{TEXTS}.state_{state}"),
        text=texts.text(
            f"{TEXTS}.vault_{state}", count=counted(files or 0, texts.language), size=sized(size or 0, texts.language)
        ),
        at=None,
        files=files,
        bytes=size,
    )


def _database(backups: DatabaseBackupCoordinator, texts: Texts) -> Copy:
    last, failure = backups.last, backups.failure
    if backups.running:
        state = "running"
    elif failure is not None:
        state = "failed"
    else:
        state = "none" if last is None else "ok"
    size = sized(last.size if last is not None else 0, texts.language)
    of_failure = None if failure is None or backups.running else texts.error(failure.code, failure.placeholders)
    return Copy(
        id=DATABASE,
        kind=DATABASE,
        title=texts.text(f"{TEXTS}.title_database"),
        state=state,
        state_text=texts.text(f"{TEXTS}.state_{state}"),
        text=of_failure or texts.text(f"{TEXTS}.database_{state}", size=size),
        at=None if last is None else moment(last.made_at),
        files=len(backups.data.dumps),
        bytes=sum(one.size for one in backups.data.dumps),
    )


def _replica(key: str, replica: ReplicaCoordinator, texts: Texts) -> Copy:
    state, figures, status = replica.data, replica.data.figures, status_of(replica)
    problem = None if state.paused else state.problem
    numbers = texts.text(
        f"{TEXTS}.replica",
        count=counted(figures.copied_files, texts.language),
        behind=counted(figures.behind_files, texts.language),
    )
    return Copy(
        id=key,
        kind=REPLICA,
        title=replica.subentry.title,
        state=status.value,
        state_text=texts.text(f"entity.sensor.replica_status.state.{status.value}"),
        text=numbers if problem is None else texts.error(problem.code, problem.placeholders),
        at=moment(state.last_run),
        files=figures.copied_files,
        bytes=figures.copied_bytes,
        complete=complete_percent(replica),
        behind=figures.behind_files,
    )
