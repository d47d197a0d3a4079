"""Sidecars: what lies beside the files without being one, and to which assets it was applied."""

from collections.abc import Collection, Iterable, Mapping

from ..model import Base, FileRow, FileStatus, Signature
from ..naming import extension
from .database import Database
from .part import Part
from .rows import ASSET_COLUMNS, FILE_COLUMNS, KEY, asset_fact, file_row, fit, join, split
from .views import GoneSidecar, SidecarTarget, SidecarView

_COMING = frozenset({FileStatus.UNSETTLED, FileStatus.UNHASHED})
_LONGEST_WAIT_SECONDS = 24 * 3600.0
_LOOK = "size, mtime_ns, ctime_ns, inode, device"


class Sidecars(Part):
    """``NAME.jpg.xmp`` belongs to that file, ``NAME.xmp`` to every file of the stem that has none of its own."""

    def has_sidecars(self, folder_id: str) -> bool:
        """Return whether a folder has any."""
        with self._db.read() as db:
            return bool(db.row(f"SELECT 1 FROM sidecars WHERE folder = {KEY} LIMIT 1", folder_id))

    def see_sidecars(
        self, folder_id: str, directory: str, found: Mapping[str, Signature], only: Collection[str] | None
    ) -> None:
        """Take what a directory has, or which of the names in ``only``. What is new or changed becomes dirty."""
        with self._db.write() as db:
            known = {
                name: Signature(*map(int, look))
                for name, *look in db.rows(
                    f"SELECT name, {_LOOK} FROM sidecars WHERE folder = {KEY} AND directory = ?", folder_id, directory
                )
                if only is None or name in only
            }
            for name in known.keys() - found.keys():
                db.run(
                    f"DELETE FROM sidecars WHERE folder = {KEY} AND directory = ? AND name = ?",
                    folder_id, directory, name,
                )  # fmt: skip
            for name, look in found.items():
                if known.get(name) != look:
                    db.run(
                        f"""
                        INSERT OR REPLACE INTO sidecars (folder, directory, name, {_LOOK})
                        VALUES ({KEY}, ?, ?, ?, ?, ?, ?, ?)
                        """,
                        folder_id, directory, name,
                        look.size, fit(look.mtime_ns), fit(look.ctime_ns), fit(look.inode), fit(look.device),
                    )  # fmt: skip

    def sidecar_for(self, folder_id: str, path: str) -> SidecarView | None:
        """Return the sidecar of a file."""
        directory, name = split(path)
        with self._db.read() as db:
            return _sidecar_for(db, folder_id, directory, name)

    def sidecar_at(self, folder_id: str, path: str) -> SidecarView | None:
        """Return a sidecar by its own path."""
        directory, name = split(path)
        with self._db.read() as db:
            found = db.row(
                f"""
                SELECT directory, name, {_LOOK}, problem FROM sidecars
                WHERE folder = {KEY} AND directory = ? AND name = ?
                """,
                folder_id, directory, name,
            )  # fmt: skip
            return None if found is None else _view(db, folder_id, found)

    def dirty_sidecars(self, folder_id: str, now: float, limit: int) -> list[SidecarView]:
        """Return sidecars that may have to be applied.

        One that waits for longer than a day was put off by a clock that was ahead: nobody waits for that.
        """
        with self._db.read() as db:
            found = db.rows(
                f"""
                SELECT directory, name, {_LOOK}, problem FROM sidecars INDEXED BY sidecars_dirty
                WHERE folder = {KEY} AND dirty = 1 AND (retry_at <= ? OR retry_at > ?) LIMIT ?
                """,
                folder_id, now, now + _LONGEST_WAIT_SECONDS, limit,
            )  # fmt: skip
            return [_view(db, folder_id, row) for row in found]

    def sidecars_left_by(self, folder_id: str, paths: Collection[str]) -> list[SidecarView]:
        """Return the sidecars that belong to no file once these paths are gone."""
        with self._db.read() as db:
            left: dict[str, SidecarView] = {}
            for path in paths:
                directory, name = split(path)
                for view in _beside(db, folder_id, directory, name):
                    if {target.path for target in view.targets} <= {*paths}:
                        left[view.path] = view
            return list(left.values())

    def settle_sidecar(self, sidecar: SidecarView, problem: str | None) -> None:
        """Note that nothing is to be done for a sidecar as it looks, or why nothing can be done."""
        directory, name = split(sidecar.path)
        with self._db.write() as db:
            db.run(
                f"""
                UPDATE sidecars SET dirty = 0, problem = ?
                WHERE folder = {KEY} AND directory = ? AND name = ? AND ctime_ns = ? AND inode = ?
                """,
                problem, sidecar.folder_id, directory, name,
                fit(sidecar.signature.ctime_ns), fit(sidecar.signature.inode),
            )  # fmt: skip

    def retry_sidecar(self, sidecar: SidecarView, retry_at: float, problem: str | None = None) -> None:
        """Let a sidecar wait that is to be worked on; ``problem``: what is in its way now, if that is to be told."""
        directory, name = split(sidecar.path)
        with self._db.write() as db:
            db.run(
                f"""
                UPDATE sidecars SET dirty = 1, retry_at = ?, problem = ?
                WHERE folder = {KEY} AND directory = ? AND name = ?
                """,
                retry_at, problem, sidecar.folder_id, directory, name,
            )  # fmt: skip

    def set_applied(self, content: bytes, sidecar: bytes) -> None:
        """Note which sidecar's bytes were last applied to a content's asset."""
        with self._db.write() as db:
            db.run("UPDATE contents SET sidecar = ? WHERE checksum = ?", sidecar, content)

    def bad_sidecars(self, folder_id: str) -> list[tuple[str, str]]:
        """Return the paths of sidecars that cannot be used, each with its problem, in order; the first few."""
        with self._db.read() as db:
            found = db.rows(
                f"""
                SELECT directory, name, problem FROM sidecars INDEXED BY sidecars_bad
                WHERE folder = {KEY} AND problem IS NOT NULL ORDER BY directory, name LIMIT 100
                """,
                folder_id,
            )
            return [(join(directory, name), problem) for directory, name, problem in found]

    def keep_sidecars(self, content: bytes, gone: Iterable[GoneSidecar]) -> None:
        """Remember which sidecars go with a content, so that they come back with it."""
        with self._db.write() as db:
            for one in gone:
                db.run(
                    f"INSERT OR REPLACE INTO gone_sidecars SELECT checksum, {KEY}, ?, ?, ? FROM contents "
                    "WHERE checksum = ?",
                    one.folder_id, one.path, one.checksum, fit(one.mtime_ns), content,
                )  # fmt: skip

    def gone_sidecars(self, content: bytes) -> list[GoneSidecar]:
        """Return the sidecars that went with a content."""
        with self._db.read() as db:
            return [
                GoneSidecar(folder_id, path, checksum, int(mtime_ns))
                for folder_id, path, checksum, mtime_ns in db.rows(
                    """
                    SELECT id, path, checksum, mtime_ns FROM gone_sidecars JOIN folders ON key = folder
                    WHERE content = ? ORDER BY id, path
                    """,
                    content,
                )
            ]

    def left_behind(self, folder_id: str, path: str) -> list[tuple[bytes, Base]]:
        """Return what a sidecar was, and the bases of the contents, where these are gone and it was to go with them."""
        with self._db.read() as db:
            found = db.rows(
                f"""
                SELECT g.checksum, base FROM gone_sidecars AS g JOIN contents AS c ON c.checksum = g.content
                WHERE g.folder = {KEY} AND g.path = ?
                  AND NOT EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = g.content)
                """,
                folder_id, path,
            )  # fmt: skip
            return [(checksum, Base(base)) for checksum, base in found]

    def forget_gone_sidecars(self, content: bytes) -> None:
        """Forget which sidecars went with a content: they are back."""
        with self._db.write() as db:
            db.run("DELETE FROM gone_sidecars WHERE content = ?", content)


