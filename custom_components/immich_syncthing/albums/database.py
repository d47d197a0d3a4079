"""The file under the base. Without it all copies stay, and count as somebody else's."""

from collections.abc import Callable, Sequence
from pathlib import Path

from ..sqlite import database
from .errors import AlbumBaseError, AlbumBaseTooNewError
from .schema import APPLICATION_ID, MIGRATIONS


def open_database(
    path: Path, migrations: Sequence[str] = MIGRATIONS, aside: Callable[[], str] = lambda: ""
) -> database.Database:
    """Open or create it, as ``sqlite.database`` does. Raises ``AlbumBaseError``, ``AlbumBaseTooNewError``."""
    kind = database.FileKind(
        "base of an album folder", APPLICATION_ID, migrations, AlbumBaseError, AlbumBaseTooNewError
    )
    return database.open_database(kind, path, aside)
