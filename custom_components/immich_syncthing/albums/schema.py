"""The base's tables, and how an older base becomes a newer one: a script per version, not changed once shipped."""

APPLICATION_ID = 0x494D5341
"""Stands in the file's header ("IMSA"), so that a stranger's database is not taken for a base."""

_VERSION_1 = """
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What belongs here, as it was listed last, in the listing of that number. "wanted" is 0 where the settings leave it
-- out; "weight" is what its copy weighed when it was made, in the quality that the settings ask for.
CREATE TABLE shown (
  asset TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  taken INTEGER NOT NULL,
  size INTEGER,
  checksum BLOB,
  video INTEGER NOT NULL,
  listing INTEGER NOT NULL,
  wanted INTEGER NOT NULL DEFAULT 0,
  weight INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX shown_by_date ON shown (taken, asset);

-- What we put into the folder. Whatever else lies there is somebody else's.
CREATE TABLE copies (
  asset TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  folded TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  made_as TEXT NOT NULL,
  checksum BLOB NOT NULL,
  mtime_ns INTEGER NOT NULL,
  size INTEGER,
  ctime_ns INTEGER,
  inode INTEGER,
  device INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE failures (
  asset TEXT NOT NULL PRIMARY KEY,
  count INTEGER NOT NULL,
  retry_at REAL NOT NULL,
  code TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the guard counts: "left" for copies that we removed, "deleted" for those that somebody deleted here.
CREATE TABLE guarded (
  at REAL NOT NULL,
  kind TEXT NOT NULL,
  count INTEGER NOT NULL
) STRICT;
"""

MIGRATIONS = (_VERSION_1,)
