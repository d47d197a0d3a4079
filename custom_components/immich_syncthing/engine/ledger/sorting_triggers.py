"""What the schema has for the rules of folders: tables, and triggers that note what the rules have to do.

So nobody who links a content, or moves a file, can forget them. Without rules the triggers cost a look at a table with
a row for each folder, and at an empty one.
"""

_AT_FIRST = 127
"""All that rules could do to a new photo when there were rules first, one bit each."""

MOVED = 128
"""The photo's files are not where they were: another album may be theirs."""

STACKED = 256
"""The photo belongs into a stack."""

EVERYTHING = _AT_FIRST | STACKED
"""All that rules can do to a new photo, one bit each."""

_SORTS = """EXISTS (SELECT 1 FROM files AS f JOIN folders AS o ON o.key = f.folder
    WHERE f.checksum = NEW.checksum AND o.sorts = 1)"""


def _when_linked(everything: int) -> str:
    return f"""
-- A new asset, or one that was there when its file was first seen. What comes back as the asset that it was is nothing
-- new, and neither is what was released before there were rules.
CREATE TRIGGER contents_to_sort AFTER UPDATE OF base, base_asset_id ON contents
  WHEN NEW.base = 'linked' AND NEW.base_asset_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM folders WHERE sorts = 1)
    AND (OLD.base IN ('new', 'kept') OR OLD.base_asset_id <> NEW.base_asset_id
      OR EXISTS (SELECT 1 FROM sorted AS s WHERE s.checksum = NEW.checksum AND s.asset_id <> NEW.base_asset_id))
    AND {_SORTS}
  BEGIN
    DELETE FROM sorted_albums WHERE checksum = NEW.checksum AND asset_id <> NEW.base_asset_id;
    INSERT INTO sorted (checksum, asset_id, todo) VALUES (NEW.checksum, NEW.base_asset_id, {everything})
      ON CONFLICT DO UPDATE SET asset_id = excluded.asset_id, todo = excluded.todo, retry_at = 0.0, problem = NULL
      WHERE asset_id <> excluded.asset_id;
  END;
CREATE TRIGGER contents_not_to_sort AFTER UPDATE OF base ON contents WHEN OLD.base = 'linked' AND NEW.base <> 'linked'
  BEGIN UPDATE sorted SET todo = todo & {everything} WHERE checksum = NEW.checksum AND todo & {MOVED}; END;
"""


SORTING = f"""
-- Whether the folder has rules for what Immich is told of its new photos; see "engine/sorting".
ALTER TABLE folders ADD COLUMN sorts INTEGER NOT NULL DEFAULT 0;

-- Contents that came to Immich under such rules, as this very asset. "todo": what the rules have yet to do, as bits of
-- "sorting_triggers.py", 0 once all is done. "problem": why that is not done yet.
CREATE TABLE sorted (
  checksum BLOB NOT NULL PRIMARY KEY REFERENCES contents (checksum) ON DELETE CASCADE,
  asset_id TEXT NOT NULL,
  todo INTEGER NOT NULL,
  retry_at REAL NOT NULL DEFAULT 0.0,
  problem TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sorted_due ON sorted (checksum) WHERE todo > 0;

-- Which album a rule put a content's asset into, and what the rule called it then.
CREATE TABLE sorted_albums (
  checksum BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  rule TEXT NOT NULL,
  name TEXT NOT NULL,
  album_id TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  PRIMARY KEY (checksum, rule, name)
) STRICT, WITHOUT ROWID;

-- The albums of the rules by the name that they had when they were made or found: their owner may name them otherwise.
CREATE TABLE rule_albums (
  name TEXT NOT NULL PRIMARY KEY,
  album_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
{_when_linked(_AT_FIRST)}
CREATE TRIGGER files_come_in AFTER INSERT ON files WHEN NEW.checksum IS NOT NULL
  BEGIN UPDATE sorted SET todo = todo | {MOVED} WHERE checksum = NEW.checksum; END;
CREATE TRIGGER files_moved_out AFTER DELETE ON files WHEN OLD.checksum IS NOT NULL
  BEGIN UPDATE sorted SET todo = todo | {MOVED} WHERE checksum = OLD.checksum; END;
CREATE TRIGGER files_turned AFTER UPDATE OF checksum ON files WHEN OLD.checksum IS NOT NEW.checksum
  BEGIN UPDATE sorted SET todo = todo | {MOVED} WHERE checksum IN (OLD.checksum, NEW.checksum); END;
"""
"""Version 5 of the schema."""

STACKING = f"""
-- Which stack a rule put a content's asset into.
CREATE TABLE sorted_stacks (
  checksum BLOB NOT NULL PRIMARY KEY REFERENCES contents (checksum) ON DELETE CASCADE,
  asset_id TEXT NOT NULL,
  stack_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

DROP TRIGGER contents_to_sort;
DROP TRIGGER contents_not_to_sort;
{_when_linked(EVERYTHING)}
"""
"""Version 6."""

TELLING = """
-- What rules gave a photo, as a JSON object: see "Given".
ALTER TABLE history ADD COLUMN given TEXT;
"""
"""Version 7."""