def touch_sidecars_of(db: Database, checksum: bytes) -> None:
    """Have the sidecars of a content looked at again: its asset can be told now."""
    for folder, directory, name in db.rows("SELECT folder, directory, name FROM files WHERE checksum = ?", checksum):
        touch_sidecars(db, folder, directory, name)


def touch_sidecars(db: Database, folder: int, directory: str, name: str) -> None:
    """Have the sidecars beside a file looked at again: it came, or holds other bytes."""
    stem = _stem(name)
    db.run(
        """
        UPDATE sidecars SET dirty = 1, retry_at = 0
        WHERE folder = ? AND directory = ? AND name > ? AND name < ? AND problem IS NULL
        """,
        folder, directory, f"{stem}.", f"{stem}/",
    )  # fmt: skip


def _sidecar_for(db: Database, folder_id: str, directory: str, name: str) -> SidecarView | None:
    found = _beside(db, folder_id, directory, name, targets=False)
    return max(found, key=lambda one: len(one.path), default=None)


def _beside(db: Database, folder_id: str, directory: str, name: str, *, targets: bool = True) -> list[SidecarView]:
    """Return the sidecars beside a file that may be its."""
    stem = _stem(name)
    found = db.rows(
        f"""
        SELECT directory, name, {_LOOK}, problem FROM sidecars
        WHERE folder = {KEY} AND directory = ? AND name > ? AND name < ?
        """,
        folder_id, directory, f"{stem}.", f"{stem}/",
    )  # fmt: skip
    return [_view(db, folder_id, row, targets=targets) for row in found if _stem(row[1]) in {stem, name}]


