"""The texts by name that a file remembers beside its rows, in its table ``meta``."""

from .database import Database


class Remembering:
    """Keeps texts in an open database, and lets that go in the end. Blocking."""

    def __init__(self, database: Database) -> None:
        """Use an open database, which has the table."""
        self._database = database

    def close(self) -> None:
        """Let the file go. May be repeated."""
        self._database.close()

    def get(self, key: str) -> str | None:
        """Return a remembered text."""
        row = self._database.row("SELECT value FROM meta WHERE key = ?", key)
        return None if row is None else str(row[0])

    def put(self, **values: str | None) -> None:
        """Remember texts, in one transaction; ``None`` forgets. What is known already is not written."""
        news = {key: value for key, value in values.items() if self.get(key) != value}
        if not news:
            return
        with self._database.write():
            for key, value in news.items():
                if value is None:
                    self._database.run("DELETE FROM meta WHERE key = ?", key)
                else:
                    self._database.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)
