"""Answers: what the owner decided over a hold, kept so that it can be taken back while that is possible."""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from ..errors import UnknownHoldError
from ..model import Answer, Base, HoldKind
from . import contents, history, holds
from .content_views import views_of
from .database import Database
from .hold_views import AnsweredView, AnswerView
from .part import Part
from .rows import split
from .views import ContentView, HistoryEntry


class Answers(Part):
    """The answers given, and the contents that each of them is the latest answer over."""

    def answer(
        self, hold_id: str, revision: int, answer: Answer, now: float, checksums: Collection[bytes] | None = None
    ) -> int:
        """Make ``answer`` the decision over what had joined the hold by ``revision``, and return how many that was.

        ``checksums``: only over these of them. What is answered leaves the hold and becomes dirty. An answer given
        twice decides nothing the second time.

        Raises:
            UnknownHoldError: no such hold, or closed.
        """
        with self._db.write() as db:
            hold = db.row("SELECT key, kind, folder_ids FROM holds WHERE id = ?", hold_id)
            if hold is None:
                raise UnknownHoldError(hold_id)
            key, kind, folder_ids = hold
            found = db.rows("SELECT checksum FROM hold_items WHERE hold = ? AND revision <= ?", key, revision)
            answered = [row[0] for row in found if checksums is None or row[0] in checksums]
            if answered:
                _note(db, hold_id, (kind, answer, folder_ids), answered, now)
                contents.touch(db, answered, now)
                holds.drop(db, answered)
                holds.remove_empty(db)
            return len(answered)

    def answers(self, limit: int, before: str | None = None) -> list[AnswerView]:
        """Return one page of answers, newest first, beginning below the answer with the id ``before``."""
        with self._db.read() as db:
            found = db.rows(
                """
                SELECT id, hold_id, kind, answer, folder_ids, at,
                  (SELECT count(*) FROM answered AS d WHERE d.answer = a.key) FROM answers AS a
                WHERE (?1 IS NULL OR key < (SELECT key FROM answers WHERE id = ?1))
                  AND EXISTS (SELECT 1 FROM answered AS d WHERE d.answer = a.key)
                ORDER BY key DESC LIMIT ?2
                """,
                before, limit,
            )  # fmt: skip
            return [_view(*row) for row in found]

    def answered(self, which: str, after: bytes | None, limit: int) -> list[AnsweredView]:
        """Return one page of what an answer (its id), or all answers to a hold (the hold's id), are the latest over.

        By checksum, beginning after ``after``.
        """
        with self._db.read() as db:
            found = db.rows(
                """
                SELECT d.checksum, kind, a.answer, before FROM answered AS d JOIN answers AS a ON a.key = d.answer
                WHERE (a.id = ?1 OR a.hold_id = ?1) AND d.checksum > ?2 ORDER BY d.checksum LIMIT ?3
                """,
                which, after or b"", limit,
            )  # fmt: skip
            given = {checksum: rest for checksum, *rest in found}
            return [_answered(db, view, *given[view.checksum]) for view in views_of(db, list(given))]

    def take_back(
        self, again: Collection[bytes], undone: Collection[bytes], over: Collection[bytes], now: float
    ) -> None:
        """Take answers back.

        ``again``: as before the answer, and back in a hold of its kind. ``undone``: what was deleted, to be brought
        back: the decision over it is to undo. ``over``: nothing more is to be done or remembered about these.
        """
        with self._db.write() as db:
            asked: list[tuple[HoldKind, tuple[str, ...], bytes]] = []
            for checksum in again:
                kind, folder_ids = _given(db, checksum)
                _restore(db, checksum)
                asked.append((kind, folder_ids, checksum))
            _tell(db, asked, "asked_again", now)
            holds.put(db, asked, now)
            told = []
            for checksum in undone:
                kind, folder_ids = _given(db, checksum)
                told.append((kind, folder_ids, checksum))
                holds.decide(db, checksum, HoldKind.MANY_FILES, Answer.UNDO)
            _tell(db, told, "bringing_back", now)
            contents.touch(db, [*again, *undone], now)
            for checksum in (*again, *undone, *over):
                db.run("DELETE FROM answered WHERE checksum = ?", checksum)
            _forget_empty(db)


