"""The ledger's tables, and how an older ledger becomes a newer one.

A folder is referred to by its small ``key`` where there are many rows, and by its ``id`` in what outlives it
(journal, guard's window, history). Columns of type ``ANY`` hold 64-bit figures of the file system that may lie
outside of SQLite's signed range; see ``rows.fit``.
"""

from collections.abc import Sequence

from ..naming import CONFLICT_MARK
from .counting import HISTORY_TRIGGER, TRIGGERS
from .freed_tables import FREED_TABLES
from .sorting_triggers import SORTING, STACKING, TELLING

APPLICATION_ID = 0x494D5354
"""Stands in the file's header ("IMST"), so that a stranger's database is not taken for a ledger."""

_TABLES = """
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row. "change" numbers the transactions that made a content dirty; "window_at" is the guard's clock.
CREATE TABLE clock (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  change INTEGER NOT NULL,
  window_at REAL NOT NULL
) STRICT;
INSERT INTO clock VALUES (1, 0, 0.0);

CREATE TABLE folders (
  key INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  root TEXT NOT NULL,
  root_device ANY
) STRICT;

-- "dirty" is 0, or the number of the change that made it so. "hurdle" is kept by triggers.
CREATE TABLE contents (
  checksum BLOB NOT NULL PRIMARY KEY CHECK (length(checksum) = 20),
  size INTEGER NOT NULL,
  base TEXT NOT NULL DEFAULT 'new',
  base_asset_id TEXT,
  asset_state TEXT NOT NULL DEFAULT 'unknown',
  asset_id TEXT,
  trash_seen INTEGER NOT NULL DEFAULT 0,
  was_untouchable INTEGER NOT NULL DEFAULT 0,
  dirty INTEGER NOT NULL,
  decision_kind TEXT,
  decision_answer TEXT,
  hurdle TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX contents_dirty ON contents (checksum) WHERE dirty > 0;
CREATE INDEX contents_by_asset ON contents (asset_id) WHERE asset_id IS NOT NULL;
CREATE INDEX contents_by_base_asset ON contents (base_asset_id) WHERE base_asset_id IS NOT NULL;

-- "since" is when this very signature was first seen. "content_mtime_ns" is the mtime under which "checksum" was
-- read: the signature's own may already be that of an edit. It is NULL without a checksum, and where the path has been
-- excluded since: what leaves such a path leaves it unseen.
CREATE TABLE files (
  folder INTEGER NOT NULL REFERENCES folders (key),
  directory TEXT NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  size INTEGER NOT NULL,
  mtime_ns ANY NOT NULL,
  ctime_ns ANY NOT NULL,
  inode ANY NOT NULL,
  device ANY NOT NULL,
  status TEXT NOT NULL,
  checksum BLOB REFERENCES contents (checksum),
  content_mtime_ns ANY,
  since REAL NOT NULL,
  PRIMARY KEY (folder, directory, name),
  CHECK (status <> 'settled' OR checksum IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX files_by_content ON files (checksum) WHERE checksum IS NOT NULL;
CREATE INDEX files_unresolved ON files (folder, status, mtime_ns) WHERE status = 'unsettled' OR status = 'unhashed';

CREATE TABLE gone (
  checksum BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  folder INTEGER NOT NULL REFERENCES folders (key),
  path TEXT NOT NULL,
  mtime_ns ANY NOT NULL,
  departure TEXT NOT NULL,
  PRIMARY KEY (checksum, folder, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX gone_by_folder ON gone (folder);

CREATE TABLE holders (
  checksum BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  folder INTEGER NOT NULL REFERENCES folders (key),
  PRIMARY KEY (checksum, folder)
) STRICT, WITHOUT ROWID;
CREATE INDEX holders_by_folder ON holders (folder);

CREATE TABLE failures (
  checksum BLOB NOT NULL PRIMARY KEY REFERENCES contents (checksum) ON DELETE CASCADE,
  attempts INTEGER NOT NULL,
  failed_at REAL NOT NULL,
  retry_at REAL NOT NULL,
  code TEXT NOT NULL,
  permanent INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Open holds only. "folder_ids" is a sorted JSON list. AUTOINCREMENT: the id of a closed hold never comes back.
CREATE TABLE holds (
  key INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  folder_ids TEXT NOT NULL,
  revision INTEGER NOT NULL,
  created_at REAL NOT NULL,
  count INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, folder_ids)
) STRICT;

CREATE TABLE hold_items (
  checksum BLOB NOT NULL PRIMARY KEY REFERENCES contents (checksum) ON DELETE CASCADE,
  hold INTEGER NOT NULL REFERENCES holds (key) ON DELETE CASCADE,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_items_by_hold ON hold_items (hold, checksum);

-- Open intents only. A content cannot be forgotten while one is open, yet the journal does not need it to exist.
CREATE TABLE intents (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  checksum BLOB NOT NULL UNIQUE CHECK (length(checksum) = 20),
  folder_id TEXT,
  payload TEXT NOT NULL,
  opened_at REAL NOT NULL
) STRICT;

-- One row per folder in which an action counts, and one without a folder: the account's.
CREATE TABLE applied (
  id INTEGER NOT NULL PRIMARY KEY,
  direction TEXT NOT NULL,
  folder_id TEXT,
  checksum BLOB NOT NULL,
  granted INTEGER NOT NULL,
  at REAL NOT NULL
) STRICT;
CREATE INDEX applied_ungranted ON applied (direction, folder_id, at) WHERE granted = 0;
CREATE INDEX applied_by_time ON applied (at);

CREATE TABLE history (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  at REAL NOT NULL,
  action TEXT NOT NULL,
  path TEXT,
  folder_id TEXT,
  checksum BLOB,
  asset_id TEXT,
  why TEXT NOT NULL,
  origin TEXT NOT NULL,
  result TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_time ON history (at);

-- Files of a folder by what is known of them; base and hurdle are '' for files without a content.
CREATE TABLE tallies (
  folder INTEGER NOT NULL REFERENCES folders (key) ON DELETE CASCADE,
  status TEXT NOT NULL,
  base TEXT NOT NULL,
  hurdle TEXT NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (folder, status, base, hurdle)
) STRICT, WITHOUT ROWID;

-- Contents that a folder is a holder of, by base.
CREATE TABLE holdings (
  folder INTEGER NOT NULL REFERENCES folders (key) ON DELETE CASCADE,
  base TEXT NOT NULL,
  contents INTEGER NOT NULL,
  PRIMARY KEY (folder, base)
) STRICT, WITHOUT ROWID;

-- All contents of the account, by base.
CREATE TABLE totals (
  base TEXT NOT NULL PRIMARY KEY,
  contents INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""


_VERSION_2 = """
-- "linked_at": when the content became linked. "suspect": that a file holds it proves no wish; see "Facts".
-- "captured_at": wall seconds, from the photo itself; NULL if it does not tell, or was not asked.
-- "motion_asset_id": the video that Immich plays for this photo.
ALTER TABLE contents ADD COLUMN linked_at REAL;
ALTER TABLE contents ADD COLUMN suspect INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contents ADD COLUMN replaced_by BLOB;
ALTER TABLE contents ADD COLUMN captured_at REAL;
ALTER TABLE contents ADD COLUMN captured_asked_at REAL NOT NULL DEFAULT 0;
ALTER TABLE contents ADD COLUMN free_again_at REAL NOT NULL DEFAULT 0;
ALTER TABLE contents ADD COLUMN motion_asset_id TEXT;
CREATE INDEX contents_by_link ON contents (linked_at) WHERE base = 'linked';
CREATE INDEX contents_by_capture ON contents (captured_at) WHERE base = 'linked' AND captured_at IS NOT NULL;
CREATE INDEX contents_undated ON contents (captured_asked_at) WHERE base = 'linked' AND captured_at IS NULL;

