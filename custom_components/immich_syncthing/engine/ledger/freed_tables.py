"""What the ledger keeps of folders that let go of photos to free space; see ``freed.py``."""

FREED_TABLES = """
-- Folders that let go of a content to free space, and have not held it since: they do not wish its asset gone. By their
-- id, as that outlives a folder's move.
CREATE TABLE freed (
  checksum BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  folder_id TEXT NOT NULL,
  PRIMARY KEY (checksum, folder_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX freed_by_folder ON freed (folder_id);

-- What earlier versions freed, as far as the history reaches back.
INSERT INTO freed SELECT DISTINCT c.checksum, o.id
  FROM history AS h JOIN contents AS c ON c.checksum = h.checksum JOIN folders AS o ON o.id = h.folder_id
WHERE h.action = 'free' AND h.result = 'done' AND c.base <> 'removed'
  AND NOT EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = c.checksum AND f.folder = o.key);

-- Since when the ledger knows the folder, in wall seconds: a photo that is older and in Immich already is nothing new,
-- even if the ledger has not heard of it before.
ALTER TABLE folders ADD COLUMN began_at REAL NOT NULL DEFAULT 0.0;
-- Whether the folder has freed photos that the ledger does not know: its mark says so.
ALTER TABLE folders ADD COLUMN freed_earlier INTEGER NOT NULL DEFAULT 0;
"""
"""Version 8 of the schema."""
