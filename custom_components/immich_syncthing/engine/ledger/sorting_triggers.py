"""Triggers that note what the rules of folders have to do: nobody who links a content, or moves a file, can forget it.

Without rules they cost a look at a table with a row for each folder, and at an empty one.
"""

EVERYTHING = 127
"""All that rules can do to a new photo, one bit each."""

MOVED = 128
"""The photo's files are not where they were: another album may be theirs."""

_SORTS = """EXISTS (SELECT 1 FROM files AS f JOIN folders AS o ON o.key = f.folder
    WHERE f.checksum = NEW.checksum AND o.sorts = 1)"""

SORTING_TRIGGERS = f"""
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
    INSERT INTO sorted (checksum, asset_id, todo) VALUES (NEW.checksum, NEW.base_asset_id, {EVERYTHING})
      ON CONFLICT DO UPDATE SET asset_id = excluded.asset_id, todo = excluded.todo, retry_at = 0.0, problem = NULL
      WHERE asset_id <> excluded.asset_id;
  END;
CREATE TRIGGER contents_not_to_sort AFTER UPDATE OF base ON contents WHEN OLD.base = 'linked' AND NEW.base <> 'linked'
  BEGIN UPDATE sorted SET todo = todo & {EVERYTHING} WHERE checksum = NEW.checksum AND todo >= {MOVED}; END;

CREATE TRIGGER files_come_in AFTER INSERT ON files WHEN NEW.checksum IS NOT NULL
  BEGIN UPDATE sorted SET todo = todo | {MOVED} WHERE checksum = NEW.checksum; END;
CREATE TRIGGER files_moved_out AFTER DELETE ON files WHEN OLD.checksum IS NOT NULL
  BEGIN UPDATE sorted SET todo = todo | {MOVED} WHERE checksum = OLD.checksum; END;
CREATE TRIGGER files_turned AFTER UPDATE OF checksum ON files WHEN OLD.checksum IS NOT NEW.checksum
  BEGIN UPDATE sorted SET todo = todo | {MOVED} WHERE checksum IN (OLD.checksum, NEW.checksum); END;
"""
"""Part of version 5 of the schema."""
