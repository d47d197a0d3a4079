"""The index's tables, and how an older index becomes a newer one: a script per version, not changed once shipped."""

APPLICATION_ID = 0x494D5352
"""Stands in the file's header ("IMSR"), so that a stranger's database is not taken for an index."""

_VERSION_1 = """
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What Immich shows. "due" is 1 while something about it is to be looked at: to be copied, or told in the manifest.
CREATE TABLE assets (
  id TEXT NOT NULL PRIMARY KEY,
  checksum BLOB NOT NULL CHECK (length(checksum) = 20),
  name TEXT NOT NULL,
  size INTEGER,
  taken_on TEXT,
  favorite INTEGER NOT NULL,
  visibility TEXT NOT NULL,
  trashed INTEGER NOT NULL,
  motion TEXT,
  updated_at TEXT NOT NULL,
  linked INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
CREATE INDEX assets_by_checksum ON assets (checksum);
CREATE INDEX assets_by_motion ON assets (motion) WHERE motion IS NOT NULL;
CREATE INDEX assets_due ON assets (id) WHERE due = 1;

CREATE TABLE albums (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  stamp TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE members (
  album TEXT NOT NULL,
  asset TEXT NOT NULL,
  round INTEGER NOT NULL,
  PRIMARY KEY (album, asset)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_asset ON members (asset);

-- What is where. A row without "copied_at" has a key, and perhaps an object that nobody counts on.
CREATE TABLE copies (
  checksum BLOB NOT NULL PRIMARY KEY CHECK (length(checksum) = 20),
  key TEXT NOT NULL UNIQUE,
  folded TEXT NOT NULL UNIQUE,
  size INTEGER,
  etag TEXT,
  copied_at REAL,
  verified_at REAL,
  missing_since REAL,
  gone_since REAL,
  approved INTEGER NOT NULL DEFAULT 0,
  sidecar BLOB,
  line TEXT,
  line_due INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX copies_by_check ON copies (coalesce(verified_at, copied_at), checksum) WHERE copied_at IS NOT NULL;
CREATE INDEX copies_untold ON copies (checksum) WHERE line_due = 1;
CREATE INDEX copies_gone ON copies (gone_since) WHERE gone_since IS NOT NULL;

CREATE TABLE failures (
  checksum BLOB NOT NULL PRIMARY KEY,
  count INTEGER NOT NULL,
  retry_at REAL NOT NULL,
  code TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE retired (
  checksum BLOB NOT NULL PRIMARY KEY,
  at REAL NOT NULL
) STRICT, WITHOUT ROWID;
"""

MIGRATIONS = (_VERSION_1,)