-- "edited": the path got bytes that were new to us. "confirmed": every device had heard of the departure. "departed" is
-- the number of the change that saw it. "unbinned": what is under the path again came out of Android's bin.
ALTER TABLE gone ADD COLUMN edited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gone ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gone ADD COLUMN departed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gone ADD COLUMN unbinned INTEGER NOT NULL DEFAULT 0;
DROP INDEX gone_by_folder;
CREATE INDEX gone_by_path ON gone (folder, path);
CREATE INDEX gone_unconfirmed ON gone (folder, departed) WHERE confirmed = 0;

-- What Syncthing's index of the folder looked like when it was last asked: the highest sequence, how many deletions it
-- knew, and which devices shared the folder (a sorted JSON list).
ALTER TABLE folders ADD COLUMN index_sequence INTEGER;
ALTER TABLE folders ADD COLUMN index_deleted INTEGER;
ALTER TABLE folders ADD COLUMN index_devices TEXT;

-- Android's bin: "name" lies there as "binned", until "expires_at". "left_at" is when it was seen to be there no more.
CREATE TABLE bins (
  folder INTEGER NOT NULL REFERENCES folders (key) ON DELETE CASCADE,
  directory TEXT NOT NULL,
  binned TEXT NOT NULL,
  name TEXT NOT NULL,
  mtime_ns ANY NOT NULL,
  expires_at REAL NOT NULL,
  left_at REAL,
  PRIMARY KEY (folder, directory, binned)
) STRICT, WITHOUT ROWID;
CREATE INDEX bins_by_name ON bins (folder, directory, name);