def _note(db: Database, hold_id: str, given: tuple[str, Answer, str], checksums: Sequence[bytes], now: float) -> None:
    kind, answer, folder_ids = given
    key = db.number(
        """
        INSERT INTO answers (id, hold_id, kind, answer, folder_ids, at) VALUES ('', ?, ?, ?, ?, ?) RETURNING key
        """,
        hold_id, kind, answer, folder_ids, now,
    )  # fmt: skip
    db.run("UPDATE answers SET id = ? WHERE key = ?", f"{hold_id}.{key}", key)
    for checksum in checksums:
        db.run("INSERT OR REPLACE INTO answered VALUES (?, ?, ?)", checksum, key, json.dumps(_now(db, checksum)))
        holds.decide(db, checksum, HoldKind(kind), answer)
    _forget_empty(db)
    folders = json.loads(folder_ids)
    folder_id = folders[0] if len(folders) == 1 else None
    line = HistoryEntry("answer", None, folder_id, None, None, kind, "owner", answer.value, len(checksums))
    history.add(db, line, now)


def _now(db: Database, checksum: bytes) -> dict[str, Any]:
    """Return what is agreed of a content, as ``answered.before`` keeps it."""
    [(base, asset_id, suspect, replaced_by, linked_at)] = db.rows(
        "SELECT base, base_asset_id, suspect, replaced_by, linked_at FROM contents WHERE checksum = ?", checksum
    )
    gone = db.rows(
        """
        SELECT id, path, mtime_ns, departure, edited, confirmed, departed FROM gone JOIN folders ON key = folder
        WHERE checksum = ?
        """,
        checksum,
    )
    by = None if replaced_by is None else replaced_by.hex()
    return {
        "base": base, "asset_id": asset_id, "suspect": suspect, "replaced_by": by, "linked_at": linked_at, "gone": gone
    }  # fmt: skip


def _restore(db: Database, checksum: bytes) -> None:
    """Have agreed on what was agreed on before the answer, if that changed since."""
    sql = "SELECT before, base FROM answered JOIN contents USING (checksum) WHERE checksum = ?"
    [(text, now)] = db.rows(sql, checksum)
    before = json.loads(text)
    if before["base"] == now:
        return
    by = None if before["replaced_by"] is None else bytes.fromhex(before["replaced_by"])
    db.run(
        """
        UPDATE contents SET base = ?, base_asset_id = ?, suspect = ?, replaced_by = ?, linked_at = ? WHERE checksum = ?
        """,
        before["base"], before["asset_id"], before["suspect"], by, before["linked_at"], checksum,
    )  # fmt: skip
    for folder_id, path, *place in before["gone"]:
        db.run(
            """
            INSERT INTO gone (checksum, folder, path, mtime_ns, departure, edited, confirmed, departed)
              SELECT ?1, key, ?2, ?3, ?4, ?5, ?6, ?7 FROM folders WHERE id = ?8 AND (?9 = 'removed' OR NOT EXISTS (
                SELECT 1 FROM files WHERE folder = key AND directory = ?10 AND name = ?11 AND checksum = ?1))
            ON CONFLICT DO NOTHING
            """,
            checksum, path, *place, folder_id, before["base"], *split(path),
        )  # fmt: skip


def _given(db: Database, checksum: bytes) -> tuple[HoldKind, tuple[str, ...]]:
    """Return the question that was answered, and those of its folders that are still known."""
    sql = "SELECT kind, folder_ids FROM answered AS d JOIN answers AS a ON a.key = d.answer WHERE checksum = ?"
    [(kind, folder_ids)] = db.rows(sql, checksum)
    known = [one for one in json.loads(folder_ids) if db.row("SELECT 1 FROM folders WHERE id = ?", one)]
    return HoldKind(kind), tuple(known)


def _tell(db: Database, items: Sequence[tuple[HoldKind, tuple[str, ...], bytes]], result: str, now: float) -> None:
    counted = Counter((kind, folder_ids) for kind, folder_ids, _ in items)
    for (kind, folder_ids), count in counted.items():
        folder_id = folder_ids[0] if len(folder_ids) == 1 else None
        history.add(
            db, HistoryEntry("reconsider", None, folder_id, None, None, kind.value, "owner", result, count), now
        )


def _answered(db: Database, content: ContentView, kind: str, answer: str, before: str) -> AnsweredView:
    known = json.loads(before)
    return AnsweredView(
        content=content,
        kind=HoldKind(kind),
        answer=Answer(answer),
        before=Base(known["base"]),
        places=all(db.row("SELECT 1 FROM folders WHERE id = ?", folder_id) for folder_id, *_ in known["gone"]),
        under_way=bool(db.row("SELECT 1 FROM intents WHERE checksum = ?", content.checksum)),
    )


def _forget_empty(db: Database) -> None:
    db.run("DELETE FROM answers WHERE NOT EXISTS (SELECT 1 FROM answered WHERE answer = key)")


def _view(answer_id: str, hold_id: str, kind: str, answer: str, folder_ids: str, at: float, count: int) -> AnswerView:
    return AnswerView(answer_id, hold_id, HoldKind(kind), Answer(answer), tuple(json.loads(folder_ids)), at, count)