def _view(db: Database, folder_id: str, row: tuple[object, ...], *, targets: bool = True) -> SidecarView:
    directory, name, size, mtime_ns, ctime_ns, inode, device, problem = row
    look = Signature(*(int(str(number)) for number in (size, mtime_ns, ctime_ns, inode, device)))
    path = join(str(directory), str(name))
    belongs = _targets(db, folder_id, str(directory), str(name)) if targets else ()
    return SidecarView(folder_id, path, look, None if problem is None else str(problem), belongs)


def _targets(db: Database, folder_id: str, directory: str, sidecar: str) -> tuple[SidecarTarget, ...]:
    """Return the files that a sidecar belongs to, with what is known of their contents."""
    stem = _stem(sidecar)
    found = db.rows(
        f"""
        SELECT {FILE_COLUMNS} FROM files
        WHERE folder = {KEY} AND directory = ? AND (name = ? OR (name > ? AND name < ?))
        """,
        folder_id, directory, stem, f"{stem}.", f"{stem}/",
    )  # fmt: skip
    rows = [file_row(folder_id, row) for row in found]
    return tuple(_target(db, row) for row in rows if _belongs(db, row, directory, sidecar))


def _belongs(db: Database, row: FileRow, directory: str, sidecar: str) -> bool:
    own = _sidecar_for(db, row.folder_id, directory, split(row.path)[1])
    return own is not None and own.path == join(directory, sidecar)


def _target(db: Database, row: FileRow) -> SidecarTarget:
    if row.status in _COMING:
        return SidecarTarget(row.path, None, Base.NEW, None, None)
    known = db.row(f"SELECT base, sidecar, {ASSET_COLUMNS} FROM contents WHERE checksum = ?", row.checksum)
    if known is None or row.status is not FileStatus.SETTLED:
        return SidecarTarget(row.path, None, Base.KEPT, None, None)
    return SidecarTarget(row.path, row.checksum, Base(known[0]), asset_fact(known[2:]), known[1])


def _stem(name: str) -> str:
    return name[: len(name) - len(extension(name))]