-- One more row per directory in which a trashed asset's file was.
ALTER TABLE applied ADD COLUMN directory TEXT;

-- "generation": what the folder's mark shall say. "bump_from": what it said when a bump to that began whose end is not
-- known. See "engine/fence.py".
CREATE TABLE fences (
  folder INTEGER NOT NULL PRIMARY KEY REFERENCES folders (key) ON DELETE CASCADE,
  generation INTEGER NOT NULL,
  bump_from INTEGER
) STRICT;

-- Sidecars as last seen. "dirty": what they say may have to be passed on; "problem": why it cannot be.
CREATE TABLE sidecars (
  folder INTEGER NOT NULL REFERENCES folders (key) ON DELETE CASCADE,
  directory TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns ANY NOT NULL,
  ctime_ns ANY NOT NULL,
  inode ANY NOT NULL,
  device ANY NOT NULL,
  dirty INTEGER NOT NULL DEFAULT 1,
  retry_at REAL NOT NULL DEFAULT 0.0,
  problem TEXT,
  PRIMARY KEY (folder, directory, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX sidecars_dirty ON sidecars (folder) WHERE dirty = 1;
CREATE INDEX sidecars_bad ON sidecars (folder) WHERE problem IS NOT NULL;
-- "sidecar": the bytes that a content's asset was last told of.
ALTER TABLE contents ADD COLUMN sidecar BLOB;
-- Which sidecars went with the last file of a content.
CREATE TABLE gone_sidecars (
  content BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  folder INTEGER NOT NULL REFERENCES folders (key) ON DELETE CASCADE,
  path TEXT NOT NULL,
  checksum BLOB NOT NULL,
  mtime_ns ANY NOT NULL,
  PRIMARY KEY (content, folder, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX gone_sidecars_by_folder ON gone_sidecars (folder);

-- Which video is the motion part of which photo, and how that is known: by their names ("named"), from Immich ("told"),
-- or it was so until its owner unlinked the two in Immich ("ended").
CREATE TABLE motions (
  video BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  still BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  how TEXT NOT NULL,
  PRIMARY KEY (video, still)
) STRICT, WITHOUT ROWID;
CREATE INDEX motions_by_still ON motions (still);
CREATE INDEX contents_by_motion ON contents (motion_asset_id) WHERE motion_asset_id IS NOT NULL;

-- What earlier versions sent as a photo and a video of its own; see "halves.py".
INSERT INTO motions SELECT DISTINCT v.checksum, s.checksum, 'named' FROM files AS v JOIN files AS s
  ON s.folder = v.folder AND s.directory = v.directory
  AND s.name > substr(v.name, 1, length(v.name) - 3) AND s.name < substr(v.name, 1, length(v.name) - 4) || '/'
WHERE lower(substr(v.name, -4)) = '.mov' AND length(v.name) > 4 AND v.size <= 67108864 AND v.status = 'settled'
  AND s.status = 'settled' AND s.checksum <> v.checksum
  AND lower(substr(s.name, length(v.name) - 3)) IN ('.heic', '.heif', '.jpg', '.jpeg');
UPDATE contents SET dirty = (SELECT change + 1 FROM clock) WHERE checksum IN (SELECT video FROM motions);
UPDATE clock SET change = change + 1;

-- "items": how many a line tells of. "folder_id" and "action" are what an owner looks for.
ALTER TABLE history ADD COLUMN items INTEGER NOT NULL DEFAULT 1;
CREATE INDEX history_by_folder ON history (folder_id, id);
CREATE INDEX history_by_action ON history (action, id);

-- What the owner answered, so that it can be taken back; one row per answer that was given.
CREATE TABLE answers (
  key INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  hold_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  answer TEXT NOT NULL,
  folder_ids TEXT NOT NULL,
  at REAL NOT NULL
) STRICT;
CREATE INDEX answers_by_hold ON answers (hold_id);
CREATE INDEX answers_by_time ON answers (at);

-- A content's latest answer. "before" is a JSON object: what was agreed of the content when it was answered.
CREATE TABLE answered (
  checksum BLOB NOT NULL PRIMARY KEY REFERENCES contents (checksum) ON DELETE CASCADE,
  answer INTEGER NOT NULL REFERENCES answers (key) ON DELETE CASCADE,
  before TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answered_by_answer ON answered (answer, checksum);
"""


_VERSION_3 = f"""
-- What was done in a folder since it is known: the history itself is kept short. See "FolderTotals".
ALTER TABLE folders ADD COLUMN uploads INTEGER NOT NULL DEFAULT 0;
ALTER TABLE folders ADD COLUMN uploaded_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE folders ADD COLUMN changed_at REAL;
UPDATE folders SET
  uploads = (SELECT count(*) FROM history WHERE folder_id = folders.id AND action = 'upload' AND result = 'done'),
  uploaded_bytes = (SELECT coalesce(sum(size), 0) FROM history JOIN contents USING (checksum)
    WHERE folder_id = folders.id AND action = 'upload' AND result = 'done'),
  changed_at = (SELECT max(at) FROM history WHERE folder_id = folders.id AND result = 'done');
{HISTORY_TRIGGER}
CREATE INDEX files_in_conflict ON files (folder) WHERE instr(name, '{CONFLICT_MARK}') > 0;
"""


_VERSION_4 = """
-- When the asset changed last, by Immich's clock; NULL where that was not seen. See "AssetFact".
ALTER TABLE contents ADD COLUMN asset_updated_ms INTEGER;
"""


RESTED = """
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE rested (checksum BLOB NOT NULL UNIQUE, as_of INTEGER NOT NULL) STRICT;
"""
"""What this process has planned and asked about, and up to which change: it forgets that when it ends."""

MIGRATIONS: Sequence[str] = (
    f"PRAGMA application_id = {APPLICATION_ID};\n{_TABLES}\n{TRIGGERS}",
    _VERSION_2,
    _VERSION_3,
    _VERSION_4,
    SORTING,
    STACKING,
    TELLING,
    FREED_TABLES,
)
"""The script at index n makes version n + 1 of version n; version 0 is the empty file."""
