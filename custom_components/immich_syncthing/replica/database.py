"""The file under the index. What it holds can be read from the store again."""

from collections.abc import Callable, Sequence
from pathlib import Path

from ..sqlite import database
from .errors import ReplicaIndexError, ReplicaTooNewError
from .schema import APPLICATION_ID, MIGRATIONS


def open_database(
    path: Path, migrations: Sequence[str] = MIGRATIONS, aside: Callable[[], str] = lambda: ""
) -> database.Database:
    """Open or create it, as ``sqlite.database`` does. Raises ``ReplicaIndexError``, ``ReplicaTooNewError``."""
    kind = database.FileKind("index of a replica", APPLICATION_ID, migrations, ReplicaIndexError, ReplicaTooNewError)
    return database.open_database(kind, path, aside)
