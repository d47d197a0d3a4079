-- A ledger of version 8 in use, as SQLite dumps it; see ../sample.py.
PRAGMA application_id = 1229804372;
PRAGMA user_version = 8;
BEGIN TRANSACTION;
CREATE TABLE answered (
  checksum BLOB NOT NULL PRIMARY KEY REFERENCES contents (checksum) ON DELETE CASCADE,
  answer INTEGER NOT NULL REFERENCES answers (key) ON DELETE CASCADE,
  before TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE answers (
  key INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  hold_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  answer TEXT NOT NULL,
  folder_ids TEXT NOT NULL,
  at REAL NOT NULL
) STRICT;
CREATE TABLE applied (
  id INTEGER NOT NULL PRIMARY KEY,
  direction TEXT NOT NULL,
  folder_id TEXT,
  checksum BLOB NOT NULL,
  granted INTEGER NOT NULL,
  at REAL NOT NULL
, directory TEXT) STRICT;
INSERT INTO "applied" VALUES(1,'asset',NULL,X'E49512524F47B4138D850C9D9D85972927281DA0',0,3.0,NULL);
INSERT INTO "applied" VALUES(2,'asset','folder-phone',X'E49512524F47B4138D850C9D9D85972927281DA0',0,3.0,NULL);
INSERT INTO "applied" VALUES(3,'asset','folder-phone',X'E49512524F47B4138D850C9D9D85972927281DA0',0,3.0,'DCIM');
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
CREATE TABLE clock (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  change INTEGER NOT NULL,
  window_at REAL NOT NULL
) STRICT;
INSERT INTO "clock" VALUES(1,21,3.0);
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
, linked_at REAL, suspect INTEGER NOT NULL DEFAULT 0, replaced_by BLOB, captured_at REAL, captured_asked_at REAL NOT NULL DEFAULT 0, free_again_at REAL NOT NULL DEFAULT 0, motion_asset_id TEXT, sidecar BLOB, asset_updated_ms INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO "contents" VALUES(X'2C730E3A6D2AAD6D914872E45F868D20A543570A',10,'linked','asset-2c73','gone','asset-owl',0,0,21,NULL,NULL,'held',1.0,0,NULL,NULL,0.0,0.0,NULL,NULL,1700000000000);
INSERT INTO "contents" VALUES(X'2CD7135B6565A8FAFBC84508A699A3C5945E378F',10,'new',NULL,'unknown',NULL,0,0,16,NULL,NULL,'',NULL,0,NULL,NULL,0.0,0.0,NULL,NULL,NULL);
INSERT INTO "contents" VALUES(X'E49512524F47B4138D850C9D9D85972927281DA0',10,'removed','asset-dog','active','asset-e495',0,0,0,NULL,NULL,'',NULL,0,NULL,NULL,0.0,0.0,NULL,NULL,NULL);
INSERT INTO "contents" VALUES(X'FF0F0A8B656F0B44C26933ACD2E367B6C1211290',10,'removed','asset-fox','active','asset-ff0f',0,0,17,NULL,NULL,'',NULL,0,X'2CD7135B6565A8FAFBC84508A699A3C5945E378F',NULL,0.0,0.0,NULL,NULL,NULL);
CREATE TABLE failures (
  checksum BLOB NOT NULL PRIMARY KEY REFERENCES contents (checksum) ON DELETE CASCADE,
  attempts INTEGER NOT NULL,
  failed_at REAL NOT NULL,
  retry_at REAL NOT NULL,
  code TEXT NOT NULL,
  permanent INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "failures" VALUES(X'2C730E3A6D2AAD6D914872E45F868D20A543570A',1,5.0,50.0,'server_error',0);
CREATE TABLE fences (
  folder INTEGER NOT NULL PRIMARY KEY REFERENCES folders (key) ON DELETE CASCADE,
  generation INTEGER NOT NULL,
  bump_from INTEGER
) STRICT;
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
INSERT INTO "files" VALUES(1,'DCIM','cat.jpg',10,1,2,7,66,'settled',X'2C730E3A6D2AAD6D914872E45F868D20A543570A',1,1.0);
INSERT INTO "files" VALUES(1,'DCIM','new
😀.jpg',10,1,2,7,66,'unhashed',NULL,NULL,2.0);
INSERT INTO "files" VALUES(2,'','fox.jpg',10,2,3,7,66,'settled',X'2CD7135B6565A8FAFBC84508A699A3C5945E378F',2,1.0);
INSERT INTO "files" VALUES(2,'','owl.jpg',10,1,2,7,66,'settled',X'2C730E3A6D2AAD6D914872E45F868D20A543570A',1,1.0);
CREATE TABLE folders (
  key INTEGER NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  root TEXT NOT NULL,
  root_device ANY
, index_sequence INTEGER, index_deleted INTEGER, index_devices TEXT, uploads INTEGER NOT NULL DEFAULT 0, uploaded_bytes INTEGER NOT NULL DEFAULT 0, changed_at REAL, sorts INTEGER NOT NULL DEFAULT 0, began_at REAL NOT NULL DEFAULT 0.0, freed_earlier INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "folders" VALUES(1,'folder-phone','/media/phone',66,NULL,NULL,NULL,1,10,3.0,1,0.0,0);
INSERT INTO "folders" VALUES(2,'folder-tablet','/media/tablet',NULL,NULL,NULL,NULL,0,0,NULL,1,0.0,0);
CREATE TABLE freed (
  checksum BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  folder_id TEXT NOT NULL,
  PRIMARY KEY (checksum, folder_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "freed" VALUES(X'2C730E3A6D2AAD6D914872E45F868D20A543570A','folder-phone');
CREATE TABLE gone (
  checksum BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  folder INTEGER NOT NULL REFERENCES folders (key),
  path TEXT NOT NULL,
  mtime_ns ANY NOT NULL,
  departure TEXT NOT NULL, edited INTEGER NOT NULL DEFAULT 0, confirmed INTEGER NOT NULL DEFAULT 0, departed INTEGER NOT NULL DEFAULT 0, unbinned INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (checksum, folder, path)
) STRICT, WITHOUT ROWID;
INSERT INTO "gone" VALUES(X'E49512524F47B4138D850C9D9D85972927281DA0',1,'DCIM/dog.jpg',1,'absent',0,0,8,0);
INSERT INTO "gone" VALUES(X'FF0F0A8B656F0B44C26933ACD2E367B6C1211290',2,'fox.jpg',1,'replaced',1,0,16,0);
CREATE TABLE gone_sidecars (
  content BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  folder INTEGER NOT NULL REFERENCES folders (key) ON DELETE CASCADE,
  path TEXT NOT NULL,
  checksum BLOB NOT NULL,
  mtime_ns ANY NOT NULL,
  PRIMARY KEY (content, folder, path)
) STRICT, WITHOUT ROWID;
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
, items INTEGER NOT NULL DEFAULT 1, given TEXT) STRICT;
INSERT INTO "history" VALUES(1,2.0,'upload','DCIM/cat.jpg','folder-phone',X'2C730E3A6D2AAD6D914872E45F868D20A543570A','asset','new_file','folder','done',1,NULL);
INSERT INTO "history" VALUES(2,3.0,'trash','DCIM/dog.jpg','folder-phone',X'2C730E3A6D2AAD6D914872E45F868D20A543570A','asset','new_file','folder','done',1,NULL);
INSERT INTO "history" VALUES(3,4.0,'ask',NULL,'folder-tablet',NULL,NULL,'vanished','immich','waiting',1,NULL);
CREATE TABLE hold_items (
  checksum BLOB NOT NULL PRIMARY KEY REFERENCES contents (checksum) ON DELETE CASCADE,
  hold INTEGER NOT NULL REFERENCES holds (key) ON DELETE CASCADE,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "hold_items" VALUES(X'2C730E3A6D2AAD6D914872E45F868D20A543570A',1,1);
CREATE TABLE holders (
  checksum BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  folder INTEGER NOT NULL REFERENCES folders (key),
  PRIMARY KEY (checksum, folder)
) STRICT, WITHOUT ROWID;
INSERT INTO "holders" VALUES(X'2C730E3A6D2AAD6D914872E45F868D20A543570A',1);
INSERT INTO "holders" VALUES(X'E49512524F47B4138D850C9D9D85972927281DA0',1);
INSERT INTO "holders" VALUES(X'2C730E3A6D2AAD6D914872E45F868D20A543570A',2);
INSERT INTO "holders" VALUES(X'2CD7135B6565A8FAFBC84508A699A3C5945E378F',2);
INSERT INTO "holders" VALUES(X'FF0F0A8B656F0B44C26933ACD2E367B6C1211290',2);
CREATE TABLE holdings (
  folder INTEGER NOT NULL REFERENCES folders (key) ON DELETE CASCADE,
  base TEXT NOT NULL,
  contents INTEGER NOT NULL,
  PRIMARY KEY (folder, base)
) STRICT, WITHOUT ROWID;
INSERT INTO "holdings" VALUES(1,'linked',1);
INSERT INTO "holdings" VALUES(1,'new',0);
INSERT INTO "holdings" VALUES(1,'removed',1);
INSERT INTO "holdings" VALUES(2,'linked',1);
INSERT INTO "holdings" VALUES(2,'new',1);
INSERT INTO "holdings" VALUES(2,'removed',1);
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
INSERT INTO "holds" VALUES(1,'1-fa0','vanished','["folder-tablet"]',1,4.0,1);
CREATE TABLE intents (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  checksum BLOB NOT NULL UNIQUE CHECK (length(checksum) = 20),
  folder_id TEXT,
  payload TEXT NOT NULL,
  opened_at REAL NOT NULL
) STRICT;
INSERT INTO "intents" VALUES(1,'delete',X'2C730E3A6D2AAD6D914872E45F868D20A543570A','folder-phone','{"path": "DCIM/cat.jpg"}',5.0);
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('user_id','someone');
CREATE TABLE motions (
  video BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  still BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  how TEXT NOT NULL,
  PRIMARY KEY (video, still)
) STRICT, WITHOUT ROWID;
CREATE TABLE rule_albums (
  name TEXT NOT NULL PRIMARY KEY,
  album_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "rule_albums" VALUES('Birds','album-birds');
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
CREATE TABLE sorted (
  checksum BLOB NOT NULL PRIMARY KEY REFERENCES contents (checksum) ON DELETE CASCADE,
  asset_id TEXT NOT NULL,
  todo INTEGER NOT NULL,
  retry_at REAL NOT NULL DEFAULT 0.0,
  problem TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO "sorted" VALUES(X'2C730E3A6D2AAD6D914872E45F868D20A543570A','asset-2c73',510,0.0,NULL);
INSERT INTO "sorted" VALUES(X'E49512524F47B4138D850C9D9D85972927281DA0','asset-e495',383,0.0,NULL);
INSERT INTO "sorted" VALUES(X'FF0F0A8B656F0B44C26933ACD2E367B6C1211290','asset-ff0f',383,0.0,NULL);
CREATE TABLE sorted_albums (
  checksum BLOB NOT NULL REFERENCES contents (checksum) ON DELETE CASCADE,
  rule TEXT NOT NULL,
  name TEXT NOT NULL,
  album_id TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  PRIMARY KEY (checksum, rule, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "sorted_albums" VALUES(X'2C730E3A6D2AAD6D914872E45F868D20A543570A','rule','Birds','album-birds','asset-2c73');
CREATE TABLE sorted_stacks (
  checksum BLOB NOT NULL PRIMARY KEY REFERENCES contents (checksum) ON DELETE CASCADE,
  asset_id TEXT NOT NULL,
  stack_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "sorted_stacks" VALUES(X'2C730E3A6D2AAD6D914872E45F868D20A543570A','asset-owl','stack-owls');
CREATE TABLE tallies (
  folder INTEGER NOT NULL REFERENCES folders (key) ON DELETE CASCADE,
  status TEXT NOT NULL,
  base TEXT NOT NULL,
  hurdle TEXT NOT NULL,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (folder, status, base, hurdle)
) STRICT, WITHOUT ROWID;
INSERT INTO "tallies" VALUES(1,'settled','linked','',0,0);
INSERT INTO "tallies" VALUES(1,'settled','linked','held',1,10);
INSERT INTO "tallies" VALUES(1,'settled','new','',0,0);
INSERT INTO "tallies" VALUES(1,'unhashed','','',1,10);
INSERT INTO "tallies" VALUES(2,'settled','linked','',0,0);
INSERT INTO "tallies" VALUES(2,'settled','linked','held',1,10);
INSERT INTO "tallies" VALUES(2,'settled','new','',1,10);
INSERT INTO "tallies" VALUES(2,'unhashed','','',0,0);
INSERT INTO "tallies" VALUES(2,'unhashed','linked','',0,0);
CREATE TABLE totals (
  base TEXT NOT NULL PRIMARY KEY,
  contents INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "totals" VALUES('linked',1);
INSERT INTO "totals" VALUES('new',1);
INSERT INTO "totals" VALUES('removed',2);
CREATE INDEX contents_dirty ON contents (checksum) WHERE dirty > 0;
CREATE INDEX contents_by_asset ON contents (asset_id) WHERE asset_id IS NOT NULL;
CREATE INDEX contents_by_base_asset ON contents (base_asset_id) WHERE base_asset_id IS NOT NULL;
CREATE INDEX files_by_content ON files (checksum) WHERE checksum IS NOT NULL;
CREATE INDEX files_unresolved ON files (folder, status, mtime_ns) WHERE status = 'unsettled' OR status = 'unhashed';
CREATE INDEX holders_by_folder ON holders (folder);
CREATE INDEX hold_items_by_hold ON hold_items (hold, checksum);
CREATE INDEX applied_ungranted ON applied (direction, folder_id, at) WHERE granted = 0;
CREATE INDEX applied_by_time ON applied (at);
CREATE INDEX history_by_time ON history (at);
CREATE TRIGGER files_added AFTER INSERT ON files BEGIN 
  INSERT INTO tallies
    SELECT NEW.folder, NEW.status, coalesce(c.base, ''), coalesce(c.hurdle, ''), +1, +NEW.size
    FROM (SELECT 1) LEFT JOIN contents c ON c.checksum = NEW.checksum WHERE true
    ON CONFLICT DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes; END;
CREATE TRIGGER files_removed AFTER DELETE ON files BEGIN 
  INSERT INTO tallies
    SELECT OLD.folder, OLD.status, coalesce(c.base, ''), coalesce(c.hurdle, ''), -1, -OLD.size
    FROM (SELECT 1) LEFT JOIN contents c ON c.checksum = OLD.checksum WHERE true
    ON CONFLICT DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes; END;
CREATE TRIGGER files_changed AFTER UPDATE OF status, checksum, size ON files
  WHEN (OLD.status, OLD.checksum, OLD.size) IS NOT (NEW.status, NEW.checksum, NEW.size)
  BEGIN 
  INSERT INTO tallies
    SELECT OLD.folder, OLD.status, coalesce(c.base, ''), coalesce(c.hurdle, ''), -1, -OLD.size
    FROM (SELECT 1) LEFT JOIN contents c ON c.checksum = OLD.checksum WHERE true
    ON CONFLICT DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes; 
  INSERT INTO tallies
    SELECT NEW.folder, NEW.status, coalesce(c.base, ''), coalesce(c.hurdle, ''), +1, +NEW.size
    FROM (SELECT 1) LEFT JOIN contents c ON c.checksum = NEW.checksum WHERE true
    ON CONFLICT DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes; END;
CREATE TRIGGER contents_added AFTER INSERT ON contents BEGIN 
  INSERT INTO totals VALUES (NEW.base, +1)
    ON CONFLICT DO UPDATE SET contents = contents + excluded.contents; END;
CREATE TRIGGER contents_leaving BEFORE DELETE ON contents BEGIN
  DELETE FROM holders WHERE checksum = OLD.checksum; END;
CREATE TRIGGER contents_removed AFTER DELETE ON contents BEGIN 
  INSERT INTO totals VALUES (OLD.base, -1)
    ON CONFLICT DO UPDATE SET contents = contents + excluded.contents; END;
CREATE TRIGGER contents_retold AFTER UPDATE OF base, hurdle ON contents
  WHEN (OLD.base, OLD.hurdle) IS NOT (NEW.base, NEW.hurdle)
  BEGIN 
  INSERT INTO tallies
    SELECT folder, status, OLD.base, OLD.hurdle, -count(*), -sum(size)
    FROM files WHERE checksum = OLD.checksum GROUP BY folder, status
    ON CONFLICT DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes; 
  INSERT INTO tallies
    SELECT folder, status, NEW.base, NEW.hurdle, +count(*), +sum(size)
    FROM files WHERE checksum = NEW.checksum GROUP BY folder, status
    ON CONFLICT DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes; END;
CREATE TRIGGER contents_rebased AFTER UPDATE OF base ON contents WHEN OLD.base <> NEW.base
  BEGIN 
  INSERT INTO holdings
    SELECT folder, OLD.base, -1 FROM holders WHERE checksum = OLD.checksum
    ON CONFLICT DO UPDATE SET contents = contents + excluded.contents;
  INSERT INTO totals VALUES (OLD.base, -1)
    ON CONFLICT DO UPDATE SET contents = contents + excluded.contents; 
  INSERT INTO holdings
    SELECT folder, NEW.base, +1 FROM holders WHERE checksum = NEW.checksum
    ON CONFLICT DO UPDATE SET contents = contents + excluded.contents;
  INSERT INTO totals VALUES (NEW.base, +1)
    ON CONFLICT DO UPDATE SET contents = contents + excluded.contents; END;
CREATE TRIGGER holders_added AFTER INSERT ON holders BEGIN 
  INSERT INTO holdings
    SELECT NEW.folder, base, +1 FROM contents WHERE checksum = NEW.checksum
    ON CONFLICT DO UPDATE SET contents = contents + excluded.contents; END;
CREATE TRIGGER holders_removed AFTER DELETE ON holders BEGIN 
  INSERT INTO holdings
    SELECT OLD.folder, base, -1 FROM contents WHERE checksum = OLD.checksum
    ON CONFLICT DO UPDATE SET contents = contents + excluded.contents; END;
CREATE TRIGGER failures_added AFTER INSERT ON failures BEGIN 
  UPDATE contents SET hurdle = CASE
      WHEN EXISTS (SELECT 1 FROM hold_items WHERE checksum = NEW.checksum) THEN 'held'
      ELSE coalesce((SELECT CASE permanent WHEN 0 THEN 'retried' ELSE 'failed' END
                     FROM failures WHERE checksum = NEW.checksum), '')
    END WHERE checksum = NEW.checksum; END;
CREATE TRIGGER failures_removed AFTER DELETE ON failures BEGIN 
  UPDATE contents SET hurdle = CASE
      WHEN EXISTS (SELECT 1 FROM hold_items WHERE checksum = OLD.checksum) THEN 'held'
      ELSE coalesce((SELECT CASE permanent WHEN 0 THEN 'retried' ELSE 'failed' END
                     FROM failures WHERE checksum = OLD.checksum), '')
    END WHERE checksum = OLD.checksum; END;
CREATE TRIGGER failures_changed AFTER UPDATE OF permanent ON failures BEGIN 
  UPDATE contents SET hurdle = CASE
      WHEN EXISTS (SELECT 1 FROM hold_items WHERE checksum = NEW.checksum) THEN 'held'
      ELSE coalesce((SELECT CASE permanent WHEN 0 THEN 'retried' ELSE 'failed' END
                     FROM failures WHERE checksum = NEW.checksum), '')
    END WHERE checksum = NEW.checksum; END;
CREATE TRIGGER hold_items_added AFTER INSERT ON hold_items BEGIN
  UPDATE holds SET count = count + 1 WHERE key = NEW.hold; 
  UPDATE contents SET hurdle = CASE
      WHEN EXISTS (SELECT 1 FROM hold_items WHERE checksum = NEW.checksum) THEN 'held'
      ELSE coalesce((SELECT CASE permanent WHEN 0 THEN 'retried' ELSE 'failed' END
                     FROM failures WHERE checksum = NEW.checksum), '')
    END WHERE checksum = NEW.checksum; END;
CREATE TRIGGER hold_items_removed AFTER DELETE ON hold_items BEGIN
  UPDATE holds SET count = count - 1 WHERE key = OLD.hold; 
  UPDATE contents SET hurdle = CASE
      WHEN EXISTS (SELECT 1 FROM hold_items WHERE checksum = OLD.checksum) THEN 'held'
      ELSE coalesce((SELECT CASE permanent WHEN 0 THEN 'retried' ELSE 'failed' END
                     FROM failures WHERE checksum = OLD.checksum), '')
    END WHERE checksum = OLD.checksum; END;
CREATE INDEX contents_by_link ON contents (linked_at) WHERE base = 'linked';
CREATE INDEX contents_by_capture ON contents (captured_at) WHERE base = 'linked' AND captured_at IS NOT NULL;
CREATE INDEX contents_undated ON contents (captured_asked_at) WHERE base = 'linked' AND captured_at IS NULL;
CREATE INDEX gone_by_path ON gone (folder, path);
CREATE INDEX gone_unconfirmed ON gone (folder, departed) WHERE confirmed = 0;
CREATE INDEX bins_by_name ON bins (folder, directory, name);
CREATE INDEX sidecars_dirty ON sidecars (folder) WHERE dirty = 1;
CREATE INDEX sidecars_bad ON sidecars (folder) WHERE problem IS NOT NULL;
CREATE INDEX gone_sidecars_by_folder ON gone_sidecars (folder);
CREATE INDEX motions_by_still ON motions (still);
CREATE INDEX contents_by_motion ON contents (motion_asset_id) WHERE motion_asset_id IS NOT NULL;
CREATE INDEX history_by_folder ON history (folder_id, id);
CREATE INDEX history_by_action ON history (action, id);
CREATE INDEX answers_by_hold ON answers (hold_id);
CREATE INDEX answers_by_time ON answers (at);
CREATE INDEX answered_by_answer ON answered (answer, checksum);
CREATE TRIGGER history_grown AFTER INSERT ON history WHEN NEW.result = 'done' BEGIN
  UPDATE folders SET changed_at = NEW.at WHERE id = NEW.folder_id;
  UPDATE folders SET uploads = uploads + 1,
      uploaded_bytes = uploaded_bytes + coalesce((SELECT size FROM contents WHERE checksum = NEW.checksum), 0)
    WHERE id = NEW.folder_id AND NEW.action = 'upload';
END;
CREATE INDEX files_in_conflict ON files (folder) WHERE instr(name, '.sync-conflict-') > 0;
CREATE INDEX sorted_due ON sorted (checksum) WHERE todo > 0;
CREATE TRIGGER files_come_in AFTER INSERT ON files WHEN NEW.checksum IS NOT NULL
  BEGIN UPDATE sorted SET todo = todo | 128 WHERE checksum = NEW.checksum; END;
CREATE TRIGGER files_moved_out AFTER DELETE ON files WHEN OLD.checksum IS NOT NULL
  BEGIN UPDATE sorted SET todo = todo | 128 WHERE checksum = OLD.checksum; END;
CREATE TRIGGER files_turned AFTER UPDATE OF checksum ON files WHEN OLD.checksum IS NOT NEW.checksum
  BEGIN UPDATE sorted SET todo = todo | 128 WHERE checksum IN (OLD.checksum, NEW.checksum); END;
CREATE TRIGGER contents_to_sort AFTER UPDATE OF base, base_asset_id ON contents
  WHEN NEW.base = 'linked' AND NEW.base_asset_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM folders WHERE sorts = 1)
    AND (OLD.base IN ('new', 'kept') OR OLD.base_asset_id <> NEW.base_asset_id
      OR EXISTS (SELECT 1 FROM sorted AS s WHERE s.checksum = NEW.checksum AND s.asset_id <> NEW.base_asset_id))
    AND EXISTS (SELECT 1 FROM files AS f JOIN folders AS o ON o.key = f.folder
    WHERE f.checksum = NEW.checksum AND o.sorts = 1)
  BEGIN
    DELETE FROM sorted_albums WHERE checksum = NEW.checksum AND asset_id <> NEW.base_asset_id;
    INSERT INTO sorted (checksum, asset_id, todo) VALUES (NEW.checksum, NEW.base_asset_id, 383)
      ON CONFLICT DO UPDATE SET asset_id = excluded.asset_id, todo = excluded.todo, retry_at = 0.0, problem = NULL
      WHERE asset_id <> excluded.asset_id;
  END;
CREATE TRIGGER contents_not_to_sort AFTER UPDATE OF base ON contents WHEN OLD.base = 'linked' AND NEW.base <> 'linked'
  BEGIN UPDATE sorted SET todo = todo & 383 WHERE checksum = NEW.checksum AND todo & 128; END;
CREATE INDEX freed_by_folder ON freed (folder_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('history',3);
INSERT INTO "sqlite_sequence" VALUES('holds',1);
INSERT INTO "sqlite_sequence" VALUES('intents',1);
COMMIT;
