"""The journal: what is about to be done, so that a crash leaves no doubt about who did it."""

import json
from collections.abc import Mapping

from ..errors import IntentOpenError, LedgerError
from . import contents
from .part import Part
from .views import IntentKind, IntentView, Json


class Journal(Part):
    """At most one open intent per content; while it is open, the content is not planned."""

    def open_intent(
        self, kind: IntentKind, checksum: bytes, folder_id: str | None, payload: Mapping[str, Json], now: float
    ) -> int:
        """Note durably what is about to be done, and return the intent's id.

        Raises:
            IntentOpenError: something is already under way for this content.
        """
        with self._db.write() as db:
            if db.row("SELECT 1 FROM intents WHERE checksum = ?", checksum):
                raise IntentOpenError(checksum.hex())
            return db.number(
                """
                INSERT INTO intents (kind, checksum, folder_id, payload, opened_at) VALUES (?, ?, ?, ?, ?)
                RETURNING id
                """,
                kind, checksum, folder_id, json.dumps(dict(payload)), now,
            )  # fmt: skip

    def amend_intent(self, intent_id: int, payload: Mapping[str, Json]) -> None:
        """Add to an open intent, or overwrite in it, what became known, e.g. the id that Immich returned.

        Raises:
            LedgerError: it is not open.
        """
        with self._db.write() as db:
            found = db.row("SELECT payload FROM intents WHERE id = ?", intent_id)
            if found is None:
                reason = f"intent {intent_id} is not open"
                raise LedgerError(reason)
            amended = json.dumps(json.loads(found[0]) | dict(payload))
            db.run("UPDATE intents SET payload = ? WHERE id = ?", amended, intent_id)

    def close_intent(self, intent_id: int) -> None:
        """End an intent, however it went; its content is planned again. One that is not open is fine."""
        with self._db.write() as db:
            found = db.row("DELETE FROM intents WHERE id = ? RETURNING checksum", intent_id)
            if found is not None:
                contents.mark(db, [found[0]])

    def open_intents(self) -> list[IntentView]:
        """Return what was begun and not ended, oldest first."""
        with self._db.read() as db:
            return [
                IntentView(intent_id, IntentKind(kind), checksum, folder_id, json.loads(payload), opened_at)
                for intent_id, kind, checksum, folder_id, payload, opened_at in db.rows(
                    "SELECT id, kind, checksum, folder_id, payload, opened_at FROM intents ORDER BY id"
                )
            ]
