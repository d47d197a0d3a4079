"""What the ledger's parts have in common."""

from .database import Database


class Part:
    """Methods over one group of tables. Each one that writes is one transaction, on the disk when it returns."""

    def __init__(self, database: Database) -> None:
        """Work in ``database``."""
        self._db = database
