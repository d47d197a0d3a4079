"""Triggers that count (``tallies``, ``holdings``, ``totals``, ``holds.count``, ``contents.hurdle``, a folder's deeds).

What they count can neither drift from the rows nor cost a walk through a million of them.
"""


def _tally(row: str, sign: str) -> str:
    """Return the statement that adds (``+``) or takes away (``-``) the trigger's row of ``files``."""
    return f"""
  INSERT INTO tallies
    SELECT {row}.folder, {row}.status, coalesce(c.base, ''), coalesce(c.hurdle, ''), {sign}1, {sign}{row}.size
    FROM (SELECT 1) LEFT JOIN contents c ON c.checksum = {row}.checksum WHERE true
    ON CONFLICT DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes;"""


def _tally_content(row: str, sign: str) -> str:
    """Return the statement that adds or takes away all files of the trigger's row of ``contents``."""
    return f"""
  INSERT INTO tallies
    SELECT folder, status, {row}.base, {row}.hurdle, {sign}count(*), {sign}sum(size)
    FROM files WHERE checksum = {row}.checksum GROUP BY folder, status
    ON CONFLICT DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes;"""


def _hold_content(row: str, sign: str) -> str:
    return f"""
  INSERT INTO holdings
    SELECT folder, {row}.base, {sign}1 FROM holders WHERE checksum = {row}.checksum
    ON CONFLICT DO UPDATE SET contents = contents + excluded.contents;{_total(row, sign)}"""


def _total(row: str, sign: str) -> str:
    return f"""
  INSERT INTO totals VALUES ({row}.base, {sign}1)
    ON CONFLICT DO UPDATE SET contents = contents + excluded.contents;"""


def _holding(row: str, sign: str) -> str:
    return f"""
  INSERT INTO holdings
    SELECT {row}.folder, base, {sign}1 FROM contents WHERE checksum = {row}.checksum
    ON CONFLICT DO UPDATE SET contents = contents + excluded.contents;"""


def _hurdle(row: str) -> str:
    """Return the statement that says what stands in the way of the content of the trigger's row."""
    return f"""
  UPDATE contents SET hurdle = CASE
      WHEN EXISTS (SELECT 1 FROM hold_items WHERE checksum = {row}.checksum) THEN 'held'
      ELSE coalesce((SELECT CASE permanent WHEN 0 THEN 'retried' ELSE 'failed' END
                     FROM failures WHERE checksum = {row}.checksum), '')
    END WHERE checksum = {row}.checksum;"""


TRIGGERS = f"""
CREATE TRIGGER files_added AFTER INSERT ON files BEGIN {_tally("NEW", "+")} END;
CREATE TRIGGER files_removed AFTER DELETE ON files BEGIN {_tally("OLD", "-")} END;
CREATE TRIGGER files_changed AFTER UPDATE OF status, checksum, size ON files
  WHEN (OLD.status, OLD.checksum, OLD.size) IS NOT (NEW.status, NEW.checksum, NEW.size)
  BEGIN {_tally("OLD", "-")} {_tally("NEW", "+")} END;

CREATE TRIGGER contents_added AFTER INSERT ON contents BEGIN {_total("NEW", "+")} END;
-- Before, because the cascade would come when the base to count them under is lost.
CREATE TRIGGER contents_leaving BEFORE DELETE ON contents BEGIN
  DELETE FROM holders WHERE checksum = OLD.checksum; END;
CREATE TRIGGER contents_removed AFTER DELETE ON contents BEGIN {_total("OLD", "-")} END;
CREATE TRIGGER contents_retold AFTER UPDATE OF base, hurdle ON contents
  WHEN (OLD.base, OLD.hurdle) IS NOT (NEW.base, NEW.hurdle)
  BEGIN {_tally_content("OLD", "-")} {_tally_content("NEW", "+")} END;
CREATE TRIGGER contents_rebased AFTER UPDATE OF base ON contents WHEN OLD.base <> NEW.base
  BEGIN {_hold_content("OLD", "-")} {_hold_content("NEW", "+")} END;

CREATE TRIGGER holders_added AFTER INSERT ON holders BEGIN {_holding("NEW", "+")} END;
CREATE TRIGGER holders_removed AFTER DELETE ON holders BEGIN {_holding("OLD", "-")} END;

CREATE TRIGGER failures_added AFTER INSERT ON failures BEGIN {_hurdle("NEW")} END;
CREATE TRIGGER failures_removed AFTER DELETE ON failures BEGIN {_hurdle("OLD")} END;
CREATE TRIGGER failures_changed AFTER UPDATE OF permanent ON failures BEGIN {_hurdle("NEW")} END;

CREATE TRIGGER hold_items_added AFTER INSERT ON hold_items BEGIN
  UPDATE holds SET count = count + 1 WHERE key = NEW.hold; {_hurdle("NEW")} END;
CREATE TRIGGER hold_items_removed AFTER DELETE ON hold_items BEGIN
  UPDATE holds SET count = count - 1 WHERE key = OLD.hold; {_hurdle("OLD")} END;
"""
"""Part of version 1 of the schema."""

HISTORY_TRIGGER = """
CREATE TRIGGER history_grown AFTER INSERT ON history WHEN NEW.result = 'done' BEGIN
  UPDATE folders SET changed_at = NEW.at WHERE id = NEW.folder_id;
  UPDATE folders SET uploads = uploads + 1,
      uploaded_bytes = uploaded_bytes + coalesce((SELECT size FROM contents WHERE checksum = NEW.checksum), 0)
    WHERE id = NEW.folder_id AND NEW.action = 'upload';
END;
"""
"""Part of version 3 of the schema."""
