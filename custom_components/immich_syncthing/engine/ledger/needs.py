"""Contents of the vault that something waits for, so that they must stay there."""

from collections.abc import Sequence

from .part import Part

_NEEDED = """
WITH meant (checksum) AS (
  SELECT ?1
  UNION SELECT video FROM motions WHERE still = ?1
  UNION SELECT still FROM motions WHERE video = ?1
  UNION SELECT content FROM gone_sidecars WHERE checksum = ?1)
SELECT 1 FROM meant
WHERE checksum IN (SELECT checksum FROM intents)
  OR checksum IN (SELECT checksum FROM hold_items)
  OR EXISTS (SELECT 1 FROM contents AS c WHERE c.checksum = meant.checksum AND c.decision_kind IS NOT NULL)
LIMIT 1
"""
"""An open intent also stands for what lies in a quarantine; a decision is there until it was carried out."""


class Needs(Part):
    """Open questions, answers that are not carried out yet, and what was begun: each may need the vault's bytes."""

    def needed(self, checksums: Sequence[bytes]) -> set[bytes]:
        """Return those of ``checksums`` that something waits for; the halves of a live photo, and a sidecar with it."""
        with self._db.read() as db:
            return {one for one in checksums if db.row(_NEEDED, one)}
