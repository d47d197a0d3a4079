"""Moving a vault or a replica: it waits for a place, or its owner's word is wanted about damaged objects."""

from collections.abc import Iterator

from homeassistant.helpers import issue_registry as ir

from ..markdown import as_code, as_text
from ..migration_coordinator import MigrationState, Phase
from .board import Issue
from .words import Words

TOPIC = "migration"

PATIENCE_SECONDS = 600.0
"""A place that is away for less comes back by itself, and so does an object that could not be read once."""


def tells(state: MigrationState) -> bool:
    """Return whether it is known how things are: a new try tells only once it has brought something over."""
    copied = 0 if state.progress is None else state.progress.copied_objects
    return state.phase is not Phase.REMOVING and (state.phase is not Phase.COPYING or copied > 0)


def migration_issues(state: MigrationState, key: str, name: str, folder_id: str, words: Words) -> Iterator[Issue]:
    """Yield what is to be said of a state that tells; ``key``: which migration, ``name``: of whose vault or replica.

    ``folder_id``: of the replica; nothing for a vault.
    """
    about = {"name": as_text(name)}
    if state.phase is not Phase.WAITING:
        return
    if state.problem is not None:
        yield Issue(
            key="migration_waits",
            folder_id=folder_id,
            placeholders=about | {"reason": words.why(state.problem)},
            patience=PATIENCE_SECONDS,
        )
    elif state.damage is not None:
        sample = "\n".join(f"- `{as_code(one)}`" for one in state.damage.names)
        yield Issue(
            key="migration_damaged",
            folder_id=folder_id,
            placeholders=about | {"count": str(state.damage.count), "sample": sample},
            severity=ir.IssueSeverity.ERROR,
            fix={"flow": "migration_damaged", "migration": key},
            patience=PATIENCE_SECONDS,
        )
