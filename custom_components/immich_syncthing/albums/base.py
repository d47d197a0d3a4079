"""The base: what belongs into an album folder, and what of it we put there. One SQLite file, apart from any ledger.

Everything blocks and raises ``AlbumBaseError``; one thread uses it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

from ..engine.model import Signature
from ..sqlite.database import Row
from ..sqlite.remembered import Remembering
from .database import open_database
from .errors import AlbumNoRoomError
from .model import Copy, Figures, Shown, State
from .naming import folded

RETRY_SECONDS = 60.0
MOST_RETRY_SECONDS = 86_400.0
"""How long a photo that cannot be copied waits for its next try: twice as long each time, a day at most."""

_COPY = "asset, name, state, made_as, checksum, mtime_ns, size, ctime_ns, inode, device"
_SHOWN = "asset, name, taken, size, checksum, video"
_PAGE = 1_000


class Base(Remembering):
    """What is remembered of one album folder."""

    @classmethod
    def open(cls, path: Path, aside: Callable[[], str] = lambda: "") -> Self:
        """Open or create the base; a damaged one is put aside. Raises ``AlbumBaseTooNewError`` too."""
        return cls(open_database(path, aside=aside))

    def forget_all(self) -> None:
        """Begin anew: what lies in the folder counts as somebody else's, unless it turns out to be ours."""
        with self._database.write():
            for table in ("meta", "shown", "copies", "failures", "guarded"):
                self._database.run(f"DELETE FROM {table}")

    # --- what belongs here -------------------------------------------------------------------------------------------

    def see(self, photos: Iterable[Shown], listing: int) -> None:
        """Take photos of the listing with this number."""
        with self._database.write():
            for one in photos:
                self._database.run(
                    f"INSERT INTO shown ({_SHOWN}, listing) VALUES (?, ?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (asset) DO UPDATE SET name = excluded.name, taken = excluded.taken,"
                    " size = excluded.size, checksum = excluded.checksum, video = excluded.video,"
                    " listing = excluded.listing",
                    *(one.asset_id, one.name, one.taken, one.size, one.checksum, one.is_video, listing),
                )

    def finish_listing(self, listing: int) -> None:
        """Forget what a whole listing did not show."""
        with self._database.write():
            self._database.run("DELETE FROM shown WHERE listing <> ?", listing)

    def weighed(self) -> Iterator[tuple[str, bool, int | None, int | None]]:
        """Yield what belongs here, the newest first: asset, whether it is a video, size of the original, weight."""
        after: tuple[int, str] = (1 << 62, "")
        while rows := self._database.rows(
            "SELECT taken, asset, video, size, weight FROM shown WHERE (taken, asset) < (?, ?)"
            f" ORDER BY taken DESC, asset DESC LIMIT {_PAGE}",
            *after,
        ):
            yield from ((row[1], bool(row[2]), row[3], row[4]) for row in rows)
            after = rows[-1][0], rows[-1][1]

    def want(self, assets: Sequence[str]) -> None:
        """Note which of what belongs here is to be copied, and that nothing else is."""
        known = {row[0] for row in self._database.rows("SELECT asset FROM shown WHERE wanted = 1")}
        wanted = set(assets)
        with self._database.write():
            for one in known ^ wanted:
                self._database.run("UPDATE shown SET wanted = ? WHERE asset = ?", one in wanted, one)

    def forget_weights(self) -> None:
        """Forget what copies weighed: they are made otherwise from now on."""
        with self._database.write():
            self._database.run("UPDATE shown SET weight = NULL")

    def is_shown(self, asset_id: str) -> bool:
        """Return whether a photo was listed."""
        return self._database.row("SELECT 1 FROM shown WHERE asset = ?", asset_id) is not None

    # --- copies ------------------------------------------------------------------------------------------------------

    def due(self, after: tuple[int, str], now: float, limit: int) -> list[Shown]:
        """Return the next wanted photos without a copy, the newest first, after one's date and id."""
        rows = self._database.rows(
            f"SELECT {', '.join(f's.{one}' for one in _SHOWN.split(', '))} FROM shown AS s"
            " LEFT JOIN copies AS c ON c.asset = s.asset LEFT JOIN failures AS f ON f.asset = s.asset"
            " WHERE s.wanted = 1 AND (s.taken, s.asset) < (?, ?) AND coalesce(c.state, 'reserved') = 'reserved'"
            " AND coalesce(f.retry_at, 0) <= ? ORDER BY s.taken DESC, s.asset DESC LIMIT ?",
            *(*after, now, limit),
        )
        return [_photo(row) for row in rows]

    def unwanted(self, made_as: str) -> list[Copy]:
        """Return the copies that do not belong here any more, or are made otherwise."""
        rows = self._database.rows(
            f"SELECT {_COPY} FROM copies WHERE state = ?"
            " AND (made_as <> ? OR asset NOT IN (SELECT asset FROM shown WHERE wanted = 1)) ORDER BY asset",
            *(State.HERE, made_as),
        )
        return [_copy(row) for row in rows]

    def forget_others(self, made_as: str) -> None:
        """Forget what does not belong here any more and needs no removal: there is no file, or it is not ours."""
        with self._database.write():
            self._database.run(
                "DELETE FROM copies WHERE state IN (?, ?, ?, ?) AND asset NOT IN (SELECT asset FROM shown)",
                *(State.AWAY, State.CHANGED, State.RESERVED, State.THEIRS),
            )
            self._database.run("DELETE FROM copies WHERE state = ? AND made_as <> ?", State.THEIRS, made_as)

    def is_wanted(self, asset_id: str) -> bool:
        """Return whether a photo is to be copied."""
        return self._database.row("SELECT 1 FROM shown WHERE asset = ? AND wanted = 1", asset_id) is not None

    def copies(self, *states: State) -> list[Copy]:
        """Return all copies that are in one of these states, by name."""
        marks = ", ".join("?" * len(states))
        rows = self._database.rows(f"SELECT {_COPY} FROM copies WHERE state IN ({marks}) ORDER BY name", *states)
        return [_copy(row) for row in rows]

    def reserve(self, copy: Copy) -> bool:
        """Give a photo a name, instead of the one it had, for a copy that is about to come.

        ``False`` if another one has the name, or one much like it.
        """
        name, asset_id = copy.name, copy.asset_id
        with self._database.write():
            taken = self._database.row("SELECT 1 FROM copies WHERE folded = ? AND asset <> ?", folded(name), asset_id)
            if taken is not None:
                return False
            self._database.run(
                "INSERT OR REPLACE INTO copies (asset, name, folded, state, made_as, checksum, mtime_ns, inode)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                *(asset_id, name, folded(name), State.RESERVED, copy.made_as, copy.checksum, copy.mtime_ns),
                None if copy.inode is None else _signed(copy.inode),
            )
        return True

    def have(self, asset_id: str, checksum: bytes, signature: Signature, state: State = State.HERE) -> None:
        """Note that a copy is there, whole, and that its photo failed no longer. ``state``: or a file of theirs."""
        with self._database.write():
            self._database.run(
                "UPDATE copies SET state = ?, checksum = ?, mtime_ns = ?, size = ?, ctime_ns = ?, inode = ?, device = ?"
                " WHERE asset = ?",
                *(state, checksum, *_stamp(signature), asset_id),
            )
            self._database.run("UPDATE shown SET weight = ? WHERE asset = ?", signature.size, asset_id)
            self._database.run("DELETE FROM failures WHERE asset = ?", asset_id)

    def follow(self, asset_id: str, name: str) -> None:
        """Note that somebody gave a copy another name. Whatever had it, has it no more."""
        with self._database.write():
            self._database.run(
                "UPDATE copies SET name = asset, folded = asset WHERE folded = ? AND asset <> ?", folded(name), asset_id
            )
            self._database.run("UPDATE copies SET name = ?, folded = ? WHERE asset = ?", name, folded(name), asset_id)

    def become(self, asset_ids: Iterable[str], state: State) -> None:
        """Note another state of some copies."""
        with self._database.write():
            for asset_id in asset_ids:
                self._database.run("UPDATE copies SET state = ? WHERE asset = ?", state, asset_id)

    def forget(self, asset_ids: Iterable[str]) -> None:
        """Forget some copies."""
        with self._database.write():
            for asset_id in asset_ids:
                self._database.run("DELETE FROM copies WHERE asset = ?", asset_id)

    def leave(self, asset_ids: Iterable[str]) -> None:
        """Forget some copies, and that their photos belonged here."""
        with self._database.write():
            for asset_id in asset_ids:
                self._database.run("DELETE FROM copies WHERE asset = ?", asset_id)
                self._database.run("DELETE FROM shown WHERE asset = ?", asset_id)

    def fail(self, asset_id: str, code: str, now: float) -> None:
        """Note that a photo could not be copied: it is tried again later, and later each time."""
        with self._database.write():
            row = self._database.row("SELECT count FROM failures WHERE asset = ?", asset_id)
            count = 1 if row is None else int(row[0]) + 1
            wait = min(MOST_RETRY_SECONDS, RETRY_SECONDS * 2.0 ** min(count - 1, 20))
            self._database.run("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)", asset_id, count, now + wait, code)

    # --- what the guard counts ---------------------------------------------------------------------------------------

    def count_guarded(self, kind: str, count: int, now: float) -> None:
        """Note so many removals, or deletions, now."""
        with self._database.write():
            self._database.run("INSERT INTO guarded VALUES (?, ?, ?)", now, kind, count)

    def guarded_since(self, kind: str, moment: float) -> int:
        """Return how many there were since then, and forget the earlier ones."""
        with self._database.write():
            self._database.run("DELETE FROM guarded WHERE at < ?", moment)
        row = self._database.row("SELECT coalesce(sum(count), 0) FROM guarded WHERE kind = ?", kind)
        return 0 if row is None else int(row[0])

    def figures(self) -> Figures:
        """Count."""
        number = self._number
        return Figures(
            copies=number("SELECT count(*) FROM copies WHERE state IN ('here', 'changed', 'theirs')"),
            size=number("SELECT coalesce(sum(size), 0) FROM copies WHERE state IN ('here', 'changed', 'theirs')"),
            wanted=number("SELECT count(*) FROM shown WHERE wanted = 1"),
            left_out=number("SELECT count(*) FROM shown WHERE wanted = 0"),
            away=number("SELECT count(*) FROM copies WHERE state IN ('away', 'taken_out')"),
            changed=number("SELECT count(*) FROM copies WHERE state = 'changed'"),
            failing=number("SELECT count(*) FROM failures WHERE asset IN (SELECT asset FROM shown WHERE wanted = 1)"),
            no_room=number(
                "SELECT count(*) FROM failures WHERE code = ? AND asset IN (SELECT asset FROM shown WHERE wanted = 1)",
                AlbumNoRoomError.code,
            ),
        )

    def _number(self, sql: str, *values: str) -> int:
        row = self._database.row(sql, *values)
        return 0 if row is None else int(row[0])


def _stamp(signature: Signature) -> tuple[int, int, int, int, int]:
    inode, device = _signed(signature.inode), _signed(signature.device)
    return signature.mtime_ns, signature.size, signature.ctime_ns, inode, device


def _signed(number: int) -> int:
    """Return a number as SQLite takes it: large inodes of network file systems turn negative, and back."""
    return number - (1 << 64) if number >= 1 << 63 else number


def _copy(row: Row) -> Copy:
    mtime_ns, size, ctime_ns, inode, device = row[5:]
    mask = (1 << 64) - 1
    signature = None if size is None else Signature(size, mtime_ns, ctime_ns, inode & mask, device & mask)
    return Copy(
        *(row[0], row[1], State(row[2]), row[3], row[4], mtime_ns, signature),
        inode=None if inode is None else inode & mask,
    )


def _photo(row: Row) -> Shown:
    asset_id, name, taken, size, checksum, video = row
    return Shown(asset_id, name, taken, size, checksum, bool(video))
